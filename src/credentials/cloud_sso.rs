//! CloudSSO: a key of an account and an access configuration, for a login that the official CLI has made.

use super::session::Session;
use super::temporary::{Temporary, unreadable};
use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Endpoint;
use crate::text::safe;
use serde::Deserialize;

/// A login, and what it is used for.
#[derive(Clone)]
pub struct CloudSso {
    pub session: Session,
    /// Its host is the one that is asked.
    pub sign_in_url: String,
    pub account_id: String,
    pub access_config: String,
}

impl CloudSso {
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(rename = "CloudCredential")]
            credential: Temporary,
        }
        let now = tools.clock.now();
        if let Some(cached) = self.session.cached(now) {
            return Ok(cached);
        }
        let (endpoint, _) = Endpoint::parse_url(&self.sign_in_url).map_err(|why| {
            Fault::config(format!("cloud_sso_sign_in_url of profile {} {why}", safe(&self.session.profile)))
        })?;
        let from = format!("CloudSSO at {endpoint}");
        let body = serde_json::json!({"AccountId": self.account_id, "AccessConfigurationId": self.access_config});
        let answered = self.session.exchange(&endpoint, "/cloud-credentials", body.to_string(), tools).await?;
        let answer: Answer = serde_json::from_slice(&answered.success(&from)?).map_err(|_| unreadable(&from))?;
        answer.credential.fresh(&from, now)
    }
}
