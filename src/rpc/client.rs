//! The HTTP client: signs, sends once, and pushes the answer's bytes on.

use super::exchange::sensitive;
use super::key::Key;
use super::mask::Secrets;
use super::refusal::{self, Refusal};
use super::sign;
use super::transport::Transport;
use crate::clock::Clock;
use crate::fault::{Again, Fault, Hint, Kind};
use jiff::{SignedDuration, Unit};
use log::{debug, info};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use std::sync::Arc;
use std::time::Instant;

/// One operation with its parameters.
pub struct Call<'a> {
    /// The operation's name, such as `DescribeSendFileResults`.
    pub action: &'a str,
    /// The version of the service's API.
    pub version: &'a str,
    /// Parameters in the query.
    pub query: &'a [(&'a str, &'a str)],
    /// Parameters of the form body; without it there is no body.
    pub form: Option<&'a [(&'a str, &'a str)]>,
}

/// What takes an answer's bytes as they come.
pub trait Body {
    /// Takes some bytes; refusing them ends the attempt.
    ///
    /// # Errors
    /// Why the bytes are of no use.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault>;

    /// Whether some of them are out of our hands already, so that the call must not be repeated.
    fn has_let_out(&self) -> bool {
        false
    }
}

/// An answer that is kept whole, in a place where it never has to be moved: what is moved leaves a copy behind.
struct Short(Zeroizing<Vec<u8>>);

impl Short {
    const LONGEST: usize = 64 << 10;
}

impl Body for Short {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.0.len() + bytes.len() > Self::LONGEST {
            return Err(Fault::new(Kind::Answer, "the answer is far too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// A client of one service at one endpoint.
pub struct Client {
    transport: Transport,
    clock: Arc<Clock>,
}

impl Client {
    /// Signed calls over a transport, dated by a clock.
    pub fn new(transport: Transport, clock: Arc<Clock>) -> Self {
        Client { transport, clock }
    }

    /// The clock that dates the signatures.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Makes one attempt at a call and hands the answer's bytes to `body`.
    ///
    /// # Errors
    /// Whatever kept a whole answer from coming; `again` says whether another attempt could help.
    pub async fn attempt<B: Body + ?Sized>(&self, key: &Key, call: &Call<'_>, body: &mut B) -> Result<(), Fault> {
        let started = Instant::now();
        let answered = self.transport.within_limit(self.exchange(key, call, body)).await;
        // Whoever answered may have quoted what it was sent.
        let answered = answered.map_err(|fault| Secrets::of(key).out_of(fault));
        let took = started.elapsed();
        match &answered {
            Ok(bytes) => info!("{} at {}: {bytes} bytes in {took:.1?}", call.action, self.transport.host()),
            Err(fault) => info!("{} at {}: {fault} (after {took:.1?})", call.action, self.transport.host()),
        }
        answered
            .map(drop)
            .map_err(|fault| if body.has_let_out() { Fault { again: Again::Never, ..fault } } else { fault })
    }

    /// Makes one attempt at a call whose answer is short.
    ///
    /// # Errors
    /// As [`Client::attempt`].
    pub async fn ask(&self, key: &Key, call: &Call<'_>) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut answer = Short(Zeroizing::new(Vec::with_capacity(Short::LONGEST)));
        self.attempt(key, call, &mut answer).await?;
        Ok(answer.0)
    }

    async fn exchange<B: Body + ?Sized>(&self, key: &Key, call: &Call<'_>, body: &mut B) -> Result<u64, Fault> {
        let dated = self.clock.correction();
        let query = sign::pairs(call.query);
        let form = call.form.map(sign::pairs);
        let headers = self.headers(key, call, &query, form.as_deref())?;
        let path = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
        let mut request = self.transport.request(Method::POST, &path).headers(headers);
        if let Some(form) = form {
            request = request.body(form);
        }
        let response = self.transport.send(request).await?;
        if !response.status().is_success() {
            return Err(self.refused(response, dated, key).await);
        }
        self.drain(response, body).await
    }

    /// The headers of an attempt, `authorization` last. What goes on the wire is what was signed.
    fn headers(&self, key: &Key, call: &Call<'_>, query: &str, form: Option<&str>) -> Result<HeaderMap, Fault> {
        let date = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = nonce()?;
        let hash = sign::hash(form.unwrap_or_default().as_bytes());
        let authority = self.transport.host();
        let mut signed = vec![
            ("host", authority.as_str()),
            ("x-acs-action", call.action),
            ("x-acs-content-sha256", &hash),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", call.version),
        ];
        if form.is_some() {
            signed.push(("content-type", "application/x-www-form-urlencoded"));
        }
        if let Some(token) = &key.token {
            signed.push(("x-acs-security-token", token.expose_secret()));
        }
        let request = sign::Request { method: "POST", path: "/", query, headers: &signed, body_hash: &hash };
        let authorization = sign::authorization(&request, key);

        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for (name, value) in signed.into_iter().chain([("authorization", authorization.as_str())]) {
            let secret = matches!(name, "authorization" | "x-acs-security-token");
            debug!("> {name}: {}", if secret { "(masked)" } else { value });
            let mut value = sensitive(value)?;
            value.set_sensitive(secret);
            headers.insert(HeaderName::from_static(header_name(name)), value);
        }
        Ok(headers)
    }

    async fn drain<B: Body + ?Sized>(&self, mut response: Response, body: &mut B) -> Result<u64, Fault> {
        debug!("< {}", response.status());
        let mut bytes: u64 = 0;
        loop {
            let Some(chunk) = self.transport.chunk(&mut response).await? else { return Ok(bytes) };
            let chunk = chunk.as_ref();
            bytes += chunk.len() as u64;
            let limit = self.transport.limits().bytes;
            if bytes > limit {
                let mib = limit >> 20;
                return Err(Fault::new(
                    Kind::Answer,
                    format!("the answer of {} is larger than {mib} MiB", self.transport.host()),
                )
                .hint(Hint::LargeAnswer));
            }
            body.chunk(chunk)?;
        }
    }

    /// What the server says instead of an answer. Its body is read only so far as a person would. `dated` is the
    /// correction of the clock that the call was dated with.
    async fn refused(&self, mut response: Response, dated: SignedDuration, key: &Key) -> Fault {
        const ENOUGH: usize = 64 << 10;
        // It may quote a secret. Never moved while it grows.
        let mut bytes = Zeroizing::new(Vec::with_capacity(ENOUGH));
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = ENOUGH - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if bytes.len() == ENOUGH {
                break;
            }
        }
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        debug!("< {}", response.status());
        let refusal = Refusal {
            host: &self.transport.host(),
            status: response.status(),
            retry_after: header("x-acs-retry-after"),
            location: header("location"),
            secrets: &Secrets::of(key),
            body: &bytes,
        };
        let fault = refusal::fault(&refusal);
        match header("date") {
            Some(date) if refusal::is_clock(&fault) => self.correct_clock(fault, date, dated),
            _ => fault,
        }
    }

    /// A clock that is off can be mended once, with the server's own date.
    fn correct_clock(&self, fault: Fault, date: &str, dated: SignedDuration) -> Fault {
        let Some(off) = self.clock.correct(date, dated) else { return fault };
        let (off, way) = if off.is_negative() { (off.abs(), "ahead of") } else { (off, "behind") };
        let off = off.round(Unit::Minute).unwrap_or(off);
        let message = format!("this machine's clock is {off:#} {way} the server's; going on with the server's time");
        Fault { message, again: Again::AtOnce, ..fault }.hint("set the clock, for example by NTP")
    }
}

/// 32 hex digits that no other attempt has.
fn nonce() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Fault::new(Kind::Network, format!("the system gives no random numbers: {e}")).not_carried_out())?;
    Ok(base16ct::lower::encode_string(&bytes))
}

/// The names that are sent, as the library wants them.
fn header_name(name: &str) -> &'static str {
    const NAMES: [&str; 9] = [
        "host",
        "content-type",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
        "x-acs-security-token",
        "authorization",
    ];
    NAMES.into_iter().find(|known| *known == name).expect("only these are sent")
}

#[cfg(test)]
mod tests;
