//! ACS3-HMAC-SHA256, the signature of every request: by the signature page of the Alibaba Cloud help centre.
//!
//! Pure: date, nonce and key come in. It signs the headers that are given to it, which are to be just `host`,
//! `content-type` and every `x-acs-*`; so no proxy that rewrites another header can break a signature.

use super::key::Key;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is signed of a request.
pub struct RequestToSign<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Already canonical: see [`canonical_pairs`].
    pub query: &'a str,
    /// Names in lower case, each once, in any order.
    pub headers: &'a [(&'a str, &'a str)],
    /// Lower-case hex SHA-256 of the body's bytes: see [`hash`].
    pub body_hash: &'a str,
}

/// The value of the `authorization` header.
///
/// The library wipes what it derives from the secret (its feature `zeroize`). The signature itself is no secret for
/// long: it is good for one call within a quarter of an hour.
pub fn authorization(request: &RequestToSign<'_>, key: &Key) -> String {
    let names = signed_headers(request);
    let text = string_to_sign(&canonical_request(request));
    let mac = Hmac::<Sha256>::new_from_slice(key.secret.expose_secret().as_bytes());
    let mac = mac.expect("HMAC takes a key of any length").chain_update(text);
    let signature = base16ct::lower::encode_string(&mac.finalize().into_bytes());
    format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", key.id)
}

/// Lower-case hex SHA-256.
pub fn hash(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// Pairs as a canonical query string, sorted and percent-encoded; serves as a form body too, for any valid form
/// encoding does.
pub fn canonical_pairs(pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let encode = |text| utf8_percent_encode(text, RESERVED);
    // In one piece that never grows: a value may be a token, and what is moved leaves a copy behind.
    let longest = sorted.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut joined = String::with_capacity(longest);
    for (at, (name, value)) in sorted.into_iter().enumerate() {
        joined.extend((at > 0).then_some("&"));
        joined.extend(encode(name));
        joined.push('=');
        joined.extend(encode(value));
    }
    joined
}

/// It holds the security token: wiped, and in one piece that never grows.
fn canonical_request(request: &RequestToSign<'_>) -> Zeroizing<String> {
    let path = if request.path.is_empty() { "/" } else { request.path };
    let headers = sorted(request);
    let names = signed_headers(request);
    let mut parts = vec![request.method, "\n", path, "\n", request.query, "\n"];
    for (name, value) in &headers {
        parts.extend([name, ":", value.trim(), "\n"]);
    }
    parts.extend(["\n", &names, "\n", request.body_hash]);
    Zeroizing::new(parts.concat())
}

fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hash(canonical_request.as_bytes()))
}

fn signed_headers(request: &RequestToSign<'_>) -> String {
    sorted(request).iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

fn sorted<'a>(request: &RequestToSign<'a>) -> Vec<(&'a str, &'a str)> {
    let mut headers = request.headers.to_vec();
    headers.sort_unstable();
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        access_key_id: String,
        access_key_secret: String,
        method: String,
        path: String,
        query: BTreeMap<String, String>,
        headers: BTreeMap<String, String>,
        body: Option<String>,
        #[serde(default)]
        form: Vec<(String, String)>,
        canonical_request: String,
        string_to_sign: String,
        authorization: String,
    }

    /// The body of a case; of the largest the vectors have no more than how it is made.
    fn body(case: &Case) -> String {
        let made = || {
            let bytes: Vec<u8> = (0..24_576).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let content = <base64ct::Base64 as base64ct::Encoding>::encode_string(&bytes);
            let fields = case.form.iter().map(|(name, value)| match name.as_str() {
                "Content" => ("Content", content.as_str()),
                name => (name, value.as_str()),
            });
            canonical_pairs(&fields.collect::<Vec<_>>())
        };
        case.body.clone().unwrap_or_else(made)
    }

    #[test]
    fn reproduces_what_the_official_sdk_signs() {
        let of_file = |file| serde_json::from_str::<Vectors>(file).unwrap().cases;
        let mut cases = of_file(include_str!("../../tests/data/acs3.json"));
        assert_eq!(cases.len(), 21);
        cases.extend(of_file(include_str!("../../tests/data/sendfile.json")));
        assert_eq!(cases.len(), 33);
        for case in cases {
            let query: Vec<_> = case.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let headers = case.headers.iter().filter(|(name, _)| *name != "authorization");
            let headers: Vec<_> = headers.map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let request = RequestToSign {
                method: &case.method,
                path: &case.path,
                query: &canonical_pairs(&query),
                headers: &headers,
                body_hash: &hash(body(&case).as_bytes()),
            };
            let key = Key { id: case.access_key_id, secret: case.access_key_secret.into(), token: None };
            let canonical = canonical_request(&request);
            assert_eq!(*canonical, case.canonical_request, "{}", case.name);
            assert_eq!(string_to_sign(&canonical), case.string_to_sign, "{}", case.name);
            assert_eq!(authorization(&request, &key), case.authorization, "{}", case.name);
        }
    }

    #[test]
    fn percent_encodes_by_rfc_3986() {
        assert_eq!(canonical_pairs(&[("b", "a b+c*d~e/f"), ("a", "灵")]), "a=%E7%81%B5&b=a%20b%2Bc%2Ad~e%2Ff");
    }
}
