//! Sessions that the official CLI logged in to through a browser: used while they last, and never renewed.

use super::*;

const AGAIN_SSO: &str = "log in again: aliyun configure --profile it --mode CloudSSO";
const AGAIN_OAUTH: &str = "log in again: aliyun configure --profile it --mode OAuth";

fn second(from_now: i64) -> i64 {
    Timestamp::now().as_second() + from_now
}

fn home(profile: &Value) -> Home {
    Home::new().aliyun(json!({"current": "it", "profiles": [profile]}))
}

/// A CloudSSO login at a server, good for so many seconds.
fn cloud_sso(server: &str, seconds: i64) -> Value {
    json!({
        "name": "it", "mode": "CloudSSO", "cloud_sso_sign_in_url": format!("{server}/some/login"),
        "cloud_sso_account_id": "100000000001", "cloud_sso_access_config": "ac-0001",
        "access_token": "login-token-never-shown", "cloud_sso_access_token_expire": second(seconds),
    })
}

/// The same with a key that was got with it, good for so many seconds.
fn cached(mut profile: Value, session: &Session, seconds: i64) -> Value {
    profile["access_key_id"] = session.id.as_str().into();
    profile["access_key_secret"] = session.secret.as_str().into();
    profile["sts_token"] = session.token.as_str().into();
    profile["sts_expiration"] = second(seconds).into();
    profile
}

fn oauth(seconds: i64) -> Value {
    json!({
        "name": "it", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "login-token-never-shown",
        "oauth_refresh_token": "refresh-token-never-shown", "oauth_access_token_expire": second(seconds),
    })
}

#[test]
fn official_cli_cached_session_key_is_used_until_it_expires() {
    let session = Session::new("cached");
    let sso = unasked();
    for profile in [
        cached(cloud_sso(&sso.url(), -60), &session, 600),
        cached(cloud_sso(&sso.url(), 600), &session, 600),
        cached(oauth(-60), &session, 600),
    ] {
        let (api, home) = (api(&[&session]), home(&profile));
        let before = home.read(".aliyun/config.json");
        answered(status(&home, &api));
        assert_eq!((signers(&api), home.read(".aliyun/config.json")), (vec![session.id.clone()], before));
    }
}

#[test]
fn cloud_sso_login_is_exchanged_for_a_key() {
    let (old, session) = (Session::new("old"), Session::new("new"));
    let answer = json!({"CloudCredential": session.fields(), "RequestId": REQUEST_ID});
    let sso = Server::unsigned(move |_, _| Reply::ok(answer.clone()));
    let api = api(&[&session]);
    let profiles = [cloud_sso(&sso.url(), 600), cached(cloud_sso(&sso.url(), 600), &old, -1)];
    for profile in &profiles {
        let home = home(profile);
        let before = home.read(".aliyun/config.json");
        answered(status(&home, &api));
        assert_eq!(home.read(".aliyun/config.json"), before, "the new key is not written back");
    }
    assert_eq!((sso.count(), signers(&api)), (2, vec![session.id; 2]));
    let asked = &sso.requests()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/cloud-credentials"));
    assert_eq!(asked.header("authorization"), Some("Bearer login-token-never-shown"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(body, json!({"AccountId": "100000000001", "AccessConfigurationId": "ac-0001"}));
}

#[test]
fn expired_login_says_how_to_log_in_again() {
    let session = Session::new("old");
    let sso = unasked();
    let without = |mut profile: Value, field: &str| {
        profile[field] = Value::from("");
        profile
    };
    for (profile, again) in [
        (cloud_sso(&sso.url(), -1), AGAIN_SSO),
        (cached(cloud_sso(&sso.url(), -1), &session, -1), AGAIN_SSO),
        (without(cloud_sso(&sso.url(), 600), "access_token"), AGAIN_SSO),
        (oauth(-1), AGAIN_OAUTH),
        (cached(oauth(-1), &session, -1), AGAIN_OAUTH),
        (without(oauth(600), "oauth_access_token"), AGAIN_OAUTH),
    ] {
        let (api, home) = (unasked(), home(&profile));
        refused(status(&home, &api), &["profile it", "login has expired", again]);
        refused(status(&home, &api).args(["-p", "it"]), &[again]);
    }
}

#[test]
fn cloud_sso_answer_without_a_key_fails() {
    let session = Session::new("new");
    let of = |session: &Session| Reply::ok(json!({"CloudCredential": session.fields()}));
    let said = json!({"ErrorCode": "InvalidToken", "ErrorMessage": "secret-never-shown"});
    for (reply, reason) in [
        (Reply::json(401, &said), AGAIN_SSO),
        (Reply::json(403, &said), AGAIN_SSO),
        (Reply::json(500, &said), "CloudSSO at http://127.0.0.1"),
        (Reply::json(200, "secret-never-shown"), "not the JSON that it should be"),
        (Reply::ok(json!({})), "not the JSON that it should be"),
        (of(&session.clone().until(&from_now(-1))), "gave a key that expired at"),
        (Reply::close(), "failed"),
    ] {
        let sso = Server::unsigned(move |_, _| reply.clone());
        let (api, home) = (unasked(), home(&cloud_sso(&sso.url(), 600)));
        refused(status(&home, &api), &[reason]);
        assert_eq!(sso.count(), 1, "{reason}");
    }
    let (api, home) = (unasked(), home(&cloud_sso("http://sso.example.com", 600)));
    ended(status(&home, &api), 2, &["cloud_sso_sign_in_url of profile it", "plain http"]);
}
