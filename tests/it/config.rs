//! The config file: where it is, what is in it, and how a mistake in it is answered.

use serde_json::json;

use super::golden::golden;
use super::rollouts::{server, success};
use super::support::cli::{Home, mode};

/// Two profiles, one of them temporary, and one of the official CLI.
fn home() -> Home {
    Home::new()
        .config(
            "default_profile = \"ops\"\n\n\
             [profiles.ops]\n\
             region = \"cn-wulanchabu\"\n\
             access_key_id = \"LTAIopskey000001\"\n\
             access_key_secret = \"ops-secret\"\n\n\
             [profiles.night]\n\
             access_key_id = \"STS.nightkey0002\"\n\
             access_key_secret = \"night-secret\"\n\
             sts_token = \"night-token\"\n\n\
             [profiles.nobody]\n\
             region = \"cn-beijing\"\n",
        )
        .aliyun(json!({
            "current": "work",
            "profiles": [{
                "name": "work", "mode": "AK", "access_key_id": "LTAIworkkey00003",
                "access_key_secret": "work-secret", "region_id": "cn-hangzhou",
            }],
        }))
}

#[test]
fn config_path_names_a_file_that_does_not_exist_yet() {
    let home = Home::new();
    let line = |path: &std::path::Path| format!("{}\n", path.display());
    assert_eq!(home.run(&["config", "path"]).code(0).out, line(&home.config_path()));
    assert_eq!(home.run(&["config", "path", "--config", "other.toml"]).code(0).out, "other.toml\n");
    let call = || home.efloctl().args(["config", "path"]);
    assert_eq!(call().env("EFLOCTL_CONFIG", "/etc/x.toml").run().code(0).out, "/etc/x.toml\n");
    assert_eq!(call().env("EFLOCTL_CONFIG", "").run().code(0).out, line(&home.config_path()));
    let moved = home.path().join("elsewhere");
    let expected = line(&moved.join("efloctl").join("config.toml"));
    assert_eq!(call().env("XDG_CONFIG_HOME", &moved).run().code(0).out, expected);
    // A mistake in the file must not keep anybody from finding it.
    let broken = Home::new().config("this is no TOML");
    assert_eq!(broken.run(&["config", "path"]).code(0).out, line(&broken.config_path()));
}

#[test]
fn config_list_shows_every_profile_and_marks_the_one_in_use() {
    let run = home().run(&["config", "list"]).code(0);
    golden("config-list-table", &run.out);
    assert_eq!(run.err, "");
    let by_flag = home().run(&["config", "list", "--profile", "work"]).code(0);
    assert!(by_flag.out.lines().any(|line| line.starts_with("*  work")), "{by_flag}");
    let by_variable = home().efloctl().args(["config", "list"]).env("EFLOCTL_PROFILE", "night").run().code(0);
    assert!(by_variable.out.lines().any(|line| line.starts_with("*  night")), "{by_variable}");
    assert_eq!(by_variable.out.matches('*').count(), 1, "{by_variable}");
}

#[test]
fn config_list_has_a_json_document() {
    let run = home().run(&["config", "list", "-o", "json"]).code(0);
    golden("config-list-json", &run.out);
    let document = run.json();
    assert_eq!(document["schema_version"], 1);
    let ops = json!({
        "name": "ops", "region": "cn-wulanchabu", "credentials": "AccessKey LTAI…01",
        "file": "~/.config/efloctl/config.toml", "in_use": true,
    });
    assert_eq!(document["profiles"][0], ops);
    assert_eq!(Home::new().run(&["config", "list", "-o", "json"]).code(0).json()["profiles"], json!([]));
}

#[test]
fn config_list_shows_no_secret() {
    for args in [&["config", "list"][..], &["config", "list", "-o", "json"], &["config", "list", "-vv"]] {
        let run = home().run(args).code(0);
        for secret in ["ops-secret", "night-secret", "night-token", "work-secret", "LTAIopskey000001"] {
            assert!(!(run.out.clone() + &run.err).contains(secret), "{run}");
        }
    }
}

#[test]
fn config_list_without_a_profile_says_where_to_write_one() {
    let run = Home::new().run(&["config", "list"]).code(0);
    golden("config-list-empty-stderr", &run.err);
    assert_eq!(run.out, "");
}

#[test]
fn config_list_tells_an_unreadable_file_of_the_official_cli() {
    let home = Home::new().file(".aliyun/config.json", "{\"current\":");
    let run = home.run(&["config", "list"]).code(0);
    assert!(run.err.contains("warning: ~/.aliyun/config.json cannot be read"), "{run}");
    assert!(run.err.contains("there are no other profiles"), "{run}");
}

#[test]
fn config_mistake_is_told_with_line_key_and_nearest_key() {
    // What is wrong, the line and the message, and what is suggested.
    let cases = [
        ("[profiles.a]\nregoin = \"x\"\n", "2: unknown key \"regoin\" in profile a", Some("region")),
        ("\n[defaults]\nintervall = \"5s\"\n", "3: unknown key \"intervall\" in [defaults]", Some("interval")),
        ("[defaults]\naccess_key_id = \"x\"\n", "2: unknown key \"access_key_id\" in [defaults]", None),
        ("default_profil = \"a\"\n", "1: unknown key \"default_profil\" at the top level", Some("default_profile")),
        ("[profile.a]\n", "1: unknown key \"profile\" at the top level", Some("profiles")),
        (
            "[profiles.a]\naccess_key_secert = \"s3cret\"\n",
            "2: unknown key \"access_key_secert\" in profile a",
            Some("access_key_secret"),
        ),
        ("[defaults]\ninterval = \"5\"\n", "2: interval \"5\" has no unit; write 5s for seconds, 5m for minutes", None),
        ("[defaults]\ninterval = \"10m\"\n", "2: interval \"10m\" is not from 1s to 5m", None),
        ("[defaults]\nretries = -1\n", "2: retries \"-1\" is not a whole number from 0 to 100", None),
        ("[defaults]\nregion = true\n", "2: region must be text in quotes", None),
        ("[defaults]\nendpoint_type = \"vcp\"\n", "2: endpoint_type \"vcp\" is neither public nor vpc", None),
        (
            "[defaults]\nendpoint = \"http://example.com\"\n",
            "2: endpoint \"http://example.com\" is plain http, which is \
         for loopback addresses alone; use https",
            None,
        ),
        ("[profiles.a]\naccess_key_id = \"x\"\n", "1: profile a has access_key_id without access_key_secret", None),
        (
            "[profiles.a]\nsts_token = \"s3cret\"\n",
            "1: profile a has sts_token without the key that it belongs to",
            None,
        ),
        ("profiles = \"a\"\n", "1: profiles must be a table", None),
        ("[profiles]\na = \"s3cret\"\n", "2: profiles.a must be a table", None),
    ];
    for (text, message, nearest) in cases {
        let run = Home::new().config(text).run(&["status", "t-1"]).code(2);
        assert!(run.err.starts_with(&format!("efloctl: error: ~/.config/efloctl/config.toml:{message}\n")), "{run}");
        let hint = nearest.map_or("config.example.toml".to_owned(), |nearest| format!("did you mean {nearest}?\n"));
        assert!(run.err.contains(&hint), "{run}");
        assert!(!run.err.contains("s3cret"), "{run}");
    }
    let text = "[profiles.a]\nregoin = \"x\"\n";
    golden("config-unknown-key-stderr", &Home::new().config(text).run(&["config", "list"]).code(2).err);
}

#[test]
fn invalid_toml_is_told_with_its_line_and_without_its_text() {
    for text in ["[profiles.a]\naccess_key_secret = s3cret\n", "[profiles.a]\n\"s3cret\n", "[profiles.a]\ns3cret\n"] {
        let run = Home::new().config(text).run(&["status", "t-1"]).code(2);
        assert!(run.err.starts_with("efloctl: error: ~/.config/efloctl/config.toml:2: is not TOML: "), "{run}");
        assert!(!run.err.contains("s3cret"), "{run}");
    }
    let text = "[profiles.a]\nregion = \"x\"\nregion = \"y\"\n";
    golden("config-not-toml-stderr", &Home::new().config(text).run(&["status", "t-1"]).code(2).err);
}

#[test]
fn config_mistake_is_json_with_output_json() {
    let home = Home::new().config("[profiles.a]\nregoin = \"x\"\n");
    let run = home.run(&["status", "t-1", "-o", "json"]).code(2);
    let expected = json!({"schema_version": 1, "error": {
        "kind": "config", "message": "~/.config/efloctl/config.toml:2: unknown key \"regoin\" in profile a",
        "code": null, "request_id": null, "hint": "did you mean region?", "exit_code": 2,
    }});
    assert_eq!((run.error(), run.out.as_str()), (expected, ""));
}

#[test]
fn named_config_file_must_exist() {
    let home = Home::new();
    for args in [&["status", "t-1"][..], &["config", "list"]] {
        let by_flag = home.run(&[args, &["--config", "none.toml"]].concat()).code(2);
        assert!(by_flag.err.contains("the config file none.toml (--config) cannot be read: "), "{by_flag}");
        let by_variable = home.efloctl().args(args).env("EFLOCTL_CONFIG", "~/none.toml").run().code(2);
        assert!(by_variable.err.contains("the config file ~/none.toml (EFLOCTL_CONFIG) cannot be read: "));
    }
    golden("config-missing-stderr", &home.run(&["config", "list", "--config", "none.toml"]).code(2).err);
    // The flag counts before the variable.
    let home = home.file("other.toml", "[profiles.other]\n");
    let call = home.efloctl().args(["config", "list", "--config", "other.toml"]).env("EFLOCTL_CONFIG", "none.toml");
    assert!(call.run().code(0).out.contains("other"));
}

#[test]
fn commands_that_need_no_config_read_none() {
    let home = Home::new().config("this is no TOML");
    for args in
        [&["explain", "Timeout"][..], &["config", "path"], &["completions", "bash"], &["--help"], &["--version"]]
    {
        let run = home.run(args).code(0);
        assert_eq!(run.err, "", "{run}");
    }
}

#[test]
fn unknown_profile_is_refused_with_the_known_names() {
    for args in [&["status", "t-1"][..], &["watch", "t-1"], &["config", "list"]] {
        let run = home().run(&[args, &["--profile", "opps"]].concat()).code(2);
        let message = "efloctl: error: there is no profile opps (--profile)\n";
        assert_eq!(run.err, format!("{message}  next:    the profiles there are: ops, night, nobody, work\n"), "{run}");
    }
    let run = home().efloctl().args(["status", "t-1"]).env("EFLOCTL_PROFILE", "opps").run().code(2);
    assert!(run.err.starts_with("efloctl: error: there is no profile opps (EFLOCTL_PROFILE)\n"), "{run}");
    let by_key = Home::new().config("\ndefault_profile = \"opps\"\n").run(&["status", "t-1"]).code(2);
    golden("config-unknown-default-profile-stderr", &by_key.err);
    home().run(&["status", "t-1", "--profile", ""]).code(2);
}

#[cfg(unix)]
#[test]
fn config_file_readable_by_others_is_warned_of_once() {
    let server = server(vec![("t-1", success()), ("t-2", success())]);
    let home = Home::for_server(&server);
    let warning = "efloctl: warning: others can read ~/.config/efloctl/config.toml; \
                   chmod 600 ~/.config/efloctl/config.toml keeps it to yourself\n";
    for bits in [0o644, 0o640, 0o606, 0o660] {
        mode(&home.config_path(), bits);
        assert_eq!(home.run(&["status", "t-1", "t-2"]).code(0).err, warning, "{bits:o}");
        assert_eq!(home.run(&["config", "list"]).code(0).err, warning, "{bits:o}");
    }
    assert_eq!(home.run(&["status", "t-1", "--quiet"]).code(0).err, "");
    for bits in [0o600, 0o400] {
        mode(&home.config_path(), bits);
        assert_eq!(home.run(&["status", "t-1"]).code(0).err, "", "{bits:o}");
    }
}

#[test]
fn config_example_toml_can_be_loaded() {
    let example = include_str!("../../config.example.toml");
    let run = Home::new().config(example).run(&["config", "list"]).code(0);
    assert_eq!(run.err, "");
    assert!(run.out.lines().any(|line| line.starts_with("*  ops")), "{run}");
    // What is commented out in it is right too.
    let keys = example.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest,
        _ => line,
    });
    let run = Home::new().config(&keys.collect::<Vec<_>>().join("\n")).run(&["config", "list", "-o", "json"]).code(0);
    assert!(run.json()["profiles"].as_array().unwrap().iter().any(|profile| profile["name"] == "lab"), "{run}");
}
