//! The role of an ECS instance, from its metadata service: by version 2 with a token, by version 1 where no token is
//! served and version 1 is not forbidden.
//!
//! Whether there is a metadata service shows only by asking. Where none answers this is no ECS instance, which is a
//! failure only where somebody said that it is one.

use super::temporary::granted;
use super::{Fresh, Missed, Tools};
use crate::fault::{CallOutcome, Fault};
use crate::rpc::{Answered, Endpoint, Limits, Network, Transport};
use crate::text::shortened;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Limits the time of an attempt: the service is on the same host or nowhere.
const LIMIT: Duration = Duration::from_secs(1);
/// Names the path of the roles, and of a role's key below it.
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Says which role of the instance is meant, and how its metadata service may be asked.
#[derive(Clone, Debug)]
pub struct EcsRole {
    /// `None` is whichever role the instance has.
    pub name: Option<String>,
    /// Says whether version 1, which has no token, may serve.
    pub is_v1_allowed: bool,
    /// Says whether this is only tried: nobody said that it is an ECS instance, and there need not be a role.
    pub is_guess: bool,
    pub endpoint: Endpoint,
}

impl EcsRole {
    /// Asks the metadata service for a key.
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Missed> {
        let limits = Limits { connect: LIMIT, request: LIMIT, ..tools.limits.clone() };
        let service = Transport::new(self.endpoint.clone(), limits, &Network::default(), &tools.clock)?;
        let lifetime = [("x-aliyun-ecs-metadata-token-ttl-seconds", "21600")];
        let (token, is_silent) = match service.exchange(Method::PUT, "/latest/api/token", &lifetime, None).await {
            Ok(answered) => (self.token(&answered)?, false),
            // There is a service, and it may know version 1 alone.
            Err(fault) if fault.outcome == CallOutcome::Lost && self.is_v1_allowed => (None, true),
            Err(fault) => return Err(self.no_service(fault)),
        };
        let name = match &self.name {
            Some(name) => name.trim().to_owned(),
            None => match self.get(&service, ROLES, token.as_ref()).await {
                Err(fault) if is_silent => return Err(self.no_service(fault)),
                answered => self.role_name(answered?)?,
            },
        };
        // It becomes part of a path, and may have come from whoever answers there. So it has to be as RAM wants it.
        let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        if !name.chars().all(is_of_a_name) || matches!(name.as_str(), "" | "." | "..") {
            return Err(Fault::credentials(format!("{} is no name of a role", shortened(&name))).into());
        }
        let from = format!("the ECS metadata of role {}", shortened(&name));
        let answered = self.get(&service, &format!("{ROLES}{name}"), token.as_ref()).await?;
        Ok(granted(answered, &from, tools.clock.now())?)
    }

    /// Reads the token of version 2. Where there is none version 1 is left, if it is allowed.
    fn token(&self, answered: &Answered) -> Result<Option<SecretString>, Fault> {
        let token = std::str::from_utf8(&answered.body).unwrap_or_default().trim();
        if answered.status == 200 && !token.is_empty() {
            return Ok(Some(token.into()));
        }
        if self.is_v1_allowed {
            return Ok(None);
        }
        let message = format!("the ECS metadata service gives no token (HTTP {})", answered.status.as_u16());
        Err(Fault::credentials(message)
            .hint("ALIBABA_CLOUD_IMDSV1_DISABLED is true, so version 1 of the service is not tried"))
    }

    /// Reads which role the instance has.
    fn role_name(&self, answered: Answered) -> Result<String, Missed> {
        let name = match answered.status.as_u16() {
            404 => String::new(),
            _ => String::from_utf8_lossy(&answered.success("the ECS metadata service")?).trim().to_owned(),
        };
        if name.is_empty() {
            return Err(self.nothing(Fault::credentials("this ECS instance has no role")));
        }
        Ok(name)
    }

    /// Says that nobody answers where the metadata service would be.
    fn no_service(&self, fault: Fault) -> Missed {
        let message = format!("no ECS metadata service ({fault})");
        self.nothing(Fault { message, hint: None, ..fault })
    }

    /// Says that there is nothing to get a key from, which is a failure only where somebody named this instance.
    fn nothing(&self, fault: Fault) -> Missed {
        if self.is_guess { Missed::Absent(fault.message) } else { Missed::Failed(fault) }
    }

    /// Gets a path. Where that fails with a token, and version 1 is allowed, it is tried once more without.
    async fn get(&self, service: &Transport, path: &str, token: Option<&SecretString>) -> Result<Answered, Fault> {
        let header = token.map(|token| ("x-aliyun-ecs-metadata-token", token.expose_secret()));
        match service.exchange(Method::GET, path, header.as_slice(), None).await {
            Ok(answered) if matches!(answered.status.as_u16(), 200 | 404) => Ok(answered),
            failed if token.is_none() || !self.is_v1_allowed => failed,
            _ => service.exchange(Method::GET, path, &[], None).await,
        }
    }
}
