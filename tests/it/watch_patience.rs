//! The watch's patience: ids that are not there yet, nodes that are not listed yet, faults that pass.

use std::thread;

use super::support::answers::{Answer, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

fn watch(server: &Server, args: &[&str]) -> Run {
    Home::for_server(server).run(&[&["watch", "--interval", "1s"], args].concat())
}

fn done() -> Reply {
    Reply::ok(Answer::new("Success").nodes(2, "Success"))
}

fn not_yet() -> Reply {
    Reply::error(404, "InvalidInvocation.NotFound", "The specified invocation does not exist.")
}

#[test]
fn watch_grace_waits_for_an_unknown_id() {
    for unknown in [Reply::ok(no_record()), not_yet()] {
        let server = Server::sequence(vec![unknown, done()]);
        let run = watch(&server, &["t-1", "--retries", "0"]).code(0);
        assert_eq!(server.count(), 2, "{run}");
        let told: Vec<&str> = run.err.lines().filter(|line| line.contains("; attempt 2 in ")).collect();
        assert!(told.len() == 1 && told[0].contains(" t-1: "), "{run}");
    }
}

#[test]
fn watch_grace_over_an_unknown_id_exits_6() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => done(),
        _ => Reply::ok(no_record()),
    });
    let run = watch(&server, &["t-1", "t-gone", "--grace", "1s"]).code(6);
    let asked = server.requests().iter().filter(|request| request.form()["InvokeId"] == "t-gone").count();
    assert!(asked >= 2, "once more when the grace is over: {run}");
    assert!(run.out.contains("\nt-1     Success "), "what is known is still reported: {run}");
    assert!(run.err.contains("efloctl: error: no invocation t-gone is known here\n  next:"), "{run}");
    assert!(run.err.contains("efloctl: no verdict: 2 invocations: 1 Success, 1 without an answer; exit 6\n"), "{run}");

    let server = Server::always(not_yet());
    let run = watch(&server, &["t-gone", "--grace", "0"]).code(6);
    assert_eq!(server.count(), 1, "{run}");
    assert!(run.err.contains("InvalidInvocation.NotFound"), "{run}");
}

#[test]
fn watch_grace_waits_for_an_unlisted_node() {
    let others = || Answer::new("Running").node("e01-cn-other", "Failed");
    let server = Server::sequence(vec![
        Reply::ok(others()),
        Reply::ok(others().node("e01-cn-mine", "Success").node("e01-cn-slow", "Running")),
    ]);
    let run = watch(&server, &["t-1", "--node", "e01-cn-mine"]).code(0);
    assert_eq!(server.count(), 2, "{run}");
    assert_eq!(server.form(1)["NodeId"], "e01-cn-mine");
    assert!(run.err.contains(" t-1: t-1 has no node e01-cn-mine; attempt 2 in "), "{run}");
    assert!(run.err.ends_with("efloctl: t-1: Success: 1 ok; exit 0\n"), "{run}");
    assert!(!run.out.contains("e01-cn-other") && !run.err.contains("warning"), "{run}");

    let server = Server::always(Reply::ok(others()));
    let run = watch(&server, &["t-1", "--node", "e01-cn-mine", "--grace", "0"]).code(6);
    assert!(run.err.contains("efloctl: error: t-1 has no node e01-cn-mine\n"), "{run}");
}

#[test]
fn watch_polls_through_transient_faults_once_seen() {
    let open = || Reply::ok(Answer::new("Running").nodes(1, "Running").node("e01-cn-ok", "Success"));
    let faults =
        [Reply::error(503, "ServiceUnavailable", "Try again."), Reply::ok(no_record()), not_yet(), Reply::reset()];
    let passes = |fault| {
        let server = Server::sequence(vec![open(), fault, done()]);
        let run = watch(&server, &["t-1", "--retries", "0", "--grace", "0"]).code(0);
        assert_eq!(server.count(), 3, "{run}");
        assert_eq!(run.err.matches("; attempt 2 in ").count(), 1, "{run}");
    };
    // Each takes some seconds of waiting and no work.
    thread::scope(|scope| faults.map(|fault| scope.spawn(|| passes(fault))).map(drop));
}

#[test]
fn watch_deadline_in_a_fault_reports_what_was_seen() {
    let open = Reply::ok(Answer::new("Running").nodes(1, "Running").node("e01-cn-ok", "Success"));
    let server = Server::sequence(vec![open, Reply::error(503, "ServiceUnavailable", "Try again.")]);
    let run = watch(&server, &["t-1", "--timeout", "2s", "-o", "json"]).code(124);
    assert_eq!(run.json()["invocations"][0]["counts"]["Running"], 1, "{run}");
    assert!(run.err.contains("ServiceUnavailable"), "{run}");
}

#[test]
fn watch_refused_key_ends_every_id_at_once() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::error(403, "Forbidden.RAM", "Not authorized."),
        _ => Reply::hang(),
    });
    let run = watch(&server, &["t-1", "t-2", "t-3"]).code(4);
    assert_eq!(run.err.matches("efloctl: error: ").count(), 1, "what is refused for all is told once: {run}");
    assert!(run.err.contains("efloctl: no verdict: 3 invocations: 3 without an answer; exit 4\n"), "{run}");
}

#[test]
fn watch_id_without_an_answer_does_not_end_the_others() {
    let server = Server::with(|request, n| match (request.form()["InvokeId"].as_str(), n) {
        ("t-bad", _) => Reply::error(400, "InvalidParameter", "The parameter is bad."),
        (_, 0 | 1) => Reply::ok(Answer::new("Running").nodes(1, "Running")),
        _ => Reply::ok(Answer::new("PartialFailed").nodes(1, "Success").nodes(1, "Failed")),
    });
    let run = watch(&server, &["t-bad", "t-1"]).code(3);
    assert_eq!(server.count(), 3, "{run}");
    assert!(run.err.contains("PartialFailed: 2 invocations: 1 PartialFailed, 1 without an answer; exit 3"), "{run}");
}
