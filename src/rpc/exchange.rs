//! Small unsigned exchanges, such as the sources of temporary keys have: what comes back is short and may be secret.

use super::body::ShortBody;
use super::endpoint::Endpoint;
use super::mask::Secrets;
use super::refusal::Refusal;
use super::transport::{SHORT, Transport};
use crate::fault::{Fault, Kind};
use log::{debug, info};
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder, StatusCode};

/// What came back, whatever its status.
pub struct Answered {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answered {
    /// The body, if the status says that it is what was asked for.
    ///
    /// # Errors
    /// Another status. The body is not quoted: it may hold a secret.
    pub fn success(self, what: &str) -> Result<Vec<u8>, Fault> {
        if self.status == 200 {
            return Ok(self.body);
        }
        let fault = Fault::new(Kind::Credentials, format!("{what} answered with HTTP {}", self.status));
        Err(if self.status >= 500 || self.status == 429 { fault.later() } else { fault })
    }
}

/// What an answer says that is none, as of the API, but for the `secrets` that it was sent.
pub fn refusal_of(endpoint: &Endpoint, answered: &Answered, secrets: &Secrets) -> Fault {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let host = endpoint.authority();
    Refusal {
        host: &host,
        status,
        retry_after: None,
        retry_after_seconds: None,
        location: None,
        secrets,
        body: &answered.body,
    }
    .fault()
}

/// One request to be.
pub struct Exchange<'a> {
    pub method: Method,
    /// With its query, which is not logged.
    pub path: &'a str,
    /// Whether the path itself may be logged.
    pub is_path_public: bool,
    /// Their values are not logged.
    pub headers: &'a [(&'static str, &'a str)],
    /// With its content type.
    pub body: Option<(&'static str, String)>,
}

impl Transport {
    /// Makes one exchange.
    ///
    /// # Errors
    /// There was no whole answer.
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
        let answered = self.within_limit(self.short_answer(request)).await;
        if let Ok(answered) = &answered {
            debug!("< {}", answered.status);
        }
        answered
    }

    async fn short_answer(&self, request: RequestBuilder) -> Result<Answered, Fault> {
        let mut response = self.send(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Ok(Answered { status: status.as_u16(), body: self.read_refusal(&mut response).await });
        }
        let mut body = ShortBody::new(SHORT);
        self.read_short(&mut response, &mut body).await?;
        Ok(Answered { status: status.as_u16(), body: body.bytes })
    }
}

pub(super) fn sensitive(value: &str) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Fault::new(Kind::Credentials, "the credentials hold a character that no header may carry")
            .hint("copy them again, without line breaks or quotes")
            .not_carried_out()
    })?;
    value.set_sensitive(true);
    Ok(value)
}
