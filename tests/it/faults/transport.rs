//! Whom a call goes to, whom it trusts, and with what time it is signed.

use jiff::SignedDuration;

use crate::support::http::Request;

use super::*;

fn always(_: &Request, _: usize) -> Reply {
    done()
}

/// The one error told, which ends in what to do.
#[track_caller]
fn error(run: &Run) -> &str {
    assert_eq!(run.out, "", "{run}");
    let errors: Vec<&str> = run.err.split("efloctl: error: ").skip(1).collect();
    let [error] = errors[..] else { panic!("one error: {run}") };
    assert!(error.contains("\n  next: "), "{run}");
    error
}

#[test]
fn tls_certificate_of_another_ca_is_refused() {
    let server = Server::tls(&Identity::loopback(), always);
    let run = trusting(&Identity::loopback(), Home::for_server(&server)).run(&["status", "t-1"]).code(5);
    assert!(error(&run).contains("no trusted connection"), "{run}");
    assert_eq!(server.count(), 0);
}

#[test]
fn ca_file_is_trusted_from_every_setting_origin() {
    let identity = Identity::loopback();
    let server = Server::tls(&identity, always);
    let home = Home::for_server(&server);
    let ca = identity.write_ca(home.path());
    let ca = ca.to_str().expect("a path in UTF-8");
    for command in COMMANDS {
        home.run(&[command, "t-1", "--ca-file", ca]).code(0);
        home.efloctl().args([command, "t-1"]).env("EFLOCTL_CA_FILE", ca).run().code(0);
    }
    home.config_more(&format!("ca_file = '{ca}'\n")).run(&["status", "t-1"]).code(0);
    assert_eq!(server.count(), 5);
}

#[test]
fn ca_file_without_a_certificate_is_refused_before_any_call() {
    let server = Server::tls(&Identity::loopback(), always);
    let home = Home::for_server(&server).file("empty.pem", "").file("rubbish.pem", "-----BEGIN NOTHING-----\n");
    for file in ["absent.pem", "empty.pem", "rubbish.pem", "."] {
        for command in COMMANDS {
            let run = home.run(&[command, "t-1", "--ca-file", file]).code(2);
            assert!(run.err.contains(file), "{run}");
        }
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn tls_wrong_host_name_does_not_suggest_a_ca_file() {
    let identity = Identity::new(&["other.example"]);
    let server = Server::tls(&identity, always);
    let home = Home::for_server(&server);
    let ca = identity.write_ca(home.path());
    let run = home.run(&["status", "t-1", "--ca-file", &ca.to_string_lossy()]).code(5);
    assert!(!error(&run).contains("--ca-file"), "its CA is trusted already: {run}");
    assert!(error(&run).contains("--endpoint"), "the name is what is wrong: {run}");
}

#[test]
fn http_endpoint_is_for_loopback_alone() {
    // Whoever sent it all the same would send it here.
    let proxy = Server::unsigned(|_, _| done());
    let server = Server::always(done());
    let home = Home::for_server(&server);
    for endpoint in ["http://gateway.example.com", "http://10.0.0.1:8080", "http://127.0.0.1.example.com"] {
        for command in COMMANDS {
            let ask = || home.efloctl().args([command, "t-1"]).env("http_proxy", proxy.url());
            let flag = ask().args(["--endpoint", endpoint]).run().code(2);
            let variable = ask().env("EFLOCTL_ENDPOINT", endpoint).run().code(2);
            for run in [flag, variable] {
                assert!(run.err.contains("plain http") && run.err.contains(endpoint), "{run}");
            }
        }
    }
    assert_eq!(proxy.count(), 0);
}

#[test]
fn clock_skew_is_corrected_once_and_told() {
    for hours in [1, -1] {
        for command in COMMANDS {
            let server = Server::always(done()).clock_ahead(SignedDuration::from_hours(hours));
            let run = Home::for_server(&server).run(&[command, "t-1"]).code(0);
            assert_eq!(server.count(), 2, "{run}");
            assert_eq!(run.err.matches("clock is ").count(), 1, "{run}");
            assert!(run.err.contains(if hours > 0 { "behind" } else { "ahead" }), "{run}");
        }
    }
}

#[test]
fn clock_skew_is_corrected_for_all_ids_at_once() {
    for command in COMMANDS {
        let server = Server::always(done()).clock_ahead(SignedDuration::from_hours(1));
        let run = Home::for_server(&server).run(&[command, "t-1", "t-2", "t-3"]).code(0);
        assert!(run.err.matches("clock is ").count() >= 1, "{run}");
    }
}

#[test]
fn clock_skew_that_cannot_be_corrected_exits_4() {
    let expired = Reply::error(400, "InvalidTimeStamp.Expired", "Specified time stamp is expired.");
    for command in COMMANDS {
        let server = Server::always(expired.clone());
        let run = Home::for_server(&server).run(&[command, "t-1"]).code(4);
        assert!(server.count() <= 2, "once is enough: {run}");
        assert!(error(&run).contains("InvalidTimeStamp.Expired"), "{run}");
        // With no further attempt there is nothing to go on with.
        let server = Server::always(done()).clock_ahead(SignedDuration::from_hours(1));
        let run = Home::for_server(&server).run(&[command, "t-1", "--retries", "0"]);
        assert!(run.code == 0 || (run.code == 4 && !run.err.contains("going on")), "{run}");
    }
}
