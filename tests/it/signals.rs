//! Signals: the end is in order, what is known is reported, and nobody waits for a reader who does not read.
#![cfg(unix)]

use std::time::{Duration, Instant};

use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM};
use super::support::reply::{Gate, Reply};
use super::support::running::Running;
use super::support::server::Server;

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

fn open() -> Reply {
    let failed = Answer::new("Running").failed("e01-cn-bad", "Failed", "FileCreateFail", "null");
    Reply::ok(failed.node("e01-cn-open", "Running").node("e01-cn-good", "Success"))
}

#[test]
fn signal_ends_the_watch_with_what_is_known() {
    for (signal, code) in SIGNALS {
        let server = Server::always(open());
        let home = Home::for_server(&server);
        let mut running = home.efloctl().args(["watch", "t-1"]).spawn();
        running.wait_err(|line| line.contains("e01-cn-bad"));
        running.signal(signal);
        let run = running.finish().code(code);
        assert!(run.out.starts_with("t-1  Running\n"), "{run}");
        let rows: Vec<&str> = run.out.lines().filter(|line| line.starts_with("e01-")).collect();
        assert!(rows.len() == 1 && rows[0].starts_with("e01-cn-open  Running"), "{run}");
        assert!(run.out.contains("FileCreateFail  1 node") && run.out.contains("\n  nodes  e01-cn-bad\n"), "{run}");
        let verdict = format!("efloctl: ended by SIG{signal}: t-1: Running: 1 ok, 1 failed, 1 open of 3");
        assert_eq!(run.err.lines().last(), Some(format!("{verdict}; exit {code}").as_str()), "{run}");
        assert!(!run.err.contains("error:"), "{run}");
    }
}

#[test]
fn signal_does_not_wait_for_an_answer() {
    for command in ["status", "errors", "watch"] {
        for format in ["table", "json"] {
            let server = Server::always(Reply::hang());
            let home = Home::for_server(&server);
            let running = home.efloctl().args([command, "t-1", "-o", format]).spawn();
            server.wait_for_requests(1);
            let asked = Instant::now();
            running.signal("TERM");
            let run = running.finish().code(143);
            assert!(asked.elapsed() < Duration::from_secs(4), "{:?}: {run}", asked.elapsed());
            if format == "json" {
                let document = run.json();
                assert_eq!((&document["exit_code"], &document["finished"]), (&143.into(), &false.into()), "{run}");
                assert_eq!(document["invocations"][0]["invoke_id"], "t-1", "{run}");
            }
        }
    }
}

#[test]
fn signal_exit_code_outranks_a_verdict() {
    let gate = Gate::new();
    let held = open().held(&gate);
    let server = Server::with(move |request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(Answer::new("Failed").nodes(2, "Failed")),
        _ => held.clone(),
    });
    let home = Home::for_server(&server);
    let mut running = home.efloctl().args(["watch", "t-1", "t-2", "-o", "json"]).spawn();
    running.wait_err(|line| line.contains("t-1 Failed"));
    gate.open();
    running.wait_err(|line| line.contains("t-2 Running"));
    running.signal("INT");
    let run = running.finish().code(130);
    assert_eq!(run.json()["exit_code"], 130, "{run}");
    assert_eq!(run.json()["invocations"][0]["verdict"], "Failed", "{run}");
}

/// A watch that is over and writes a report which nobody reads and no pipe can hold.
fn stalled(home: &Home) -> Running {
    let mut running = home.efloctl().args(["watch", "t-1", "-o", "json"]).spawn_unread();
    running.wait_err(|line| line.contains(" t-1 Failed: "));
    running
}

fn large() -> Server {
    Server::always(Reply::ok(Answer::new("Failed").nodes(5000, "Failed")))
}

#[test]
fn second_signal_ends_a_blocked_report() {
    let server = large();
    let home = Home::for_server(&server);
    let running = stalled(&home);
    running.signal("INT");
    // Of another kind, for two of a kind may arrive as one.
    running.signal("TERM");
    let sent = Instant::now();
    let run = running.finish();
    assert!([130, 143].contains(&run.code), "{run}");
    assert!(sent.elapsed() < Duration::from_secs(4), "at once, not after {:?}: {run}", sent.elapsed());
}

#[test]
fn second_ctrl_c_ends_it() {
    let server = large();
    let home = Home::for_server(&server);
    let mut running = stalled(&home);
    let sent = Instant::now();
    // Two that come together may arrive as one.
    while !running.has_ended() {
        running.signal("INT");
    }
    let run = running.finish().code(130);
    assert!(sent.elapsed() < Duration::from_secs(4), "at once, not after {:?}: {run}", sent.elapsed());
}

#[test]
fn first_signal_gives_up_a_blocked_report_after_some_seconds() {
    let server = large();
    let home = Home::for_server(&server);
    let running = stalled(&home);
    running.signal("HUP");
    // The report that nobody takes is given up, and the verdict stands.
    let run = running.finish().code(1);
    assert!(run.err.contains("the answer cannot be written"), "{run}");
}

#[test]
fn first_signal_lets_a_slow_report_finish() {
    let server = large();
    let home = Home::for_server(&server);
    let mut running = stalled(&home);
    running.signal("INT");
    running.read_stdout();
    let run = running.finish();
    assert_eq!(run.json()["invocations"][0]["nodes"].as_array().map(Vec::len), Some(5000));
    assert_eq!(run.json()["exit_code"], run.code, "whether the signal came before the end or after it");
    assert!([1, 130].contains(&run.code), "{}", run.code);
}

#[cfg(target_os = "linux")]
#[test]
fn signal_that_is_ignored_at_the_start_stays_ignored() {
    for (signal, _) in SIGNALS {
        let server = Server::always(open());
        let home = Home::for_server(&server);
        let line = format!("trap '' {signal}; exec \"$0\" \"$@\"");
        let mut running = home.program("sh").args(["-c", &line, PROGRAM, "watch", "t-1", "--interval", "1s"]).spawn();
        running.wait_err(|line| line.contains("e01-cn-bad"));
        running.signal(signal);
        let asked = server.count();
        server.wait_for_requests(asked + 2);
        let (other, code) = if signal == "TERM" { ("INT", 130) } else { ("TERM", 143) };
        running.signal(other);
        running.finish().code(code);
    }
}
