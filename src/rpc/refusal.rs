//! What a server says instead of an answer, as one fault: JSON or XML of the API, a page of a gateway before it.

use super::mask::Secrets;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
use crate::text::{Lenient, Name, Text, mended, shortened};
use reqwest::StatusCode;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// No server can make us wait longer than this; the official SDK has the same bound.
const LONGEST_WAIT: Duration = Duration::from_millis(120_000);

/// Holds a response that is no answer.
pub struct Refusal<'a> {
    pub host: &'a str,
    pub status: StatusCode,
    /// `x-acs-retry-after`, in milliseconds as the official SDK takes it.
    pub retry_after: Option<&'a str>,
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<&'a str>,
    pub location: Option<&'a str>,
    /// What the body may quote and nobody may see.
    pub secrets: &'a Secrets,
    pub body: &'a [u8],
}

impl Refusal<'_> {
    /// Gives what happened, and whether another attempt could help.
    pub fn fault(&self) -> Fault {
        let status = self.status;
        if status.is_redirection() {
            let place = self.location.map(|place| format!(" to {}", shortened(&self.secrets.masked(place))));
            let place = place.unwrap_or_default();
            let message = format!("{} answers with a redirect{place}, which is never followed", self.host);
            return Fault::new(Kind::Service, message).hint(Hint::Redirected);
        }
        let positive =
            |word: Option<&str>| word.and_then(|word| word.trim().parse::<u64>().ok()).filter(|wait| *wait > 0);
        let seconds = || positive(self.retry_after_seconds).map(Duration::from_secs);
        let wait = positive(self.retry_after).map(Duration::from_millis).or_else(seconds);
        let wait = wait.map(|wait| wait.min(LONGEST_WAIT));
        api_error(&mended(self.body)).fault(self.host, status, wait, self.secrets).unwrap_or_else(|| {
            let again = again(status, "", Kind::Service, wait);
            Fault { again, ..Fault::new(Kind::Service, self.not_the_api()) }.hint(gateway_hint(status))
        })
    }

    /// Says that something else than the API answered: its status, and a short piece of what it said.
    fn not_the_api(&self) -> String {
        // What has no name of its own shows its number alone.
        let (status, name) = (self.status.as_u16(), self.status.canonical_reason());
        let name = name.map(|name| format!(" {name}")).unwrap_or_default();
        let said = String::from_utf8_lossy(self.body);
        let said = match said.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")) {
            Some((title, _)) => unescaped(title),
            None => without_tags(&said),
        };
        let said = shortened(self.secrets.masked(&said).trim());
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        format!("{} answered with HTTP {status}{name}, and not as the API does{said}", self.host)
    }
}

/// Holds what the API says of an error, as far as it says it.
#[derive(Default)]
pub struct ApiError<'a> {
    pub code: Lenient<'a>,
    pub message: Lenient<'a>,
    pub request_id: Lenient<'a>,
}

impl ApiError<'_> {
    /// Gives the error that an answer with a status of success tells of; `None` where its code says that all is well.
    pub fn error(self) -> Option<Fault> {
        let is_error = self.code.0.as_ref().is_some_and(|code| is_error_code(code.as_written()));
        // The caller masks the secrets: it has the key.
        is_error.then(|| self.fault("the service", StatusCode::OK, None, &Secrets::new([])))?
    }

    /// Gives the fault that `who` tells of; `None` without a code, for then it is not the API that speaks.
    fn fault(self, who: &str, status: StatusCode, wait: Option<Duration>, secrets: &Secrets) -> Option<Fault> {
        // Before anything is shortened, for half a secret must not be shown either.
        let masked = |text: Lenient<'_>| text.0.map(|text| secrets.masked_text(&text));
        let code = masked(self.code)?;
        let message = match masked(self.message) {
            Some(said) => format!("{who} refused the call: {} ({})", shortened(said.as_written()), code.safe_word()),
            None => format!("{who} refused the call: {}", code.safe_word()),
        };
        let word = code.as_written();
        let is_about_key = is_about_credentials(word) && !is_throttling(status, word);
        let kind = if is_about_key { Kind::Credentials } else { Kind::Service };
        let (again, outcome) = (again(status, word, kind, wait), outcome(status, word));
        let request_id = masked(self.request_id);
        Some(Fault { code: Some(code), request_id, again, outcome, ..Fault::new(kind, message) })
    }
}

/// Says whether a code in an answer is an error's: some services write there that all is well, in a word or a number.
pub fn is_error_code(code: &str) -> bool {
    let is_word = code.contains(|c: char| c.is_ascii_alphabetic());
    is_word && !["OK", "Success", "null"].iter().any(|word| code.eq_ignore_ascii_case(word))
}

/// Gives the error that a short answer with a status of success tells of, if it tells of one.
pub fn error_in_answer(answer: &str) -> Option<Fault> {
    api_error(answer).error()
}

/// Reads the first value of each key in either spelling, for a body may have both.
struct ApiErrorVisitor;

impl<'de> Visitor<'de> for ApiErrorVisitor {
    type Value = ApiError<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that tells of an error")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ApiError<'de>, A::Error> {
        let mut error = ApiError::default();
        while let Some(key) = map.next_key::<Name<'de>>()? {
            let field = match key.as_str() {
                "Code" | "code" => &mut error.code,
                "Message" | "message" => &mut error.message,
                "RequestId" | "requestId" => &mut error.request_id,
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
        Ok(error)
    }
}

/// Says whether the API turns the call away because too much is asked of it.
fn is_throttling(status: StatusCode, code: &str) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || starts_with(code, "Throttling")
}

/// Says whether another attempt could help. A header that asks for a `wait` makes any error one of throttling, except
/// one about the key.
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

/// Tells from a code of the API what became of the call.
fn outcome(status: StatusCode, code: &str) -> CallOutcome {
    if is_throttling(status, code) || is_clock_code(code) || is_expired_key_code(code) {
        CallOutcome::NotCarriedOut
    } else if status.is_client_error() && !is_of_load(code) && !is_nonce_used(code) {
        CallOutcome::Refused
    } else {
        CallOutcome::Lost
    }
}

/// Says whether the server refused the call for its date.
pub fn is_clock(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| is_clock_code(code.as_written()))
}

/// Says whether the key had expired, so that another may serve.
pub fn is_expired_key(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| is_expired_key_code(code.as_written()))
}

/// Says whether the API refused the key itself: it does not know the key, or the signature does not fit it.
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

/// Says whether the nonce was seen before. A proxy that repeats requests does that: each attempt has a nonce of its own.
fn is_nonce_used(code: &str) -> bool {
    starts_with(code, "SignatureNonceUsed")
}

/// Says whether a code speaks of load or of time, as `SystemBusy` and `LastTokenProcessing` do. Such a call may go
/// better later, and may have been carried out. A code that names a parameter speaks of that parameter alone.
fn is_of_load(code: &str) -> bool {
    const WORDS: [&str; 7] = ["busy", "toomany", "flowcontrol", "unavailable", "timeout", "internal", "lasttoken"];
    let letters = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let names_a_parameter = letters.starts_with("invalid") || letters.starts_with("missing");
    !names_a_parameter && WORDS.iter().any(|word| letters.contains(word))
}

/// Says whether a code speaks of key, signature, token, timestamp or permission, which no repetition mends.
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

fn api_error(body: &str) -> ApiError<'_> {
    let text = body.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        return serde_json::Deserializer::from_str(text).deserialize_map(ApiErrorVisitor).unwrap_or_default();
    }
    if text.starts_with('<') && text.contains("<Error>") {
        let tag = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            Some(Text::new(unescaped(inner))).filter(|text| !text.is_empty())
        };
        return ApiError {
            code: Lenient(tag("Code")),
            message: Lenient(tag("Message")),
            request_id: Lenient(tag("RequestId")),
        };
    }
    ApiError::default()
}

/// Reads the entities of XML, where the library knows them all.
fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
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
