//! The role of an ECS instance, from its metadata service: version 2 with a token, version 1 where that is not served
//! and not forbidden.
//!
//! Whether there is a metadata service at all shows only by asking. Where none answers, this is no ECS instance; that
//! is a failure to whoever was told that it is one.

use super::temporary::Temporary;
use super::{Fresh, Missed, Tools};
use crate::fault::{CallOutcome, Fault, Kind};
use crate::rpc::{Answered, Endpoint, Exchange, Limits, Network, Transport};
use crate::text::shortened;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The service is on the same host or nowhere.
const LIMIT: Duration = Duration::from_secs(1);
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// The instance's role.
#[derive(Clone, Debug)]
pub struct EcsRole {
    /// None: whichever the instance has.
    pub name: Option<String>,
    /// Whether the older protocol, which has no token, may serve.
    pub is_v1_allowed: bool,
    /// Whether nobody said that this is an ECS instance: then there need not be a role.
    pub is_guess: bool,
    pub endpoint: Endpoint,
}

impl EcsRole {
    pub(super) async fn fetch(&self, tools: &Tools) -> Result<Fresh, Missed> {
        let asked = self.ask(tools).await;
        asked.map_err(|fault| match fault {
            Asked::Nothing(fault) if self.is_guess => Missed::Absent(fault.message),
            Asked::Nothing(fault) | Asked::Failed(fault) => Missed::Failed(fault),
        })
    }

    async fn ask(&self, tools: &Tools) -> Result<Fresh, Asked> {
        let limits = Limits { connect: LIMIT, request: LIMIT, ..tools.limits.clone() };
        let transport = Transport::new(self.endpoint.clone(), limits, &Network::default())?;
        let service = Service { transport, token: None, is_v1_allowed: self.is_v1_allowed, is_silent: false };
        let service = service.with_token().await?;
        let name = match &self.name {
            Some(name) => name.clone(),
            None => service.role().await?,
        };
        let name = name.trim();
        // It becomes part of a path, and may have come from whoever answers there.
        if !is_role_name(name) {
            return Err(Fault::new(Kind::Credentials, format!("{} is no name of a role", shortened(name))).into());
        }
        let from = format!("the ECS metadata of role {}", shortened(name));
        let answered = service.get(&format!("{ROLES}{name}")).await?;
        let temporary = Temporary::read(&answered.success(&from)?, &from)?;
        match temporary.code.as_deref() {
            Some("Success") => Ok(temporary.fresh(&from, tools.clock.now())?),
            code => {
                Err(Fault::new(Kind::Credentials, format!("{from} says {}", shortened(code.unwrap_or("nothing"))))
                    .into())
            }
        }
    }
}

fn is_role_name(name: &str) -> bool {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    name.chars().all(is_of_a_name) && !matches!(name, "" | "." | "..")
}

/// Nobody answers where the metadata service would be.
fn nobody(fault: Fault) -> Asked {
    let message = format!("no ECS metadata service ({fault})");
    Asked::Nothing(Fault { message, hint: None, ..fault })
}

/// Why there is no key.
enum Asked {
    /// There is no metadata service, or no role.
    Nothing(Fault),
    Failed(Fault),
}

impl From<Fault> for Asked {
    fn from(fault: Fault) -> Self {
        Asked::Failed(fault)
    }
}

struct Service {
    transport: Transport,
    /// None: version 1.
    token: Option<SecretString>,
    is_v1_allowed: bool,
    /// Whether it has not answered yet.
    is_silent: bool,
}

impl Service {
    /// Gets a token. Where nothing answers there is no metadata service; where the token is refused, version 1 is left.
    async fn with_token(mut self) -> Result<Self, Asked> {
        let headers = [("x-aliyun-ecs-metadata-token-ttl-seconds", "21600")];
        let exchange = Exchange {
            method: Method::PUT,
            path: "/latest/api/token",
            is_path_public: true,
            headers: &headers,
            body: None,
        };
        let answered = match self.transport.exchange(exchange).await {
            Ok(answered) => answered,
            // There is a service, and it may know the older protocol alone.
            Err(fault) if fault.outcome == CallOutcome::Lost && self.is_v1_allowed => {
                self.is_silent = true;
                return Ok(self);
            }
            Err(fault) => return Err(nobody(fault)),
        };
        let token = std::str::from_utf8(&answered.body).unwrap_or_default().trim();
        if answered.status == 200 && !token.is_empty() {
            self.token = Some(token.into());
        } else if !self.is_v1_allowed {
            let message = format!("the ECS metadata service gives no token (HTTP {})", answered.status);
            return Err(Fault::new(Kind::Credentials, message)
                .hint("ALIBABA_CLOUD_IMDSV1_DISABLED is true, so its older protocol is not tried")
                .into());
        }
        Ok(self)
    }

    async fn role(&self) -> Result<String, Asked> {
        let no_role = || Asked::Nothing(Fault::new(Kind::Credentials, "this ECS instance has no role"));
        let answered =
            self.get(ROLES).await.map_err(|fault| if self.is_silent { nobody(fault) } else { fault.into() })?;
        if answered.status == 404 {
            return Err(no_role());
        }
        let name = answered.success("the ECS metadata service")?;
        let name = std::str::from_utf8(&name).unwrap_or_default().trim().to_owned();
        if name.is_empty() { Err(no_role()) } else { Ok(name) }
    }

    /// Gets a path: once more without the token where that is allowed and the first time failed.
    async fn get(&self, path: &str) -> Result<Answered, Fault> {
        let Some(token) = &self.token else { return self.get_with(path, &[]).await };
        let headers = [("x-aliyun-ecs-metadata-token", token.expose_secret())];
        match self.get_with(path, &headers).await {
            Ok(answered) if answered.status == 200 || answered.status == 404 => Ok(answered),
            failed if !self.is_v1_allowed => failed,
            _ => self.get_with(path, &[]).await,
        }
    }

    async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Answered, Fault> {
        self.transport.exchange(Exchange { method: Method::GET, path, is_path_public: true, headers, body: None }).await
    }
}
