//! STS: gives a role's key to whoever has another key, or a token of an OIDC provider as a pod of ACK or a job of a
//! pipeline has, and says whom a key belongs to.
//!
//! Its calls are signed as all are: the help centre's page on the V3 signature names STS among the services that take
//! it. The call with a token is not signed. The token goes in the form body, never in a URL, where logs would keep it.

use super::temporary::{KeyAnswer, parsed};
use super::{Fresh, Tools};
use crate::clock::stamp_to_second;
use crate::fault::{Fault, Kind};
use crate::files::read_small_text;
use crate::rpc::{ApiCall, Endpoint, Key, SHORT_ANSWER, Secrets, ShortBody, canonical_pairs, refusal};
use crate::text::safe;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::time::Duration;

const VERSION: &str = "2015-04-01";

/// Says which role is to be assumed, and how.
#[derive(Clone, Debug, Default)]
pub struct Role {
    /// `acs:ram::ACCOUNT:role/NAME`.
    pub arn: String,
    /// Names the session; `None` is a name made from the time.
    pub session_name: Option<String>,
    pub external_id: Option<String>,
    /// Holds the text of a session policy, which narrows what the key may do.
    pub policy: Option<String>,
    /// Says how long the key is to last; `None` is one hour, as it is for STS itself.
    pub duration: Option<Duration>,
}

impl Role {
    /// Gives the parameters that AssumeRole and AssumeRoleWithOIDC both take.
    fn parameters(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let session = self.session_name.clone().unwrap_or_else(|| format!("efloctl-{}", now.as_second()));
        let seconds = self.duration.map_or(3600, |duration| duration.as_secs()).to_string();
        let mut parameters =
            vec![("RoleArn", self.arn.clone()), ("RoleSessionName", session), ("DurationSeconds", seconds)];
        parameters.extend(self.policy.iter().map(|policy| ("Policy", policy.clone())));
        parameters
    }

    /// Asks for a key of the role with another key.
    pub(super) async fn assume(&self, sts: &Endpoint, base: &Key, tools: &Tools) -> Result<Fresh, Fault> {
        let mut parameters = self.parameters(tools.clock.now());
        parameters.extend(self.external_id.iter().map(|id| ("ExternalId", id.clone())));
        let query: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer: KeyAnswer = ask(sts, base, "AssumeRole", &query, tools).await?;
        answer.credentials.fresh("STS", tools.clock.now())
    }
}

/// Says which role is to be assumed with which token.
#[derive(Clone, Debug)]
pub struct Oidc {
    pub provider_arn: String,
    pub token: OidcToken,
    pub role: Role,
    pub sts: Endpoint,
}

/// Says where the token of an OIDC provider is.
#[derive(Clone, Debug)]
pub enum OidcToken {
    /// In a file, which is read anew each time, for the cluster renews it.
    File(PathBuf),
    /// The token itself.
    Given(SecretString),
}

impl OidcToken {
    /// Gives the token. Fails if its file cannot be read, is empty, or is no regular file.
    fn read(&self) -> Result<SecretString, Fault> {
        let file = match self {
            OidcToken::File(file) => file,
            OidcToken::Given(token) => return Ok(token.clone()),
        };
        let wrong = |why: String| {
            let file = file.to_string_lossy();
            Fault::credentials(format!("the OIDC token file {} {why}", safe(&file)))
                .hint("in a pod it is mounted by the cluster: see whether RRSA is enabled for its service account")
        };
        let unreadable = |e: std::io::Error| wrong(format!("cannot be read: {e}"));
        // A device or a pipe may never come to an end, or never begin.
        if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
            return Err(wrong("is no regular file".to_owned()));
        }
        let text = read_small_text(file).map_err(unreadable)?;
        match text.trim() {
            "" => Err(wrong("is empty".to_owned())),
            token => Ok(token.into()),
        }
    }
}

impl Oidc {
    /// Asks STS for a key of the role with the token.
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let token = self.token.read()?;
        let token = token.expose_secret();
        let now = tools.clock.now();
        let timestamp = stamp_to_second(now);
        let query = canonical_pairs(&[
            ("Action", "AssumeRoleWithOIDC"),
            ("Format", "JSON"),
            ("Timestamp", &timestamp),
            ("Version", VERSION),
        ]);
        let parameters = self.role.parameters(now);
        let mut form: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        form.extend([("OIDCProviderArn", self.provider_arn.as_str()), ("OIDCToken", token)]);
        let (path, body) = (format!("/?{query}"), Some(canonical_pairs(&form)));
        let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
        let transport = tools.transport(self.sts.clone())?;
        let answered = transport.exchange(Method::POST, &path, &headers, body).await.map_err(refused)?;
        if answered.status != 200 {
            return Err(refused(refusal(self.sts.authority(), &answered, &Secrets::new([token]))));
        }
        parsed::<KeyAnswer>(&answered.body, "STS")?.credentials.fresh("STS", now)
    }
}

/// Says whom a key belongs to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    pub account_id: Option<String>,
    pub arn: Option<String>,
}

/// Asks STS whom a key belongs to. Fails if STS does not answer or refuses the key.
pub async fn caller_identity(sts: &Endpoint, key: &Key, tools: &Tools) -> Result<Identity, Fault> {
    ask(sts, key, "GetCallerIdentity", &[], tools).await
}

/// Makes one call of STS.
async fn ask<T: DeserializeOwned>(
    sts: &Endpoint,
    key: &Key,
    action: &str,
    query: &[(&str, &str)],
    tools: &Tools,
) -> Result<T, Fault> {
    let call = ApiCall { action, version: VERSION, query, form: None };
    let mut answer = ShortBody::new(SHORT_ANSWER);
    tools.transport(sts.clone())?.attempt(key, &call, &mut answer).await.map_err(refused)?;
    parsed(&answer.bytes, "STS")
}

/// Says what to do about codes of STS, by how they begin. The first that fits counts.
const HINTS: [(&str, &str); 11] = [
    ("NoPermission", "the base key needs sts:AssumeRole for that role, and the role must trust its account"),
    ("EntityNotExist.Role", "check role_arn: there is no such role"),
    ("InvalidParameter.RoleArn", "check role_arn: it is acs:ram::ACCOUNT:role/NAME"),
    ("InvalidParameter.RoleSessionName", "role_session_name is 2 to 64 of letters, digits and the characters .@-_"),
    (
        "InvalidParameter.DurationSeconds",
        "duration is 900s or more, and no longer than the longest session that the role allows",
    ),
    ("InvalidParameter.Policy", "check policy: it is the JSON of a RAM policy"),
    ("MissingOIDCToken", "the OIDC token is empty: see what writes it"),
    ("MissingParameter.OIDCToken", "the OIDC token is empty: see what writes it"),
    ("Missing", "check role_arn, role_session_name and duration of the profile, and sts_endpoint"),
    ("InvalidParameter", "check role_arn, role_session_name and duration of the profile, and sts_endpoint"),
    (
        "AuthenticationFail.OIDCToken",
        "check the OIDC provider's audience and issuer, and that the token file is renewed",
    ),
];

/// Makes a fault of STS one of credentials, and says what to do about it. Whether another attempt could help stays as
/// it was.
fn refused(fault: Fault) -> Fault {
    let fault = Fault { kind: Kind::Credentials, ..fault };
    match HINTS.iter().find(|(start, _)| fault.code().starts_with(start)) {
        Some((_, hint)) => fault.hint(*hint),
        None => fault,
    }
}
