//! ACS3-HMAC-SHA256 checked as the service does it, written from its description and apart from the
//! code under test: two that agree by sharing code would prove nothing.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::http::{Request, pairs};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// Beyond this the service calls a date expired.
const LEEWAY: SignedDuration = SignedDuration::from_mins(15);
/// What stays as it is in a canonical query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Without these there is no call.
const NEEDED: [&str; 5] =
    ["x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];

/// A key pair that is known, and the token that must come with it.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl Key {
    pub(crate) fn new(id: &str, secret: &str, token: Option<&str>) -> Self {
        Self { id: id.to_owned(), secret: secret.to_owned(), token: token.map(str::to_owned) }
    }
}

/// Whether the request names the operation, and the way to call it.
pub(crate) fn check_call(request: &Request, actions: &[String], version: &str) -> Result<(), String> {
    let sent = |name| request.header(name).unwrap_or_default();
    ensure(request.method == "POST", || format!("method {}", request.method))?;
    ensure(request.path == "/", || format!("path {}", request.path))?;
    ensure(actions.iter().any(|action| action == sent("x-acs-action")), || format!("action {}", sent("x-acs-action")))?;
    ensure(sent("x-acs-version") == version, || format!("version {}", sent("x-acs-version")))
}

/// Whether the date is near enough to `now`.
pub(crate) fn check_date(request: &Request, now: Timestamp) -> Result<(), String> {
    let text = request.header("x-acs-date").ok_or("x-acs-date is not sent once")?;
    let date: Timestamp = text.parse().map_err(|_| format!("x-acs-date {text} is no date"))?;
    let written = date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    ensure(written == text, || format!("x-acs-date {text} is not of the form {written}"))?;
    let off = (date - now).abs();
    ensure(off <= LEEWAY, || format!("x-acs-date {text} is {off:#} off"))
}

/// Whether the request is signed, whole, by one of the keys.
pub(crate) fn check_signature(request: &Request, keys: &[Key]) -> Result<(), String> {
    let authorization = request.header("authorization").ok_or("authorization is not sent once")?;
    let (id, names, signature) = parse(authorization)?;
    check_names(request, &names)?;

    let hash = sha256_hex(&request.body);
    ensure(request.header("x-acs-content-sha256") == Some(&hash), || {
        format!("x-acs-content-sha256 is not {hash}, that of the {} bytes sent", request.body.len())
    })?;

    let token = request.header("x-acs-security-token");
    let named = request.header("x-acs-accesskey-id");
    ensure(named.is_none_or(|named| named == id), || format!("x-acs-accesskey-id is not {id}"))?;
    let of_id: Vec<&Key> = keys.iter().filter(|key| key.id == id).collect();
    ensure(!of_id.is_empty(), || format!("no such key: {id}"))?;
    let key = of_id
        .into_iter()
        .find(|key| key.token.as_deref() == token)
        .ok_or_else(|| format!("not the token of {id}: {token:?}"))?;

    let canonical = canonical_request(request, &names);
    let to_sign = format!("{ALGORITHM}\n{}", sha256_hex(canonical.as_bytes()));
    ensure(hmac_hex(key.secret.as_bytes(), to_sign.as_bytes()) == signature, || {
        format!("the signature does not match; the canonical request is\n{canonical}")
    })
}

/// Key id, signed names and signature of an authorization header.
fn parse(authorization: &str) -> Result<(&str, Vec<&str>, &str), String> {
    let malformed = || format!("malformed authorization: {authorization}");
    let rest = authorization.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(' ')).ok_or_else(malformed)?;
    let parts: Vec<&str> = rest.split(',').collect();
    let [credential, names, signature] = parts[..] else { return Err(malformed()) };
    let id = credential.strip_prefix("Credential=").ok_or_else(malformed)?;
    let names = names.strip_prefix("SignedHeaders=").ok_or_else(malformed)?;
    let signature = signature.strip_prefix("Signature=").ok_or_else(malformed)?;
    Ok((id, names.split(';').collect(), signature))
}

/// Whether all that must be signed is, once, and nothing is signed that was not sent.
fn check_names(request: &Request, names: &[&str]) -> Result<(), String> {
    ensure(names.is_sorted_by(|a, b| a < b), || format!("not sorted, or twice: {names:?}"))?;
    ensure(!names.contains(&"authorization"), || "authorization is signed".to_owned())?;
    for name in names {
        let sent = request.headers.iter().filter(|(n, _)| n == name).count();
        ensure(sent == 1, || format!("{name} is signed, and sent {sent} times"))?;
    }
    for name in NEEDED {
        ensure(names.contains(&name), || format!("{name} is not signed"))?;
    }
    let nonce = request.header("x-acs-signature-nonce").unwrap_or_default();
    ensure(nonce.len() >= 16, || format!("{nonce:?} is too short for a nonce"))?;
    ensure(request.body.is_empty() || request.header("content-type").is_some(), || {
        "a body without a content-type".to_owned()
    })?;
    for (name, _) in &request.headers {
        let must = name == "host" || name == "content-type" || name.starts_with("x-acs-");
        ensure(!must || names.contains(&name.as_str()), || format!("{name} is not signed"))?;
    }
    ensure(names.contains(&"host"), || "host is not signed".to_owned())
}

/// The text whose hash is signed.
pub(crate) fn canonical_request(request: &Request, names: &[&str]) -> String {
    let mut query: Vec<(String, String)> =
        pairs(&request.query).iter().map(|(key, value)| (encode(key), encode(value))).collect();
    query.sort();
    let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let headers: String =
        names.iter().map(|name| format!("{name}:{}\n", request.header(name).unwrap_or_default().trim())).collect();
    [
        request.method.as_str(),
        if request.path.is_empty() { "/" } else { &request.path },
        &query.join("&"),
        &headers,
        &names.join(";"),
        &sha256_hex(&request.body),
    ]
    .join("\n")
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

pub(crate) fn hmac_hex(key: &[u8], message: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    base16ct::lower::encode_string(&mac.chain_update(message).finalize().into_bytes())
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
