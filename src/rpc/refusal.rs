//! What a server says instead of an answer, as one fault: JSON or XML from the API, a page from a gateway before it.

use super::mask::Secrets;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
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
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<&'a str>,
    pub location: Option<&'a str>,
    /// What it may quote and must not be shown.
    pub secrets: &'a Secrets,
    pub body: &'a [u8],
}

/// The API's account of an error, as far as it gave one.
#[derive(Default)]
pub struct Account<'a> {
    pub code: Lenient<'a>,
    pub message: Lenient<'a>,
    pub request_id: Lenient<'a>,
}

impl Account<'_> {
    /// The error that an answer with a status of success tells of: none where its code says that all is well.
    pub fn error(self) -> Option<Fault> {
        let is_error = self.code.0.as_ref().is_some_and(|code| is_error_code(code.as_written()));
        // The secrets are taken out where the key is known.
        is_error.then(|| told("the service", StatusCode::OK, self, None, &Secrets::new([])))?
    }
}

/// Whether a code in an answer is an error's: some services say there that all is well, in a word or a number.
pub fn is_error_code(code: &str) -> bool {
    let is_word = code.contains(|c: char| c.is_ascii_alphabetic());
    is_word && !["OK", "Success", "null"].iter().any(|word| code.eq_ignore_ascii_case(word))
}

/// The error that a short answer with a status of success tells of, if it does.
pub fn error_in_answer(answer: &[u8]) -> Option<Fault> {
    account(&mended(answer)).error()
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
pub fn fault_of_refusal(refusal: &Refusal<'_>) -> Fault {
    let status = refusal.status;
    if status.is_redirection() {
        let place = refusal
            .location
            .map(|place| format!(" to {}", shortened(&refusal.secrets.masked(place))))
            .unwrap_or_default();
        let message = format!("{} answers with a redirect{place}, which is never followed", refusal.host);
        return Fault::new(Kind::Service, message).hint(Hint::Redirected);
    }
    let body = mended(refusal.body);
    let positive = |word: Option<&str>| word.and_then(|word| word.trim().parse::<u64>().ok()).filter(|wait| *wait > 0);
    let seconds = || positive(refusal.retry_after_seconds).map(Duration::from_secs);
    let wait = positive(refusal.retry_after).map(Duration::from_millis).or_else(seconds);
    let wait = wait.map(|wait| wait.min(LONGEST_WAIT));
    told(refusal.host, status, account(&body), wait, refusal.secrets).unwrap_or_else(|| {
        let again = again(status, "", Kind::Service, wait);
        Fault { again, ..Fault::new(Kind::Service, not_the_api(refusal)) }.hint(gateway_hint(status))
    })
}

/// What an account tells, if it has a code: without one it is not the API's.
fn told(
    who: &str,
    status: StatusCode,
    account: Account<'_>,
    wait: Option<Duration>,
    secrets: &Secrets,
) -> Option<Fault> {
    // Before anything is cut: half a secret is one too.
    let masked = |text: Lenient<'_>| text.0.map(|text| secrets.masked_text(&text));
    let code = masked(account.code)?;
    let message = match masked(account.message) {
        Some(said) => format!("{who} refused the call: {} ({})", shortened(said.as_written()), code.safe_word()),
        None => format!("{who} refused the call: {}", code.safe_word()),
    };
    let word = code.as_written();
    let is_about_key = is_about_credentials(word) && !is_throttling(status, word);
    let kind = if is_about_key { Kind::Credentials } else { Kind::Service };
    let (again, outcome) = (again(status, word, kind, wait), outcome(status, word));
    let request_id = masked(account.request_id);
    Some(Fault { code: Some(code), request_id, again, outcome, ..Fault::new(kind, message) })
}

/// Whether the API says that too much is asked.
fn is_throttling(status: StatusCode, code: &str) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || starts_with(code, "Throttling")
}

/// Whether another attempt could help. `wait` is what the header asks for, which makes any error one of throttling but
/// that of a key.
fn again(status: StatusCode, code: &str, kind: Kind, wait: Option<Duration>) -> Again {
    let is_throttled = wait.is_some() || is_throttling(status, code);
    let wait = wait.unwrap_or_default();
    match kind {
        Kind::Credentials => Again::Never,
        _ if is_throttled => Again::Throttled(wait),
        _ if status.is_server_error() || is_of_load(code) || is_nonce_used(code) => Again::Later(wait),
        _ => Again::Never,
    }
}

/// What became of the call, by a code of the API.
fn outcome(status: StatusCode, code: &str) -> CallOutcome {
    if is_throttling(status, code) || is_clock_code(code) || is_expired_key_code(code) {
        CallOutcome::NotCarriedOut
    } else if status.is_client_error() && !is_of_load(code) && !is_nonce_used(code) {
        CallOutcome::Refused
    } else {
        CallOutcome::Lost
    }
}

/// Whether the clock is what the server minds.
pub fn is_clock(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| is_clock_code(code.as_written()))
}

/// Whether the key's time was up: another key may serve.
pub fn is_expired_key(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| is_expired_key_code(code.as_written()))
}

/// Whether the API speaks of the key itself: it does not know it, or what was signed with it does not fit.
pub fn is_refused_key(fault: &Fault) -> bool {
    const WORDS: [&str; 4] =
        ["InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature"];
    let code = fault.code.as_ref().map_or("", |code| code.as_written());
    WORDS.iter().any(|word| starts_with(code, word))
}

fn is_clock_code(code: &str) -> bool {
    starts_with(code, "InvalidTimeStamp.Expired")
}

fn is_expired_key_code(code: &str) -> bool {
    code.eq_ignore_ascii_case("InvalidSecurityToken.Expired")
}

/// The nonce was seen before: by a proxy that repeats requests, for no attempt has another's.
fn is_nonce_used(code: &str) -> bool {
    starts_with(code, "SignatureNonceUsed")
}

/// Whether a code speaks of load or of time, as `SystemBusy` and `LastTokenProcessing` do: such a call may go better
/// later, and may have been carried out. A code that names a parameter speaks of that parameter.
fn is_of_load(code: &str) -> bool {
    const WORDS: [&str; 7] = ["busy", "toomany", "flowcontrol", "unavailable", "timeout", "internal", "lasttoken"];
    let letters = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let names_a_parameter = letters.starts_with("invalid") || letters.starts_with("missing");
    !names_a_parameter && WORDS.iter().any(|word| letters.contains(word))
}

/// Codes of key, signature, token, timestamp and permission: what no repetition mends.
fn is_about_credentials(code: &str) -> bool {
    if is_nonce_used(code) {
        return false;
    }
    let code = code.to_ascii_lowercase();
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

fn gateway_hint(status: StatusCode) -> Hint {
    match status.as_u16() {
        407 => "the proxy wants a login: put user and password into HTTPS_PROXY".into(),
        500.. => "a gateway or the service is in trouble; try again later".into(),
        _ => Hint::CheckEndpoint,
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
