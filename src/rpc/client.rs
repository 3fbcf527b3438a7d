//! The HTTP client: signs, sends once, and pushes the answer's bytes on.

use super::endpoint::Endpoint;
use super::key::Key;
use super::refusal::{self, Refusal};
use super::sign;
use crate::clock::Clock;
use crate::fault::{Fault, Kind};
use log::{debug, info};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, ClientBuilder, Method, Response, redirect};
use secrecy::ExposeSecret;
use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How far an attempt may go.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For the connection and its TLS handshake.
    pub connect: Duration,
    /// For the whole attempt, a dripping body included.
    pub request: Duration,
    /// For an answer, in bytes after decompression.
    pub bytes: u64,
}

/// One operation with its parameters.
pub struct Call<'a> {
    /// The operation's name, such as `DescribeSendFileResults`.
    pub action: &'a str,
    /// The version of the service's API.
    pub version: &'a str,
    /// Parameters of the form body.
    pub form: &'a [(&'a str, &'a str)],
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

/// A client of one service at one endpoint; its connections are kept and shared.
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    limits: Limits,
    clock: Arc<Clock>,
}

impl Client {
    /// Makes a client. `roots` are trusted in addition to the platform's, in PEM.
    ///
    /// # Errors
    /// `roots` that hold no certificate; a platform without any.
    pub fn new(endpoint: Endpoint, limits: Limits, roots: Option<&[u8]>, clock: Arc<Clock>) -> Result<Self, Fault> {
        // The library panics without a provider; a second installation is refused and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("efloctl/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(limits.connect)
                .https_only(endpoint.is_https());
            if endpoint.is_loopback() { builder.no_proxy() } else { builder }
        };
        let http = if endpoint.is_https() { secure(builder, roots)? } else { plain(builder)? };
        Ok(Client { http, endpoint, limits, clock })
    }

    /// Whether a file in PEM has a certificate in it: the library takes rubbish for an empty list.
    pub fn holds_certificates(pem: &[u8]) -> bool {
        Certificate::from_pem_bundle(pem).is_ok_and(|roots| !roots.is_empty())
    }

    /// The clock that dates the signatures.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Makes one attempt at a call and hands the answer's bytes to `body`.
    ///
    /// # Errors
    /// Whatever kept a whole answer from coming; `passing` says whether another attempt could help.
    pub async fn attempt(&self, key: &Key, call: &Call<'_>, body: &mut dyn Body) -> Result<(), Fault> {
        let started = Instant::now();
        let limit = self.limits.request;
        let answered = match tokio::time::timeout(limit, self.exchange(key, call, body)).await {
            Ok(answered) => answered,
            Err(_) => {
                Err(Fault::new(Kind::Network, format!("{} gave no complete answer within {limit:#?}", self.host()))
                    .hint("see whether the network is slow or blocked; --request-timeout allows more time")
                    .passing())
            }
        };
        let took = started.elapsed();
        match &answered {
            Ok(bytes) => info!("{} at {}: {bytes} bytes in {took:.1?}", call.action, self.host()),
            Err(fault) => info!("{} at {}: {fault} (after {took:.1?})", call.action, self.host()),
        }
        answered.map(drop).map_err(|fault| Fault { passing: fault.passing && !body.has_let_out(), ..fault })
    }

    async fn exchange(&self, key: &Key, call: &Call<'_>, body: &mut dyn Body) -> Result<u64, Fault> {
        let form = sign::pairs(call.form);
        let headers = self.headers(key, call, &form)?;
        let request = self.http.request(Method::POST, self.endpoint.url().clone()).headers(headers).body(form);
        let response = request.send().await.map_err(|e| self.unreached(&e))?;
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        self.drain(response, body).await
    }

    /// The headers of an attempt, `authorization` last. What goes on the wire is what was signed.
    fn headers(&self, key: &Key, call: &Call<'_>, form: &str) -> Result<HeaderMap, Fault> {
        let date = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let nonce = nonce()?;
        let hash = sign::hash(form.as_bytes());
        let authority = self.endpoint.authority();
        let mut signed = vec![
            ("host", authority.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-acs-action", call.action),
            ("x-acs-content-sha256", &hash),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", call.version),
        ];
        if let Some(token) = &key.token {
            signed.push(("x-acs-security-token", token.expose_secret()));
        }
        let request = sign::Request { method: "POST", path: "/", query: "", headers: &signed, body_hash: &hash };
        let authorization = sign::authorization(&request, key);

        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for (name, value) in signed.into_iter().chain([("authorization", authorization.as_str())]) {
            let secret = matches!(name, "authorization" | "x-acs-security-token");
            debug!("> {name}: {}", if secret { "(masked)" } else { value });
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                Fault::new(Kind::Credentials, "the credentials hold a character that no header may carry")
                    .hint("copy the AccessKey again, without line breaks or quotes")
            })?;
            value.set_sensitive(secret);
            headers.insert(HeaderName::from_static(header_name(name)), value);
        }
        Ok(headers)
    }

    async fn drain(&self, mut response: Response, body: &mut dyn Body) -> Result<u64, Fault> {
        debug!("< {}", response.status());
        let mut bytes: u64 = 0;
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(bytes),
                Err(e) => {
                    let message = format!("the answer of {} broke off: {}", self.host(), cause(&e));
                    return Err(Fault::new(Kind::Answer, message).passing());
                }
            };
            bytes += chunk.len() as u64;
            if bytes > self.limits.bytes {
                let mib = self.limits.bytes >> 20;
                return Err(Fault::new(
                    Kind::Answer,
                    format!("the answer of {} is larger than {mib} MiB", self.host()),
                )
                .hint("ask for one node with --node"));
            }
            body.chunk(&chunk)?;
        }
    }

    /// What the server says instead of an answer. Its body is read only so far as a person would.
    async fn refused(&self, mut response: Response) -> Fault {
        const ENOUGH: usize = 64 << 10;
        let mut bytes = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            bytes.extend_from_slice(&chunk[..chunk.len().min(ENOUGH - bytes.len())]);
            if bytes.len() == ENOUGH {
                break;
            }
        }
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        debug!("< {}", response.status());
        let refusal = Refusal {
            host: &self.host(),
            status: response.status(),
            retry_after: header("x-acs-retry-after"),
            location: header("location"),
            body: &bytes,
        };
        let fault = refusal::fault(&refusal);
        match header("date") {
            Some(date) if refusal::is_clock(&fault) => self.correct_clock(fault, date),
            _ => fault,
        }
    }

    /// A clock that is off can be mended once, with the server's own date.
    fn correct_clock(&self, fault: Fault, date: &str) -> Fault {
        let Some(off) = self.clock.correct(date) else { return fault };
        let (off, way) = if off.is_negative() { (off.abs(), "ahead") } else { (off, "behind") };
        let off = jiff::SignedDuration::from_secs(off.as_secs());
        let message = format!("this machine's clock is {off:#} {way} of the server's; going on with the server's time");
        Fault { message, ..fault }.hint("set the clock, for example by NTP").passing()
    }

    fn unreached(&self, e: &reqwest::Error) -> Fault {
        let host = self.host();
        let cause = cause(e);
        let fault = |message: String| Fault::new(Kind::Network, message);
        if is_tls(e) {
            return fault(format!("no trusted connection to {host}: {cause}")).hint(
                "a server of your own needs --ca-file with its CA; a proxy that inspects TLS needs the proxy's CA",
            );
        }
        if e.is_timeout() {
            let limit = self.limits.connect;
            return fault(format!("no connection to {host} within {limit:#?}"))
                .hint("see whether a firewall or proxy is in the way; inside a VPC set endpoint_type = \"vpc\"")
                .passing();
        }
        if e.is_dns() {
            return fault(format!("the name {host} cannot be resolved: {cause}"))
                .hint("check the region or --endpoint, and the name service of this machine")
                .passing();
        }
        if e.is_connect() {
            return fault(format!("cannot connect to {host}: {cause}"))
                .hint("check the network, HTTPS_PROXY, and the region or --endpoint")
                .passing();
        }
        fault(format!("the call to {host} failed: {cause}")).passing()
    }

    fn host(&self) -> String {
        self.endpoint.authority()
    }
}

fn secure(builder: impl Fn() -> ClientBuilder, roots: Option<&[u8]>) -> Result<reqwest::Client, Fault> {
    let roots = match roots {
        None => Vec::new(),
        Some(pem) => Certificate::from_pem_bundle(pem).unwrap_or_default(),
    };
    let built = builder().tls_certs_merge(roots.clone()).build();
    // A machine without any root of its own can still trust the ones it was given.
    let built = if roots.is_empty() { built } else { built.or_else(|_| builder().tls_certs_only(roots).build()) };
    built.map_err(|e| {
        Fault::new(Kind::Network, format!("this machine trusts no certificate authority: {}", cause(&e)))
            .hint("install the system's CA certificates (package ca-certificates), or name some with --ca-file")
    })
}

/// Over plain http no root is needed, and reading the platform's takes longer than a small call.
fn plain(builder: impl Fn() -> ClientBuilder) -> Result<reqwest::Client, Fault> {
    let built = builder().tls_certs_only([]).build();
    built.map_err(|e| Fault::new(Kind::Network, format!("the HTTP client cannot start: {}", cause(&e))))
}

/// 32 hex digits that no other attempt has.
fn nonce() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Fault::new(Kind::Network, format!("the system gives no random numbers: {e}")))?;
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

/// The innermost reason: the outer ones only say that something failed.
fn cause(e: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = e;
    while let Some(next) = innermost.source() {
        innermost = next;
    }
    crate::text::safe(&innermost.to_string()).into_owned()
}

/// Whether TLS is what failed. An `io::Error` hides what it holds from `source()`.
fn is_tls(e: &reqwest::Error) -> bool {
    let mut next = e.source();
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return true;
        }
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    false
}
