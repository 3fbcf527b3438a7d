//! Whom a server's certificate may come from, on systems that keep their authorities in files.
//!
//! Reading those files is most of the work of a short run. So a process reads them once, and none before it needs it:
//! the bundle when the certificates that were given do not vouch for a server, the folders when the bundle does not
//! either. What vouches for a server is the TLS library's to say.

use super::unreached::NO_AUTHORITY;
use log::info;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_native_certs::{CertificateResult, load_certs_from_paths};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

/// Holds the certificates in the machine's bundle, which is one file.
static BUNDLE: LazyLock<RootCertStore> =
    LazyLock::new(|| store(places().0.iter().map(|file| load_certs_from_paths(Some(file), None))));

/// Holds the certificates in the machine's folders, which have a file for each.
static FOLDERS: LazyLock<RootCertStore> =
    LazyLock::new(|| store(places().1.iter().map(|folder| load_certs_from_paths(None, Some(folder)))));

/// Takes the certificates that were read. Those that cannot be read are passed over: a machine has many.
fn store(read: impl Iterator<Item = CertificateResult>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    for CertificateResult { certs, errors, .. } in read {
        for error in errors {
            info!("certificates of this machine: {error}");
        }
        roots.add_parsable_certificates(certs);
    }
    roots
}

/// Finds the bundle and the folders: those that the variables name, else those that systems usually have.
fn places() -> (Option<PathBuf>, Vec<PathBuf>) {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match (variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR")) {
        (None, None) => {
            let found = openssl_probe::probe();
            (found.cert_file, found.cert_dir)
        }
        (file, folders) => {
            let folders = folders.unwrap_or_default();
            let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
            (file.map(PathBuf::from), folders.collect())
        }
    }
}

/// Makes the TLS settings of a client that trusts these certificates besides the machine's.
pub(super) fn tls(given: &[CertificateDer<'static>]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(given.iter().cloned());
    let algorithms = ring::default_provider().signature_verification_algorithms;
    let mut config = ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier { given: roots, algorithms }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// Lets the TLS library verify a server against one set of roots after the other.
#[derive(Debug)]
struct Verifier {
    given: RootCertStore,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let all: [&dyn Deref<Target = RootCertStore>; 3] = [&&self.given, &BUNDLE, &FOLDERS];
        let mut refused = CertificateError::UnknownIssuer.into();
        for roots in all {
            let algorithms = self.algorithms.all;
            match verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms) {
                Ok(()) => {
                    verify_server_name(&certificate, server_name)?;
                    return Ok(ServerCertVerified::assertion());
                }
                // This says least: other roots may tell of more.
                Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {}
                Err(other) => refused = other,
            }
        }
        if all.iter().all(|roots| roots.is_empty()) {
            refused = Error::General(NO_AUTHORITY.to_owned());
        }
        Err(refused)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
