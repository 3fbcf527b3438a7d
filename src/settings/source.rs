//! Where the key comes from: the places in their order, why each serves or not, and the first that does.

use super::aliyun::{self, Aliyun};
use super::profile::Place;
use super::{Chosen, Config, Environment, file};
use crate::credentials::Spec;
use crate::fault::{Fault, Kind};
use crate::rpc::{Key, masked};
use crate::text::safe;
use secrecy::{ExposeSecret, SecretString};

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// What a place has to offer.
enum Offer {
    Spec(Spec),
    /// Nothing is configured there, and why that is so: it is stepped over.
    Absent(String),
    /// Something is configured there and does not serve: that ends it, for the next place may be another account's.
    Broken(Fault),
}

/// The places where keys may be.
pub struct Sources<'a> {
    chosen: Option<&'a Chosen>,
    environment: &'a Environment,
    config: &'a Config,
    aliyun: &'a Aliyun,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        chosen: Option<&'a Chosen>,
        environment: &'a Environment,
        config: &'a Config,
        aliyun: &'a Aliyun,
    ) -> Self {
        Sources { chosen, environment, config, aliyun }
    }

    /// The source in effect, and its place in words.
    ///
    /// # Errors
    /// No place serves, each named with its reason; or one that is configured does not.
    pub fn spec(&self) -> Result<(Spec, String), Fault> {
        let mut tried = Vec::new();
        for (place, offer) in self.places() {
            match offer() {
                Offer::Spec(spec) => return Ok((spec, place)),
                Offer::Broken(fault) => return Err(fault),
                Offer::Absent(why) => tried.push(format!("\n  {place}: {why}")),
            }
        }
        Err(Fault::new(Kind::Credentials, format!("no credentials were found{}", tried.concat())).hint(format!(
            "three lines in {} would do:\n  default_profile = \"ops\"\n  profiles.ops.access_key_id = \"LTAI...\"\n  \
             profiles.ops.access_key_secret = \"...\"",
            self.config.shown
        )))
    }

    /// The places in their order, each with what it offers once it is asked. A profile that was named is the only one.
    fn places(&self) -> Vec<(String, Box<dyn Fn() -> Offer + '_>)> {
        let profile = |chosen: &'a Chosen| {
            (
                format!("profile {}", safe(&chosen.name)),
                Box::new(|| self.profile(chosen)) as Box<dyn Fn() -> Offer + '_>,
            )
        };
        if let Some(chosen) = self.chosen.filter(|chosen| chosen.is_named()) {
            return vec![profile(chosen)];
        }
        let default_profile = match self.chosen {
            Some(chosen) => profile(chosen),
            None => ("default_profile".to_owned(), Box::new(|| Offer::Absent(self.no_default_profile())) as _),
        };
        vec![
            ("environment".to_owned(), Box::new(|| self.variables())),
            default_profile,
            ("official CLI".to_owned(), Box::new(|| self.official_cli())),
        ]
    }

    fn variables(&self) -> Offer {
        let variable = |name| self.environment.variable(name);
        match (variable(ID), variable(SECRET)) {
            (Some(id), Some(secret)) => Offer::Spec(Spec::Static(Key {
                id: id.to_owned(),
                secret: secret.into(),
                token: variable(TOKEN).map(SecretString::from),
            })),
            (None, None) => Offer::Absent(format!("{ID} is not set")),
            (Some(_), None) => half(format!("{ID} is set and {SECRET} is not")),
            (None, Some(_)) => half(format!("{SECRET} is set and {ID} is not")),
        }
    }

    fn no_default_profile(&self) -> String {
        if self.config.exists {
            format!("{} names none", self.config.shown)
        } else {
            format!("{} is not there", self.config.shown)
        }
    }

    fn profile(&self, chosen: &Chosen) -> Offer {
        match chosen.profile {
            Place::Aliyun => self.official_profile(&chosen.name),
            Place::Config(at) => match of_profile(&self.config.profiles[at]) {
                Some(spec) => Offer::Spec(spec),
                None => Offer::Absent(format!("it has no access_key_id in {}", self.config.shown)),
            },
        }
    }

    fn official_cli(&self) -> Offer {
        let shown = self.aliyun.shown();
        if !self.aliyun.exists() {
            return Offer::Absent(format!("{shown} is not there"));
        }
        if self.environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
            return Offer::Absent("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true".to_owned());
        }
        self.official_profile(&self.aliyun.current(self.environment))
    }

    fn official_profile(&self, name: &str) -> Offer {
        let profile = match self.aliyun.profile(name) {
            Ok(Some(profile)) => profile,
            Ok(None) => return Offer::Absent(format!("{} has no profile {}", self.aliyun.shown(), safe(name))),
            Err(fault) => return Offer::Broken(fault),
        };
        match of_official_profile(profile) {
            Ok(spec) => Offer::Spec(spec),
            Err(why) => {
                let message = format!("profile {} of {} {why}", safe(name), self.aliyun.shown());
                let command = format!("aliyun configure --profile {} mends it", safe(name));
                Offer::Broken(Fault::new(Kind::Credentials, message).hint(command))
            }
        }
    }
}

fn half(message: String) -> Offer {
    Offer::Broken(Fault::new(Kind::Credentials, message).hint("set both, or neither"))
}

fn of_profile(profile: &file::Profile) -> Option<Spec> {
    let (id, secret) = profile.access_key_id.clone().zip(profile.access_key_secret.clone())?;
    Some(Spec::Static(Key { id, secret, token: profile.sts_token.clone() }))
}

/// The modes AK and StsToken; an empty mode is inferred from what is there, as the official CLI does.
fn of_official_profile(profile: &aliyun::Profile) -> Result<Spec, String> {
    let filled = |text: &Option<SecretString>| text.clone().filter(|text| !text.expose_secret().is_empty());
    let id = profile.access_key_id.clone().filter(|id| !id.is_empty());
    let token = filled(&profile.sts_token);
    let key = id.zip(filled(&profile.access_key_secret));
    match (profile.mode.as_deref().unwrap_or_default(), key, token) {
        ("AK", Some((id, secret)), _) => Ok(Spec::Static(Key { id, secret, token: None })),
        ("StsToken", Some((id, secret)), Some(token)) => Ok(Spec::Static(Key { id, secret, token: Some(token) })),
        ("", Some((id, secret)), token) => Ok(Spec::Static(Key { id, secret, token })),
        ("StsToken", Some(_), None) => Err("has no sts_token".to_owned()),
        ("AK" | "StsToken" | "", None, _) => Err("has no access key".to_owned()),
        (mode, _, _) => Err(format!("is of mode {}, and only AK and StsToken can be used", safe(mode))),
    }
}

/// What a profile of config.toml has for credentials, in words: nothing that is secret.
pub(super) fn described(profile: &file::Profile) -> String {
    match (&profile.access_key_id, &profile.sts_token) {
        (Some(id), None) => format!("AccessKey {}", masked(id)),
        (Some(id), Some(_)) => format!("temporary key {}", masked(id)),
        (None, _) => "none".to_owned(),
    }
}

/// The same of a profile of the official CLI.
pub(super) fn described_official(profile: &aliyun::Profile) -> String {
    let mode = profile.mode.as_deref().filter(|mode| !mode.is_empty()).unwrap_or("AK");
    let id = profile.access_key_id.as_deref().filter(|id| !id.is_empty());
    id.map_or_else(|| safe(mode).into_owned(), |id| format!("{} {}", safe(mode), masked(id)))
}
