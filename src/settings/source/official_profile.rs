//! A profile of the official CLI as a source of keys, in every mode that works without a browser.
//!
//! By that CLI's own code: it never reads `region_id` for STS, infers an empty mode from what is there, and does not
//! guard against a profile that is its own source.

use super::super::official_cli::OfficialProfile;
use super::{Settings, pass};
use crate::credentials::{Login, Oidc, OidcToken, Role, Session, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;

impl Settings {
    /// Gives a profile of the official CLI as a source. `passed` are the profiles that led to it, itself included. Fails
    /// if its mode cannot be used here, or if something of it is missing.
    pub fn official_profile(&self, profile: &OfficialProfile, passed: &[String]) -> Result<Spec, Fault> {
        let name = safe(&profile.name);
        let wrong = |why: String| {
            Fault::new(Kind::Credentials, format!("profile {name} of {} {why}", self.official.shown()))
                .hint(Hint::AliyunConfigure { profile: Some(name.to_string()) })
        };
        let text = |key: &str| profile.text(key).map_err(wrong);
        let needed = |key: &str| text(key)?.ok_or_else(|| wrong(format!("has no {key}")));
        let key = |token: Option<String>| -> Result<Key, Fault> {
            let secret = needed("access_key_secret")?.into();
            Ok(Key { id: needed("access_key_id")?, secret, token: token.map(SecretString::from) })
        };
        let role = || self.official_role(profile).map_err(wrong);
        let sts = || self.official_sts(profile).map_err(wrong);
        let on = |base: Spec| Ok::<_, Fault>(Spec::Role { base: Box::new(base), role: role()?, sts: sts()? });
        let time = |key: &str| {
            let seconds = profile.seconds(key).ok().flatten()?;
            Timestamp::from_second(seconds.try_into().ok()?).ok()
        };
        let session = |login: Login, access_token: &str, expires: &str| -> Result<Spec, Fault> {
            let cached = key(text("sts_token")?).ok().filter(|key| key.token.is_some());
            Ok(Spec::Session(Session {
                profile: profile.name.clone(),
                login,
                access_token: text(access_token)?.map(SecretString::from),
                access_token_expires: time(expires),
                cached: cached.zip(time("sts_expiration")),
            }))
        };
        let mode = match text("mode")? {
            Some(mode) => mode,
            None => inferred_mode(profile).to_owned(),
        };
        Ok(match mode.as_str() {
            "AK" => Spec::Static(key(None)?),
            "StsToken" => Spec::Static(key(Some(needed("sts_token")?))?),
            "RamRoleArn" => on(Spec::Static(key(text("sts_token")?)?))?,
            "EcsRamRole" => self.ecs_role(text("ram_role_name")?)?,
            "RamRoleArnWithRoleName" => on(self.ecs_role(text("ram_role_name")?)?)?,
            "ChainableRamRoleArn" => on(self.official_by_name(&needed("source_profile")?, passed)?)?,
            "External" => {
                self.check_external(&name)?;
                Spec::Process(needed("process_command")?)
            }
            "CredentialsURI" => {
                self.check_external(&name)?;
                let by_variable = || self.environment.first(&[super::URI]).map(|(_, uri)| uri.to_owned());
                let uri = text("credentials_uri")?.or_else(by_variable);
                Spec::Uri(uri.ok_or_else(|| wrong("has no credentials_uri".to_owned()))?)
            }
            "OIDC" => Spec::Oidc(Oidc {
                provider_arn: needed("oidc_provider_arn")?,
                token: {
                    needed("oidc_token_file")?;
                    let file = profile.untrimmed("oidc_token_file").map_err(wrong)?;
                    OidcToken::File(file.unwrap_or_default().into())
                },
                role: role()?,
                sts: sts()?,
            }),
            "CloudSSO" => {
                let login = Login::CloudSso {
                    sign_in_url: needed("cloud_sso_sign_in_url")?,
                    account_id: needed("cloud_sso_account_id")?,
                    access_config: needed("cloud_sso_access_config")?,
                };
                session(login, "access_token", "cloud_sso_access_token_expire")?
            }
            "OAuth" => {
                let site = oauth_site(&needed("oauth_site_type")?)
                    .ok_or_else(|| wrong("has an oauth_site_type other than CN and INTL".to_owned()))?;
                session(Login::OAuth(site), "oauth_access_token", "oauth_access_token_expire")?
            }
            "RsaKeyPair" | "BearerToken" | "Anonymous" => {
                return Err(wrong(format!("is of mode {mode}, which cannot sign this call"))
                    .hint("use another profile: mode AK, StsToken, RamRoleArn, EcsRamRole or OIDC, for example"));
            }
            "" => return Err(wrong("has no credentials".to_owned())),
            mode => return Err(wrong(format!("is of mode {}, which is not known here", safe(mode)))),
        })
    }

    /// Gives a profile of the official CLI by its name as a source.
    pub fn official_by_name(&self, name: &str, passed: &[String]) -> Result<Spec, Fault> {
        let passed = pass(name, passed)?;
        match self.official.profile(name)? {
            Some(profile) => self.official_profile(profile, &passed),
            None => {
                let message = format!("{} has no profile {}", self.official.shown(), safe(name));
                Err(Fault::new(Kind::Credentials, message).hint(Hint::AliyunProfiles))
            }
        }
    }

    fn official_role(&self, profile: &OfficialProfile) -> Result<Role, String> {
        let session_name = match profile.text("ram_session_name")? {
            Some(name) => Some(name),
            // The SDK's name for it in the OIDC mode.
            None => profile.text("role_session_name")?,
        };
        self.role(Role {
            arn: profile.text("ram_role_arn")?.ok_or("has no ram_role_arn")?,
            session_name,
            external_id: profile.text("external_id")?,
            policy: profile.untrimmed("policy")?.filter(|policy| !policy.trim().is_empty()),
            duration: profile.seconds("expired_seconds")?.map(Duration::from_secs),
        })
    }

    fn official_sts(&self, profile: &OfficialProfile) -> Result<Endpoint, String> {
        let (named, region) = (profile.text("sts_endpoint")?, profile.text("sts_region")?);
        let sts = self.sts_endpoint(named.as_deref(), region.as_deref(), profile.is_true("enable_vpc"));
        sts.map_err(|fault| format!("cannot be used: {fault}"))
    }
}

/// Infers the mode of a profile that names none, as the official CLI does.
fn inferred_mode(profile: &OfficialProfile) -> &'static str {
    let has = |keys: &[&str]| keys.iter().all(|key| profile.is_set(key));
    let modes: [(&[&str], &str); 8] = [
        (&["access_key_id", "access_key_secret", "sts_token"], "StsToken"),
        (&["access_key_id", "access_key_secret", "ram_role_arn"], "RamRoleArn"),
        (&["access_key_id", "access_key_secret"], "AK"),
        (&["private_key", "key_pair_name"], "RsaKeyPair"),
        (&["ram_role_name"], "EcsRamRole"),
        (&["process_command"], "External"),
        (&["oidc_provider_arn", "oidc_token_file", "ram_role_arn"], "OIDC"),
        (&["cloud_sso_sign_in_url"], "CloudSSO"),
    ];
    modes.into_iter().find(|(keys, _)| has(keys)).map_or("", |(_, mode)| mode)
}

/// Gives the endpoint of a site of OAuth, if there is such a site.
fn oauth_site(site: &str) -> Option<Endpoint> {
    let host = match site {
        "CN" => "oauth.aliyun.com",
        "INTL" => "oauth.alibabacloud.com",
        _ => return None,
    };
    Endpoint::parse(host).ok()
}
