//! What fault a refusal becomes, whoever it comes from.

use super::*;
use reqwest::header::HeaderName;

/// Refuses a call with these headers and this body.
fn refuse_with(status: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Fault {
    let status = StatusCode::from_u16(status).unwrap();
    let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    refusal("api.test", &Answered { status, headers: headers.collect(), body: body.to_vec() }, &Secrets::new([]))
}

fn refuse(status: u16, retry_after: Option<&str>, body: &str) -> Fault {
    let headers: Vec<_> = retry_after.map(|wait| ("x-acs-retry-after", wait)).into_iter().collect();
    refuse_with(status, &headers, body.as_bytes())
}

#[test]
fn api_error_in_json_is_read_in_both_spellings() {
    for body in [
        r#"{"Code":"Forbidden.RAM","Message":"not authorized","RequestId":"R-1"}"#,
        r#"{"code":"Forbidden.RAM","message":"not authorized","requestId":"R-1","extra":[1]}"#,
    ] {
        let fault = refuse(403, None, body);
        assert_eq!(fault.kind, Kind::Credentials);
        assert_eq!(fault.message, "api.test refused the call: not authorized (Forbidden.RAM)");
        assert_eq!(fault.request_id.unwrap().as_written(), "R-1");
        assert!(!fault.again.helps());
    }
}

#[test]
fn api_error_with_broken_text_duplicate_keys_or_odd_types_keeps_its_code() {
    let code = |body: &[u8]| refuse_with(400, &[], body).code.map(|code| code.as_written().to_owned());
    for body in [
        &br#"{"code":null,"Code":"Throttling","code":"400","RequestId":"R","requestId":"R"}"#[..],
        br#"{"Code":"200","code":"Throttling"}"#,
        br#"{"Message":"half a pair \ud83d","Code":"Throttling"}"#,
        b"{\"Message\":\"\xb7\xfe\xce\xf1\",\"Code\":\"Throttling\"}",
        br#"{"Message":["x"],"Code":"Throttling","RequestId":{"a":1}}"#,
    ] {
        assert_eq!(code(body).as_deref(), Some("Throttling"), "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(code(br#"{"Code":404}"#).as_deref(), Some("404"));
}

#[test]
fn api_error_with_deep_nesting_is_read() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let fault = refuse(400, None, &format!(r#"{{"Odd":{deep},"Message":{deep},"Code":"Throttling"}}"#));
    assert!(fault.message.ends_with("refused the call: Throttling"), "{}", fault.message);
    for body in [r#"{"Code":"#.repeat(100_000), "[".repeat(100_000), "<Error>".repeat(100_000)] {
        assert!(refuse(400, None, &body).message.len() < 1000);
    }
}

#[test]
fn api_error_in_xml_is_read() {
    let body = "<?xml version='1.0'?><Error><Code>Throttling.User</Code><Message>a &lt; b</Message>\
                <RequestId>R-2</RequestId></Error>";
    let fault = refuse(400, None, body);
    assert_eq!((fault.kind, fault.again.helps()), (Kind::Service, true));
    assert!(fault.message.contains("a < b (Throttling.User)"), "{}", fault.message);
}

#[test]
fn html_page_of_a_gateway_is_told_by_its_title() {
    let fault = refuse(403, None, "<html><head><title>Blocked &amp; gone</title></head><body>x</body></html>");
    assert_eq!((fault.kind, fault.again.helps()), (Kind::Service, false));
    assert!(fault.message.ends_with("HTTP 403 Forbidden, and not as the API does: Blocked & gone"));
    assert!(refuse(520, None, "").message.ends_with("HTTP 520, and not as the API does"));
    assert!(refuse(502, None, "").again.helps());
    assert!(refuse(429, None, "slow down").again.helps());
}

#[test]
fn transient_error_codes_are_retried() {
    let passes = |status, code: &str| refuse(status, None, &format!(r#"{{"Code":"{code}"}}"#)).again.helps();
    for code in ["Throttling", "Throttling.Api", "SignatureNonceUsed", "ServiceUnavailableTemporary"] {
        assert!(passes(400, code), "{code}");
    }
    for code in ["SignatureDoesNotMatch", "InvalidParameter.X", "InvalidProduct.NotFound", "MissingInvokeId"] {
        assert!(!passes(400, code), "{code}");
    }
    assert!(passes(500, "Whatever"));
}

#[test]
fn throttling_is_told_by_code_status_or_header() {
    let throttles = |status, header, code: &str| {
        let fault = refuse(status, header, &format!(r#"{{"Code":"{code}"}}"#));
        matches!(fault.again, Again::Throttled(_))
    };
    assert!(throttles(400, None, "Throttling.User") && throttles(503, None, "throttling"));
    assert!(throttles(429, None, "") && throttles(500, Some("100"), "InternalError"));
    assert!(!throttles(500, None, "InternalError") && !throttles(503, Some("0"), "ServiceUnavailable"));
    assert_eq!(refuse(429, None, r#"{"Code":"Throttling.AccessKey"}"#).kind, Kind::Service, "no key is refused");
}

#[test]
fn busy_and_timeout_codes_are_retried_unless_they_name_a_parameter() {
    let passes =
        |code: &str| refuse(400, None, &format!(r#"{{"Code":"{code}"}}"#)).again == Again::Later(Duration::ZERO);
    for code in
        ["SystemBusy", "ServiceBusy", "TooManyRequests", "LastTokenProcessing", "FlowControl.Api", "RequestTimeout"]
    {
        assert!(passes(code), "{code}");
    }
    for code in ["InvalidParameter.Timeout", "MissingTimeout", "InvalidTimeStamp.Expired", "FileMode.Invalid"] {
        assert!(!passes(code), "{code}");
    }
}

/// Whether a call that changes something may be made again.
#[test]
fn call_outcome_is_known_only_where_the_api_itself_answered() {
    use CallOutcome::{Lost, NotCarriedOut, Refused};
    for (status, code, outcome) in [
        (400, "Throttling.User", NotCarriedOut),
        (503, "Throttling", NotCarriedOut),
        (429, "Whatever", NotCarriedOut),
        (400, "InvalidTimeStamp.Expired", NotCarriedOut),
        (403, "InvalidSecurityToken.Expired", NotCarriedOut),
        (403, "Forbidden.RAM", Refused),
        (404, "InvalidAccessKeyId.NotFound", Refused),
        (403, "FileSize.ExceedLimit", Refused),
        (400, "InvalidParameter.Timeout", Refused),
        (400, "SystemBusy", Lost),
        (400, "LastTokenProcessing", Lost),
        (400, "SignatureNonceUsed", Lost),
        (500, "InternalError", Lost),
        (503, "ServiceUnavailable", Lost),
        (500, "Whatever", Lost),
    ] {
        let fault = refuse(status, None, &format!(r#"{{"Code":"{code}"}}"#));
        assert_eq!(fault.outcome, outcome, "{status} {code}");
    }
    for status in [302, 400, 403, 404, 408, 429, 502, 503] {
        assert_eq!(refuse(status, None, "<html>a proxy</html>").outcome, Lost, "a page with {status}");
    }
    let waits = refuse(500, Some("100"), r#"{"Code":"InternalError"}"#);
    assert_eq!((waits.again, waits.outcome), (Again::Throttled(Duration::from_millis(100)), Lost));
}

#[test]
fn credential_error_codes_are_of_kind_credentials() {
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
fn retry_after_header_makes_an_error_transient_and_is_capped() {
    let fault = refuse(400, Some("1500"), r#"{"Code":"Strange"}"#);
    assert_eq!(fault.again, Again::Throttled(Duration::from_millis(1500)));
    assert_eq!(refuse(400, Some("99999999"), "").again, Again::Throttled(LONGEST_WAIT));
    for ignored in ["0", "-5", "soon", ""] {
        assert!(!refuse(400, Some(ignored), r#"{"Code":"Strange"}"#).again.helps(), "{ignored}");
    }
}

#[test]
fn retry_after_is_read_in_seconds_and_in_milliseconds() {
    let wait = |headers: &[(&'static str, &str)]| refuse_with(503, headers, b"").again;
    assert_eq!(wait(&[("retry-after", "3")]), Again::Throttled(Duration::from_secs(3)));
    let both = wait(&[("retry-after", "3"), ("x-acs-retry-after", "100")]);
    assert_eq!(both, Again::Throttled(Duration::from_millis(100)));
    assert_eq!(wait(&[("retry-after", "86400")]), Again::Throttled(LONGEST_WAIT));
    assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]), Again::Later(Duration::ZERO));
}

#[test]
fn error_text_of_a_server_is_short_and_safe() {
    let fault = refuse(400, None, &format!(r#"{{"Code":"X","Message":"\u001b[2J{}"}}"#, "long ".repeat(200)));
    assert!(fault.message.len() < 400 && !fault.message.contains('\x1b'));
    let fault = refuse(400, None, &format!(r#"{{"Code":"{}"}}"#, "long".repeat(500_000)));
    assert!(fault.message.len() < 400, "a code of 2 MB");
}
