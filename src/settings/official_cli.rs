//! `~/.aliyun/config.json`, the official CLI's profiles: read, never written.
//!
//! Each profile, and each value in it, is read by itself and only when it is wanted, so that an odd one spoils no
//! other. Keys match in any case, and the last of two counts, as for that CLI.

use super::definitions::{ENDPOINT, ENDPOINT_TYPE, REGION};
use super::{Environment, Layer, Origin, Setting};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::rpc::Endpoint;
use crate::text::{mended, safe};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::path::PathBuf;

/// Lists the variables that name a profile of that CLI, in its order.
const PROFILE_VARIABLES: [&str; 3] = ["ALIBABACLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"];
const IGNORE_VARIABLES: [&str; 2] = ["ALIBABA_CLOUD_IGNORE_PROFILE", "ALIBABACLOUD_IGNORE_PROFILE"];
/// Names the SDKs' switch by which no profile is used unless efloctl is told to use it.
const DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
const FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";

/// Holds the file of the official CLI, as far as it could be read.
pub struct OfficialCli {
    /// Holds the file's name, for messages.
    pub(super) shown: String,
    /// Holds its content, or says why there is none, which matters only to whoever needs it.
    file: Result<File, NotInUse>,
    /// Holds the variable that names a profile for that CLI and the SDKs, and the name.
    pub(super) named: Option<(&'static str, String)>,
    /// Says whether a switch of the SDKs keeps its profile in use from being used.
    is_disabled: bool,
}

/// Holds what the file says.
#[derive(Default)]
struct File {
    current: Option<String>,
    profiles: Vec<OfficialProfile>,
}

/// Holds a profile of the official CLI.
pub struct OfficialProfile {
    pub name: String,
    pub(super) fields: Fields,
}

/// Says why the official CLI's profile in use cannot serve.
#[derive(Clone)]
pub enum NotInUse {
    /// There is no such profile, and nobody says that there is one.
    Absent(String),
    /// A variable says that the file is to be left out.
    LeftOut(String),
    /// A variable, or the file itself, names a profile that is not there.
    Missing(Fault),
    Unreadable(Fault),
}

impl OfficialCli {
    /// Reads the file, if there is one.
    pub(super) fn find(environment: &Environment) -> Self {
        let named = environment.variable(FILE).map(PathBuf::from);
        let path = named.clone().or_else(|| Some(environment.home.as_ref()?.join(".aliyun").join("config.json")));
        let shown = path.as_ref().map_or_else(|| "~/.aliyun/config.json".to_owned(), |path| environment.shown(path));
        let is_ignored = |name: &&str| environment.word(name) == Some("TRUE");
        let absent = || NotInUse::Absent(format!("{shown} is not there"));
        let file = match (IGNORE_VARIABLES.into_iter().find(is_ignored), path) {
            (Some(variable), _) => Err(NotInUse::LeftOut(format!("{shown} is left out: {variable} is TRUE"))),
            (None, None) => Err(absent()),
            (None, Some(path)) => match read_small_text(&path) {
                Ok(text) => read(&text).map_err(|why| unreadable(&shown, &why)),
                Err(e) if named.is_some() => Err(unreadable(&shown, &format!("{e} ({FILE} names it)"))),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(absent()),
                Err(e) => Err(unreadable(&shown, &e.to_string())),
            },
        };
        let named = environment.first(&PROFILE_VARIABLES).map(|(variable, name)| (variable, name.to_owned()));
        OfficialCli { shown, file, named, is_disabled: environment.is_true(DISABLED) }
    }

    /// Stands for a file that is not there.
    pub(super) fn absent() -> Self {
        OfficialCli { shown: String::new(), file: Ok(File::default()), named: None, is_disabled: false }
    }

    /// Reads a file with this text.
    #[cfg(any(test, feature = "fuzz"))]
    pub fn of_text(shown: String, text: &str) -> Self {
        OfficialCli { file: read(text).map_err(|why| unreadable(&shown, &why)), shown, ..Self::absent() }
    }

    /// Gives its profiles. Fails if the file is there and cannot be read.
    pub fn profiles(&self) -> Result<&[OfficialProfile], Fault> {
        match &self.file {
            Ok(file) => Ok(&file.profiles),
            Err(NotInUse::Unreadable(fault)) => Err(fault.clone()),
            Err(_) => Ok(&[]),
        }
    }

    /// Gives the first profile of that name. Fails if the file is there and cannot be read.
    pub(super) fn profile(&self, name: &str) -> Result<Option<&OfficialProfile>, Fault> {
        Ok(self.profiles()?.iter().find(|profile| profile.name == name))
    }

    /// Gives the profile that the official CLI would use: the one that a variable names, else the current one.
    pub fn in_use(&self) -> Result<&OfficialProfile, NotInUse> {
        let file = match &self.file {
            _ if self.is_disabled => Err(NotInUse::Absent(format!("{DISABLED} is true"))),
            file => file.as_ref().map_err(Clone::clone),
        };
        let current = file.as_ref().ok().and_then(|file| file.current.as_deref());
        let named = self.named.as_ref().map(|(_, name)| name.as_str());
        let name = named.or(current).unwrap_or("default");
        let absent = || NotInUse::Absent(format!("{} has no profile {}", self.shown, safe(name)));
        let found = file.and_then(|file| file.profiles.iter().find(|profile| profile.name == name).ok_or_else(absent));
        found.map_err(|why| {
            let shown = &self.shown;
            let message = match (why, &self.named, current) {
                (NotInUse::Absent(why) | NotInUse::LeftOut(why), Some((variable, name)), _) => {
                    format!("{variable} names the profile {}; {why}", safe(name))
                }
                (NotInUse::Absent(_), None, Some(name)) => {
                    format!("{shown} names the profile {} as current, and has none of that name", safe(name))
                }
                (why, ..) => return why,
            };
            let names: Vec<_> = self.profiles().unwrap_or_default().iter().map(|own| safe(&own.name)).collect();
            let fault = Fault::credentials(message);
            let hint = || format!("the profiles there are: {}", names.join(", "));
            NotInUse::Missing(if names.is_empty() { fault } else { fault.hint(hint()) })
        })
    }

    /// Gives what a profile says of settings: the one that is `named`, else the one that the official CLI would use.
    pub(super) fn layer(&self, named: Option<&str>, with_endpoint: bool) -> Layer {
        // Where it cannot be read, that is told once a region or a key is missing.
        let profile = named.map_or_else(|| self.in_use().ok(), |name| self.profile(name).ok().flatten());
        let Some(profile) = profile else { return Layer::default() };
        let text = |key: &str| profile.text(key).ok().flatten();
        let words = [
            (REGION.any.key, text("region_id")),
            (ENDPOINT.any.key, text("endpoint").filter(|_| with_endpoint).map(|host| bare_host(&host).to_owned())),
            // That CLI takes any other word for public.
            (ENDPOINT_TYPE.any.key, text("endpoint_type").filter(|word| word == "vpc")),
        ];
        let origin = Origin::File(format!("profile {} of {}", safe(&profile.name), self.shown));
        let setting = |word: Option<String>| Some(Setting { value: word?, origin: origin.clone() });
        words.into_iter().filter_map(|(key, word)| Some((key, setting(word)?))).collect()
    }

    /// Says why nothing can come from the file although it is there. It is told where a region or a key is missing.
    pub(super) fn problem(&self) -> Option<String> {
        match self.in_use() {
            Err(NotInUse::Missing(fault) | NotInUse::Unreadable(fault)) => Some(fault.message),
            Err(NotInUse::LeftOut(why)) => Some(why),
            Ok(_) | Err(NotInUse::Absent(_)) => None,
        }
    }
}

impl OfficialProfile {
    /// Gives a text without blanks around it, unless it is absent, null or blank. Fails, with the end of a sentence
    /// about the profile, if it is no text.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, String> {
        Ok(self.untrimmed(key)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// Gives a text as it stands there.
    pub(super) fn untrimmed(&self, key: &str) -> Result<Option<String>, String> {
        self.fields.read(key).map_err(|()| format!("has {key}, which is not text"))
    }

    /// Gives a whole number of seconds. 0 is as good as absent.
    pub(super) fn seconds(&self, key: &str) -> Result<Option<u64>, String> {
        let in_text = || self.fields.read::<String>(key)?.map(|text| text.trim().parse().map_err(drop)).transpose();
        let number = self.fields.read(key).or_else(|()| in_text());
        let number = number.map_err(|()| format!("has {key}, which is not a whole number of seconds"))?;
        Ok(number.filter(|seconds| *seconds > 0))
    }
}

/// Holds the unread values of a JSON object by their keys in lower case.
pub(super) struct Fields(HashMap<String, Box<RawValue>>);

impl Fields {
    /// Reads an object, but for its values.
    pub(super) fn of(json: &str) -> serde_json::Result<Self> {
        let fields: HashMap<String, Box<RawValue>> = serde_json::from_str(json)?;
        Ok(Fields(fields.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect()))
    }

    /// Reads a value, unless it is absent or null. The library's own error would quote the text, perhaps a secret.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ()> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        serde_json::from_str(value.get()).map_err(drop)
    }

    /// Reads the objects of a list, in which null is passed over.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Fields>, ()> {
        let list: Vec<Option<Box<RawValue>>> = self.read(key)?.unwrap_or_default();
        list.into_iter().flatten().map(|object| Fields::of(object.get()).map_err(drop)).collect()
    }
}

/// Gives a host as the official CLI takes it from its files: without `http://`, unless the host is one that may be
/// spoken to in plain http.
pub(super) fn bare_host(word: &str) -> &str {
    let word = word.trim_end_matches('/');
    if Endpoint::parse(word).is_ok() { word } else { word.trim_start_matches("http://") }
}

/// Says that the file cannot be read.
fn unreadable(shown: &str, why: &str) -> NotInUse {
    let fault = Fault::credentials(format!("{shown} cannot be read: {why}"));
    NotInUse::Unreadable(fault.hint(Hint::AliyunConfigure { profile: None }))
}

/// Reads the file, as far as the names of its profiles, or says why it cannot be read.
fn read(text: &str) -> Result<File, String> {
    if text.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    let odd = |line: usize| format!("line {line} is not as that CLI writes it");
    let file = Fields::of(&mended(text.as_bytes())).map_err(|e| odd(e.line()))?;
    let current: Option<String> = file.read("current").map_err(|()| odd(1))?;
    let profiles: Vec<Box<RawValue>> = file.read("profiles").map_err(|()| odd(1))?.unwrap_or_default();
    let profile = |json: Box<RawValue>| {
        let fields = Fields::of(json.get()).ok()?;
        Some(OfficialProfile { name: fields.read("name").ok()?.unwrap_or_default(), fields })
    };
    Ok(File {
        current: current.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        profiles: profiles.into_iter().filter_map(profile).collect(),
    })
}
