//! Every exit code there is, and which of two comes first.

use std::collections::BTreeSet;

use super::support::answers::{Answer, no_record};
use super::support::cli::Home;
use super::support::reply::Reply;
use super::support::server::Server;

/// Answers by what the id says is wanted.
fn server() -> Server {
    Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-success" => Reply::ok(Answer::new("Success").nodes(2, "Success")),
        "t-failed" => Reply::ok(Answer::new("Failed").nodes(2, "Failed")),
        "t-partial" => Reply::ok(Answer::new("PartialFailed").nodes(1, "Failed").node("e01-cn-x", "Success")),
        "t-running" => Reply::ok(Answer::new("Running").nodes(1, "Running")),
        "t-gone" => Reply::ok(no_record()),
        "t-broken" => Reply::error(400, "InvalidParameter", "The parameter is bad."),
        _ => Reply::error(403, "Forbidden.RAM", "Not authorized."),
    })
}

const RUNNING: &str = r#"{"RequestId": "R", "Invocations": {"Invocation": [{"InvocationStatus": "Running"}]}}"#;

#[test]
fn exit_code_table_every_code_is_reached_and_the_first_applies() {
    let server = server();
    let home = Home::for_server(&server).config_more("grace = 0\nretries = 0\n").file("running.json", RUNNING);
    let mut reached = BTreeSet::new();
    for (code, args) in [
        // Wrong usage and configuration.
        (2, "watch"),
        (2, "watch t-success --interval 5"),
        (2, "watch t-success -p nobody"),
        (2, "status t-success --config absent.toml"),
        (2, "status t-success -o xml"),
        (2, "status --from absent.json"),
        (2, "watch t-success --record absent/r.jsonl"),
        (2, "explain NeverHeardOf"),
        // Verdicts; what went wrong with other ids comes after them.
        (1, "watch t-failed"),
        (1, "watch t-partial t-failed t-success"),
        (1, "watch t-failed t-gone t-broken"),
        (1, "status t-failed --exit-status"),
        (1, "errors t-failed --exit-status"),
        (3, "watch t-partial"),
        (3, "watch t-success t-partial t-gone"),
        (3, "status t-partial --exit-status"),
        (3, "status t-partial t-running --exit-status"),
        // No answer.
        (4, "watch t-forbidden"),
        (4, "status t-forbidden"),
        (4, "errors t-forbidden"),
        (5, "watch t-broken"),
        (5, "watch t-gone t-broken t-success"),
        (5, "status t-gone t-broken t-success"),
        (5, "status t-broken t-running --exit-status"),
        (6, "watch t-gone"),
        (6, "watch t-gone t-success"),
        (6, "status t-success --node e01-cn-nowhere"),
        (6, "status t-gone t-success --exit-status"),
        // Not finished.
        (124, "watch t-running --timeout 1s"),
        (124, "watch t-running t-success --timeout 1s"),
        (8, "status t-running --exit-status"),
        (8, "errors t-running t-success --exit-status"),
        (8, "watch --from running.json"),
        // Success, or an answer and nobody asked for its verdict.
        (0, "watch t-success"),
        (0, "status t-success --exit-status"),
        (0, "status t-failed t-partial t-running"),
        (0, "errors t-failed"),
        (0, "status --from running.json"),
        (0, "explain Timeout"),
        (0, "--version"),
    ] {
        let words: Vec<&str> = args.split(' ').filter(|word| !word.is_empty()).collect();
        home.run(&words).code(code);
        reached.insert(code);
    }
    #[cfg(unix)]
    for (code, signal) in [(129, "HUP"), (130, "INT"), (143, "TERM")] {
        let mut running = home.efloctl().args(["watch", "t-running"]).spawn();
        running.wait_err(|line| line.contains("t-running Running"));
        running.signal(signal);
        running.finish().code(code);
        reached.insert(code);
    }
    let all = BTreeSet::from([0, 1, 2, 3, 4, 5, 6, 8, 124, 129, 130, 143]);
    assert!(cfg!(not(unix)) || reached == all, "{reached:?}");

    // The table that people see has these and no others.
    let help = home.run(&["--help"]).code(0);
    let (_, table) = help.out.split_once("Exit codes, the first that applies:\n").unwrap_or_else(|| panic!("{help}"));
    let listed: BTreeSet<i32> = table.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(listed, all, "{help}");
}

#[test]
fn exit_code_2_wrong_usage_is_told_before_any_call() {
    let server = server();
    let home = Home::for_server(&server);
    for args in [
        &["watch", ""][..],
        &["watch", "t-success", " "],
        &["status", "t-success", "--retries", "-1"],
        &["watch", "t-success", "--timeout", "10"],
        &["watch", "t-success", "--interval", "500ms"],
        &["watch", "t-success", "--interval", "6m"],
        &["status", "t-success", "t-failed", "-o", "raw"],
        &["watch", "t-success", "-o", "tsv"],
        &["errors", "t-success", "--endpoint", "http://example.com"],
        &["status", "t-success", "--ca-file", "absent.pem"],
        &["status", "t-success", "--node", ""],
    ] {
        let run = home.run(args).code(2);
        assert!(run.out.is_empty() && !run.err.is_empty(), "{run}");
    }
    for input in ["", "\n", "t-success\n\nt-failed\n"] {
        let run = home.efloctl().args(["watch", "-"]).stdin(input).run().code(2);
        assert!(run.err.contains("standard input"), "{run}");
    }
    assert_eq!(server.count(), 0);
}
