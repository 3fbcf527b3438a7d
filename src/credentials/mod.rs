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
mod sts;
mod temporary;
mod uri;

pub use chain::{Candidate, Chain, Offer};
pub use cloud_sso::CloudSso;
pub use ecs::EcsRole;
pub use keyring::Keyring;
pub use oauth::OAuth;
pub use oidc::Oidc;
pub use sts::{Role, caller_identity};

use crate::clock::Clock;
use crate::fault::{Fault, Kind};
use crate::rpc::{Endpoint, Key, Limits, Transport};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use std::sync::Arc;

/// A source of keys, as it was configured.
#[derive(Clone, Debug)]
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
    /// Certificates to trust besides the platform's.
    pub roots: Option<Arc<Vec<u8>>>,
}

impl Tools {
    fn transport(&self, endpoint: Endpoint) -> Result<Transport, Fault> {
        Transport::new(endpoint, self.limits.clone(), self.roots.as_ref().map(|roots| roots.as_slice()))
    }
}

impl Spec {
    /// Gets a key from the source.
    ///
    /// # Errors
    /// It has none, or fails.
    pub fn fetch<'a>(&'a self, tools: &'a Tools) -> BoxFuture<'a, Result<Fresh, Missed>> {
        async move {
            match self {
                Spec::Static(key) => Ok(Fresh { key: key.clone(), expires: None }),
                Spec::Process(command) => Ok(process::fetch(command).await?),
                Spec::Uri(url) => Ok(uri::fetch(url, tools).await?),
                Spec::EcsRole(role) => role.fetch(tools).await,
                Spec::Oidc(oidc) => Ok(oidc.fetch(tools).await?),
                Spec::Role { base, role } => {
                    let base = base.fetch(tools).await?;
                    Ok(role.assume(&base.key, tools).await?)
                }
                Spec::CloudSso(session) => Ok(session.fetch(tools).await?),
                Spec::OAuth(session) => Ok(session.fetch(tools).await?),
            }
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
