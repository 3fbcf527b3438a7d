//! A signed call: signs it, sends it once, and pushes the answer's bytes on.

use super::body::Body;
use super::mask::Secrets;
use super::refusal::{is_clock, refusal};
use super::sign::{self, Key};
use super::transport::{Answered, Transport, sensitive};
use crate::clock::{skew, stamp_to_second};
use crate::fault::{Again, Fault, Kind};
use jiff::SignedDuration;
use log::{debug, info};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use std::time::Instant;

/// Describes a call of an operation.
pub struct ApiCall<'a> {
    /// Names the operation, such as `DescribeSendFileResults`.
    pub action: &'a str,
    /// Names the version of the service's API.
    pub version: &'a str,
    /// Holds the parameters in the query.
    pub query: &'a [(&'a str, &'a str)],
    /// Holds the parameters of the form body; without it there is no body.
    pub form: Option<&'a [(&'a str, &'a str)]>,
}

impl Transport {
    /// Makes one attempt at a call and hands the answer's bytes to `body`. A fault says by `again` whether another
    /// attempt could help; it does not quote the key, whatever the server says.
    pub async fn attempt(&self, key: &Key, call: &ApiCall<'_>, body: &mut impl Body) -> Result<(), Fault> {
        body.start(key);
        let (started, host) = (Instant::now(), self.host());
        let dated = self.clock().correction();
        let answered = self.carry(self.signed(key, call)?, body).await;
        let answered = answered.and_then(|answered| match answered.status.is_success() {
            true => {
                self.clock().accepted();
                Ok(())
            }
            false => Err(self.refused(&answered, dated, key)),
        });
        let answered = answered.map_err(|fault| Secrets::of(key).out_of(fault));
        let took = started.elapsed();
        match &answered {
            Ok(()) => info!("{} at {host}: answered in {took:.1?}", call.action),
            Err(fault) => info!("{} at {host}: {fault} (after {took:.1?})", call.action),
        }
        answered
    }

    /// Makes the signed request of an attempt.
    fn signed(&self, key: &Key, call: &ApiCall<'_>) -> Result<RequestBuilder, Fault> {
        let query = sign::canonical_pairs(call.query);
        let form = call.form.map(sign::canonical_pairs);
        let headers = self.headers(key, call, &query, form.as_deref())?;
        let path = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
        let request = self.request(Method::POST, &path).headers(headers);
        Ok(match form {
            Some(form) => request.body(form),
            None => request,
        })
    }

    /// Makes the headers of an attempt, `authorization` last. What goes on the wire is what was signed.
    fn headers(&self, key: &Key, call: &ApiCall<'_>, query: &str, form: Option<&str>) -> Result<HeaderMap, Fault> {
        let date = stamp_to_second(self.clock().now());
        let nonce = nonce()?;
        let hash = sign::hash(form.unwrap_or_default().as_bytes());
        let mut signed = vec![
            ("host", self.host()),
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
        let request = sign::RequestToSign { method: "POST", query, headers: &signed, body_hash: &hash };
        let authorization = sign::authorization(&request, key);

        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for (name, value) in signed.into_iter().chain([("authorization", authorization.as_str())]) {
            let secret = matches!(name, "authorization" | "x-acs-security-token");
            debug!("> {name}: {}", if secret { "(masked)" } else { value });
            headers.insert(HeaderName::from_static(name), sensitive(value)?);
        }
        Ok(headers)
    }

    /// Gives the fault that the server tells of instead of an answer. `dated` is the correction of the clock that the
    /// call was dated with: one that was off is corrected by the server's own date.
    fn refused(&self, refused: &Answered, dated: SignedDuration, key: &Key) -> Fault {
        let fault = refusal(self.host(), refused, &Secrets::of(key));
        let date = refused.headers.get("date").and_then(|date| date.to_str().ok());
        let date = date.filter(|_| is_clock(fault.code()));
        let Some(off) = date.and_then(|date| self.clock().correct(date, dated)) else { return fault };
        let message = match skew(off) {
            Some(skew) => format!("{skew}; going on with the server's time"),
            None => "this machine's clock is right again; going on with its time".to_owned(),
        };
        Fault { message, again: Again::AtOnce, ..fault }.hint("set the clock, for example by NTP")
    }
}

/// Gives 32 hex digits that no other attempt has.
fn nonce() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Fault::new(Kind::Network, format!("the system gives no random numbers: {e}")).not_carried_out())?;
    Ok(base16ct::lower::encode_string(&bytes))
}

#[cfg(test)]
mod tests;
