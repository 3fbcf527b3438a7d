//! A profile's credentials: one source at most, and a role on top of it.

use super::super::parse_duration;
use super::super::words::Words;
use super::Profile;
use super::reader::{Name, Reader};
use crate::fault::Fault;
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use secrecy::SecretString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Keys of a profile that are not settings.
pub const KEYS: [&str; 14] = [
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
    "sts_region",
];

/// STS gives a role for no less.
const SHORTEST: Duration = Duration::from_secs(900);

/// What a profile says of credentials.
#[derive(Debug, Default)]
pub struct Credentials {
    pub base: Option<Base>,
    pub role: Option<RoleWords>,
    pub sts_region: Option<String>,
}

/// A source as it is written.
pub enum Base {
    Key(Key),
    /// A profile of the official CLI.
    Aliyun(String),
    Process(String),
    Uri(String),
    /// None: whichever role the instance has.
    EcsRole(Option<String>),
    Oidc {
        provider_arn: String,
        token_file: PathBuf,
        role_arn: String,
    },
    /// Another profile of this file.
    Profile(String),
}

/// A command or a URL may hold a password: only which key it is written under is shown.
impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Base {
    fn key(&self) -> &'static str {
        match self {
            Base::Key(_) => "access_key_id",
            Base::Aliyun(_) => "aliyun_profile",
            Base::Process(_) => "credential_process",
            Base::Uri(_) => "credentials_uri",
            Base::EcsRole(_) => "ecs_ram_role",
            Base::Oidc { .. } => "oidc",
            Base::Profile(_) => "source_profile",
        }
    }
}

/// A role as it is written.
#[derive(Clone, Debug)]
pub struct RoleWords {
    pub arn: String,
    pub session_name: Option<String>,
    pub external_id: Option<String>,
    pub duration: Option<Duration>,
}

/// Reads one profile.
pub(super) fn profile<'t>(
    reader: &Reader<'t>,
    name: &Name<'t>,
    value: &Spanned<DeValue<'t>>,
) -> Result<Profile, Fault> {
    let table = reader.table(&format!("profiles.{}", name.get_ref()), value)?;
    let place = format!("profile {}", safe(name.get_ref()));
    let line = reader.line(name.span().start);
    let mut words = Words::default();
    let mut found = Found::default();
    for (key, value) in table {
        if KEYS.contains(&key.get_ref().as_ref()) {
            found.take(reader, key.get_ref(), value)?;
        } else {
            reader.setting(&mut words, key, value, &place, &KEYS)?;
        }
    }
    let wrong = |what: String| reader.wrong(name.span().start, &format!("{place} {what}"));
    let credentials = found.credentials().map_err(wrong)?;
    Ok(Profile { name: name.get_ref().to_string(), line, words, credentials })
}

/// What was found so far.
#[derive(Default)]
struct Found {
    id: Option<String>,
    secret: Option<SecretString>,
    token: Option<SecretString>,
    bases: Vec<Base>,
    role_arn: Option<String>,
    session_name: Option<String>,
    external_id: Option<String>,
    duration: Option<Duration>,
    sts_region: Option<String>,
}

impl Found {
    fn take<'t>(&mut self, reader: &Reader<'t>, key: &str, value: &Spanned<DeValue<'t>>) -> Result<(), Fault> {
        let text = || reader.text(key, value).map(str::to_owned);
        let wrong = |why: &str| reader.wrong(value.span().start, &format!("{key} {why}"));
        match key {
            "access_key_id" => self.id = Some(text()?),
            "access_key_secret" => self.secret = Some(text()?.into()),
            "sts_token" => self.token = Some(text()?.into()),
            "aliyun_profile" => self.bases.push(Base::Aliyun(text()?)),
            "credential_process" => self.bases.push(Base::Process(text()?)),
            "credentials_uri" => {
                let uri = text()?;
                Endpoint::parse_url(&uri).map_err(|why| wrong(&why))?;
                self.bases.push(Base::Uri(uri));
            }
            "ecs_ram_role" => match value.get_ref() {
                DeValue::Boolean(true) => self.bases.push(Base::EcsRole(None)),
                DeValue::Boolean(false) => {}
                _ => self.bases.push(Base::EcsRole(Some(text()?))),
            },
            "oidc" => self.bases.push(oidc(reader, reader.table(key, value)?, value)?),
            "source_profile" => self.bases.push(Base::Profile(text()?)),
            "role_arn" => self.role_arn = Some(text()?),
            "role_session_name" => self.session_name = Some(text()?),
            "external_id" => self.external_id = Some(text()?),
            "sts_region" => {
                let region = text()?;
                super::Key::Region.check(&region).map_err(|why| wrong(&why))?;
                self.sts_region = Some(region);
            }
            "duration" => {
                let duration = parse_duration(&text()?).map_err(|why| wrong(&why))?;
                if duration < SHORTEST {
                    return Err(wrong("is less than 15m, the shortest that STS gives"));
                }
                self.duration = Some(duration);
            }
            _ => unreachable!("only KEYS come here"),
        }
        Ok(())
    }

    /// What it adds up to; the mistake, as the end of a sentence about the profile.
    fn credentials(mut self) -> Result<Credentials, String> {
        match (self.id, self.secret, self.token) {
            (Some(id), Some(secret), token) => self.bases.insert(0, Base::Key(Key { id, secret, token })),
            (Some(_), None, _) => return Err("has access_key_id without access_key_secret".to_owned()),
            (None, Some(_), _) => return Err("has access_key_secret without access_key_id".to_owned()),
            (None, None, Some(_)) => return Err("has sts_token without the key that it belongs to".to_owned()),
            (None, None, None) => {}
        }
        if let [first, second, ..] = self.bases.as_slice() {
            return Err(format!("has two sources of credentials: {} and {}", first.key(), second.key()));
        }
        let base = self.bases.pop();
        let on_top = [
            ("role_session_name", self.session_name.is_some()),
            ("external_id", self.external_id.is_some()),
            ("duration", self.duration.is_some()),
        ];
        let role = match self.role_arn {
            Some(_) if base.is_none() => {
                return Err("has role_arn and nothing to assume it with, such as source_profile".to_owned());
            }
            Some(arn) => Some(RoleWords {
                arn,
                session_name: self.session_name,
                external_id: self.external_id,
                duration: self.duration,
            }),
            None if matches!(base, Some(Base::Profile(_))) => {
                return Err("has source_profile without role_arn".to_owned());
            }
            None => match on_top.into_iter().find(|(_, is_there)| *is_there) {
                Some((key, _)) => return Err(format!("has {key} without role_arn")),
                None => None,
            },
        };
        Ok(Credentials { base, role, sts_region: self.sts_region })
    }
}

fn oidc<'t>(reader: &Reader<'t>, table: &DeTable<'t>, value: &Spanned<DeValue<'t>>) -> Result<Base, Fault> {
    const KEYS: [&str; 3] = ["provider_arn", "token_file", "role_arn"];
    let mut found = [const { None }; 3];
    for (key, value) in table {
        match KEYS.iter().position(|known| *known == key.get_ref().as_ref()) {
            Some(at) => found[at] = Some(reader.text(key.get_ref(), value)?.to_owned()),
            None => return Err(reader.unknown(key, "in oidc", KEYS.into_iter())),
        }
    }
    let missing = KEYS.iter().zip(&found).find(|(_, value)| value.is_none());
    if let Some((key, _)) = missing {
        return Err(reader.wrong(value.span().start, &format!("oidc has no {key}")));
    }
    let [provider_arn, token_file, role_arn] = found.map(Option::unwrap_or_default);
    Ok(Base::Oidc { provider_arn, token_file: token_file.into(), role_arn })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_source_shows_a_secret_when_it_is_debugged() {
        let key = Key { id: "LTAIexample0000".to_owned(), secret: "hidden".into(), token: Some("hidden".into()) };
        for base in [
            Base::Key(key),
            Base::Process("vault --password hidden".to_owned()),
            Base::Uri("http://127.0.0.1/key?password=hidden".to_owned()),
        ] {
            let credentials = Credentials { base: Some(base), role: None, sts_region: None };
            assert!(!format!("{credentials:?}").contains("hidden"), "{credentials:?}");
        }
    }
}
