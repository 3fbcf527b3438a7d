//! Which nodes are meant: ids as they were typed, from files or from standard input, each once and in that order.

use crate::fault::Fault;
use crate::text::{odd_in_id, safe, shortened, trimmed};
use std::collections::HashSet;
use std::io;
use std::path::Path;

/// Holds node ids in the order given, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeList {
    pub ids: Vec<String>,
    /// How many words named a node that was named before.
    pub repeated: usize,
    /// Whether standard input was read for it.
    pub used_stdin: bool,
}

impl NodeList {
    /// Reads lists such as `a,b`, `@FILE` and `-`. A file and standard input have one id a line. `read` gives the text
    /// of a file, or of standard input where there is no path.
    ///
    /// # Errors
    /// A word is no node id, a list has none, or standard input is named twice.
    pub fn read(words: &[String], read: impl Fn(Option<&Path>) -> io::Result<String>) -> Result<Self, Fault> {
        let parts = || words.iter().flat_map(|word| parts(word));
        if parts().filter(|word| *word == "-").count() > 1 {
            return Err(Fault::usage("\"-\" stands twice, and standard input can be read once"));
        }
        let mut ids = Vec::new();
        for word in parts() {
            if word == "-" {
                ids.extend(lines(&read(None), "standard input")?);
            } else if let Some(path) = word.strip_prefix('@') {
                ids.extend(lines(&read(Some(Path::new(path))), &safe(path))?);
            } else {
                ids.push(node_id(word).map_err(Fault::usage)?);
            }
        }
        let named = ids.len();
        let mut known = HashSet::new();
        ids.retain(|id| known.insert(id.clone()));
        Ok(NodeList { repeated: named - ids.len(), ids, used_stdin: parts().any(|word| word == "-") })
    }
}

/// Reads one id a line, and passes blank lines over.
fn lines(text: &io::Result<String>, name: &str) -> Result<Vec<String>, Fault> {
    let text = text.as_ref().map_err(|e| Fault::usage(format!("the nodes in {name} cannot be read: {e}")))?;
    let id = |(at, line): (usize, &str)| {
        node_id(line).map_err(|why| Fault::usage(format!("line {} of {name}: {why}", at + 1)))
    };
    let ids = text.lines().enumerate().filter(|(_, line)| !trimmed(line).is_empty()).map(id);
    match ids.collect::<Result<Vec<_>, _>>()? {
        ids if ids.is_empty() => Err(Fault::usage(format!("{name} names no node: one id a line"))),
        ids => Ok(ids),
    }
}

/// Gives the words of a list. A file's name may hold commas.
fn parts(word: &str) -> Vec<&str> {
    if word.trim_start().starts_with('@') { vec![word.trim_start()] } else { word.split(',').map(str::trim).collect() }
}

/// Gives a node id without what may stand around it, or why it is no node id.
pub fn node_id(word: &str) -> Result<String, String> {
    let id = trimmed(word);
    if id.is_empty() {
        return Err("a node id is blank".to_owned());
    }
    match odd_in_id(id) {
        None => Ok(id.to_owned()),
        Some(wrong) => Err(format!("\"{}\" is no node id: it holds \"{}\"", shortened(id), safe(&wrong.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;

    fn list(words: &[&str]) -> Result<NodeList, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let read = |path: Option<&Path>| match path.map(|path| path.to_str().unwrap()) {
            None => Ok("n-1\r\n\n  n-9  \n".to_owned()),
            Some("a,b.txt") => Ok("\u{feff}n-5\nn-6\n\nn-5".to_owned()),
            Some("blank") => Ok(" \n\u{feff}\r\n".to_owned()),
            Some("wrong") => Ok("n-1\nn 2\n".to_owned()),
            Some(_) => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        NodeList::read(&words, read).map_err(|fault| fault.message)
    }

    #[test]
    fn nodes_come_from_words_files_and_stdin_in_the_order_given_and_each_once() {
        let read = list(&["n-3, n-1,n-3", "@a,b.txt", "-"]).unwrap();
        assert_eq!(read.ids, ["n-3", "n-1", "n-5", "n-6", "n-9"]);
        assert_eq!((read.repeated, read.used_stdin), (3, true));
    }

    #[test]
    fn nodes_that_cannot_be_meant_are_refused_with_the_word() {
        for (words, why) in [
            (&[""] as &[&str], "a node id is blank"),
            (&["a,,b"], "a node id is blank"),
            (&["a b"], "\"a b\" is no node id: it holds \" \""),
            (&["a;rm"], "\"a;rm\" is no node id: it holds \";\""),
            (&["-,-"], "\"-\" stands twice, and standard input can be read once"),
            (&["@blank"], "blank names no node: one id a line"),
            (&["@wrong"], "line 2 of wrong: \"n 2\" is no node id: it holds \" \""),
            (&["@gone"], "the nodes in gone cannot be read: entity not found"),
        ] {
            assert_eq!(list(words).unwrap_err(), why);
        }
    }

    proptest! {
        #![proptest_config(property_config(256))]
        #[test]
        fn nodes_are_each_listed_once(ids in prop::collection::vec("[a-c]{1,2}", 1..40)) {
            let read = list(&[&ids.join(",")]).unwrap();
            let mut first: Vec<&String> = Vec::new();
            for id in &ids {
                if !first.contains(&id) {
                    first.push(id);
                }
            }
            prop_assert_eq!(read.ids.iter().collect::<Vec<_>>(), first);
            prop_assert_eq!(read.ids.len() + read.repeated, ids.len());
        }
    }
}
