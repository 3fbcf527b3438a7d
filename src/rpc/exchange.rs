//! Small unsigned exchanges, such as the sources of temporary keys have: what comes back is short and may be secret. And
//! what time a host has, for whoever has to find out why nothing works there.

use super::body::ShortBody;
use super::transport::{SHORT, Transport};
use crate::clock;
use crate::fault::{Fault, Kind};
use jiff::SignedDuration;
use log::info;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};

/// Holds what came back, whatever its status.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answered {
    /// Gives the body, if the status is 200. A fault does not quote it: it may hold a secret.
    ///
    /// # Errors
    /// When the status is another.
    pub fn success(self, what: &str) -> Result<Vec<u8>, Fault> {
        if self.status == StatusCode::OK {
            return Ok(self.body);
        }
        let fault = Fault::new(Kind::Credentials, format!("{what} answered with HTTP {}", self.status.as_u16()));
        let may_pass = self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS;
        Err(if may_pass { fault.later() } else { fault })
    }
}

impl Transport {
    /// Sends a request and reads its answer. Neither the path, which may hold a secret, nor the headers are logged.
    ///
    /// # Errors
    /// When no complete answer came.
    pub async fn exchange(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<String>,
    ) -> Result<Answered, Fault> {
        info!("{method} {}", self.endpoint());
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, sensitive(value)?);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let mut body = ShortBody::new(SHORT);
        let answered = self.carry(request, &mut body).await?;
        Ok(if answered.status.is_success() { Answered { body: body.bytes, ..answered } } else { answered })
    }

    /// Connects once, and gives how far the server's clock is ahead of ours, if the server tells the time. What else it
    /// answers does not matter. Fails if the host is not reached or not trusted.
    pub async fn server_clock(&self) -> Result<Option<SignedDuration>, Fault> {
        let response = self.within_limit(self.send(self.request(Method::GET, "/"))).await?;
        let date = response.headers().get("date").and_then(|date| date.to_str().ok());
        Ok(date.and_then(clock::ahead))
    }
}

/// Makes the value of a header that the library shows nobody.
pub(super) fn sensitive(value: &str) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Fault::new(Kind::Credentials, "the credentials hold a character that no header may carry")
            .hint("copy them again, without line breaks or quotes")
            .not_carried_out()
    })?;
    value.set_sensitive(true);
    Ok(value)
}
