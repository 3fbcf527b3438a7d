//! `~/.aliyun/config.json`, the official CLI's profiles: read, never written.

use super::Environment;
use crate::fault::{Fault, Hint, Kind};
use crate::files::read_small;
use crate::text::mended;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// The file of the official CLI, so far as it could be read.
pub struct Aliyun {
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
    /// An empty list may be null, and so may what stands in it.
    #[serde(default, deserialize_with = "filled_list")]
    profiles: Vec<Profile>,
}

/// A struct whose fields may each be null or absent: both are its default, as they are to the official CLI.
macro_rules! of_nullable_fields {
    ($(#[$of_struct:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$of_struct])*
        #[derive(Default, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$of_field])* #[serde(deserialize_with = "filled")] pub $field: $type,)*
        }
    };
}

of_nullable_fields! {
/// A profile of the official CLI: the fields that matter for credentials. Times are seconds since 1970, 0 for none.
Profile {
    name: String,
    mode: String,
    region_id: String,
    access_key_id: String,
    access_key_secret: SecretString,
    sts_token: SecretString,
    sts_region: String,
    sts_endpoint: String,
    ram_role_name: String,
    ram_role_arn: String,
    /// The official SDK's name for it in the OIDC mode is the other one.
    #[serde(alias = "role_session_name")]
    ram_session_name: String,
    external_id: String,
    expired_seconds: u64,
    source_profile: String,
    process_command: String,
    credentials_uri: String,
    oidc_provider_arn: String,
    oidc_token_file: String,
    cloud_sso_sign_in_url: String,
    cloud_sso_account_id: String,
    cloud_sso_access_config: String,
    access_token: SecretString,
    cloud_sso_access_token_expire: i64,
    oauth_site_type: String,
    oauth_access_token: SecretString,
    oauth_access_token_expire: i64,
    sts_expiration: i64,
}
}

fn filled_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Profile>, D::Error> {
    let list: Option<Vec<Option<Profile>>> = Option::deserialize(deserializer)?;
    Ok(list.into_iter().flatten().flatten().collect())
}

fn filled<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Aliyun {
    /// Reads the file, if there is one.
    pub(super) fn find(environment: &Environment) -> Self {
        let path = environment.home().map(|home| home.join(".aliyun").join("config.json"));
        let shown = path.as_ref().map_or_else(|| "~/.aliyun/config.json".to_owned(), |path| environment.shown(path));
        // Of what is written with escapes the JSON library has a copy for a moment that it does not wipe; keys have none.
        let content = match path.as_deref().map(read_small) {
            None => Content::Absent,
            Some(Err(e)) if e.kind() == std::io::ErrorKind::NotFound => Content::Absent,
            Some(Err(e)) => Content::Unreadable(e.to_string()),
            Some(Ok(bytes)) => return Aliyun::read(shown, &bytes),
        };
        Aliyun { shown, content }
    }

    /// Reads the file's bytes.
    pub fn read(shown: String, bytes: &[u8]) -> Self {
        let text = mended(bytes);
        let read = serde_json::from_str(&text);
        if let Cow::Owned(copy) = text {
            drop(Zeroizing::new(copy));
        }
        let content = match read {
            Ok(file) => Content::Profiles(file),
            // Its own message would quote the text, a secret perhaps.
            Err(e) => Content::Unreadable(format!("line {} is not as that CLI writes it", e.line())),
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
    pub fn profiles(&self) -> Result<&[Profile], Fault> {
        match &self.content {
            Content::Absent => Ok(&[]),
            Content::Profiles(file) => Ok(&file.profiles),
            Content::Unreadable(why) => {
                Err(Fault::new(Kind::Credentials, format!("{} cannot be read: {why}", self.shown))
                    .hint(Hint::AliyunConfigure { profile: None }))
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
    pub fn current(&self, environment: &Environment) -> String {
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
