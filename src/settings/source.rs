//! Where the key comes from: what was configured, as specs in the order in which they are tried.

mod ini;
mod official;

use super::aliyun::Aliyun;
use super::file::{Base, Credentials, Profile, RoleWords};
use super::profile::Place;
use super::{Chosen, Config, Environment};
use crate::credentials::{Candidate, Chain, EcsRole, Offer, Oidc, Role, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;

const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const NO_METADATA: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/// Over so many profiles a source may be reached. Each on the way is a call, so that nobody needs more.
const LONGEST_WAY: usize = 32;

/// How long a role's key lasts unless something else is said.
const USUAL_DURATION: Duration = Duration::from_secs(3600);

/// Turns words into specs.
pub struct Resolver<'a> {
    pub chosen: Option<&'a Chosen>,
    pub environment: &'a Environment,
    pub config: &'a Config,
    pub aliyun: &'a Aliyun,
    /// The STS endpoint that settings name, which counts before any region's.
    pub sts_endpoint: Option<Endpoint>,
    /// The region in effect, where its VPC is meant to be called.
    pub vpc_region: Option<String>,
    pub metadata: Endpoint,
}

impl Resolver<'_> {
    /// The places in their order, up to the first that has something for certain. A profile that was named is the only
    /// one.
    pub(super) fn chain(&self) -> Chain {
        let profile = |chosen: &Chosen| format!("profile {}", safe(&chosen.name));
        let default_profile = self.chosen.map_or_else(|| "default_profile".to_owned(), profile);
        let places: [(&str, &dyn Fn() -> Offer); 7] = [
            ("environment", &|| self.variables()),
            (&default_profile, &|| self.default_profile()),
            ("OIDC variables", &|| self.oidc_variables()),
            ("official CLI", &|| self.official_cli()),
            ("credentials.ini", &|| self.ini()),
            ("ECS instance", &|| self.ecs_instance()),
            ("credentials URI", &|| self.uri_variable()),
        ];
        let mut candidates = Vec::new();
        if let Some(chosen) = self.chosen.filter(|chosen| chosen.is_named()) {
            candidates.push(Candidate { place: profile(chosen), offer: self.profile(chosen) });
        } else {
            for (place, offer) in places {
                let candidate = Candidate { place: place.to_owned(), offer: offer() };
                // Whether this is an ECS instance shows only by asking.
                let is_guess = |spec: &Spec| matches!(spec, Spec::EcsRole(role) if role.is_guess);
                let is_certain = match &candidate.offer {
                    Offer::Absent(_) => false,
                    Offer::Spec(spec) => !is_guess(spec),
                    Offer::Broken(_) => true,
                };
                candidates.push(candidate);
                if is_certain {
                    break;
                }
            }
        }
        Chain::new(candidates, self.remedy())
    }

    /// What would mend it when there is no key anywhere.
    fn remedy(&self) -> Hint {
        let own = self.chosen.filter(|chosen| chosen.profile != Place::Aliyun);
        Hint::NoCredentials {
            config: self.config.shown.clone(),
            profile: own.map(|chosen| safe(&chosen.name).into_owned()),
            is_there: self.config.exists,
        }
    }

    fn variables(&self) -> Offer {
        let variable = |name| self.environment.variable(name);
        let half = |there, missing| {
            let message = format!("{there} is set and {missing} is not");
            Offer::Broken(Fault::new(Kind::Credentials, message).hint("set both, or neither"))
        };
        match (variable(ID), variable(SECRET)) {
            (Some(id), Some(secret)) => Offer::Spec(Spec::Static(Key {
                id: id.to_owned(),
                secret: secret.into(),
                token: variable(TOKEN).map(SecretString::from),
            })),
            (None, None) => Offer::Absent(format!("{ID} is not set")),
            (Some(_), None) => half(ID, SECRET),
            (None, Some(_)) => half(SECRET, ID),
        }
    }

    fn default_profile(&self) -> Offer {
        match self.chosen {
            Some(chosen) => self.profile(chosen),
            None if self.config.exists => Offer::Absent(format!("{} names none", self.config.shown)),
            None => Offer::Absent(format!("{} is not there", self.config.shown)),
        }
    }

    fn oidc_variables(&self) -> Offer {
        let names = [PROVIDER_ARN, TOKEN_FILE, ROLE_ARN];
        let [Some(provider_arn), Some(token_file), Some(role_arn)] = names.map(|name| self.environment.variable(name))
        else {
            let missing = names.into_iter().find(|name| self.environment.variable(name).is_none());
            return Offer::Absent(format!("{} is not set", missing.unwrap_or(PROVIDER_ARN)));
        };
        offer(self.sts(None, None).map(|sts| {
            let role = Role {
                arn: role_arn.to_owned(),
                session_name: self.session_name(None),
                external_id: None,
                duration: USUAL_DURATION,
                sts,
            };
            Spec::Oidc(Oidc { provider_arn: provider_arn.to_owned(), token_file: token_file.into(), role })
        }))
    }

    fn official_cli(&self) -> Offer {
        let shown = self.aliyun.shown();
        if self.environment.is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
            return Offer::Absent("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true".to_owned());
        }
        if !self.aliyun.exists() {
            return Offer::Absent(format!("{shown} is not there"));
        }
        let name = self.aliyun.current(self.environment);
        match self.aliyun.profile(&name) {
            Ok(Some(profile)) => offer(self.official(profile, &[name])),
            Ok(None) => Offer::Absent(format!("{shown} has no profile {}", safe(&name))),
            Err(fault) => Offer::Broken(fault),
        }
    }

    fn ecs_instance(&self) -> Offer {
        if self.environment.is_true(NO_METADATA) {
            return Offer::Absent(format!("{NO_METADATA} is true"));
        }
        Offer::Spec(Spec::EcsRole(EcsRole { is_guess: true, ..self.role_of_instance(None) }))
    }

    fn uri_variable(&self) -> Offer {
        match self.environment.variable(URI) {
            None => Offer::Absent(format!("{URI} is not set")),
            Some(uri) => offer(self.is_external_allowed(URI).map(|()| Spec::Uri(uri.to_owned()))),
        }
    }

    /// What a profile that was chosen has to offer.
    fn profile(&self, chosen: &Chosen) -> Offer {
        match chosen.profile {
            Place::Aliyun => offer(self.official_by_name(&chosen.name, &[])),
            Place::Config(at) => {
                let profile = &self.config.profiles[at];
                if profile.credentials.base.is_none() {
                    return Offer::Absent(format!("it has no credentials in {}", self.config.shown));
                }
                offer(self.of_config(profile, &[]))
            }
        }
    }

    /// A profile of config.toml as a source. `passed` are the profiles that led here.
    pub fn of_config(&self, profile: &Profile, passed: &[String]) -> Result<Spec, Fault> {
        let passed = self.pass(&profile.name, passed)?;
        let Credentials { base, role, sts_region } = &profile.credentials;
        let sts = || self.sts(None, sts_region.as_deref());
        let name = safe(&profile.name);
        let base = match base {
            None => {
                let message = format!("profile {name} of {} has no credentials", self.config.shown);
                return Err(Fault::new(Kind::Credentials, message));
            }
            Some(Base::Key(key)) => Spec::Static(key.clone()),
            Some(Base::Aliyun(official)) => self.official_by_name(official, &[])?,
            Some(Base::Process(command)) => {
                self.is_external_allowed(&name)?;
                Spec::Process(command.clone())
            }
            Some(Base::Uri(uri)) => {
                self.is_external_allowed(&name)?;
                Spec::Uri(uri.clone())
            }
            Some(Base::EcsRole(role)) => self.ecs_role(role.clone())?,
            Some(Base::Oidc { provider_arn, token_file, role_arn }) => Spec::Oidc(Oidc {
                provider_arn: provider_arn.clone(),
                token_file: self.environment.expand(Path::new(token_file)),
                role: Role {
                    arn: role_arn.clone(),
                    session_name: self.session_name(None),
                    external_id: None,
                    duration: USUAL_DURATION,
                    sts: sts()?,
                },
            }),
            Some(Base::Profile(source)) => match self.config.profiles.iter().find(|profile| profile.name == *source) {
                Some(source) => self.of_config(source, &passed)?,
                None => {
                    let message = format!("profile {name} has source_profile {}, which is not there", safe(source));
                    return Err(Fault::config(message));
                }
            },
        };
        let Some(RoleWords { arn, session_name, external_id, duration }) = role.clone() else { return Ok(base) };
        let role = Role {
            arn,
            session_name: self.session_name(session_name),
            external_id,
            duration: duration.unwrap_or(USUAL_DURATION),
            sts: sts()?,
        };
        Ok(Spec::Role { base: Box::new(base), role })
    }

    /// One profile further; a profile that was passed before is a cycle.
    fn pass(&self, name: &str, passed: &[String]) -> Result<Vec<String>, Fault> {
        let mut path = passed.to_vec();
        path.push(name.to_owned());
        if passed.iter().any(|passed| passed == name) {
            let path: Vec<_> = path.iter().map(|name| safe(name)).collect();
            return Err(Fault::config(format!("profiles are each other's source: {}", path.join(" -> ")))
                .hint("one of them must have credentials of its own"));
        }
        if path.len() > LONGEST_WAY {
            let message = format!("profile {} is reached over more than {LONGEST_WAY} others", safe(name));
            return Err(Fault::config(message).hint("let one of the first have credentials of its own"));
        }
        Ok(path)
    }

    /// The role of this ECS instance, for somebody who says that it is one.
    fn ecs_role(&self, name: Option<String>) -> Result<Spec, Fault> {
        if self.environment.is_true(NO_METADATA) {
            let message = format!("the role of this ECS instance is wanted, and {NO_METADATA} forbids to ask for it");
            return Err(Fault::new(Kind::Credentials, message));
        }
        Ok(Spec::EcsRole(self.role_of_instance(name)))
    }

    fn role_of_instance(&self, name: Option<String>) -> EcsRole {
        let named = self.environment.variable("ALIBABA_CLOUD_ECS_METADATA").map(str::to_owned);
        EcsRole {
            name: name.or(named),
            is_v1_allowed: !self.environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            is_guess: false,
            endpoint: self.metadata.clone(),
        }
    }

    fn session_name(&self, name: Option<String>) -> Option<String> {
        name.or_else(|| self.environment.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME").map(str::to_owned))
    }

    /// The STS endpoint: as named, else by region, else the one for all regions.
    pub(super) fn sts(&self, named: Option<&str>, region: Option<&str>) -> Result<Endpoint, Fault> {
        if let Some(endpoint) = &self.sts_endpoint {
            return Ok(endpoint.clone());
        }
        let region = region.or_else(|| self.environment.variable("ALIBABA_CLOUD_STS_REGION"));
        let is_vpc = self.vpc_region.is_some() || self.environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let host = match (named, region.or(self.vpc_region.as_deref())) {
            (Some(named), _) => named.trim_end_matches('/').to_owned(),
            (None, Some(region)) if is_vpc => format!("sts-vpc.{region}.aliyuncs.com"),
            (None, Some(region)) => format!("sts.{region}.aliyuncs.com"),
            (None, None) => "sts.aliyuncs.com".to_owned(),
        };
        Endpoint::parse(&host)
            .map_err(|why| Fault::config(format!("the STS endpoint {} {why}", safe(&Endpoint::without_login(&host)))))
    }

    /// The official CLI's switch against running or asking anything on behalf of a config file.
    fn is_external_allowed(&self, whose: &str) -> Result<(), Fault> {
        const SWITCH: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
        let is_off = self.environment.is_true(SWITCH) || self.environment.variable(SWITCH) == Some("1");
        if is_off {
            return Err(Fault::new(
                Kind::Credentials,
                format!("{whose} would ask another program, and {SWITCH} forbids it"),
            ));
        }
        Ok(())
    }
}

fn offer(spec: Result<Spec, Fault>) -> Offer {
    match spec {
        Ok(spec) => Offer::Spec(spec),
        Err(fault) => Offer::Broken(fault),
    }
}
