//! `~/.aliyun/config.json`, the official CLI's profiles: read, never written.

use super::Environment;
use crate::fault::{Fault, Kind};
use crate::files::read_small;
use secrecy::SecretString;
use serde::Deserialize;

/// The file of the official CLI, so far as it could be read.
pub(super) struct Aliyun {
    shown: String,
    content: Content,
}

enum Content {
    Absent,
    /// Why it cannot be read. Only whoever needs it minds.
    Unreadable(String),
    Profiles(File),
}

#[derive(Deserialize)]
struct File {
    current: Option<String>,
    /// An empty list may be null.
    profiles: Option<Vec<Profile>>,
}

/// A profile of the official CLI: the fields that matter for credentials. Times are seconds since 1970, 0 for none.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) mode: String,
    pub(super) region_id: String,
    pub(super) access_key_id: String,
    pub(super) access_key_secret: SecretString,
    pub(super) sts_token: SecretString,
    pub(super) sts_region: String,
    pub(super) sts_endpoint: String,
    pub(super) ram_role_name: String,
    pub(super) ram_role_arn: String,
    /// The official SDK's name for it in the OIDC mode is the other one.
    #[serde(alias = "role_session_name")]
    pub(super) ram_session_name: String,
    pub(super) external_id: String,
    pub(super) expired_seconds: u64,
    pub(super) source_profile: String,
    pub(super) process_command: String,
    pub(super) credentials_uri: String,
    pub(super) oidc_provider_arn: String,
    pub(super) oidc_token_file: String,
    pub(super) cloud_sso_sign_in_url: String,
    pub(super) cloud_sso_account_id: String,
    pub(super) cloud_sso_access_config: String,
    pub(super) access_token: SecretString,
    pub(super) cloud_sso_access_token_expire: i64,
    pub(super) oauth_site_type: String,
    pub(super) oauth_access_token: SecretString,
    pub(super) oauth_access_token_expire: i64,
    pub(super) sts_expiration: i64,
}

impl Aliyun {
    /// Reads the file, if there is one.
    pub(super) fn find(environment: &Environment) -> Self {
        let path = environment.home().map(|home| home.join(".aliyun").join("config.json"));
        let shown = path.as_ref().map_or_else(|| "~/.aliyun/config.json".to_owned(), |path| environment.shown(path));
        let content = match path.as_deref().map(read_small) {
            None => Content::Absent,
            Some(Err(e)) if e.kind() == std::io::ErrorKind::NotFound => Content::Absent,
            Some(Err(e)) => Content::Unreadable(e.to_string()),
            // Its own message would quote the text, a secret perhaps.
            Some(Ok(bytes)) => match serde_json::from_slice(&bytes) {
                Ok(file) => Content::Profiles(file),
                Err(e) => Content::Unreadable(format!("line {} is not as that CLI writes it", e.line())),
            },
        };
        Aliyun { shown, content }
    }

    /// The file's name, for messages.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Its profiles, none when it is absent.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub(super) fn profiles(&self) -> Result<&[Profile], Fault> {
        match &self.content {
            Content::Absent => Ok(&[]),
            Content::Profiles(file) => Ok(file.profiles.as_deref().unwrap_or_default()),
            Content::Unreadable(why) => {
                Err(Fault::new(Kind::Credentials, format!("{} cannot be read: {why}", self.shown))
                    .hint("mend it, for example with aliyun configure"))
            }
        }
    }

    /// The profile of that name.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub(super) fn profile(&self, name: &str) -> Result<Option<&Profile>, Fault> {
        Ok(self.profiles()?.iter().find(|profile| profile.name == name))
    }

    /// The name of the profile that the official CLI would use.
    pub(super) fn current(&self, environment: &Environment) -> String {
        let of_file = match &self.content {
            Content::Profiles(file) => file.current.clone().filter(|name| !name.is_empty()),
            _ => None,
        };
        let named = environment.variable("ALIBABA_CLOUD_PROFILE").map(str::to_owned);
        named.or(of_file).unwrap_or_else(|| "default".to_owned())
    }

    /// Whether there is such a file at all.
    pub(super) fn exists(&self) -> bool {
        !matches!(self.content, Content::Absent)
    }
}
