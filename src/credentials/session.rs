//! A browser login of the official CLI, which this program can only use: its tokens are not renewed here, for a new
//! one would have to be written back to that CLI's file.

use super::{Fresh, Tools};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Answered, Endpoint, Exchange, Key};
use crate::text::safe;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// What a login has left in a profile.
#[derive(Clone)]
pub struct Session {
    /// The profile that holds it, for the command that logs in again.
    pub profile: String,
    /// That CLI's name for this kind of login.
    pub mode: &'static str,
    pub access_token: Option<SecretString>,
    pub access_token_expires: Option<Timestamp>,
    /// A key that the official CLI got with it, and when that ends.
    pub cached: Option<(Key, Timestamp)>,
}

impl Session {
    /// The key that is there already, while it is valid.
    pub(super) fn cached(&self, now: Timestamp) -> Option<Fresh> {
        let (key, expires) = self.cached.as_ref().filter(|(_, expires)| *expires > now)?;
        Some(Fresh { key: key.clone(), expires: Some(*expires) })
    }

    /// Asks for a key with the login's token.
    ///
    /// # Errors
    /// The login has expired, or is refused.
    pub(super) async fn exchange(
        &self,
        endpoint: &Endpoint,
        path: &str,
        body: String,
        tools: &Tools,
    ) -> Result<Answered, Fault> {
        let is_live = self.access_token_expires.is_some_and(|expires| expires > tools.clock.now());
        let Some(token) = self.access_token.as_ref().filter(|_| is_live) else {
            return Err(self.logged_out("has expired"));
        };
        let bearer = Zeroizing::new(["Bearer ", token.expose_secret()].concat());
        let exchange = Exchange {
            method: Method::POST,
            path,
            is_path_public: true,
            headers: &[("accept", "application/json"), ("authorization", &bearer)],
            body: Some(("application/json", body)),
        };
        let answered = tools.transport(endpoint.clone())?.exchange(exchange).await?;
        if matches!(answered.status, 401 | 403) {
            return Err(self.logged_out("is refused"));
        }
        Ok(answered)
    }

    fn logged_out(&self, why: &str) -> Fault {
        let (profile, mode) = (safe(&self.profile).into_owned(), self.mode);
        Fault::new(Kind::Credentials, format!("profile {profile}: its {mode} login {why}"))
            .hint(Hint::AliyunLogin { profile, mode })
    }
}
