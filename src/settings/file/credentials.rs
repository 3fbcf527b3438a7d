//! A profile of config.toml: settings, and credentials with one source at most and perhaps a role on top of it.

use super::super::source::{Base, Credentials, SHORTEST_SESSION, StsHost, check_session_name};
use super::super::{Layer, REGION, parse_duration};
use super::{Profile, SpannedKey, SpannedValue, TableReader};
use crate::credentials::{OidcToken, Role, Spec};
use crate::fault::Fault;
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use std::collections::HashMap;
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

/// Reads one profile.
pub(super) fn profile<'t>(
    reader: &TableReader<'t>,
    name: &SpannedKey<'t>,
    value: &SpannedValue<'t>,
) -> Result<Profile, Fault> {
    let place = format!("profile {}", safe(name.get_ref()));
    let (mut layer, mut texts) = (Layer::default(), HashMap::new());
    let (mut ecs_role, mut oidc) = (None, None);
    for (key, value) in reader.table(&format!("profiles.{}", name.get_ref()), value)? {
        match key.get_ref().as_ref() {
            "ecs_ram_role" => {
                ecs_role = match value.get_ref() {
                    DeValue::Boolean(is_one) => is_one.then_some(Base::EcsRole(None)),
                    _ => Some(Base::EcsRole(Some(reader.text("ecs_ram_role", value)?.trim().to_owned()))),
                }
            }
            "oidc" => oidc = Some(self::oidc(reader, value)?),
            name if KEYS.contains(&name) => drop(texts.insert(name, text(reader, name, value)?)),
            _ => reader.setting(&mut layer, key, value, &place, &KEYS)?,
        }
    }
    let credentials = credentials(texts, ecs_role, oidc);
    let credentials = credentials.map_err(|why| reader.wrong(name, &format!("{place} {why}")))?;
    Ok(Profile { name: name.get_ref().to_string(), line: reader.line(name), layer, credentials })
}

/// Reads a text, which fails if it cannot be what its key says.
fn text<'t>(reader: &TableReader<'t>, key: &str, value: &SpannedValue<'t>) -> Result<String, Fault> {
    let text = reader.text(key, value)?;
    let trimmed = text.trim();
    let checked = match key {
        _ if trimmed.is_empty() => Err("is blank".to_owned()),
        "credentials_uri" => Endpoint::parse_url(trimmed).map(drop),
        "sts_region" => REGION.read(trimmed).map(drop),
        "role_session_name" => check_session_name(trimmed),
        "duration" => match parse_duration(trimmed) {
            Ok(duration) if duration < SHORTEST_SESSION => {
                Err("is less than 15m, the shortest that STS gives".to_owned())
            }
            parsed => parsed.map(drop),
        },
        _ => Ok(()),
    };
    checked.map_err(|why| reader.wrong(value, &format!("{key} {why}")))?;
    // The policy is sent as it stands.
    Ok(if key == "policy" { text } else { trimmed }.to_owned())
}

/// Gives what a profile says of credentials, or says what is wrong, as the end of a sentence about the profile.
fn credentials(
    mut texts: HashMap<&str, String>,
    ecs_role: Option<Base>,
    oidc: Option<Base>,
) -> Result<Credentials, String> {
    let mut text = |key: &str| texts.remove(key);
    let key = match (text("access_key_id"), text("access_key_secret"), text("sts_token")) {
        (Some(id), Some(secret), token) => Some(Key { id, secret: secret.into(), token: token.map(Into::into) }),
        (Some(_), None, _) => return Err("has access_key_id without access_key_secret".to_owned()),
        (None, Some(_), _) => return Err("has access_key_secret without access_key_id".to_owned()),
        (None, None, Some(_)) => return Err("has sts_token without the key that it belongs to".to_owned()),
        (None, None, None) => None,
    };
    let bases = [
        ("access_key_id", key.map(|key| Base::Spec(Spec::Static(key)))),
        ("ecs_ram_role", ecs_role),
        ("oidc", oidc),
        ("aliyun_profile", text("aliyun_profile").map(Base::Official)),
        ("credential_process", text("credential_process").map(|command| Base::Spec(Spec::Process(command)))),
        ("credentials_uri", text("credentials_uri").map(|uri| Base::Spec(Spec::Uri(uri)))),
        ("source_profile", text("source_profile").map(Base::Own)),
    ];
    let mut bases = bases.into_iter().filter_map(|(key, base)| Some((key, base?)));
    let (first, base) = bases.next().unzip();
    if let (Some(first), Some((second, _))) = (first, bases.next()) {
        return Err(format!("has two sources of credentials: {first} and {second}"));
    }
    let sts = StsHost { region: text("sts_region"), ..StsHost::default() };
    let Some(arn) = text("role_arn") else {
        if matches!(base, Some(Base::Own(_))) {
            return Err("has source_profile without role_arn".to_owned());
        }
        // Every key that is left belongs to a role.
        return match KEYS.iter().find(|key| texts.contains_key(**key)) {
            Some(key) => Err(format!("has {key} without role_arn")),
            None => Ok(Credentials { base, role: None, sts }),
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
    Ok(Credentials { base, role: Some(role), sts })
}

/// Reads the table `oidc`.
fn oidc<'t>(reader: &TableReader<'t>, value: &SpannedValue<'t>) -> Result<Base, Fault> {
    const KEYS: [&str; 3] = ["provider_arn", "token_file", "role_arn"];
    let table = reader.table("oidc", value)?;
    if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(&key.get_ref().as_ref())) {
        return Err(reader.unknown(key, "in oidc", KEYS.into_iter()));
    }
    let [provider_arn, token_file, role_arn] = KEYS.map(|key| match table.get(key) {
        Some(text) => reader.text(key, text),
        None => Err(reader.wrong(value, &format!("oidc has no {key}"))),
    });
    let (provider_arn, token) = (provider_arn?.trim().to_owned(), OidcToken::File(token_file?.into()));
    let role = Role { arn: role_arn?.trim().to_owned(), ..Role::default() };
    Ok(Base::Oidc { provider_arn, token, role })
}
