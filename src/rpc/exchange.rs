//! Small unsigned exchanges, such as the sources of temporary keys have: what comes back is short and may be secret.

use super::body::ShortBody;
use super::transport::{SHORT, Transport};
use crate::fault::{Fault, Kind};
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

/// Describes one request.
pub struct Exchange<'a> {
    pub method: Method,
    /// Holds its query too, which is not logged.
    pub path: &'a str,
    /// Says whether the path itself may be logged.
    pub is_path_public: bool,
    /// Holds names and values; the values are not logged.
    pub headers: &'a [(&'static str, &'a str)],
    /// Holds the content type and the text.
    pub body: Option<(&'static str, String)>,
}

impl Transport {
    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When no complete answer came.
    pub async fn exchange(&self, exchange: Exchange<'_>) -> Result<Answered, Fault> {
        let path = match exchange.is_path_public {
            true => exchange.path.split('?').next().unwrap_or_default(),
            false => "/…",
        };
        info!("{} {}{path}", exchange.method, self.endpoint());
        let mut request = self.request(exchange.method, exchange.path);
        for (name, value) in exchange.headers {
            request = request.header(*name, sensitive(value)?);
        }
        if let Some((content_type, body)) = exchange.body {
            request = request.header("content-type", content_type).body(body);
        }
        let mut body = ShortBody::new(SHORT);
        let answered = self.carry(request, &mut body).await?;
        Ok(if answered.status.is_success() { Answered { body: body.bytes, ..answered } } else { answered })
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
