//! A browser login of the official CLI, by CloudSSO or OAuth. It is used while it lasts, and never renewed: a new token
//! would have to be written back to that CLI's file.

use super::temporary::{KeyAnswer, parsed};
use super::{Fresh, Tools};
use crate::fault::{Fault, Hint};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};

/// Holds what a login has left in a profile.
#[derive(Clone)]
pub struct Session {
    /// Names the profile, for the command that logs in again.
    pub profile: String,
    pub login: Login,
    pub access_token: Option<SecretString>,
    pub access_token_expires: Option<Timestamp>,
    /// Holds a key that the official CLI got with the token, and when that key expires.
    pub cached: Option<(Key, Timestamp)>,
}

/// Says what was logged in to.
#[derive(Clone)]
pub enum Login {
    /// An account and an access configuration. The host of the URL gives the keys.
    CloudSso { sign_in_url: String, account_id: String, access_config: String },
    /// The site that gives the keys.
    OAuth(Endpoint),
}

impl Session {
    /// Gives the official CLI's name for this kind of login.
    pub fn mode(&self) -> &'static str {
        match self.login {
            Login::CloudSso { .. } => "CloudSSO",
            Login::OAuth(_) => "OAuth",
        }
    }

    /// Gives the cached key while it is valid, else asks for another. Fails if the login has expired or is refused.
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let now = tools.clock.now();
        if let Some((key, expires)) = self.cached.as_ref().filter(|(_, expires)| *expires > now) {
            return Ok(Fresh { key: key.clone(), expires: Some(*expires) });
        }
        let (endpoint, path, body) = match &self.login {
            Login::CloudSso { sign_in_url, account_id, access_config } => {
                let (endpoint, _) = Endpoint::parse_url(sign_in_url).map_err(|why| {
                    Fault::config(format!("cloud_sso_sign_in_url of profile {} {why}", safe(&self.profile)))
                })?;
                let body = serde_json::json!({"AccountId": account_id, "AccessConfigurationId": access_config});
                (endpoint, "/cloud-credentials", body.to_string())
            }
            Login::OAuth(endpoint) => (endpoint.clone(), "/v1/exchange", String::new()),
        };
        let from = format!("{} at {endpoint}", self.mode());
        let is_live = self.access_token_expires.is_some_and(|expires| expires > now);
        let Some(token) = self.access_token.as_ref().filter(|_| is_live) else {
            return Err(self.logged_out("has expired"));
        };
        let authorization = format!("Bearer {}", token.expose_secret());
        let json = "application/json";
        let headers = [("accept", json), ("authorization", &authorization), ("content-type", json)];
        let answered = tools.transport(endpoint)?.exchange(Method::POST, path, &headers, Some(body)).await?;
        if matches!(answered.status.as_u16(), 401 | 403) {
            return Err(self.logged_out("is refused"));
        }
        let answer = answered.success(&from)?;
        let key = match self.login {
            Login::CloudSso { .. } => parsed::<KeyAnswer>(&answer, &from)?.credentials,
            Login::OAuth(_) => parsed(&answer, &from)?,
        };
        key.fresh(&from, now)
    }

    fn logged_out(&self, why: &str) -> Fault {
        let (profile, mode) = (safe(&self.profile).into_owned(), self.mode());
        Fault::credentials(format!("profile {profile}: its {mode} login {why}"))
            .hint(Hint::AliyunLogin { profile, mode })
    }
}
