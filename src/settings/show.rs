//! Every setting in effect, as it is shown: with where it came from, and nothing secret.

use super::{Key, Origin, Setting, Settings};
use crate::credentials::Offer;
use crate::fault::Fault;
use serde::Serialize;
use std::fmt::Display;

/// A setting as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct SettingLine {
    pub name: &'static str,
    /// None: not set.
    pub value: Option<String>,
    /// Where it came from, in words.
    pub origin: String,
}

impl Settings {
    /// Every setting in effect.
    ///
    /// # Errors
    /// One that cannot be used.
    pub fn shown(&self) -> Result<Vec<SettingLine>, Fault> {
        let config = self.config();
        let there = if config.exists { "" } else { " (not there)" };
        let mut lines = vec![SettingLine {
            name: "config file",
            value: Some(format!("{}{there}", config.shown)),
            origin: config.origin.to_string(),
        }];
        lines.push(match self.profile() {
            Some(chosen) => line("profile", chosen.name.clone(), &chosen.origin),
            None => unset("profile"),
        });
        lines.push(
            self.region()?.map_or_else(|| unset("region"), |region| line("region", region.value, &region.origin)),
        );
        let has_endpoint = [Key::Region, Key::Endpoint].into_iter().any(|key| self.word(key).is_some());
        lines.push(if has_endpoint {
            let endpoint = self.endpoint()?;
            line("endpoint", endpoint.value.to_string(), &endpoint.origin)
        } else {
            unset("endpoint")
        });
        lines.push(self.as_written("endpoint type", Key::EndpointType, "public")?);
        lines.push(self.as_written("output", Key::Output, "table")?);
        lines.push(duration("interval", &self.interval()?));
        lines.push(duration("timeout", &self.timeout()?));
        lines.push(duration("grace", &self.grace()?));
        let retries = self.retries()?;
        lines.push(line("retries", retries.value.to_string(), &retries.origin));
        lines.push(duration("connect timeout", &self.connect_timeout()?));
        lines.push(duration("request timeout", &self.request_timeout()?));
        let ca_file = self.ca_file()?;
        let ca_file = ca_file.map(|file| line("ca file", file.value.display().to_string(), &file.origin));
        lines.push(ca_file.unwrap_or_else(|| unset("ca file")));
        lines.push(self.as_written("STS endpoint", Key::StsEndpoint, &self.sts()?.to_string())?);
        lines.push(self.as_written("metadata endpoint", Key::MetadataEndpoint, "http://100.100.100.200")?);
        lines.push(self.credentials()?);
        Ok(lines)
    }

    /// A setting as it was written, if it can be one.
    fn as_written(&self, name: &'static str, key: Key, built_in: &str) -> Result<SettingLine, Fault> {
        self.read(key, |word| key.check(word).map(|()| word.to_owned())).map(|word| match word {
            Some(Setting { value, origin }) => line(name, value, &origin),
            None => line(name, built_in.to_owned(), &Origin::BuiltIn),
        })
    }

    /// The source of the key, as far as that can be told without asking anybody.
    fn credentials(&self) -> Result<SettingLine, Fault> {
        let chain = self.chain()?;
        let candidates = chain.candidates().iter();
        let found = candidates.rev().find(|candidate| !matches!(candidate.offer, Offer::Absent(_)));
        Ok(match found {
            None => unset("credentials"),
            Some(candidate) => SettingLine {
                name: "credentials",
                value: Some(match &candidate.offer {
                    Offer::Spec(spec) => spec.described(),
                    Offer::Broken(fault) => fault.message.clone(),
                    Offer::Absent(why) => why.clone(),
                }),
                origin: candidate.place.clone(),
            },
        })
    }
}

fn line(name: &'static str, value: String, origin: &impl Display) -> SettingLine {
    SettingLine { name, value: Some(value), origin: origin.to_string() }
}

fn unset(name: &'static str) -> SettingLine {
    SettingLine { name, value: None, origin: "not set".to_owned() }
}

fn duration(name: &'static str, setting: &Setting<std::time::Duration>) -> SettingLine {
    let whole = jiff::SignedDuration::try_from(setting.value).unwrap_or(jiff::SignedDuration::MAX);
    line(name, format!("{whole:#}"), &setting.origin)
}
