//! The watch as a person sees it: what happened stays, what is going on is redrawn below, and the terminal is left as
//! it was found.
#![cfg(unix)]

use super::golden::golden;
use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM};
use super::support::pty::Pty;
use super::support::reply::{Gate, Reply};
use super::support::server::Server;

/// A rollout of three polls; the second answer waits for the gate, so that the first can be looked at.
fn rollout(gate: &Gate) -> Server {
    let start = Answer::new("Running").node("e01-cn-good", "Success").node("e01-cn-bad", "Running");
    let half = Answer::new("Running").node("e01-cn-good", "Success");
    let half = half.failed("e01-cn-bad", "Invalid", "FileAlreadyExists", "null");
    let end = |status| half.clone().set("InvocationStatus", status);
    Server::sequence(vec![
        Reply::ok(start.node("e01-cn-slow", "Pending")),
        Reply::ok(half.clone().node("e01-cn-slow", "Running")).held(gate),
        Reply::ok(end("PartialFailed").node("e01-cn-slow", "Success")),
    ])
}

const WATCH: [&str; 4] = ["watch", "t-1", "--interval", "1s"];

/// The rows that only a live line has.
fn live(screen: &str) -> usize {
    let tells = |row: &str| row.contains("Running  ") && (row.contains(" of ") || row.contains(" failed, "));
    let is_live = |row: &&str| {
        tells(row) || row.starts_with('[') || row.contains("waiting for") || row.contains("invocations done,")
    };
    screen.lines().filter(is_live).count()
}

#[test]
fn live_watch_keeps_failures_and_redraws_the_live_line() {
    for columns in [80, 40] {
        let gate = Gate::new();
        let server = rollout(&gate);
        let home = Home::for_server(&server);
        let mut pty = Pty::start(&home, columns, 40, &WATCH);
        let screen = pty.wait_for(|screen| screen.contains("2 open"));
        assert_eq!(live(&screen), 1, "one live line:\n{screen}");
        server.wait_for_requests(2);
        gate.open();
        assert_eq!(pty.exit_code(), 3);
        let screen = pty.screen();
        assert!(live(&screen) == 0 && !screen.contains("Running  ["), "the live line is gone:\n{screen}");
        // Once as it happened, once in the table at the end.
        assert_eq!(screen.matches("e01-cn-bad").count(), 2, "{screen}");
        pty.left_as_found();
        golden(&format!("terminal-watch-{columns}"), &screen);
    }
}

#[test]
fn live_line_has_counts_and_deadline() {
    let server = rollout(&Gate::new());
    let home = Home::for_server(&server);
    let pty = Pty::start(&home, 120, 40, &WATCH);
    let screen = pty.wait_for(|screen| screen.contains("2 open"));
    let line = screen.lines().find(|row| row.starts_with("Running  [")).expect("the live line");
    for part in ["[======", "1 ok, 2 open of 3", "deadline in 29m ", "next in "] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[test]
fn live_line_times_are_in_seconds() {
    let server = rollout(&Gate::new());
    let home = Home::for_server(&server);
    let pty = Pty::start(&home, 120, 40, &WATCH);
    pty.wait_for(|screen| screen.contains("2 open"));
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let (shown, _) = raw.split_once("deadline in ").expect("a live line");
    let (_, line) = shown.split_once("\r\n").expect("a line before it");
    assert!(!line.contains(['.', 'µ']), "{line:?}");
}

#[test]
fn demo_fits_wide_and_narrow_terminals() {
    for (columns, rows) in [(80, 50), (40, 80)] {
        let home = Home::new();
        let mut pty = Pty::start(&home, columns, rows, &["demo"]);
        let screen = pty.wait_for(|screen| screen.contains("e01-cn-8ht9lgmxg9e  Invalid") && live(screen) > 0);
        assert!(screen.lines().all(|row| row.chars().count() <= usize::from(columns)), "{screen}");
        assert_eq!(pty.exit_code(), 3);
        let screen = pty.screen();
        assert!(live(&screen) == 0 && !screen.contains("Running"), "the live line is gone:\n{screen}");
        pty.left_as_found();
        golden(&format!("terminal-demo-{columns}"), &screen);
    }
}

#[test]
fn live_watch_names_ten_failures_of_an_error_and_counts_the_rest() {
    let mut nodes = Answer::new("Failed").failures(25, "Failed", "FileCreateFail", "null");
    nodes = nodes.failed("e01-cn-other", "Timeout", "Null", "null");
    let server = Server::always(Reply::ok(nodes));
    let home = Home::for_server(&server);
    let mut pty = Pty::start_with(&home, 120, 80, "sh", &["-c", &format!("{PROGRAM} watch t-1 >answer")], &[]);
    pty.exit_code();
    let screen = pty.screen();
    let named = screen.lines().filter(|row| row.contains("Z e01-cn-0") && row.contains("FileCreateFail")).count();
    assert_eq!((named, screen.matches("and 15 more: FileCreateFail").count()), (10, 1), "{screen}");
    assert!(screen.contains("e01-cn-other  Timeout"), "{screen}");
    assert!(home.read("answer").starts_with("t-1  Failed\n"), "the answer has no colour in a file");
}

#[test]
fn live_watch_failure_names_its_id() {
    let server = Server::with(|request, _| {
        let node = format!("e01-cn-of-{}", request.form()["InvokeId"]);
        Reply::ok(Answer::new("Failed").failed(&node, "Failed", "FileCreateFail", "null"))
    });
    let home = Home::for_server(&server);
    let mut pty = Pty::start(&home, 120, 60, &["watch", "t-1", "t-2"]);
    assert_eq!(pty.exit_code(), 1);
    let screen = pty.screen();
    for id in ["t-1", "t-2"] {
        let row = screen.lines().find(|row| row.contains(&format!("e01-cn-of-{id}"))).expect("its failure");
        assert!(row.replace(&format!("e01-cn-of-{id}"), "").contains(id), "whose is it?\n{screen}");
    }
}

#[test]
fn live_lines_one_for_each_id_or_one_for_many() {
    let running = || Reply::ok(Answer::new("Running").nodes(2, "Running"));
    for (count, lines) in [(2, 2), (6, 6), (9, 1)] {
        let server = Server::always(running());
        let ids: Vec<String> = (1..=count).map(|n| format!("t-{n}")).collect();
        let args: Vec<&str> = ["watch"].into_iter().chain(ids.iter().map(String::as_str)).collect();
        let home = Home::for_server(&server);
        let mut pty = Pty::start(&home, 100, 24, &args);
        server.wait_for_requests(count);
        pty.wait_for(|screen| live(screen) == lines && !screen.contains("waiting"));
        pty.send(b"\x03");
        assert_eq!(pty.exit_code(), 130);
    }
}

#[test]
fn live_watch_ctrl_c_ends_with_what_is_known() {
    let gate = Gate::new();
    let server = rollout(&gate);
    let home = Home::for_server(&server);
    let mut pty = Pty::start(&home, 80, 40, &WATCH);
    pty.wait_for(|screen| screen.contains("2 open"));
    server.wait_for_requests(2);
    // The second answer never comes.
    pty.send(b"\x03");
    assert_eq!(pty.exit_code(), 130);
    let screen = pty.screen();
    assert!(screen.contains("e01-cn-bad   Running") && screen.contains("e01-cn-slow  Pending"), "{screen}");
    assert!(screen.ends_with("t-1: Running: 1 ok, 2 open of 3; exit 130"), "{screen}");
    pty.left_as_found();
}

#[test]
fn live_watch_ctrl_c_leaves_no_live_line() {
    let gate = Gate::new();
    let server = rollout(&gate);
    let home = Home::for_server(&server);
    let mut pty = Pty::start(&home, 80, 40, &WATCH);
    pty.wait_for(|screen| screen.contains("2 open"));
    pty.send(b"\x03");
    assert_eq!(pty.exit_code(), 130);
    assert_eq!(live(&pty.screen()), 0, "{}", pty.screen());
}

#[test]
fn dumb_terminal_gets_plain_lines() {
    let gate = Gate::new();
    gate.open();
    let server = rollout(&gate);
    let home = Home::for_server(&server);
    let mut pty = Pty::start_with(&home, 200, 40, PROGRAM, &WATCH, &[("TERM", "dumb")]);
    assert_eq!(pty.exit_code(), 3);
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    assert!(!raw.contains('\x1b') && raw.matches('\r').count() == raw.matches("\r\n").count(), "{raw:?}");
    assert!(raw.contains("Z t-1 Running: 1 ok, 2 open of 3\r\n"), "{raw:?}");
}

#[test]
fn live_watch_survives_a_resize() {
    for (from, to) in [(80, 40), (40, 120)] {
        let gate = Gate::new();
        let server = rollout(&gate);
        let home = Home::for_server(&server);
        let mut pty = Pty::start(&home, from, 40, &WATCH);
        pty.wait_for(|screen| screen.contains("2 open"));
        pty.resize(to, 40);
        gate.open();
        assert_eq!(pty.exit_code(), 3);
        let screen = pty.screen();
        assert_eq!((live(&screen), screen.matches("Running  [").count()), (0, 0), "{screen}");
        assert!(screen.replace('\n', "").ends_with("exit 3") && screen.contains("e01-cn-bad"), "{screen}");
        pty.left_as_found();
    }
}

#[test]
fn live_watch_colour_follows_the_terminal() {
    let server = Server::always(Reply::ok(Answer::new("Failed").nodes(2, "Failed")));
    for (env, coloured) in [(&[][..], true), (&[("NO_COLOR", "1")], false), (&[("CLICOLOR", "0")], false)] {
        let home = Home::for_server(&server);
        let mut pty = Pty::start_with(&home, 80, 40, PROGRAM, &WATCH, env);
        assert_eq!(pty.exit_code(), 1);
        assert_eq!(String::from_utf8_lossy(&pty.raw()).contains("\x1b[31"), coloured, "{env:?}:\n{}", pty.screen());
    }
}

#[test]
fn watch_on_a_terminal_of_a_pipeline_writes_plain_lines_unless_live_progress_is_chosen() {
    for (more, rows) in [(&[][..], 0), (&["--progress", "live"], 1)] {
        let gate = Gate::new();
        let server = rollout(&gate);
        let home = Home::for_server(&server);
        let mut pty = Pty::start_with(&home, 80, 40, PROGRAM, &[&WATCH[..], more].concat(), &[("CI", "true")]);
        let screen = pty.wait_for(|screen| screen.contains("2 open"));
        assert_eq!(live(&screen), rows, "{screen}");
        gate.open();
        assert_eq!(pty.exit_code(), 3);
        // A log is never redrawn.
        let moves = pty.raw().windows(3).any(|bytes| bytes == b"\x1b[J");
        assert_eq!(moves, rows > 0, "{}", pty.screen());
    }
}
