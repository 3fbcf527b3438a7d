//! `--help`: an example for each command, the exit codes where people look for them, and lines that fit.

use super::golden::golden;
use super::support::cli::Home;

/// Every command with its path; the list itself is held to the help texts.
const COMMANDS: [&[&str]; 18] = [
    &[],
    &["status"],
    &["errors"],
    &["watch"],
    &["nodes"],
    &["send"],
    &["resend"],
    &["sent"],
    &["explain"],
    &["demo"],
    &["doctor"],
    &["config"],
    &["config", "init"],
    &["config", "path"],
    &["config", "show"],
    &["config", "list"],
    &["completions"],
    &["man"],
];

fn help(command: &[&str]) -> String {
    let run = Home::new().run(&[command, &["--help"]].concat()).code(0);
    assert_eq!(run.err, "");
    run.out
}

/// The subcommands that a help text lists.
fn subcommands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn help_tests_cover_every_command() {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    let mut at = 0;
    while at < found.len() {
        let path: Vec<&str> = found[at].iter().map(String::as_str).collect();
        let below = subcommands(&help(&path)).into_iter().map(|name| [found[at].clone(), vec![name]].concat());
        let below: Vec<_> = below.collect();
        found.extend(below);
        at += 1;
    }
    found.sort();
    let mut listed = COMMANDS.to_vec();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn help_of_every_command_has_an_example() {
    for command in COMMANDS {
        for flag in ["--help", "-h"] {
            let text = Home::new().run(&[command, &[flag]].concat()).code(0).out;
            let (_, examples) = text.split_once("\nExamples:\n").unwrap_or_else(|| panic!("no example: {text}"));
            let call = [&["efloctl"], command].concat().join(" ");
            assert!(examples.contains(&call), "{call} is not in {examples}");
            let on_a_screen = on_a_screen(command, flag);
            let (_, whole) = on_a_screen.split_once("\nExamples:\n").expect("examples");
            assert_eq!(whole, examples, "a line that a screen breaks cannot be copied");
        }
    }
}

#[test]
fn help_of_gates_lists_exit_codes() {
    let top = help(&[]);
    let (_, codes) = top.split_once("\nExit codes, the first that applies:\n").expect("the exit codes");
    golden("help-exit-codes", codes);
    // Beside the options of `watch` there is room for those that a gate meets.
    let of_watch = help(&["watch"]);
    let (_, of_watch) = of_watch.split_once("\nExit codes; efloctl --help has all of them:\n").expect("some codes");
    let told: Vec<(&str, &str)> = of_watch.split([',', '\n']).filter_map(|one| one.trim().split_once(' ')).collect();
    assert!(told.len() > 5, "{told:?}");
    for (code, word) in told {
        let line = codes.lines().find(|line| line.trim_start().starts_with(&format!("{code} "))).expect(code);
        assert!(line.to_lowercase().contains(&word.to_lowercase()), "{code} {word}: {line}");
    }
    let first: Vec<&str> = codes.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(first, ["130", "143", "129", "2", "1", "3", "4", "5", "6", "124", "8", "0"]);
}

/// The help as it stands on a screen of 80 columns.
fn on_a_screen(command: &[&str], flag: &str) -> String {
    let home = Home::new();
    home.efloctl().args([command, &[flag]].concat()).env("COLUMNS", "80").run().code(0).out
}

#[test]
fn help_fits_the_screen() {
    for command in COMMANDS {
        // The first help also has the topics and every exit code.
        let (short, whole) = match *command {
            [] => (28, 60),
            // What is sent, where and how is more than a screen of the smallest.
            ["send"] | ["resend"] => (32, 56),
            _ => (24, 48),
        };
        for (flag, lines) in [("-h", short), ("--help", whole)] {
            let text = on_a_screen(command, flag);
            assert!(text.lines().count() <= lines, "{command:?} {flag} has {} lines:\n{text}", text.lines().count());
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{command:?} {flag}:\n{text}");
        }
    }
}

#[test]
fn short_help_leaves_out_only_common_options() {
    for command in COMMANDS {
        let (short, whole) = (on_a_screen(command, "-h"), on_a_screen(command, "--help"));
        let options = |text: &str| {
            let lines = text.lines().scan("", |heading, line| {
                if line.ends_with(':') && !line.starts_with(' ') {
                    *heading = if ["Connection:", "Display:", "Waiting:", "Global options:"].contains(&line) {
                        "everywhere"
                    } else {
                        "own"
                    };
                }
                Some((*heading, line.trim_start().to_owned()))
            });
            let lines = lines.filter(|(_, line)| line.starts_with('-'));
            lines.map(|(heading, line)| (heading, line.split("  ").next().unwrap().to_owned())).collect::<Vec<_>>()
        };
        assert!(options(&short).iter().all(|(heading, _)| *heading == "own"), "{short}");
        let own: Vec<_> = options(&whole).into_iter().filter(|(heading, _)| *heading == "own").collect();
        assert_eq!(options(&short), own);
    }
}

#[test]
fn help_command_prints_the_help_flag_text() {
    let home = Home::new();
    for command in COMMANDS {
        assert_eq!(home.run(&[&["help"], command].concat()).code(0).out, help(command), "{command:?}");
    }
    let run = home.run(&["help", "sttaus"]).code(2);
    assert!(run.err.contains("there is no command or topic 'sttaus'"), "{run}");
}

#[test]
fn help_lines_are_at_most_100_columns() {
    for command in COMMANDS {
        for flag in ["--help", "-h"] {
            let text = Home::new().run(&[command, &[flag]].concat()).code(0).out;
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{command:?} {flag}: {line}");
            }
        }
    }
}

#[test]
fn connection_flags_stand_only_on_commands_that_use_them() {
    let has = |command: &[&str], flag: &str| help(command).contains(&format!("{flag} <"));
    for flag in ["--interval", "--timeout", "--grace", "--record"] {
        assert!(has(&["watch"], flag), "{flag}");
        for other in [&["status"][..], &["errors"], &["explain"], &["demo"], &["config", "list"]] {
            assert!(!has(other, flag), "{other:?} {flag}");
        }
    }
    for flag in ["--region", "--endpoint", "--retries", "--connect-timeout", "--request-timeout", "--ca-file"] {
        for command in ["status", "errors", "watch"] {
            assert!(has(&[command], flag), "{command} {flag}");
        }
        for other in [&["explain"][..], &["demo"], &["completions"], &["config", "path"], &["config", "list"]] {
            assert!(!has(other, flag), "{other:?} {flag}");
        }
    }
}

#[test]
fn help_groups_options_under_headings() {
    // What `config init` is told is what it writes, and no connection.
    for command in COMMANDS.into_iter().filter(|command| *command != ["config", "init"]) {
        let text = help(command);
        let heading = text.lines().scan("", |heading, line| {
            if line.ends_with(':') && !line.starts_with(' ') {
                *heading = line;
            }
            Some((*heading, line.trim_start()))
        });
        for (heading, line) in heading {
            let expected = match line {
                line if line.starts_with("-o, --output") && heading == "Waiting:" => continue,
                line if line.starts_with("-o, --output") => "Options:",
                line if line.starts_with("-p, --profile") => "Connection:",
                line if line.starts_with("--color") => "Global options:",
                _ => continue,
            };
            assert_eq!(heading, expected, "{command:?}: {line}");
        }
    }
}

#[test]
fn no_command_shows_help_and_exits_2() {
    let run = Home::new().run(&[]).code(2);
    assert_eq!(run.out, "");
    assert!(run.err.contains("Usage: efloctl [OPTIONS] <COMMAND>"), "{run}");
}

#[test]
fn version_is_that_of_the_package() {
    let run = Home::new().run(&["--version"]).code(0);
    assert_eq!(run.out, concat!("efloctl ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[cfg(unix)]
#[test]
fn argument_that_is_no_utf8_exits_2() {
    use std::os::unix::ffi::OsStrExt;
    let word = std::ffi::OsStr::from_bytes(b"t-\xff");
    let run = Home::new().efloctl().args(["status"]).args([word]).run().code(2);
    assert!(run.err.contains("UTF-8"), "{run}");
}
