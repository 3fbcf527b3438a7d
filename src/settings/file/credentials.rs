//! A profile's credentials: one source at most, and a role on top of it.

use super::super::layer::Layer;
use super::super::{AnySetting, REGION, parse_duration};
use super::Profile;
use super::reader::{SpannedKey, TableReader};
use crate::credentials::Role;
use crate::fault::Fault;
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;
use toml::de::DeValue;

/// Lists the keys of a profile that are not settings.
pub const KEYS: [&str; 15] = [
    "access_key_id",
    "access_key_secret",
    "sts_token",
    "aliyun_profile",
    "credential_process",
    "credentials_uri",
    "ecs_ram_role",
    "oidc",
    "source_profile",
    "role_arn",
    "role_session_name",
    "external_id",
    "duration",
    "policy",
    "sts_region",
];

/// The shortest time for which STS gives a role's key.
pub const SHORTEST_SESSION: Duration = Duration::from_secs(900);

/// Holds what a profile says of credentials.
#[derive(Default)]
pub struct Credentials {
    pub base: Option<Base>,
    pub role: Option<Role>,
    pub sts_region: Option<String>,
}

/// Names a source as it is written.
pub enum Base {
    Key(Key),
    /// A profile of the official CLI.
    Official(String),
    Process(String),
    Uri(String),
    /// `None` is whichever role the instance has.
    EcsRole(Option<String>),
    Oidc {
        provider_arn: String,
        token_file: PathBuf,
        role_arn: String,
    },
    /// Another profile of this file.
    Profile(String),
}

impl Base {
    /// Gives the key that it is written under.
    fn key(&self) -> &'static str {
        match self {
            Base::Key(_) => "access_key_id",
            Base::Official(_) => "aliyun_profile",
            Base::Process(_) => "credential_process",
            Base::Uri(_) => "credentials_uri",
            Base::EcsRole(_) => "ecs_ram_role",
            Base::Oidc { .. } => "oidc",
            Base::Profile(_) => "source_profile",
        }
    }
}

/// Checks a session's name as STS does, whose refusal says little.
pub fn check_session_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if (2..=64).contains(&name.len()) && name.chars().all(is_allowed) {
        return Ok(());
    }
    Err("is not a session name: it must be 2 to 64 letters, digits and . @ - _".to_owned())
}

/// Reads one profile.
pub(super) fn profile<'t>(
    reader: &TableReader<'t>,
    name: &SpannedKey<'t>,
    value: &Spanned<DeValue<'t>>,
) -> Result<Profile, Fault> {
    let table = reader.table(&format!("profiles.{}", name.get_ref()), value)?;
    let place = format!("profile {}", safe(name.get_ref()));
    let line = reader.line(name.span().start);
    let mut layer = Layer::default();
    let mut texts = Texts::default();
    let mut bases = Vec::new();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "ecs_ram_role" => match value.get_ref() {
                DeValue::Boolean(true) => bases.push(Base::EcsRole(None)),
                DeValue::Boolean(false) => {}
                _ => bases.push(Base::EcsRole(Some(reader.text("ecs_ram_role", value)?.trim().to_owned()))),
            },
            "oidc" => bases.push(oidc(reader, value)?),
            name => match KEYS.into_iter().find(|known| *known == name) {
                Some(known) => texts.take(reader, known, value)?,
                None => reader.setting(&mut layer, key, value, &place, &KEYS)?,
            },
        }
    }
    let wrong = |what: String| reader.wrong(name.span().start, &format!("{place} {what}"));
    let credentials = texts.credentials(bases).map_err(wrong)?;
    Ok(Profile { name: name.get_ref().to_string(), line, layer, credentials })
}

/// Holds the texts of a profile by their keys.
#[derive(Default)]
struct Texts(HashMap<&'static str, String>);

impl Texts {
    /// Takes a text, which fails if it cannot be what its key says.
    fn take<'t>(
        &mut self,
        reader: &TableReader<'t>,
        key: &'static str,
        value: &Spanned<DeValue<'t>>,
    ) -> Result<(), Fault> {
        let text = reader.text(key, value)?;
        let trimmed = text.trim();
        let checked = match key {
            _ if trimmed.is_empty() => Err("is blank".to_owned()),
            "credentials_uri" => Endpoint::parse_url(trimmed).map(drop),
            "sts_region" => REGION.check(trimmed),
            "role_session_name" => check_session_name(trimmed),
            "duration" => match parse_duration(trimmed) {
                Ok(duration) if duration < SHORTEST_SESSION => {
                    Err("is less than 15m, the shortest that STS gives".to_owned())
                }
                parsed => parsed.map(drop),
            },
            _ => Ok(()),
        };
        checked.map_err(|why| reader.wrong(value.span().start, &format!("{key} {why}")))?;
        // The policy is sent as it stands.
        self.0.insert(key, if key == "policy" { text } else { trimmed }.to_owned());
        Ok(())
    }

    /// Gives what the texts add up to, or says what is wrong, as the end of a sentence about the profile.
    fn credentials(self, mut bases: Vec<Base>) -> Result<Credentials, String> {
        let Texts(mut texts) = self;
        let mut text = |key: &str| texts.remove(key);
        match (text("access_key_id"), text("access_key_secret"), text("sts_token")) {
            (Some(id), Some(secret), token) => {
                bases.insert(0, Base::Key(Key { id, secret: secret.into(), token: token.map(Into::into) }));
            }
            (Some(_), None, _) => return Err("has access_key_id without access_key_secret".to_owned()),
            (None, Some(_), _) => return Err("has access_key_secret without access_key_id".to_owned()),
            (None, None, Some(_)) => return Err("has sts_token without the key that it belongs to".to_owned()),
            (None, None, None) => {}
        }
        bases.extend(text("aliyun_profile").map(Base::Official));
        bases.extend(text("credential_process").map(Base::Process));
        bases.extend(text("credentials_uri").map(Base::Uri));
        bases.extend(text("source_profile").map(Base::Profile));
        if let [first, second, ..] = bases.as_slice() {
            return Err(format!("has two sources of credentials: {} and {}", first.key(), second.key()));
        }
        let (base, sts_region) = (bases.pop(), text("sts_region"));
        let Some(arn) = text("role_arn") else {
            if matches!(base, Some(Base::Profile(_))) {
                return Err("has source_profile without role_arn".to_owned());
            }
            // Every key that is left belongs to a role.
            return match KEYS.iter().find(|key| texts.contains_key(**key)) {
                Some(key) => Err(format!("has {key} without role_arn")),
                None => Ok(Credentials { base, role: None, sts_region }),
            };
        };
        if base.is_none() {
            return Err("has role_arn and nothing to assume it with, such as source_profile".to_owned());
        }
        let role = Role {
            arn,
            session_name: text("role_session_name"),
            external_id: text("external_id"),
            policy: text("policy"),
            duration: text("duration").and_then(|word| parse_duration(&word).ok()),
        };
        Ok(Credentials { base, role: Some(role), sts_region })
    }
}

/// Reads the table `oidc`.
fn oidc<'t>(reader: &TableReader<'t>, value: &Spanned<DeValue<'t>>) -> Result<Base, Fault> {
    const KEYS: [&str; 3] = ["provider_arn", "token_file", "role_arn"];
    let mut found = [const { None }; 3];
    for (key, value) in reader.table("oidc", value)? {
        match KEYS.iter().position(|known| *known == key.get_ref().as_ref()) {
            Some(at) => found[at] = Some(reader.text(key.get_ref(), value)?),
            None => return Err(reader.unknown(key, "in oidc", KEYS.into_iter())),
        }
    }
    if let Some((key, _)) = KEYS.iter().zip(&found).find(|(_, value)| value.is_none()) {
        return Err(reader.wrong(value.span().start, &format!("oidc has no {key}")));
    }
    let [provider_arn, token_file, role_arn] = found.map(Option::unwrap_or_default);
    let trimmed = |text: &str| text.trim().to_owned();
    Ok(Base::Oidc { provider_arn: trimmed(provider_arn), token_file: token_file.into(), role_arn: trimmed(role_arn) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_session_name_is_checked_as_sts_does() {
        for name in ["ab", "efloctl-1", "ops@night.shift_2", &"a".repeat(64)] {
            assert_eq!(check_session_name(name), Ok(()), "{name}");
        }
        for name in ["", "a", "night shift", "é2", "a/b", &"a".repeat(65)] {
            assert!(check_session_name(name).is_err(), "{name}");
        }
    }
}
