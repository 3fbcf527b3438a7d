//! Where a key comes from, that it signs, and that nothing secret is ever shown.

mod masking;

use serde_json::json;

use super::golden::golden;
use super::rollouts::{partial, success};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::{KEY_ID, KEY_SECRET, Server};

const TOKEN: &str = "test-token-never-shown-0000";

fn any() -> Server {
    Server::always(Reply::ok(success()))
}

/// A home where a region is known and no key.
fn keyless(server: &Server) -> Home {
    Home::new().config(&format!("[defaults]\nendpoint = \"{}\"\n", server.url()))
}

#[test]
fn missing_credentials_name_every_source_and_offer_a_profile() {
    let server = any();
    let run = Home::new().run(&["status", "t-1", "--endpoint", &server.url()]).code(4);
    golden("no-credentials-stderr", &run.err);
    for place in ["environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set", "default_profile: ", "official CLI: "] {
        assert!(run.err.contains(place), "{run}");
    }
    let lines: Vec<&str> = run.err.lines().map(str::trim).filter(|line| line.contains(" = \"")).collect();
    let [default_profile, id, secret] = lines.as_slice() else { panic!("not three lines: {run}") };
    // They are what they claim to be.
    let text = format!("{default_profile}\n{}\n{}\n", id.replace("LTAI...", KEY_ID), secret.replace("...", KEY_SECRET));
    Home::new().config(&text).run(&["status", "t-1", "--endpoint", &server.url()]).code(0);
    assert_eq!(server.count(), 1);
}

#[test]
fn missing_credentials_make_no_call() {
    let server = any();
    let home = keyless(&server);
    for command in ["status", "errors", "watch"] {
        let run = home.run(&[command, "t-1"]).code(4);
        assert!(run.err.contains("no credentials were found"), "{run}");
        let run = home.run(&[command, "t-1", "-o", "json"]).code(4);
        assert_eq!(run.error()["error"]["kind"], "credentials", "{run}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn named_profile_without_credentials_exits_4() {
    let server = any();
    let home = keyless(&server).config_more("[profiles.empty]\n");
    let call = home.efloctl().args(["status", "t-1", "--profile", "empty"]);
    let call = call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET);
    let run = call.run().code(4);
    assert!(run.err.contains("profile empty: it has no credentials in ~/.config/efloctl/config.toml"), "{run}");
    // What to do is about this profile, and not about a file without any.
    assert!(!run.err.contains("default_profile = \"ops\""), "{run}");
    assert_eq!(server.count(), 0);
}

#[test]
fn half_a_key_is_an_error() {
    let server = any();
    let home = Home::for_server(&server);
    let id = home.efloctl().args(["status", "t-1"]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID).run().code(4);
    golden("half-a-key-stderr", &id.err);
    let secret = home.efloctl().args(["status", "t-1"]).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cret").run().code(4);
    assert!(secret.err.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is set and ALIBABA_CLOUD_ACCESS_KEY_ID is not"));
    assert_eq!(server.count(), 0);
}

#[test]
fn environment_keys_sign() {
    let server = any().accept("STSenv", "env-secret", Some(TOKEN));
    let home = keyless(&server);
    let call = || home.efloctl().args(["status", "t-1"]);
    let keys =
        |id, secret| call().env("ALIBABA_CLOUD_ACCESS_KEY_ID", id).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret);
    keys(KEY_ID, KEY_SECRET).run().code(0);
    assert_eq!(server.requests()[0].header("x-acs-security-token"), None);
    keys("STSenv", "env-secret").env("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN).run().code(0);
    assert_eq!(server.requests()[1].header("x-acs-security-token"), Some(TOKEN));
}

#[test]
fn refused_key_is_told_with_the_place_that_it_came_from() {
    let refusal = Reply::error(404, "InvalidAccessKeyId.NotFound", "no such key");
    let server = Server::always(refusal).accept("LTAIunknown", "s3cret", None);
    let wrong = "[profiles.wrong]\naccess_key_id = \"LTAIunknown\"\naccess_key_secret = \"s3cret\"\n";
    let home = keyless(&server).config_more(wrong);
    let call = home.efloctl().args(["status", "t-1"]);
    let call = call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIunknown").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cret");
    let run = call.run().code(4);
    assert!(run.err.contains("; the key is that of ALIBABA_CLOUD_ACCESS_KEY_ID\n"), "{run}");
    assert!(!run.err.contains("s3cret"), "{run}");
    let run = home.run(&["status", "t-1", "--profile", "wrong"]).code(4);
    assert!(run.err.contains("; the key is that of profile wrong\n"), "{run}");
}

#[test]
fn security_token_is_sent_and_signed() {
    let server = any().accept("STSprofile", "token-secret", Some(TOKEN));
    let home = keyless(&server).config_more(&format!(
        "[profiles.t]\naccess_key_id = \"STSprofile\"\naccess_key_secret = \"token-secret\"\nsts_token = \"{TOKEN}\"\n"
    ));
    home.run(&["status", "t-1", "--profile", "t"]).code(0);
    let requests = server.requests();
    assert_eq!(requests[0].header("x-acs-security-token"), Some(TOKEN));
    let authorization = requests[0].header("authorization").unwrap();
    assert!(authorization.contains(";x-acs-security-token;"), "{authorization}");
}

#[test]
fn official_cli_profile_is_enough() {
    let server = any().accept("STSaliyun", "aliyun-secret", Some(TOKEN));
    let key = json!({"name": "ak", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
                     "sts_token": "", "region_id": "cn-beijing", "output_format": "json", "language": "en"});
    let token = json!({"name": "sts", "mode": "StsToken", "access_key_id": "STSaliyun",
                       "access_key_secret": "aliyun-secret", "sts_token": TOKEN, "region_id": "cn-shanghai"});
    let call = |current: &str, args: &[&str]| {
        let home = Home::new().aliyun(json!({"current": current, "profiles": [key, token], "meta_path": ""}));
        let call = home.efloctl().args(["status", "t-1", "-o", "json"]).args(args);
        call.env("EFLOCTL_ENDPOINT", server.url()).run().code(0).json()["region"].clone()
    };
    assert_eq!(call("ak", &[]), "cn-beijing");
    assert_eq!(call("sts", &[]), "cn-shanghai");
    assert_eq!(call("ak", &["--profile", "sts"]), "cn-shanghai");
    let tokens: Vec<_> =
        server.requests().iter().map(|r| r.header("x-acs-security-token").map(str::to_owned)).collect();
    assert_eq!(tokens, [None, Some(TOKEN.to_owned()), Some(TOKEN.to_owned())]);
}

#[test]
fn unusable_official_file_is_told_without_its_text() {
    let server = any();
    for (file, message) in [
        ("{\"profiles\": [\n s3cret", "~/.aliyun/config.json cannot be read: line 2 is not as that CLI writes it"),
        (
            r#"{"profiles": [{"name": "default", "mode": "AK", "access_key_secret": "s3cret"}]}"#,
            "profile default of ~/.aliyun/config.json has no access_key_id",
        ),
        (
            r#"{"profiles": [{"name": "default", "mode": "StsToken", "access_key_id": "a", "access_key_secret": "s3cret"}]}"#,
            "profile default of ~/.aliyun/config.json has no sts_token",
        ),
    ] {
        let run = keyless(&server).aliyun(file).run(&["status", "t-1"]).code(4);
        assert!(run.err.starts_with(&format!("efloctl: error: {message}\n")), "{run}");
        assert!(!run.err.contains("s3cret"), "{run}");
    }
    assert_eq!(server.count(), 0);
}

/// Asserts that no output holds what must never be shown.
#[track_caller]
fn keeps_secrets(run: &Run) {
    let text = format!("{}{}", run.out, run.err);
    keeps_secrets_text(&text);
}

/// Neither whole nor the beginning of one, as a message that is cut would have it.
#[track_caller]
fn keeps_secrets_text(text: &str) {
    for secret in [&KEY_SECRET[..8], &TOKEN[..8]] {
        assert!(!text.contains(secret), "{secret} is shown: {text}");
    }
    let is_shown = |rest: &str| rest.starts_with(|c: char| c.is_ascii_hexdigit());
    assert!(!text.split("Signature=").skip(1).any(is_shown), "a signature is shown: {text}");
}

/// A home whose profile has a temporary key, and a server that knows it.
fn temporary(reply: Reply) -> (Server, Home) {
    let server = Server::always(reply).accept("STStemporarykey1", KEY_SECRET, Some(TOKEN));
    let home = Home::new().config(&format!(
        "default_profile = \"t\"\n[profiles.t]\nendpoint = \"{}\"\naccess_key_id = \"STStemporarykey1\"\n\
         access_key_secret = \"{KEY_SECRET}\"\nsts_token = \"{TOKEN}\"\n",
        server.url()
    ));
    (server, home)
}

#[test]
fn no_secret_in_any_answer_with_vv() {
    let (_server, home) = temporary(Reply::ok(partial()));
    for format in ["table", "json", "jsonl", "tsv", "ids", "raw"] {
        for loud in ["-v", "-vv", "-vvv"] {
            let run = home.run(&["status", "t-1", "-o", format, loud]).code(0);
            keeps_secrets(&run);
            // The log was there to be searched.
            assert!(run.err.contains("efloctl: info: "), "{run}");
        }
    }
    let run = home.run(&["watch", "t-1", "-vv"]).code(3);
    keeps_secrets(&run);
    assert!(run.err.contains("> x-acs-security-token: (masked)"), "{run}");
    assert!(run.err.contains("> authorization: (masked)"), "{run}");
    for args in [&["config", "list", "-vv"][..], &["config", "list", "-o", "json"], &["errors", "t-1", "-vv"]] {
        keeps_secrets(&home.run(args).code(0));
    }
}

#[test]
fn no_secret_in_any_failure_with_vv() {
    for (reply, code) in [
        (Reply::error(400, "SignatureDoesNotMatch", "The signature does not match."), 4),
        (Reply::error(403, "Forbidden.RAM", "You are not authorized."), 4),
        (Reply::error(400, "InvalidParameter.InvokeId", "The InvokeId is invalid."), 5),
        (Reply::bytes(403, "text/html", "<html><title>Blocked</title></html>"), 5),
        (Reply::json(200, "[]"), 5),
    ] {
        let (_server, home) = temporary(reply);
        for format in ["table", "json"] {
            keeps_secrets(&home.run(&["status", "t-1", "-vv", "--retries", "0", "-o", format]).code(code));
        }
    }
    // A key that no header can carry.
    let (server, home) = temporary(Reply::ok(success()));
    let text = home.read(".config/efloctl/config.toml").replace(TOKEN, &format!("{TOKEN}\\u0001"));
    let run = home.config(&text).run(&["status", "t-1", "-vv"]).code(4);
    keeps_secrets(&run);
    assert!(run.err.contains("a character that no header may carry"), "{run}");
    assert_eq!(server.count(), 0);
}
