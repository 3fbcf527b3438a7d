//! Where the key comes from: what is configured, as specs in the order in which they are tried.
//!
//! What the official CLI and the SDKs read is read as they do, in the spellings of their variables too.

mod ini;
mod official_profile;

use super::file::{Base, Credentials, Profile, SHORTEST_SESSION, check_session_name};
use super::official_cli::NotInUse;
use super::profile::bare_host;
use super::{Chosen, ENDPOINT_TYPE, METADATA_ENDPOINT, STS_ENDPOINT, Settings};
use crate::credentials::{Candidate, Chain, EcsRole, Offer, Oidc, OidcToken, Role, Spec};
use crate::eflo::EndpointType;
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use secrecy::SecretString;

/// The variables for id, secret and token of a key, in each spelling. The first spelling that is set counts.
const KEYS: [[&str; 3]; 3] = [
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"],
];
/// Variables that other tools of this cloud read, and efloctl does not.
const KEYS_OF_OTHERS: [&str; 5] =
    ["ACCESS_KEY_ID", "ALIYUN_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY", "OSS_ACCESS_KEY_ID"];
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const PROVIDER_ARN: [&str; 2] = ["ALIBABACLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"];
const TOKEN_FILE: [&str; 2] = ["ALIBABACLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
const TOKEN: &str = "ALIBABA_CLOUD_OIDC_TOKEN";
const ROLE_ARN: [&str; 2] = ["ALIBABACLOUD_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"];
const NO_METADATA: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

/// The most profiles in a row of which each takes the key of the next, by `source_profile`. Each costs a call to STS.
const LONGEST_CHAIN: usize = 32;

impl Settings {
    /// Gives the places where a key could come from, in the order in which they are tried, up to the first that has
    /// something for certain. A profile that was named is the only place.
    pub fn chain(&self) -> Result<Chain, Fault> {
        // A setting that cannot be used is refused whether its place is reached or not.
        self.get(&STS_ENDPOINT)?;
        self.get(&METADATA_ENDPOINT)?;
        self.vpc_region()?;
        let profile = |chosen: &Chosen| format!("profile {}", safe(&chosen.name));
        let default_profile = self.chosen.as_ref().map_or_else(|| "default_profile".to_owned(), profile);
        let places: [(&str, &dyn Fn() -> Offer); 7] = [
            // The variable by its name, for whoever finds that its key is refused.
            (self.key_variable().unwrap_or("environment"), &|| self.variables()),
            (&default_profile, &|| self.default_profile()),
            ("OIDC variables", &|| self.oidc_variables()),
            ("official CLI", &|| self.official_cli()),
            ("credentials.ini", &|| self.ini()),
            ("ECS instance", &|| self.ecs_instance()),
            ("credentials URI", &|| self.uri_variable()),
        ];
        let mut candidates = Vec::new();
        if let Some(chosen) = self.chosen.as_ref().filter(|chosen| chosen.is_named()) {
            candidates.push(Candidate { place: profile(chosen), offer: self.chosen_profile(chosen) });
        } else {
            for (place, offer) in places {
                let offer = offer();
                let is_certain = match &offer {
                    Offer::Absent(_) => false,
                    // Whether this is an ECS instance shows only by asking.
                    Offer::Spec(Spec::EcsRole(role)) => !role.is_guess,
                    Offer::Spec(_) | Offer::Broken(_) => true,
                };
                candidates.push(Candidate { place: place.to_owned(), offer });
                if is_certain {
                    break;
                }
            }
        }
        Ok(Chain::new(candidates, self.remedy()))
    }

    /// Gives the variable that holds a key's id.
    fn key_variable(&self) -> Option<&'static str> {
        self.environment.first(&KEYS.map(|[id, ..]| id)).map(|(variable, _)| variable)
    }

    /// Says what to do where no place has a key.
    fn remedy(&self) -> Hint {
        let own = self.chosen.as_ref().filter(|chosen| self.config.profile(&chosen.name).is_some());
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
        match &self.chosen {
            Some(chosen) => self.chosen_profile(chosen),
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
        let role = self.role(Role { arn: role_arn.to_owned(), ..Role::default() });
        let role = role.map_err(|why| Fault::new(Kind::Credentials, format!("the role of the OIDC variables {why}")));
        offer(role.and_then(|role| {
            let sts = self.sts_endpoint(None, None, false)?;
            Ok(Spec::Oidc(Oidc { provider_arn: provider_arn.to_owned(), token, role, sts }))
        }))
    }

    fn official_cli(&self) -> Offer {
        match self.official.in_use() {
            Ok(profile) => offer(self.official_profile(profile, std::slice::from_ref(&profile.name))),
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
        offer(self.role_of_instance(None).map(|role| Spec::EcsRole(EcsRole { is_guess: true, ..role })))
    }

    fn uri_variable(&self) -> Offer {
        match self.environment.first(&[URI]) {
            None => Offer::Absent(format!("{URI} is not set")),
            Some((_, uri)) => offer(self.check_external(URI).map(|()| Spec::Uri(uri.to_owned()))),
        }
    }

    /// Gives what the profile that was chosen has to offer.
    fn chosen_profile(&self, chosen: &Chosen) -> Offer {
        match self.config.profile(&chosen.name) {
            Some(profile) if profile.credentials.base.is_none() => {
                Offer::Absent(format!("it has no credentials in {}", self.config.shown))
            }
            Some(profile) => offer(self.own_profile(profile, &[])),
            None => offer(self.official_by_name(&chosen.name, &[])),
        }
    }

    /// Gives a profile of config.toml as a source. `passed` are the profiles that led to it.
    pub fn own_profile(&self, profile: &Profile, passed: &[String]) -> Result<Spec, Fault> {
        let passed = pass(&profile.name, passed)?;
        let Credentials { base, role, sts_region } = &profile.credentials;
        let sts = || self.sts_endpoint(None, sts_region.as_deref(), false);
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
                self.check_external(&name)?;
                Spec::Process(command.clone())
            }
            Some(Base::Uri(uri)) => {
                self.check_external(&name)?;
                Spec::Uri(uri.clone())
            }
            Some(Base::EcsRole(role)) => self.ecs_role(role.clone())?,
            Some(Base::Oidc { provider_arn, token_file, role_arn }) => Spec::Oidc(Oidc {
                provider_arn: provider_arn.clone(),
                token: OidcToken::File(self.environment.expand(token_file)),
                role: self.role(Role { arn: role_arn.clone(), ..Role::default() }).map_err(wrong)?,
                sts: sts()?,
            }),
            Some(Base::Profile(source)) => match self.config.profile(source) {
                Some(source) => self.own_profile(source, &passed)?,
                None => {
                    let message = format!("profile {name} has source_profile {}, which is not there", safe(source));
                    return Err(Fault::config(message));
                }
            },
        };
        let Some(role) = role.clone() else { return Ok(base) };
        Ok(Spec::Role { base: Box::new(base), role: self.role(role).map_err(wrong)?, sts: sts()? })
    }

    /// Takes over a role from any file, with the session name of the variable where the file has none; or says, as the
    /// end of a sentence about the profile, what STS would refuse.
    fn role(&self, role: Role) -> Result<Role, String> {
        let by_variable = self.environment.first(&["ALIBABA_CLOUD_ROLE_SESSION_NAME"]);
        let session_name = role.session_name.or_else(|| by_variable.map(|(_, name)| name.to_owned()));
        if let Some(name) = &session_name {
            check_session_name(name).map_err(|why| format!("has the session name \"{}\", which {why}", safe(name)))?;
        }
        if let Some(duration) = role.duration.filter(|duration| *duration < SHORTEST_SESSION) {
            return Err(format!("asks for a key of {} s; STS gives none for less than 900 s", duration.as_secs()));
        }
        Ok(Role { session_name, ..role })
    }

    /// Gives the role of this ECS instance, for a profile that says that it is one.
    fn ecs_role(&self, name: Option<String>) -> Result<Spec, Fault> {
        if self.environment.is_true(NO_METADATA) {
            let message = format!("the role of this ECS instance is wanted, and {NO_METADATA} forbids to ask for it");
            return Err(Fault::new(Kind::Credentials, message));
        }
        self.role_of_instance(name).map(Spec::EcsRole)
    }

    fn role_of_instance(&self, name: Option<String>) -> Result<EcsRole, Fault> {
        let named = self.environment.first(&["ALIBABA_CLOUD_ECS_METADATA"]).map(|(_, name)| name.to_owned());
        Ok(EcsRole {
            name: name.or(named),
            is_v1_allowed: !self.environment.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"),
            is_guess: false,
            endpoint: self.value(&METADATA_ENDPOINT)?,
        })
    }

    /// Gives the endpoint at which STS is called for the profile in use.
    pub fn sts(&self) -> Result<Endpoint, Fault> {
        let own = self.chosen.as_ref().and_then(|chosen| self.config.profile(&chosen.name));
        self.sts_endpoint(None, own.and_then(|profile| profile.credentials.sts_region.as_deref()), false)
    }

    /// Gives the STS endpoint: that of the settings, else the one that a profile names, else that of the region, else
    /// the one for all regions.
    fn sts_endpoint(&self, named: Option<&str>, region: Option<&str>, enable_vpc: bool) -> Result<Endpoint, Fault> {
        if let Some(endpoint) = self.get(&STS_ENDPOINT)? {
            return Ok(endpoint.value);
        }
        let vpc_region = self.vpc_region()?;
        let by_variable = || self.environment.first(&["ALIBABA_CLOUD_STS_REGION"]).map(|(_, region)| region);
        let region = region.or_else(by_variable).or(vpc_region.as_deref());
        let is_vpc =
            enable_vpc || vpc_region.is_some() || self.environment.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let host = match (named, region) {
            (Some(named), _) => bare_host(named).to_owned(),
            (None, Some(region)) if is_vpc => format!("sts-vpc.{region}.aliyuncs.com"),
            (None, Some(region)) => format!("sts.{region}.aliyuncs.com"),
            (None, None) => "sts.aliyuncs.com".to_owned(),
        };
        Endpoint::parse(&host)
            .map_err(|why| Fault::config(format!("the STS endpoint {} {why}", safe(&Endpoint::without_login(&host)))))
    }

    /// Gives the region in effect, where its VPC is called.
    fn vpc_region(&self) -> Result<Option<String>, Fault> {
        Ok(match self.value(&ENDPOINT_TYPE)? {
            EndpointType::Public => None,
            EndpointType::Vpc => self.region()?.map(|region| region.value),
        })
    }

    /// Fails where the official CLI's switch forbids to run or to ask another program on behalf of `whose` words.
    fn check_external(&self, whose: &str) -> Result<(), Fault> {
        const SWITCH: &str = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS";
        match self.environment.first(&[SWITCH]) {
            Some((_, word)) if word == "1" || word.eq_ignore_ascii_case("true") => {
                let message = format!("{whose} would ask another program, and {SWITCH} forbids it");
                Err(Fault::new(Kind::Credentials, message))
            }
            _ => Ok(()),
        }
    }
}

/// Adds a profile to those that led to it. Fails if it is one of them, or if they are too many.
fn pass(name: &str, passed: &[String]) -> Result<Vec<String>, Fault> {
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

fn offer(spec: Result<Spec, Fault>) -> Offer {
    spec.map_or_else(Offer::Broken, Offer::Spec)
}
