//! Which profile, and why.

use super::aliyun::Aliyun;
use super::words::Words;
use super::{Config, Environment, Key, Origin};
use crate::fault::{Fault, Hint};
use crate::text::{safe, shortened};

/// The profile in use.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub name: String,
    pub origin: Origin,
    pub(super) profile: Place,
}

/// Where a profile is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Its place among the profiles of config.toml.
    Config(usize),
    /// In the official CLI's file, under its name.
    Aliyun,
}

impl Chosen {
    /// Whether somebody asked for it by flag or variable, so that its credentials count and no others.
    pub fn is_named(&self) -> bool {
        matches!(self.origin, Origin::Flag(_) | Origin::Variable(_))
    }
}

/// Finds the profile: the flag's, the variable's, then `default_profile`; in config.toml, then in the official CLI's
/// file.
pub(super) fn choose(
    flag: Option<&str>,
    environment: &Environment,
    config: &Config,
    aliyun: &Aliyun,
) -> Result<Option<Chosen>, Fault> {
    const VARIABLE: &str = "EFLOCTL_PROFILE";
    let by_flag = flag.map(|name| (name, Origin::Flag("--profile")));
    let by_variable = || environment.variable(VARIABLE).map(|name| (name, Origin::Variable(VARIABLE)));
    let by_default = || {
        let (name, line) = config.default_profile.as_ref()?;
        Some((name.as_str(), Origin::File(config.place("default_profile", *line))))
    };
    let Some((name, origin)) = by_flag.or_else(by_variable).or_else(by_default) else { return Ok(None) };
    let place = match config.profiles.iter().position(|profile| profile.name == name) {
        Some(at) => Some(Place::Config(at)),
        None => aliyun.profile(name)?.map(|_| Place::Aliyun),
    };
    match place {
        Some(profile) => Ok(Some(Chosen { name: name.to_owned(), origin, profile })),
        None => Err(unknown(name, &origin, config, aliyun)),
    }
}

fn unknown(name: &str, origin: &Origin, config: &Config, aliyun: &Aliyun) -> Fault {
    let fault = Fault::config(format!("there is no profile {} ({origin})", shortened(name)));
    let own = config.profiles.iter().map(|profile| profile.name.as_str());
    let official = aliyun.profiles().unwrap_or_default().iter().map(|profile| profile.name.as_str());
    let names: Vec<_> = own.chain(official).map(safe).collect();
    if names.is_empty() {
        return fault.hint(Hint::NoProfiles { config: config.shown.clone() });
    }
    fault.hint(format!("the profiles there are: {}", names.join(", ")))
}

/// What the official CLI's profile in use says of settings: its region, which counts last of all.
pub(super) fn words_of_official_cli(
    chosen: Option<&Chosen>,
    environment: &Environment,
    aliyun: &Aliyun,
) -> Option<Words> {
    let is_named = matches!(chosen, Some(Chosen { profile: Place::Aliyun, .. }));
    if !is_named && environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
        return None;
    }
    let name = match chosen {
        Some(Chosen { name, profile: Place::Aliyun, .. }) => name.clone(),
        _ => aliyun.current(environment),
    };
    // A file that cannot be read is told when a key is wanted from it.
    let profile = aliyun.profile(&name).ok().flatten()?;
    let region = Some(profile.region_id.as_str()).filter(|region| !region.is_empty())?;
    let mut words = Words::default();
    words.set(Key::Region, region, Origin::File(format!("profile {} of {}", safe(&name), aliyun.shown())));
    Some(words)
}
