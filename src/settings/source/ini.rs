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
        let paths = match (self.environment.path("ALIBABA_CLOUD_CREDENTIALS_FILE"), &self.environment.home) {
            (Some(path), _) => vec![path],
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
        let credentials = Section { ini: &ini, name }.credentials().map_err(wrong)?;
        Ok(self.spec(credentials, &[], &wrong)?)
    }
}

fn wrong(message: String) -> Fault {
    Fault::credentials(message).hint(Hint::MendOrNameProfile)
}

/// Holds a section of the file.
struct Section<'a> {
    ini: &'a Ini,
    name: &'a str,
}

impl Section<'_> {
    /// Reads what the section says of credentials. What is missing is told as the end of a sentence about the section.
    fn credentials(&self) -> Result<Credentials, String> {
        let kind = self.needed("type")?;
        let (base, role) = match kind.as_str() {
            "access_key" => (self.key(None)?, None),
            "sts" => (self.key(Some(self.needed("security_token")?))?, None),
            "ram_role_arn" => (self.key(self.get("security_token"))?, Some(self.role()?)),
            "oidc_role_arn" => {
                let provider_arn = self.needed("oidc_provider_arn")?;
                let token = OidcToken::File(self.needed("oidc_token_file_path")?.into());
                (Base::Oidc { provider_arn, token, role: self.role()? }, None)
            }
            "ecs_ram_role" => (Base::EcsRole(self.get("role_name")), None),
            kind => return Err(format!("is of type {}, which cannot be used here", safe(kind))),
        };
        let is_vpc = self.get("enable_vpc").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        Ok(Credentials { base: Some(base), role, sts: StsHost { is_vpc, ..StsHost::default() } })
    }

    fn role(&self) -> Result<Role, String> {
        let (session_name, policy) = (self.get("role_session_name"), self.get("policy"));
        Ok(Role { arn: self.needed("role_arn")?, session_name, policy, ..Role::default() })
    }

    fn key(&self, token: Option<String>) -> Result<Base, String> {
        let (id, secret) = (self.needed("access_key_id")?, self.needed("access_key_secret")?);
        Ok(Base::Spec(Spec::Static(Key { id, secret: secret.into(), token: token.map(Into::into) })))
    }

    fn needed(&self, key: &str) -> Result<String, String> {
        self.get(key).ok_or_else(|| format!("has no {key}"))
    }

    /// Gives a value of the section itself or of `[DEFAULT]`. Keys match in any case, as they do in configparser.
    fn get(&self, key: &str) -> Option<String> {
        let sections = self.ini.get_map_ref();
        let value = |section: &str| {
            let (_, value) = sections.get(section)?.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
            value.as_deref().map(unquoted)
        };
        value(self.name).or_else(|| value("DEFAULT")).filter(|value| !value.is_empty()).map(str::to_owned)
    }
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
