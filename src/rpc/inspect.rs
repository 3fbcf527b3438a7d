//! What a connection to a host looks like, for whoever has to find out why it does not work.

use super::transport::Transport;
use crate::fault::Fault;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::tls::TlsInfo;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// Holds what a host showed of itself.
#[derive(Debug, Default)]
pub struct Inspection {
    /// The server's clock less ours.
    pub clock: Option<SignedDuration>,
    /// Who issued its certificate, and when that ends. Plain http has no certificate.
    pub certificate: Option<(String, Timestamp)>,
}

impl Transport {
    /// Connects once and looks at what the host shows, whatever it answers. Fails if it is not reached or not trusted.
    pub async fn inspect(&self) -> Result<Inspection, Fault> {
        let response = self.within_limit(self.send(self.request(Method::GET, "/"))).await?;
        let date = response.headers().get("date").and_then(|date| date.to_str().ok());
        let server = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        let der = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        Ok(Inspection {
            clock: server.map(|server| server.timestamp().duration_since(Timestamp::now())),
            certificate: der.and_then(certificate),
        })
    }
}

/// Reads a certificate's issuer and when it ends.
fn certificate(der: &[u8]) -> Option<(String, Timestamp)> {
    let certificate = Certificate::from_der(der).ok()?;
    let certificate = certificate.tbs_certificate();
    let end = certificate.validity().not_after.to_unix_duration().as_secs();
    let expires = Timestamp::from_second(i64::try_from(end).ok()?).ok()?;
    Some((certificate.issuer().to_string(), expires))
}
