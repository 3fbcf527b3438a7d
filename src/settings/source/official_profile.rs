//! A profile of the official CLI as a source of keys, in every mode that works without a browser.
//!
//! By that CLI's own code: it never reads `region_id` for STS, infers an empty mode from what is there, and does not
//! guard against a profile that is its own source.

use super::super::official_cli::OfficialProfile;
use super::spec::{Base, Credentials, StsHost, pass};
use super::{Settings, URI};
use crate::credentials::{Login, OidcToken, Role, Session, Spec};
use crate::fault::{Fault, Hint};
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;

impl Settings {
    /// Gives a profile of the official CLI as a source. `passed` are the profiles that led to it. Fails if it is not
    /// there, if its mode cannot be used here, or if something of it is missing.
    pub fn official_profile(&self, name: &str, passed: &[String]) -> Result<Spec, Fault> {
        let passed = pass(name, passed)?;
        let (found, name, file) = (self.official.profile(name)?, safe(name), &self.official.shown);
        let Some(profile) = found else {
            return Err(Fault::credentials(format!("{file} has no profile {name}")).hint(Hint::AliyunProfiles));
        };
        let wrong = |why: String| {
            Fault::credentials(format!("profile {name} of {file} {why}"))
                .hint(Hint::AliyunConfigure { profile: Some(name.to_string()) })
        };
        self.spec(self.official_credentials(profile, &passed, &wrong)?, &passed, &wrong)
    }

    /// Reads what a profile says of credentials.
    fn official_credentials(
        &self,
        profile: &OfficialProfile,
        passed: &[String],
        wrong: &dyn Fn(String) -> Fault,
    ) -> Result<Credentials, Fault> {
        let text = |key: &str| profile.text(key).map_err(wrong);
        let needed = |key: &str| text(key)?.ok_or_else(|| wrong(format!("has no {key}")));
        let key = |token: Option<String>| -> Result<Key, Fault> {
            let secret = needed("access_key_secret")?.into();
            Ok(Key { id: needed("access_key_id")?, secret, token: token.map(SecretString::from) })
        };
        let static_key = |token: Option<String>| Ok::<_, Fault>(Base::Spec(Spec::Static(key(token)?)));
        let role = || role(profile).map_err(wrong);
        let session = |login: Login, access_token: &str, expires: &str| -> Result<Base, Fault> {
            let cached = key(text("sts_token")?).ok().filter(|key| key.token.is_some());
            Ok(Base::Spec(Spec::Session(Session {
                profile: profile.name.clone(),
                login,
                access_token: text(access_token)?.map(SecretString::from),
                access_token_expires: time(profile, expires),
                cached: cached.zip(time(profile, "sts_expiration")),
            })))
        };
        let mode = text("mode")?.unwrap_or_else(|| inferred_mode(profile).to_owned());
        let (base, role) = match mode.as_str() {
            "AK" => (static_key(None)?, None),
            "StsToken" => (static_key(Some(needed("sts_token")?))?, None),
            "RamRoleArn" => (static_key(text("sts_token")?)?, Some(role()?)),
            "EcsRamRole" => (Base::EcsRole(text("ram_role_name")?), None),
            "RamRoleArnWithRoleName" => (Base::EcsRole(text("ram_role_name")?), Some(role()?)),
            "ChainableRamRoleArn" => {
                (Base::Spec(self.official_profile(&needed("source_profile")?, passed)?), Some(role()?))
            }
            "External" => (Base::Spec(Spec::Process(needed("process_command")?)), None),
            "CredentialsURI" => {
                let by_variable = || self.environment.word(URI).map(str::to_owned);
                let uri = text("credentials_uri")?.or_else(by_variable);
                (Base::Spec(Spec::Uri(uri.ok_or_else(|| wrong("has no credentials_uri".to_owned()))?)), None)
            }
            "OIDC" => {
                let provider_arn = needed("oidc_provider_arn")?;
                needed("oidc_token_file")?;
                // A path is not trimmed.
                let file = profile.untrimmed("oidc_token_file").map_err(wrong)?.unwrap_or_default();
                (Base::Oidc { provider_arn, token: OidcToken::File(file.into()), role: role()? }, None)
            }
            "CloudSSO" => {
                let login = Login::CloudSso {
                    sign_in_url: needed("cloud_sso_sign_in_url")?,
                    account_id: needed("cloud_sso_account_id")?,
                    access_config: needed("cloud_sso_access_config")?,
                };
                (session(login, "access_token", "cloud_sso_access_token_expire")?, None)
            }
            "OAuth" => {
                let site = match needed("oauth_site_type")?.as_str() {
                    "CN" => "oauth.aliyun.com",
                    "INTL" => "oauth.alibabacloud.com",
                    _ => return Err(wrong("has an oauth_site_type other than CN and INTL".to_owned())),
                };
                let login = Login::OAuth(Endpoint::parse(site).map_err(wrong)?);
                (session(login, "oauth_access_token", "oauth_access_token_expire")?, None)
            }
            "RsaKeyPair" | "BearerToken" | "Anonymous" => {
                return Err(wrong(format!("is of mode {mode}, which cannot sign this call"))
                    .hint("use another profile: mode AK, StsToken, RamRoleArn, EcsRamRole or OIDC, for example"));
            }
            "" => return Ok(Credentials::default()),
            mode => return Err(wrong(format!("is of mode {}, which is not known here", safe(mode)))),
        };
        let is_vpc = profile.fields.read("enable_vpc") == Ok(Some(true));
        let sts = match (&base, &role) {
            (Base::Oidc { .. }, _) | (_, Some(_)) => {
                StsHost { endpoint: text("sts_endpoint")?, region: text("sts_region")?, is_vpc }
            }
            // What is odd about them does not matter then.
            _ => StsHost::default(),
        };
        Ok(Credentials { base: Some(base), role, sts })
    }
}

/// Reads the role of a profile.
fn role(profile: &OfficialProfile) -> Result<Role, String> {
    let session_name = match profile.text("ram_session_name")? {
        Some(name) => Some(name),
        // The SDK's name for it in the OIDC mode.
        None => profile.text("role_session_name")?,
    };
    Ok(Role {
        arn: profile.text("ram_role_arn")?.ok_or("has no ram_role_arn")?,
        session_name,
        external_id: profile.text("external_id")?,
        policy: profile.untrimmed("policy")?.filter(|policy| !policy.trim().is_empty()),
        duration: profile.seconds("expired_seconds")?.map(Duration::from_secs),
    })
}

/// Reads a time. One that is no time is as good as absent.
fn time(profile: &OfficialProfile, key: &str) -> Option<Timestamp> {
    let seconds = profile.seconds(key).ok().flatten()?;
    Timestamp::from_second(seconds.try_into().ok()?).ok()
}

/// Infers the mode of a profile that names none, as the official CLI does.
fn inferred_mode(profile: &OfficialProfile) -> &'static str {
    // A value that is no text is there all the same.
    let has = |keys: &[&str]| keys.iter().all(|key| profile.text(key) != Ok(None));
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
