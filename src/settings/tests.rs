//! Which word counts: of a setting, of a profile, and of whom to sign as.

mod credentials;
mod foreign;
mod precedence;
mod profiles;

use super::*;
use tempfile::TempDir;

/// A home with config files and variables, made up for one test.
struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new() -> Self {
        let home = Home { folder: TempDir::new().unwrap(), variables: Vec::new() };
        // Whether this is an ECS instance would show only by asking.
        home.variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    }

    /// Writes `config.toml` where it is looked for.
    fn config(self, text: &str) -> Self {
        self.file(".config/efloctl/config.toml", text)
    }

    /// Writes the official CLI's file.
    fn official(self, text: &str) -> Self {
        self.file(".aliyun/config.json", text)
    }

    fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn environment(&self) -> Environment {
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Environment::of_test(self.folder.path(), &variables)
    }

    fn load(&self, flags: Flags) -> Result<Settings, Fault> {
        Settings::load(flags, self.environment())
    }

    /// The settings without a flag.
    fn settings(&self) -> Settings {
        self.load(Flags::default()).unwrap()
    }

    /// The settings with `--profile`.
    fn as_profile(&self, name: &str) -> Result<Settings, Fault> {
        self.load(Flags::new(None, Some(name.to_owned())))
    }
}
