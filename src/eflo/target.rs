//! What the file becomes on a node: where, under which name, whose, and with which mode. As it was given, never
//! trimmed.

use crate::fault::Fault;
use crate::text::shortened;
use serde::{Deserialize, Serialize};

/// Limits the path of the folder, and the name of the file in it, in characters.
const LONGEST_NAME: usize = 255;

/// Limits the description, in characters.
const LONGEST_DESCRIPTION: usize = 512;

/// Says what the file is to be on a node. What is not given is the service's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    pub target_dir: String,
    pub file_mode: Option<String>,
    pub file_owner: Option<String>,
    pub file_group: Option<String>,
    pub description: Option<String>,
}

impl Target {
    /// Gives where the file lies on a node.
    pub fn path(&self) -> String {
        format!("{}/{}", self.target_dir.trim_end_matches('/'), self.name)
    }

    /// Looks whether the service and the agents on the nodes can take it.
    ///
    /// # Errors
    /// When they cannot take a word of it.
    pub fn check(&self) -> Result<(), Fault> {
        let longer_than = |longest| move |word: &&str| word.chars().count() > longest;
        let is_no_name = |name: &&str| name.is_empty() || name.contains(['/', '\0']) || [".", ".."].contains(name);
        let is_blank = |word: &&str| word.trim().is_empty();
        let (dir, name) = (Some(self.target_dir.as_str()), Some(self.name.as_str()));
        let [mode, owner, group, description] =
            [&self.file_mode, &self.file_owner, &self.file_group, &self.description].map(Option::as_deref);
        let checks = [
            (dir.filter(|dir| !dir.starts_with('/')), "is no absolute path of a folder on the nodes"),
            (
                dir.filter(|dir| dir.contains('\0') || longer_than(LONGEST_NAME)(dir)),
                "is no path that the service takes: at most 255 characters",
            ),
            (name.filter(is_no_name), "is no name of a file: it holds no / and is neither . nor .."),
            (name.filter(longer_than(LONGEST_NAME)), "is too long for the name of a file: at most 255 characters"),
            (
                mode.filter(|mode| !is_mode(mode)),
                "is no mode of a file: three octal digits, or four of which the first is 0, as in 0644",
            ),
            (owner.filter(is_blank), "is not the name of an owner"),
            (group.filter(is_blank), "is not the name of a group"),
            (
                description.filter(longer_than(LONGEST_DESCRIPTION)),
                "is too long for a description: at most 512 characters",
            ),
        ];
        match checks.into_iter().find_map(|(word, why)| Some((word?, why))) {
            Some((word, why)) => Err(Fault::usage(format!("\"{}\" {why}", shortened(word)))),
            None => Ok(()),
        }
    }
}

/// Says whether the agents take it: three octal digits, or four, of which they lose the first.
fn is_mode(mode: &str) -> bool {
    let is_octal = mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    is_octal && (mode.len() == 3 || (mode.len() == 4 && mode.starts_with('0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(dir: &str, name: &str) -> Target {
        Target { name: name.to_owned(), target_dir: dir.to_owned(), ..Target::default() }
    }

    #[test]
    fn a_target_that_no_node_can_take_is_refused_with_the_word() {
        let long = "x".repeat(256);
        for (dir, name) in [
            ("etc/app", "a"),
            ("", "a"),
            ("~/app", "a"),
            (&format!("/{long}"), "a"),
            ("/etc", ""),
            ("/etc", "."),
            ("/etc", ".."),
            ("/etc", "../a"),
            ("/etc", "a\0b"),
            ("/etc", &long),
        ] {
            assert!(target(dir, name).check().is_err(), "{dir} {name}");
        }
        for (dir, name) in
            [("/", "a"), ("/etc/ a", " a "), ("/etc", "灵"), (&format!("/{}", &long[..254]), &long[..255])]
        {
            target(dir, name).check().unwrap();
        }
    }

    #[test]
    fn a_mode_is_what_the_agents_take() {
        for (mode, is_taken) in [
            ("644", true),
            ("0644", true),
            ("000", true),
            ("4755", false),
            ("00644", false),
            ("u+x", false),
            ("0648", false),
            ("64", false),
            ("", false),
        ] {
            let target = Target { file_mode: Some(mode.to_owned()), ..target("/etc", "a") };
            assert_eq!(target.check().is_ok(), is_taken, "{mode}");
        }
        let description = |len| Target { description: Some("灵".repeat(len)), ..target("/etc", "a") };
        assert!(description(512).check().is_ok() && description(513).check().is_err());
        assert!(Target { file_owner: Some(" ".to_owned()), ..target("/etc", "a") }.check().is_err());
    }
}
