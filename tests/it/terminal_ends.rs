//! However a watch on a terminal ends: the verdict is there with its exit code, the cursor shows, and no live line is
//! left behind.
#![cfg(unix)]

use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM};
use super::support::pty::{Pty, hung_up};
use super::support::reply::Reply;
use super::support::server::Server;

/// How a watch ends that would go on for ever.
#[derive(Clone, Copy, Debug)]
enum End {
    Key,
    Signal(&'static str),
    Time,
}

const ENDS: [(End, i32, &str); 5] = [
    (End::Key, 130, "ended by SIGINT: "),
    (End::Signal("INT"), 130, "ended by SIGINT: "),
    (End::Signal("TERM"), 143, "ended by SIGTERM: "),
    (End::Signal("HUP"), 129, "ended by SIGHUP: "),
    (End::Time, 124, "out of time after 5s: "),
];

fn open() -> Server {
    let nodes = Answer::new("Running").failed("e01-cn-bad", "Failed", "FileCreateFail", "null");
    Server::always(Reply::ok(nodes.node("e01-cn-open", "Running").node("e01-cn-good", "Success")))
}

/// Whether a row is, or was, one that is redrawn.
fn is_live(row: &str) -> bool {
    row.starts_with("Running  ") || row.starts_with('[') || row.starts_with("waiting for") || row.contains("next in ")
}

fn ends(home: &Home, columns: [u16; 2], (end, code, why): (End, i32, &str)) {
    let timeout = if matches!(end, End::Time) { "5s" } else { "30m" };
    let mut pty = Pty::start(home, columns[0], 100, &["watch", "t-1", "--interval", "1s", "--timeout", timeout]);
    pty.wait_for(|screen| screen.lines().any(|row| row.starts_with("Running  ") || row.starts_with('[')));
    if columns[0] != columns[1] {
        pty.resize(columns[1], 100);
        // Until it is drawn anew, cut where the new width is.
        let room = usize::from(columns[1]) - 3;
        let fits = |row: &str| row.chars().count() <= room && (columns[1] < 100 || row.contains("deadline in "));
        pty.wait_for(|screen| screen.lines().any(|row| is_live(row) && fits(row)));
    }
    match end {
        End::Key => pty.send(b"\x03"),
        End::Signal(name) => pty.signal(name),
        End::Time => {}
    }
    assert_eq!(pty.exit_code(), code, "{end:?}:\n{}", pty.screen());
    let screen = pty.screen();
    let context = format!("{end:?}, {columns:?}:\n{screen}");
    assert!(!screen.lines().any(is_live), "a live line is left: {context}");
    if columns[1] < 40 {
        let is_wrapped = screen.lines().any(|row| row.trim_end() == "  file   app.conf to");
        assert!(is_wrapped, "the report is laid out for the terminal as it is by now: {context}");
    }
    // A narrow screen breaks lines.
    let text: String = screen.split_whitespace().collect();
    for told in [why, "t-1: Running: 1 ok, 1 failed, 1 open of 3", "e01-cn-open  Running", "e01-cn-bad"] {
        assert!(text.contains(&told.replace(' ', "")), "{told:?} is not told: {context}");
    }
    assert!(text.ends_with(&format!("exit{code}")), "{context}");
    pty.left_as_found();
}

#[test]
fn terminal_is_restored_on_wide_and_narrow_screens() {
    let server = open();
    let home = Home::for_server(&server);
    for columns in [80, 20] {
        ENDS.iter().for_each(|end| ends(&home, [columns, columns], *end));
    }
}

#[test]
fn terminal_is_restored_after_a_resize() {
    let server = open();
    let home = Home::for_server(&server);
    for columns in [[20, 80], [80, 30]] {
        ends(&home, columns, ENDS[0]);
        ends(&home, columns, ENDS[4]);
    }
}

#[test]
fn terminal_is_restored_after_a_verdict() {
    for (status, code) in [("Success", 0), ("Failed", 1)] {
        let server = Server::sequence(vec![
            Reply::ok(Answer::new("Running").nodes(3, "Running")),
            Reply::ok(Answer::new(status).nodes(3, status)),
        ]);
        let home = Home::for_server(&server);
        let mut pty = Pty::start(&home, 20, 100, &["watch", "t-1", "--interval", "1s"]);
        assert_eq!(pty.exit_code(), code, "{}", pty.screen());
        let screen = pty.screen();
        assert!(!screen.lines().any(is_live), "{screen}");
        assert!(screen.split_whitespace().collect::<String>().ends_with(&format!("exit{code}")), "{screen}");
        pty.left_as_found();
    }
}

#[test]
fn terminal_is_restored_by_every_command() {
    let server = Server::unsigned(|_, _| Reply::ok(Answer::new("Failed").nodes(3, "Failed")));
    let home = Home::for_server(&server);
    for args in [
        &["status", "t-1"][..],
        &["errors", "t-1"],
        &["status", "t-1", "-o", "json"],
        &["explain", "Timeout"],
        &["config", "show"],
        &["doctor"],
        &["--help"],
    ] {
        let mut pty = Pty::start(&home, 20, 1000, args);
        let code = pty.exit_code();
        assert!([0, 5].contains(&code), "{args:?}: {code}:\n{}", pty.screen());
        assert!(!pty.screen().contains("panicked"), "{}", pty.screen());
        pty.left_as_found();
    }
}

#[test]
fn watch_ends_with_its_terminal() {
    let server = open();
    let home = Home::for_server(&server);
    for args in [&["watch", "t-1", "--interval", "1s"][..], &["watch", "t-1", "--interval", "1s", "-o", "jsonl"]] {
        assert_eq!(hung_up(&home, PROGRAM, args, "e01-cn-bad"), 129, "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn watch_under_nohup_outlives_its_terminal() {
    let failed = Answer::new("Running").failed("e01-cn-bad", "Failed", "FileCreateFail", "null");
    for (last, code) in [("Failed", 1), ("Success", 3)] {
        let status = if last == "Failed" { "Failed" } else { "PartialFailed" };
        let end = failed.clone().set("InvocationStatus", status).node("e01-cn-slow", last);
        let server = Server::sequence(vec![Reply::ok(failed.clone().node("e01-cn-slow", "Running")), Reply::ok(end)]);
        let home = Home::for_server(&server);
        let line = ["-c", "trap '' HUP; exec \"$0\" \"$@\"", PROGRAM, "watch", "t-1", "--interval", "1s", "-vv"];
        assert_eq!(hung_up(&home, "sh", &line, "e01-cn-bad"), code, "{status}");
    }
}
