//! Settings and profiles as they are shown: each with where it came from, and nothing secret.

use super::definitions::{ENDPOINT, STS_ENDPOINT};
use super::{ALL, Config, Environment, OfficialCli, Origin, REGION, Setting, Settings, wrong};
use crate::credentials::{Candidate, Missed, Spec};
use crate::fault::Fault;
use serde::Serialize;
use std::path::Path;

/// Holds a setting as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct SettingLine {
    pub name: String,
    /// `None` is not set.
    pub value: Option<String>,
    /// Says in words where the value came from.
    pub origin: String,
}

/// Holds a profile as it is listed.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileSummary {
    pub name: String,
    pub region: Option<String>,
    /// Says in words where its key comes from, and nothing secret.
    pub credentials: String,
    /// Names the file that it is written in.
    pub file: String,
    pub in_use: bool,
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
            file: self.official.shown.clone(),
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

    /// Gives every setting in effect. Fails if one of them cannot be used.
    pub fn shown(&self) -> Result<Vec<SettingLine>, Fault> {
        let config = &self.config;
        let there = if config.exists { "" } else { " (not there)" };
        let file = Setting { value: format!("{}{there}", config.shown), origin: config.origin.clone() };
        let mut lines = vec![line("config file", Some(file)), line("profile", self.profile.clone())];
        for setting in ALL {
            let mut word = self.word(setting);
            if let Some(word) = &word {
                (setting.check)(&word.value).map_err(|why| wrong(setting, word, &why))?;
            }
            if setting.key == ENDPOINT.any.key && (word.is_some() || self.given(&REGION.any).is_some()) {
                let endpoint = self.endpoint()?;
                word = Some(Setting { value: endpoint.value.to_string(), origin: endpoint.origin });
            }
            if setting.key == STS_ENDPOINT.any.key && word.is_none() {
                word = Some(Setting { value: self.sts()?.to_string(), origin: Origin::BuiltIn });
            }
            lines.push(line(&setting.shown(), word));
        }
        // The source of the key, as far as it is known without asking anybody.
        let key = self.chain()?.candidates.into_iter().rev().find_map(|Candidate { place, offer }| {
            let value = match offer {
                Ok(spec) => spec.described(),
                Err(Missed::Failed(fault)) => fault.message,
                Err(Missed::Absent(_)) => return None,
            };
            Some(Setting { value, origin: Origin::File(place) })
        });
        lines.push(line("credentials", key));
        Ok(lines)
    }
}

fn line(name: &str, setting: Option<Setting<String>>) -> SettingLine {
    let (value, origin) = match setting {
        Some(Setting { value, origin }) => (Some(value.trim().to_owned()), origin.to_string()),
        None => (None, "not set".to_owned()),
    };
    SettingLine { name: name.to_owned(), value, origin }
}
