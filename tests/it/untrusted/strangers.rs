//! What is said instead of an answer: by the API, by a proxy before it, and by whatever keys come from.

use super::*;
use crate::support::cli::{Efloctl, Home};
use crate::support::reply::Reply;
use crate::support::server::{KEY_ID, KEY_SECRET, Server};
use crate::support::tls::Identity;

/// The API's account of an error in this hand.
fn refusal(hand: Hand, status: u16) -> Reply {
    let text = |field: &str| hand.write(field);
    let account = json!({
        "Code": text("code"), "Message": text("message"), "RequestId": text("request"), "Recommend": text("recommend"),
        "HostId": text("host"), "AccessDeniedDetail": {"AuthAction": text("action"), "PolicyType": text("policy")},
    });
    Reply::json(status, account)
}

/// Runs it in both hands and compares.
#[track_caller]
fn both(call: impl Fn(Hand) -> Efloctl, told: &[&str]) {
    let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| call(hand).run());
    run_is_harmless(&hostile, None);
    same_lines(&hostile, &tame);
    for word in told {
        assert!(format!("{}{}", hostile.out, hostile.err).contains(word), "{word} is not told: {hostile}");
    }
}

/// Every command and format that tells of a failed call.
const ASKING: &[&[&str]] = &[
    &["status", "t-1"],
    &["status", "t-1", "--color", "always", "-vv"],
    &["status", "t-1", "-o", "json"],
    &["errors", "t-1"],
    &["watch", "t-1"],
    &["watch", "t-1", "-o", "json"],
    &["watch", "t-1", "-o", "jsonl"],
    &["doctor"],
    &["doctor", "-o", "json"],
];

/// What each command makes of a reply, tried twice.
#[track_caller]
fn asked(reply: impl Fn(Hand) -> Reply, told: &[&str]) {
    for args in ASKING {
        let servers = [Hand::Hostile, Hand::Tame].map(|hand| {
            let reply = reply(hand);
            Server::unsigned(move |_, _| reply.clone())
        });
        let homes = servers.each_ref().map(Home::for_server);
        both(
            |hand| {
                let at = usize::from(hand == Hand::Tame);
                let call = homes[at].efloctl().args(*args).env("EFLOCTL_RETRIES", "1").env("EFLOCTL_GRACE", "0");
                call.env("EFLOCTL_STS_ENDPOINT", servers[at].url())
            },
            told,
        );
    }
}

#[test]
fn untrusted_api_error_is_safe() {
    asked(|hand| refusal(hand, 400), &["code", "message"]);
}

#[test]
fn untrusted_transient_error_is_safe() {
    asked(|hand| refusal(hand, 503), &["code", "message"]);
}

#[test]
fn untrusted_xml_error_is_safe() {
    let page = |hand: Hand| {
        let text = |field: &str| hand.write(field).replace(['<', '>', '&'], "");
        let xml = format!("<Error><Code>{}</Code><Message>{}</Message></Error>", text("code"), text("message"));
        Reply::bytes(400, "text/xml", xml)
    };
    asked(page, &["code", "message"]);
}

#[test]
fn untrusted_proxy_page_is_safe() {
    let title = |hand: Hand| format!("<html><title>{}</title></html>", hand.write("title").replace("<", ""));
    asked(|hand| Reply::bytes(403, "text/html", title(hand)), &["title"]);
    let page = |hand: Hand| format!("<h1>{}</h1>", hand.write("page"));
    asked(|hand| Reply::bytes(502, "text/html", page(hand)), &["page"]);
    asked(|hand| Reply::bytes(200, "text/html", page(hand)), &[]);
    asked(|hand| Reply::json(200, json!({"Invocations": hand.write("list")})), &[]);
}

#[test]
fn untrusted_headers_are_safe() {
    let value = |hand: Hand| match hand {
        Hand::Tame => "tame",
        Hand::Hostile => "\u{202e}\u{9b}2J\u{200b}::error::x ##[error]y",
    };
    for name in ["date", "location", "x-acs-retry-after", "content-type", "server"] {
        for status in [302, 400] {
            asked(|hand| Reply::json(status, "{}").header(name, value(hand)), &[]);
        }
    }
    // Plain letters are enough to command a runner.
    let place = |hand: Hand| if hand == Hand::Tame { "/tame" } else { "::error::x ##[error]y ##vso[z]w" };
    asked(|hand| Reply::json(302, "").header("location", place(hand)), &[]);
    // A header that no client may take breaks the call, and is not told.
    let server = Server::always(Reply::json(302, "").header("location", "a\u{1b}[2Jb"));
    let run = Home::for_server(&server).run(&["status", "t-1", "--retries", "0"]).code(5);
    run_is_harmless(&run, None);
}

/// A look and the doctor, with keys from this profile or these variables.
#[track_caller]
fn keyed(profile: impl Fn(Hand) -> Home, variables: impl Fn(Hand) -> Vec<(&'static str, String)>, told: &[&str]) {
    let api = Server::unsigned(|request, _| panic!("{} was not expected", request.path));
    for args in
        [&["status", "t-1"][..], &["status", "t-1", "-o", "json", "-vv"], &["doctor"], &["doctor", "-o", "json"]]
    {
        // The doctor looks at the host all the same.
        let host = if args[0] == "doctor" { "http://127.0.0.1:1".to_owned() } else { api.url() };
        let homes = [profile(Hand::Hostile), profile(Hand::Tame)];
        both(
            |hand| {
                let call = homes[usize::from(hand == Hand::Tame)].efloctl().args(args);
                let call = call.env("EFLOCTL_ENDPOINT", &host).without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
                variables(hand).into_iter().fold(call, |call, (name, value)| call.env(name, value))
            },
            told,
        );
    }
}

fn profile(lines: &str) -> Home {
    Home::new().config(&format!("default_profile = \"p\"\n[profiles.p]\n{lines}\n"))
}

#[test]
fn untrusted_sts_answer_is_safe() {
    let servers = [Hand::Hostile, Hand::Tame].map(|hand| Server::unsigned(move |_, _| refusal(hand, 403)));
    let role =
        format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\nrole_arn = \"acs:ram::1:role/r\"");
    let oidc = "oidc = { provider_arn = \"p\", token_file = \"~/token\", role_arn = \"acs:ram::1:role/r\" }";
    for lines in [&role, oidc] {
        keyed(
            |_| profile(lines).file("token", "token"),
            |hand| vec![("EFLOCTL_STS_ENDPOINT", servers[usize::from(hand == Hand::Tame)].url())],
            &["code", "message"],
        );
    }
}

#[test]
fn untrusted_metadata_and_credentials_uri_answers_are_safe() {
    let name = |hand: Hand, role: &'static str| {
        Server::unsigned(move |request, _| match request.path.rsplit_once('/') {
            Some((_, "token")) => Reply::bytes(200, "text/plain", "token"),
            Some((_, "")) if role.is_empty() => Reply::bytes(200, "text/plain", hand.write("role")),
            Some((_, "")) => Reply::bytes(200, "text/plain", role),
            _ => Reply::json(200, json!({"Code": hand.write("code"), "Message": hand.write("message")})),
        })
    };
    // A name of a role that is no name is refused before anything is asked about it.
    for (role, told) in [("", ["role"]), ("ops", ["code"])] {
        let servers = [name(Hand::Hostile, role), name(Hand::Tame, role)];
        let url = |hand: Hand| servers[usize::from(hand == Hand::Tame)].url();
        keyed(|_| profile("ecs_ram_role = true"), |hand| vec![("EFLOCTL_METADATA_ENDPOINT", url(hand))], &told);
    }
    let servers = [name(Hand::Hostile, "ops"), name(Hand::Tame, "ops")];
    let url = |hand: Hand| servers[usize::from(hand == Hand::Tame)].url();
    keyed(|hand| profile(&format!("credentials_uri = \"{}/key\"", url(hand))), |_| Vec::new(), &["says code"]);
}

#[test]
#[cfg(unix)]
fn untrusted_credential_process_output_is_safe() {
    let script = |text: &str| profile("credential_process = \"sh key.sh\"").file("key.sh", text);
    let errs = |hand: Hand| script("cat err >&2; exit 1").file("err", hand.write("err"));
    keyed(errs, |_| Vec::new(), &["failed (exit status: 1): err"]);
    let mode =
        |hand: Hand| json!({"mode": hand.write("mode"), "access_key_id": "a", "access_key_secret": "b"}).to_string();
    keyed(|hand| script("cat out").file("out", mode(hand)), |_| Vec::new(), &["gives mode mode"]);
    let name = |hand: Hand| if hand == Hand::Tame { "./none" } else { "'./\\u001b[2J\\u202e\\n::error::x ##[error]y'" };
    keyed(|hand| profile(&format!("credential_process = \"{}\"", name(hand))), |_| Vec::new(), &["cannot be run"]);
}

#[test]
fn untrusted_certificate_is_safe() {
    let names = |hand: Hand| match hand {
        Hand::Tame => ["tame.invalid", "b.invalid"],
        Hand::Hostile => ["x\u{1b}[2J\u{7}\n::error::x.invalid", "##[error]x.invalid"],
    };
    for args in [&["status", "t-1", "--retries", "0"][..], &["doctor"], &["doctor", "-o", "json"]] {
        for is_wrong_name in [true, false] {
            let of = |hand: Hand| {
                let more = if is_wrong_name { &[][..] } else { &["127.0.0.1"] };
                Identity::of_authority(&hand.write("authority"), &[&names(hand)[..], more].concat())
            };
            let identities = [of(Hand::Hostile), of(Hand::Tame)];
            let servers = identities.each_ref().map(|identity| {
                Server::tls(identity, |_, _| Reply::ok(Hand::Tame.answer("Success"))).expect_bad_signatures()
            });
            let homes = servers.each_ref().map(Home::for_server);
            both(
                |hand| {
                    let at = usize::from(hand == Hand::Tame);
                    let ca = identities[at].write_ca(homes[at].path());
                    let call = homes[at].efloctl().args(args).env("EFLOCTL_STS_ENDPOINT", "http://127.0.0.1:1");
                    call.env("EFLOCTL_CA_FILE", ca)
                },
                &[],
            );
        }
    }
}
