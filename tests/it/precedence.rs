//! Which of several words for a setting counts: the flag, the variable, the profile, `[defaults]`, and
//! last the official CLI's.

use serde_json::json;

use super::golden::golden;
use super::rollouts::success;
use super::support::cli::{Efloctl, Home};
use super::support::reply::Reply;
use super::support::server::{KEY_ID, KEY_SECRET, Server};
use super::support::tls::Identity;

fn any() -> Server {
    Server::always(Reply::ok(success()))
}

/// A call with only those layers that come at or after `first`; each layer says its own word.
fn with_layers(
    setting: &str,
    first: usize,
    words: &[&str; 5],
    more: &str,
) -> (Home, Vec<String>, Vec<(String, String)>) {
    let line =
        |layer: usize| if first <= layer { format!("{setting} = \"{}\"\n", words[layer]) } else { String::new() };
    let home = Home::new().config(&format!(
        "default_profile = \"p\"\n[defaults]\n{}[profiles.p]\n{}access_key_id = \"{KEY_ID}\"\n\
         access_key_secret = \"{KEY_SECRET}\"\n{more}",
        line(3),
        line(2)
    ));
    let args = if first == 0 { vec![format!("--{setting}"), words[0].to_owned()] } else { Vec::new() };
    let upper = setting.to_uppercase();
    let official = if setting == "region" { "REGION_ID".to_owned() } else { upper.clone() };
    // A variable that is set but empty counts as unset.
    let own = if first <= 1 { words[1] } else { "" };
    let theirs = if first <= 4 { words[4] } else { "" };
    let variables =
        vec![(format!("EFLOCTL_{upper}"), own.to_owned()), (format!("ALIBABA_CLOUD_{official}"), theirs.to_owned())];
    (home, args, variables)
}

fn call(home: &Home, args: &[String], variables: &[(String, String)]) -> Efloctl {
    let call = home.efloctl().args(["status", "t-1", "-o", "json"]).args(args);
    variables.iter().fold(call, |call, (name, value)| call.env(name, value))
}

#[test]
fn endpoint_precedence() {
    let servers: [Server; 5] = std::array::from_fn(|_| any());
    let urls: Vec<String> = servers.iter().map(Server::url).collect();
    let words: [&str; 5] = std::array::from_fn(|at| urls[at].as_str());
    for first in 0..5 {
        let (home, args, variables) = with_layers("endpoint", first, &words, "");
        call(&home, &args, &variables).run().code(0);
        let counts: Vec<usize> = servers.iter().map(Server::count).collect();
        assert_eq!(counts, (0..5).map(|at| usize::from(at <= first)).collect::<Vec<_>>());
    }
}

#[test]
fn region_precedence() {
    let server = any();
    let words = ["by-flag", "by-variable", "by-profile", "by-defaults", "by-official-variable"];
    let endpoint = format!("endpoint = \"{}\"\n", server.url());
    for first in 0..=5 {
        let (home, args, variables) = with_layers("region", first, &words, &endpoint);
        let home =
            home.aliyun(json!({"current": "c", "profiles": [{"name": "c", "region_id": "by-official-profile"}]}));
        let region = call(&home, &args, &variables).run().code(0).json()["region"].clone();
        assert_eq!(region, *words.get(first).unwrap_or(&"by-official-profile"));
    }
    // An endpoint needs no region.
    let (home, args, variables) = with_layers("region", 5, &words, &endpoint);
    assert!(call(&home, &args, &variables).run().code(0).json()["region"].is_null());
}

/// The host that a call goes to, seen by a proxy that lets nothing through.
fn host(file: &str, args: &[&str], env: &[(&str, &str)]) -> String {
    let proxy = Server::unsigned(|_, _| Reply::bytes(502, "text/plain", "no further"));
    let keys = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n");
    let home = Home::new().config(&format!("default_profile = \"p\"\n[profiles.p]\n{keys}{file}"));
    // Not every machine has certificates of its own.
    let home = home.file("ca.pem", Identity::loopback().ca_pem());
    let call = home.efloctl().args(["status", "t-1", "--retries", "0", "--ca-file", "ca.pem"]).args(args);
    env.iter().fold(call, |call, (name, value)| call.env(name, value)).env("HTTPS_PROXY", proxy.url()).run().code(5);
    let [request] = proxy.requests().try_into().expect("one request");
    assert_eq!(request.method, "CONNECT");
    request.path
}

#[test]
fn endpoint_host_follows_region_and_endpoint_type() {
    let public = |region| format!("eflo-controller.{region}.aliyuncs.com:443");
    let vpc = |region| format!("eflo-controller-vpc.{region}.aliyuncs.com:443");
    assert_eq!(host("region = \"cn-beijing\"\n", &[], &[]), public("cn-beijing"));
    assert_eq!(host("region = \"cn-beijing\"\n", &["-r", "me-new-1"], &[]), public("me-new-1"));
    let file = "region = \"cn-beijing\"\nendpoint_type = \"vpc\"\n";
    assert_eq!(host(file, &[], &[("ALIBABA_CLOUD_ENDPOINT_TYPE", "public")]), vpc("cn-beijing"));
    assert_eq!(host(file, &[], &[("EFLOCTL_ENDPOINT_TYPE", "public")]), public("cn-beijing"));
    assert_eq!(host("", &["-r", "cn-hongkong"], &[("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc")]), vpc("cn-hongkong"));
    assert_eq!(host("", &["--endpoint", "gateway.example:8443"], &[]), "gateway.example:8443");
}

#[test]
fn missing_region_exits_2_before_any_call() {
    let home = Home::new().config("[profiles.p]\naccess_key_id = \"a\"\naccess_key_secret = \"b\"\n");
    let run = home.run(&["status", "t-1", "--profile", "p"]).code(2);
    golden("status-no-region-stderr", &run.err);
}

/// Profiles of both files, each with a key of its own by which the server knows it.
fn profiles(server: &Server, beginning: &str) -> Home {
    let profile = |name: &str| {
        format!("[profiles.{name}]\naccess_key_id = \"LTAI{name}\"\naccess_key_secret = \"{KEY_SECRET}\"\n")
    };
    let own = ["flag", "variable", "default"].map(profile).concat();
    let official = |name: &str, id: &str| json!({"name": name, "mode": "AK", "access_key_id": id, "access_key_secret": KEY_SECRET, "region_id": "x"});
    let home = Home::new().config(&format!("{beginning}[defaults]\nendpoint = \"{}\"\n{own}", server.url()));
    home.aliyun(json!({
        "current": "current",
        // A profile of config.toml hides one of the same name here.
        "profiles": [official("current", "LTAIcurrent"), official("other", "LTAIother"), official("flag", "LTAIwrong")],
    }))
}

/// A server that knows them all.
fn door() -> Server {
    let ids = ["flag", "variable", "default", "current", "other", "env"];
    ids.iter().fold(any(), |server, name| server.accept(&format!("LTAI{name}"), KEY_SECRET, None))
}

/// Whose key signed the last request.
fn signer(server: &Server) -> String {
    let requests = server.requests();
    let authorization = requests.last().and_then(|request| request.header("authorization")).expect("a request");
    let (_, id) = authorization.split_once("Credential=LTAI").expect("a key");
    id.split(',').next().unwrap_or_default().to_owned()
}

#[test]
fn named_profile_signs_before_environment_keys() {
    let server = door();
    let home = profiles(&server, "default_profile = \"default\"\n");
    let keys = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIenv"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET)];
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let call = home.efloctl().args(["status", "t-1"]).args(args);
        env.iter().fold(call, |call, (name, value)| call.env(name, value)).run().code(0);
        signer(&server)
    };
    let variable = ("EFLOCTL_PROFILE", "variable");
    assert_eq!(run(&["--profile", "flag"], &[variable, keys[0], keys[1]]), "flag");
    assert_eq!(run(&[], &[variable, keys[0], keys[1]]), "variable");
    // One of the official CLI's is found by its name too.
    assert_eq!(run(&["--profile", "other"], &[variable, keys[0], keys[1]]), "other");
    assert_eq!(run(&[], &[keys[0], keys[1]]), "env");
    assert_eq!(run(&[], &[]), "default");
    assert_eq!(run(&[], &[("EFLOCTL_PROFILE", "")]), "default");
}

#[test]
fn official_cli_signs_without_a_default_profile() {
    let server = door();
    let home = profiles(&server, "");
    let run = |env: &[(&str, &str)]| {
        let call = home.efloctl().args(["status", "t-1"]);
        env.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
    };
    run(&[]).code(0);
    assert_eq!(signer(&server), "current");
    run(&[("ALIBABA_CLOUD_PROFILE", "other")]).code(0);
    assert_eq!(signer(&server), "other");
    run(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")]).code(4);
    assert_eq!(server.count(), 2);
}

#[test]
fn profile_settings_apply_wherever_the_keys_come_from() {
    let server = door();
    let home = Home::new().config(&format!(
        "default_profile = \"place\"\n[profiles.place]\nendpoint = \"{}\"\nregion = \"cn-place\"\n",
        server.url()
    ));
    let call = home.efloctl().args(["status", "t-1", "-o", "json"]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIenv");
    let run = call.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET).run().code(0);
    assert_eq!((signer(&server).as_str(), &run.json()["region"]), ("env", &"cn-place".into()));
}

#[test]
fn invalid_setting_is_told_with_its_origin() {
    let home = Home::new();
    let flag = home.run(&["status", "t-1", "--region", "cn wulanchabu"]).code(2);
    golden("status-wrong-region-flag-stderr", &flag.err);
    let variable = home.efloctl().args(["status", "t-1"]).env("EFLOCTL_REGION", "cn wulanchabu").run().code(2);
    golden("status-wrong-region-variable-stderr", &variable.err);
    // A word that does not count is not looked at.
    let server = any();
    let home = Home::for_server(&server);
    let call = home.efloctl().args(["status", "t-1", "--region", "cn-beijing"]).env("EFLOCTL_REGION", "cn wulanchabu");
    call.run().code(0);
}
