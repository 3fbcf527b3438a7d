//! Every setting in effect, as it is shown: with where it came from, and nothing secret.

use super::definitions::{ENDPOINT, STS_ENDPOINT};
use super::{ALL, Chosen, Origin, REGION, Setting, Settings};
use crate::credentials::Offer;
use crate::fault::Fault;
use serde::Serialize;

/// Holds a setting as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct SettingLine {
    pub name: String,
    /// `None` is not set.
    pub value: Option<String>,
    /// Where the value came from, in words.
    pub origin: String,
}

impl Settings {
    /// Gives every setting in effect. Fails if one of them cannot be used.
    pub fn shown(&self) -> Result<Vec<SettingLine>, Fault> {
        let config = self.config();
        let there = if config.exists { "" } else { " (not there)" };
        let file = Setting { value: format!("{}{there}", config.shown), origin: config.origin.clone() };
        let profile = self.profile().cloned().map(|Chosen { name, origin }| Setting { value: name, origin });
        let mut lines = vec![line("config file", Some(file)), line("profile", profile)];
        for setting in ALL {
            let names = setting.names();
            let mut word = self.word(names);
            if let Some(Setting { value, origin }) = &word {
                setting.check(value).map_err(|why| self.wrong(names, value, origin, &why))?;
            }
            if names.key == ENDPOINT.names.key && (word.is_some() || self.word(&REGION.names).is_some()) {
                let endpoint = self.endpoint()?;
                word = Some(Setting { value: endpoint.value.to_string(), origin: endpoint.origin });
            }
            if names.key == STS_ENDPOINT.names.key && word.is_none() {
                word = Some(Setting { value: self.sts()?.to_string(), origin: Origin::BuiltIn });
            }
            lines.push(line(&names.shown(), word));
        }
        lines.push(self.credentials()?);
        Ok(lines)
    }

    /// Gives the source of the key, as far as it is known without asking anybody.
    fn credentials(&self) -> Result<SettingLine, Fault> {
        let chain = self.chain()?;
        let found = chain.candidates().iter().rfind(|candidate| !matches!(candidate.offer, Offer::Absent(_)));
        let Some(candidate) = found else { return Ok(line("credentials", None)) };
        let value = match &candidate.offer {
            Offer::Spec(spec) => spec.described(),
            Offer::Broken(fault) => fault.message.clone(),
            Offer::Absent(why) => why.clone(),
        };
        Ok(SettingLine { name: "credentials".to_owned(), value: Some(value), origin: candidate.place.clone() })
    }
}

fn line(name: &str, setting: Option<Setting<String>>) -> SettingLine {
    let (value, origin) = match setting {
        Some(Setting { value, origin }) => (Some(value.trim().to_owned()), origin.to_string()),
        None => (None, "not set".to_owned()),
    };
    SettingLine { name: name.to_owned(), value, origin }
}
