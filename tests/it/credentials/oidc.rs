//! A role for whoever has a token of an OIDC provider: unsigned, with the token in the form body alone.

use super::*;

const PROVIDER: &str = "acs:ram::100000000000:oidc-provider/ack";
const TOKEN: &str = "eyJhbGciOi.oidc-token-never-shown";

/// A home with a token file and a profile that uses it.
fn home() -> Home {
    home_with("~/token").file("token", format!("{TOKEN}\n"))
}

fn home_with(token_file: &str) -> Home {
    let oidc = format!(
        "default_profile = \"pod\"\n[profiles.pod]\n\
         oidc = {{ provider_arn = \"{PROVIDER}\", token_file = \"{token_file}\", role_arn = \"{ROLE}\" }}\n"
    );
    Home::new().config(&oidc)
}

fn sts(reply: Reply) -> Server {
    Server::unsigned(move |_, _| reply.clone())
}

#[test]
fn oidc_token_is_sent_in_the_form_body_alone() {
    let session = Session::new("pod");
    let (api, sts) = (api(&[&session]), sts(Reply::ok(session.of_sts())));
    answered(status(&home(), &api).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    let asked = &sts.requests()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/"));
    let form = asked.form();
    assert_eq!((form["OIDCToken"].as_str(), form["OIDCProviderArn"].as_str()), (TOKEN, PROVIDER));
    assert_eq!((form["RoleArn"].as_str(), form["DurationSeconds"].as_str()), (ROLE, "3600"));
    assert!(form["RoleSessionName"].starts_with("efloctl-"), "{form:?}");
    assert_eq!(form.len(), 5, "{form:?}");
    let names: Vec<String> = parameters(asked).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Action", "Format", "Timestamp", "Version"]);
    assert_eq!(parameter(asked, "Action").as_deref(), Some("AssumeRoleWithOIDC"));
    assert_eq!(parameter(asked, "Version").as_deref(), Some("2015-04-01"));
    for (name, value) in &asked.headers {
        assert!(!value.contains("never-shown"), "{name} holds the token");
        assert!(name != "authorization" && !name.starts_with("x-acs-"), "{name}: the call is not signed");
    }
    assert_eq!(signers(&api), [session.id]);
}

#[test]
fn oidc_token_file_is_read_again_for_every_key() {
    let [first, second] = ["first", "second"].map(Session::new);
    let home = home();
    let token_file = home.path().join("token");
    let answers = [first.of_sts(), second.of_sts()];
    let sts = Server::unsigned(move |_, n| {
        std::fs::write(&token_file, "renewed-never-shown").unwrap();
        Reply::ok(answers[n].clone())
    });
    let expired = Reply::error(403, "InvalidSecurityToken.Expired", "the token has expired");
    let done = Reply::ok(Answer::new("Success").nodes(1, "Success"));
    let api = accepting(Server::sequence(vec![expired, done]), &[&first, &second]);
    answered(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!((sts.form(0)["OIDCToken"].as_str(), sts.form(1)["OIDCToken"].as_str()), (TOKEN, "renewed-never-shown"));
    assert_eq!(signers(&api), [first.id, second.id]);
}

#[test]
fn oidc_variables_of_ack_are_enough() {
    let session = Session::new("pod");
    let (api, sts) = (api(&[&session]), sts(Reply::ok(session.of_sts())));
    let home = Home::new().file("token", TOKEN);
    let call = || {
        status(&home, &api)
            .env("EFLOCTL_STS_ENDPOINT", sts.url())
            .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
            .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", home.path().join("token"))
            .env("ALIBABA_CLOUD_ROLE_ARN", ROLE)
            .env("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod-7")
    };
    answered(call());
    let form = sts.form(0);
    assert_eq!((form["OIDCToken"].as_str(), form["RoleSessionName"].as_str()), (TOKEN, "pod-7"));
    for missing in ["ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN"] {
        refused(call().without(missing), &[&format!("OIDC variables: {missing} is not set")]);
    }
    assert_eq!(sts.count(), 1);
}

#[test]
fn oidc_token_that_is_absent_or_refused_fails() {
    let api = unasked();
    let missing = home();
    std::fs::remove_file(missing.path().join("token")).unwrap();
    refused(status(&missing, &api), &["the OIDC token file", "token cannot be read", "RRSA"]);

    let session = Session::new("pod");
    let refusal = |code| Reply::error(401, code, "the token is not taken");
    for (reply, reasons) in [
        (refusal("AuthenticationFail.OIDCToken.Expired"), ["AuthenticationFail.OIDCToken.Expired", "audience"]),
        (refusal("AuthenticationFail.OIDCToken.Invalid"), ["AuthenticationFail.OIDCToken.Invalid", "token file"]),
        (Reply::error(403, "NoPermission", "not yours"), ["NoPermission", "trust"]),
        (Reply::json(200, "secret-never-shown"), ["the answer of STS is not the JSON", "should be"]),
        (Reply::ok(session.clone().until(&from_now(-60)).of_sts()), ["STS gave a key that expired", "clock"]),
        (Reply::json(502, "<html><title>Bad Gateway</title></html>"), ["HTTP 502", "Bad Gateway"]),
        (Reply::reset(), ["the call to 127.0.0.1", "failed"]),
    ] {
        let sts = sts(reply);
        refused(status(&home(), &api).env("EFLOCTL_STS_ENDPOINT", sts.url()), &reasons);
    }
    refused(status(&home(), &api), &["cannot connect to 127.0.0.1:1"]);
}

#[cfg(unix)]
#[test]
fn oidc_token_file_that_is_empty_or_no_regular_file_is_refused() {
    let api = unasked();
    refused(status(&home().file("token", " \n"), &api), &["token is empty"]);
    let folder = Home::new();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    for name in ["/dev/zero", "/", fifo.to_str().expect("a path in ASCII")] {
        refused(status(&home_with(name), &api), &["the OIDC token file", "is no regular file"]);
    }
}

#[test]
fn sts_refusals_of_a_parameter_name_what_to_mend() {
    for (code, words) in [
        ("InvalidParameter.DurationSeconds", "duration is 900s or more"),
        ("InvalidParameter.RoleSessionName", "role_session_name is 2 to 64"),
        ("MissingOIDCToken", "the OIDC token is empty"),
    ] {
        let sts = sts(Reply::error(400, code, "it is not valid"));
        refused(status(&home(), &unasked()).env("EFLOCTL_STS_ENDPOINT", sts.url()), &[code, words]);
    }
}
