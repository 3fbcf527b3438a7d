//! config.toml: profiles and defaults. A mistake in it is answered with its line, its key, and the nearest right one.
//!
//! The TOML library's own messages quote the source line; none is shown as it is, for that line may hold a secret.

mod credentials;
mod reader;

pub use credentials::{Base, Credentials, SHORTEST, WrittenRole, check_session_name};

use super::layer::Layer;
use super::{Environment, Origin, definitions};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::system;
use crate::text::safe;
use reader::TableReader;
use secrecy::zeroize::Zeroizing;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

const TOP_KEYS: [&str; 3] = ["default_profile", "defaults", "profiles"];

/// The config file as it was read; empty when there is none.
#[derive(Debug)]
pub struct Config {
    /// The path as people write it.
    pub shown: String,
    pub exists: bool,
    /// Why it is this file.
    pub origin: Origin,
    /// Whether others than its owner can read it.
    pub is_exposed: bool,
    /// Its name and line.
    pub default_profile: Option<(String, usize)>,
    pub(super) defaults: Layer,
    pub profiles: Vec<Profile>,
}

/// A profile of config.toml.
#[derive(Debug)]
pub struct Profile {
    pub name: String,
    pub line: usize,
    pub(super) layer: Layer,
    pub credentials: Credentials,
}

impl Config {
    /// Where the config file is: by flag, by variable, or in the config folder. Fails if a variable is no text, or if
    /// the system names no folder for config files.
    pub fn path(flag: Option<&Path>, environment: &Environment) -> Result<(PathBuf, Origin), Fault> {
        environment.check()?;
        if let Some(path) = flag {
            return Ok((path.to_owned(), Origin::Flag("config")));
        }
        if let Some(path) = environment.variable("EFLOCTL_CONFIG") {
            return Ok((environment.expand(Path::new(path)), Origin::Variable("EFLOCTL_CONFIG")));
        }
        let folder = environment
            .config_dir()
            .ok_or_else(|| Fault::config("this system names no folder for config files").hint(Hint::NoConfigFolder))?;
        Ok((folder.join("efloctl").join("config.toml"), Origin::BuiltIn))
    }

    /// Reads the config file. One that nobody named need not be there, nor need a folder for it.
    pub(super) fn load(flag: Option<&Path>, environment: &Environment) -> Result<Self, Fault> {
        environment.check()?;
        let Ok((path, origin)) = Self::path(flag, environment) else {
            return Ok(Config::empty("config.toml".to_owned(), Origin::BuiltIn));
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
        let is_exposed = text.is_some()
            && std::fs::metadata(&path).is_ok_and(|file| file.is_file() && system::is_open_to_others(&file));
        let mut config = Config { exists: text.is_some(), is_exposed, ..Config::empty(shown, origin) };
        if let Some(text) = text {
            config.read(&text)?;
        }
        Ok(config)
    }

    pub fn empty(shown: String, origin: Origin) -> Self {
        Config {
            shown,
            exists: false,
            origin,
            is_exposed: false,
            default_profile: None,
            defaults: Layer::default(),
            profiles: Vec::new(),
        }
    }

    /// A place in the file, in words.
    pub(super) fn place(&self, what: &str, line: usize) -> String {
        format!("{what}, {}:{line}", self.shown)
    }

    /// Reads the file's text.
    pub fn read(&mut self, text: &str) -> Result<(), Fault> {
        let reader = TableReader { shown: self.shown.clone(), text };
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |span| span.start);
            reader.wrong(at, &format!("is not TOML: {}", e.message().lines().next().unwrap_or_default()))
        })?;
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "default_profile" => {
                    let name = reader.text(key.get_ref(), value)?;
                    self.default_profile = Some((name.to_owned(), reader.line(key.span().start)));
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
                    let is_setting = definitions::in_files().any(|known| known.names().key == name);
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

/// A first config file: the commented original, with its first profile's words replaced. All come quoted as TOML.
pub fn first_config(profile: &str, region: &str, keys: &str) -> Zeroizing<String> {
    const ORIGINAL: &str = include_str!("../../config.example.toml");
    const PROFILE: &str =
        "[profiles.ops]\nregion = \"cn-wulanchabu\"\naccess_key_id = \"LTAI...\"\naccess_key_secret = \"...\"\n";
    let named = ORIGINAL.replacen("default_profile = \"ops\"", &format!("default_profile = {profile}"), 1);
    let (before, after) = named.split_once(PROFILE).expect("the original has its first profile");
    // In one piece: what is moved leaves a copy behind.
    Zeroizing::new([before, "[profiles.", profile, "]\nregion = ", region, "\n", keys, after].concat())
}

#[cfg(test)]
mod tests;
