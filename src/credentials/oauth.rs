//! OAuth: a browser login of the official CLI that this one can only use. Its tokens are not renewed here, for the
//! refresh token rotates and would have to be written back.

use super::temporary::Temporary;
use super::{Fresh, Tools};
use crate::fault::{Fault, Kind};
use crate::rpc::{Endpoint, Exchange, Key};
use crate::text::safe;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};

/// A logged-in session.
#[derive(Clone, Debug)]
pub struct OAuth {
    /// The profile that holds it, for the command that logs in again.
    pub profile: String,
    pub endpoint: Endpoint,
    pub access_token: Option<SecretString>,
    pub access_token_expires: Option<Timestamp>,
    /// A key that the official CLI got with it, and when that ends.
    pub cached: Option<(Key, Timestamp)>,
}

impl OAuth {
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let now = tools.clock.now();
        if let Some((key, expires)) = self.cached.as_ref().filter(|(_, expires)| *expires > now) {
            return Ok(Fresh { key: key.clone(), expires: Some(*expires) });
        }
        let is_live = self.access_token_expires.is_some_and(|expires| expires > now);
        let Some(token) = self.access_token.as_ref().filter(|_| is_live) else {
            return Err(self.logged_out("its OAuth login has expired"));
        };
        let from = format!("OAuth at {}", self.endpoint);
        let bearer = format!("Bearer {}", token.expose_secret());
        let exchange = Exchange {
            method: Method::POST,
            path: "/v1/exchange",
            headers: &[("authorization", &bearer)],
            body: Some(("application/json", String::new())),
        };
        let answered = tools.transport(self.endpoint.clone())?.exchange(exchange).await?;
        if matches!(answered.status, 400 | 401 | 403) {
            return Err(self.logged_out("its OAuth login is refused"));
        }
        Temporary::read(&answered.success(&from)?, &from)?.fresh(&from, now)
    }

    fn logged_out(&self, why: &str) -> Fault {
        let profile = safe(&self.profile);
        Fault::new(Kind::Credentials, format!("profile {profile}: {why}"))
            .hint(format!("log in again: aliyun configure --profile {profile} --mode OAuth"))
    }
}
