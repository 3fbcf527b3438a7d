//! The process's environment: its variables and its folders. Whoever loads settings brings it, so that tests make one
//! up.

use crate::fault::Fault;
use crate::system;
use crate::text::safe;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::iter;
use std::path::{Path, PathBuf};

/// Lists how the names of the variables begin that settings are read from.
const OURS: [&str; 4] = ["EFLOCTL_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_"];

/// Holds variables and folders. Any variable may hold a key, so no value can be shown by mistake.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: HashMap<String, SecretString>,
    /// Names a variable that settings would be read from and that is not text.
    garbled: Option<String>,
    pub home: Option<PathBuf>,
    /// Names the folder for config files: that of `$XDG_CONFIG_HOME`, else the system's.
    pub config_dir: Option<PathBuf>,
    /// Names the folder for caches: that of `$XDG_CACHE_HOME`, else the system's.
    pub cache_dir: Option<PathBuf>,
    /// Names the folder for what is kept between runs: that of `$XDG_STATE_HOME`, else the system's.
    pub state_dir: Option<PathBuf>,
}

impl Environment {
    /// Gives the environment of this process.
    pub fn of_process() -> Self {
        let (mut variables, mut garbled) = (HashMap::new(), None);
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(variables.insert(name, SecretString::from(value))),
                Err(_) if OURS.iter().any(|ours| name.starts_with(ours)) => garbled = Some(name),
                Err(_) => {}
            }
        }
        Environment {
            config_dir: folder(&variables, "XDG_CONFIG_HOME", dirs::config_dir()),
            cache_dir: folder(&variables, "XDG_CACHE_HOME", dirs::cache_dir()),
            state_dir: folder(&variables, "XDG_STATE_HOME", dirs::state_dir().or_else(dirs::data_local_dir)),
            home: system::home(),
            variables,
            garbled,
        }
    }

    /// Makes up an environment for a test, or for fuzzing.
    #[cfg(any(test, feature = "fuzz"))]
    pub fn of_test(home: &Path, variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        Environment {
            config_dir: folder(&variables, "XDG_CONFIG_HOME", Some(home.join(".config"))),
            cache_dir: Some(home.join(".cache")),
            state_dir: Some(home.join(".local/state")),
            home: Some(home.to_owned()),
            variables,
            garbled: None,
        }
    }

    /// Refuses a variable that is not text. Without its value another account might be asked.
    pub fn check(&self) -> Result<(), Fault> {
        match &self.garbled {
            Some(name) => Err(Fault::config(format!("the variable {name} is not UTF-8 text"))
                .hint(format!("set it anew, or unset {name}"))),
            None => Ok(()),
        }
    }

    /// Gives a variable's word without the blanks and line ends around it. One that is blank counts as unset.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.variable(name).map(str::trim).filter(|word| !word.is_empty())
    }

    /// Gives the first of these variables that has a word: its name, and the word.
    pub fn first(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| Some((*name, self.word(name)?)))
    }

    /// Gives a variable as it stands there. One that is set but empty counts as unset.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.even_if_empty(name).filter(|value| !value.is_empty())
    }

    /// Gives a variable as it stands there, even if it is empty.
    pub fn even_if_empty(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.expose_secret())
    }

    /// Says whether a variable is `true`, in any case, as the official SDKs read their switches.
    pub fn is_true(&self, name: &str) -> bool {
        self.word(name).is_some_and(|word| word.eq_ignore_ascii_case("true"))
    }

    /// Gives a path with the home folder in the place of a leading `~`, as people write it in a config file.
    pub fn expand(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// Gives a path as it is shown: with `~` for the home, and `/` below that on every system.
    pub fn shown(&self, path: &Path) -> String {
        let below_home = self.home.as_ref().and_then(|home| path.strip_prefix(home).ok());
        let shown = match below_home {
            Some(below) => {
                iter::once("~".into()).chain(below.iter().map(OsStr::to_string_lossy)).collect::<Vec<_>>().join("/")
            }
            None => path.to_string_lossy().into_owned(),
        };
        safe(&shown).into_owned()
    }
}

/// Gives the folder that a variable names by a whole path, else the system's.
fn folder(variables: &HashMap<String, SecretString>, name: &str, of_system: Option<PathBuf>) -> Option<PathBuf> {
    let named = variables.get(name).map(|value| PathBuf::from(value.expose_secret()));
    named.filter(|path| path.is_absolute()).or(of_system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_alone_are_enough_without_a_home_folder() {
        use super::super::{Flags, REGION, Settings};
        let variables = [("EFLOCTL_REGION", "cn-beijing"), ("ALIBABA_CLOUD_ACCESS_KEY_ID", "i")];
        let environment = Environment::of_test(Path::new("/"), &variables);
        let environment = Environment { home: None, config_dir: None, ..environment };
        let settings = Settings::load(Flags::default(), environment).unwrap();
        assert_eq!(settings.get(&REGION).unwrap().unwrap().value, "cn-beijing");
        assert!(
            settings.endpoint().is_ok() && settings.chain().is_ok() && settings.clearance("SendFile", true).is_ok()
        );
    }

    #[test]
    fn debug_of_the_environment_shows_no_value() {
        let environment = Environment::of_test(Path::new("/home"), &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hidden")]);
        let shown = format!("{environment:?} {environment:#?}");
        assert!(shown.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET") && !shown.contains("hidden"), "{shown}");
    }
}
