//! What the service, or something before it, says instead of an answer: told in full, tried again where that can help,
//! and worth its exit code.

use std::time::Duration;

use serde_json::Value;

use super::support::answers::{Answer, REQUEST_ID, api_error, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

const COMMANDS: [&str; 2] = ["status", "watch"];

fn done() -> Reply {
    Reply::ok(Answer::new("Success").nodes(2, "Success"))
}

fn page(status: u16, body: &str) -> Reply {
    Reply::bytes(status, "text/html", body)
}

/// What a command makes of the replies, with the number of requests.
fn ask(command: &str, replies: &[Reply], args: &[&str]) -> (Run, usize) {
    let server = Server::sequence(replies.to_vec());
    // A flag would do for `watch` alone; `status` has no grace.
    let home = Home::for_server(&server).config_more("grace = 0\n");
    (home.run(&[&[command, "t-1"], args].concat()), server.count())
}

/// The same of `status` and of `watch`.
#[track_caller]
fn both(replies: &[Reply], args: &[&str], check: impl Fn(&Run, usize)) {
    for command in COMMANDS {
        let (run, count) = ask(command, replies, args);
        check(&run, count);
    }
}

/// The errors told on stderr, each with the lines that belong to it.
fn errors(run: &Run) -> Vec<&str> {
    run.err.split("efloctl: error: ").skip(1).collect()
}

#[test]
fn what_is_no_answer_is_told_as_such_and_exits_5() {
    let half = Answer::new("Success").nodes(2, "Success").value().to_string();
    let cases = [
        (page(200, "<html><title>Please log in</title></html>"), "no answer of DescribeSendFileResults"),
        (Reply::json(200, ""), "it is empty"),
        (Reply::json(200, &half[..half.len() / 2]), "no answer of DescribeSendFileResults"),
        (Reply::json(200, "[]"), "no answer of DescribeSendFileResults"),
        (Reply::json(200, r#"{"Code":"Strange"}"#), "no answer of DescribeSendFileResults"),
        (page(502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"), "502 Bad Gateway"),
        (page(403, "<html><body><h1>Blocked</h1> by the <b>proxy</b></body></html>"), "403 Forbidden"),
        (page(404, ""), "404 Not Found"),
        (Reply::error(400, "InvalidParameter", "The parameter is bad."), "The parameter is bad. (InvalidParameter)"),
    ];
    for (reply, word) in cases {
        both(&[reply], &["--retries", "0"], |run, count| {
            assert_eq!((run.code, count, run.out.as_str()), (5, 1, ""), "{run}");
            let [error] = errors(run)[..] else { panic!("one error: {run}") };
            assert!(error.contains(word) && !error.contains('<'), "{word}: {run}");
        });
    }
}

#[test]
fn what_can_pass_is_tried_again_and_told() {
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
fn the_server_says_how_long_to_wait() {
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
fn a_refused_key_exits_4_after_one_request() {
    let xml = format!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>{REQUEST_ID}</RequestId><HostId>h</HostId>\
         <Code>Forbidden.RAM</Code><Message>Not for &lt;you&gt;.</Message></Error>"
    );
    let cases = [
        (Reply::error(400, "SignatureDoesNotMatch", "No match."), "No match. (SignatureDoesNotMatch)"),
        (Reply::error(404, "InvalidAccessKeyId.NotFound", "No key."), "No key. (InvalidAccessKeyId.NotFound)"),
        (Reply::error(400, "InvalidAccessKeyId.Inactive", "Off."), "Off. (InvalidAccessKeyId.Inactive)"),
        (Reply::error(403, "InvalidSecurityToken.Expired", "Old."), "Old. (InvalidSecurityToken.Expired)"),
        (Reply::error(403, "Forbidden.RAM", "Not you."), "Not you. (Forbidden.RAM)"),
        (Reply::error(503, "NoPermission", "Not you."), "Not you. (NoPermission)"),
        (Reply::bytes(403, "text/xml;charset=utf-8", xml), "Not for <you>. (Forbidden.RAM)"),
    ];
    for (reply, word) in cases {
        both(&[reply], &[], |run, count| {
            assert_eq!((run.code, count, run.out.as_str()), (4, 1, ""), "{run}");
            let [error] = errors(run)[..] else { panic!("one error: {run}") };
            assert!(error.contains(word), "{run}");
            assert!(error.lines().any(|line| line.trim_start().starts_with("request:") && line.ends_with(REQUEST_ID)));
        });
    }
}

#[test]
fn an_invocation_that_the_service_does_not_know_exits_6() {
    let cases = [
        Reply::ok(no_record()),
        Reply::error(404, "InvalidInvocation.NotFound", "No such invocation."),
        Reply::error(400, "InvokeId.NotExist", "No such invocation."),
        Reply::error(404, "InvocationDoesNotExist", "No such invocation."),
    ];
    for reply in cases {
        both(&[reply], &[], |run, count| {
            assert_eq!((run.code, count, run.out.as_str()), (6, 1, ""), "{run}");
            let [error] = errors(run)[..] else { panic!("one error: {run}") };
            assert!(error.contains("invocation") && error.contains(REQUEST_ID), "{run}");
        });
    }
    // Of another thing that is not found, and of a server in trouble, the invocation may yet be there.
    for reply in [Reply::error(404, "InvalidApi.NotFound", "?"), Reply::error(500, "InvalidInvocation.NotFound", "?")] {
        both(&[reply], &["--retries", "0"], |run, _| assert_eq!(run.code, 5, "{run}"));
    }
}

#[test]
fn every_fault_says_what_to_do_next() {
    let faults = [
        page(200, "<html><title>Please log in</title></html>"),
        page(403, "Blocked"),
        page(502, ""),
        done().cut(10),
        Reply::close(),
        Reply::reset(),
        Reply::error(400, "SignatureDoesNotMatch", "No match."),
        Reply::error(403, "Forbidden.RAM", "Not you."),
        Reply::error(404, "InvalidInvocation.NotFound", "No such invocation."),
        Reply::error(400, "NeverHeardOf", "?"),
        Reply::ok(no_record()),
    ];
    let silent: Vec<String> = faults
        .map(|fault| ask("status", &[fault], &["--retries", "0"]).0.err)
        .into_iter()
        .filter(|told| !told.contains("\n  next: "))
        .collect();
    assert!(silent.is_empty(), "these leave the reader alone:\n{}", silent.concat());
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::always(done());
    let reply = page(302, "moved").header("location", elsewhere.url());
    both(&[reply], &[], |run, count| {
        assert_eq!((run.code, count), (5, 1), "{run}");
        assert!(errors(run)[0].contains(&format!("redirect to {}", elsewhere.url())), "{run}");
    });
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn for_programs_a_failure_is_one_line_of_json_and_the_last() {
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
fn the_line_of_json_does_not_depend_on_where_the_format_was_set() {
    let run = Home::new().run(&["status", "t-1", "-r", "cn-beijing", "-o", "json"]).code(4);
    let expected = run.err.clone();
    let args = ["status", "t-1", "-r", "cn-beijing"];
    let run = Home::new().efloctl().args(args).env("EFLOCTL_OUTPUT", "json").run().code(4);
    assert_eq!(run.err, expected);
    let run = Home::new().config("[defaults]\noutput = \"json\"\n").run(&args).code(4);
    assert_eq!(run.error()["error"]["exit_code"], 4, "{run}");
}

#[test]
fn what_a_stranger_writes_is_shown_in_one_safe_line() {
    let message = format!("a\u{1b}[2Jb\r\nefloctl: error: forged \u{202e}{}", "long ".repeat(200));
    both(&[Reply::json(400, api_error("X\u{7}", &message))], &[], |run, _| {
        let forged = run.err.lines().filter(|line| line.starts_with("efloctl: error: ")).count();
        assert_eq!(forged, 1, "{run}");
        assert!(!run.err.contains(['\u{1b}', '\r', '\u{202e}', '\u{7}']), "{run}");
        assert!(run.err.lines().all(|line| line.len() < 600), "{run}");
    });
}
