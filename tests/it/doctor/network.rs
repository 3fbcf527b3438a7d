//! The way to the API: name, connection, TLS, proxy and clock.

use super::*;
use crate::support::tls::Identity;
use jiff::SignedDuration;

#[test]
fn doctor_checks_whether_the_certificate_is_trusted() {
    let (identity, sts) = (Identity::loopback(), sts());
    let api = Server::tls(&identity, page_or(Reply::ok(no_record()))).expect_bad_signatures();
    let home = Home::for_server(&api);
    let ca = identity.write_ca(home.path());
    let trusted = checks(|| doctor(&home, &sts.url()).args(["--ca-file"]).args([&ca]), 0);
    assert_eq!(names(&trusted), ALL);
    fail(&trusted, &[]);
    says(&trusted, "tls", &["the certificate is trusted"]);

    let untrusted = checks(|| doctor(&home, &sts.url()), 5);
    fail(&untrusted, &["tls", "permission"]);
    says(&untrusted, "tls", &["no trusted connection", "--ca-file"]);
    assert!(!names(&untrusted).contains(&"clock"), "nobody told the time");
}

#[test]
fn doctor_tells_clock_skew_first() {
    for (ahead, code, health_of_it, way) in [
        (3600, 4, "fail", "clock is 1h behind the server's: too much to sign"),
        (-3600, 4, "fail", "clock is 1h ahead of the server's: too much to sign"),
        (120, 0, "warn", "clock is 2m behind the server's"),
    ] {
        let (api, sts) = (willing().clock_ahead(SignedDuration::from_secs(ahead)), sts());
        let home = Home::for_server(&api);
        let checks = checks(|| doctor(&home, &sts.url()), code);
        assert_eq!(names(&checks), ALL);
        assert_eq!(health(check(&checks, "clock")), health_of_it, "{checks:#?}");
        says(&checks, "clock", &["set the clock", way]);
        assert_eq!(checks.iter().filter(|check| health(check) == "ok").count(), 12, "the rest works: {checks:#?}");
    }
}

#[test]
fn doctor_assumes_a_role_despite_clock_skew() {
    let (id, secret, token) = ("STS.doctor0000", "secret-never-shown", "token-never-shown");
    let role = json!({"Credentials": {
        "AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token, "Expiration": "2099-01-01T00:00:00Z",
    }});
    let hour = SignedDuration::from_hours(1);
    let sts = Server::always(Reply::ok(role)).service("AssumeRole", "2015-04-01").clock_ahead(hour);
    // One server has one operation: whom the key belongs to is not told here.
    let sts = sts.expect_bad_signatures();
    let api = willing().accept(id, secret, Some(token)).clock_ahead(hour);
    let home = Home::for_server(&api).config_more("role_arn = \"acs:ram::100000000000:role/ops\"\n");
    let checks = checks(|| doctor(&home, &sts.url()), 4);
    fail(&checks, &["clock", "identity"]);
    says(&checks, "credentials", &["until 2099-01-01T00:00:00Z"]);
    says(&checks, "permission", &["is allowed"]);
}

#[test]
fn doctor_checks_the_key_after_a_refused_connection() {
    let sts = sts();
    let home = Home::new().config(&format!(
        "default_profile = \"a\"\n[profiles.a]\nendpoint = \"{NOWHERE}\"\naccess_key_id = \"{KEY_ID}\"\n\
         access_key_secret = \"{KEY_SECRET}\"\n"
    ));
    let checks = checks(|| doctor(&home, &sts.url()), 5);
    fail(&checks, &["tcp", "permission"]);
    says(&checks, "tcp", &["cannot connect to 127.0.0.1 at port 1", "firewall"]);
    says(&checks, "identity", &[ACCOUNT]);
    assert!(!names(&checks).contains(&"tls"));
}

#[test]
fn doctor_tells_a_name_that_cannot_be_resolved() {
    // No label of a name may be so long: no name service is ever asked.
    let name = format!("{}.invalid", "a".repeat(70));
    let (sts, api) = (sts(), willing());
    let home = Home::for_server(&api);
    let checks = checks(|| doctor(&home, &sts.url()).args(["--endpoint", &name]), 5);
    fail(&checks, &["name", "permission"]);
    says(&checks, "name", &["cannot be resolved", "--endpoint"]);
}

#[test]
fn doctor_passes_without_sts() {
    let api = willing();
    let home = Home::for_server(&api);
    let garbage = Server::unsigned(|_, _| Reply::bytes(200, "text/html", "<html>hello</html>"));
    for sts in [NOWHERE, &garbage.url()] {
        let checks = checks(|| doctor(&home, sts), 0);
        assert_eq!(names(&checks), ALL);
        assert_eq!(health(check(&checks, "identity")), "warn", "{checks:#?}");
        says(&checks, "permission", &["is allowed"]);
    }
}

#[test]
fn doctor_goes_on_after_an_unusable_ca_file() {
    let (api, sts) = (willing(), sts());
    let home = Home::for_server(&api).file("rubbish.pem", "no certificate");
    for (file, reason) in [("gone.pem", "cannot be read"), ("rubbish.pem", "holds no certificate")] {
        let checks = checks(|| doctor(&home, &sts.url()).args(["--ca-file", file]), 2);
        fail(&checks, &["ca file"]);
        says(&checks, "ca file", &[reason]);
        says(&checks, "permission", &["is allowed"]);
    }
}

#[test]
fn doctor_names_the_proxy_without_its_password() {
    let (proxy, sts) = (Server::unsigned(|_, _| Reply::bytes(502, "text/plain", "no")), sts());
    let api = willing();
    let home = Home::for_server(&api);
    let address = proxy.address();
    let with_password = format!("http://user:password-never-shown@{address}");
    let call = || {
        let call = doctor(&home, &sts.url()).args(["--endpoint", "gateway.example.com"]);
        call.env("HTTPS_PROXY", &with_password)
    };
    let found = checks(call, 5);
    fail(&found, &["tls", "permission"]);
    says(&found, "proxy", &[&format!("http://{address} stands before it")]);
    assert!(!names(&found).contains(&"name") && !names(&found).contains(&"tcp"));
    assert!(proxy.requests().iter().all(|request| request.method == "CONNECT"), "{:?}", proxy.requests());

    let near = checks(|| doctor(&home, &sts.url()).env("HTTP_PROXY", &with_password), 0);
    says(&near, "proxy", &["none"]);
}
