//! config.toml: profiles and defaults. A mistake in it is answered with its line, its key, and the nearest right one.
//!
//! The TOML library's own messages quote the source line; none is shown as it is, for that line may hold a secret.

mod credentials;

use super::definitions::in_files;
use super::source::Credentials;
use super::{Environment, Layer, Origin, Setting, showable};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::system;
use crate::text::safe;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use toml::Spanned;
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
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound && origin == Origin::BuiltIn => {
                return Ok(Config { shown, ..Config::default() });
            }
            Err(e) => {
                return Err(Fault::config(format!("the config file {shown} ({origin}) cannot be read: {e}"))
                    .hint(Hint::WhichConfig));
            }
        };
        // A device or a pipe keeps nothing.
        let file = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file);
        let is_exposed = file.and_then(|file| system::mode(&file)).map(|mode| mode & 0o077 != 0);
        let mut config = Config { shown, exists: true, origin, is_exposed, ..Config::default() };
        config.read(&text)?;
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
            let place = Spanned::new(e.span().unwrap_or_default(), ());
            reader.wrong(&place, &format!("is not TOML: {}", e.message().lines().next().unwrap_or_default()))
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
                    let is_setting = in_files().any(|known| known.key == name);
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

/// Holds the file's text, in which mistakes are placed.
struct TableReader<'t> {
    shown: String,
    text: &'t str,
}

/// Is a key with its place in the text.
type SpannedKey<'t> = Spanned<Cow<'t, str>>;
/// Is a value with its place in the text.
type SpannedValue<'t> = Spanned<DeValue<'t>>;

impl<'t> TableReader<'t> {
    /// Gives the line of a key or a value.
    fn line<T>(&self, at: &Spanned<T>) -> usize {
        let before = &self.text.as_bytes()[..at.span().start.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// Says where something was set: in which part of the file, and at which key.
    fn origin(&self, part: &str, key: &SpannedKey<'t>) -> Origin {
        Origin::File(format!("{part}, {}:{}", self.shown, self.line(key)))
    }

    /// Says what is wrong with a key or a value.
    fn wrong<T>(&self, at: &Spanned<T>, what: &str) -> Fault {
        Fault::config(format!("{}:{}: {}", self.shown, self.line(at), safe(what)))
            .hint("config.example.toml shows every key with its meaning")
    }

    /// Says that a key is not known, and which one was meant.
    fn unknown(&self, key: &SpannedKey<'t>, place: &str, known: impl Iterator<Item = &'static str>) -> Fault {
        let word = key.get_ref().as_ref();
        let fault = self.wrong(key, &format!("unknown key \"{word}\" {place}"));
        let nearest = known.map(|known| (strsim::jaro_winkler(word, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
        match (word.replace('-', "_").as_str(), nearest) {
            ("node" | "from" | "failed" | "only" | "max_nodes" | "exit_status" | "fail_fast" | "max_failed", _)
            | ("record" | "junit" | "github" | "batches", _) => {
                fault.hint("it is an option of the command line alone, so that no forgotten line weakens a gate")
            }
            (_, Some((likeness, known))) if likeness > 0.7 => fault.hint(format!("did you mean {known}?")),
            _ => fault,
        }
    }

    /// Reads a value that must be text.
    fn text<'v>(&self, key: &str, value: &'v SpannedValue<'t>) -> Result<&'v str, Fault> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(value, &format!("{key} must be text in quotes")))
    }

    /// Reads a value that must be a table.
    fn table<'v>(&self, key: &str, value: &'v SpannedValue<'t>) -> Result<&'v DeTable<'t>, Fault> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value, &format!("{key} must be a table")))
    }

    /// Takes one setting into a layer. `others` are the keys that may stand beside settings there.
    fn setting(
        &self,
        layer: &mut Layer,
        key: &SpannedKey<'t>,
        value: &SpannedValue<'t>,
        place: &str,
        others: &[&'static str],
    ) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        let Some(setting) = in_files().find(|setting| setting.key == name) else {
            let known = in_files().map(|setting| setting.key).chain(others.iter().copied());
            return Err(self.unknown(key, &format!("in {place}"), known));
        };
        // A count, or the 0 of a timeout that never comes, may stand without quotes.
        let word = match value.get_ref() {
            DeValue::String(word) => word.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(self.wrong(value, &format!("{name} must be text in quotes"))),
        };
        (setting.check)(word).map_err(|why| self.wrong(value, &format!("{name} \"{}\" {why}", showable(word))))?;
        layer.insert(setting.key, Setting { value: word.to_owned(), origin: self.origin(place, key) });
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
