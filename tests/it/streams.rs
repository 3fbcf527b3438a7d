//! Streams that end or fail: a reader that goes away is no error, a full disk is.
#![cfg(unix)]

use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM, Run};
use super::support::reply::{Gate, Reply};
use super::support::server::Server;

fn answer(status: &str) -> Answer {
    Answer::new(status).nodes(2, status)
}

/// Runs the program within a line of shell, which has it as `"$0" "$@"`.
fn shell(home: &Home, line: &str, args: &[&str]) -> Run {
    home.program("sh").args([&["-c", line, PROGRAM], args].concat()).run()
}

fn full(home: &Home, args: &[&str]) -> Run {
    shell(home, "exec \"$0\" \"$@\" >/dev/full", args)
}

#[test]
fn broken_pipe_is_no_error() {
    let server = Server::always(Reply::ok(Answer::new("Failed").nodes(20_000, "Failed")));
    let home = Home::for_server(&server);
    let head = "{ \"$0\" \"$@\"; echo \"exit $?\" >&2; } | head -n 1";
    for (args, code) in [
        (&["status", "t-1", "-o", "ids"][..], 0),
        (&["status", "t-1", "--max-nodes", "0"], 0),
        (&["status", "t-1", "-o", "raw"], 0),
        (&["status", "t-1", "-o", "json", "--exit-status"], 1),
        (&["errors", "t-1"], 0),
        (&["watch", "t-1", "-q", "-o", "json"], 1),
    ] {
        let run = shell(&home, head, args);
        let verdict = if args[0] == "watch" { "efloctl: t-1: Failed: 20000 failed of 20000; exit 1\n" } else { "" };
        assert_eq!(run.err, format!("{verdict}exit {code}\n"), "{args:?}: {run}");
        assert_eq!(run.out.lines().count(), 1, "{args:?}: {run}");
    }
}

#[test]
fn broken_pipe_ends_a_watch_with_what_is_known() {
    for (status, code) in [("Running", 8), ("Success", 0), ("Failed", 1)] {
        let gate = Gate::new();
        // Each poll has news, for it is at the telling that the reader is missed. A process that is being started
        // beside this one may hold the pipe for a moment, so that the first telling succeeds.
        let first = Reply::ok(answer(status)).held(&gate);
        let server = Server::with(move |_, n| match n {
            0 => first.clone(),
            n => Reply::ok(Answer::new("Running").nodes(n + 2, "Running")),
        });
        let home = Home::for_server(&server);
        let mut running = home.efloctl().args(["watch", "t-1", "--interval", "1s", "-o", "jsonl"]).spawn_unread();
        server.wait_for_requests(1);
        running.close_stdout();
        gate.open();
        let run = running.finish().code(code);
        assert!(run.err.ends_with(&format!("; exit {code}\n")) && run.err.lines().count() == 1, "{run}");
        assert!(!run.err.contains("error") && !run.err.contains("roken pipe"), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_turns_0_into_5() {
    let server = Server::always(Reply::ok(answer("Success")));
    let home = Home::for_server(&server);
    for args in [
        &["status", "t-1"][..],
        &["status", "t-1", "-o", "json"],
        &["status", "t-1", "-o", "raw"],
        &["errors", "t-1"],
        &["watch", "t-1"],
        &["watch", "t-1", "-o", "json"],
        &["watch", "t-1", "-o", "jsonl"],
        &["explain"],
        &["explain", "Timeout", "-o", "json"],
        &["config", "list"],
        &["config", "path"],
        &["completions", "bash"],
    ] {
        let run = full(&home, args).code(5);
        let told = run.err.lines().find(|line| line.contains("cannot be written")).unwrap_or_default();
        assert!(told.contains("No space left on device"), "{args:?}: {run}");
        assert!(told.starts_with(if args.contains(&"-o") && !args.contains(&"raw") {
            "{"
        } else {
            "efloctl: error: "
        }));
        assert_eq!(run.err.lines().filter(|line| line.contains("cannot be written")).count(), 1, "once: {run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_of_help_is_told() {
    for args in [&["--help"][..], &["--version"], &["help", "watch"]] {
        let run = full(&Home::new(), args).code(5);
        assert!(run.err.contains("No space left on device"), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_hides_no_other_exit_code() {
    let ask = |status: &str, args: &[&str]| {
        let server = Server::always(Reply::ok(Answer::new(status).nodes(1, "Failed").node("e01-cn-x", status)));
        full(&Home::for_server(&server), args)
    };
    for (status, args, code) in [
        ("Failed", &["watch", "t-1"][..], 1),
        ("Failed", &["watch", "t-1", "-o", "jsonl"], 1),
        ("Failed", &["status", "t-1", "--exit-status"], 1),
        ("Success", &["watch", "t-1", "-o", "json"], 3),
        ("Running", &["watch", "t-1", "--timeout", "1s"], 124),
        ("Running", &["status", "t-1", "--exit-status", "-o", "json"], 8),
    ] {
        let run = ask(status, args).code(code);
        assert!(run.err.contains("cannot be written: No space left on device"), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_makes_no_second_json_line() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(answer("Success")),
        _ => Reply::error(400, "InvalidParameter", "The parameter is bad."),
    });
    let home = Home::for_server(&server);
    for command in ["status", "watch"] {
        let run = full(&home, &[command, "t-1", "t-2", "-o", "json"]).code(5);
        assert_eq!(run.err.lines().filter(|line| line.starts_with('{')).count(), 1, "{run}");
        run.error();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_verdict_line_names_the_exit_code() {
    let server = Server::always(Reply::ok(answer("Success")));
    let run = full(&Home::for_server(&server), &["watch", "t-1"]).code(5);
    assert!(run.err.contains("; exit 5\n") && !run.err.contains("; exit 0\n"), "{run}");
}

#[test]
fn closed_streams_change_no_exit_code() {
    for (status, code) in [("Failed", 1), ("Success", 0)] {
        let server = Server::always(Reply::ok(answer(status)));
        let home = Home::for_server(&server);
        for redirection in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
            for args in [
                &["watch", "t-1"][..],
                &["watch", "t-1", "-o", "jsonl", "-vv"],
                &["watch", "t-1", "--record", "r.jsonl"],
                &["status", "t-1", "--exit-status"],
                &["errors", "t-1", "--exit-status", "-o", "json"],
            ] {
                let run = shell(&home, &format!("exec \"$0\" \"$@\" {redirection}"), args).code(code);
                assert!(!redirection.contains("2>") || run.err.is_empty(), "{run}");
            }
        }
        // What is closed is not taken for another file.
        assert_eq!(home.read("r.jsonl").lines().count(), 1, "{}", home.read("r.jsonl"));
    }
}

#[test]
fn unwritable_stderr_changes_nothing() {
    let server = Server::always(Reply::ok(answer("Failed")));
    let home = Home::for_server(&server);
    let whole = home.run(&["watch", "t-1"]).code(1);
    let lines = if cfg!(target_os = "linux") { &["2>/dev/full", "2>&-"][..] } else { &["2>&-"] };
    for redirection in lines {
        let run = shell(&home, &format!("exec \"$0\" \"$@\" {redirection}"), &["watch", "t-1", "-v"]).code(1);
        assert_eq!(run.out, whole.out, "{run}");
    }
}
