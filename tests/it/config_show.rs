//! `config show` and `config list`: what is in effect and where it came from, and never a secret.

use serde_json::{Value, json};

use crate::golden::golden;
use crate::support::cli::{Efloctl, Home, Run};
use crate::support::server::{KEY_ID, KEY_SECRET};

const ROLE: &str = "acs:ram::100000000000:role/ops";

fn run(call: Efloctl) -> Run {
    let run = call.run().code(0);
    assert!(!format!("{run}").contains("never-shown"), "a secret is shown: {run}");
    run
}

/// Name, value and origin of every setting; the table says the same.
fn shown(call: impl Fn() -> Efloctl) -> Vec<(String, Option<String>, String)> {
    let document = run(call().args(["-o", "json"])).json();
    assert_eq!(document["schema_version"], 1);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let settings = document["settings"].as_array().unwrap();
    let table = run(call()).out;
    assert_eq!(table.lines().count(), settings.len() + 1, "{table}");
    let line = |(at, setting): (usize, &Value)| {
        let (name, value) = (text(&setting["name"]).unwrap(), text(&setting["value"]));
        let origin = text(&setting["origin"]).unwrap();
        let row = table.lines().nth(at + 1).unwrap();
        // The one of the two that asks for JSON says so.
        if name == "output" {
            assert_eq!((value.as_deref(), origin.as_str()), (Some("json"), "--output"));
            return (name, Some("table".to_owned()), "built in".to_owned());
        }
        assert!(row.starts_with(&name) && row.ends_with(&origin), "{setting} is not in {row}");
        assert!(row.contains(value.as_deref().unwrap_or(" - ")), "{setting} is not in {row}");
        (name, value, origin)
    };
    settings.iter().enumerate().map(line).collect()
}

#[track_caller]
fn expect(shown: &[(String, Option<String>, String)], expected: &[(&str, &str, &str)]) {
    for (name, value, origin) in expected {
        let found = shown.iter().find(|(of, ..)| of == name).unwrap_or_else(|| panic!("no {name} in {shown:?}"));
        assert_eq!((found.1.as_deref().unwrap_or("-"), found.2.as_str()), (*value, *origin), "{name}");
    }
}

#[test]
fn config_show_has_built_in_values_where_nothing_is_set() {
    let home = Home::new();
    let shown = shown(|| home.efloctl().args(["config", "show"]));
    let expected = [
        ("config file", "~/.config/efloctl/config.toml (not there)", "built in"),
        ("profile", "-", "not set"),
        ("region", "-", "not set"),
        ("endpoint", "-", "not set"),
        ("endpoint type", "public", "built in"),
        ("output", "table", "built in"),
        ("progress", "auto", "built in"),
        ("node names", "-", "not set"),
        ("interval", "5s", "built in"),
        ("timeout", "30m", "built in"),
        ("grace", "30s", "built in"),
        ("retries", "4", "built in"),
        ("connect timeout", "10s", "built in"),
        ("request timeout", "60s", "built in"),
        ("ca file", "-", "not set"),
        ("sts endpoint", "https://sts.aliyuncs.com", "built in"),
        ("metadata endpoint", "http://100.100.100.200", "built in"),
        ("credentials", "-", "not set"),
    ];
    expect(&shown, &expected);
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
}

#[test]
fn config_show_names_the_origin_of_every_setting() {
    let home = Home::new().config(&format!(
        "default_profile = \"ops\"\n[defaults]\ninterval = \"7s\"\ngrace = \"1m\"\n[profiles.ops]\n\
         region = \"cn-beijing\"\ngrace = \"2m\"\nca_file = \"~/ca.pem\"\n\
         access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n"
    ));
    let call = || {
        let call = home.efloctl().args(["config", "show", "--retries", "9"]);
        let call = call.env("EFLOCTL_TIMEOUT", "1h30m").env("EFLOCTL_STS_ENDPOINT", "sts.example.com");
        call.env("EFLOCTL_METADATA_ENDPOINT", "http://127.0.0.1:1").env("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc")
    };
    let file = "~/.config/efloctl/config.toml";
    let shown = shown(call);
    expect(
        &shown,
        &[
            ("config file", file, "built in"),
            ("profile", "ops", &format!("default_profile, {file}:1")),
            ("region", "cn-beijing", &format!("profile ops, {file}:6")),
            ("endpoint type", "vpc", "ALIBABA_CLOUD_ENDPOINT_TYPE"),
            ("interval", "7s", &format!("[defaults], {file}:3")),
            ("timeout", "1h30m", "EFLOCTL_TIMEOUT"),
            ("grace", "2m", &format!("profile ops, {file}:7")),
            ("retries", "9", "--retries"),
            ("ca file", "~/ca.pem", &format!("profile ops, {file}:8")),
            ("sts endpoint", "sts.example.com", "EFLOCTL_STS_ENDPOINT"),
            ("metadata endpoint", "http://127.0.0.1:1", "EFLOCTL_METADATA_ENDPOINT"),
        ],
    );
    let (_, endpoint, origin) = shown.iter().find(|(name, ..)| name == "endpoint").unwrap();
    assert!(endpoint.as_deref().unwrap().contains("cn-beijing"), "{endpoint:?}");
    assert!(origin.contains("profile ops"), "{origin}");
}

#[test]
fn config_show_names_the_credential_source_without_a_call() {
    let key = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n");
    let oidc = format!("oidc = {{ provider_arn = \"p\", token_file = \"gone\", role_arn = \"{ROLE}\" }}\n");
    let home = Home::new().config(&format!(
        "[profiles.key]\n{key}[profiles.night]\n{key}sts_token = \"token-never-shown\"\n\
         [profiles.role]\n{key}role_arn = \"{ROLE}\"\n\
         [profiles.process]\ncredential_process = \"no-such-program --password never-shown\"\n\
         [profiles.uri]\ncredentials_uri = \"http://127.0.0.1:1/?password=never-shown\"\n\
         [profiles.node]\necs_ram_role = \"node\"\n[profiles.instance]\necs_ram_role = true\n\
         [profiles.pod]\n{oidc}[profiles.chain]\nsource_profile = \"pod\"\nrole_arn = \"{ROLE}\"\n\
         [profiles.loop]\nsource_profile = \"loop\"\nrole_arn = \"{ROLE}\"\n[profiles.bare]\n"
    ));
    let home = home.aliyun(json!({"current": "sso", "profiles": [
        {"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://sso.example.com",
         "cloud_sso_account_id": "1", "cloud_sso_access_config": "ac", "access_token": "token-never-shown"},
        {"name": "oauth", "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "token-never-shown"},
    ]}));
    let described = [
        ("key", "AccessKey LTAI…00"),
        ("night", "temporary key LTAI…00"),
        ("role", &format!("role {ROLE} by AccessKey LTAI…00")),
        ("process", "credential_process"),
        ("uri", "credentials URI"),
        ("node", "ECS role node"),
        ("instance", "ECS role of the instance"),
        ("pod", &format!("OIDC role {ROLE}")),
        ("chain", &format!("role {ROLE} by OIDC role {ROLE}")),
        ("loop", "profiles are each other's source: loop -> loop"),
        ("sso", "CloudSSO session"),
        ("oauth", "OAuth session"),
    ];
    let on_ecs = |call: Efloctl| call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    for (name, words) in described {
        let shown = shown(|| on_ecs(home.efloctl().args(["config", "show", "-p", name])));
        expect(&shown, &[("credentials", words, &format!("profile {name}")), ("profile", name, "--profile")]);
    }
    let listed = run(on_ecs(home.efloctl().args(["config", "list", "-o", "json"]))).json();
    let listed = listed["profiles"].as_array().unwrap();
    assert_eq!(listed.len(), described.len() + 1);
    for (name, words) in described.iter().chain(&[("bare", "none")]) {
        let profile = listed.iter().find(|profile| profile["name"] == *name).unwrap();
        assert_eq!((&profile["credentials"], &profile["in_use"]), (&json!(words), &json!(false)), "{name}");
    }
    let table = run(on_ecs(home.efloctl().args(["config", "list", "-p", "chain"]))).out;
    let used: Vec<&str> = table.lines().filter(|line| line.starts_with('*')).collect();
    assert!(used.len() == 1 && used[0].contains("chain"), "{table}");
}

#[test]
fn config_show_matches_its_golden_file() {
    let config = "default_profile = \"ops\"\n[defaults]\ninterval = \"2s\"\n[profiles.ops]\nregion = \"cn-beijing\"\n\
                  access_key_id = \"LTAIshowexample01\"\naccess_key_secret = \"never-shown\"\n";
    let home = Home::new().config(config);
    golden("config-show-table", &home.run(&["config", "show", "--retries", "1"]).code(0).out);
    golden("config-show-json", &home.run(&["config", "show", "-o", "json"]).code(0).out);
}
