//! A role for whoever has a token of an OIDC provider: a pod of ACK, or a job of a pipeline.
//!
//! The call is not signed. The token goes in the form body, never in a URL, where logs would keep it. Its file is read
//! anew each time, for the cluster renews it.

use super::sts::{self, RoleAnswer};
use super::temporary::parsed;
use super::{Fresh, Role, Tools};
use crate::clock::stamp_to_second;
use crate::fault::Fault;
use crate::files::read_small_text;
use crate::rpc::{Endpoint, Secrets, canonical_pairs, refusal};
use crate::text::safe;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;

/// Says which role is to be assumed with which token.
#[derive(Clone, Debug)]
pub struct Oidc {
    pub provider_arn: String,
    pub token: OidcToken,
    pub role: Role,
    pub sts: Endpoint,
}

/// Says where the token of an OIDC provider is.
#[derive(Clone, Debug)]
pub enum OidcToken {
    /// In a file, which is read anew each time.
    File(PathBuf),
    /// The token itself.
    Given(SecretString),
}

impl OidcToken {
    /// Gives the token. Fails if its file cannot be read, is empty, or is no regular file.
    fn read(&self) -> Result<SecretString, Fault> {
        let file = match self {
            OidcToken::File(file) => file,
            OidcToken::Given(token) => return Ok(token.clone()),
        };
        let wrong = |why: String| {
            let file = file.to_string_lossy();
            Fault::credentials(format!("the OIDC token file {} {why}", safe(&file)))
                .hint("in a pod it is mounted by the cluster: see whether RRSA is enabled for its service account")
        };
        let unreadable = |e: std::io::Error| wrong(format!("cannot be read: {e}"));
        // A device or a pipe may never come to an end, or never begin.
        if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
            return Err(wrong("is no regular file".to_owned()));
        }
        let text = read_small_text(file).map_err(unreadable)?;
        match text.trim() {
            "" => Err(wrong("is empty".to_owned())),
            token => Ok(token.into()),
        }
    }
}

impl Oidc {
    /// Asks STS for a key of the role with the token.
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let token = self.token.read()?;
        let token = token.expose_secret();
        let now = tools.clock.now();
        let timestamp = stamp_to_second(now);
        let query = canonical_pairs(&[
            ("Action", "AssumeRoleWithOIDC"),
            ("Format", "JSON"),
            ("Timestamp", &timestamp),
            ("Version", sts::VERSION),
        ]);
        let parameters = self.role.parameters(now);
        let mut form: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        form.extend([("OIDCProviderArn", self.provider_arn.as_str()), ("OIDCToken", token)]);
        let (path, body) = (format!("/?{query}"), Some(canonical_pairs(&form)));
        let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
        let transport = tools.transport(self.sts.clone())?;
        let answered = transport.exchange(Method::POST, &path, &headers, body).await.map_err(sts::refused)?;
        if answered.status != 200 {
            return Err(sts::refused(refusal(self.sts.authority(), &answered, &Secrets::new([token]))));
        }
        parsed::<RoleAnswer>(&answered.body, "STS")?.credentials.fresh("STS", now)
    }
}
