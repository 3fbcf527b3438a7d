//! Profiles of the official CLI: every mode that works without a browser, and what is said of those that cannot.

use super::*;
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

fn home(profiles: Value) -> Home {
    Home::new().aliyun(json!({"current": "it", "profiles": profiles, "meta_path": ""}))
}

/// All that can be seen of the official CLI's folder.
fn folder(home: &Home) -> Vec<(PathBuf, SystemTime, Vec<u8>)> {
    let entries = fs::read_dir(home.path().join(".aliyun")).unwrap();
    let seen =
        |path: PathBuf| (path.clone(), fs::metadata(&path).unwrap().modified().unwrap(), fs::read(&path).unwrap());
    entries.map(|entry| seen(entry.unwrap().path())).collect()
}

/// Asserts that the profile `it` serves: named by flag, through a profile of config.toml, and as the current one.
#[track_caller]
fn serves(profiles: Value, api: &Server, call: impl Fn(Efloctl) -> Efloctl) {
    let home = home(profiles).config("[profiles.own]\naliyun_profile = \"it\"\n");
    let before = folder(&home);
    answered(call(status(&home, api).args(["--profile", "it"])));
    answered(call(status(&home, api).args(["--profile", "own"])));
    answered(call(status(&home, api)));
    assert_eq!(api.count(), 3);
    assert!(folder(&home) == before, "the official CLI's file is never written to");
}

/// Asserts that the profile `it` is refused for this reason, in all three ways.
#[track_caller]
fn is_refused(profiles: Value, reasons: &[&str], call: impl Fn(Efloctl) -> Efloctl) {
    let api = unasked();
    let home = home(profiles).config("[profiles.own]\naliyun_profile = \"it\"\n");
    refused(call(status(&home, &api).args(["--profile", "it"])), reasons);
    refused(call(status(&home, &api).args(["--profile", "own"])), reasons);
    refused(call(status(&home, &api)), reasons);
}

fn same(call: Efloctl) -> Efloctl {
    call
}

#[test]
fn official_cli_modes_ak_and_ststoken_are_static_keys() {
    let session = Session::new("official");
    let api_of_ak = api(&[]);
    let left_over = "left-over-never-shown";
    serves(
        json!([{"name": "it", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
                "sts_token": left_over}]),
        &api_of_ak,
        same,
    );
    assert_eq!(api_of_ak.requests()[0].header("x-acs-security-token"), None);

    let key = json!({"name": "it", "mode": "StsToken", "access_key_id": session.id,
                     "access_key_secret": session.secret, "sts_token": session.token});
    let api = api(&[&session]);
    serves(json!([key]), &api, same);
    assert_eq!(signers(&api), [session.id.as_str(); 3]);
}

#[test]
fn official_cli_mode_ramrolearn_assumes_its_role() {
    let session = Session::new("official");
    let (api, sts) = (api(&[&session]), sts(Reply::ok(session.of_sts())));
    let role = json!({
        "name": "it", "mode": "RamRoleArn", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
        "ram_role_arn": ROLE, "ram_session_name": "laptop", "expired_seconds": 1200, "external_id": "ticket-1",
    });
    serves(json!([role]), &api, |call| call.env("EFLOCTL_STS_ENDPOINT", sts.url()));
    let expected =
        [("DurationSeconds", "1200"), ("ExternalId", "ticket-1"), ("RoleArn", ROLE), ("RoleSessionName", "laptop")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert!(sts.requests().iter().all(|asked| parameters(asked) == expected));
}

#[test]
fn official_cli_mode_ecsramrole_with_a_role_on_top() {
    let (base, session) = (Session::new("node"), Session::new("ops"));
    let metadata = super::ecs::metadata("node", &base);
    let on_ecs = |call: Efloctl| {
        let call = call.env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
        call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    };
    for profile in [
        json!({"name": "it", "mode": "EcsRamRole"}),
        json!({"name": "it", "mode": "EcsRamRole", "ram_role_name": "node"}),
        json!({"name": "it", "mode": "", "ram_role_name": "node"}),
    ] {
        let api = api(&[&base]);
        serves(json!([profile]), &api, on_ecs);
    }
    let api = api(&[&session]);
    let sts = accepting(sts(Reply::ok(session.of_sts())), &[&base]);
    let both = json!({"name": "it", "mode": "RamRoleArnWithRoleName", "ram_role_name": "node",
                      "ram_role_arn": ROLE, "ram_session_name": "xy"});
    serves(json!([both]), &api, |call| on_ecs(call).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!((signers(&sts), signers(&api)), (vec![base.id; 3], vec![session.id; 3]));
    is_refused(json!([{"name": "it", "mode": "EcsRamRole"}]), &["no ECS metadata service", "127.0.0.1:1"], |call| {
        call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    });
    is_refused(json!([{"name": "it", "mode": "EcsRamRole"}]), &["ALIBABA_CLOUD_ECS_METADATA_DISABLED"], same);
}

#[test]
fn official_cli_mode_chainableramrolearn_uses_its_source_profile() {
    let (middle, session) = (Session::new("middle"), Session::new("official"));
    let api = api(&[&session]);
    let answers = [("-middle", middle.of_sts()), ("-top", session.of_sts())];
    let sts = Server::with(move |request, _| {
        let arn = parameter(request, "RoleArn").unwrap_or_default();
        let (_, answer) = answers.iter().find(|(end, _)| arn.ends_with(end)).expect("a known role");
        Reply::ok(answer.clone())
    });
    let sts = accepting(sts, &[&middle]).service("AssumeRole", "2015-04-01");
    let role = |name: &str, end: &str, source: &str| {
        json!({"name": name, "mode": "ChainableRamRoleArn", "source_profile": source,
               "ram_role_arn": format!("{ROLE}{end}"), "ram_session_name": "xy"})
    };
    let key = json!({"name": "key", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET});
    serves(json!([role("it", "-top", "between"), role("between", "-middle", "key"), key]), &api, |call| {
        call.env("EFLOCTL_STS_ENDPOINT", sts.url())
    });
    assert_eq!(signers(&sts)[..2], [KEY_ID.to_owned(), middle.id]);

    let cycle = home(json!([role("it", "", "b"), role("b", "", "c"), role("c", "", "it")]));
    let nobody = unasked();
    ended(status(&cycle, &nobody).args(["-p", "it"]), 2, &["it -> b -> c -> it"]);
    ended(status(&cycle, &nobody), 2, &["it -> b -> c -> it"]);
    is_refused(json!([role("it", "", "gone")]), &["has no profile gone"], same);
}

#[cfg(unix)]
#[test]
fn official_cli_mode_external_runs_its_command_without_a_shell() {
    let session = Session::new("official");
    let printed = json!({"mode": "StsToken", "access_key_id": session.id, "access_key_secret": session.secret,
                         "sts_token": session.token});
    let folder = Home::new().file("key.json", printed.to_string());
    let command = format!("cat {}", folder.path().join("key.json").display());
    let external = json!([{"name": "it", "mode": "External", "process_command": command}]);
    serves(external.clone(), &api(&[&session]), same);
    is_refused(external, &["ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"], |call| {
        call.env("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "true")
    });
    let with_pipe = format!("{command} | cat");
    let piped = json!([{"name": "it", "mode": "External", "process_command": with_pipe}]);
    is_refused(piped, &["credential process cat failed"], same);
}

#[test]
fn official_cli_mode_credentialsuri_is_asked() {
    let session = Session::new("official");
    let plain = session.plain();
    let uri = Server::unsigned(move |_, _| Reply::ok(plain.clone()));
    let own = json!([{"name": "it", "mode": "CredentialsURI", "credentials_uri": uri.url()}]);
    serves(own.clone(), &api(&[&session]), same);
    let by_variable = json!([{"name": "it", "mode": "CredentialsURI"}]);
    serves(by_variable, &api(&[&session]), |call| call.env("ALIBABA_CLOUD_CREDENTIALS_URI", uri.url()));
    is_refused(own, &["ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"], |call| {
        call.env("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1")
    });
    assert_eq!(uri.count(), 6);
}

#[test]
fn official_cli_mode_oidc_reads_the_session_name_in_both_spellings() {
    let session = Session::new("official");
    let answer = session.of_sts();
    let sts = Server::unsigned(move |_, _| Reply::ok(answer.clone()));
    let folder = Home::new().file("token", "oidc-token-never-shown");
    for name in ["ram_session_name", "role_session_name"] {
        let mut profile = json!({
            "name": "it", "mode": "OIDC", "oidc_provider_arn": "acs:ram::1:oidc-provider/ack",
            "oidc_token_file": folder.path().join("token"), "ram_role_arn": ROLE,
        });
        profile[name] = "named".into();
        serves(json!([profile]), &api(&[&session]), |call| call.env("EFLOCTL_STS_ENDPOINT", sts.url()));
    }
    assert_eq!(sts.count(), 6);
    for n in 0..6 {
        let form = sts.form(n);
        assert_eq!((form["RoleSessionName"].as_str(), form["OIDCToken"].as_str()), ("named", "oidc-token-never-shown"));
    }
}

#[test]
fn official_cli_mode_that_cannot_sign_says_what_to_use() {
    for (mode, fields) in [
        ("RsaKeyPair", json!({"private_key": "secret-never-shown", "key_pair_name": "pair"})),
        ("BearerToken", json!({"bearer_token": "secret-never-shown"})),
        ("Anonymous", json!({})),
    ] {
        let mut profile = fields;
        (profile["name"], profile["mode"]) = ("it".into(), mode.into());
        is_refused(json!([profile]), &[&format!("is of mode {mode}"), "use another profile: mode AK"], same);
    }
    is_refused(json!([{"name": "it", "mode": "Telepathy"}]), &["mode Telepathy, which is not known here"], same);
    is_refused(json!([{"name": "it", "mode": ""}]), &["has no credentials", "aliyun configure --profile it"], same);
}

#[test]
fn official_cli_profile_that_lacks_a_field_names_it() {
    let key = json!({"access_key_id": KEY_ID, "access_key_secret": KEY_SECRET});
    let with = |mode: &str, fields: &Value, more: Value| {
        let mut profile = fields.clone();
        (profile["name"], profile["mode"]) = ("it".into(), mode.into());
        for (name, value) in more.as_object().unwrap() {
            profile[name] = value.clone();
        }
        json!([profile])
    };
    let nothing = json!({});
    for (profiles, missing) in [
        (with("AK", &nothing, json!({"access_key_id": KEY_ID})), "has no access_key_secret"),
        (with("AK", &nothing, json!({"access_key_secret": "secret-never-shown"})), "has no access_key_id"),
        (with("StsToken", &key, json!({})), "has no sts_token"),
        (with("RamRoleArn", &key, json!({})), "has no ram_role_arn"),
        (with("ChainableRamRoleArn", &nothing, json!({"ram_role_arn": ROLE})), "has no source_profile"),
        (with("External", &nothing, json!({})), "has no process_command"),
        (with("CredentialsURI", &nothing, json!({})), "has no credentials_uri"),
        (with("OIDC", &nothing, json!({"oidc_token_file": "x", "ram_role_arn": ROLE})), "has no oidc_provider_arn"),
        (with("CloudSSO", &nothing, json!({})), "has no cloud_sso_sign_in_url"),
        (with("OAuth", &nothing, json!({})), "has no oauth_site_type"),
    ] {
        is_refused(profiles, &[missing, "aliyun configure --profile it"], same);
    }
}

#[test]
fn official_cli_file_that_cannot_be_read_fails_without_its_text() {
    let api = unasked();
    for text in [
        "{\"current\": \"it\", \"profiles\": [{\"name\": \"it\", \"access_key_secret\": \"secret-never-shown\"",
        "{\"current\": \"it\", \"profiles\": \"secret-never-shown\"}",
        "secret-never-shown",
    ] {
        refused(status(&Home::new().aliyun(text), &api), &["~/.aliyun/config.json cannot be read: line 1"]);
    }
}
