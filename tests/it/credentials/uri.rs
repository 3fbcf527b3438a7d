//! A credentials URI: a key from what a local service answers.

use super::*;

fn serving(reply: Reply) -> Server {
    Server::unsigned(move |_, _| reply.clone())
}

fn profile(uri: &str) -> Home {
    Home::new().config(&format!("default_profile = \"sidecar\"\n[profiles.sidecar]\ncredentials_uri = \"{uri}\"\n"))
}

#[test]
fn credentials_uri_is_asked_with_its_path_and_query() {
    let session = Session::new("sidecar");
    let (api, uri) = (api(&[&session]), serving(Reply::ok(session.plain())));
    answered(status(&profile(&format!("{}/key/of?account=ops&part=a%2Fb", uri.url())), &api));
    let asked = &uri.requests()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/key/of"));
    assert_eq!(asked.query, "account=ops&part=a%2Fb");
    assert_eq!((asked.header("authorization"), asked.body.len()), (None, 0));
    assert_eq!((uri.count(), signers(&api)), (1, vec![session.id]));
}

#[test]
fn credentials_uri_variable_is_the_last_source() {
    let session = Session::new("sidecar");
    let (api, uri) = (api(&[&session]), serving(Reply::ok(session.plain())));
    answered(status(&Home::new(), &api).env("ALIBABA_CLOUD_CREDENTIALS_URI", format!("{}/key", uri.url())));
    assert_eq!((uri.requests()[0].path.as_str(), signers(&api)), ("/key", vec![session.id]));
}

#[test]
fn credentials_uri_can_be_disabled_like_external_processes() {
    let (api, uri, empty) = (unasked(), unasked(), Home::new());
    for word in ["1", "true", "TRUE"] {
        let off = |call: Efloctl| call.env("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", word);
        refused(off(status(&profile(&uri.url()), &api)), &["sidecar", "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"]);
        let variable = status(&empty, &api).env("ALIBABA_CLOUD_CREDENTIALS_URI", uri.url());
        refused(off(variable), &["ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"]);
    }
}

#[test]
fn credentials_uri_answer_without_a_key_fails() {
    let session = Session::new("sidecar");
    let with = |field: &str, value: Value| {
        let mut answer = session.plain();
        answer[field] = value;
        Reply::ok(answer)
    };
    let far_too_long = with("Comment", "long ".repeat(20_000).into());
    for (reply, reason) in [
        (Reply::json(401, session.plain()), "answered with HTTP 401"),
        (Reply::json(403, session.plain()), "answered with HTTP 403"),
        (Reply::json(500, session.plain()), "answered with HTTP 500"),
        (Reply::json(302, session.plain()).header("location", "http://127.0.0.1:1/"), "answered with HTTP 302"),
        (Reply::json(200, "secret-never-shown"), "not the JSON that it should be"),
        (Reply::json(200, ""), "not the JSON that it should be"),
        (with("Code", "Failed".into()), "says Failed"),
        (Reply::ok(session.fields()), "has no Code"),
        (with("AccessKeyId", Value::Null), "has no AccessKeyId"),
        (with("AccessKeySecret", Value::Null), "has no AccessKeySecret"),
        (with("AccessKeySecret", "".into()), "has no AccessKeySecret"),
        (with("SecurityToken", Value::Null), "has no SecurityToken"),
        (with("SecurityToken", "".into()), "has no SecurityToken"),
        (with("Expiration", Value::Null), "has no Expiration"),
        (with("Expiration", "tomorrow".into()), "has no Expiration that can be read"),
        (with("Expiration", from_now(-1).into()), "gave a key that expired at"),
        (with("AccessKeyId", "line\nbreak".into()), "a character that no header may carry"),
        (far_too_long, "far too long"),
        (Reply::close(), "failed"),
        (Reply::ok(session.plain()).cut(20), "broke off"),
    ] {
        let (api, uri, empty) = (unasked(), serving(reply), Home::new());
        refused(status(&profile(&uri.url()), &api), &[reason]);
        let variable = status(&empty, &api).env("ALIBABA_CLOUD_CREDENTIALS_URI", uri.url());
        refused(variable, &[reason]);
        assert_eq!(uri.count(), 2, "{reason}");
    }
    let api = unasked();
    refused(status(&profile(NOWHERE), &api), &["cannot connect to 127.0.0.1:1"]);
}

#[test]
fn credentials_uri_over_http_is_for_loopback_alone() {
    let (api, empty) = (unasked(), Home::new());
    for uri in ["http://10.0.0.1/key", "http://keys.example.com/key"] {
        ended(status(&profile(uri), &api), 2, &["config.toml:3", "credentials_uri", "plain http"]);
        let variable = status(&empty, &api).env("ALIBABA_CLOUD_CREDENTIALS_URI", uri);
        ended(variable, 2, &["the credentials URI is plain http"]);
    }
    let with_password = "http://user:password-never-shown@127.0.0.1:1/key";
    ended(status(&profile(with_password), &api), 2, &["has a user name in it"]);
}
