//! `doctor`: why it does not work, step by step, and every step that can still be taken is.

mod network;

use serde_json::{Value, json};

use crate::golden::golden;
use crate::support::answers::{Answer, no_record};
use crate::support::cli::{Efloctl, Home, Run, mode};
use crate::support::http::Request;
use crate::support::reply::Reply;
use crate::support::server::{KEY_ID, KEY_SECRET, Server};

const NOWHERE: &str = "http://127.0.0.1:1";
const ACCOUNT: &str = "100000000000";
const ALL: [&str; 13] = [
    "config",
    "profile",
    "node names",
    "credentials",
    "safety policy",
    "endpoint",
    "proxy",
    "name",
    "tcp",
    "tls",
    "clock",
    "identity",
    "permission",
];

/// The API: whoever only looks in gets a page, and a signed call this answer.
fn api(reply: Reply) -> Server {
    Server::with(page_or(reply)).expect_bad_signatures()
}

fn page_or(reply: Reply) -> impl Fn(&Request, usize) -> Reply + Send + Sync + 'static {
    move |request, _| if request.method == "GET" { Reply::bytes(400, "text/plain", "?") } else { reply.clone() }
}

/// The API as it answers the account that may ask: it does not know the id.
fn willing() -> Server {
    api(Reply::ok(no_record()))
}

/// STS, which tells whom a key belongs to.
fn sts() -> Server {
    let identity = json!({"AccountId": ACCOUNT, "Arn": format!("acs:ram::{ACCOUNT}:user/ops"), "RequestId": "r"});
    Server::always(Reply::ok(identity)).service("GetCallerIdentity", "2015-04-01")
}

fn doctor(home: &Home, sts: &str) -> Efloctl {
    home.efloctl().args(["doctor"]).env("EFLOCTL_STS_ENDPOINT", sts).env("EFLOCTL_METADATA_ENDPOINT", NOWHERE)
}

/// Runs it and gives its checks, having made sure that the table says the same.
#[track_caller]
fn checks(call: impl Fn() -> Efloctl, code: i32) -> Vec<Value> {
    let document = told(call().args(["-o", "json"]).run().code(code)).json();
    assert_eq!((&document["schema_version"], &document["exit_code"]), (&json!(1), &json!(code)), "{document}");
    let checks = document["checks"].as_array().unwrap().clone();
    let table = told(call().run().code(code)).out;
    let starts = |line: &str| ["ok ", "warn ", "FAIL "].iter().any(|word| line.starts_with(word));
    let lines: Vec<&str> = table.lines().filter(|line| starts(line)).collect();
    assert_eq!(lines.len(), checks.len(), "{table}");
    for (line, check) in lines.into_iter().zip(&checks) {
        let start = format!("{:<4}  {:<11}  ", health(check).replace("fail", "FAIL"), check["name"].as_str().unwrap());
        assert!(line.starts_with(&start), "{start:?} does not begin {line:?}");
        for text in [&check["detail"], &check["remedy"]] {
            for line in text.as_str().unwrap_or_default().lines() {
                assert!(table.contains(line), "{line:?} is not in\n{table}");
            }
        }
    }
    checks
}

#[track_caller]
fn told(run: Run) -> Run {
    assert!(!format!("{run}").contains("never-shown"), "a secret is shown: {run}");
    run
}

fn health(check: &Value) -> &str {
    check["health"].as_str().unwrap()
}

fn names(checks: &[Value]) -> Vec<&str> {
    checks.iter().map(|check| check["name"].as_str().unwrap()).collect()
}

#[track_caller]
fn check<'a>(checks: &'a [Value], name: &str) -> &'a Value {
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no check {name} in {:?}", names(checks)))
}

/// Asserts that these checks fail and all others are ok.
#[track_caller]
fn fail(checks: &[Value], failed: &[&str]) {
    let found: Vec<&str> =
        checks.iter().filter(|check| health(check) != "ok").map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(found, failed, "{checks:#?}");
    assert!(failed.iter().all(|name| health(check(checks, name)) == "fail"), "{checks:#?}");
}

#[track_caller]
fn says(checks: &[Value], name: &str, words: &[&str]) {
    let check = check(checks, name);
    let text = format!("{} {}", check["detail"].as_str().unwrap(), check["remedy"].as_str().unwrap_or_default());
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text}");
    }
}

#[test]
fn doctor_passes_a_working_set_up() {
    let (api, sts) = (willing(), sts());
    let home = Home::for_server(&api);
    let checks = checks(|| doctor(&home, &sts.url()), 0);
    assert_eq!(names(&checks), ALL);
    fail(&checks, &[]);
    says(&checks, "config", &["~/.config/efloctl/config.toml"]);
    #[cfg(unix)]
    says(&checks, "config", &["for its owner alone"]);
    says(&checks, "profile", &["test", "default_profile"]);
    says(&checks, "credentials", &["profile", "LTAI…00"]);
    says(&checks, "endpoint", &[&api.url()]);
    says(&checks, "name", &["127.0.0.1"]);
    says(&checks, "tcp", &[&api.address().to_string()]);
    says(&checks, "tls", &["plain http"]);
    says(&checks, "identity", &[ACCOUNT, "user/ops"]);
    assert_eq!((api.bad_signatures().len(), sts.count()), (2, 2), "only the look at the connection is unsigned");
    let asked: Vec<Request> = api.requests().into_iter().filter(|request| request.method == "POST").collect();
    assert_eq!(asked[0].header("x-acs-action"), Some("DescribeSendFileResults"));
    assert!(asked[0].form()["InvokeId"].contains("no-such"), "nothing real is asked about");
}

#[test]
fn doctor_warns_of_a_config_file_readable_by_others() {
    let (api, sts) = (willing(), sts());
    let home = Home::for_server(&api);
    mode(&home.config_path(), 0o644);
    let checks = checks(|| doctor(&home, &sts.url()), 0);
    let config = check(&checks, "config");
    if cfg!(unix) {
        assert_eq!(health(config), "warn");
        says(&checks, "config", &["others can read ~/.config/efloctl/config.toml", "chmod 600"]);
    }
    assert_eq!(checks.iter().filter(|check| health(check) == "ok").count(), ALL.len() - usize::from(cfg!(unix)));
}

#[test]
fn doctor_checks_the_network_without_credentials() {
    let (api, sts) = (willing(), sts());
    let home = Home::new();
    let checks = checks(|| doctor(&home, &sts.url()).args(["--endpoint", &api.url()]), 4);
    fail(&checks, &["credentials"]);
    assert_eq!(names(&checks), ALL[..11]);
    says(&checks, "config", &["is not there, and need not be"]);
    says(
        &checks,
        "credentials",
        &["environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set", "access_key_id = \"LTAI...\""],
    );
    assert_eq!(sts.count(), 0);
}

#[test]
fn doctor_tells_a_refused_key() {
    let (api, sts) = (willing(), sts().expect_bad_signatures());
    let home = Home::for_server(&api);
    let text = home.read(".config/efloctl/config.toml").replace(KEY_SECRET, "wrong-never-shown");
    let home = home.config(&text);
    let checks = checks(|| doctor(&home, &sts.url()), 4);
    assert_eq!(names(&checks), ALL);
    fail(&checks, &["identity", "permission"]);
    says(&checks, "identity", &["SignatureDoesNotMatch"]);
    says(&checks, "permission", &["SignatureDoesNotMatch"]);
    assert_eq!(check(&checks, "identity")["exit_code"], 4);
}

#[test]
fn doctor_tells_a_missing_permission() {
    let sts = sts();
    for (reply, code) in [
        (Reply::error(403, "Forbidden.RAM", "User not authorized to operate on the specified resource."), 4),
        (Reply::error(403, "NoPermission", "not for you"), 4),
        (Reply::error(503, "ServiceUnavailable", "later"), 5),
        (Reply::ok(no_record()), 0),
        (Reply::ok(Answer::new("Success").nodes(1, "Success")), 0),
        (Reply::error(404, "InvalidInvokeId.NotFound", "The specified InvokeId does not exist."), 0),
        (Reply::error(400, "InvalidParameter.InvokeId", "The specified InvokeId is not valid."), 0),
        (Reply::error(400, "InvalidParameter", "The specified parameter is not valid."), 0),
    ] {
        let api = api(reply);
        let home = Home::for_server(&api);
        let checks = checks(|| doctor(&home, &sts.url()), code);
        assert_eq!(names(&checks), ALL);
        fail(&checks, if code == 0 { &[] } else { &["permission"] });
        match code {
            0 => says(&checks, "permission", &["DescribeSendFileResults is allowed"]),
            4 => assert!(check(&checks, "permission")["remedy"].is_string(), "{checks:#?}"),
            _ => {}
        }
    }
}

#[test]
fn doctor_exit_code_is_that_of_the_first_failure() {
    let sts = sts();
    let nothing = Home::new();
    let found = checks(|| doctor(&nothing, &sts.url()).args(["--endpoint", NOWHERE]), 4);
    fail(&found, &["credentials", "tcp"]);
    let found = checks(|| doctor(&nothing, &sts.url()), 4);
    fail(&found, &["credentials", "endpoint"]);

    let keys = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n");
    let no_region = Home::new().config(&format!("default_profile = \"a\"\n[profiles.a]\n{keys}"));
    let found = checks(|| doctor(&no_region, &sts.url()), 2);
    fail(&found, &["endpoint"]);
    says(&found, "endpoint", &["no region is set", "--region"]);
    says(&found, "identity", &[ACCOUNT]);

    let mistake = Home::new().config(&format!("[profiles.a]\nregoin = \"x\"\n{keys}"));
    let found = checks(|| doctor(&mistake, &sts.url()), 2);
    assert_eq!(names(&found), ["config"]);
    says(&found, "config", &["config.toml:2", "regoin", "region"]);
}

#[test]
fn doctor_names_a_failing_credential_source() {
    let (api, sts) = (willing(), sts());
    let home = Home::new().config(&format!(
        "default_profile = \"a\"\n[profiles.a]\nendpoint = \"{}\"\ncredentials_uri = \"{NOWHERE}\"\n",
        api.url()
    ));
    let checks = checks(|| doctor(&home, &sts.url()), 4);
    fail(&checks, &["credentials"]);
    says(&checks, "credentials", &["cannot connect to 127.0.0.1:1"]);
}

#[test]
fn doctor_shows_when_a_temporary_key_expires() {
    let fields = json!({
        "Code": "Success", "AccessKeyId": "STS.doctor0000", "AccessKeySecret": "secret-never-shown",
        "SecurityToken": "token-never-shown", "Expiration": "2099-01-01T00:00:00Z",
    });
    let uri = Server::unsigned(move |_, _| Reply::ok(fields.clone()));
    let key = |server: Server| server.accept("STS.doctor0000", "secret-never-shown", Some("token-never-shown"));
    let (api, sts) = (key(willing()), key(sts()));
    let home = Home::new().config(&format!(
        "default_profile = \"a\"\n[profiles.a]\nendpoint = \"{}\"\ncredentials_uri = \"{}\"\n",
        api.url(),
        uri.url()
    ));
    let checks = checks(|| doctor(&home, &sts.url()), 0);
    says(&checks, "credentials", &["credentials URI", "STS.…00", "until 2099-01-01T00:00:00Z"]);
    assert_eq!(uri.count(), 2, "one key serves all checks of a run");
}

#[test]
fn doctor_matches_its_golden_file() {
    let (api, sts) = (willing(), sts());
    let home = Home::for_server(&api);
    golden("doctor-table", &doctor(&home, &sts.url()).run().code(0).out);
    golden("doctor-json", &doctor(&home, &sts.url()).args(["-o", "json"]).run().code(0).out);
    let alone = Home::new();
    golden("doctor-table-nothing", &doctor(&alone, NOWHERE).args(["--endpoint", NOWHERE]).run().code(4).out);
}

#[test]
fn doctor_tells_whether_names_of_nodes_are_known_and_how_old_they_are() {
    let (api, sts) = (willing(), sts());
    let names = |rows: &str| {
        let home = Home::for_server(&api);
        let home = if rows.is_empty() { home } else { home.file(".cache/efloctl/nodes.tsv", rows) };
        let checks = checks(|| doctor(&home, &sts.url()), 0);
        let found = check(&checks, "node names");
        (health(found).to_owned(), found["detail"].as_str().unwrap().to_owned())
    };
    let row = |id: &str, seen: &str| format!("{id}\thost{}{seen}\n", "\t".repeat(9));
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let of = |health: &str, detail: &str| (health.to_owned(), detail.to_owned());
    assert_eq!(names(""), of("ok", "none are known; efloctl nodes looks them up"));
    assert_eq!(names(&row("a", &now)), of("ok", "those of 1 node are known, seen within 1 day"));
    assert_eq!(names("a\thost\nb\thost\n"), of("ok", "those of 2 nodes are known"));
    let (health, detail) = names(&(row("a", &now) + &row("b", "2026-01-02T03:04:05Z")));
    assert_eq!(health, "warn");
    assert!(detail.starts_with("those of 2 nodes are known, seen up to "), "{detail}");
    assert_eq!(names("<html>").0, "warn");
}
