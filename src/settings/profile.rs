//! Which profile is in use, and why; and the list of all there are.

use super::definitions::{ENDPOINT, ENDPOINT_TYPE, REGION};
use super::official_cli::OfficialCli;
use super::{Config, Environment, Layer, Origin, Setting, Settings};
use crate::credentials::Spec;
use crate::fault::{Fault, Hint};
use crate::rpc::Endpoint;
use crate::text::{safe, shortened};
use std::path::Path;

/// Holds a profile as it is listed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ProfileSummary {
    pub name: String,
    pub region: Option<String>,
    /// Says in words where its key comes from, and nothing secret.
    pub credentials: String,
    /// Names the file that it is written in.
    pub file: String,
    pub in_use: bool,
}

impl ProfileSummary {
    /// Gives its region and its file, in words that are safe to show.
    pub fn place(&self) -> String {
        let region = self.region.iter().map(|region| format!("{}, ", safe(region)));
        region.chain([self.file.clone()]).collect()
    }
}

impl Settings {
    /// Lists every profile there is, of config.toml and of the official CLI.
    pub fn profiles(&self) -> Vec<ProfileSummary> {
        let described = |spec: Result<Spec, Fault>| spec.map_or_else(|fault| fault.message, |spec| spec.described());
        let is_chosen = |name: &str| self.profile.as_ref().is_some_and(|profile| profile.value == name);
        let own = self.config.profiles.iter().map(|profile| ProfileSummary {
            name: profile.name.clone(),
            region: profile.layer.get(REGION.any.key).map(|region| region.value.clone()),
            credentials: match profile.credentials.base {
                None => "none".to_owned(),
                Some(_) => described(self.own_profile(profile, &[])),
            },
            file: self.config.shown.clone(),
            in_use: is_chosen(&profile.name),
        });
        let official = self.official.profiles().unwrap_or_default().iter().map(|profile| ProfileSummary {
            name: profile.name.clone(),
            region: profile.text("region_id").ok().flatten(),
            credentials: described(self.official_profile(&profile.name, &[])),
            file: self.official.shown().to_owned(),
            in_use: is_chosen(&profile.name) && self.config.profile(&profile.name).is_none(),
        });
        own.chain(official).collect()
    }

    /// Lists the profiles for whoever chooses among them, whatever flags and variables say.
    pub fn profiles_of_files(config: Option<&Path>, environment: Environment) -> Result<Vec<ProfileSummary>, Fault> {
        let config = Config::load(config, &environment)?;
        Ok(Self::of_files(OfficialCli::find(&environment), config, environment).profiles())
    }

    /// Lists the profiles of the official CLI. Fails if its file cannot be read.
    pub fn official_profiles(environment: Environment) -> Result<Vec<ProfileSummary>, Fault> {
        let official = OfficialCli::find(&environment);
        official.profiles()?;
        Ok(Self::of_files(official, Config::default(), environment).profiles())
    }
}

/// Finds the profile in use: the flag's, else the variable's, else `default_profile`. Fails if neither config.toml nor
/// the official CLI has it.
pub(super) fn choose(
    flag: Option<Setting<String>>,
    environment: &Environment,
    config: &Config,
    official: &OfficialCli,
) -> Result<Option<Setting<String>>, Fault> {
    let setting = |(variable, name): (_, &str)| Setting { value: name.to_owned(), origin: Origin::Variable(variable) };
    let by_variable = || environment.first(&["EFLOCTL_PROFILE"]).map(setting);
    let profile = flag.or_else(by_variable).or_else(|| config.default_profile.clone());
    match &profile {
        Some(Setting { value: name, origin })
            if config.profile(name).is_none() && official.profile(name)?.is_none() =>
        {
            Err(unknown(name, origin, config, official))
        }
        _ => Ok(profile),
    }
}

/// Says that there is no such profile, and which there are.
fn unknown(name: &str, origin: &Origin, config: &Config, official: &OfficialCli) -> Fault {
    let reason = official.problem().map(|why| format!("; {why}"));
    let message = format!("there is no profile {} ({origin}){}", shortened(name), reason.unwrap_or_default());
    let fault = Fault::config(message);
    let own = config.profiles.iter().map(|profile| profile.name.as_str());
    let official = official.profiles().unwrap_or_default().iter().map(|profile| profile.name.as_str());
    let names: Vec<_> = own.chain(official).map(safe).collect();
    if names.is_empty() {
        return fault.hint(Hint::NoProfiles { config: config.shown.clone() });
    }
    fault.hint(format!("the profiles there are: {}", names.join(", ")))
}

/// Gives what the official CLI's profile says of settings: the one that is `named`, else the one that this CLI would
/// use.
pub(super) fn layer_of_official_cli(named: Option<&str>, official: &OfficialCli, with_endpoint: bool) -> Layer {
    // Where it cannot be read, that is told once a region or a key is missing.
    let profile = named.map_or_else(|| official.in_use().ok(), |name| official.profile(name).ok().flatten());
    let Some(profile) = profile else { return Layer::default() };
    let text = |key: &str| profile.text(key).ok().flatten();
    let words = [
        (REGION.any.key, text("region_id")),
        (ENDPOINT.any.key, text("endpoint").filter(|_| with_endpoint).map(|host| bare_host(&host).to_owned())),
        // That CLI takes any other word for public.
        (ENDPOINT_TYPE.any.key, text("endpoint_type").filter(|word| word == "vpc")),
    ];
    let origin = Origin::File(format!("profile {} of {}", safe(&profile.name), official.shown()));
    let setting = |word: Option<String>| Some(Setting { value: word?, origin: origin.clone() });
    words.into_iter().filter_map(|(key, word)| Some((key, setting(word)?))).collect()
}

/// Gives a host as the official CLI takes it from its files: without `http://`, unless the host is one that may be
/// spoken to in plain http.
pub(super) fn bare_host(word: &str) -> &str {
    let word = word.trim_end_matches('/');
    if Endpoint::parse(word).is_ok() { word } else { word.trim_start_matches("http://") }
}
