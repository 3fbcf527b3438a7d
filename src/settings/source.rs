//! Where the key comes from: what is configured, as specs in the order in which they are tried.
//!
//! What the official CLI and the SDKs read is read as they do, in the spellings of their variables too.

mod ini;
mod official_profile;
mod spec;

pub(super) use spec::{Base, Credentials, SHORTEST_SESSION, StsHost, check_session_name};

use super::Profile;
use super::official_cli::NotInUse;
use super::{METADATA_ENDPOINT, STS_ENDPOINT, Setting, Settings};
use crate::credentials::{Candidate, Chain, EcsRole, Missed, Offer, OidcToken, Role, Spec};
use crate::fault::{Fault, Hint};
use crate::rpc::Key;
use crate::text::safe;
use spec::pass;

/// Lists the variables for id, secret and token of a key, in each spelling. The first spelling that has any counts.
const KEYS: [[&str; 3]; 3] = [
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"],
];
/// Lists variables that other tools of this cloud read, and efloctl does not.
const KEYS_OF_OTHERS: [&str; 5] =
    ["ACCESS_KEY_ID", "ALIYUN_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY", "OSS_ACCESS_KEY_ID"];
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const PROVIDER_ARN: [&str; 2] = ["ALIBABACLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"];
const TOKEN_FILE: [&str; 2] = ["ALIBABACLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
const TOKEN: &str = "ALIBABA_CLOUD_OIDC_TOKEN";
const ROLE_ARN: [&str; 2] = ["ALIBABACLOUD_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"];
const NO_METADATA: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";

impl Settings {
    /// Gives the places where a key could come from, in the order in which they are tried, up to the first that has
    /// something for certain. A profile that was named is the only place.
    pub fn chain(&self) -> Result<Chain, Fault> {
        // A setting that cannot be used is refused whether its place is reached or not.
        self.get(&STS_ENDPOINT)?;
        self.get(&METADATA_ENDPOINT)?;
        self.vpc_region()?;
        let chosen = self.profile.as_ref();
        let profile = chosen.map_or("default_profile".to_owned(), |chosen| format!("profile {}", safe(&chosen.value)));
        let key_variable = self.environment.first(&KEYS.map(|[id, ..]| id));
        let places: [(&str, &dyn Fn() -> Offer); 7] = [
            // The variable by its name, for whoever finds that its key is refused.
            (key_variable.map_or("environment", |(variable, _)| variable), &|| self.variables()),
            (&profile, &|| self.profile_in_use()),
            ("OIDC variables", &|| self.oidc_variables()),
            ("official CLI", &|| self.official_cli()),
            ("credentials.ini", &|| self.ini()),
            ("ECS instance", &|| self.ecs_instance()),
            ("credentials URI", &|| self.uri_variable()),
        ];
        let is_named = chosen.is_some_and(|chosen| chosen.origin.is_named());
        let tried = if is_named { &places[1..2] } else { &places[..] };
        let mut candidates = Vec::new();
        for (place, offer) in tried {
            let offer = offer();
            // Whether this is an ECS instance shows only by asking.
            let is_open = matches!(offer, Err(Missed::Absent(_)) | Ok(Spec::EcsRole(EcsRole { is_guess: true, .. })));
            candidates.push(Candidate { place: (*place).to_owned(), offer });
            if !is_open {
                break;
            }
        }
        let remedy = Hint::NoCredentials {
            config: self.config.shown.clone(),
            profile: self.own().map(|profile| safe(&profile.name).into_owned()),
            is_there: self.config.exists,
        };
        Ok(Chain::new(candidates, remedy))
    }

    /// Gives the key of the environment.
    fn variables(&self) -> Offer {
        let found = KEYS.map(|names| names.map(|name| self.environment.word(name)));
        let Some(at) = found.iter().position(|words| words.iter().any(Option::is_some)) else {
            let other = self.environment.first(&KEYS_OF_OTHERS);
            let other = other.map(|(name, _)| format!(" ({name} is, which efloctl does not read)"));
            return Err(Missed::Absent(format!("{} is not set{}", KEYS[0][0], other.unwrap_or_default())));
        };
        let (names, words) = (KEYS[at], found[at]);
        let there = names.into_iter().zip(words).find_map(|(name, word)| word.map(|_| name)).unwrap_or_default();
        let fault = |why: String, hint: &'static str| Fault::credentials(why).hint(hint);
        for part in 0..names.len() {
            let elsewhere = (at + 1..KEYS.len()).find(|other| found[*other][part].is_some());
            if let (None, Some(other)) = (words[part], elsewhere) {
                let (name, other) = (names[part], KEYS[other][part]);
                let why = format!("{there} is set and {name} is not, but {other} is: a key comes from one spelling");
                return Err(fault(why, "unset those of one spelling, or set all parts of the key in the same").into());
            }
        }
        let needed = |part: usize| {
            let missing = || fault(format!("{there} is set and {} is not", names[part]), "set both, or neither");
            words[part].ok_or_else(missing)
        };
        Ok(Spec::Static(Key { id: needed(0)?.to_owned(), secret: needed(1)?.into(), token: words[2].map(Into::into) }))
    }

    fn profile_in_use(&self) -> Offer {
        let Some(Setting { value: name, .. }) = &self.profile else {
            let why = if self.config.exists { "names none" } else { "is not there" };
            return Err(Missed::Absent(format!("{} {why}", self.config.shown)));
        };
        match self.config.profile(name) {
            Some(profile) if profile.credentials.base.is_none() => {
                Err(Missed::Absent(format!("it has no credentials in {}", self.config.shown)))
            }
            Some(profile) => Ok(self.own_profile(profile, &[])?),
            None => Ok(self.official_profile(name, &[])?),
        }
    }

    fn oidc_variables(&self) -> Offer {
        let needed = |names: [&'static str; 2]| {
            let word = self.environment.first(&names).map(|(_, word)| word.to_owned());
            word.ok_or_else(|| Missed::Absent(format!("{} is not set", names[1])))
        };
        let (provider_arn, arn) = (needed(PROVIDER_ARN)?, needed(ROLE_ARN)?);
        let file = TOKEN_FILE.into_iter().find_map(|name| self.environment.variable(name));
        let file = file.map(|file| OidcToken::File(file.into()));
        let given = || self.environment.word(TOKEN).map(|token| OidcToken::Given(token.into()));
        let absent = || Missed::Absent(format!("{} is not set", TOKEN_FILE[1]));
        let token = file.or_else(given).ok_or_else(absent)?;
        let base = Base::Oidc { provider_arn, token, role: Role { arn, ..Role::default() } };
        self.of_variables(base, "the role of the OIDC variables")
    }

    fn official_cli(&self) -> Offer {
        match self.official.in_use() {
            Ok(profile) => Ok(self.official_profile(&profile.name, &[])?),
            Err(NotInUse::Absent(why) | NotInUse::LeftOut(why)) => Err(Missed::Absent(why)),
            // The SDKs have another file, in which it may stand.
            Err(NotInUse::Missing(fault)) => match self.ini() {
                Err(Missed::Absent(why)) => {
                    Err(Missed::Failed(Fault { message: format!("{}, and {why}", fault.message), ..fault }))
                }
                _ => Err(Missed::Absent(fault.message)),
            },
            Err(NotInUse::Unreadable(fault)) => Err(fault.into()),
        }
    }

    fn ecs_instance(&self) -> Offer {
        if self.environment.is_true(NO_METADATA) {
            return Err(Missed::Absent(format!("{NO_METADATA} is true")));
        }
        Ok(Spec::EcsRole(EcsRole { is_guess: true, ..self.ecs_role(None)? }))
    }

    fn uri_variable(&self) -> Offer {
        match self.environment.word(URI) {
            Some(uri) => self.of_variables(Base::Spec(Spec::Uri(uri.to_owned())), URI),
            None => Err(Missed::Absent(format!("{URI} is not set"))),
        }
    }

    /// Makes a source of what variables say; `what` begins a sentence about them.
    fn of_variables(&self, base: Base, what: &str) -> Offer {
        let wrong = |why: String| Fault::credentials(format!("{what} {why}"));
        Ok(self.spec(Credentials { base: Some(base), ..Credentials::default() }, &[], &wrong)?)
    }

    /// Gives a profile of config.toml as a source. `passed` are the profiles that led to it.
    pub fn own_profile(&self, profile: &Profile, passed: &[String]) -> Result<Spec, Fault> {
        let passed = pass(&profile.name, passed)?;
        let (name, file) = (safe(&profile.name), &self.config.shown);
        let wrong = |why: String| Fault::credentials(format!("profile {name} of {file} {why}"));
        self.spec(profile.credentials.clone(), &passed, &wrong)
    }
}
