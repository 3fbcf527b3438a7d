//! The process's environment: its variables and its folders. It comes in from outside, so that tests bring their own.

use crate::fault::Fault;
use crate::system;
use crate::text::safe;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::iter;
use std::path::{Path, PathBuf};

/// Lists how the names of variables begin that are read here.
const OURS: [&str; 4] = ["EFLOCTL_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_"];

/// Holds variables and folders. Any variable may hold a key, so no value can be shown by mistake.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: HashMap<String, SecretString>,
    /// The name of a variable that is read here and is not text.
    garbled: Option<String>,
    home: Option<PathBuf>,
    config_dir: Option<PathBuf>,
    cache_dir: Option<PathBuf>,
    state_dir: Option<PathBuf>,
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
            variables,
            garbled,
            home: system::home(),
            config_dir: dirs::config_dir(),
            cache_dir: dirs::cache_dir(),
            state_dir: dirs::state_dir().or_else(dirs::data_local_dir),
        }
    }

    /// Makes an environment up for a test, or for fuzzing.
    #[cfg(any(test, feature = "fuzz"))]
    pub fn of_test(home: &Path, variables: &[(&str, &str)]) -> Self {
        Environment {
            variables: variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
            garbled: None,
            home: Some(home.to_owned()),
            config_dir: Some(home.join(".config")),
            cache_dir: Some(home.join(".cache")),
            state_dir: Some(home.join(".local/state")),
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

    /// Gives the path that a variable names, as it stands there.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.variable(name).map(PathBuf::from)
    }

    /// Says whether a variable is `true`, in any case, as the official SDKs read their switches.
    pub fn is_true(&self, name: &str) -> bool {
        self.word(name).is_some_and(|word| word.eq_ignore_ascii_case("true"))
    }

    /// Gives the home folder.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Gives `$XDG_CONFIG_HOME`, else the system's folder for config files.
    pub fn config_dir(&self) -> Option<PathBuf> {
        self.folder("XDG_CONFIG_HOME", self.config_dir.as_deref())
    }

    /// Gives `$XDG_CACHE_HOME`, else the system's folder for caches.
    pub fn cache_dir(&self) -> Option<PathBuf> {
        self.folder("XDG_CACHE_HOME", self.cache_dir.as_deref())
    }

    /// Gives `$XDG_STATE_HOME`, else the system's folder for what is kept between runs.
    pub fn state_dir(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", self.state_dir.as_deref())
    }

    fn folder(&self, variable: &str, of_system: Option<&Path>) -> Option<PathBuf> {
        let xdg = self.variable(variable).map(Path::new).filter(|path| path.is_absolute());
        xdg.or(of_system).map(Path::to_owned)
    }

    /// Gives a path with the home in the place of a leading `~`, as people write it in a config file.
    pub fn expand(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// Gives a path as it is shown: with `~` for the home, and `/` below that on every system.
    pub fn shown(&self, path: &Path) -> String {
        let below_home = self.home.as_ref().and_then(|home| path.strip_prefix(home).ok());
        let parts = below_home.into_iter().flatten().map(OsStr::to_string_lossy);
        let shown = match below_home {
            Some(_) => iter::once("~".into()).chain(parts).collect::<Vec<_>>().join("/"),
            None => path.to_string_lossy().into_owned(),
        };
        safe(&shown).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_alone_are_enough_without_a_home_folder() {
        use super::super::{Flags, Settings};
        let variables = [("EFLOCTL_REGION", "cn-beijing"), ("ALIBABA_CLOUD_ACCESS_KEY_ID", "i")];
        let environment = Environment::of_test(Path::new("/"), &variables);
        let environment = Environment { home: None, config_dir: None, ..environment };
        let settings = Settings::load(Flags::default(), environment).unwrap();
        assert_eq!(settings.region().unwrap().unwrap().value, "cn-beijing");
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
