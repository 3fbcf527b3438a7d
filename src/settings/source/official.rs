//! Profiles of the official CLI as sources of keys: every mode of its `config.json` that works without a browser.
//!
//! Facts: the CLI's own source. It never reads `region_id` for STS, infers an empty mode from what is there, and does
//! not guard against a profile that is its own source.

use super::super::aliyun::Profile;
use super::Resolver;
use crate::credentials::{CloudSso, OAuth, Oidc, Role, Session, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

impl Resolver<'_> {
    /// A profile of the official CLI as a source. `passed` are the profiles that led here.
    ///
    /// # Errors
    /// Its mode cannot be used here, or something of it is missing.
    pub fn official(&self, profile: &Profile, passed: &[String]) -> Result<Spec, Fault> {
        let name = safe(&profile.name);
        let wrong = |why: String| {
            Fault::new(Kind::Credentials, format!("profile {name} of {} {why}", self.aliyun.shown()))
                .hint(Hint::AliyunConfigure { profile: Some(name.to_string()) })
        };
        let needed = |what: &str, value: &str| match value {
            "" => Err(wrong(format!("has no {what}"))),
            value => Ok(value.to_owned()),
        };
        let there = |what: &str, secret: &SecretString| match secret.expose_secret() {
            "" => Err(wrong(format!("has no {what}"))),
            _ => Ok(()),
        };
        let key = |token: Option<SecretString>| -> Result<Key, Fault> {
            there("access_key_secret", &profile.access_key_secret)?;
            let id = needed("access_key_id", &profile.access_key_id)?;
            Ok(Key { id, secret: profile.access_key_secret.clone(), token })
        };
        let token = filled(&profile.sts_token);
        let cached = || key(token.clone()).ok().filter(|key| key.token.is_some()).zip(time(profile.sts_expiration));
        let mode = mode(profile);
        Ok(match mode {
            "AK" => Spec::Static(key(None)?),
            "StsToken" => {
                there("sts_token", &profile.sts_token)?;
                Spec::Static(key(token.clone())?)
            }
            "RamRoleArn" => self.role_on(Spec::Static(key(token.clone())?), profile, &wrong)?,
            "EcsRamRole" => self.ecs_role(text(&profile.ram_role_name))?,
            "RamRoleArnWithRoleName" => self.role_on(self.ecs_role(text(&profile.ram_role_name))?, profile, &wrong)?,
            "ChainableRamRoleArn" => {
                let source = needed("source_profile", &profile.source_profile)?;
                self.role_on(self.official_by_name(&source, passed)?, profile, &wrong)?
            }
            "External" => {
                self.is_external_allowed(&name)?;
                Spec::Process(needed("process_command", &profile.process_command)?)
            }
            "CredentialsURI" => {
                self.is_external_allowed(&name)?;
                let uri = text(&profile.credentials_uri);
                let uri = uri.or_else(|| self.environment.variable("ALIBABA_CLOUD_CREDENTIALS_URI").map(str::to_owned));
                Spec::Uri(needed("credentials_uri", &uri.unwrap_or_default())?)
            }
            "OIDC" => Spec::Oidc(Oidc {
                provider_arn: needed("oidc_provider_arn", &profile.oidc_provider_arn)?,
                token_file: needed("oidc_token_file", &profile.oidc_token_file)?.into(),
                role: self.official_role(profile, &wrong)?,
            }),
            "CloudSSO" => Spec::CloudSso(CloudSso {
                session: Session {
                    profile: profile.name.clone(),
                    mode: "CloudSSO",
                    access_token: filled(&profile.access_token),
                    access_token_expires: time(profile.cloud_sso_access_token_expire),
                    cached: cached(),
                },
                sign_in_url: needed("cloud_sso_sign_in_url", &profile.cloud_sso_sign_in_url)?,
                account_id: needed("cloud_sso_account_id", &profile.cloud_sso_account_id)?,
                access_config: needed("cloud_sso_access_config", &profile.cloud_sso_access_config)?,
            }),
            "OAuth" => Spec::OAuth(OAuth {
                session: Session {
                    profile: profile.name.clone(),
                    mode: "OAuth",
                    access_token: filled(&profile.oauth_access_token),
                    access_token_expires: time(profile.oauth_access_token_expire),
                    cached: cached(),
                },
                endpoint: oauth_site(&profile.oauth_site_type)
                    .ok_or_else(|| wrong("names no oauth_site_type".to_owned()))?,
            }),
            "RsaKeyPair" | "BearerToken" | "Anonymous" => {
                return Err(wrong(format!("is of mode {mode}, which cannot sign this call"))
                    .hint("use another profile: mode AK, StsToken, RamRoleArn, EcsRamRole or OIDC, for example"));
            }
            "" => return Err(wrong("has no credentials".to_owned())),
            mode => return Err(wrong(format!("is of mode {}, which is not known here", safe(mode)))),
        })
    }

    /// The same by name.
    pub fn official_by_name(&self, name: &str, passed: &[String]) -> Result<Spec, Fault> {
        let passed = self.pass(name, passed)?;
        match self.aliyun.profile(name)? {
            Some(profile) => self.official(profile, &passed),
            None => {
                let message = format!("{} has no profile {}", self.aliyun.shown(), safe(name));
                Err(Fault::new(Kind::Credentials, message).hint(Hint::AliyunProfiles))
            }
        }
    }

    fn role_on(&self, base: Spec, profile: &Profile, wrong: &dyn Fn(String) -> Fault) -> Result<Spec, Fault> {
        Ok(Spec::Role { base: Box::new(base), role: self.official_role(profile, wrong)? })
    }

    fn official_role(&self, profile: &Profile, wrong: &dyn Fn(String) -> Fault) -> Result<Role, Fault> {
        let arn = text(&profile.ram_role_arn).ok_or_else(|| wrong("has no ram_role_arn".to_owned()))?;
        let seconds = if profile.expired_seconds == 0 { 3600 } else { profile.expired_seconds };
        Ok(Role {
            arn,
            session_name: self.session_name(text(&profile.ram_session_name)),
            external_id: text(&profile.external_id),
            duration: Duration::from_secs(seconds),
            sts: self.sts(text(&profile.sts_endpoint).as_deref(), text(&profile.sts_region).as_deref())?,
        })
    }
}

/// The mode, inferred as the official CLI does where it is empty.
fn mode(profile: &Profile) -> &str {
    let has = |text: &str| !text.is_empty();
    let token = has(profile.sts_token.expose_secret());
    match profile.mode.as_str() {
        "" if has(&profile.access_key_id) && has(profile.access_key_secret.expose_secret()) => {
            if token {
                "StsToken"
            } else if has(&profile.ram_role_arn) {
                "RamRoleArn"
            } else {
                "AK"
            }
        }
        "" if has(&profile.ram_role_name) => "EcsRamRole",
        "" if has(&profile.process_command) => "External",
        "" if has(&profile.oidc_provider_arn) && has(&profile.oidc_token_file) && has(&profile.ram_role_arn) => "OIDC",
        "" if has(&profile.cloud_sso_sign_in_url) => "CloudSSO",
        mode => mode,
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn filled(secret: &SecretString) -> Option<SecretString> {
    Some(secret.clone()).filter(|secret| !secret.expose_secret().is_empty())
}

fn time(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)
}

fn oauth_site(site: &str) -> Option<Endpoint> {
    let host = match site {
        "CN" => "oauth.aliyun.com",
        "INTL" => "oauth.alibabacloud.com",
        _ => return None,
    };
    Endpoint::parse(host).ok()
}
