//! Who signs: where keys come from, and a ring that hands fresh ones to many callers.
//!
//! A [`Spec`] says which source is meant, complete in itself: settings make it, and nothing here reads settings. Each
//! source has a file of its own. Where nobody named a source, a [`Chain`] of candidates is tried in order; what is not
//! there is stepped over, what is there and fails ends it, for the next one may be another account's.

mod chain;
mod cloud_sso;
mod ecs;
mod keyring;
mod oauth;
mod oidc;
mod process;
mod session;
mod sts;
mod temporary;
mod uri;

pub use chain::{Candidate, Chain, Offer};
pub use cloud_sso::CloudSso;
pub use ecs::EcsRole;
pub use keyring::Keyring;
pub use oauth::OAuth;
pub use oidc::{Oidc, OidcToken};
pub use session::Session;
pub use sts::{Role, caller_identity};

use crate::clock::Clock;
use crate::fault::{Fault, Kind};
use crate::rpc::{Endpoint, Key, Limits, Network, Transport};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// A source of keys, as it was configured. The words of a command and a URL are not wiped, though a password may be in
/// them: any process of this machine can read the one, and the HTTP library keeps the other.
#[derive(Clone)]
pub enum Spec {
    /// A key as it is, permanent or temporary.
    Static(Key),
    /// What a command prints; it is split as a POSIX shell would, and run without one.
    Process(String),
    /// What a URL answers.
    Uri(String),
    /// The role of the ECS instance that this is.
    EcsRole(EcsRole),
    /// A role for whoever has a token of an OIDC provider, such as a pod.
    Oidc(Oidc),
    /// A role for whoever has another key.
    Role {
        base: Box<Spec>,
        role: Role,
    },
    /// A session that the official CLI has logged in to.
    CloudSso(CloudSso),
    OAuth(OAuth),
}

/// A command or a URL may hold a password: no more than its description is shown.
impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({})", self.described())
    }
}

/// A key, and when it ends.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub key: Key,
    /// None: not before the process does.
    pub expires: Option<Timestamp>,
}

/// Why a source gave no key.
#[derive(Debug)]
pub enum Missed {
    /// There is nothing there; the next place may have something.
    Absent(String),
    Failed(Fault),
}

impl From<Fault> for Missed {
    fn from(fault: Fault) -> Self {
        Missed::Failed(fault)
    }
}

impl Missed {
    /// Whatever keeps a source from giving a key: to whoever wants to sign, the key is what is missing.
    fn about_credentials(self) -> Self {
        match self {
            Missed::Failed(fault) if fault.kind != Kind::Config => {
                Missed::Failed(Fault { kind: Kind::Credentials, ..fault })
            }
            other => other,
        }
    }

    /// The same as a fault, where this is the only place.
    pub fn into_fault(self) -> Fault {
        match self {
            Missed::Absent(why) => Fault::new(Kind::Credentials, why),
            Missed::Failed(fault) => fault,
        }
    }
}

/// What sources need besides their own words.
#[derive(Clone)]
pub struct Tools {
    pub clock: Arc<Clock>,
    pub limits: Limits,
    pub network: Arc<Network>,
}

impl Tools {
    fn transport(&self, endpoint: Endpoint) -> Result<Transport, Fault> {
        Transport::new(endpoint, self.limits.clone(), &self.network)
    }
}

impl Spec {
    /// Gets a key from the source.
    ///
    /// # Errors
    /// It has none, or fails, which is a fault of credentials however it came about.
    pub fn fetch<'a>(&'a self, tools: &'a Tools) -> BoxFuture<'a, Result<Fresh, Missed>> {
        async move {
            let fetched: Result<Fresh, Missed> = match self {
                Spec::Static(key) => Ok(Fresh { key: key.clone(), expires: None }),
                Spec::Process(command) => process::fetch(command, tools).await.map_err(Missed::from),
                Spec::Uri(url) => uri::fetch(url, tools).await.map_err(Missed::from),
                Spec::EcsRole(role) => role.fetch(tools).await,
                Spec::Oidc(oidc) => oidc.fetch(tools).await.map_err(Missed::from),
                Spec::Role { base, role } => {
                    let base = base.fetch(tools).await?;
                    role.assume(&base.key, tools).await.map_err(Missed::from)
                }
                Spec::CloudSso(session) => session.fetch(tools).await.map_err(Missed::from),
                Spec::OAuth(session) => session.fetch(tools).await.map_err(Missed::from),
            };
            fetched.map_err(Missed::about_credentials)
        }
        .boxed()
    }

    /// Whether asking again can give another key.
    pub fn is_renewable(&self) -> bool {
        !matches!(self, Spec::Static(_))
    }

    /// The source in a few words, nothing secret.
    pub fn described(&self) -> String {
        use crate::rpc::masked;
        use crate::text::safe;
        match self {
            Spec::Static(key) if key.token.is_some() => format!("temporary key {}", masked(&key.id)),
            Spec::Static(key) => format!("AccessKey {}", masked(&key.id)),
            Spec::Process(_) => "credential_process".to_owned(),
            Spec::Uri(_) => "credentials URI".to_owned(),
            Spec::EcsRole(role) => match &role.name {
                Some(name) => format!("ECS role {}", safe(name)),
                None => "ECS role of the instance".to_owned(),
            },
            Spec::Oidc(oidc) => format!("OIDC role {}", safe(&oidc.role.arn)),
            Spec::Role { base, role } => format!("role {} by {}", safe(&role.arn), base.described()),
            Spec::CloudSso(_) => "CloudSSO session".to_owned(),
            Spec::OAuth(_) => "OAuth session".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_credential_spec_shows_no_secret() {
        let sts = Endpoint::parse("sts.example.com").unwrap();
        let key = || Key {
            id: "LTAIexample0000".to_owned(),
            secret: "hidden-secret".into(),
            token: Some("hidden-token".into()),
        };
        let session = |mode| Session {
            profile: "ops".to_owned(),
            mode,
            access_token: Some("hidden-login".into()),
            access_token_expires: None,
            cached: Some((key(), Timestamp::UNIX_EPOCH)),
        };
        let role = || Role {
            arn: "acs:ram::1:role/ops".to_owned(),
            session_name: None,
            external_id: None,
            policy: None,
            duration: std::time::Duration::from_secs(3600),
            sts: sts.clone(),
        };
        let sources = [
            Spec::Static(key()),
            Spec::Process("vault --password hidden-word".to_owned()),
            Spec::Uri("http://127.0.0.1/key?password=hidden-word".to_owned()),
            Spec::Role { base: Box::new(Spec::Static(key())), role: role() },
            Spec::CloudSso(CloudSso {
                session: session("CloudSSO"),
                sign_in_url: "https://sso.example.com".to_owned(),
                account_id: "1".to_owned(),
                access_config: "c".to_owned(),
            }),
            Spec::OAuth(OAuth { session: session("OAuth"), endpoint: sts.clone() }),
        ];
        for source in sources {
            for text in [format!("{source:?}"), format!("{source:#?}"), source.described()] {
                assert!(!text.contains("hidden") && !text.contains("LTAIexample"), "{text}");
            }
        }
        let fresh = format!("{:?}", Fresh { key: key(), expires: None });
        assert!(!fresh.contains("hidden") && fresh.contains("LTAI"), "{fresh}");
    }
}
