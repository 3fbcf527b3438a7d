//! What was meant: each setting with where it came from.
//!
//! Flags, variables, the profile, `[defaults]`, the official CLI's words and what is built in are layers of the same
//! shape: words by [`Key`]. A word is read by the one parser of its setting, whichever layer it comes from, and only
//! the word that counts is read. The stages that break the circle of region and profile are in [`Settings`].

mod aliyun;
mod environment;
mod file;
mod names;
mod profile;
mod show;
mod source;
mod words;

pub use aliyun::Aliyun;
pub use environment::Environment;
#[cfg(any(test, feature = "fuzz"))]
pub use file::Base;
pub use file::Config;
pub use file::first_config;
pub use names::Named;
pub use profile::Chosen;
pub use show::SettingLine;
pub use source::Resolver;
pub use words::{Key, OutputFormat, output_without_file, parse_duration};

use crate::credentials::{Chain, Spec};
use crate::eflo::{EndpointType, endpoint};
use crate::fault::{Fault, Hint};
use crate::rpc::Endpoint;
use profile::Place;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use words::{Word, Words};

/// A value in effect, and where it came from.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Variable(&'static str),
    /// A place in a file, in words.
    File(String),
    BuiltIn,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(flag) => f.write_str(flag),
            Origin::Variable(name) => f.write_str(name),
            Origin::File(place) => f.write_str(place),
            Origin::BuiltIn => f.write_str("built in"),
        }
    }
}

/// What the command line says of settings.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    config: Option<PathBuf>,
    profile: Option<String>,
    words: Words,
}

impl Flags {
    /// Which config file and which profile, where flags say so.
    pub fn new(config: Option<PathBuf>, profile: Option<String>) -> Self {
        Flags { config, profile, words: Words::default() }
    }

    /// Sets what a flag says, if it says something.
    #[must_use]
    pub fn with(mut self, key: Key, word: Option<&str>) -> Self {
        if let Some(word) = word {
            self.words.set(key, word, Origin::Flag(key.flag()));
        }
        self
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

/// The settings of one call: stage by stage, each needing only those before it.
pub struct Settings {
    environment: Environment,
    config: Config,
    aliyun: Aliyun,
    chosen: Option<Chosen>,
    /// From the first that counts to the last.
    layers: Vec<Words>,
}

impl Settings {
    /// Reads the config files, finds the profile, and puts the layers in their order.
    ///
    /// # Errors
    /// A config file that is named and not there, or holds a mistake; a profile that does not exist.
    pub fn load(flags: Flags, environment: Environment) -> Result<Self, Fault> {
        let config = Config::load(flags.config.as_deref(), &environment)?;
        let aliyun = Aliyun::find(&environment);
        let chosen = profile::choose(flags.profile.as_deref(), &environment, &config, &aliyun)?;

        let mut layers = vec![flags.words, Words::of_variables(&environment)];
        if let Some(Chosen { profile: Place::Config(at), .. }) = &chosen {
            layers.push(config.profiles[*at].words.clone());
        }
        layers.push(config.defaults.clone());
        layers.push(Words::of_official_variables(&environment));
        layers.extend(profile::words_of_official_cli(chosen.as_ref(), &environment, &aliyun));
        Ok(Settings { environment, config, aliyun, chosen, layers })
    }

    /// The config file and what is doubtful about it.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The profile in use and why it is.
    pub fn profile(&self) -> Option<&Chosen> {
        self.chosen.as_ref()
    }

    /// Every profile there is, of config.toml and of the official CLI, with nothing secret.
    pub fn profiles(&self) -> Vec<ProfileSummary> {
        let resolver = self.resolver();
        let described = |spec: Result<Spec, Fault>| match spec {
            Ok(spec) => spec.described(),
            Err(fault) => fault.message,
        };
        let in_use = |place: Place, name: &str| {
            self.chosen.as_ref().is_some_and(|chosen| chosen.profile == place && chosen.name == name)
        };
        let own = self.config.profiles.iter().enumerate().map(|(at, profile)| ProfileSummary {
            name: profile.name.clone(),
            region: profile.region().map(str::to_owned),
            credentials: match &resolver {
                Ok(_) if profile.credentials.base.is_none() => "none".to_owned(),
                Ok(resolver) => described(resolver.of_config(profile, &[])),
                Err(fault) => fault.message.clone(),
            },
            file: self.config.shown.clone(),
            in_use: in_use(Place::Config(at), &profile.name),
        });
        let official = self.aliyun.profiles().unwrap_or_default().iter().map(|profile| ProfileSummary {
            name: profile.name.clone(),
            region: Some(profile.region_id.clone()).filter(|region| !region.is_empty()),
            credentials: match &resolver {
                Ok(resolver) => described(resolver.official_by_name(&profile.name, &[])),
                Err(fault) => fault.message.clone(),
            },
            file: self.aliyun.shown().to_owned(),
            in_use: in_use(Place::Aliyun, &profile.name),
        });
        own.chain(official).collect()
    }

    /// Where a key could come from, in the order in which the places are tried.
    ///
    /// # Errors
    /// A setting that one of them needs and that cannot be used.
    pub fn chain(&self) -> Result<Chain, Fault> {
        Ok(self.resolver()?.chain())
    }

    /// Where STS is called for this profile.
    ///
    /// # Errors
    /// A setting that cannot be used.
    pub fn sts(&self) -> Result<Endpoint, Fault> {
        let region = match &self.chosen {
            Some(Chosen { profile: Place::Config(at), .. }) => self.config.profiles[*at].credentials.sts_region.clone(),
            _ => None,
        };
        self.resolver()?.sts(None, region.as_deref())
    }

    fn resolver(&self) -> Result<Resolver<'_>, Fault> {
        let metadata = self.read(Key::MetadataEndpoint, Endpoint::parse)?;
        let is_vpc = self.endpoint_type()? == EndpointType::Vpc;
        Ok(Resolver {
            chosen: self.chosen.as_ref(),
            environment: &self.environment,
            config: &self.config,
            aliyun: &self.aliyun,
            sts_endpoint: self.read(Key::StsEndpoint, Endpoint::parse)?.map(|endpoint| endpoint.value),
            vpc_region: if is_vpc { self.region()?.map(|region| region.value) } else { None },
            metadata: metadata.map_or_else(Endpoint::ecs_metadata, |endpoint| endpoint.value),
        })
    }

    fn endpoint_type(&self) -> Result<EndpointType, Fault> {
        let kind = self.read(Key::EndpointType, words::endpoint_type)?;
        Ok(kind.map_or(EndpointType::Public, |kind| kind.value))
    }

    /// The region, which is needed unless an endpoint is given.
    ///
    /// # Errors
    /// A word that is no region.
    pub fn region(&self) -> Result<Option<Setting<String>>, Fault> {
        self.read(Key::Region, words::region)
    }

    /// Where the service is called: the endpoint that is given, else the region's.
    ///
    /// # Errors
    /// No region and no endpoint; one that cannot be used.
    pub fn endpoint(&self) -> Result<Setting<Endpoint>, Fault> {
        if let Some(given) = self.read(Key::Endpoint, Endpoint::parse)? {
            return Ok(given);
        }
        let kind = self.endpoint_type()?;
        let Some(region) = self.region()? else {
            return Err(Fault::config("no region is set, so there is no telling where to ask").hint(Hint::NoRegion));
        };
        let endpoint = endpoint(&region.value, kind)
            .map_err(|why| self.wrong(Key::Region, &region.value, &region.origin, &why))?;
        Ok(Setting { value: endpoint, origin: region.origin })
    }

    /// The output format, of those that a command has. One that came from a variable or a file gives way to `table`.
    ///
    /// # Errors
    /// A flag that names a format which the command does not have.
    pub fn output(&self, command: &str, formats: &[OutputFormat]) -> Result<OutputFormat, Fault> {
        words::choose_output(self.read(Key::Output, words::output)?, command, formats)
    }

    pub fn interval(&self) -> Result<Setting<Duration>, Fault> {
        self.read_or(Key::Interval, words::interval, Duration::from_secs(5))
    }

    /// How long a watch may take; zero is without end.
    pub fn timeout(&self) -> Result<Setting<Duration>, Fault> {
        self.read_or(Key::Timeout, parse_duration, Duration::from_secs(30 * 60))
    }

    pub fn grace(&self) -> Result<Setting<Duration>, Fault> {
        self.read_or(Key::Grace, parse_duration, Duration::from_secs(30))
    }

    pub fn retries(&self) -> Result<Setting<u32>, Fault> {
        self.read_or(Key::Retries, words::retries, 4)
    }

    pub fn connect_timeout(&self) -> Result<Setting<Duration>, Fault> {
        self.read_or(Key::ConnectTimeout, words::limit, Duration::from_secs(10))
    }

    pub fn request_timeout(&self) -> Result<Setting<Duration>, Fault> {
        self.read_or(Key::RequestTimeout, words::limit, Duration::from_secs(60))
    }

    /// A file with certificates to trust besides the platform's.
    pub fn ca_file(&self) -> Result<Option<Setting<PathBuf>>, Fault> {
        self.read(Key::CaFile, |word| Ok(self.environment.expand(Path::new(word))))
    }

    fn read_or<T>(
        &self,
        key: Key,
        parse: impl Fn(&str) -> Result<T, String>,
        built_in: T,
    ) -> Result<Setting<T>, Fault> {
        Ok(self.read(key, parse)?.unwrap_or(Setting { value: built_in, origin: Origin::BuiltIn }))
    }

    /// The first word for a setting, read by its parser.
    fn read<T>(&self, key: Key, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<Setting<T>>, Fault> {
        let Some(word) = self.word(key) else { return Ok(None) };
        match parse(&word.text) {
            Ok(value) => Ok(Some(Setting { value, origin: word.origin.clone() })),
            Err(why) => Err(self.wrong(key, &word.text, &word.origin, &why)),
        }
    }

    fn word(&self, key: Key) -> Option<&Word> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    fn wrong(&self, key: Key, word: &str, origin: &Origin, why: &str) -> Fault {
        Fault::config(format!("{} \"{}\" ({origin}) {why}", key.name(), key.shown(word)))
    }
}

#[cfg(test)]
mod tests;
