//! `completions`: the files that are committed are those that the program prints, and what the Tab key is answered.
//! How it looks in the shells themselves is in `completions_shells`.

use std::path::Path;

use super::support::cli::{Home, Run};

/// The committed files, by the names under which shells look for them.
const FILES: [(&str, &str); 5] = [
    ("bash", "efloctl.bash"),
    ("zsh", "_efloctl"),
    ("fish", "efloctl.fish"),
    ("powershell", "_efloctl.ps1"),
    ("elvish", "efloctl.elv"),
];

/// The shells that ask the program.
const ASKING: [&str; 4] = ["bash", "elvish", "fish", "zsh"];

#[test]
fn committed_completion_files_match_the_printed_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, file) in FILES {
        let run = Home::new().run(&["completions", shell]).code(0);
        assert_eq!(run.err, "");
        let committed = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        let hint = format!("write it anew: cargo run -- completions {shell} > completions/{file}");
        assert!(committed == run.out, "completions/{file} is not what the program prints; {hint}");
    }
    let files = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(files, FILES.len(), "a file of no shell lies in completions");
}

#[test]
fn completions_for_an_unknown_shell_are_refused() {
    for args in [&["completions"][..], &["completions", "cmd"]] {
        let run = Home::new().run(args).code(2);
        assert!(run.err.contains("bash, elvish, fish, powershell, zsh") || run.err.contains("<SHELL>"), "{run}");
    }
    let run = Home::new().efloctl().env("EFLOCTL_COMPLETE", "ksh").run().code(2);
    assert_eq!((run.out.as_str(), run.err.lines().count()), ("", 1), "{run}");
    assert!(run.err.contains("EFLOCTL_COMPLETE") && run.err.contains("bash, elvish, fish, zsh"), "{run}");
}

#[test]
fn powershell_completes_commands_options_and_values() {
    let text = Home::new().run(&["completions", "powershell"]).code(0).out;
    for word in ["explain", "max-nodes", "jsonl", "Timeout", "FileAlreadyExists", "Forbidden.RAM", "cn-beijing"] {
        assert!(text.contains(word), "{word} is not offered");
    }
}

/// Asks as the scripts of fish and elvish do; the last word is the one that is being typed.
fn ask(home: &Home, shell: &str, words: &[&str]) -> Run {
    home.efloctl().env("EFLOCTL_COMPLETE", shell).args(["--", "efloctl"]).args(words).run()
}

/// What is offered for the last of these words.
fn offered(home: &Home, words: &[&str]) -> Vec<String> {
    let run = ask(home, "fish", words).code(0);
    assert_eq!(run.err, "");
    run.out.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn commands_and_values_are_completed() {
    for (words, expected) in [
        (&[""][..], vec!["status", "errors", "watch", "explain", "demo", "config", "completions", "help"]),
        (&["sta"], vec!["status"]),
        (&["config", ""], vec!["path", "list", "show", "init"]),
        (&["completions", ""], vec!["bash", "elvish", "fish", "powershell", "zsh"]),
        (&["demo", ""], vec!["partial", "success", "failed"]),
        (&["status", "-o", ""], vec!["table", "json", "jsonl", "tsv", "ids", "raw"]),
        (&["watch", "-o", ""], vec!["table", "json", "jsonl"]),
        (&["config", "list", "-o", ""], vec!["table", "json"]),
        (
            &["status", "--only", ""],
            vec!["Pending", "Running", "Success", "Invalid", "Aborted", "Failed", "Error", "Timeout"],
        ),
        (&["status", "--only", "Failed,T"], vec!["Failed,Timeout"]),
        (&["explain", "File"], vec!["FileCreateFail", "FileAlreadyExists", "FileContentInvalid", "FileNameInvalid"]),
        (&["explain", "Forbidden."], vec!["Forbidden.RAM"]),
        (&["status", "-r", "cn-"], vec!["cn-wulanchabu", "cn-hangzhou", "cn-hongkong"]),
        (&["watch", "--region", "ap-"], vec!["ap-southeast-1", "ap-northeast-1"]),
        (&["config", "init", "--region=ap-n"], vec!["--region=ap-northeast-1"]),
        (&["status", "--color", ""], vec!["auto", "always", "never"]),
        (&["status", "--exit"], vec!["--exit-status"]),
        (&["watch", "--inter"], vec!["--interval"]),
    ] {
        let offered = offered(&Home::new(), words);
        for word in expected {
            assert!(offered.iter().any(|offered| offered == word), "{words:?}: {word} is not in {offered:?}");
        }
        let typed = words.last().unwrap();
        assert!(offered.iter().all(|offered| offered.starts_with(typed)), "{words:?}: {offered:?}");
    }
    // Nothing of another command.
    assert!(!offered(&Home::new(), &["errors", "--"]).contains(&"--only".to_owned()));
    assert_eq!(offered(&Home::new(), &["errors", "-o", ""]), ["table", "json", "ids"]);
}

fn two_files() -> Home {
    let config = "[profiles.ops]\nregion = \"cn-beijing\"\n[profiles.night]\n";
    let official = r#"{"profiles":[{"name":"laptop","region_id":"cn-shanghai"},{"name":"ops"}]}"#;
    Home::new().config(config).aliyun(official)
}

#[test]
fn profile_names_are_completed() {
    let home = two_files();
    let commands: [&[&str]; 6] =
        [&["status"], &["errors"], &["watch"], &["doctor"], &["config", "list"], &["config", "show"]];
    for command in commands {
        for (typed, before) in [(&["-p", ""][..], ""), (&["--profile", ""], ""), (&["--profile="], "--profile=")] {
            let expected = ["ops", "night", "laptop"].map(|name| format!("{before}{name}"));
            assert_eq!(offered(&home, &[command, typed].concat()), expected, "{command:?} {typed:?}");
        }
    }
    assert_eq!(offered(&home, &["status", "-p", "n"]), ["night"]);
    assert_eq!(offered(&home, &["config", "init", "--aliyun-profile", ""]), ["laptop", "ops"]);
    let run = ask(&home, "fish", &["status", "-p", "o"]);
    assert_eq!(run.out, "ops\tcn-beijing, ~/.config/efloctl/config.toml\n");
}

#[test]
fn profile_names_come_from_the_chosen_config_file() {
    let home = two_files().file("other.toml", "[profiles.other]\n");
    for words in [
        &["status", "--config", "other.toml", "-p", ""][..],
        &["status", "--config=other.toml", "-p", ""],
        &["status", "--config", "~/other.toml", "-p", ""],
    ] {
        assert_eq!(offered(&home, words), ["other", "laptop", "ops"], "{words:?}");
    }
    let line = ["efloctl status --config 'other.toml' -p o", "o"];
    let run = home.efloctl().env("EFLOCTL_COMPLETE", "bash").args(["--"]).args(line).run().code(0);
    assert_eq!(run.out, "other\nops\n");
    let by_variable = home.efloctl().env("EFLOCTL_CONFIG", "other.toml").env("EFLOCTL_COMPLETE", "fish");
    let run = by_variable.args(["--", "efloctl", "status", "-p", "ot"]).run().code(0);
    assert_eq!(run.out, "other\t./other.toml\n".replace("./", ""));
}

#[test]
fn unusable_config_file_completes_nothing_in_silence() {
    for config in ["[profiles.ops", "wrong_key = 1\n[profiles.ops]\n", "[profiles.ops]\nregin = \"x\"\n"] {
        let home = Home::new().config(config).aliyun(r#"{"profiles":[{"name":"laptop"}]}"#);
        for shell in ASKING {
            let words: &[&str] = if shell == "bash" { &[] } else { &["status", "-p", ""] };
            let asked = home.efloctl().env("EFLOCTL_COMPLETE", shell).args(["--"]);
            let asked = if shell == "bash" { asked.args(["efloctl status -p ", ""]) } else { asked.args(["efloctl"]) };
            let run = asked.args(words).run().code(0);
            assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{shell} {config}");
        }
    }
    // The official CLI's broken file takes nothing from ours.
    let home = two_files().aliyun("{");
    assert_eq!(offered(&home, &["status", "-p", ""]), ["ops", "night"]);
}

#[test]
fn completion_request_that_cannot_be_understood_is_silent() {
    let home = Home::new();
    for args in [&["--"][..], &["--", "efloctl # nonsense", ""], &["--", "one"], &["--", "a", "b", "c"]] {
        let run = home.efloctl().env("EFLOCTL_COMPLETE", "bash").args(args).run().code(1);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{args:?}");
    }
}

#[test]
fn unsafe_profile_names_are_not_completed() {
    let names = [r"esc\u001b[2J", r"line\nbreak", r"tab\there", r"turned\u202e", r"null\u0000", "-q", " blank", ""];
    let profiles = names.map(|name| format!("[profiles.\"{name}\"]\n")).concat();
    let home = Home::new().config(&format!("{profiles}[profiles.plain]\n"));
    assert_eq!(offered(&home, &["status", "-p", ""]), ["plain"]);
}

#[test]
fn official_cli_profile_names_are_completed_without_secrets() {
    let home = Home::new()
        .config("[profiles.ops]\naccess_key_id = \"LTAIkey\"\naccess_key_secret = \"s3cret-one\"\n")
        .aliyun(r#"{"profiles":[{"name":"laptop","mode":"AK","access_key_id":"LTAIkey","access_key_secret":"s3cret-two"}]}"#);
    for shell in ASKING {
        let asked = home.efloctl().env("EFLOCTL_COMPLETE", shell).args(["--"]);
        let words: &[&str] =
            if shell == "bash" { &["efloctl doctor -p ", ""] } else { &["efloctl", "doctor", "-p", ""] };
        let run = asked.args(words).run().code(0);
        assert!(run.out.contains("ops") && run.out.contains("laptop"), "{run}");
        assert!(!run.out.contains("s3cret") && !run.out.contains("LTAI"), "{run}");
    }
}

#[test]
fn leftover_completion_variable_lets_no_gate_pass() {
    let answer = r#"{"Invocations":{"Invocation":[{"InvocationStatus":"Failed","InvokeNodes":{"InvokeNode":
        [{"NodeId":"n","InvokeNodeStatus":"Failed"}]}}]}}"#;
    let home = Home::new().file("answer.json", answer);
    for shell in ["bash", "zsh", "ksh", "1", "0", ""] {
        let watch = home.efloctl().env("EFLOCTL_COMPLETE", shell).args(["watch", "--from", "answer.json"]);
        let plain = home.run(&["watch", "--from", "answer.json"]);
        let run = watch.run().code(plain.code);
        assert_eq!(run.out, plain.out, "{shell}");
        assert_ne!(run.code, 0);
    }
}
