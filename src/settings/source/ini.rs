//! `~/.alibabacloud/credentials.ini`, the file of the official SDKs.

use super::Settings;
use super::spec::{Base, Credentials, StsHost};
use crate::credentials::{Missed, Offer, OidcToken, Role, Spec};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::rpc::Key;
use crate::text::safe;
use configparser::ini::Ini;

impl Settings {
    /// Gives what the file has to offer: the section that a variable names, else `default`. The SDKs of some languages
    /// call the file `credentials`.
    pub(super) fn ini(&self) -> Offer {
        let paths = match (self.environment.variable("ALIBABA_CLOUD_CREDENTIALS_FILE"), &self.environment.home) {
            (Some(path), _) => vec![path.into()],
            (None, Some(home)) => {
                ["credentials.ini", "credentials"].map(|name| home.join(".alibabacloud").join(name)).to_vec()
            }
            (None, None) => return Err(Missed::Absent("there is no home folder".to_owned())),
        };
        for path in &paths {
            let shown = self.environment.shown(path);
            match read_small_text(path) {
                Ok(text) => return self.ini_text(&text, &shown),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(wrong(format!("{shown} cannot be read: {e}")).into()),
            }
        }
        Err(Missed::Absent(format!("{} is not there", self.environment.shown(&paths[0]))))
    }

    /// Gives what the file's text has to offer.
    pub fn ini_text(&self, text: &str, shown: &str) -> Offer {
        let mut ini = Ini::new_cs();
        // A comment behind a value is cut off below, as the SDK of Go does.
        ini.set_inline_comment_symbols(Some(&[]));
        ini.set_multiline(false);
        if ini.read(text.to_owned()).is_err() {
            return Err(wrong(format!("{shown} is not an INI file")).into());
        }
        let name = self.official.named.as_ref().map_or("default", |(_, name)| name);
        if !ini.sections().iter().any(|section| section == name) {
            return Err(Missed::Absent(format!("{shown} has no section {}", safe(name))));
        }
        let wrong = |why: String| wrong(format!("section {} of {shown} {why}", safe(name)));
        let credentials = credentials(&ini, name).map_err(wrong)?;
        Ok(self.spec(credentials, &[], &wrong)?)
    }
}

fn wrong(message: String) -> Fault {
    Fault::credentials(message).hint(Hint::MendOrNameProfile)
}

/// Reads what a section says of credentials. What is missing is told as the end of a sentence about the section.
fn credentials(ini: &Ini, section: &str) -> Result<Credentials, String> {
    // Keys match in any case, as they do in configparser.
    let value = |section: &str, key: &str| {
        let mut values = ini.get_map_ref().get(section)?.iter();
        let (_, value) = values.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        value.as_deref().map(unquoted)
    };
    let get = |key: &str| {
        let value = value(section, key).or_else(|| value("DEFAULT", key));
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let needed = |key: &str| get(key).ok_or_else(|| format!("has no {key}"));
    let key = |token: Option<String>| -> Result<Base, String> {
        let (id, secret) = (needed("access_key_id")?, needed("access_key_secret")?);
        Ok(Base::Spec(Spec::Static(Key { id, secret: secret.into(), token: token.map(Into::into) })))
    };
    let role = || -> Result<Role, String> {
        let (session_name, policy) = (get("role_session_name"), get("policy"));
        Ok(Role { arn: needed("role_arn")?, session_name, policy, ..Role::default() })
    };
    let (base, role) = match needed("type")?.as_str() {
        "access_key" => (key(None)?, None),
        "sts" => (key(Some(needed("security_token")?))?, None),
        "ram_role_arn" => (key(get("security_token"))?, Some(role()?)),
        "oidc_role_arn" => {
            let provider_arn = needed("oidc_provider_arn")?;
            let token = OidcToken::File(needed("oidc_token_file_path")?.into());
            (Base::Oidc { provider_arn, token, role: role()? }, None)
        }
        "ecs_ram_role" => (Base::EcsRole(get("role_name")), None),
        kind => return Err(format!("is of type {}, which cannot be used here", safe(kind))),
    };
    let is_vpc = get("enable_vpc").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    Ok(Credentials { base: Some(base), role, sts: StsHost { is_vpc, ..StsHost::default() } })
}

/// Gives a value without the quotes around it, or without the comment that follows behind a blank.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some((inner, _)) = inner.split_once(quote)
        {
            return inner;
        }
    }
    let comment = value.char_indices().find(|(at, c)| matches!(c, '#' | ';') && value[..*at].ends_with([' ', '\t']));
    value[..comment.map_or(value.len(), |(at, _)| at)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn credentials_ini_quotes_and_comments_as_the_go_sdk() {
        for (value, read) in [
            ("plain", "plain"),
            ("\"quoted\"", "quoted"),
            ("'quoted' ; and told", "quoted"),
            ("\"a # b\" # c", "a # b"),
            ("value ; comment", "value"),
            ("value\t# comment", "value"),
            ("a;b#c", "a;b#c"),
            ("a\"b'c", "a\"b'c"),
            ("\"open", "\"open"),
            ("# all", "# all"),
            ("", ""),
        ] {
            assert_eq!(unquoted(value), read, "{value}");
        }
    }
}
