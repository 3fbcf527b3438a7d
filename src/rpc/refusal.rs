//! What a server says instead of an answer, as one fault: JSON or XML from the API, a page from a gateway before it.

use super::mask::Secrets;
use crate::fault::{Fault, Kind};
use crate::text::{Lenient, Name, Text, mended, shortened};
use reqwest::StatusCode;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::time::Duration;

/// No server can make us wait longer than this; the official SDK has the same bound.
const LONGEST_WAIT: Duration = Duration::from_millis(120_000);

/// A response that is no answer.
pub struct Refusal<'a> {
    pub host: &'a str,
    pub status: StatusCode,
    /// `x-acs-retry-after`, in milliseconds as the official SDK takes it.
    pub retry_after: Option<&'a str>,
    pub location: Option<&'a str>,
    /// What it may quote and must not be shown.
    pub secrets: &'a Secrets<'a>,
    pub body: &'a [u8],
}

/// The API's account of an error, as far as it gave one.
#[derive(Default)]
struct Account<'a> {
    code: Lenient<'a>,
    message: Lenient<'a>,
    request_id: Lenient<'a>,
}

/// Takes the first of each in either spelling; a body may have both.
struct AccountVisitor;

impl<'de> Visitor<'de> for AccountVisitor {
    type Value = Account<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account of an error")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Account<'de>, A::Error> {
        let mut account = Account::default();
        while let Some(key) = map.next_key::<Name<'de>>()? {
            let field = match key.as_str() {
                "Code" | "code" => &mut account.code,
                "Message" | "message" => &mut account.message,
                "RequestId" | "requestId" => &mut account.request_id,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            let value = map.next_value()?;
            if field.0.is_none() {
                *field = value;
            }
        }
        Ok(account)
    }
}

/// Reads a refusal into what happened and whether trying again could help.
pub fn fault(refusal: &Refusal<'_>) -> Fault {
    let status = refusal.status;
    if status.is_redirection() {
        let place = refusal
            .location
            .map(|place| format!(" to {}", shortened(&refusal.secrets.masked(place))))
            .unwrap_or_default();
        let message = format!("{} answers with a redirect{place}, which is never followed", refusal.host);
        return Fault::new(Kind::Service, message).hint("check --endpoint, and whether a proxy wants a login");
    }
    let body = mended(refusal.body);
    let account = account(&body);
    // Before anything is cut: half a secret is one too.
    let masked = |text: Lenient<'_>| text.0.map(|text| refusal.secrets.masked_text(&text));
    let code = masked(account.code);
    let retry_after = refusal.retry_after.and_then(|word| word.trim().parse().ok()).filter(|ms| *ms > 0);
    let retry_after = retry_after.map(|ms| Duration::from_millis(ms).min(LONGEST_WAIT));
    let word = code.as_ref().map_or("", Text::as_written);
    let message = match (&code, masked(account.message)) {
        (Some(code), Some(message)) => {
            format!("{} refused the call: {} ({})", refusal.host, shortened(message.as_written()), code.safe_word())
        }
        (Some(code), None) => format!("{} refused the call: {}", refusal.host, code.safe_word()),
        (None, _) => not_the_api(refusal),
    };
    // The header makes any error one of throttling, whatever its code.
    let throttled = retry_after.is_some() || status == StatusCode::TOO_MANY_REQUESTS || starts_with(word, "Throttling");
    let is_passing = throttled || status.is_server_error() || is_passing_code(word);
    let kind = if is_about_credentials(word) { Kind::Credentials } else { Kind::Service };
    let hint = code.is_none().then(|| gateway_hint(status).to_owned());
    Fault {
        kind,
        message,
        hint,
        code,
        request_id: masked(account.request_id),
        passing: is_passing && kind != Kind::Credentials,
        retry_after,
        throttled,
    }
}

/// Whether the clock is what the server minds.
pub fn is_clock(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| starts_with(code.as_written(), "InvalidTimeStamp.Expired"))
}

fn is_passing_code(code: &str) -> bool {
    ["SignatureNonceUsed", "InternalError", "ServiceUnavailable"].iter().any(|word| starts_with(code, word))
}

/// Codes of key, signature, token, timestamp and permission: what no repetition mends.
fn is_about_credentials(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    if code.starts_with("signaturenonceused") {
        return false;
    }
    ["accesskey", "signature", "securitytoken", "timestamp"].iter().any(|word| code.contains(word))
        || code.starts_with("forbidden")
        || code.starts_with("nopermission")
}

fn starts_with(code: &str, word: &str) -> bool {
    code.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn account(body: &str) -> Account<'_> {
    let text = body.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        return serde_json::Deserializer::from_str(text).deserialize_map(AccountVisitor).unwrap_or_default();
    }
    if text.starts_with('<') && text.contains("<Error>") {
        let tag = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            Some(Text::new(unescaped(inner))).filter(|text| !text.is_empty())
        };
        return Account {
            code: Lenient(tag("Code")),
            message: Lenient(tag("Message")),
            request_id: Lenient(tag("RequestId")),
        };
    }
    Account::default()
}

/// The five entities that XML itself has.
fn unescaped(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// Something that is not the API answered: its status, and a short piece of what it said.
fn not_the_api(refusal: &Refusal<'_>) -> String {
    // What has no name of its own shows its number alone.
    let (status, name) = (refusal.status.as_u16(), refusal.status.canonical_reason());
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let said = String::from_utf8_lossy(refusal.body);
    let said = match said.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")) {
        Some((title, _)) => unescaped(title),
        None => without_tags(&said),
    };
    let said = shortened(refusal.secrets.masked(&said).trim());
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    format!("{} answered with HTTP {status}{name}, and not as the API does{said}", refusal.host)
}

fn gateway_hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        407 => "the proxy wants a login: put user and password into HTTPS_PROXY",
        500.. => "a gateway or the service is in trouble; try again later",
        _ => "check --endpoint, and what proxy or gateway stands before it",
    }
}

fn without_tags(page: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in page.chars().take(4096) {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests;
