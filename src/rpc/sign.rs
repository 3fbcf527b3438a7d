//! ACS3-HMAC-SHA256, the signature of every request, and the key that makes it: by the signature page of the Alibaba
//! Cloud help centre.
//!
//! Pure: date, nonce and key come in. It signs the headers that are given to it: `host`, `content-type` and every
//! `x-acs-*` alone, so that no proxy that rewrites another header can break a signature.

use crate::text::safe;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Holds all but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Holds an AccessKey, with the token that belongs to a temporary one.
#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub secret: SecretString,
    pub token: Option<SecretString>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &masked(&self.id)).finish_non_exhaustive()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        fn parts(key: &Key) -> (&str, &str, Option<&str>) {
            (&key.id, key.secret.expose_secret(), key.token.as_ref().map(ExposeSecret::expose_secret))
        }
        parts(self) == parts(other)
    }
}

/// Gives enough of a key's id to tell it from another: its first four and last two characters.
pub fn masked(id: &str) -> String {
    let id: Vec<char> = safe(id).chars().collect();
    match id.as_slice() {
        [a, b, c, d, .., y, z] if id.len() >= 10 => format!("{a}{b}{c}{d}…{y}{z}"),
        _ => "…".to_owned(),
    }
}

/// Holds what is signed of a request, whose path is `/`.
pub struct RequestToSign<'a> {
    pub method: &'a str,
    /// Holds the query, already canonical: see [`canonical_pairs`].
    pub query: &'a str,
    /// Names in lower case, each once, in any order.
    pub headers: &'a [(&'a str, &'a str)],
    /// Holds the lower-case hex SHA-256 of the body's bytes: see [`hash`].
    pub body_hash: &'a str,
}

/// Gives the value of the `authorization` header.
pub fn authorization(request: &RequestToSign<'_>, key: &Key) -> String {
    let (names, canonical) = canonical_request(request);
    let mac = Hmac::<Sha256>::new_from_slice(key.secret.expose_secret().as_bytes());
    let mac = mac.expect("HMAC takes a key of any length").chain_update(string_to_sign(&canonical));
    let signature = base16ct::lower::encode_string(&mac.finalize().into_bytes());
    format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", key.id)
}

/// Gives the SHA-256 of bytes, in lower-case hex.
pub fn hash(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// Gives pairs as a canonical query string, sorted and percent-encoded. It serves as a form body too, for any valid
/// form encoding does.
pub fn canonical_pairs(pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let encoded: Vec<String> =
        sorted.into_iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    encoded.join("&")
}

/// Percent-encodes a text by RFC 3986.
pub(super) fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Gives the names of the signed headers and the canonical request, which holds the security token.
fn canonical_request(request: &RequestToSign<'_>) -> (String, String) {
    let mut headers = request.headers.to_vec();
    headers.sort_unstable();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let RequestToSign { method, query, body_hash, .. } = request;
    let canonical = format!("{method}\n/\n{query}\n{lines}\n{names}\n{body_hash}");
    (names, canonical)
}

fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hash(canonical_request.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
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
        query: BTreeMap<String, String>,
        headers: BTreeMap<String, String>,
        body: Option<String>,
        #[serde(default)]
        form: Vec<(String, String)>,
        canonical_request: String,
        string_to_sign: String,
        authorization: String,
    }

    /// Holds the body of a case; of the largest the vectors have no more than how it is made.
    fn body(case: &Case) -> String {
        let made = || {
            let bytes: Vec<u8> = (0..24_576).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let content = BASE64_STANDARD.encode(&bytes);
            let fields = case.form.iter().map(|(name, value)| match name.as_str() {
                "Content" => ("Content", content.as_str()),
                name => (name, value.as_str()),
            });
            canonical_pairs(&fields.collect::<Vec<_>>())
        };
        case.body.clone().unwrap_or_else(made)
    }

    #[test]
    fn signature_is_the_one_that_the_official_sdk_makes() {
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
                query: &canonical_pairs(&query),
                headers: &headers,
                body_hash: &hash(body(&case).as_bytes()),
            };
            let key = Key { id: case.access_key_id, secret: case.access_key_secret.into(), token: None };
            let (_, canonical) = canonical_request(&request);
            assert_eq!(canonical, case.canonical_request, "{}", case.name);
            assert_eq!(string_to_sign(&canonical), case.string_to_sign, "{}", case.name);
            assert_eq!(authorization(&request, &key), case.authorization, "{}", case.name);
        }
    }

    #[test]
    fn query_and_form_are_percent_encoded_by_rfc_3986() {
        assert_eq!(canonical_pairs(&[("b", "a b+c*d~e/f"), ("a", "灵")]), "a=%E7%81%B5&b=a%20b%2Bc%2Ad~e%2Ff");
    }
}
