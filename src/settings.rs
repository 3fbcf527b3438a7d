//! What was meant: each setting with where it came from.
//!
//! Flags, variables, the profile with `[defaults]`, and the official CLI's variables and profile each make a layer:
//! words by the keys of settings. Whichever layer a word comes from, the one parser of its setting reads it
//! ([`definitions`]), and only the word that counts is read.

mod definitions;
mod environment;
mod file;
mod official_cli;
mod safety;
mod show;
mod source;

pub use definitions::{
    ALL, AnySetting, CA_FILE, CONNECT_TIMEOUT, Definition, ENDPOINT, GRACE, INTERVAL, NODE_NAMES, OUTPUT, OutputFormat,
    PROGRESS, REGION, REQUEST_TIMEOUT, RETRIES, TIMEOUT, parse_duration,
};
pub use environment::Environment;
pub use file::{Config, FirstProfile, first_config};
#[cfg(any(test, feature = "fuzz"))]
pub use official_cli::NotInUse;
pub use official_cli::OfficialCli;
pub use show::{ProfileSummary, SettingLine};

use crate::credentials::Spec;
use crate::eflo::{Location, endpoint_of, nearest_region, region_of};
use crate::fault::{Fault, Hint};
use crate::rpc::{Endpoint, Proxies};
use crate::text::{safe, shortened};
use definitions::{ENDPOINT_TYPE, METADATA_ENDPOINT, STS_ENDPOINT};
use file::Profile;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Holds a value in effect, and where it came from.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Says where a setting came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// A flag, by the key that the setting has in the config file.
    Flag(&'static str),
    Variable(&'static str),
    /// The log of the send that is meant.
    Log,
    /// A place in a file, in words.
    File(String),
    #[default]
    BuiltIn,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
            Origin::Variable(name) => f.write_str(name),
            Origin::Log => f.write_str("the log"),
            Origin::File(place) => f.write_str(place),
            Origin::BuiltIn => f.write_str("built in"),
        }
    }
}

impl Origin {
    /// Says whether it names a profile for this run, so that the profile's credentials count and no others.
    pub fn is_named(&self) -> bool {
        matches!(self, Origin::Flag(_) | Origin::Variable(_) | Origin::Log)
    }
}

/// Holds what one source says of settings, by their keys.
type Layer = BTreeMap<&'static str, Setting<String>>;

/// Gives what variables say. `of` gives the variables of a setting.
fn of_variables(environment: &Environment, of: fn(&AnySetting) -> &[&'static str]) -> Layer {
    let said = ALL.into_iter().filter_map(|setting| {
        let (variable, word) = environment.first(of(setting))?;
        Some((setting.key, Setting { value: word.to_owned(), origin: Origin::Variable(variable) }))
    });
    said.collect()
}

/// Holds what the command line says of settings.
#[derive(Clone, Default)]
pub struct Flags {
    config: Option<PathBuf>,
    profile: Option<Setting<String>>,
    layer: Layer,
}

impl Flags {
    /// Takes the config file and the profile that flags name.
    pub fn new(config: Option<PathBuf>, profile: Option<String>) -> Self {
        let profile = profile.map(|name| Setting { value: name.trim().to_owned(), origin: Origin::Flag("profile") });
        Flags { config, profile, layer: Layer::default() }
    }

    /// Takes what a flag says, if it is there.
    #[must_use]
    pub fn with<T>(self, definition: &'static Definition<T>, word: Option<&str>) -> Self {
        self.with_origin(definition, word, Origin::Flag(definition.any.key))
    }

    /// Takes the profile that the log of a send names. One that was not asked for supplies settings, and its
    /// credentials only in their turn.
    #[must_use]
    pub fn logged_profile(self, name: Option<String>, is_named: bool) -> Self {
        let origin = if is_named { Origin::Log } else { Origin::File(Origin::Log.to_string()) };
        Flags { profile: name.map(|value| Setting { value, origin }).or(self.profile), ..self }
    }

    /// Takes what counts as if a flag said so, if it is there.
    #[must_use]
    pub fn with_origin<T>(mut self, definition: &'static Definition<T>, word: Option<&str>, origin: Origin) -> Self {
        if let Some(word) = word {
            self.layer.insert(definition.any.key, Setting { value: word.to_owned(), origin });
        }
        self
    }
}

/// Holds the settings of one run.
pub struct Settings {
    environment: Environment,
    pub config: Config,
    pub official: OfficialCli,
    /// Names the profile in use: of config.toml if that has one of the name, else of the official CLI.
    pub profile: Option<Setting<String>>,
    /// Holds the layers, from the one that counts first to the one that counts last.
    layers: Vec<Layer>,
}

impl Settings {
    /// Reads the config files, finds the profile, and puts the layers in their order. Fails if a config file is named
    /// and not there or holds a mistake, or if the profile does not exist.
    pub fn load(flags: Flags, environment: Environment) -> Result<Self, Fault> {
        let config = Config::load(flags.config.as_deref(), &environment)?;
        let mut settings = Self::of_files(OfficialCli::find(&environment), config, environment);
        settings.profile = settings.choose_profile(flags.profile)?;
        let own = settings.own();
        let mut of_file = settings.config.defaults.clone();
        of_file.extend(own.into_iter().flat_map(|own| own.layer.clone()));
        let mut layers = vec![
            flags.layer,
            of_variables(&settings.environment, |setting| std::slice::from_ref(&setting.variable)),
            of_file,
            of_variables(&settings.environment, |setting| setting.official),
        ];
        // An endpoint of the official CLI's profile goes with its region.
        let has_region = layers.iter().any(|layer| layer.contains_key(REGION.any.key));
        let named = settings.profile.as_ref().filter(|_| own.is_none()).map(|profile| profile.value.as_str());
        layers.push(settings.official.layer(named, !has_region));
        settings.layers = layers;
        Ok(settings)
    }

    /// Takes flags and variables alone, for commands that read no config file.
    pub fn without_files(flags: Flags, environment: Environment) -> Result<Self, Fault> {
        environment.check()?;
        let layers = vec![flags.layer, of_variables(&environment, |setting| std::slice::from_ref(&setting.variable))];
        Ok(Settings { layers, ..Self::of_files(OfficialCli::absent(), Config::default(), environment) })
    }

    /// Takes files alone, without a flag or a variable and without a profile in use.
    pub fn of_files(official: OfficialCli, config: Config, environment: Environment) -> Self {
        Settings { environment, config, official, profile: None, layers: Vec::new() }
    }

    /// Finds the profile in use: the flag's, else the variable's, else `default_profile`. Fails if neither config.toml
    /// nor the official CLI has it.
    fn choose_profile(&self, flag: Option<Setting<String>>) -> Result<Option<Setting<String>>, Fault> {
        let setting =
            |(variable, name): (_, &str)| Setting { value: name.to_owned(), origin: Origin::Variable(variable) };
        let by_variable = || self.environment.first(&["EFLOCTL_PROFILE"]).map(setting);
        let chosen = flag.or_else(by_variable).or_else(|| self.config.default_profile.clone());
        let Some(Setting { value: name, origin }) = &chosen else { return Ok(None) };
        if self.config.profile(name).is_some() || self.official.profile(name)?.is_some() {
            return Ok(chosen);
        }
        let reason = self.official.problem().map(|why| format!("; {why}")).unwrap_or_default();
        let fault = Fault::config(format!("there is no profile {} ({origin}){reason}", shortened(name)));
        let profiles = self.profiles();
        let names: Vec<_> = profiles.iter().map(|profile| safe(&profile.name)).collect();
        Err(match names.as_slice() {
            [] => fault.hint(Hint::NoProfiles { config: self.config.shown.clone() }),
            names => fault.hint(format!("the profiles there are: {}", names.join(", "))),
        })
    }

    /// Gives the profile in use, if it is one of config.toml.
    fn own(&self) -> Option<&Profile> {
        self.config.profile(&self.profile.as_ref()?.value)
    }

    /// Gives the endpoint of the service: the one that is given, else the region's. Fails if neither is given, or if
    /// both are and the region of a nearer source is another than the host's, for either could be meant.
    pub fn endpoint(&self) -> Result<Setting<Endpoint>, Fault> {
        let region = self.get(&REGION)?;
        if let Some(given) = self.get(&ENDPOINT)? {
            let named = region_of(given.value.host());
            if let (Some(named), Some(region)) = (named, region)
                && region.value != named
                && self.given(&REGION.any).map(|(layer, _)| layer) < self.given(&ENDPOINT.any).map(|(layer, _)| layer)
            {
                return Err(Fault::config(format!(
                    "the region is {} ({}), and the endpoint is in {named} ({})",
                    region.value, region.origin, given.origin
                ))
                .hint("leave one of them out: the endpoint of a region follows from it"));
            }
            return Ok(given);
        }
        let kind = self.value(&ENDPOINT_TYPE)?;
        let Some(region) = region else {
            return Err(Fault::config(self.no_region()).hint(Hint::NoRegion));
        };
        let endpoint = endpoint_of(&region.value, kind).map_err(|why| wrong(&REGION.any, &region, &why))?;
        Ok(Setting { value: endpoint, origin: region.origin })
    }

    /// Gives where the service is asked, as reports say it.
    pub fn location(&self) -> Result<Location, Fault> {
        let host = if self.given(&ENDPOINT.any).is_some() { Some(self.endpoint()?.value) } else { None };
        let named = host.as_ref().and_then(|endpoint| region_of(endpoint.host())).map(str::to_owned);
        let region = self.get(&REGION)?.map(|region| region.value);
        Ok(Location { region: named.or(region), host: host.map(|endpoint| endpoint.authority().to_owned()) })
    }

    /// Gives what variables say of proxies.
    pub fn proxies(&self) -> Proxies {
        let proxy = self.environment.first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]);
        let exceptions = self.environment.first(&["NO_PROXY", "no_proxy"]);
        Proxies {
            proxy: proxy.map(|(variable, word)| (variable, word.to_owned())),
            exceptions: exceptions.map_or_else(String::new, |(_, word)| word.to_owned()),
        }
    }

    /// Gives what is doubtful about the settings, to be warned of before they are used.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        let shown = &self.config.shown;
        if self.config.is_exposed == Some(true) {
            doubts.push(format!("others can read {shown}; chmod 600 {shown} keeps it to yourself"));
        }
        doubts.extend(self.misspelt_region());
        if let (Some((variable, name)), Some((signs, _))) = (&self.official.named, self.other_key()) {
            let name = safe(name);
            doubts.push(format!("the key of {signs} signs, not that of the profile {name} that {variable} names"));
        }
        doubts
    }

    /// Says that the region seems to be misspelt, and which one was meant.
    pub fn misspelt_region(&self) -> Option<String> {
        let region = self.get(&REGION).ok()??;
        let meant = nearest_region(&region.value)?;
        Some(format!("the region {} ({}) is not known; did you mean {meant}?", region.value, region.origin))
    }

    /// Gives the variable with the key that signs, and the profile in use of the official CLI, where that has another
    /// key that the user may expect to sign: keys in the environment sign first, as in the SDKs, and that CLI does the
    /// opposite.
    pub fn other_key(&self) -> Option<(String, String)> {
        let official = self.official.in_use().ok()?;
        let chain = self.chain().ok()?;
        let [candidate] = chain.candidates.as_slice() else { return None };
        let Ok(Spec::Static(key)) = &candidate.offer else { return None };
        let is_named = self.profile.as_ref().is_some_and(|profile| profile.origin.is_named());
        let is_other = !is_named && official.text("access_key_id").ok().flatten().as_ref() != Some(&key.id);
        is_other.then(|| (candidate.place.clone(), official.name.clone()))
    }

    /// Says that no region is set, and what may be the reason.
    fn no_region(&self) -> String {
        let unread = self.environment.first(&["REGION_ID", "REGION"]);
        let unread = unread.map(|(name, _)| format!("{name} is set, which efloctl does not read"));
        let reasons: Vec<String> = self.official.problem().into_iter().chain(unread).collect();
        match reasons.as_slice() {
            [] => "no region is set, so there is no telling where to ask".to_owned(),
            reasons => format!("no region is set: {}", reasons.join("; ")),
        }
    }

    /// Gives the output format, or `table` where a variable or a file names one that the command does not have.
    pub fn output(&self, formats: &[OutputFormat]) -> Result<OutputFormat, Fault> {
        let wanted = self.value(&OUTPUT)?;
        Ok(if formats.contains(&wanted) { wanted } else { OutputFormat::Table })
    }

    /// Gives the path that a setting names, if it names one.
    pub fn path(&self, definition: &Definition<PathBuf>) -> Option<PathBuf> {
        self.word(&definition.any).map(|word| self.environment.expand(Path::new(&word.value)))
    }

    /// Gives the value in effect of a setting that has one built in.
    pub fn value<T>(&self, definition: &Definition<T>) -> Result<T, Fault> {
        let setting = self.get(definition)?;
        Ok(setting.unwrap_or_else(|| panic!("{} has no built-in value", definition.any.key)).value)
    }

    /// Gives the value in effect of a setting, if it has one. Fails if the word that counts cannot be its value.
    pub fn get<T>(&self, definition: &Definition<T>) -> Result<Option<Setting<T>>, Fault> {
        let Some(word) = self.word(&definition.any) else { return Ok(None) };
        let value = definition.read(&word.value).map_err(|why| wrong(&definition.any, &word, &why))?;
        Ok(Some(Setting { value, origin: word.origin }))
    }

    /// Gives what a layer says of a setting, and the index of that layer, which is smaller the nearer it is.
    fn given(&self, setting: &AnySetting) -> Option<(usize, &Setting<String>)> {
        self.layers.iter().enumerate().find_map(|(at, layer)| Some((at, layer.get(setting.key)?)))
    }

    /// Gives the word that counts for a setting.
    fn word(&self, setting: &AnySetting) -> Option<Setting<String>> {
        let built_in = || Some(Setting { value: setting.built_in?.to_owned(), origin: Origin::BuiltIn });
        self.given(setting).map(|(_, word)| word.clone()).or_else(built_in)
    }
}

/// Says why a word cannot be a setting's value.
fn wrong(setting: &AnySetting, Setting { value, origin }: &Setting<String>, why: &str) -> Fault {
    Fault::config(format!("{} \"{}\" ({origin}) {why}", setting.shown(), showable(value)))
}

/// Gives a word that is refused as it may be shown, for an endpoint may have a password in it.
pub fn showable(word: &str) -> String {
    shortened(&Endpoint::without_login(word.trim()))
}

#[cfg(test)]
mod tests;
