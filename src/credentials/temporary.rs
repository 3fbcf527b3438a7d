//! Temporary keys as services write them, in the spelling of each.

use super::Fresh;
use crate::fault::{Fault, Kind};
use crate::rpc::Key;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// The four fields that STS, the ECS metadata, a credentials URI and CloudSSO all have. The JSON library makes the only
/// copy of a secret, but for one with escapes in it, of which a second stays behind; no key has any.
#[derive(Deserialize)]
pub(super) struct Temporary {
    /// Of the metadata and of URIs: `Success`.
    #[serde(rename = "Code", alias = "code")]
    pub(super) code: Option<String>,
    #[serde(rename = "AccessKeyId", alias = "accessKeyId")]
    id: Option<String>,
    #[serde(rename = "AccessKeySecret", alias = "accessKeySecret")]
    secret: Option<SecretString>,
    #[serde(rename = "SecurityToken", alias = "securityToken")]
    token: Option<SecretString>,
    #[serde(rename = "Expiration", alias = "expiration")]
    expiration: Option<String>,
}

impl Temporary {
    /// Reads an answer. What is wrong with it is told without a word of it: it holds secrets.
    pub(super) fn read(json: &[u8], from: &str) -> Result<Self, Fault> {
        serde_json::from_slice(json).map_err(|_| unreadable(from))
    }

    /// The key, complete and not expired.
    pub(super) fn fresh(self, from: &str, now: Timestamp) -> Result<Fresh, Fault> {
        let lacks = |what: &str| Fault::new(Kind::Credentials, format!("the answer of {from} has no {what}"));
        let filled = |text: &String| !text.trim().is_empty();
        let expiration = self.expiration.filter(filled).ok_or_else(|| lacks("Expiration"))?;
        let expires = expiration.trim().parse().map_err(|_| lacks("Expiration that can be read"))?;
        let key = Key {
            id: self.id.filter(filled).ok_or_else(|| lacks("AccessKeyId"))?.trim().to_owned(),
            secret: self.secret.and_then(trimmed).ok_or_else(|| lacks("AccessKeySecret"))?,
            token: Some(self.token.and_then(trimmed).ok_or_else(|| lacks("SecurityToken"))?),
        };
        still_valid(Fresh { key, expires: Some(expires) }, from, now)
    }
}

/// A secret without white space around it, as a file or a command likes to leave behind it; none if there is no more.
pub(super) fn trimmed(secret: SecretString) -> Option<SecretString> {
    match secret.expose_secret().trim() {
        "" => None,
        text if text.len() == secret.expose_secret().len() => Some(secret),
        text => Some(text.into()),
    }
}

/// Refuses a key that has ended before it came.
pub(super) fn still_valid(fresh: Fresh, from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    match fresh.expires {
        Some(expires) if expires <= now => {
            let message = format!("{from} gave a key that expired at {}", expires.strftime("%Y-%m-%dT%H:%M:%SZ"));
            Err(Fault::new(Kind::Credentials, message).hint("see whether that source still works, and set this clock"))
        }
        _ => Ok(fresh),
    }
}

/// An answer that is not what it should be.
pub(super) fn unreadable(from: &str) -> Fault {
    Fault::new(Kind::Credentials, format!("the answer of {from} is not the JSON that it should be"))
}
