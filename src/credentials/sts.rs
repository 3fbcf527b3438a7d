//! STS: a role for whoever has a key, and who that is. Signed as every call is (the V3 signature page of the help
//! centre names STS among the services that take it).

use super::temporary::{Temporary, unreadable};
use super::{Fresh, Tools};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{ApiCall, Client, Endpoint, Key};
use crate::text::Text;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

pub(super) const VERSION: &str = "2015-04-01";

/// A role to be assumed.
#[derive(Clone, Debug)]
pub struct Role {
    /// `acs:ram::ACCOUNT:role/NAME`.
    pub arn: String,
    /// None: made from the time.
    pub session_name: Option<String>,
    pub external_id: Option<String>,
    /// Narrows what the key may do, in the text of a policy.
    pub policy: Option<String>,
    /// How long the key is to last.
    pub duration: Duration,
    pub sts: Endpoint,
}

impl Role {
    /// A name for the session, for the account's audit trail.
    pub(super) fn session(&self, now: Timestamp) -> String {
        self.session_name.clone().unwrap_or_else(|| format!("efloctl-{}", now.as_second()))
    }

    pub(super) async fn assume(&self, base: &Key, tools: &Tools) -> Result<Fresh, Fault> {
        let session = self.session(tools.clock.now());
        let seconds = self.duration.as_secs().to_string();
        let mut query =
            vec![("RoleArn", self.arn.as_str()), ("RoleSessionName", &session), ("DurationSeconds", &seconds)];
        if let Some(external_id) = &self.external_id {
            query.push(("ExternalId", external_id));
        }
        if let Some(policy) = &self.policy {
            query.push(("Policy", policy));
        }
        let call = ApiCall { action: "AssumeRole", version: VERSION, query: &query, form: None };
        let answer = ask(&self.sts, base, &call, tools).await?;
        read(&answer, tools.clock.now())
    }
}

/// Reads the key in an answer of STS.
pub(super) fn read(answer: &[u8], now: Timestamp) -> Result<Fresh, Fault> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "Credentials")]
        credentials: Temporary,
    }
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| unreadable("STS"))?;
    answer.credentials.fresh("STS", now)
}

/// Whom a key belongs to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    pub account_id: Option<String>,
    pub arn: Option<String>,
}

/// Asks STS whom a key belongs to.
///
/// # Errors
/// STS did not answer, or refused the key.
pub async fn caller_identity(sts: &Endpoint, key: &Key, tools: &Tools) -> Result<Identity, Fault> {
    let call = ApiCall { action: "GetCallerIdentity", version: VERSION, query: &[], form: None };
    let answer = ask(sts, key, &call, tools).await?;
    serde_json::from_slice(&answer).map_err(|_| unreadable("STS"))
}

/// Makes one call of STS. A passing fault of its is tried again like any other; what it refuses is about credentials.
async fn ask(
    sts: &Endpoint,
    key: &Key,
    call: &ApiCall<'_>,
    tools: &Tools,
) -> Result<secrecy::zeroize::Zeroizing<Vec<u8>>, Fault> {
    let client = Client::new(tools.transport(sts.clone())?, Arc::clone(&tools.clock));
    client.ask(key, call).await.map_err(refused)
}

/// A fault of STS is one of credentials, with a word on its own codes.
pub(super) fn refused(fault: Fault) -> Fault {
    let code = fault.code.as_ref().map_or("", Text::as_written);
    let hint = match code {
        "NoPermission" => Some("the base key needs sts:AssumeRole for that role, and the role must trust its account"),
        "EntityNotExist.Role" => Some("check role_arn: there is no such role"),
        "InvalidParameter.RoleArn" => Some("check role_arn: it is acs:ram::ACCOUNT:role/NAME"),
        "InvalidParameter.RoleSessionName" => {
            Some("role_session_name is 2 to 64 of letters, digits and the characters .@-_")
        }
        "InvalidParameter.DurationSeconds" => {
            Some("duration is 900s or more, and no longer than the longest session that the role allows")
        }
        code if code.starts_with("InvalidParameter.Policy") => Some("check policy: it is the JSON of a RAM policy"),
        "MissingOIDCToken" | "MissingParameter.OIDCToken" => Some("the OIDC token is empty: see what writes it"),
        code if code.starts_with("Missing") || code.starts_with("InvalidParameter") => {
            Some("check role_arn, role_session_name and duration of the profile, and sts_endpoint")
        }
        code if code.starts_with("AuthenticationFail.OIDCToken") => {
            Some("check the OIDC provider's audience and issuer, and that the token file is renewed")
        }
        _ => None,
    };
    let hint = hint.map(|hint| Box::new(Hint::from(hint))).or(fault.hint);
    Fault { kind: Kind::Credentials, hint, ..fault }
}
