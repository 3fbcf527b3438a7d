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
mod tests {
    use super::*;

    fn refuse(status: u16, retry_after: Option<&str>, body: &str) -> Fault {
        let status = StatusCode::from_u16(status).unwrap();
        fault(&Refusal {
            host: "api.test",
            status,
            retry_after,
            location: None,
            secrets: &Secrets::new([]),
            body: body.as_bytes(),
        })
    }

    #[test]
    fn reads_the_json_of_the_api_in_both_spellings() {
        for body in [
            r#"{"Code":"Forbidden.RAM","Message":"not authorized","RequestId":"R-1"}"#,
            r#"{"code":"Forbidden.RAM","message":"not authorized","requestId":"R-1","extra":[1]}"#,
        ] {
            let fault = refuse(403, None, body);
            assert_eq!(fault.kind, Kind::Credentials);
            assert_eq!(fault.message, "api.test refused the call: not authorized (Forbidden.RAM)");
            assert_eq!(fault.request_id.unwrap().as_written(), "R-1");
            assert!(!fault.passing);
        }
    }

    #[test]
    fn reads_what_is_broken_written_twice_or_of_another_type() {
        let code = |body: &[u8]| {
            let refusal = Refusal {
                host: "h",
                status: StatusCode::BAD_REQUEST,
                retry_after: None,
                location: None,
                secrets: &Secrets::new([]),
                body,
            };
            fault(&refusal).code.map(|code| code.as_written().to_owned())
        };
        for body in [
            &br#"{"code":null,"Code":"Throttling","code":"400","RequestId":"R","requestId":"R"}"#[..],
            br#"{"Message":"half a pair \ud83d","Code":"Throttling"}"#,
            b"{\"Message\":\"\xb7\xfe\xce\xf1\",\"Code\":\"Throttling\"}",
            br#"{"Message":["x"],"Code":"Throttling","RequestId":{"a":1}}"#,
        ] {
            assert_eq!(code(body).as_deref(), Some("Throttling"), "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(code(br#"{"Code":404}"#).as_deref(), Some("404"));
    }

    #[test]
    fn nesting_however_deep_is_no_trouble() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let fault = refuse(400, None, &format!(r#"{{"Odd":{deep},"Message":{deep},"Code":"Throttling"}}"#));
        assert!(fault.message.ends_with("refused the call: Throttling"), "{}", fault.message);
        for body in [r#"{"Code":"#.repeat(100_000), "[".repeat(100_000), "<Error>".repeat(100_000)] {
            assert!(refuse(400, None, &body).message.len() < 1000);
        }
    }

    #[test]
    fn reads_its_xml() {
        let body = "<?xml version='1.0'?><Error><Code>Throttling.User</Code><Message>a &lt; b</Message>\
                    <RequestId>R-2</RequestId></Error>";
        let fault = refuse(400, None, body);
        assert_eq!((fault.kind, fault.passing), (Kind::Service, true));
        assert!(fault.message.contains("a < b (Throttling.User)"), "{}", fault.message);
    }

    #[test]
    fn tells_a_page_of_a_gateway_by_its_title() {
        let fault = refuse(403, None, "<html><head><title>Blocked &amp; gone</title></head><body>x</body></html>");
        assert_eq!((fault.kind, fault.passing), (Kind::Service, false));
        assert!(fault.message.ends_with("HTTP 403 Forbidden, and not as the API does: Blocked & gone"));
        assert!(refuse(520, None, "").message.ends_with("HTTP 520, and not as the API does"));
        assert!(refuse(502, None, "").passing);
        assert!(refuse(429, None, "slow down").passing);
    }

    #[test]
    fn what_is_tried_again_and_what_is_not() {
        let passes = |status, code: &str| refuse(status, None, &format!(r#"{{"Code":"{code}"}}"#)).passing;
        for code in ["Throttling", "Throttling.Api", "SignatureNonceUsed", "ServiceUnavailableTemporary"] {
            assert!(passes(400, code), "{code}");
        }
        for code in ["SignatureDoesNotMatch", "InvalidParameter.X", "InvalidProduct.NotFound", "MissingInvokeId"] {
            assert!(!passes(400, code), "{code}");
        }
        assert!(passes(500, "Whatever"));
    }

    #[test]
    fn what_says_that_too_much_is_asked() {
        let throttles =
            |status, header, code: &str| refuse(status, header, &format!(r#"{{"Code":"{code}"}}"#)).throttled;
        assert!(throttles(400, None, "Throttling.User") && throttles(503, None, "throttling"));
        assert!(throttles(429, None, "") && throttles(500, Some("100"), "InternalError"));
        assert!(!throttles(500, None, "InternalError") && !throttles(503, Some("0"), "ServiceUnavailable"));
    }

    #[test]
    fn what_is_about_credentials() {
        let kind = |code: &str| refuse(400, None, &format!(r#"{{"Code":"{code}"}}"#)).kind;
        for code in [
            "InvalidAccessKeyId.NotFound",
            "IncompleteSignature",
            "InvalidSecurityToken.Expired",
            "InvalidTimeStamp.Format",
            "NoPermission",
            "Forbidden",
        ] {
            assert_eq!(kind(code), Kind::Credentials, "{code}");
        }
        for code in ["SignatureNonceUsed", "InvalidApi.NotFound", "Throttling"] {
            assert_eq!(kind(code), Kind::Service, "{code}");
        }
    }

    #[test]
    fn a_retry_header_makes_any_error_a_passing_one_and_is_capped() {
        let fault = refuse(400, Some("1500"), r#"{"Code":"Strange"}"#);
        assert_eq!((fault.passing, fault.retry_after), (true, Some(Duration::from_millis(1500))));
        assert_eq!(refuse(400, Some("99999999"), "").retry_after, Some(LONGEST_WAIT));
        for ignored in ["0", "-5", "soon", ""] {
            assert!(!refuse(400, Some(ignored), r#"{"Code":"Strange"}"#).passing, "{ignored}");
        }
    }

    #[test]
    fn a_strangers_text_is_short_and_safe() {
        let fault = refuse(400, None, &format!(r#"{{"Code":"X","Message":"\u001b[2J{}"}}"#, "long ".repeat(200)));
        assert!(fault.message.len() < 400 && !fault.message.contains('\x1b'));
        let fault = refuse(400, None, &format!(r#"{{"Code":"{}"}}"#, "long".repeat(500_000)));
        assert!(fault.message.len() < 400, "a code of 2 MB");
    }
}
