//! config.toml: profiles and defaults. A mistake in it is answered with its line, its key, and the nearest right one.
//!
//! The TOML library's own messages quote the source line; none is shown as it is, for that line may hold a secret.

mod credentials;
mod reader;

use super::source::Credentials;
use super::{Environment, Layer, Origin, Setting, definitions};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::system;
use crate::text::safe;
use reader::TableReader;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

const TOP_KEYS: [&str; 3] = ["default_profile", "defaults", "profiles"];

/// Holds the config file as it was read; where there is none it is empty. It may hold secrets, so it has no `Debug`.
#[derive(Default)]
pub struct Config {
    /// Holds its path as it is shown.
    pub shown: String,
    pub exists: bool,
    /// Says why it is this file.
    pub origin: Origin,
    /// Says whether others than its owner can read it; `None` where the system does not tell.
    pub is_exposed: Option<bool>,
    pub default_profile: Option<Setting<String>>,
    pub(super) defaults: Layer,
    pub profiles: Vec<Profile>,
}

/// Holds a profile of config.toml.
pub struct Profile {
    pub name: String,
    pub line: usize,
    pub(super) layer: Layer,
    pub credentials: Credentials,
}

impl Config {
    /// Gives the path of the config file: the flag's, else the variable's, else the one in the config folder. Fails if
    /// a variable is no text, or if the system names no folder for config files.
    pub fn path(flag: Option<&Path>, environment: &Environment) -> Result<(PathBuf, Origin), Fault> {
        environment.check()?;
        if let Some(path) = flag {
            return Ok((path.to_owned(), Origin::Flag("config")));
        }
        if let Some(path) = environment.variable("EFLOCTL_CONFIG") {
            return Ok((environment.expand(Path::new(path)), Origin::Variable("EFLOCTL_CONFIG")));
        }
        let folder = environment
            .config_dir
            .as_ref()
            .ok_or_else(|| Fault::config("this system names no folder for config files").hint(Hint::NoConfigFolder))?;
        Ok((folder.join("efloctl").join("config.toml"), Origin::BuiltIn))
    }

    /// Reads the config file. One that neither a flag nor a variable names need not be there.
    pub(super) fn load(flag: Option<&Path>, environment: &Environment) -> Result<Self, Fault> {
        environment.check()?;
        let Ok((path, origin)) = Self::path(flag, environment) else {
            return Ok(Config { shown: "config.toml".to_owned(), ..Config::default() });
        };
        let shown = environment.shown(&path);
        let text = match read_small_text(&path) {
            Ok(text) => Some(text),
            Err(e) if e.kind() == io::ErrorKind::NotFound && origin == Origin::BuiltIn => None,
            Err(e) => {
                return Err(Fault::config(format!("the config file {shown} ({origin}) cannot be read: {e}"))
                    .hint(Hint::WhichConfig));
            }
        };
        // A device or a pipe keeps nothing.
        let file = std::fs::metadata(&path).ok().filter(|file| text.is_some() && file.is_file());
        let is_exposed = file.and_then(|file| system::mode(&file)).map(|mode| mode & 0o077 != 0);
        let mut config = Config { shown, exists: text.is_some(), origin, is_exposed, ..Config::default() };
        if let Some(text) = text {
            config.read(&text)?;
        }
        Ok(config)
    }

    /// Gives the profile of that name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// Reads the file's text.
    pub fn read(&mut self, text: &str) -> Result<(), Fault> {
        let reader = TableReader { shown: self.shown.clone(), text };
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            reader.wrong_at(at, &format!("is not TOML: {}", e.message().lines().next().unwrap_or_default()))
        })?;
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "default_profile" => {
                    let value = reader.text("default_profile", value)?.to_owned();
                    self.default_profile = Some(Setting { value, origin: reader.origin("default_profile", key) });
                }
                "defaults" => {
                    for (key, value) in reader.table("defaults", value)? {
                        reader.setting(&mut self.defaults, key, value, "[defaults]", &[])?;
                    }
                }
                "profiles" => {
                    for (name, value) in reader.table("profiles", value)? {
                        self.profiles.push(credentials::profile(&reader, name, value)?);
                    }
                }
                name => {
                    let fault = reader.unknown(key, "at the top level", TOP_KEYS.into_iter());
                    let is_setting = definitions::in_files().any(|known| known.key == name);
                    return Err(match value.get_ref() {
                        DeValue::Table(_) if name != "profile" => {
                            fault.hint(format!("a profile is written [profiles.{}]", safe(name)))
                        }
                        _ if is_setting => fault.hint(format!("write {name} below [defaults] or [profiles.NAME]")),
                        _ => fault,
                    });
                }
            }
        }
        self.profiles.sort_by_key(|profile| profile.line);
        Ok(())
    }
}

/// Holds what a first config file says of its one profile, whose key is the official CLI's or its own.
#[derive(Serialize)]
#[serde(untagged)]
pub enum FirstProfile {
    Official { region: String, aliyun_profile: String },
    Own { region: String, access_key_id: String, access_key_secret: String },
}

/// Gives a first config file: the commented example with this profile in the place of its own.
pub fn first_config(name: &str, profile: &FirstProfile) -> String {
    const EXAMPLE: &str = include_str!("../../config.example.toml");
    const DEFAULT: &str = "default_profile = \"ops\"\n";
    const PROFILE: &str =
        "[profiles.ops]\nregion = \"cn-wulanchabu\"\naccess_key_id = \"LTAI...\"\naccess_key_secret = \"...\"\n";
    let default = toml::to_string(&BTreeMap::from([("default_profile", name)]));
    let own = toml::to_string(&BTreeMap::from([("profiles", BTreeMap::from([(name, profile)]))]));
    let (default, own) = default.and_then(|default| Ok((default, own?))).expect("text can be written as TOML");
    EXAMPLE.replacen(DEFAULT, &default, 1).replacen(PROFILE, &own, 1)
}

#[cfg(test)]
mod tests;
