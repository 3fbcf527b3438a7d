//! The topics of `efloctl help` and the README agree with the program, in both directions: what people look up must be
//! what they get.

use crate::support::cli::Home;
use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");
const EXIT_CODES: &str = include_str!("../../src/cli/topics/exit-codes.md");
const OUTPUT: &str = include_str!("../../src/cli/topics/output.md");
const SETTINGS: &str = include_str!("../../src/cli/topics/settings.md");
const CREDENTIALS: &str = include_str!("../../src/cli/topics/credentials.md");
const SENDING: &str = include_str!("../../src/cli/topics/sending.md");
const PROMISES: &str = include_str!("../../src/cli/topics/promises.md");

/// The rows of the table whose titles begin so, without the titles and the rule.
fn table(text: &str, titles: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {titles} |"))).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|')).map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 2, "a table of {titles}");
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
fn flags(command: &str) -> BTreeSet<String> {
    let help = help(&[command]);
    let options = help.split("\nExamples:").next().unwrap();
    let lines = options.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take(3));
    let flags = words.filter(|word| word.starts_with("--")).map(|word| word.trim_end_matches("...").to_owned());
    flags.filter(|flag| flag != "--help" && flag != "--version").collect()
}

/// The commands that the help lists, but for `help` itself.
fn commands() -> BTreeSet<String> {
    let help = help(&[]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let words = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    words.filter(|word| !word.is_empty() && *word != "help").map(str::to_owned).collect()
}

/// The rows of both tables of flags that stand alone: the flag, and the commands that are said to have it.
fn flags_alone() -> Vec<(String, BTreeSet<String>)> {
    let there = commands();
    let rows = [SETTINGS, SENDING].map(|text| table(text, "option | commands")).concat();
    let row = |row: Vec<String>| {
        let told: BTreeSet<String> = match row[1].as_str() {
            "all" => there.clone(),
            some => some.split(", ").map(str::to_owned).filter(|command| there.contains(command)).collect(),
        };
        (long(&row[0]).unwrap(), told)
    };
    rows.into_iter().map(row).filter(|(_, told)| !told.is_empty()).collect()
}

/// The long flag in a cell, without the name of its value.
fn long(cell: &str) -> Option<String> {
    let flag = quoted(cell).into_iter().find(|word| word.starts_with("--"))?;
    flag.split(' ').next().map(str::to_owned)
}

/// The topics that the help names.
fn topics() -> Vec<String> {
    let help = help(&[]);
    let (_, below) = help.split_once("\nTopics, for efloctl help TOPIC:\n").expect("the topics");
    let list = below.split("\n\n").next().unwrap().replace('\n', " ");
    list.split(',').map(|topic| topic.trim().to_owned()).collect()
}

#[test]
fn help_topic_prints_every_topic_and_an_unknown_one_exits_2() {
    let names = topics();
    assert!(names.len() >= 8, "{names:?}");
    for name in &names {
        let run = Home::new().run(&["help", name]).code(0);
        assert!(run.out.lines().count() > 10 && !run.out.contains('\x1b'), "{run}");
        assert!(run.out.lines().all(|line| line.starts_with("    ") || line.chars().count() <= 100), "{run}");
    }
    let run = Home::new().run(&["help", "exit-code"]).code(2);
    assert!(run.err.contains("there is no command or topic 'exit-code'") && run.err.contains("exit-codes"), "{run}");
}

#[test]
fn man_has_a_page_for_every_topic() {
    let home = Home::new();
    home.run(&["man", "pages"]).code(0);
    for name in topics() {
        let page = home.read(&format!("pages/efloctl-{name}.1"));
        assert!(page.contains("\n.SH NAME\n") && page.contains("\n.SH DESCRIPTION\n"), "{page}");
    }
}

#[test]
fn topic_exit_codes_are_those_of_the_help_in_the_same_order() {
    let help = help(&[]);
    let codes = help.lines().skip_while(|line| !line.starts_with("Exit codes")).skip(1);
    let codes: Vec<Vec<String>> = codes
        .filter_map(|line| line.trim_start().split_once("  "))
        .map(|(code, meaning)| vec![code.to_owned(), meaning.trim().to_owned()])
        .collect();
    assert_eq!(table(EXIT_CODES, "code"), codes);
    let of_readme: Vec<Vec<String>> = table(README, "code");
    let numbers = |rows: &[Vec<String>]| {
        rows.iter().flat_map(|row| row[0].split(", ")).map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(numbers(&of_readme), numbers(&codes));
}

#[test]
fn readme_names_every_command_and_topic() {
    let told: BTreeSet<String> =
        quoted(README).into_iter().filter_map(|word| word.strip_prefix("efloctl ")).map(str::to_owned).collect();
    for name in commands() {
        assert!(told.iter().any(|word| word.split(' ').next() == Some(&name)), "{name}");
    }
    for name in topics() {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn readme_sample_of_explain_is_what_it_says() {
    let sample = README.split("$ efloctl explain file already exists\n").nth(1);
    let run = Home::new().run(&["explain", "file", "already", "exists"]).code(0);
    assert_eq!(sample.and_then(|rest| rest.split("```").next()), Some(run.out.as_str()));
}

#[test]
fn readme_is_short_and_narrow() {
    let lines: Vec<&str> = README.lines().collect();
    assert!(lines.len() <= 250, "{} lines", lines.len());
    for line in lines {
        assert!(line.chars().count() <= 120, "{line}");
    }
}

#[test]
fn topic_settings_has_every_option_of_the_asking_commands_and_no_other() {
    let mut offered = BTreeSet::new();
    for command in commands() {
        if flags(&command).contains("--region") && command != "doctor" {
            offered.extend(flags(&command));
        }
    }
    let settings = table(SETTINGS, "option | variable");
    let alone = flags_alone().into_iter().map(|(flag, _)| flag);
    let told: BTreeSet<String> = settings.iter().filter_map(|row| long(&row[0])).chain(alone).collect();
    assert_eq!(told, offered);
}

#[test]
fn topic_settings_tells_which_commands_have_a_flag() {
    let flags: Vec<(String, BTreeSet<String>)> =
        commands().into_iter().map(|name| (name.clone(), flags(&name))).collect();
    for (flag, told) in flags_alone() {
        let has: BTreeSet<String> =
            flags.iter().filter(|(_, flags)| flags.contains(&flag)).map(|(command, _)| command.clone()).collect();
        assert_eq!(told, has, "{flag}");
    }
}

#[test]
fn topic_settings_has_variables_keys_and_defaults_in_effect() {
    let shown = Home::new().run(&["config", "show", "-o", "json"]).code(0).json();
    for row in table(SETTINGS, "option | variable") {
        let variable = quoted(&row[1])[0];
        let name = variable.trim_start_matches("EFLOCTL_").to_lowercase();
        if ["config", "profile"].contains(&name.as_str()) {
            continue;
        }
        let find =
            |setting: &&serde_json::Value| setting["name"].as_str().unwrap().to_lowercase() == name.replace('_', " ");
        let setting = shown["settings"].as_array().unwrap().iter().find(find).unwrap_or_else(|| panic!("{name}"));
        // What is built in is told as it is; what depends on something else in words.
        let built_in = setting["value"].as_str().unwrap_or("none").replace("1m", "60s");
        // The flag of this very call is what the output is.
        if name != "output"
            && !["from the region", "by region", "its usual address", "what `efloctl nodes` keeps"]
                .contains(&row[3].as_str())
        {
            assert_eq!(row[3], built_in, "{name}");
        }
        // The variable is the one that is read: what is no value for it is refused by its name.
        if !["ca_file", "node_names"].contains(&name.as_str()) {
            let run = Home::new().efloctl().args(["config", "show"]).env(variable, " no such ").run().code(2);
            assert!(run.err.contains(variable), "{variable}: {run}");
        }
        // So is its key.
        if !["ca_file", "node_names", "metadata_endpoint"].contains(&name.as_str()) {
            let run =
                Home::new().config(&format!("[defaults]\n{name} = \"no such\"\n")).run(&["config", "show"]).code(2);
            assert!(run.err.contains("config.toml:2"), "{name}: {run}");
        }
    }
}

#[test]
fn topic_output_has_the_formats_that_each_command_takes() {
    let head = OUTPUT.lines().find(|line| line.starts_with("| format |")).unwrap();
    let columns: Vec<&str> = head.trim_matches('|').split('|').map(str::trim).collect();
    let there = commands();
    for row in table(OUTPUT, "format") {
        let format = quoted(&row[0])[0];
        for (commands, cell) in columns[1..].iter().zip(&row[1..]) {
            for command in commands.split(", ") {
                let command: Vec<&str> = command.split(' ').collect();
                if !there.contains(command[0]) {
                    continue;
                }
                let help = help(&command);
                let offered = help.split("--output <FORMAT>").nth(1).unwrap().lines().next().unwrap();
                let has = offered.split([' ', ',']).any(|word| word == format);
                assert_eq!(cell == "yes", has, "{command:?} {format}: {offered}");
            }
        }
    }
}

#[test]
fn topic_output_has_the_json_document_field_by_field() {
    let json = OUTPUT.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let told: serde_json::Value = serde_json::from_str(json).unwrap();
    let answer = r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":[
        {"NodeId":"n","InvocationStatus":"Failed","ErrorCode":"FileCreateFail"}]}}]}}"#;
    let home = Home::new().file("answer.json", answer);
    let shown = home.run(&["status", "--from", "answer.json", "-o", "json"]).code(0).json();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&told), keys(&shown));
    assert_eq!(keys(&told["invocations"][0]), keys(&shown["invocations"][0]));
    assert_eq!(keys(&told["invocations"][0]["nodes"][0]), keys(&shown["invocations"][0]["nodes"][0]));

    let errors = home.run(&["errors", "--from", "answer.json", "-o", "json"]).code(0).json();
    let has: BTreeSet<String> = keys(&errors["invocations"][0]["errors"][0]).into_iter().collect();
    let below = OUTPUT.split("The document of `errors`").nth(1).unwrap();
    let rows = table(below, "field");
    let told: BTreeSet<String> = rows.iter().flat_map(|row| quoted(&row[0])).map(str::to_owned).collect();
    assert_eq!(has, told);
}

#[test]
fn topic_profiles_and_that_of_the_readme_can_be_loaded() {
    for text in [README, SETTINGS, CREDENTIALS] {
        let blocks: Vec<&str> = text.split("```toml\n").skip(1).collect();
        assert!(!blocks.is_empty());
        for toml in blocks {
            let toml = toml.split("```").next().unwrap();
            Home::new().config(toml).run(&["config", "list"]).code(0);
        }
    }
}

#[test]
fn topic_promises_names_tests_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = PROMISES.split("\n## ").next().unwrap();
    let promises: Vec<&str> = list.split("\n- ").skip(1).collect();
    assert!(promises.len() >= 12);
    for promise in promises {
        let (_, behind) = promise.split_once("Test:").unwrap_or_else(|| panic!("no test: {promise}"));
        let (mut source, mut tests) = (String::new(), 0);
        for word in quoted(behind) {
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
        assert!(tests > 0, "nothing stands behind: {promise}");
    }
}

#[test]
fn topic_promises_and_readme_tell_of_each_system_how_it_was_tried() {
    assert_eq!(table(PROMISES, "system"), table(README, "system"));
}
