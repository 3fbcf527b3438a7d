//! A key from what a command prints, run without a shell.
#![cfg(unix)]

use super::*;

/// A home whose profile runs `sh key.sh` with this script, and these words behind it.
fn running(script: &str, words: &str) -> Home {
    let config =
        format!("default_profile = \"vault\"\n[profiles.vault]\ncredential_process = '''sh key.sh{words}'''\n");
    Home::new().config(&config).file("key.sh", script)
}

/// A script that prints this.
fn printing(text: impl ToString) -> Home {
    running("cat printed", "").file("printed", text.to_string())
}

fn key(session: &Session) -> Value {
    json!({
        "mode": "StsToken",
        "access_key_id": session.id,
        "access_key_secret": session.secret,
        "sts_token": session.token,
        "expiration": session.expires,
    })
}

#[test]
fn credential_process_gets_its_arguments_unchanged() {
    let session = Session::new("vault");
    let api = api(&[&session]);
    let script = "for word in \"$@\"; do echo \"<$word>\" >>words; done; cat printed";
    let home = running(script, r#" 'two words' $HOME * a\ b ";" "" | > not-a-file"#);
    let home = home.file("printed", key(&session).to_string());
    answered(status(&home, &api));
    let words = "<two words>\n<$HOME>\n<*>\n<a b>\n<;>\n<>\n<|>\n<>>\n<not-a-file>\n";
    assert_eq!(home.read("words"), words);
    assert!(!home.path().join("not-a-file").exists());
}

#[test]
fn credential_process_gets_no_stdin() {
    let session = Session::new("vault");
    let api = api(&[&session]);
    let home = running("cat >input; cat printed", "").file("printed", key(&session).to_string());
    answered(status(&home, &api).stdin("what is meant for efloctl"));
    assert_eq!(home.read("input"), "");
}

#[test]
fn credential_process_may_give_a_permanent_key() {
    let api = api(&[]);
    let plain = json!({"mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET});
    answered(status(&printing(&plain), &api));
    let mut unsaid = plain.clone();
    unsaid["mode"] = Value::Null;
    answered(status(&printing(unsaid), &api));
    let mut more = plain;
    more["sts_token"] = "left-over-never-shown".into();
    more["mode"] = "AK".into();
    more["ram_role_arn"] = ROLE.into();
    answered(status(&printing(more), &api));
    assert_eq!(signers(&api), [KEY_ID; 3], "no other field of a profile is taken over");
    assert!(api.requests().iter().all(|request| request.header("x-acs-security-token").is_none()));
}

#[test]
fn credential_process_failure_shows_stderr_and_never_stdout() {
    let api = unasked();
    let script =
        "echo '{\"access_key_secret\": \"secret-never-shown\"}'; printf 'vault is \\033[2Jsealed\\n' >&2; exit 3";
    let run =
        refused(status(&running(script, ""), &api), &["credential process sh failed", "exit status: 3", "sealed"]);
    assert!(!run.err.contains('\u{1b}'), "its control characters are not obeyed: {run}");
    refused(status(&running("echo secret-never-shown; exit 1", ""), &api), &["exit status: 1", "it said nothing"]);
    refused(status(&running("kill -9 $$", ""), &api), &["signal: 9"]);
    let long = "i=0; while [ $i -lt 2000 ]; do echo \"line $i\" >&2; i=$((i+1)); done; echo the end >&2; exit 1";
    let run = refused(status(&running(long, ""), &api), &["the end"]);
    assert!(run.err.len() < 1000, "only the end of it is told: {run}");
}

#[test]
fn credential_process_output_without_a_key_fails() {
    let session = Session::new("vault");
    let with = |field: &str, value: Value| {
        let mut key = key(&session);
        key[field] = value;
        key.to_string()
    };
    for (printed, reason) in [
        (String::new(), "did not print one JSON object"),
        ("secret-never-shown".to_owned(), "did not print one JSON object"),
        (format!("{}{}", key(&session), key(&session)), "did not print one JSON object"),
        (format!("[{}]", key(&session)), "did not print one JSON object"),
        (with("access_key_id", Value::Null), "has no access_key_id"),
        (with("access_key_id", "".into()), "has no access_key_id"),
        (with("access_key_secret", Value::Null), "has no access_key_secret"),
        (with("access_key_secret", "".into()), "has no access_key_secret"),
        (with("sts_token", Value::Null), "has no sts_token"),
        (with("sts_token", "".into()), "has no sts_token"),
        (with("mode", "RamRoleArn".into()), "gives mode RamRoleArn, not AK or StsToken"),
        (with("mode", "External".into()), "gives mode External"),
        (with("expiration", "tomorrow".into()), "has no expiration that can be read"),
        (with("expiration", from_now(-1).into()), "gave a key that expired at"),
        (with("comment", "long ".repeat(20_000).into()), "credential process sh"),
    ] {
        let api = unasked();
        refused(status(&printing(printed), &api), &[reason]);
    }
}

#[test]
fn credential_process_that_cannot_be_run_fails() {
    let api = unasked();
    for (command, reason) in [
        ("no-such-program --secret secret-never-shown", "no-such-program cannot be run"),
        ("sh 'never-shown", "a quote is not closed"),
    ] {
        let config = format!("[profiles.vault]\ncredential_process = \"{command}\"\n");
        let home = Home::new().config(&config);
        refused(status(&home, &api).args(["-p", "vault"]), &[reason]);
    }
}

#[test]
fn credential_process_can_be_disabled_by_its_variable() {
    let api = unasked();
    for word in ["1", "true"] {
        let home = running("touch it-ran", "");
        let call = status(&home, &api).env("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", word);
        refused(call, &["vault", "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids it"]);
        assert!(!home.path().join("it-ran").exists());
    }
}

#[test]
fn credential_process_gets_our_environment_and_nothing_else() {
    let session = Session::new("vault");
    let api = api(&[&session]);
    let home = running("env >seen; cat printed", "").file("printed", key(&session).to_string());
    let more = format!(
        "[profiles.other]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\nsts_token = \"t-never-shown\"\n"
    );
    let home = home.config_more(&more);
    answered(status(&home, &api).env("OURS", "1"));
    let seen = home.read("seen");
    assert!(seen.lines().any(|line| line == "OURS=1") && !seen.contains("never-shown"), "{seen}");
    let ours: Vec<&str> = home.variables().iter().map(|(name, _)| *name).collect();
    // The last ones are the shell's own.
    let known =
        ["OURS", "EFLOCTL_RETRIES", "EFLOCTL_STS_ENDPOINT", "EFLOCTL_METADATA_ENDPOINT", "PWD", "OLDPWD", "SHLVL", "_"];
    for name in seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name) {
        assert!(ours.contains(&name) || known.contains(&name), "{name} is added");
    }
}

#[test]
fn credential_process_may_write_much_and_values_are_trimmed() {
    let session = Session::new("vault");
    let api = api(&[&session]);
    let mut spaced = key(&session);
    for name in ["access_key_id", "access_key_secret", "sts_token"] {
        spaced[name] = format!("{}\r\n", spaced[name].as_str().unwrap()).into();
    }
    let script = "head -c 110000 /dev/zero | tr '\\0' x >&2 && cat printed";
    answered(status(&running(script, "").file("printed", spaced.to_string()), &api));
}

#[test]
fn credential_process_stderr_is_shown_where_exit_0_gives_no_key() {
    let run = refused(status(&running("echo 'log in first' >&2", ""), &unasked()), &["did not print one JSON object"]);
    assert!(run.err.contains("it said: log in first"), "{run}");
}

/// The program that it leaves behind ends only when its input does, which the test holds open.
#[test]
fn credential_process_is_read_once_it_exits_though_a_child_holds_its_streams() {
    let session = Session::new("vault");
    let api = api(&[&session]);
    let home =
        running("mkfifo held; cat held & echo $! >pid; cat printed", "").file("printed", key(&session).to_string());
    answered(status(&home, &api));
    assert!(home.path().join("held").exists());
    let _ = std::fs::OpenOptions::new().write(true).open(home.path().join("held"));
}
