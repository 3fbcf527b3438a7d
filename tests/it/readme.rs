//! The README's tables agree with the program, in both directions: what people look up must be what they get.

use crate::support::cli::Home;
use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");

/// The rows of the table under a heading whose first column has this title, without the title and the rule.
fn table(heading: &str, first: &str) -> Vec<Vec<String>> {
    let section = README.split(&format!("\n## {heading}\n")).nth(1).expect(heading);
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with(&format!("| {first} |"))).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|')).map(|line| {
        // A bar within a cell is escaped.
        let line = line.replace("\\|", "\u{1}");
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.replace('\u{1}', "|").trim().to_owned()).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 2, "a table of {first} under {heading}");
    rows
}

/// Words in backquotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn help(command: &[&str]) -> String {
    Home::new().run(&[command, &["--help"]].concat()).code(0).out
}

/// The long flags that a command's help lists.
fn flags(command: &[&str]) -> BTreeSet<String> {
    let help = help(command);
    let options = help.split("\nExamples:").next().unwrap();
    let lines = options.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take(3));
    let flags = words.filter(|word| word.starts_with("--")).map(|word| word.trim_end_matches("...").to_owned());
    flags.filter(|flag| flag != "--help" && flag != "--version").collect()
}

const COMMANDS: [&str; 9] = ["status", "errors", "watch", "explain", "demo", "doctor", "config", "completions", "man"];

#[test]
fn the_exit_codes_are_those_of_the_help_in_the_same_order() {
    let help = help(&[]);
    let codes = help.lines().skip_while(|line| !line.starts_with("Exit codes")).skip(1);
    let codes: Vec<Vec<String>> = codes
        .filter_map(|line| line.trim_start().split_once("  "))
        .map(|(code, meaning)| vec![code.to_owned(), meaning.trim().to_owned()])
        .collect();
    assert_eq!(table("Exit codes", "code"), codes);
}

#[test]
fn the_commands_are_those_of_the_help() {
    let help = help(&[]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let listed: BTreeSet<&str> = listed.filter_map(|line| line.trim_start().split(' ').next()).collect();
    let table = table("Commands", "command");
    let told = table.iter().filter_map(|row| quoted(&row[0])[0].split(' ').nth(1));
    let told: BTreeSet<&str> = told.chain(["help"]).collect();
    assert_eq!(told, listed.into_iter().filter(|word| !word.is_empty() && !word.contains(',')).collect());
    assert_eq!(COMMANDS.into_iter().chain(["help"]).collect::<BTreeSet<_>>(), told);
}

#[test]
fn every_option_of_the_asking_commands_is_told_and_no_other() {
    let mut offered = BTreeSet::new();
    for command in ["status", "errors", "watch"] {
        offered.extend(flags(&[command]));
    }
    let settings = table("Options", "option");
    let alone = table("Options", "option | commands");
    let long = |cell: &String| quoted(cell).into_iter().find(|word| word.starts_with("--")).map(str::to_owned);
    let word = |flag: String| flag.split(' ').next().unwrap().to_owned();
    let told: BTreeSet<String> = settings.iter().chain(&alone).filter_map(|row| long(&row[0])).map(word).collect();
    assert_eq!(told, offered);
}

#[test]
fn a_flag_that_stands_alone_is_on_the_commands_that_are_told() {
    for row in table("Options", "option | commands") {
        let flag = quoted(&row[0]).into_iter().find(|word| word.starts_with("--")).unwrap();
        let flag = flag.split(' ').next().unwrap();
        let told: BTreeSet<&str> = match row[1].as_str() {
            "all" => COMMANDS.into_iter().collect(),
            some => some.split(", ").collect(),
        };
        let has: BTreeSet<&str> = COMMANDS.into_iter().filter(|command| flags(&[command]).contains(flag)).collect();
        assert_eq!(told, has, "{flag}");
    }
}

#[test]
fn variables_keys_and_defaults_are_those_in_effect() {
    let shown = Home::new().run(&["config", "show", "-o", "json"]).code(0).json();
    for row in table("Options", "option") {
        let key = quoted(&row[2]).first().map(|key| key.replace('_', " "));
        let Some(key) = key.filter(|key| key != "default profile") else { continue };
        let find = |setting: &&serde_json::Value| setting["name"].as_str().unwrap().eq_ignore_ascii_case(&key);
        let setting = shown["settings"].as_array().unwrap().iter().find(find).unwrap_or_else(|| panic!("{key}"));
        // What is built in is told as it is; what depends on something else in words.
        let built_in = setting["value"].as_str().unwrap_or("none").replace("1m", "60s");
        // The flag of this very call is what the output is.
        if key != "output" && !["from the region", "by region"].contains(&row[4].as_str()) {
            assert_eq!(row[4], built_in, "{key}");
        }
        // The variable is the one that is read: what is no value for it is refused by its name.
        let variable = quoted(&row[1])[0];
        if key != "ca file" && key != "node names" {
            let run = Home::new().efloctl().args(["config", "show"]).env(variable, " no such ").run().code(2);
            assert!(run.err.contains(variable), "{variable}: {run}");
        }
    }
}

#[test]
fn the_formats_are_those_that_each_command_takes() {
    let section = README.split("\n## Output formats\n").nth(1).unwrap();
    let head = section.lines().find(|line| line.starts_with("| format |")).unwrap();
    let columns: Vec<&str> = head.trim_matches('|').split('|').map(str::trim).collect();
    for row in table("Output formats", "format") {
        let format = quoted(&row[0])[0];
        for (commands, cell) in columns[1..columns.len() - 1].iter().zip(&row[1..]) {
            for command in commands.split(", ") {
                let command: Vec<&str> = command.split(' ').collect();
                let help = help(&command);
                let offered = help.split("--output <FORMAT>").nth(1).unwrap().lines().next().unwrap();
                let has = offered.split([' ', ',']).any(|word| word == format);
                assert_eq!(cell == "yes", has, "{command:?} {format}: {offered}");
            }
        }
    }
}

#[test]
fn the_json_is_the_document_field_by_field() {
    let section = README.split("\n## JSON\n").nth(1).unwrap();
    let json = section.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let told: serde_json::Value = serde_json::from_str(json).unwrap();
    let answer = r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":[{"NodeId":"n"}]}}]}}"#;
    let run = Home::new().file("answer.json", answer).run(&["status", "--from", "answer.json", "-o", "json"]).code(0);
    let shown = run.json();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&told), keys(&shown));
    assert_eq!(keys(&told["invocations"][0]), keys(&shown["invocations"][0]));
    assert_eq!(keys(&told["invocations"][0]["nodes"][0]), keys(&shown["invocations"][0]["nodes"][0]));
}

#[test]
fn the_first_profile_and_the_example_of_a_profile_are_right() {
    let section = README.split("\n## A first profile\n").nth(1).unwrap();
    for toml in section.split("```toml\n").skip(1).take(2) {
        let toml = toml.split("```").next().unwrap();
        Home::new().config(toml).run(&["config", "list"]).code(0);
    }
}

#[test]
fn a_test_stands_behind_every_promise() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let promises = table("What it promises", "promise");
    assert!(promises.len() >= 12);
    for row in promises {
        let mut source = String::new();
        let mut tests = 0;
        for word in quoted(&row[1]) {
            if word.ends_with(".rs") {
                source = std::fs::read_to_string(root.join(word)).unwrap_or_else(|e| panic!("{word}: {e}"));
                continue;
            }
            let (before, _) = source.split_once(&format!("fn {word}()")).unwrap_or_else(|| panic!("no test {word}"));
            let lines = before.lines().rev().map(str::trim).skip_while(|line| line.is_empty() || *line == "async");
            let is_test = |line: &str| line == "#[test]" || line.starts_with("#[tokio::test");
            assert!(lines.take_while(|line| line.starts_with('#')).any(is_test), "{word} is no test");
            tests += 1;
        }
        assert!(tests > 0, "nothing stands behind: {}", row[0]);
    }
}

#[test]
fn the_sample_of_explain_is_what_it_says() {
    let sample =
        README.split("$ efloctl explain file already exists\n").nth(1).and_then(|rest| rest.split("```").next());
    let run = Home::new().run(&["explain", "file", "already", "exists"]).code(0);
    assert_eq!(sample, Some(run.out.as_str()));
}
