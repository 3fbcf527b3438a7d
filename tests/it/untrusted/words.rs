//! What was typed, what files and variables say, and what paths are called.

use super::*;
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;

/// Runs it with a word of each hand and compares; arguments that are `{}` are the word. A word of a command line holds
/// no zero byte.
#[track_caller]
fn typed(home: &Home, args: &[&str]) {
    let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
        let word = hand.write("word").replace('\0', "");
        home.run(
            &args
                .iter()
                .map(|arg| arg.replace("{}", &word))
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    });
    run_is_harmless(&hostile, None);
    same_lines(&hostile, &tame);
    assert_ne!(tame.code, 0, "{tame}");
}

#[test]
fn untrusted_argument_is_told_safely() {
    let server = Server::always(Reply::ok(Hand::Tame.answer("Success")));
    let home = Home::for_server(&server);
    for args in [
        &["{}"][..],
        &["--{}"],
        &["{}", "--color", "always"],
        &["status", "t-1", "--{}=x"],
        &["status", "t-1", "--output", "{}"],
        &["status", "t-1", "--output={}", "--color=always"],
        &["status", "t-1", "--only", "{}"],
        &["status", "t-1", "--max-nodes", "{}"],
        &["status", "t-1", "--region", "{}"],
        &["status", "t-1", "--endpoint", "{}"],
        &["status", "t-1", "--retries", "{}"],
        &["status", "t-1", "--profile", "{}"],
        &["status", "t-1", "--profile", "{}", "-o", "json"],
        &["status", "t-1", "--config", "{}"],
        &["status", "t-1", "--ca-file", "{}"],
        &["status", "t-1", "--from", "{}"],
        &["status", "t-1", "-o", "json", "--from", "{}"],
        &["watch", "t-1", "--interval", "{}"],
        &["watch", "t-1", "--max-failed", "{}"],
        &["watch", "t-1", "--record", "none/{}"],
        &["watch", "t-1", "--junit", "none/{}"],
        &["watch", "t-1", "--junit", "none/{}", "-o", "json"],
        &["demo", "{}"],
        &["completions", "{}"],
        &["config", "{}"],
        &["config", "show", "--profile", "{}"],
        &["config", "init", "--region", "{}"],
        &["config", "init", "--aliyun-profile", "{}"],
        &["doctor", "--config", "{}"],
    ] {
        typed(&home, args);
    }
}

#[test]
fn untrusted_word_to_explain_is_told_safely() {
    // Without a word of the catalog in it, which would be explained.
    let word = format!("unheard{ACTING}{ENDING}::set x ##[y]").replace('\0', "");
    for args in [&["explain", &word][..], &["explain", &word, "-o", "json"]] {
        let run = Home::new().run(args).code(2);
        run_is_harmless(&run, None);
        assert!(run.err.contains("unheard"), "{run}");
    }
}

#[test]
fn argument_that_is_no_utf8_is_told_safely() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let word = std::ffi::OsStr::from_bytes(b"\xff\x1b[2J\n::error::x");
        for args in [&["status", "--region"][..], &["explain"], &["status", "t-1", "--from"], &["demo"], &[]] {
            let run = Home::new().efloctl().args(args).args([word]).run().code(2);
            run_is_harmless(&run, None);
            assert!(run.err.contains("\u{fffd}\\u{1b}[2J "), "it is shown: {run}");
        }
    }
}

#[test]
fn untrusted_ids_are_shown_safely() {
    let server = Server::always(Reply::ok(Hand::Tame.answer("Failed")));
    let home = Home::for_server(&server);
    for args in [&["status"][..], &["errors"], &["watch"], &["status", "-o", "tsv"], &["watch", "-o", "jsonl"]] {
        let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
            let id = hand.write("id").replace('\0', "");
            home.efloctl().args(args).args([id.as_str(), "--node", id.as_str()]).env("EFLOCTL_GRACE", "0").run()
        });
        run_is_harmless(&hostile, None);
        same_lines(&hostile, &tame);
    }
}

#[test]
fn untrusted_names_in_a_recording_are_safe() {
    for args in [&["status"][..], &["errors"], &["status", "-o", "json"], &["watch", "-q"], &["watch", "-o", "jsonl"]] {
        let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
            let line = |id: &str, status: &str| {
                let answer: Value = hand.answer(status).into();
                json!({"at": hand.write("at"), "invoke_id": hand.write(id), "response": answer}).to_string()
            };
            let home = Home::new().file("rec", format!("{}\n{}\n", line("one", "Failed"), line("two", "Success")));
            home.run(&[args, &["--from", "rec"]].concat())
        });
        run_is_harmless(&hostile, None);
        same_lines(&hostile, &tame);
        assert!(hostile.out.contains("one"), "{hostile}");
    }
}

#[test]
fn untrusted_files_and_variables_are_told_safely() {
    let toml = |hand: Hand| format!("{:?}", hand.write("p")).replace("\\u{", "\\U{");
    // Rust's way to write a character is not TOML's.
    let toml = |hand: Hand| {
        let mut text = toml(hand).replace("\\0", "\\u0000").replace("\\'", "'");
        while let Some((before, rest)) = text.split_once("\\U{") {
            let (digits, after) = rest.split_once('}').expect("an escape");
            text = format!("{before}\\U{digits:0>8}{after}");
        }
        text
    };
    let config = |hand: Hand| {
        let name = toml(hand);
        Home::new().config(&format!(
            "default_profile = {name}\n[profiles.{name}]\nrole_arn = {name}\nrole_session_name = {name}\n\
             source_profile = \"base\"\nca_file = {name}\nregion = \"cn-beijing\"\n\
             [profiles.base]\necs_ram_role = {name}\n[profiles.c]\naliyun_profile = {name}\n[profiles.d]\n\
             source_profile = {name}\nrole_arn = \"r\"\n"
        ))
    };
    let official = |hand: Hand| {
        let text = |field: &str| hand.write(field);
        config(hand).aliyun(json!({"current": text("now"), "profiles": [
            {"name": text("now"), "mode": text("mode"), "region_id": text("region")},
            {"name": text("role"), "mode": "RamRoleArn", "ram_role_arn": text("arn"), "access_key_id": text("id"),
             "access_key_secret": "x", "sts_region": text("sts")},
        ]}))
    };
    let ini = |hand: Hand| {
        let line = hand.write("type").replace(['\r', '\n', '#'], " ");
        Home::new().file(".alibabacloud/credentials.ini", format!("[default]\ntype = {line}\n"))
    };
    let wrong = |line: &'static str| move |hand: Hand| Home::new().config(&line.replace("{}", &toml(hand)));
    type Make<'a> = Box<dyn Fn(Hand) -> Home + 'a>;
    let homes: Vec<Make<'_>> = vec![
        Box::new(config),
        Box::new(official),
        Box::new(ini),
        Box::new(wrong("{} = 1\n")),
        Box::new(wrong("[profiles.a]\n{} = 1\n")),
        Box::new(wrong("[profiles.a]\nregion = {}\n")),
        Box::new(wrong("[profiles.a]\ncredentials_uri = {}\n")),
        Box::new(wrong("[profiles]\n{} = 1\n")),
        Box::new(wrong("[profiles.{}]\nrole_arn = \"x\"\n")),
        Box::new(wrong("default_profile = {}\n")),
        Box::new(wrong("default_profile = {} oops\n")),
    ];
    for make in &homes {
        let pair = [make(Hand::Hostile), make(Hand::Tame)];
        for args in [
            &["config", "list"][..],
            &["config", "list", "-o", "json"],
            &["config", "show"],
            &["config", "show", "-o", "json"],
            &["status", "t-1", "--endpoint", "127.0.0.1:1"],
            &["status", "t-1", "--endpoint", "127.0.0.1:1", "-vv", "-o", "json", "--retries", "0"],
            &["doctor", "--endpoint", "127.0.0.1:1"],
            &["status", "t-1", "--profile", "none"],
        ] {
            let [hostile, tame] = pair.each_ref().map(|home| home.run(args));
            run_is_harmless(&hostile, None);
            same_lines(&hostile, &tame);
        }
    }
}

#[test]
fn every_variable_is_told_safely() {
    let server = Server::always(Reply::ok(Hand::Tame.answer("Success")));
    for name in [
        "EFLOCTL_CONFIG",
        "EFLOCTL_PROFILE",
        "EFLOCTL_REGION",
        "EFLOCTL_ENDPOINT",
        "EFLOCTL_ENDPOINT_TYPE",
        "EFLOCTL_OUTPUT",
        "EFLOCTL_INTERVAL",
        "EFLOCTL_RETRIES",
        "EFLOCTL_CA_FILE",
        "EFLOCTL_STS_ENDPOINT",
        "EFLOCTL_METADATA_ENDPOINT",
        "ALIBABA_CLOUD_REGION_ID",
        "ALIBABA_CLOUD_STS_REGION",
        "ALIBABA_CLOUD_PROFILE",
        "ALIBABA_CLOUD_CREDENTIALS_FILE",
        "ALIBABA_CLOUD_CREDENTIALS_URI",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "HTTPS_PROXY",
        "HOME",
        "XDG_CONFIG_HOME",
    ] {
        for args in [&["status", "t-1"][..], &["watch", "t-1", "-o", "json"], &["config", "show"], &["config", "list"]]
        {
            let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
                let home = Home::for_server(&server);
                let word = hand.write("word").replace('\0', "");
                let word = if ["HOME", "XDG_CONFIG_HOME"].contains(&name) { format!("/none/{word}") } else { word };
                home.efloctl().args(args).env(name, word).run()
            });
            run_is_harmless(&hostile, None);
            same_lines(&hostile, &tame);
        }
    }
}
