//! A watch that has had a good answer: what may pass does not end it, what stays does, and what was seen is reported.

use std::time::Duration;

use jiff::SignedDuration;

use crate::support::reply::Gate;

use super::*;

const NODE: &str = "e01-cn-known";

fn open() -> Reply {
    Reply::ok(Answer::new("Running").node(NODE, "Running").node("e01-cn-ok", "Success"))
}

/// With no retries that were not asked for.
fn watch(server: &Server, args: &[&str]) -> Run {
    let home = home(server).config_more("retries = 0\n");
    home.run(&[&["watch", "t-1", "--interval", "1s"], args].concat())
}

/// The same for each fault, many at once.
fn each(faults: Vec<(&str, Reply)>, check: impl Fn(&str, Reply) + Sync) {
    thread::scope(|scope| {
        for (name, fault) in faults {
            let check = &check;
            scope.spawn(move || check(name, fault));
        }
    });
}

fn passing() -> Vec<(&'static str, Reply)> {
    let half = Answer::new("Success").nodes(2, "Success").value().to_string();
    vec![
        ("throttled", Reply::error(429, "Throttling.User", "Too many requests.")),
        ("throttled with a 400", Reply::error(400, "Throttling", "Too many requests.")),
        ("a nonce seen before", Reply::error(400, "SignatureNonceUsed", "Again.")),
        ("unavailable", Reply::error(503, "ServiceUnavailable", "Busy.")),
        ("an odd failure", Reply::error(599, "NeverHeardOf", "Odd.")),
        ("a gateway", page(502, "<title>Bad Gateway</title>")),
        ("a login page", page(200, "<html><title>Please log in</title></html>")),
        ("half an answer", Reply::json(200, &half[..half.len() / 2])),
        ("a cut answer", done().cut(30)),
        ("a reset", Reply::reset()),
        ("a cut head", done().cut_head(20)),
        ("no end", Reply::trickle(200, Duration::from_millis(20))),
        ("no answer", Reply::hang()),
    ]
}

#[test]
fn watch_goes_on_through_transient_faults_once_seen() {
    each(passing(), |name, fault| {
        let server = Server::sequence(vec![open(), fault.clone(), fault, done()]);
        let run = watch(&server, &["--request-timeout", "2s"]).code(0);
        assert_eq!(server.count(), 4, "{name}: {run}");
        assert_eq!(run.err.matches("; attempt ").count(), 2, "{name}: {run}");
        assert!(run.out.starts_with("t-1  Success\n") && errors(&run).is_empty(), "{name}: {run}");
    });
}

#[test]
fn watch_deadline_ends_a_fault_that_never_passes() {
    each(passing(), |name, fault| {
        let server = Server::sequence(vec![open(), fault]);
        let run = watch(&server, &["--request-timeout", "2s", "--timeout", "4s"]).code(124);
        assert!(server.count() >= 2, "{name}: {run}");
        assert!(run.out.starts_with("t-1  Running\n") && run.out.contains(NODE), "{name}: {run}");
        assert!(run.err.ends_with("; exit 124\n"), "{name}: {run}");
    });
}

#[test]
fn watch_ends_at_once_at_a_permanent_fault() {
    let faults = [
        (4, "Forbidden.RAM", Reply::error(403, "Forbidden.RAM", "Not you.")),
        (4, "SignatureDoesNotMatch", Reply::error(400, "SignatureDoesNotMatch", "No match.")),
        (4, "InvalidSecurityToken.Expired", Reply::error(403, "InvalidSecurityToken.Expired", "Old.")),
    ];
    for (code, word, fault) in faults {
        let server = Server::sequence(vec![open(), fault, done()]);
        let run = watch(&server, &[]).code(code);
        assert_eq!(server.count(), 2, "{run}");
        let [error] = errors(&run)[..] else { panic!("one error: {run}") };
        assert!(error.contains(word) && error.contains("\n  next: "), "{word}: {run}");
    }
}

#[test]
fn watch_retries_a_refusal_by_the_api_up_to_the_retries_setting() {
    for (status, code) in [(400, "InvalidParameter"), (404, "InvalidApi.NotFound")] {
        let server = Server::sequence(vec![open(), Reply::error(status, code, "No."), done()]);
        let run = watch(&server, &["--retries", "0"]).code(5);
        assert_eq!(server.count(), 2, "{run}");
        assert!(errors(&run)[0].contains(code), "{run}");
        let server = Server::sequence(vec![open(), Reply::error(status, code, "No."), done()]);
        watch(&server, &["--retries", "1"]).code(0);
    }
}

#[test]
fn watch_goes_on_through_pages_of_proxies_once_seen() {
    let pages = [
        ("403", page(403, "<title>Blocked</title>")),
        ("404", page(404, "<title>Not here</title>")),
        ("302", page(302, "").header("location", "https://elsewhere.invalid/")),
    ];
    for (name, page) in pages {
        let server = Server::sequence(vec![open(), page, done()]);
        let run = watch(&server, &["--retries", "0"]).code(0);
        assert_eq!(server.count(), 3, "{name}: {run}");
    }
}

#[test]
fn throttling_ends_with_the_retries_or_the_deadline() {
    let throttled = || Reply::error(429, "Throttling.User", "Too many requests.");
    for command in COMMANDS {
        let server = Server::always(throttled());
        let run = home(&server).run(&[command, "t-1", "--retries", "2"]).code(5);
        assert_eq!(server.count(), 3, "{run}");
        assert!(errors(&run)[0].contains("(Throttling.User) (tried 3 times)"), "{run}");
    }
    // The server may ask for more patience than there is.
    for first in [vec![], vec![open()]] {
        let wait = throttled().header("x-acs-retry-after", 100_000);
        let seen = first.len();
        let server = Server::sequence([first, vec![wait]].concat());
        let run = watch(&server, &["--timeout", "3s", "--retries", "9"]).code(124);
        assert_eq!((server.count(), run.out.contains(NODE)), (seen + 1, seen > 0), "{run}");
        assert!(run.err.contains("(Throttling.User); attempt 2 in ") && run.err.contains("out of time"), "{run}");
    }
}

#[test]
fn repeated_nonce_is_replaced() {
    for command in COMMANDS {
        let server = Server::sequence(vec![Reply::error(400, "SignatureNonceUsed", "Seen before."), done()]);
        let run = home(&server).run(&[command, "t-1", "--retries", "1"]).code(0);
        let requests = server.requests();
        let nonces: Vec<_> = requests.iter().map(|request| request.header("x-acs-signature-nonce")).collect();
        assert!(nonces.len() == 2 && nonces[0].is_some() && nonces[0] != nonces[1], "{nonces:?}: {run}");
    }
}

#[test]
fn clock_skew_during_a_watch_is_corrected() {
    let gate = Gate::new();
    let server = Server::sequence(vec![open().held(&gate), done()]);
    let home = home(&server);
    let running = home.efloctl().args(["watch", "t-1", "--interval", "1s", "--retries", "0"]).spawn();
    server.wait_for_requests(1);
    server.move_clock(SignedDuration::from_hours(1));
    gate.open();
    let run = running.finish().code(0);
    assert_eq!(server.count(), 3, "{run}");
    assert_eq!(run.err.matches("clock is 1h behind the server's").count(), 1, "{run}");
}

#[test]
fn watch_deadline_ends_an_answer_that_never_ends() {
    let drip = Duration::from_millis(20);
    let body = Answer::new("Success").nodes(20, "Success").value().to_string();
    let faults = vec![
        ("no answer", Reply::hang()),
        ("a head without end", Reply::trickle_head(drip)),
        ("a body without end", Reply::trickle(200, drip)),
        ("silence within a body", Reply::json(200, &body).stall(100)),
    ];
    each(faults, |name, fault| {
        for first in [vec![], vec![open()]] {
            let seen = !first.is_empty();
            let server = Server::sequence([first, vec![fault.clone()]].concat());
            let run = watch(&server, &["--timeout", "3s"]).code(124);
            assert_eq!(run.out.contains(NODE), seen, "{name}: what is known is reported: {run}");
            assert!(run.err.ends_with("; exit 124\n") && run.err.contains("out of time after 3s"), "{name}: {run}");
        }
    });
}
