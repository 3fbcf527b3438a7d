//! Which profile, and why; and the list of all there are.

use super::definitions::{ENDPOINT, ENDPOINT_TYPE, Names, REGION};
use super::layer::Layer;
use super::official::Official;
use super::source::Resolver;
use super::{Config, Environment, Origin, Settings};
use crate::credentials::Spec;
use crate::fault::{Fault, Hint};
use crate::rpc::Endpoint;
use crate::text::{safe, shortened};
use std::path::Path;

/// The profile in use.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub name: String,
    pub origin: Origin,
    pub(super) profile: ProfileFile,
}

/// The file that a profile stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProfileFile {
    /// In config.toml: its position among the profiles there.
    Config(usize),
    /// In the official CLI's file, under its name.
    Official,
}

impl Chosen {
    /// Whether somebody asked for it by flag or variable, so that its credentials count and no others.
    pub fn is_named(&self) -> bool {
        matches!(self.origin, Origin::Flag(_) | Origin::Variable(_))
    }
}

/// A profile as it is listed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ProfileSummary {
    pub name: String,
    pub region: Option<String>,
    /// In words, nothing secret.
    pub credentials: String,
    /// The file it is written in.
    pub file: String,
    pub in_use: bool,
}

impl ProfileSummary {
    /// Where it leads and where it stands, in words that are safe to show.
    pub fn place(&self) -> String {
        let region = self.region.iter().map(|region| format!("{}, ", safe(region)));
        region.chain([self.file.clone()]).collect()
    }
}

impl Settings {
    /// Every profile there is, of config.toml and of the official CLI.
    pub fn profiles(&self) -> Vec<ProfileSummary> {
        match self.resolver() {
            Ok(resolver) => list(&resolver),
            Err(fault) => {
                let mut profiles = list(&Resolver::of_files(&self.environment, &self.config, &self.official));
                profiles.iter_mut().for_each(|profile| profile.credentials = fault.message.clone());
                profiles
            }
        }
    }

    /// Why the official CLI's profiles are not among them, where its file cannot be read.
    pub fn unreadable_official(&self) -> Option<Fault> {
        self.official.profiles().err()
    }

    /// The same for whoever chooses among them, without a look at the settings.
    pub fn profiles_of_files(config: Option<&Path>, environment: &Environment) -> Result<Vec<ProfileSummary>, Fault> {
        let (config, official) = (Config::load(config, environment)?, Official::find(environment));
        Ok(list(&Resolver::of_files(environment, &config, &official)))
    }

    /// The profiles of the official CLI. Fails if its file cannot be read.
    pub fn official_profiles(environment: &Environment) -> Result<Vec<ProfileSummary>, Fault> {
        let (config, official) = (Config::empty(String::new(), Origin::BuiltIn), Official::find(environment));
        official.profiles()?;
        Ok(list(&Resolver::of_files(environment, &config, &official)))
    }
}

fn list(resolver: &Resolver<'_>) -> Vec<ProfileSummary> {
    let described = |spec: Result<Spec, Fault>| spec.map_or_else(|fault| fault.message, |spec| spec.described());
    let in_use = |file: ProfileFile, name: &str| {
        resolver.chosen.is_some_and(|chosen| chosen.profile == file && chosen.name == name)
    };
    let own = resolver.config.profiles.iter().enumerate().map(|(at, profile)| ProfileSummary {
        name: profile.name.clone(),
        region: profile.layer.get(&REGION.names).map(|region| region.value.clone()),
        credentials: match profile.credentials.base {
            None => "none".to_owned(),
            Some(_) => described(resolver.of_config(profile, &[])),
        },
        file: resolver.config.shown.clone(),
        in_use: in_use(ProfileFile::Config(at), &profile.name),
    });
    let official = resolver.official.profiles().unwrap_or_default().iter().map(|profile| ProfileSummary {
        name: profile.name.clone(),
        region: profile.text("region_id").ok().flatten(),
        credentials: described(resolver.official_by_name(&profile.name, &[])),
        file: resolver.official.shown().to_owned(),
        in_use: in_use(ProfileFile::Official, &profile.name),
    });
    own.chain(official).collect()
}

impl<'a> Resolver<'a> {
    /// One that looks at the files alone.
    fn of_files(environment: &'a Environment, config: &'a Config, official: &'a Official) -> Self {
        Resolver {
            chosen: None,
            environment,
            config,
            official,
            sts_endpoint: None,
            vpc_region: None,
            metadata: Endpoint::ecs_metadata(),
        }
    }
}

/// Finds the profile: the flag's, the variable's, then `default_profile`; in config.toml, then in the official CLI's
/// file.
pub(super) fn choose(
    flag: Option<&str>,
    environment: &Environment,
    config: &Config,
    official: &Official,
) -> Result<Option<Chosen>, Fault> {
    let by_flag = flag.map(|name| (name.trim(), Origin::Flag("profile")));
    let by_variable =
        || environment.first(&["EFLOCTL_PROFILE"]).map(|(variable, name)| (name, Origin::Variable(variable)));
    let by_default = || {
        let (name, line) = config.default_profile.as_ref()?;
        Some((name.as_str(), Origin::File(config.place("default_profile", *line))))
    };
    let Some((name, origin)) = by_flag.or_else(by_variable).or_else(by_default) else { return Ok(None) };
    let file = match config.profiles.iter().position(|profile| profile.name == name) {
        Some(at) => Some(ProfileFile::Config(at)),
        None => official.profile(name)?.map(|_| ProfileFile::Official),
    };
    match file {
        Some(profile) => Ok(Some(Chosen { name: name.to_owned(), origin, profile })),
        None => Err(unknown(name, &origin, config, official)),
    }
}

fn unknown(name: &str, origin: &Origin, config: &Config, official: &Official) -> Fault {
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

/// What the official CLI's profile in use says of settings, which counts last of all.
pub(super) fn layer_of_official_cli(chosen: Option<&Chosen>, official: &Official, with_endpoint: bool) -> Layer {
    let mut layer = Layer::default();
    let profile = match chosen {
        Some(Chosen { name, profile: ProfileFile::Official, .. }) => official.profile(name).ok().flatten(),
        // Why there is none is told where a region or a key is missing.
        _ => official.in_use().ok(),
    };
    let Some(profile) = profile else { return layer };
    let mut set = |names: &'static Names, word: &str| {
        layer.set(names, word, Origin::File(format!("profile {} of {}", safe(&profile.name), official.shown())));
    };
    let text = |key: &str| profile.text(key).ok().flatten();
    if let Some(region) = text("region_id") {
        set(&REGION.names, &region);
    }
    if let Some(endpoint) = text("endpoint").filter(|_| with_endpoint) {
        set(&ENDPOINT.names, bare_host(&endpoint));
    }
    // That CLI takes any other word for public.
    if text("endpoint_type").as_deref() == Some("vpc") {
        set(&ENDPOINT_TYPE.names, "vpc");
    }
    layer
}

/// A host as the official CLI takes it from its files: of a scheme that cannot be spoken to it nothing is said there.
pub(super) fn bare_host(word: &str) -> &str {
    let word = word.trim_end_matches('/');
    if Endpoint::parse(word).is_ok() { word } else { word.trim_start_matches("http://") }
}
