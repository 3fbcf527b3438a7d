//! The signature check against requests that the official SDK signed: the one outside witness there
//! is without the service itself.

use std::time::Instant;

use serde_json::Value;

use super::super::http::Request;
use super::super::signature::{self, Key};

/// The cases made by the official SDK, as requests with the key that signed them.
fn vectors() -> Vec<(Value, Request, Key)> {
    let file: Value = serde_json::from_str(include_str!("../../../data/acs3.json")).unwrap();
    let case = |case: &Value| {
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let pair = |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().into());
        let query: Vec<(String, String)> = case["query"].as_object().unwrap().iter().map(pair).collect();
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{name}={}", signature::encode(value))).collect();
        let request = Request {
            method: text("method"),
            path: text("path"),
            query: query.join("&"),
            headers: case["headers"].as_object().unwrap().iter().map(pair).collect(),
            body: text("body").into_bytes(),
            at: Instant::now(),
            connection: 0,
        };
        let token = case["security_token"].as_str();
        let key = Key::new(&text("access_key_id"), &text("access_key_secret"), token);
        (case.clone(), request, key)
    };
    file["cases"].as_array().unwrap().iter().map(case).collect()
}

#[test]
fn signature_check_agrees_with_the_official_sdk() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 21);
    for (case, request, key) in vectors {
        let authorization = request.header("authorization").unwrap();
        let names = authorization.split(['=', ',']).nth(3).unwrap().split(';').collect::<Vec<_>>();
        let canonical = signature::canonical_request(&request, &names);
        assert_eq!(canonical, case["canonical_request"].as_str().unwrap());
        let checked = signature::check_signature(&request, &[key]);
        assert_eq!(checked, Ok(()), "{}", case["name"]);
    }
}

#[test]
fn signature_check_refuses_any_change() {
    for (case, request, key) in vectors() {
        let refused = |what: &str, change: &dyn Fn(&mut Request, &mut Key)| {
            let (mut request, mut key) = (request.clone(), key.clone());
            change(&mut request, &mut key);
            let checked = signature::check_signature(&request, &[key]);
            assert!(checked.is_err(), "{what} passed in {}", case["name"]);
        };
        refused("another secret", &|_, key| key.secret.push('x'));
        refused("another key", &|_, key| key.id.push('x'));
        refused("another token", &|_, key| key.token = Some("another".to_owned()));
        refused("another body", &|request, _| request.body.push(b'x'));
        refused("another query", &|request, _| request.query.push_str("&zz=1"));
        refused("another method", &|request, _| request.method = "PUT".to_owned());
        refused("a header unsigned", &|request, _| {
            request.headers.push(("x-acs-new".to_owned(), "1".to_owned()));
        });
        for n in 0..request.headers.len() {
            refused("another header", &|request, _| request.headers[n].1.push('x'));
            refused("a header less", &|request, _| drop(request.headers.remove(n)));
            refused("a header twice", &|request, _| {
                let header = request.headers[n].clone();
                request.headers.push(header);
            });
        }
    }
}
