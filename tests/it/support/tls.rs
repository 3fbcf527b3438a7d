//! A certificate authority of the moment, so that TLS is tested in full, refusals included.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server's certificate for some names, and the authority that signed it: a leaf alone would not
/// do, for clients take none as a root.
pub(crate) struct Identity {
    ca_pem: String,
    pub(crate) ca: CertificateDer<'static>,
    leaf: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// `names` may be host names and IP addresses.
    pub(crate) fn new(names: &[&str]) -> Self {
        Self::signed("efloctl test authority", names, [1975, 4096])
    }

    /// For the loopback, and past its time, or before it.
    pub(crate) fn untimely(years: [i32; 2]) -> Self {
        Self::signed("efloctl test authority", &["127.0.0.1"], years)
    }

    /// Of an authority with a name of its own.
    pub(crate) fn of_authority(authority: &str, names: &[&str]) -> Self {
        Self::signed(authority, names, [1975, 4096])
    }

    fn signed(authority: &str, names: &[&str], years: [i32; 2]) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, authority);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca_key = KeyPair::generate().expect("a key for the authority");
        let ca = params.self_signed(&ca_key).expect("the authority's certificate");
        let issuer = Issuer::new(params, ca_key);

        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let leaf_key = KeyPair::generate().expect("a key for the server");
        let leaf = CertificateParams::new(names)
            .and_then(|mut params| {
                [params.not_before, params.not_after] = years.map(|year| date_time_ymd(year, 1, 1));
                params.signed_by(&leaf_key, &issuer)
            })
            .expect("the server's certificate");
        Self {
            ca_pem: ca.pem(),
            ca: ca.der().clone(),
            leaf: leaf.der().clone(),
            key: PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into(),
        }
    }

    /// For a server that is reached as `https://127.0.0.1:PORT`.
    pub(crate) fn loopback() -> Self {
        Self::new(&["127.0.0.1", "localhost"])
    }

    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Writes the authority's certificate where `--ca-file` can read it.
    pub(crate) fn write_ca(&self, folder: &Path) -> PathBuf {
        let path = folder.join("test-ca.pem");
        fs::write(&path, &self.ca_pem).expect("the CA file");
        path
    }

    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(vec![self.leaf.clone()], self.key.clone_key())
            });
        Arc::new(config.expect("the server's TLS settings"))
    }
}
