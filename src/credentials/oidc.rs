//! A role for whoever has a token of an OIDC provider: a pod of ACK, or a job of a pipeline.
//!
//! The call is not signed. The token goes in the form body, never in a URL, where logs would keep it; its file is read
//! anew each time, for it is renewed.

use super::{Fresh, Role, Tools, sts};
use crate::fault::{Fault, Kind};
use crate::files::read_small_text;
use crate::rpc::{Exchange, Secrets, canonical_pairs, refusal_of};
use crate::text::safe;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;

/// A role and the token that opens it.
#[derive(Clone, Debug)]
pub struct Oidc {
    pub provider_arn: String,
    pub token: OidcToken,
    pub role: Role,
}

/// The token of an OIDC provider.
#[derive(Clone, Debug)]
pub enum OidcToken {
    /// The file that it stands in, which is read anew each time.
    File(PathBuf),
    /// The token itself.
    Given(SecretString),
}

impl OidcToken {
    fn read(&self) -> Result<SecretString, Fault> {
        let file = match self {
            OidcToken::File(file) => file,
            OidcToken::Given(token) => return Ok(token.clone()),
        };
        let wrong = |why: String| {
            let file = file.to_string_lossy();
            Fault::new(Kind::Credentials, format!("the OIDC token file {} {why}", safe(&file)))
                .hint("in a pod it is mounted by the cluster: see whether RRSA is enabled for its service account")
        };
        let unreadable = |e: std::io::Error| wrong(format!("cannot be read: {e}"));
        // Whatever else stands there may never come to an end, or never begin.
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
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let token = self.token.read()?;
        let token = token.expose_secret();
        let now = tools.clock.now();
        let timestamp = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let query = canonical_pairs(&[
            ("Action", "AssumeRoleWithOIDC"),
            ("Format", "JSON"),
            ("Timestamp", &timestamp),
            ("Version", sts::VERSION),
        ]);
        let (session, seconds) = (self.role.session(now), self.role.duration.as_secs().to_string());
        let mut form = vec![
            ("RoleArn", self.role.arn.as_str()),
            ("OIDCProviderArn", &self.provider_arn),
            ("OIDCToken", token),
            ("RoleSessionName", &session),
            ("DurationSeconds", &seconds),
        ];
        if let Some(policy) = &self.role.policy {
            form.push(("Policy", policy));
        }
        let form = canonical_pairs(&form);
        let exchange = Exchange {
            method: Method::POST,
            path: &format!("/?{query}"),
            is_path_public: true,
            headers: &[("accept", "application/json")],
            body: Some(("application/x-www-form-urlencoded", form)),
        };
        let answered = tools.transport(self.role.sts.clone())?.exchange(exchange).await.map_err(sts::refused)?;
        if answered.status != 200 {
            return Err(sts::refused(refusal_of(&self.role.sts, &answered, &Secrets::new([token]))));
        }
        sts::read(&answered.body, now)
    }
}
