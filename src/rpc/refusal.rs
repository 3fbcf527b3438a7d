//! What a server says instead of an answer, as one fault: JSON or XML of the API, a page of a gateway before it.

use super::mask::Secrets;
use super::transport::Answered;
use crate::fault::{Again, CallOutcome, Fault, Hint, Kind};
use crate::text::{Text, each_field, lenient, mended, shortened};
use reqwest::StatusCode;
use std::borrow::Cow;
use std::time::Duration;

/// Limits how long a server can make us wait; the official SDK has the same limit.
const LONGEST_WAIT: Duration = Duration::from_millis(120_000);

/// Gives the fault that a response of `host` tells of, where it is no answer: what happened, and whether another
/// attempt could help. The body may quote `secrets`, and nobody may see them.
pub fn refusal(host: &str, response: &Answered, secrets: &Secrets) -> Fault {
    let status = response.status;
    let header = |name: &str| response.headers.get(name).and_then(|value| value.to_str().ok());
    if status.is_redirection() {
        let place = header("location").map(|place| format!(" to {}", shortened(&secrets.masked(place))));
        let place = place.unwrap_or_default();
        let message = format!("{host} answers with a redirect{place}, which is never followed");
        return Fault::new(Kind::Service, message).hint(Hint::Redirected);
    }
    let positive = |name: &str| header(name).and_then(|word| word.trim().parse::<u64>().ok()).filter(|wait| *wait > 0);
    // The official SDK takes the one in milliseconds; the other is in seconds, as HTTP has it.
    let wait = positive("x-acs-retry-after").map(Duration::from_millis);
    let wait = wait.or_else(|| positive("retry-after").map(Duration::from_secs)).map(|wait| wait.min(LONGEST_WAIT));
    api_error(&mended(&response.body)).told_by(host, status, wait, secrets).unwrap_or_else(|| {
        let fault = Fault::new(Kind::Service, not_the_api(host, response, secrets));
        let hint = match status.as_u16() {
            407 => "the proxy wants a login: put user and password into HTTPS_PROXY".into(),
            500.. => "a gateway or the service is in trouble; try again later".into(),
            _ => Hint::CheckEndpoint,
        };
        Fault { again: again(status, "", Kind::Service, wait), ..fault }.hint(hint)
    })
}

/// Says that something else than the API answered: its status, and a short piece of what it said.
fn not_the_api(host: &str, response: &Answered, secrets: &Secrets) -> String {
    // What has no name of its own shows its number alone.
    let (status, name) = (response.status.as_u16(), response.status.canonical_reason());
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let said = String::from_utf8_lossy(&response.body);
    let said = element(&said, "title").unwrap_or_else(|| without_tags(&said));
    let said = shortened(secrets.masked(&said).trim());
    let said = if said.is_empty() { said } else { format!(": {said}") };
    format!("{host} answered with HTTP {status}{name}, and not as the API does{said}")
}

/// Holds what the API says of an error, as far as it says it.
#[derive(Default)]
pub struct ApiError {
    pub code: Option<Text<'static>>,
    pub message: Option<Text<'static>>,
    pub request_id: Option<Text<'static>>,
}

impl ApiError {
    /// Takes a field of an object that may tell of an error, in either spelling. Of a field that stands twice the first
    /// value counts, but of several codes one that is an error's.
    pub fn take(&mut self, name: &str, json: &str) -> Result<(), serde_json::Error> {
        let field = match name {
            "Code" | "code" => &mut self.code,
            "Message" | "message" => &mut self.message,
            "RequestId" | "requestId" => &mut self.request_id,
            _ => return Ok(()),
        };
        let is_no_error = |code: &Text<'_>| name.eq_ignore_ascii_case("code") && !is_error_code(code.as_written());
        if field.as_ref().is_none_or(is_no_error) {
            *field = lenient(json)?.map(Text::into_owned).or(field.take());
        }
        Ok(())
    }

    /// Gives the error that an answer with a status of success tells of; `None` where its code says that all is well.
    pub fn fault(self) -> Option<Fault> {
        let is_error = self.code.as_ref().is_some_and(|code| is_error_code(code.as_written()));
        // The caller masks the secrets: it has the key.
        is_error.then(|| self.told_by("the service", StatusCode::OK, None, &Secrets::new([])))?
    }

    /// Gives the fault that `who` tells of; `None` without a code, for then it is not the API that speaks.
    fn told_by(self, who: &str, status: StatusCode, wait: Option<Duration>, secrets: &Secrets) -> Option<Fault> {
        // Before anything is shortened, for half a secret must not be shown either.
        let masked = |text: Option<Text<'_>>| text.map(|text| secrets.masked_text(&text));
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
fn is_error_code(code: &str) -> bool {
    let is_word = code.contains(|c: char| c.is_ascii_alphabetic());
    is_word && !["OK", "Success", "null"].iter().any(|word| code.eq_ignore_ascii_case(word))
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
    if is_throttling(status, code) || is_clock(code) || is_expired_key(code) {
        CallOutcome::NotCarriedOut
    } else if status.is_client_error() && !is_of_load(code) && !is_nonce_used(code) {
        CallOutcome::Refused
    } else {
        CallOutcome::Lost
    }
}

/// Says whether the server refused the call for its date.
pub fn is_clock(code: &str) -> bool {
    starts_with(code, "InvalidTimeStamp.Expired")
}

/// Says whether the key had expired, so that another may serve.
pub fn is_expired_key(code: &str) -> bool {
    code.eq_ignore_ascii_case("InvalidSecurityToken.Expired")
}

/// Says whether the API refused the key itself: it does not know the key, or the signature does not fit it.
pub fn is_refused_key(code: &str) -> bool {
    const WORDS: [&str; 4] =
        ["InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature"];
    WORDS.iter().any(|word| starts_with(code, word))
}

/// Says whether it is a permission that is missing, and not the key that is wrong.
pub fn is_refused_permission(code: &str) -> bool {
    starts_with(code, "Forbidden") || starts_with(code, "NoPermission")
}

/// Says whether the nonce was seen before. A proxy that repeats requests does that: each attempt has a nonce of its
/// own.
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
    let lower = code.to_ascii_lowercase();
    ["accesskey", "signature", "securitytoken", "timestamp"].iter().any(|word| lower.contains(word))
        || is_refused_permission(code)
}

fn starts_with(code: &str, word: &str) -> bool {
    code.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Reads what the API says of an error, in JSON or in XML. What cannot be read says nothing.
pub fn api_error(body: &str) -> ApiError {
    let text = body.trim_start_matches('\u{feff}').trim();
    let mut error = ApiError::default();
    if text.starts_with('{') {
        return each_field(text, |name, value| error.take(name, value)).map(|()| error).unwrap_or_default();
    }
    if text.starts_with('<') && text.contains("<Error>") {
        let field = |name| element(text, name).map(Text::new).filter(|text| !text.is_empty());
        error = ApiError { code: field("Code"), message: field("Message"), request_id: field("RequestId") };
    }
    error
}

/// Gives the text of the first element of this name, its entities read where the library knows them all.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Cow::into_owned))
}

fn without_tags(page: &str) -> String {
    let (before, tags) = page.split_once('<').unwrap_or((page, ""));
    let texts = tags.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text);
    before.to_owned() + &texts.collect::<String>()
}

#[cfg(test)]
mod tests;
