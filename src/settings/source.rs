//! Where the key comes from: what was configured, as specs in the order in which they are tried.
//!
//! What the official CLI and the SDKs read is read as they do, in the spellings of their variables too.

mod ini;
mod official;

use super::file::{Base, Credentials, Profile, SHORTEST, WrittenRole, check_session_name};
use super::official::{NotInUse, Official};
use super::profile::{ProfileFile, bare_host};
use super::{Chosen, Config, Environment};
use crate::credentials::{Candidate, Chain, EcsRole, Offer, Oidc, OidcToken, Role, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use secrecy::SecretString;
use std::time::Duration;

/// Id, secret and token of a key in variables, in each spelling, the first of which counts.
const KEYS: [[&str; 3]; 3] = [
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"],
];
/// Variables of other tools of this cloud, which are not read here.
const KEYS_OF_OTHERS: [&str; 5] =
    ["ACCESS_KEY_ID", "ALIYUN_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY", "OSS_ACCESS_KEY_ID"];
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const PROVIDER_ARN: [&str; 2] = ["ALIBABACLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"];
const TOKEN_FILE: [&str; 2] = ["ALIBABACLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
const TOKEN: &str = "ALIBABA_CLOUD_OIDC_TOKEN";
const ROLE_ARN: [&str; 2] = ["ALIBABACLOUD_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"];
const NO_METADATA: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/// The most profiles that may stand on each other, by `source_profile`. Each is one more call.
const LONGEST_CHAIN: usize = 32;

/// How long a role's key lasts unless something else is said.
const USUAL_DURATION: Duration = Duration::from_secs(3600);

/// Turns words into specs.
pub struct Resolver<'a> {
    pub chosen: Option<&'a Chosen>,
    pub environment: &'a Environment,
    pub config: &'a Config,
    pub official: &'a Official,
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
                let offer = offer();
                // The variable by its name, for whoever finds that its key is refused.
                let place = match (&offer, self.key_variable()) {
                    (Offer::Spec(Spec::Static(_)), Some(variable)) if place == "environment" => variable,
                    _ => place,
                };
                let candidate = Candidate { place: place.to_owned(), offer };
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

    /// The variable that names a key.
    fn key_variable(&self) -> Option<&'static str> {
        self.environment.first(&KEYS.map(|[id, ..]| id)).map(|(variable, _)| variable)
    }

    /// What would mend it when there is no key anywhere.
    fn remedy(&self) -> Hint {
        let own = self.chosen.filter(|chosen| chosen.profile != ProfileFile::Official);
        Hint::NoCredentials {
            config: self.config.shown.clone(),
            profile: own.map(|chosen| safe(&chosen.name).into_owned()),
            is_there: self.config.exists,
        }
    }

    fn variables(&self) -> Offer {
        let found = KEYS.map(|names| names.map(|name| self.environment.first(&[name])));
        let Some(first) = found.iter().position(|parts| parts.iter().any(Option::is_some)) else {
            let other = self.environment.first(&KEYS_OF_OTHERS);
            let other = other.map(|(name, _)| format!(" ({name} is, which efloctl does not read)"));
            return Offer::Absent(format!("{} is not set{}", KEYS[0][0], other.unwrap_or_default()));
        };
        let [id, secret, token] = found[first];
        let broken =
            |message: String, hint: &'static str| Offer::Broken(Fault::new(Kind::Credentials, message).hint(hint));
        let there = [id, secret, token].into_iter().flatten().next().map_or("", |(name, _)| name);
        for (part, name) in KEYS[first].into_iter().enumerate() {
            let elsewhere = found[first + 1..].iter().find_map(|parts| parts[part]);
            if let (None, Some((other, _))) = (found[first][part], elsewhere) {
                let message =
                    format!("{there} is set and {name} is not, but {other} is: a key comes from one spelling");
                return broken(message, "unset those of one spelling, or set all parts of the key in the same");
            }
        }
        match (id, secret) {
            (Some((_, id)), Some((_, secret))) => Offer::Spec(Spec::Static(Key {
                id: id.to_owned(),
                secret: secret.into(),
                token: token.map(|(_, token)| SecretString::from(token)),
            })),
            (None, _) => broken(format!("{there} is set and {} is not", KEYS[first][0]), "set both, or neither"),
            (_, None) => broken(format!("{there} is set and {} is not", KEYS[first][1]), "set both, or neither"),
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
        let missing = |names: [&str; 2]| Offer::Absent(format!("{} is not set", names[1]));
        let Some((_, provider_arn)) = self.environment.first(&PROVIDER_ARN) else { return missing(PROVIDER_ARN) };
        let Some((_, role_arn)) = self.environment.first(&ROLE_ARN) else { return missing(ROLE_ARN) };
        let file = TOKEN_FILE.into_iter().find_map(|name| self.environment.path(name));
        let given = || self.environment.first(&[TOKEN]).map(|(_, token)| OidcToken::Given(token.into()));
        let Some(token) = file.map(OidcToken::File).or_else(given) else { return missing(TOKEN_FILE) };
        let written = WrittenRole { arn: role_arn.to_owned(), ..WrittenRole::default() };
        let role = self.sts(None, None, false).and_then(|sts| {
            self.role(written, sts)
                .map_err(|why| Fault::new(Kind::Credentials, format!("the role of the OIDC variables {why}")))
        });
        offer(role.map(|role| Spec::Oidc(Oidc { provider_arn: provider_arn.to_owned(), token, role })))
    }

    fn official_cli(&self) -> Offer {
        match self.official.in_use() {
            Ok(profile) => offer(self.official(profile, std::slice::from_ref(&profile.name))),
            Err(NotInUse::Absent(why)) => Offer::Absent(why),
            // The SDKs have another file, in which it may stand.
            Err(NotInUse::Missing(fault)) => match self.ini() {
                Offer::Absent(why) => {
                    Offer::Broken(Fault { message: format!("{}, and {why}", fault.message), ..fault })
                }
                Offer::Spec(_) | Offer::Broken(_) => Offer::Absent(fault.message),
            },
            Err(NotInUse::Unreadable(fault)) => Offer::Broken(fault),
        }
    }

    fn ecs_instance(&self) -> Offer {
        if self.environment.is_true(NO_METADATA) {
            return Offer::Absent(format!("{NO_METADATA} is true"));
        }
        Offer::Spec(Spec::EcsRole(EcsRole { is_guess: true, ..self.role_of_instance(None) }))
    }

    fn uri_variable(&self) -> Offer {
        match self.environment.first(&[URI]) {
            None => Offer::Absent(format!("{URI} is not set")),
            Some((_, uri)) => offer(self.is_external_allowed(URI).map(|()| Spec::Uri(uri.to_owned()))),
        }
    }

    /// What a profile that was chosen has to offer.
    fn profile(&self, chosen: &Chosen) -> Offer {
        match chosen.profile {
            ProfileFile::Official => offer(self.official_by_name(&chosen.name, &[])),
            ProfileFile::Config(at) => {
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
        let sts = || self.sts(None, sts_region.as_deref(), false);
        let wrong = |why: String| {
            let message = format!("profile {} of {} {why}", safe(&profile.name), self.config.shown);
            Fault::new(Kind::Credentials, message)
        };
        let name = safe(&profile.name);
        let base = match base {
            None => return Err(wrong("has no credentials".to_owned())),
            Some(Base::Key(key)) => Spec::Static(key.clone()),
            Some(Base::Official(official)) => self.official_by_name(official, &[])?,
            Some(Base::Process(command)) => {
                self.is_external_allowed(&name)?;
                Spec::Process(command.clone())
            }
            Some(Base::Uri(uri)) => {
                self.is_external_allowed(&name)?;
                Spec::Uri(uri.clone())
            }
            Some(Base::EcsRole(role)) => self.ecs_role(role.clone())?,
            Some(Base::Oidc { provider_arn, token_file, role_arn }) => {
                let written = WrittenRole { arn: role_arn.clone(), ..WrittenRole::default() };
                Spec::Oidc(Oidc {
                    provider_arn: provider_arn.clone(),
                    token: OidcToken::File(self.environment.expand(token_file)),
                    role: self.role(written, sts()?).map_err(wrong)?,
                })
            }
            Some(Base::Profile(source)) => match self.config.profiles.iter().find(|profile| profile.name == *source) {
                Some(source) => self.of_config(source, &passed)?,
                None => {
                    let message = format!("profile {name} has source_profile {}, which is not there", safe(source));
                    return Err(Fault::config(message));
                }
            },
        };
        let Some(written) = role.clone() else { return Ok(base) };
        Ok(Spec::Role { base: Box::new(base), role: self.role(written, sts()?).map_err(wrong)? })
    }

    /// A role as STS is asked for it, or the end of a sentence about who wants it.
    pub(in crate::settings) fn role(&self, written: WrittenRole, sts: Endpoint) -> Result<Role, String> {
        const VARIABLE: &str = "ALIBABA_CLOUD_ROLE_SESSION_NAME";
        let by_variable = || self.environment.first(&[VARIABLE]).map(|(_, name)| name.to_owned());
        let session_name = written.session_name.or_else(by_variable);
        if let Some(name) = &session_name {
            check_session_name(name).map_err(|why| format!("has the session name \"{}\", which {why}", safe(name)))?;
        }
        let duration = written.duration.unwrap_or(USUAL_DURATION);
        if duration < SHORTEST {
            return Err(format!("asks for a key of {} s; STS gives none for less than 900 s", duration.as_secs()));
        }
        let WrittenRole { arn, external_id, policy, .. } = written;
        Ok(Role { arn, session_name, external_id, policy, duration, sts })
    }

    /// Adds a profile to those that were passed on the way to a source. One that stands there already is a cycle.
    fn pass(&self, name: &str, passed: &[String]) -> Result<Vec<String>, Fault> {
        let mut path = passed.to_vec();
        path.push(name.to_owned());
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

    /// The role of this ECS instance, for somebody who says that it is one.
    fn ecs_role(&self, name: Option<String>) -> Result<Spec, Fault> {
        if self.environment.is_true(NO_METADATA) {
            let message = format!("the role of this ECS instance is wanted, and {NO_METADATA} forbids to ask for it");
            return Err(Fault::new(Kind::Credentials, message));
        }
        Ok(Spec::EcsRole(self.role_of_instance(name)))
    }

    fn role_of_instance(&self, name: Option<String>) -> EcsRole {
        let named = self.environment.first(&["ALIBABA_CLOUD_ECS_METADATA"]).map(|(_, name)| name.to_owned());
        EcsRole {
            name: name.or(named),
            is_v1_allowed: !self.environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            is_guess: false,
            endpoint: self.metadata.clone(),
        }
    }

    /// The STS endpoint: as named, else by region, else the one for all regions.
    pub(super) fn sts(&self, named: Option<&str>, region: Option<&str>, enable_vpc: bool) -> Result<Endpoint, Fault> {
        if let Some(endpoint) = &self.sts_endpoint {
            return Ok(endpoint.clone());
        }
        let by_variable = || self.environment.first(&["ALIBABA_CLOUD_STS_REGION"]).map(|(_, region)| region);
        let region = region.or_else(by_variable);
        let is_vpc =
            enable_vpc || self.vpc_region.is_some() || self.environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let host = match (named, region.or(self.vpc_region.as_deref())) {
            (Some(named), _) => bare_host(named).to_owned(),
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
        let is_off =
            self.environment.is_true(SWITCH) || self.environment.first(&[SWITCH]).is_some_and(|(_, word)| word == "1");
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
