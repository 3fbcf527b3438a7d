//! The answer on a terminal: it keeps to the width, never breaks an id, and has colour only where people
//! look.

use super::golden::golden;
use super::rollouts::{partial, running, server};
use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM};
use super::support::pty::Pty;
use super::support::server::Server;

/// More rows than any answer here has, so that nothing scrolls away.
const ROWS: u16 = 1000;

/// What was shown, line by line as it was written, without colours; anything else that acts on a
/// terminal is a mistake.
fn lines(pty: &Pty) -> Vec<String> {
    let raw = String::from_utf8(pty.raw()).expect("UTF-8");
    let mut text = String::new();
    let mut rest = raw.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        let (code, after) = after.split_once('m').unwrap_or_else(|| panic!("an escape that is no colour: {raw:?}"));
        let is_colour = code.strip_prefix('[').is_some_and(|code| code.chars().all(|c| matches!(c, '0'..='9' | ';')));
        assert!(is_colour, "an escape that is no colour: {raw:?}");
        rest = after;
    }
    text.push_str(rest);
    text.lines().map(str::to_owned).collect()
}

/// Runs a command to its end, on a terminal so wide.
fn show(home: &Home, columns: u16, args: &[&str]) -> Pty {
    let mut pty = Pty::start(home, columns, ROWS, args);
    assert_eq!(pty.exit_code(), 0, "{}", pty.screen());
    pty
}

/// Asserts that the terminal had to wrap no line, and that every id stands whole on one.
#[track_caller]
fn fits(pty: &Pty, ids: &[&str]) {
    let lines = lines(pty);
    let screen = pty.screen();
    let mut rows = screen.lines();
    for line in &lines {
        assert_eq!(rows.next(), Some(line.trim_end()), "the terminal had to wrap this line:\n{line}");
    }
    for id in ids {
        assert!(lines.iter().any(|line| line.contains(id)), "{id} is not whole:\n{screen}");
    }
}

/// Asserts that a command keeps to the width of narrow and wide terminals.
#[track_caller]
fn keeps_to_the_width(home: &Home, args: &[&str], ids: &[&str]) {
    for columns in [120, 80, 60, 40] {
        fits(&show(home, columns, args), ids);
    }
}

const FAILED: [&str; 6] = [
    "e01-cn-exists00001",
    "e01-cn-late0000001",
    "e01-cn-exists00002",
    "e01-cn-textonly001",
    "e01-cn-unheardof01",
    "e01-cn-silent00001",
];

fn known() -> Server {
    server(vec![("t-1", partial()), ("t-run", running()), ("t-wide", wide())])
}

/// With names as long and as wide as they come.
fn wide() -> Answer {
    Answer::new("Failed")
        .name("训练集群通信库配置文件.conf")
        .set("TargetDir", "/opt/training/配置/nccl")
        .set(
            "Description",
            "通信库的配置，发给整个训练集群的所有节点，请勿修改 without asking the team that owns it first",
        )
        .failed("e01-cn-exists00001", "Invalid", "FileAlreadyExists", "目标目录中已存在同名文件 and it is not ours")
        .failed("e01-cn-exists00002", "Failed", "FileCreateFail", "null")
}

#[test]
fn status_fits_the_terminal_width() {
    let server = known();
    let home = Home::for_server(&server);
    keeps_to_the_width(&home, &["status", "t-1"], &FAILED);
    keeps_to_the_width(&home, &["status", "t-run"], &["e01-cn-diskfull001"]);
}

#[test]
fn errors_fits_the_terminal_width() {
    let server = known();
    let home = Home::for_server(&server);
    keeps_to_the_width(&home, &["errors", "t-run"], &["e01-cn-diskfull001"]);
    keeps_to_the_width(&home, &["errors", "t-1"], &FAILED);
}

#[test]
fn rest_line_fits_the_terminal_width() {
    let server = known();
    keeps_to_the_width(&Home::for_server(&server), &["status", "t-1", "--max-nodes", "1"], &FAILED[..1]);
}

#[test]
fn explain_fits_the_terminal_width() {
    let home = Home::new();
    keeps_to_the_width(&home, &["explain", "FileContentInvalid"], &[]);
    // The longest code has 42 columns.
    for columns in [120, 80, 60] {
        fits(&show(&home, columns, &["explain"]), &[]);
    }
}

#[test]
fn help_topic_fits_the_terminal_width() {
    let pty = show(&Home::new(), 50, &["help", "verdict"]);
    let lines = lines(&pty);
    assert!(pty.raw().contains(&0x1b), "titles stand out on a terminal");
    let is_code = |line: &&String| line.starts_with("    ");
    for line in lines.iter().filter(|line| !is_code(line)) {
        assert!(line.chars().count() <= 50, "{line}");
    }
}

#[test]
fn node_id_is_not_wrapped_where_it_fits_a_line() {
    let id = "e01-cn-thirty-six-columns-and-no-mor";
    let server = server(vec![("t-1", Answer::new("Failed").failed(id, "Failed", "FileCreateFail", "null"))]);
    let home = Home::for_server(&server);
    for command in ["status", "errors"] {
        fits(&show(&home, 40, &[command, "t-1"]), &[id]);
    }
}

#[test]
fn wide_characters_take_two_columns() {
    let server = known();
    let home = Home::for_server(&server);
    for columns in [80, 60] {
        for command in ["status", "errors"] {
            fits(&show(&home, columns, &[command, "t-wide"]), &["e01-cn-exists00001", "e01-cn-exists00002"]);
        }
    }
}

#[test]
fn screens_match_their_golden_files() {
    let server = known();
    let home = Home::for_server(&server);
    for (command, columns) in [("status", 80), ("errors", 80), ("status", 40)] {
        golden(&format!("terminal-{command}-{columns}"), &show(&home, columns, &[command, "t-1"]).screen());
    }
}

#[test]
fn node_id_wider_than_the_terminal_stays_whole() {
    let id = "e01-cn-an-id-that-is-wider-than-the-forty-columns-there-are";
    let server = server(vec![("t-1", Answer::new("Failed").failed(id, "Failed", "FileCreateFail", "null"))]);
    let home = Home::for_server(&server);
    for command in ["status", "errors"] {
        let lines = lines(&show(&home, 40, &[command, "t-1"]));
        let long: Vec<&String> = lines.iter().filter(|line| line.len() > 40).collect();
        assert!(matches!(long.as_slice(), [one] if one.ends_with(id)), "{command}: {long:?}");
    }
}

#[test]
fn node_id_is_not_broken_at_a_hyphen_or_space() {
    let ids = ["node-with-many-hyphens-in-it-01", "node-with-many-hyphens-in-it-02", "node with spaces in its id 03"];
    let answer = ids.iter().fold(Answer::new("Failed"), |answer, id| answer.failed(id, "Failed", "Odd", "null"));
    let server = server(vec![("t-1", answer)]);
    let home = Home::for_server(&server);
    for columns in [80, 60, 45] {
        for command in ["status", "errors"] {
            fits(&show(&home, columns, &[command, "t-1"]), &ids);
        }
    }
}

/// Whether there is an escape in it.
fn is_coloured(text: impl AsRef<[u8]>) -> bool {
    text.as_ref().contains(&0x1b)
}

#[test]
fn colour_is_for_terminals_and_adds_no_meaning() {
    let server = known();
    let home = Home::for_server(&server);
    for command in ["status", "errors"] {
        let pty = show(&home, 200, &[command, "t-1"]);
        assert!(is_coloured(pty.raw()), "{}", pty.screen());
        let run = home.run(&[command, "t-1"]).code(0);
        assert!(!is_coloured(&run.out), "{run}");
        assert_eq!(lines(&pty).join("\n") + "\n", run.out);
    }
}

#[test]
fn colour_flag_and_variables() {
    let server = known();
    let home = Home::for_server(&server);
    let on_terminal = |args: &[&str], env: &[(&str, &str)]| {
        let mut pty = Pty::start_with(&home, 80, ROWS, PROGRAM, &[&["status", "t-1"], args].concat(), env);
        assert_eq!(pty.exit_code(), 0);
        is_coloured(pty.raw())
    };
    assert!(on_terminal(&[], &[("NO_COLOR", "")]));
    assert!(!on_terminal(&[], &[("NO_COLOR", "1")]));
    assert!(!on_terminal(&[], &[("CLICOLOR", "0")]));
    assert!(!on_terminal(&[], &[("TERM", "dumb")]));
    assert!(!on_terminal(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(on_terminal(&["--color", "always"], &[("NO_COLOR", "1")]));

    let piped = |args: &[&str], env: &[(&str, &str)]| {
        let call = home.efloctl().args(["status", "t-1"]).args(args);
        is_coloured(env.iter().fold(call, |call, (name, value)| call.env(name, value)).run().code(0).out)
    };
    assert!(piped(&["--color", "always"], &[]));
    assert!(piped(&["--color=always"], &[("NO_COLOR", "1")]));
    assert!(piped(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!piped(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!piped(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!piped(&["--color", "auto"], &[]));
}

#[test]
fn machine_formats_have_no_colour() {
    let server = known();
    let home = Home::for_server(&server);
    for format in ["json", "jsonl", "tsv", "ids", "raw"] {
        assert!(!is_coloured(show(&home, 40, &["status", "t-1", "-o", format, "--color", "always"]).raw()));
    }
}

#[test]
fn colour_is_decided_for_each_stream() {
    let server = known();
    let home = Home::for_server(&server);
    let script = r#""$0" status t-1 t-gone > out.txt; echo "$?" > code.txt"#;
    let mut pty = Pty::start_with(&home, 40, ROWS, "sh", &["-c", script, PROGRAM], &[]);
    assert_eq!(pty.exit_code(), 0);
    // What went into the file is as off a terminal, and the error on the screen has its colour.
    assert_eq!(home.read("code.txt"), "6\n");
    assert_eq!(home.read("out.txt"), home.run(&["status", "t-1", "t-gone"]).out);
    assert!(is_coloured(pty.raw()) && pty.screen().starts_with("efloctl: error: "), "{}", pty.screen());

    let script = r#""$0" status t-1 t-gone 2> err.txt; true"#;
    let mut pty = Pty::start_with(&home, 80, ROWS, "sh", &["-c", script, PROGRAM], &[]);
    assert_eq!(pty.exit_code(), 0);
    assert!(is_coloured(pty.raw()) && pty.screen().starts_with("t-1  PartialFailed"), "{}", pty.screen());
    let err = home.read("err.txt");
    assert!(err.starts_with("efloctl: error: ") && !is_coloured(&err), "{err}");
}

#[test]
fn colour_of_help_and_usage_errors() {
    let home = Home::new();
    let help = |args: &[&str], env: &[(&str, &str)]| {
        let mut pty = Pty::start_with(&home, 100, ROWS, PROGRAM, args, env);
        pty.exit_code();
        is_coloured(pty.raw())
    };
    for args in [&["--help"][..], &["status", "--help"], &["status", "--no-such-flag"]] {
        assert!(help(args, &[]), "{args:?}");
        assert!(!help(args, &[("NO_COLOR", "1")]), "{args:?}");
        assert!(!help(&[&["--color", "never"], args].concat(), &[]), "{args:?}");
        let run = home.run(args);
        assert!(!is_coloured(&run.out) && !is_coloured(&run.err), "{run}");
        let run = home.run(&[&["--color", "always"], args].concat());
        assert!(is_coloured(&run.out) || is_coloured(&run.err), "{run}");
    }
}
