//! HTTP to one host: how a connection is made, whom it trusts, and how an exchange goes over it.

use super::body::{Body, ShortBody};
use super::early::Early;
use super::endpoint::Endpoint;
use super::proxy::Proxies;
use super::unreached::{BROKEN, cause, unreached};
use crate::clock::{self, Clock};
use crate::fault::{Fault, Hint, Kind};
use flate2::write::MultiGzDecoder;
use jiff::SignedDuration;
use log::{debug, info};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Response, StatusCode, redirect};
use rustls::pki_types::CertificateDer;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Limits an answer that is short, in bytes.
pub const SHORT_ANSWER: usize = 64 << 10;

/// Limits an attempt.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Limits the time for the connection and its TLS handshake.
    pub connect: Duration,
    /// Limits the time for the whole attempt, a dripping body included.
    pub request: Duration,
    /// Limits the size of an answer, in bytes after decompression.
    pub bytes: u64,
}

/// Says what lies between this machine and the hosts that it calls.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Holds certificates to trust besides the machine's.
    pub roots: Vec<CertificateDer<'static>>,
    pub proxies: Proxies,
}

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

/// Makes requests to one host. Its connections are kept and shared.
pub struct Transport {
    http: Client,
    early: Early,
    endpoint: Endpoint,
    limits: Limits,
    clock: Arc<Clock>,
}

impl Transport {
    /// Makes a transport to a host. The clock dates its signed calls.
    ///
    /// # Errors
    /// When the proxy before it cannot be used, or the HTTP client cannot start.
    pub fn new(endpoint: Endpoint, limits: Limits, network: &Network, clock: &Arc<Clock>) -> Result<Self, Fault> {
        let proxy = network.proxies.before(&endpoint)?.and_then(|url| reqwest::Proxy::all(url).ok());
        // The library panics without a provider; a second installation is refused and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let early = Early::default();
        let builder = || {
            let builder = Client::builder()
                .user_agent(concat!("efloctl/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(limits.connect)
                .connector_layer(early.clone())
                .https_only(endpoint.is_https())
                .no_proxy();
            proxy.iter().cloned().fold(builder, ClientBuilder::proxy)
        };
        let http = match endpoint.is_https() {
            true => trusting(builder, &network.roots),
            // Nothing is read that is not needed.
            false => builder().tls_certs_only([]).build(),
        };
        let http =
            http.map_err(|e| Fault::new(Kind::Network, format!("the HTTP client cannot start: {}", cause(&e))))?;
        Ok(Transport { http, early, endpoint, limits, clock: Arc::clone(clock) })
    }

    /// Opens a connection for the next request, and sends nothing. Comes back before the connection stands.
    pub async fn connect_early(&self) {
        self.early.keep_next();
        // The library gets an error in place of the connection, and so sends nothing.
        let _ = self.request(Method::HEAD, "/").send().await;
    }

    /// Gives the clock that dates the signatures.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Names the host as messages do.
    pub(super) fn host(&self) -> &str {
        self.endpoint.authority()
    }

    /// Begins a request for a path with its query, `/` at least.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.endpoint.join(path)).header(ACCEPT_ENCODING, "gzip")
    }

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
        info!("{method} {}", self.endpoint);
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, sensitive(value)?);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let mut body = ShortBody::new(SHORT_ANSWER);
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

    /// Makes one exchange within the time that a whole attempt may take. The bytes of an answer go to `body`; what
    /// comes instead of an answer is in the result.
    ///
    /// # Errors
    /// When no complete answer came.
    pub(super) async fn carry(&self, request: RequestBuilder, body: &mut impl Body) -> Result<Answered, Fault> {
        self.within_limit(async {
            let mut response = self.send(request).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            debug!("< {status}");
            let mut answered = Answered { status, headers, body: Vec::new() };
            if status.is_success() {
                self.drain(&mut response, body).await?;
            } else {
                answered.body = self.read_refusal(&mut response).await;
            }
            Ok(answered)
        })
        .await
    }

    /// Sends a request and waits for the head of its answer.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Fault> {
        request.send().await.map_err(|e| unreached(&e, self.host(), self.limits.connect))
    }

    /// Gives an exchange the time that a whole attempt may take.
    async fn within_limit<T>(&self, exchange: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let limit = self.limits.request;
        let late = |_| {
            Fault::new(Kind::Network, format!("{} gave no complete answer within {limit:#?}", self.host()))
                .hint(Hint::SlowAnswer)
                .later()
        };
        tokio::time::timeout(limit, exchange).await.map_err(late)?
    }

    /// Hands the bytes of an answer on, unpacked, until they end or are refused. The HTTP library unpacks too, but only
    /// where the server writes `gzip` in small letters, which HTTP does not ask for.
    async fn drain(&self, response: &mut Response, body: &mut impl Body) -> Result<(), Fault> {
        /// Limits the packed bytes that are unpacked at a time, in bytes: they become no more than some MiB.
        const PIECE: usize = 4 << 10;
        let broken = |cause: String| {
            let message = format!("the answer of {} broke off: {cause}", self.host());
            Fault::new(Kind::Answer, message).hint(BROKEN).later()
        };
        let limit = self.limits.bytes;
        let mut bytes: u64 = 0;
        let mut take = |piece: &[u8]| {
            bytes += piece.len() as u64;
            if bytes > limit {
                let message = format!("the answer of {} is larger than {} MiB", self.host(), limit >> 20);
                return Err(Fault::new(Kind::Answer, message).hint(Hint::LargeAnswer));
            }
            body.chunk(piece)
        };
        let encoding = response.headers().get(CONTENT_ENCODING).map_or(&b""[..], |value| value.as_bytes());
        let is_packed = [&b"gzip"[..], b"x-gzip"].iter().any(|name| encoding.trim_ascii().eq_ignore_ascii_case(name));
        // An empty body is not packed.
        let mut decoder = None;
        while let Some(chunk) = response.chunk().await.map_err(|e| broken(cause(&e)))? {
            if !is_packed {
                take(&chunk)?;
                continue;
            }
            let decoder = decoder.get_or_insert_with(|| MultiGzDecoder::new(Vec::new()));
            for packed in chunk.chunks(PIECE) {
                // A flush gives at once what is unpacked so far.
                let written = decoder.write_all(packed).and_then(|()| decoder.flush());
                take(decoder.get_ref())?;
                decoder.get_mut().clear();
                written.map_err(|e| broken(e.to_string()))?;
            }
        }
        if let Some(decoder) = decoder {
            take(&decoder.finish().map_err(|e| broken(e.to_string()))?)?;
        }
        debug!("{bytes} bytes");
        Ok(())
    }

    /// Reads what came instead of an answer. Its status says the most of it: of a body that does not come to its end in
    /// a moment, what has come is taken.
    async fn read_refusal(&self, response: &mut Response) -> Vec<u8> {
        const MOMENT: Duration = Duration::from_secs(5);
        let mut body = ShortBody::new(SHORT_ANSWER);
        let moment = MOMENT.min(self.limits.request / 2);
        let _ = tokio::time::timeout(moment, self.drain(response, &mut body)).await;
        body.bytes
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

/// Builds a client that trusts what this machine trusts, and the certificates that were given.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn trusting(builder: impl Fn() -> ClientBuilder, given: &[CertificateDer<'static>]) -> reqwest::Result<Client> {
    builder().tls_backend_preconfigured(super::roots::tls(given)).build()
}

/// Builds a client that trusts what this machine trusts, which its own verifier knows, and the certificates that were
/// given; where that verifier takes no more, these alone.
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
fn trusting(builder: impl Fn() -> ClientBuilder, given: &[CertificateDer<'static>]) -> reqwest::Result<Client> {
    let given = given.iter().filter_map(|der| reqwest::Certificate::from_der(der).ok()).collect::<Vec<_>>();
    let merged = builder().tls_certs_merge(given.clone()).build();
    if given.is_empty() { merged } else { merged.or_else(|_| builder().tls_certs_only(given).build()) }
}
