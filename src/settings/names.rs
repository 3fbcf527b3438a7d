//! The names of profiles and nothing else of them: for a list of what could be typed.

use super::aliyun::{self, Aliyun};
use super::{Config, Environment, Settings};
use crate::fault::Fault;
use std::path::Path;

/// A profile's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub region: Option<String>,
    /// The file it is written in.
    pub file: String,
}

impl Named {
    /// Where it leads and where it stands, in words that are safe to show.
    pub fn place(&self) -> String {
        let region = self.region.iter().map(|region| format!("{}, ", crate::text::safe(region)));
        region.chain([self.file.clone()]).collect()
    }
}

impl Settings {
    /// Every name that `--profile` takes, in the order in which profiles are looked for.
    ///
    /// # Errors
    /// A config file that is named and not there, or holds a mistake.
    pub fn profile_names(config: Option<&Path>, environment: &Environment) -> Result<Vec<Named>, Fault> {
        let config = Config::load(config, environment)?;
        let own = config.profiles.iter().map(|profile| Named {
            name: profile.name.clone(),
            region: profile.region().map(str::to_owned),
            file: config.shown.clone(),
        });
        let mut names: Vec<Named> = own.collect();
        for named in Self::official_profile_names(environment) {
            // One of the same name is never reached.
            if !names.iter().any(|known| known.name == named.name) {
                names.push(named);
            }
        }
        Ok(names)
    }

    /// The profiles of the official CLI; none where its file cannot be read.
    pub fn official_profile_names(environment: &Environment) -> Vec<Named> {
        let aliyun = Aliyun::find(environment);
        let named = |profile: &aliyun::Profile| Named {
            name: profile.name.clone(),
            region: Some(profile.region_id.clone()).filter(|region| !region.is_empty()),
            file: aliyun.shown().to_owned(),
        };
        aliyun.profiles().unwrap_or_default().iter().map(named).collect()
    }
}
