//! How a fault is told, and how it is tried again: counted, waited for as the server says, in one safe line, for people
//! and for programs.

use std::time::Duration;

use serde_json::Value;

use crate::support::answers::{REQUEST_ID, api_error, no_record};

use super::*;

/// What a command makes of the replies, with the number of requests.
fn ask(command: &str, replies: &[Reply], args: &[&str]) -> (Run, usize) {
    let server = Server::sequence(replies.to_vec());
    (home(&server).run(&[&[command, "t-1"], args].concat()), server.count())
}

/// The same of `status` and of `watch`.
#[track_caller]
fn both(replies: &[Reply], args: &[&str], check: impl Fn(&Run, usize)) {
    for command in COMMANDS {
        let (run, count) = ask(command, replies, args);
        check(&run, count);
    }
}

#[test]
fn transient_fault_is_retried_and_told() {
    let passing = [
        Reply::error(400, "Throttling.User", "Too many requests."),
        Reply::error(429, "Throttling", "Too many requests."),
        Reply::error(503, "ServiceUnavailable", "Busy."),
        page(502, "<title>Bad Gateway</title>"),
        Reply::json(200, ""),
        done().cut(10),
    ];
    for fault in passing {
        both(&[fault, done()], &["--retries", "1"], |run, count| {
            assert_eq!((run.code, count), (0, 2), "{run}");
            assert_eq!(run.err.matches("; attempt 2 in ").count(), 1, "{run}");
            assert!(run.out.starts_with("t-1  Success\n") && errors(run).is_empty(), "{run}");
        });
    }
}

#[test]
fn retries_are_counted_and_end_with_the_last_fault() {
    let faults = [Reply::error(503, "First", "One."), Reply::error(503, "Second", "Two.")];
    both(&faults, &["--retries", "1"], |run, count| {
        assert_eq!((run.code, count), (5, 2), "{run}");
        let [error] = errors(run)[..] else { panic!("one error: {run}") };
        assert!(error.contains("Two. (Second) (tried 2 times)"), "{run}");
    });
}

#[test]
fn retry_waits_as_long_as_the_server_says() {
    let wait = Reply::error(400, "Strange", "Wait a little.").header("x-acs-retry-after", 1300);
    for command in COMMANDS {
        let server = Server::sequence(vec![wait.clone(), done()]);
        let run = Home::for_server(&server).run(&[command, "t-1", "--retries", "1"]).code(0);
        let requests = server.requests();
        let waited = requests[1].at - requests[0].at;
        assert!(waited >= Duration::from_millis(1300), "{waited:?}: {run}");
    }
}

#[test]
fn json_failure_is_one_line_and_the_last_on_stderr() {
    let cases = [
        (Reply::error(403, "Forbidden.RAM", "Not\n{you}."), "credentials", Some("Forbidden.RAM"), 4),
        (page(502, "{ \"not\": the API"), "service", None, 5),
        (Reply::json(200, ""), "answer", None, 5),
        (Reply::close(), "network", None, 5),
        (Reply::ok(no_record()), "not_found", None, 6),
    ];
    for (reply, kind, code, exit_code) in cases {
        let replies = [reply];
        for args in [["--retries", "1", "-o", "json"], ["--retries", "1", "-o", "jsonl"]] {
            both(&replies, &args, |run, _| {
                assert_eq!(run.code, exit_code, "{run}");
                assert_eq!(run.err.lines().filter(|line| line.starts_with('{')).count(), 1, "{run}");
                let line = run.error();
                let mut keys: Vec<&String> = line["error"].as_object().expect("an object").keys().collect();
                keys.sort();
                assert_eq!(keys, ["code", "exit_code", "hint", "kind", "message", "request_id"], "{run}");
                assert_eq!(line["schema_version"], 1, "{run}");
                let error = &line["error"];
                assert_eq!((&error["kind"], &error["exit_code"]), (&kind.into(), &exit_code.into()), "{run}");
                assert_eq!(error["code"], code.map_or(Value::Null, Value::from), "{run}");
                if code.is_some() {
                    assert_eq!(error["request_id"], REQUEST_ID, "{run}");
                }
            });
        }
    }
}

#[test]
fn json_failure_line_follows_every_origin_of_the_format() {
    let run = Home::new().run(&["status", "t-1", "-r", "cn-beijing", "-o", "json"]).code(4);
    let expected = run.err.clone();
    let args = ["status", "t-1", "-r", "cn-beijing"];
    let run = Home::new().efloctl().args(args).env("EFLOCTL_OUTPUT", "json").run().code(4);
    assert_eq!(run.err, expected);
    let run = Home::new().config("[defaults]\noutput = \"json\"\n").run(&args).code(4);
    assert_eq!(run.error()["error"]["exit_code"], 4, "{run}");
}

#[test]
fn fault_text_from_the_server_is_one_safe_line() {
    let message = format!("a\u{1b}[2Jb\r\nefloctl: error: forged \u{202e}{}", "long ".repeat(200));
    both(&[Reply::json(400, api_error("X\u{7}", &message))], &[], |run, _| {
        let forged = run.err.lines().filter(|line| line.starts_with("efloctl: error: ")).count();
        assert_eq!(forged, 1, "{run}");
        assert!(!run.err.contains(['\u{1b}', '\r', '\u{202e}', '\u{7}']), "{run}");
        assert!(run.err.lines().all(|line| line.len() < 600), "{run}");
    });
}
