//! Every setting in effect, as it is shown: with where it came from, and nothing secret.

use super::definitions::{ENDPOINT, STS_ENDPOINT};
use super::{ALL, Origin, REGION, Setting, Settings, wrong};
use crate::credentials::Missed;
use crate::fault::Fault;
use serde::Serialize;

/// Holds a setting as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct SettingLine {
    pub name: String,
    /// `None` is not set.
    pub value: Option<String>,
    /// Says in words where the value came from.
    pub origin: String,
}

impl Settings {
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
        lines.push(self.credentials()?);
        Ok(lines)
    }

    /// Gives the source of the key, as far as it is known without asking anybody.
    fn credentials(&self) -> Result<SettingLine, Fault> {
        let chain = self.chain()?;
        let found = chain.candidates.iter().rev().find_map(|candidate| match &candidate.offer {
            Ok(spec) => Some((spec.described(), &candidate.place)),
            Err(Missed::Failed(fault)) => Some((fault.message.clone(), &candidate.place)),
            Err(Missed::Absent(_)) => None,
        });
        let setting = found.map(|(value, place)| Setting { value, origin: Origin::File(place.clone()) });
        Ok(line("credentials", setting))
    }
}

fn line(name: &str, setting: Option<Setting<String>>) -> SettingLine {
    let (value, origin) = match setting {
        Some(Setting { value, origin }) => (Some(value.trim().to_owned()), origin.to_string()),
        None => (None, "not set".to_owned()),
    };
    SettingLine { name: name.to_owned(), value, origin }
}
