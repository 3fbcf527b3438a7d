//! CloudSSO: a session that the official CLI has logged in to, through a browser, and that this one can only use.

use super::temporary::{Temporary, unreadable};
use super::{Fresh, Tools};
use crate::fault::{Fault, Kind};
use crate::rpc::{Endpoint, Exchange, Key};
use crate::text::safe;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A logged-in session.
#[derive(Clone, Debug)]
pub struct CloudSso {
    /// The profile that holds it, for the command that logs in again.
    pub profile: String,
    pub sign_in_url: String,
    pub account_id: String,
    pub access_config: String,
    pub access_token: Option<SecretString>,
    pub access_token_expires: Option<Timestamp>,
    /// A key that the official CLI got with it, and when that ends.
    pub cached: Option<(Key, Timestamp)>,
}

impl CloudSso {
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let now = tools.clock.now();
        if let Some((key, expires)) = self.cached.as_ref().filter(|(_, expires)| *expires > now) {
            return Ok(Fresh { key: key.clone(), expires: Some(*expires) });
        }
        let is_live = self.access_token_expires.is_some_and(|expires| expires > now);
        let Some(token) = self.access_token.as_ref().filter(|_| is_live) else {
            return Err(self.logged_out("its CloudSSO login has expired"));
        };
        let (endpoint, _) = Endpoint::parse_url(&self.sign_in_url)
            .map_err(|why| Fault::config(format!("cloud_sso_sign_in_url of profile {} {why}", safe(&self.profile))))?;
        let from = format!("CloudSSO at {endpoint}");
        let bearer = format!("Bearer {}", token.expose_secret());
        let body = serde_json::json!({"AccountId": self.account_id, "AccessConfigurationId": self.access_config});
        let exchange = Exchange {
            method: Method::POST,
            path: "/cloud-credentials",
            headers: &[("accept", "application/json"), ("authorization", &bearer)],
            body: Some(("application/json", body.to_string())),
        };
        let answered = tools.transport(endpoint)?.exchange(exchange).await?;
        if matches!(answered.status, 401 | 403) {
            return Err(self.logged_out("CloudSSO refuses its login"));
        }
        #[derive(Deserialize)]
        struct Answer {
            #[serde(rename = "CloudCredential")]
            credential: Temporary,
        }
        let answer: Answer = serde_json::from_slice(&answered.success(&from)?).map_err(|_| unreadable(&from))?;
        answer.credential.fresh(&from, now)
    }

    fn logged_out(&self, why: &str) -> Fault {
        let profile = safe(&self.profile);
        Fault::new(Kind::Credentials, format!("profile {profile}: {why}"))
            .hint(format!("log in again: aliyun configure --profile {profile} --mode CloudSSO"))
    }
}
