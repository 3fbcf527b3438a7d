//! `completions`: the scripts that are committed are those that the program prints, and one of them at
//! work in its shell.

use std::path::Path;

use super::support::cli::Home;

/// The committed scripts, by the names under which shells look for them.
const SCRIPTS: [(&str, &str); 5] = [
    ("bash", "efloctl.bash"),
    ("zsh", "_efloctl"),
    ("fish", "efloctl.fish"),
    ("powershell", "_efloctl.ps1"),
    ("elvish", "efloctl.elv"),
];

#[test]
fn the_committed_scripts_are_those_that_are_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, file) in SCRIPTS {
        let run = Home::new().run(&["completions", shell]).code(0);
        assert_eq!(run.err, "");
        let committed = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        let hint = format!("write it anew: cargo run -- completions {shell} > completions/{file}");
        assert!(committed == run.out, "completions/{file} is not what the program prints; {hint}");
    }
    let files = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(files, SCRIPTS.len(), "a script of no shell lies in completions");
}

#[test]
fn a_shell_that_is_not_known_is_refused() {
    for args in [&["completions"][..], &["completions", "cmd"]] {
        let run = Home::new().run(args).code(2);
        assert!(run.err.contains("bash, elvish, fish, powershell, zsh") || run.err.contains("<SHELL>"), "{run}");
    }
}

/// What bash offers for the last of these words.
#[cfg(unix)]
fn offered(words: &[&str]) -> Vec<String> {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/efloctl.bash");
    // As bash itself calls it: command, current word, the word before.
    let script = r#"source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _efloctl efloctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let args = ["-c", script, "bash", committed.to_str().expect("a path"), "efloctl"];
    let run = Home::new().program("bash").args(args).args(words).run().code(0);
    assert_eq!(run.err, "");
    run.out.lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_offers_commands_and_what_they_take() {
    for (words, expected) in [
        (&[""][..], vec!["status", "errors", "watch", "explain", "demo", "config", "completions", "help"]),
        (&["sta"], vec!["status"]),
        (&["config", ""], vec!["path", "list"]),
        (&["completions", ""], vec!["bash", "elvish", "fish", "powershell", "zsh"]),
        (&["demo", ""], vec!["partial", "success", "failed"]),
        (&["status", "-o", ""], vec!["table", "json", "jsonl", "tsv", "ids", "raw"]),
        (&["watch", "-o", ""], vec!["table", "json", "jsonl"]),
        (&["config", "list", "-o", ""], vec!["table", "json"]),
        (
            &["status", "--only", ""],
            vec!["Pending", "Running", "Success", "Invalid", "Aborted", "Failed", "Error", "Timeout"],
        ),
        (&["status", "--only", "T"], vec!["Timeout"]),
        (&["explain", "File"], vec!["FileCreateFail", "FileAlreadyExists", "FileContentInvalid", "FileNameInvalid"]),
        (&["explain", "Forbidden."], vec!["Forbidden.RAM"]),
        (&["status", "-r", "cn-"], vec!["cn-wulanchabu", "cn-hangzhou", "cn-hongkong"]),
        (&["watch", "--region", "ap-"], vec!["ap-southeast-1", "ap-northeast-1"]),
        (&["status", "--color", ""], vec!["auto", "always", "never"]),
        (&["status", "--exit"], vec!["--exit-status"]),
        (&["watch", "--inter"], vec!["--interval"]),
    ] {
        let offered = offered(words);
        for word in expected {
            assert!(offered.iter().any(|offered| offered == word), "{words:?}: {word} is not in {offered:?}");
        }
        let typed = words.last().unwrap();
        assert!(offered.iter().all(|offered| offered.starts_with(typed)), "{words:?}: {offered:?}");
    }
    // Nothing of another command.
    assert!(!offered(&["errors", "--"]).contains(&"--max-nodes".to_owned()));
}

#[cfg(unix)]
#[test]
fn bash_offers_errors_its_own_formats() {
    assert_eq!(offered(&["errors", "-o", ""]), ["table", "json", "ids"]);
}

#[cfg(unix)]
#[test]
fn bash_takes_the_script_without_complaint() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/efloctl.bash");
    let run = Home::new().program("bash").args(["-n", committed.to_str().expect("a path")]).run().code(0);
    assert_eq!(run.err, "");
}

#[test]
fn every_script_offers_commands_options_and_the_words_that_they_take() {
    for script in ["efloctl.bash", "_efloctl", "efloctl.fish", "_efloctl.ps1", "efloctl.elv"] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/completions/");
        let text = std::fs::read_to_string(format!("{path}{script}")).unwrap();
        for word in ["explain", "max-nodes", "jsonl", "Timeout", "FileAlreadyExists", "Forbidden.RAM", "cn-beijing"] {
            assert!(text.contains(word), "{script} does not offer {word}");
        }
    }
}
