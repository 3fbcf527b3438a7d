//! config.toml: profiles and defaults. A mistake in it is answered with its line, its key, and the nearest right one.
//!
//! The TOML library's own messages quote the source line; none is shown as it is, for that line may hold a secret.

use super::words::Words;
use super::{Environment, Key, Origin};
use crate::fault::Fault;
use crate::text::safe;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::io;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Keys of a profile that are its credentials.
pub const CREDENTIAL_KEYS: [&str; 3] = ["access_key_id", "access_key_secret", "sts_token"];
const TOP_KEYS: [&str; 3] = ["default_profile", "defaults", "profiles"];

/// The config file as it was read; empty when there is none.
#[derive(Debug)]
pub struct Config {
    /// The path as people write it.
    pub shown: String,
    pub exists: bool,
    /// Whether others than its owner can read it.
    pub is_exposed: bool,
    /// Its name and line.
    pub default_profile: Option<(String, usize)>,
    pub(super) defaults: Words,
    pub profiles: Vec<Profile>,
}

/// A profile of config.toml.
#[derive(Debug)]
pub struct Profile {
    pub name: String,
    pub line: usize,
    pub(super) words: Words,
    pub(super) access_key_id: Option<String>,
    pub(super) access_key_secret: Option<SecretString>,
    pub(super) sts_token: Option<SecretString>,
}

impl Profile {
    /// The region that the profile itself names.
    pub fn region(&self) -> Option<&str> {
        self.words.get(Key::Region).map(|word| word.text.as_str())
    }
}

impl Config {
    /// Where the config file is: by flag, by variable, or in the config folder.
    ///
    /// # Errors
    /// There is no place for one.
    pub fn path(flag: Option<&Path>, environment: &Environment) -> Result<(PathBuf, Origin), Fault> {
        if let Some(path) = flag {
            return Ok((path.to_owned(), Origin::Flag("--config")));
        }
        if let Some(path) = environment.variable("EFLOCTL_CONFIG") {
            return Ok((environment.expand(Path::new(path)), Origin::Variable("EFLOCTL_CONFIG")));
        }
        let folder = environment.config_dir().ok_or_else(|| {
            Fault::config("this system names no folder for config files").hint("set HOME, or name a file with --config")
        })?;
        Ok((folder.join("efloctl").join("config.toml"), Origin::BuiltIn))
    }

    /// Reads the config file. One that nobody named need not be there.
    ///
    /// # Errors
    /// It cannot be read, or holds a mistake.
    pub(super) fn load(flag: Option<&Path>, environment: &Environment) -> Result<Self, Fault> {
        let (path, origin) = Self::path(flag, environment)?;
        let shown = environment.shown(&path);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => Some(Zeroizing::new(text)),
            Err(e) if e.kind() == io::ErrorKind::NotFound && origin == Origin::BuiltIn => None,
            Err(e) => {
                return Err(Fault::config(format!("the config file {shown} ({origin}) cannot be read: {e}"))
                    .hint("efloctl config path says which file is meant"));
            }
        };
        let is_exposed = text.is_some() && is_exposed(&path);
        let mut config = Config {
            shown,
            exists: text.is_some(),
            is_exposed,
            default_profile: None,
            defaults: Words::default(),
            profiles: Vec::new(),
        };
        if let Some(text) = text {
            config.read(&text)?;
        }
        Ok(config)
    }

    /// A place in the file, in words.
    pub(super) fn place(&self, what: &str, line: usize) -> String {
        format!("{what}, {}:{line}", self.shown)
    }

    fn read(&mut self, text: &str) -> Result<(), Fault> {
        let reader = Reader { shown: self.shown.clone(), text };
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
                        self.profiles.push(reader.profile(name, value)?);
                    }
                }
                _ => return Err(reader.unknown(key, "at the top level", TOP_KEYS.into_iter())),
            }
        }
        self.profiles.sort_by_key(|profile| profile.line);
        Ok(())
    }
}

/// Reads values and words mistakes.
struct Reader<'t> {
    shown: String,
    text: &'t str,
}

type Name<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl<'t> Reader<'t> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn wrong(&self, at: usize, what: &str) -> Fault {
        Fault::config(format!("{}:{}: {}", self.shown, self.line(at), safe(what)))
            .hint("config.example.toml shows every key with its meaning")
    }

    fn unknown(&self, key: &Name<'t>, place: &str, known: impl Iterator<Item = &'static str>) -> Fault {
        let word = key.get_ref().as_ref();
        let nearest = known.map(|known| (strsim::jaro_winkler(word, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
        let fault = self.wrong(key.span().start, &format!("unknown key \"{word}\" {place}"));
        match nearest {
            Some((likeness, known)) if likeness > 0.7 => fault.hint(format!("did you mean {known}?")),
            _ => fault,
        }
    }

    fn text<'v>(&self, key: &str, value: &'v Spanned<DeValue<'t>>) -> Result<&'v str, Fault> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(value.span().start, &format!("{key} must be text in quotes")))
    }

    fn table<'v>(&self, key: &str, value: &'v Spanned<DeValue<'t>>) -> Result<&'v DeTable<'t>, Fault> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value.span().start, &format!("{key} must be a table")))
    }

    /// Takes one setting into a layer.
    fn setting(
        &self,
        words: &mut Words,
        key: &Name<'t>,
        value: &Spanned<DeValue<'t>>,
        place: &str,
        others: &[&'static str],
    ) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        let Some(known) = Key::ALL.into_iter().find(|known| known.config_key() == name) else {
            let known = Key::ALL.into_iter().map(Key::config_key).chain(others.iter().copied());
            return Err(self.unknown(key, &format!("in {place}"), known));
        };
        // A count, or the 0 that is without end, may stand without quotes.
        let word = match value.get_ref() {
            DeValue::String(word) => word.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(self.wrong(value.span().start, &format!("{name} must be text in quotes"))),
        };
        known.check(word).map_err(|why| self.wrong(value.span().start, &format!("{name} \"{word}\" {why}")))?;
        let origin = Origin::File(format!("{place}, {}:{}", self.shown, self.line(key.span().start)));
        words.set(known, word, origin);
        Ok(())
    }

    fn profile(&self, name: &Name<'t>, value: &Spanned<DeValue<'t>>) -> Result<Profile, Fault> {
        let table = self.table(&format!("profiles.{}", name.get_ref()), value)?;
        let place = format!("profile {}", safe(name.get_ref()));
        let mut profile = Profile {
            name: name.get_ref().to_string(),
            line: self.line(name.span().start),
            words: Words::default(),
            access_key_id: None,
            access_key_secret: None,
            sts_token: None,
        };
        for (key, value) in table {
            let secret = || self.text(key.get_ref(), value).map(|secret| Some(SecretString::from(secret)));
            match key.get_ref().as_ref() {
                "access_key_id" => profile.access_key_id = Some(self.text("access_key_id", value)?.to_owned()),
                "access_key_secret" => profile.access_key_secret = secret()?,
                "sts_token" => profile.sts_token = secret()?,
                _ => self.setting(&mut profile.words, key, value, &place, &CREDENTIAL_KEYS)?,
            }
        }
        let missing = match (&profile.access_key_id, &profile.access_key_secret, &profile.sts_token) {
            (Some(_), None, _) => "access_key_id without access_key_secret",
            (None, Some(_), _) => "access_key_secret without access_key_id",
            (None, None, Some(_)) => "sts_token without the key that it belongs to",
            _ => return Ok(profile),
        };
        Err(self.wrong(name.span().start, &format!("{place} has {missing}")))
    }
}

/// Whether the file's mode lets anybody but its owner at it.
#[cfg(unix)]
fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests;
