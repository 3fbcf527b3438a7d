//! Who signs: where keys come from, and a ring that hands fresh ones to many callers.
//!
//! A [`Spec`] says completely which source is meant: settings make it, and nothing here reads settings. Where nobody
//! named a source the candidates of a [`Chain`] are tried in order. What is absent is skipped; what is configured and
//! fails ends the chain, for the next one may be another account's.

mod ecs;
mod keyring;
mod process;
mod session;
mod sts;
mod temporary;

pub use ecs::EcsRole;
pub use keyring::Keyring;
pub use session::{Login, Session};
pub use sts::{Oidc, OidcToken, Role, caller_identity};

use crate::clock::Clock;
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key, Limits, Network, Transport, masked};
use crate::text::safe;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use jiff::Timestamp;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Says where a key comes from, as it was configured.
#[derive(Clone)]
pub enum Spec {
    /// A key as it is, permanent or temporary.
    Static(Key),
    /// What a command prints. It is split as a POSIX shell would, and run without one.
    Process(String),
    /// What a URL answers.
    Uri(String),
    /// The role of the ECS instance that this is.
    EcsRole(EcsRole),
    /// A role for whoever has a token of an OIDC provider, such as a pod.
    Oidc(Oidc),
    /// A role for whoever has another key.
    Role { base: Box<Spec>, role: Role, sts: Endpoint },
    /// A login of the official CLI.
    Session(Session),
}

/// Shows the description alone, for a command or a URL may hold a password.
impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({})", self.described())
    }
}

/// Holds a key, and when it expires.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub key: Key,
    /// Says when it expires; `None` where it lasts.
    pub expires: Option<Timestamp>,
}

/// Says why a place or a source gives no key.
#[derive(Clone, Debug)]
pub enum Missed {
    /// Nothing is configured there, and the next place may have something.
    Absent(String),
    /// Something is configured there and cannot serve.
    Failed(Fault),
}

impl From<Fault> for Missed {
    fn from(fault: Fault) -> Self {
        Missed::Failed(fault)
    }
}

/// Holds what sources need to ask others.
#[derive(Clone)]
pub struct Tools {
    pub clock: Arc<Clock>,
    pub limits: Limits,
    pub network: Arc<Network>,
}

impl Tools {
    fn transport(&self, endpoint: Endpoint) -> Result<Transport, Fault> {
        Transport::new(endpoint, self.limits.clone(), &self.network, &self.clock)
    }
}

impl Spec {
    /// Gets a key from the source. Every fault but one of the configuration is of kind `Credentials`: whatever kept the
    /// source from answering, the key is what is missing.
    pub fn fetch<'a>(&'a self, tools: &'a Tools) -> BoxFuture<'a, Result<Fresh, Missed>> {
        let fetched = async move {
            Ok(match self {
                Spec::Static(key) => Fresh { key: key.clone(), expires: None },
                Spec::Process(command) => process::fetch(command, tools).await?,
                Spec::Uri(url) => temporary::at_uri(url, tools).await?,
                Spec::EcsRole(role) => role.fetch(tools).await?,
                Spec::Oidc(oidc) => oidc.fetch(tools).await?,
                Spec::Role { base, role, sts } => role.assume(sts, &base.fetch(tools).await?.key, tools).await?,
                Spec::Session(session) => session.fetch(tools).await?,
            })
        };
        let of_credentials = |missed| match missed {
            Missed::Failed(fault) if fault.kind != Kind::Config => Fault { kind: Kind::Credentials, ..fault }.into(),
            missed => missed,
        };
        fetched.map_err(of_credentials).boxed()
    }

    /// Gives the source in a few words, nothing secret.
    pub fn described(&self) -> String {
        match self {
            Spec::Static(key) if key.token.is_some() => format!("temporary key {}", masked(&key.id)),
            Spec::Static(key) => format!("AccessKey {}", masked(&key.id)),
            Spec::Process(_) => "credential_process".to_owned(),
            Spec::Uri(_) => "credentials URI".to_owned(),
            Spec::EcsRole(EcsRole { name: Some(name), .. }) => format!("ECS role {}", safe(name)),
            Spec::EcsRole(_) => "ECS role of the instance".to_owned(),
            Spec::Oidc(oidc) => format!("OIDC role {}", safe(&oidc.role.arn)),
            Spec::Role { base, role, .. } => format!("role {} by {}", safe(&role.arn), base.described()),
            Spec::Session(session) => format!("{} session", session.mode()),
        }
    }
}

/// Holds what a place has to offer, or why that is nothing. An absent one is skipped; one that failed ends the chain.
pub type Offer = Result<Spec, Missed>;

/// Holds a place in words, and what it has to offer.
#[derive(Debug)]
pub struct Candidate {
    pub place: String,
    pub offer: Offer,
}

/// Holds candidates in their order. The first that gives a key is asked for every further one.
#[derive(Debug)]
pub struct Chain {
    pub candidates: Vec<Candidate>,
    /// Says what to do where no place has a key.
    remedy: Hint,
    /// Holds the index of the candidate that gave a key.
    chosen: OnceLock<usize>,
}

impl Chain {
    pub fn new(candidates: Vec<Candidate>, remedy: Hint) -> Self {
        Chain { candidates, remedy, chosen: OnceLock::new() }
    }

    /// Gets a key. Fails if a place that is configured fails, or if no place has a key: then each that was tried is
    /// named with its reason.
    pub async fn fetch(&self, tools: &Tools) -> Result<Fresh, Fault> {
        let mut skipped = String::new();
        let chosen = self.chosen.get();
        let tried = self.candidates.iter().enumerate().filter(|(at, _)| chosen.is_none_or(|chosen| chosen == at));
        for (at, Candidate { place, offer }) in tried {
            let fetched = match offer {
                Ok(spec) => spec.fetch(tools).await,
                Err(missed) => Err(missed.clone()),
            };
            match fetched {
                Ok(fresh) => {
                    let _ = self.chosen.set(at);
                    return Ok(fresh);
                }
                // The place that gave a key before is gone: the others are not asked, so they are not told of.
                Err(Missed::Absent(why)) if chosen.is_some() => return Err(Fault::credentials(why)),
                Err(Missed::Absent(why)) => skipped.push_str(&format!("\n  {place}: {why}")),
                Err(Missed::Failed(fault)) => return Err(fault),
            }
        }
        Err(self.nothing(&skipped))
    }

    /// Gives the first source that a place has to offer. Fails where it is known without asking anybody that there is
    /// no key: if no place has something to offer, or if the first that is configured has failed.
    pub fn first(&self) -> Result<&Spec, Fault> {
        let mut skipped = String::new();
        for Candidate { place, offer } in &self.candidates {
            match offer {
                Ok(spec) => return Ok(spec),
                Err(Missed::Absent(why)) => skipped.push_str(&format!("\n  {place}: {why}")),
                Err(Missed::Failed(fault)) => return Err(fault.clone()),
            }
        }
        Err(self.nothing(&skipped))
    }

    fn nothing(&self, skipped: &str) -> Fault {
        Fault::credentials(format!("no credentials were found{skipped}")).hint(self.remedy.clone())
    }

    /// Gives the place that gave a key, and what it has to offer, once one has given a key.
    pub fn chosen(&self) -> Option<(&str, &Spec)> {
        let Candidate { place, offer } = self.candidates.get(*self.chosen.get()?)?;
        Some((place, offer.as_ref().ok()?))
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
        let session = |login| Session {
            profile: "ops".to_owned(),
            login,
            access_token: Some("hidden-login".into()),
            access_token_expires: None,
            cached: Some((key(), Timestamp::UNIX_EPOCH)),
        };
        let role = Role { arn: "acs:ram::1:role/ops".to_owned(), ..Role::default() };
        let sources = [
            Spec::Static(key()),
            Spec::Process("vault --password hidden-word".to_owned()),
            Spec::Uri("http://127.0.0.1/key?password=hidden-word".to_owned()),
            Spec::Role { base: Box::new(Spec::Static(key())), role, sts: sts.clone() },
            Spec::Session(session(Login::CloudSso {
                sign_in_url: "https://sso.example.com".to_owned(),
                account_id: "1".to_owned(),
                access_config: "c".to_owned(),
            })),
            Spec::Session(session(Login::OAuth(sts))),
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
