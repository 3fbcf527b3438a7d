//! `~/.alibabacloud/credentials.ini`, the file of the official SDKs.

use super::super::official_cli::named_by_variable;
use super::Settings;
use crate::credentials::{Offer, Oidc, OidcToken, Role, Spec};
use crate::fault::{Fault, Hint, Kind};
use crate::files::read_small_text;
use crate::rpc::{Endpoint, Key};
use crate::text::safe;
use configparser::ini::Ini;

impl Settings {
    /// Gives what the file has to offer: the section that a variable names, else `default`. The SDKs of some languages
    /// call the file `credentials`.
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

    /// Gives what the file's text has to offer.
    pub fn ini_text(&self, text: &str, shown: &str) -> Offer {
        let mut ini = Ini::new_cs();
        // A comment behind a value is cut off below, as the SDK of Go does.
        ini.set_inline_comment_symbols(Some(&[]));
        ini.set_multiline(false);
        if ini.read(text.trim_start_matches('\u{feff}').to_owned()).is_err() {
            return broken(format!("{shown} is not an INI file"));
        }
        let section = named_by_variable(&self.environment).map_or("default", |(_, name)| name);
        if !ini.sections().iter().any(|name| name == section) {
            return Offer::Absent(format!("{shown} has no section {}", safe(section)));
        }
        match self.section(&Section { ini: &ini, name: section }) {
            Ok(spec) => Offer::Spec(spec),
            Err(why) => broken(format!("section {} of {shown} {why}", safe(section))),
        }
    }

    /// Gives a section as a source, or says, as the end of a sentence about the section, why it is none.
    fn section(&self, section: &Section<'_>) -> Result<Spec, String> {
        let kind = section.needed("type")?;
        match kind.as_str() {
            "access_key" => Ok(Spec::Static(section.key(None)?)),
            "sts" => Ok(Spec::Static(section.key(Some(section.needed("security_token")?))?)),
            "ram_role_arn" => {
                let key = section.key(section.get("security_token"))?;
                let (role, sts) = self.ini_role(section)?;
                Ok(Spec::Role { base: Box::new(Spec::Static(key)), role, sts })
            }
            "oidc_role_arn" => {
                let provider_arn = section.needed("oidc_provider_arn")?;
                let token = OidcToken::File(section.needed("oidc_token_file_path")?.into());
                let (role, sts) = self.ini_role(section)?;
                Ok(Spec::Oidc(Oidc { provider_arn, token, role, sts }))
            }
            "ecs_ram_role" => self.ecs_role(section.get("role_name")).map_err(|fault| fault.message),
            kind => Err(format!("is of type {}, which cannot be used here", safe(kind))),
        }
    }

    /// Gives the role of a section, and where STS is asked for it.
    fn ini_role(&self, section: &Section<'_>) -> Result<(Role, Endpoint), String> {
        let role = self.role(Role {
            arn: section.needed("role_arn")?,
            session_name: section.get("role_session_name"),
            policy: section.get("policy"),
            ..Role::default()
        })?;
        let enable_vpc = section.get("enable_vpc").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        Ok((role, self.sts_endpoint(None, None, enable_vpc).map_err(|fault| fault.message)?))
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
    /// Gives a value of the section itself or of `[DEFAULT]`. Keys match in any case, as they do in configparser.
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
