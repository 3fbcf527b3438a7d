//! `~/.alibabacloud/credentials.ini`, the file of the official SDKs.

use super::super::file::WrittenRole;
use super::super::official::named_by_variable;
use super::Resolver;
use crate::credentials::{Offer, Oidc, OidcToken, Role, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::files::read_small_text;
use crate::rpc::Key;
use crate::text::safe;
use configparser::ini::Ini;

impl Resolver<'_> {
    /// What the file has to offer: the section that a variable names, else `default`. The SDKs of other languages call
    /// the file `credentials`.
    pub(super) fn ini(&self) -> Offer {
        let folder = self.environment.home().map(|home| home.join(".alibabacloud"));
        let paths: Vec<_> = match self.environment.path("ALIBABA_CLOUD_CREDENTIALS_FILE") {
            Some(path) => vec![path],
            None => folder
                .iter()
                .flat_map(|folder| ["credentials.ini", "credentials"].map(|name| folder.join(name)))
                .collect(),
        };
        let Some(first) = paths.first() else { return Offer::Absent("there is no home folder".to_owned()) };
        for path in &paths {
            let shown = self.environment.shown(path);
            match read_small_text(path) {
                Ok(text) => return self.ini_text(&text, &shown),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return broken(format!("{shown} cannot be read: {e}")),
            }
        }
        Offer::Absent(format!("{} is not there", self.environment.shown(first)))
    }

    /// What the file's text has to offer.
    pub fn ini_text(&self, text: &str, shown: &str) -> Offer {
        let mut ini = Ini::new_cs();
        // A comment behind a value is told apart below, as the SDK of Go does.
        ini.set_inline_comment_symbols(Some(&[]));
        ini.set_multiline(false);
        if ini.read(text.trim_start_matches('\u{feff}').to_owned()).is_err() {
            return broken(format!("{shown} is not an INI file"));
        }
        let section = named_by_variable(self.environment).map_or("default", |(_, name)| name);
        if !ini.sections().iter().any(|name| name == section) {
            return Offer::Absent(format!("{shown} has no section {}", safe(section)));
        }
        match self.section(&Section { ini: &ini, name: section }) {
            Ok(spec) => Offer::Spec(spec),
            Err(why) => broken(format!("section {} of {shown} {why}", safe(section))),
        }
    }

    fn section(&self, section: &Section<'_>) -> Result<Spec, String> {
        let kind = section.needed("type")?;
        match kind.as_str() {
            "access_key" => Ok(Spec::Static(section.key(None)?)),
            "sts" => Ok(Spec::Static(section.key(Some(section.needed("security_token")?))?)),
            "ram_role_arn" => {
                let key = section.key(section.get("security_token"))?;
                Ok(Spec::Role { base: Box::new(Spec::Static(key)), role: self.ini_role(section)? })
            }
            "oidc_role_arn" => Ok(Spec::Oidc(Oidc {
                provider_arn: section.needed("oidc_provider_arn")?,
                token: OidcToken::File(section.needed("oidc_token_file_path")?.into()),
                role: self.ini_role(section)?,
            })),
            "ecs_ram_role" => self.ecs_role(section.get("role_name")).map_err(|fault| fault.message),
            kind => Err(format!("is of type {}, which cannot be used here", safe(kind))),
        }
    }

    fn ini_role(&self, section: &Section<'_>) -> Result<Role, String> {
        let written = WrittenRole {
            arn: section.needed("role_arn")?,
            session_name: section.get("role_session_name"),
            policy: section.get("policy"),
            ..WrittenRole::default()
        };
        let enable_vpc = section.get("enable_vpc").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let sts = self.sts(None, None, enable_vpc).map_err(|fault| fault.message)?;
        self.role(written, sts)
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
            value.as_deref().map(unquoted)
        };
        value(self.name).or_else(|| value("DEFAULT")).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    fn needed(&self, key: &str) -> Result<String, String> {
        self.get(key).ok_or_else(|| format!("has no {key}"))
    }

    fn key(&self, token: Option<String>) -> Result<Key, String> {
        let (id, secret) = (self.needed("access_key_id")?, self.needed("access_key_secret")?);
        Ok(Key { id, secret: secret.into(), token: token.map(Into::into) })
    }
}

/// A value without the quotes around it, or without the comment that follows it behind a blank.
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
