//! `~/.alibabacloud/credentials.ini`, the file of the official SDKs.

use super::Resolver;
use crate::credentials::{Offer, Oidc, Role, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::files::read_small_text;
use crate::rpc::Key;
use crate::text::safe;
use configparser::ini::Ini;
use secrecy::zeroize::Zeroize;
use std::path::PathBuf;
use std::time::Duration;

impl Resolver<'_> {
    /// What the file has to offer: the section `ALIBABA_CLOUD_PROFILE`, else `default`.
    pub(super) fn ini(&self) -> Offer {
        let named = self.environment.variable("ALIBABA_CLOUD_CREDENTIALS_FILE").map(PathBuf::from);
        let usual = || Some(self.environment.home()?.join(".alibabacloud").join("credentials.ini"));
        let Some(path) = named.or_else(usual) else { return Offer::Absent("there is no home folder".to_owned()) };
        let shown = self.environment.shown(&path);
        let text = match read_small_text(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Offer::Absent(format!("{shown} is not there"));
            }
            Err(e) => return broken(format!("{shown} cannot be read: {e}")),
        };
        self.ini_text(&text, &shown)
    }

    /// What the file's text has to offer.
    pub fn ini_text(&self, text: &str, shown: &str) -> Offer {
        let mut ini = Ini::new_cs();
        ini.set_inline_comment_symbols(Some(&['#']));
        ini.set_multiline(false);
        if ini.read(text.trim_start_matches('\u{feff}').to_owned()).is_err() {
            return broken(format!("{shown} is not an INI file"));
        }
        let section = self.environment.variable("ALIBABA_CLOUD_PROFILE").unwrap_or("default");
        if !ini.sections().iter().any(|name| name == section) {
            return Offer::Absent(format!("{shown} has no section {}", safe(section)));
        }
        let spec = self.section(&Section { ini: &ini, name: section });
        // What the library copied while it read is out of reach; what it keeps is not.
        ini.get_mut_map().values_mut().flat_map(|section| section.values_mut()).for_each(|value| value.zeroize());
        match spec {
            Ok(spec) => Offer::Spec(spec),
            Err(why) => broken(format!("section {} of {shown} {why}", safe(section))),
        }
    }

    fn section(&self, section: &Section<'_>) -> Result<Spec, String> {
        let kind = section.needed("type")?;
        match kind.as_str() {
            "access_key" => Ok(Spec::Static(section.key()?)),
            "ram_role_arn" => {
                Ok(Spec::Role { base: Box::new(Spec::Static(section.key()?)), role: self.ini_role(section)? })
            }
            "oidc_role_arn" => Ok(Spec::Oidc(Oidc {
                provider_arn: section.needed("oidc_provider_arn")?,
                token_file: section.needed("oidc_token_file_path")?.into(),
                role: self.ini_role(section)?,
            })),
            "ecs_ram_role" => self.ecs_role(section.get("role_name")).map_err(|fault| fault.message),
            kind => Err(format!("is of type {}, which cannot be used here", safe(kind))),
        }
    }

    fn ini_role(&self, section: &Section<'_>) -> Result<Role, String> {
        Ok(Role {
            arn: section.needed("role_arn")?,
            session_name: self.session_name(section.get("role_session_name")),
            external_id: None,
            duration: Duration::from_secs(3600),
            sts: self.sts(None, None).map_err(|fault| fault.message)?,
        })
    }
}

fn broken(message: String) -> Offer {
    Offer::Broken(Fault::new(Kind::Credentials, message).hint(Hint::MendOrNameProfile))
}

struct Section<'a> {
    ini: &'a Ini,
    name: &'a str,
}

impl Section<'_> {
    /// A value, of the section itself or of `[DEFAULT]`; keys are the same in any case, as configparser has them.
    fn get(&self, key: &str) -> Option<String> {
        let sections = self.ini.get_map_ref();
        let value = |section: &str| {
            let (_, value) = sections.get(section)?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
            value.clone()
        };
        value(self.name).or_else(|| value("DEFAULT")).filter(|value| !value.is_empty())
    }

    fn needed(&self, key: &str) -> Result<String, String> {
        self.get(key).ok_or_else(|| format!("has no {key}"))
    }

    fn key(&self) -> Result<Key, String> {
        let (id, secret) = (self.needed("access_key_id")?, self.needed("access_key_secret")?);
        Ok(Key { id, secret: secret.into(), token: None })
    }
}
