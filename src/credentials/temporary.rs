//! Temporary keys as services write them, in the spelling of each, and as a service behind a credentials URI answers.

use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::{Answered, Endpoint, Key};
use crate::text::shortened;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Holds the fields that STS, the ECS metadata, a credentials URI and the logins of the official CLI all give.
#[derive(Deserialize)]
pub(super) struct Temporary {
    /// Holds `Success` where the ECS metadata or a credentials URI gives a key.
    #[serde(rename = "Code", alias = "code")]
    code: Option<String>,
    #[serde(rename = "AccessKeyId", alias = "accessKeyId")]
    id: Option<String>,
    #[serde(rename = "AccessKeySecret", alias = "accessKeySecret")]
    secret: Option<SecretString>,
    #[serde(rename = "SecurityToken", alias = "securityToken")]
    token: Option<SecretString>,
    #[serde(rename = "Expiration", alias = "expiration")]
    expiration: Option<String>,
}

/// Holds the answer of STS or of CloudSSO, in which the fields of the key stand together.
#[derive(Deserialize)]
pub(super) struct KeyAnswer {
    #[serde(rename = "Credentials", alias = "CloudCredential")]
    pub(super) credentials: Temporary,
}

impl Temporary {
    /// Gives the key. Fails if a part of it is missing, or if it has expired. `from` names the service.
    pub(super) fn fresh(self, from: &str, now: Timestamp) -> Result<Fresh, Fault> {
        let lacks = |what: &str| lacks(from, what);
        let expiration = word(self.expiration).ok_or_else(|| lacks("Expiration"))?;
        let expires = expiration.parse().map_err(|_| lacks("Expiration that can be read"))?;
        let key = Key {
            id: word(self.id).ok_or_else(|| lacks("AccessKeyId"))?,
            secret: self.secret.and_then(trimmed).ok_or_else(|| lacks("AccessKeySecret"))?,
            token: Some(self.token.and_then(trimmed).ok_or_else(|| lacks("SecurityToken"))?),
        };
        still_valid(Fresh { key, expires: Some(expires) }, from, now)
    }
}

/// Asks the service behind a credentials URI for a key.
pub(super) async fn at_uri(url: &str, tools: &Tools) -> Result<Fresh, Fault> {
    let (endpoint, path) = Endpoint::parse_url(url).map_err(|why| {
        Fault::config(format!("the credentials URI {why}")).hint("it looks like http://127.0.0.1:8080/key")
    })?;
    let from = format!("the credentials URI at {endpoint}");
    let answered = tools.transport(endpoint)?.exchange(Method::GET, &path, &[], None).await?;
    granted(answered, &from, tools.clock.now())
}

/// Reads an answer of the ECS metadata or of a credentials URI, which is a key only where it says `Success`.
pub(super) fn granted(answered: Answered, from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    let answer: Temporary = parsed(&answered.success(from)?, from)?;
    match answer.code.as_deref() {
        Some("Success") => answer.fresh(from, now),
        Some(code) => Err(Fault::credentials(format!("{from} says {}", shortened(code)))),
        None => Err(lacks(from, "Code")),
    }
}

fn lacks(from: &str, what: &str) -> Fault {
    Fault::credentials(format!("the answer of {from} has no {what}"))
}

/// Reads the JSON of an answer. A fault quotes nothing of it, for it holds secrets.
pub(super) fn parsed<T: DeserializeOwned>(json: &[u8], from: &str) -> Result<T, Fault> {
    serde_json::from_slice(json)
        .map_err(|_| Fault::credentials(format!("the answer of {from} is not the JSON that it should be")))
}

/// Gives a text without the white space that a file or a command may leave around it; `None` if nothing is left.
pub(super) fn word(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Gives a secret without the white space around it; `None` if nothing is left.
pub(super) fn trimmed(secret: SecretString) -> Option<SecretString> {
    let text = secret.expose_secret().trim();
    (!text.is_empty()).then(|| text.into())
}

/// Refuses a key that had expired before it came.
pub(super) fn still_valid(fresh: Fresh, from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    match fresh.expires {
        Some(expires) if expires <= now => {
            let fault = Fault::credentials(format!("{from} gave a key that expired at {expires}"));
            Err(fault.hint("see whether that source still works, and set this clock"))
        }
        _ => Ok(fresh),
    }
}
