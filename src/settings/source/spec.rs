//! From what a file or variables say of credentials to a source of keys. What they have in common is done here once:
//! roles, the endpoint of STS, the switches of the official CLI.

use super::super::official_cli::bare_host;
use super::super::{ENDPOINT_TYPE, METADATA_ENDPOINT, REGION, STS_ENDPOINT, Settings, showable};
use super::NO_METADATA;
use crate::credentials::{EcsRole, Oidc, OidcToken, Role, Spec};
use crate::eflo::EndpointType;
use crate::fault::Fault;
use crate::rpc::Endpoint;
use crate::text::safe;
use std::time::Duration;

/// Holds the shortest time for which STS gives a role's key.
pub const SHORTEST_SESSION: Duration = Duration::from_secs(900);

/// Names the official CLI's switch that forbids to run or to ask another program.
const NO_PROCESS: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";

/// Limits how many profiles in a row may each take the key of the next, for each costs a call to STS.
const LONGEST_CHAIN: usize = 32;

/// Holds what is said of credentials.
#[derive(Clone, Default)]
pub struct Credentials {
    pub base: Option<Base>,
    /// Holds the role that is assumed with the key of the base.
    pub role: Option<Role>,
    pub sts: StsHost,
}

/// Says where a key comes from, before any role.
#[derive(Clone)]
pub enum Base {
    /// A source that is complete as it is, such as a key.
    Spec(Spec),
    /// `None` is whichever role the instance has.
    EcsRole(Option<String>),
    Oidc {
        provider_arn: String,
        token: OidcToken,
        role: Role,
    },
    /// A profile of the official CLI.
    Official(String),
    /// A profile of config.toml.
    Own(String),
}

/// Says where STS is called, unless a setting says it.
#[derive(Clone, Default)]
pub struct StsHost {
    pub endpoint: Option<String>,
    pub region: Option<String>,
    pub is_vpc: bool,
}

impl Settings {
    /// Makes a source of what is said of credentials. `passed` are the profiles that led there; `wrong` makes a fault
    /// of the end of a sentence about whatever says it. Fails if nothing is said, if something of it cannot be used, or
    /// if a variable forbids it.
    pub(super) fn spec(
        &self,
        credentials: Credentials,
        passed: &[String],
        wrong: &dyn Fn(String) -> Fault,
    ) -> Result<Spec, Fault> {
        let Credentials { base, role, sts } = credentials;
        let sts = || match &sts {
            // Nothing is said here, so it is a variable that is wrong: bad input.
            StsHost { endpoint: None, region: None, .. } => self.sts_endpoint(&sts),
            said => self.sts_endpoint(said).map_err(|fault| wrong(format!("cannot be used: {fault}"))),
        };
        let base = match base.ok_or_else(|| wrong("has no credentials".to_owned()))? {
            Base::Spec(spec) => {
                let is_forbidden =
                    || self.environment.is_true(NO_PROCESS) || self.environment.word(NO_PROCESS) == Some("1");
                if matches!(spec, Spec::Process(_) | Spec::Uri(_)) && is_forbidden() {
                    return Err(wrong(format!("would ask another program, and {NO_PROCESS} forbids it"))
                        .hint(format!("unset {NO_PROCESS}, or use another source of keys")));
                }
                spec
            }
            Base::EcsRole(name) => Spec::EcsRole(self.ecs_role(name)?),
            Base::Oidc { provider_arn, token, role } => {
                let token = match token {
                    OidcToken::File(file) => OidcToken::File(self.environment.expand(&file)),
                    given => given,
                };
                Spec::Oidc(Oidc { provider_arn, token, role: self.role(role).map_err(wrong)?, sts: sts()? })
            }
            Base::Official(name) => self.official_profile(&name, &[])?,
            Base::Own(name) => match self.config.profile(&name) {
                Some(profile) => self.own_profile(profile, passed)?,
                None => {
                    let (of, name) = (safe(passed.last().map_or("", String::as_str)), safe(&name));
                    return Err(Fault::config(format!("profile {of} has source_profile {name}, which is not there")));
                }
            },
        };
        let Some(role) = role else { return Ok(base) };
        Ok(Spec::Role { base: Box::new(base), role: self.role(role).map_err(wrong)?, sts: sts()? })
    }

    /// Gives a role with the session name of the variable where it has none; or says, as the end of a sentence, what
    /// STS would refuse about it.
    fn role(&self, role: Role) -> Result<Role, String> {
        let by_variable = || self.environment.word("ALIBABA_CLOUD_ROLE_SESSION_NAME").map(str::to_owned);
        let session_name = role.session_name.or_else(by_variable);
        if let Some(name) = &session_name {
            check_session_name(name).map_err(|why| format!("has the session name \"{}\", which {why}", safe(name)))?;
        }
        if let Some(duration) = role.duration.filter(|duration| *duration < SHORTEST_SESSION) {
            return Err(format!("asks for a key of {} s; STS gives none for less than 900 s", duration.as_secs()));
        }
        Ok(Role { session_name, ..role })
    }

    /// Gives the role of this ECS instance, of that name or whichever it has. Fails if a variable forbids to ask for
    /// it.
    pub(super) fn ecs_role(&self, name: Option<String>) -> Result<EcsRole, Fault> {
        if self.environment.is_true(NO_METADATA) {
            let why = format!("the role of this ECS instance is wanted, and {NO_METADATA} forbids to ask for it");
            return Err(Fault::credentials(why));
        }
        let by_variable = || self.environment.word("ALIBABA_CLOUD_ECS_METADATA").map(str::to_owned);
        Ok(EcsRole {
            name: name.or_else(by_variable),
            is_v1_allowed: !self.environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            is_guess: false,
            endpoint: self.value(&METADATA_ENDPOINT)?,
        })
    }

    /// Gives the endpoint at which STS is called for the profile in use.
    pub fn sts(&self) -> Result<Endpoint, Fault> {
        self.sts_endpoint(self.own().map_or(&StsHost::default(), |own| &own.credentials.sts))
    }

    /// Gives the STS endpoint: that of the settings, else `host`, else that of a region in the variables, else the one
    /// for all regions.
    fn sts_endpoint(&self, host: &StsHost) -> Result<Endpoint, Fault> {
        if let Some(endpoint) = self.get(&STS_ENDPOINT)? {
            return Ok(endpoint.value);
        }
        let vpc_region = self.vpc_region()?;
        let is_vpc =
            host.is_vpc || vpc_region.is_some() || self.environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let region = match host {
            StsHost { endpoint: None, region: None, .. } => self.sts_region()?.or(vpc_region.as_deref()),
            said => said.region.as_deref(),
        };
        let host = match (&host.endpoint, region) {
            (Some(named), _) => bare_host(named).to_owned(),
            (None, Some(region)) if is_vpc => format!("sts-vpc.{region}.aliyuncs.com"),
            (None, Some(region)) => format!("sts.{region}.aliyuncs.com"),
            (None, None) => "sts.aliyuncs.com".to_owned(),
        };
        Endpoint::parse(&host)
            .map_err(|why| Fault::config(format!("the STS endpoint {} {why}", safe(&Endpoint::without_login(&host)))))
    }

    /// Gives the region in which a variable says that STS is called.
    fn sts_region(&self) -> Result<Option<&str>, Fault> {
        const VARIABLE: &str = "ALIBABA_CLOUD_STS_REGION";
        let Some(region) = self.environment.word(VARIABLE) else { return Ok(None) };
        let wrong = |why: String| Fault::config(format!("{VARIABLE} \"{}\" {why}", showable(region)));
        REGION.read(region).map_err(wrong)?;
        Ok(Some(region))
    }

    /// Gives the region in effect, where its VPC is called.
    pub(super) fn vpc_region(&self) -> Result<Option<String>, Fault> {
        Ok(match self.value(&ENDPOINT_TYPE)? {
            EndpointType::Public => None,
            EndpointType::Vpc => self.get(&REGION)?.map(|region| region.value),
        })
    }
}

/// Checks a session's name as STS does, whose refusal says little.
pub fn check_session_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if (2..=64).contains(&name.len()) && name.chars().all(is_allowed) {
        return Ok(());
    }
    Err("is not a session name: it must be 2 to 64 letters, digits and . @ - _".to_owned())
}

/// Adds a profile to those that led to it. Fails if it is one of them, or if they are too many.
pub(super) fn pass(name: &str, passed: &[String]) -> Result<Vec<String>, Fault> {
    let path = [passed, &[name.to_owned()]].concat();
    if passed.iter().any(|passed| passed == name) {
        let path: Vec<_> = path.iter().map(|name| safe(name)).collect();
        return Err(Fault::config(format!("profiles are each other's source: {}", path.join(" -> ")))
            .hint("one of them must have credentials of its own"));
    }
    if path.len() > LONGEST_CHAIN {
        let message = format!("profile {} is reached over more than {LONGEST_CHAIN} others", safe(name));
        return Err(Fault::config(message).hint("let one of the first have credentials of its own"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_session_name_is_checked_as_sts_does() {
        for name in ["ab", "efloctl-1", "ops@night.shift_2", &"a".repeat(64)] {
            assert_eq!(check_session_name(name), Ok(()), "{name}");
        }
        for name in ["", "a", "night shift", "é2", "a/b", &"a".repeat(65)] {
            assert!(check_session_name(name).is_err(), "{name}");
        }
    }
}
