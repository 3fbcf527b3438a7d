//! The error codes of the API, a row each: whether trying again can help, what it is worth as an exit code, what to do.

use crate::support::answers::{REQUEST_ID, no_record};

use super::*;

/// A row: HTTP status, code, exit code, requests with one retry allowed, a word of what to do.
type Row = (u16, &'static str, i32, usize, &'static [&'static str]);

#[test]
fn api_error_codes_have_their_exit_code_and_retry() {
    const ROWS: &[Row] = &[
        (400, "Throttling", 5, 2, &["call less often"]),
        (429, "Throttling.User", 5, 2, &["call less often"]),
        (400, "Throttling.User", 5, 2, &["call less often"]),
        (503, "Throttling.Api", 5, 2, &["call less often"]),
        (400, "SignatureNonceUsed", 5, 2, &["each try has a new nonce"]),
        (400, "InvalidTimeStamp.Format", 4, 1, &["efloctl doctor"]),
        (400, "SignatureDoesNotMatch", 4, 1, &["access_key_secret"]),
        (400, "IncompleteSignature", 4, 1, &["access_key_secret"]),
        (400, "InvalidAccessKeyId.NotFound", 4, 1, &["access_key_id"]),
        (404, "InvalidAccessKeyId.NotFound", 4, 1, &["access_key_id"]),
        (400, "InvalidAccessKeyId.Inactive", 4, 1, &["enable the key"]),
        (400, "InvalidSecurityToken.Expired", 4, 1, &["fresh token"]),
        (403, "InvalidSecurityToken.Expired", 4, 1, &["fresh token"]),
        (400, "InvalidSecurityToken.Malformed", 4, 1, &["sts_token"]),
        (403, "InvalidSecurityToken.MismatchWithAccessKey", 4, 1, &["sts_token"]),
        (403, "Forbidden.RAM", 4, 1, &["grant eflo:DescribeSendFileResults"]),
        (403, "NoPermission", 4, 1, &["grant eflo:DescribeSendFileResults"]),
        (503, "NoPermission", 4, 1, &["grant eflo:DescribeSendFileResults"]),
        (403, "Forbidden", 4, 1, &["grant eflo:DescribeSendFileResults"]),
        (400, "MissingInvokeId", 5, 1, &["efloctl doctor"]),
        (400, "InvalidParameter", 5, 1, &["check the ids"]),
        (400, "InvalidParameter.InvokeId", 5, 1, &["check the ids"]),
        (404, "InvalidApi.NotFound", 5, 1, &["endpoint"]),
        (404, "InvalidAction.NotFound", 5, 1, &["endpoint"]),
        (404, "InvalidProduct.NotFound", 5, 1, &["endpoint"]),
        (400, "InvalidProtocol.NeedSsl", 5, 1, &["https://"]),
        (404, "InvalidProtocol.NeedSsl", 5, 1, &["https://"]),
        (500, "InternalError", 5, 2, &["try again"]),
        (503, "ServiceUnavailable", 5, 2, &["try again"]),
        (503, "ServiceUnavailableTemporary", 5, 2, &["try again"]),
        (400, "NeverHeardOf", 5, 1, &[]),
        (418, "NeverHeardOf", 5, 1, &[]),
        (499, "NeverHeardOf", 5, 1, &[]),
        (500, "NeverHeardOf", 5, 2, &[]),
        (599, "NeverHeardOf", 5, 2, &[]),
        // Of another thing that is not found, and of a server in trouble, the invocation may yet be there.
        (404, "InvalidInvocation.NotFound", 6, 1, &["check the id"]),
        (400, "InvokeId.NotExist", 6, 1, &["check the id"]),
        (404, "InvocationDoesNotExist", 6, 1, &["check the id"]),
        (500, "InvalidInvocation.NotFound", 5, 2, &[]),
    ];
    check(ROWS.iter().map(|&(status, code, exit_code, requests, words)| {
        let reply = Reply::error(status, code, "As it was told.");
        let case = Case::new(format!("{status} {code}"), reply, words).code(exit_code);
        let case = Case { requests, ..case };
        case.also([format!("As it was told. ({code})"), format!("request: {REQUEST_ID}")])
    }));
}

#[test]
fn html_page_of_a_gateway_is_judged_by_its_http_status() {
    const HTML: &str = "<html><head><title>As it was told</title></head><body>x</body></html>";
    let gateway = |status: u16, words| Case::new(status, page(status, HTML), words).also([format!("HTTP {status}")]);
    let refused = [400, 401, 403, 404, 405].map(|status| gateway(status, &["As it was told", "check --endpoint"]));
    let passing = [500, 502, 503, 504, 520].map(|status| gateway(status, &["As it was told", "try again"]).passing());
    check(refused.into_iter().chain(passing).chain([
        gateway(407, &["As it was told", "HTTPS_PROXY"]),
        gateway(429, &["As it was told"]).passing(),
        Case::new("an empty 403", page(403, ""), &["403 Forbidden", "check --endpoint"]),
        Case::new("an empty 502", page(502, ""), &["502 Bad Gateway", "try again"]).passing(),
    ]));
}

#[test]
fn api_error_in_xml_is_read_like_json() {
    let xml = format!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>{REQUEST_ID}</RequestId><HostId>h</HostId>\
         <Code>Forbidden.RAM</Code><Message>Not for you &amp; me.</Message></Error>"
    );
    let reply = Reply::bytes(403, "text/xml;charset=utf-8", xml);
    check([Case::new("XML", reply, &["Not for you & me. (Forbidden.RAM)", REQUEST_ID, "grant"]).code(4)]);
}

#[test]
fn answer_without_the_invocation_exits_6() {
    let none = Case::new("no record", Reply::ok(no_record()), &["no invocation t-1", "check the id"]).code(6);
    check([none]);
}

#[test]
fn redirect_is_told_and_never_followed() {
    let elsewhere = Server::unsigned(|_, _| done());
    let to = |status: u16| page(status, "moved").header("location", format!("{}/x", elsewhere.url()));
    let told = format!("redirect to {}/x", elsewhere.url());
    check(
        [301, 302, 303, 307, 308]
            .map(|status| Case::new(status, to(status), &["never followed", "check --endpoint"]).also([told.clone()])),
    );
    assert_eq!(elsewhere.count(), 0, "a key went elsewhere");
}
