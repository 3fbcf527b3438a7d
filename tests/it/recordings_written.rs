//! Recordings that end early, and recordings that cannot be written: the verdict is what counts.

use super::support::answers::Answer;
use super::support::cli::Home;
use super::support::reply::Reply;
use super::support::server::Server;

fn done(status: &str) -> Answer {
    Answer::new(status).nodes(2, status)
}

#[test]
fn replay_that_ends_early_exits_8() {
    let open = Answer::new("Running").nodes(1, "Running").failures(1, "Failed", "FileCreateFail", "null");
    let home = Home::new().file("r.json", open.value().to_string());
    let run = home.run(&["watch", "--from", "r.json"]).code(8);
    assert!(run.err.lines().last().is_some_and(|line| line.contains("the recording ends here")), "{run}");
    assert!(run.err.ends_with("; exit 8\n"), "{run}");
    assert!(run.out.contains("e01-cn-00000000  Running"), "the open nodes are listed: {run}");
    assert!(run.out.contains("\n  nodes  e01-cn-00000001\n"), "{run}");
    let run = home.run(&["watch", "--from", "r.json", "-o", "json"]).code(8);
    assert_eq!((&run.json()["finished"], &run.json()["exit_code"]), (&false.into(), &8.into()), "{run}");
    home.run(&["status", "--from", "r.json"]).code(0);
    home.run(&["status", "--from", "r.json", "--exit-status"]).code(8);
}

#[test]
fn one_file_for_two_flags_or_over_the_config_file_is_refused_before_any_call() {
    let server = Server::always(Reply::ok(done("Success")));
    let home = Home::for_server(&server);
    let config = home.config_path();
    let config = config.to_str().unwrap();
    for args in [
        &["watch", "t-1", "--record", "r.jsonl", "--junit", "./r.jsonl"][..],
        &["watch", "t-1", "--junit", config],
        &["watch", "t-1", "--record", config],
        &["watch", "--from", "r.jsonl", "--junit", "r.jsonl"],
    ] {
        let run = home.run(args).code(2);
        assert!(run.err.contains(" are one file, "), "{run}");
    }
    assert_eq!(server.count(), 0);
    #[cfg(unix)]
    home.run(&["watch", "t-1", "--record", "/dev/null", "--junit", "/dev/null"]).code(0);
}

#[test]
fn record_file_that_cannot_be_opened_is_refused_before_any_call() {
    let server = Server::always(Reply::ok(done("Success")));
    let home = Home::for_server(&server);
    for path in ["absent/r.jsonl", "."] {
        let run = home.run(&["watch", "t-1", "--record", path]).code(2);
        assert!(run.err.starts_with(&format!("efloctl: error: the recording {path} cannot be written: ")), "{run}");
        assert_eq!((run.out.as_str(), server.count()), ("", 0), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn record_file_that_cannot_be_written_hides_no_verdict() {
    for (status, code) in [("Success", 5), ("Failed", 1)] {
        for format in ["table", "json", "jsonl"] {
            let server = Server::always(Reply::ok(done(status)));
            let run =
                Home::for_server(&server).run(&["watch", "t-1", "--record", "/dev/full", "-o", format]).code(code);
            assert!(run.out.contains(status), "the answer is there: {run}");
            let told = run.err.lines().find(|line| line.contains("the recording is not complete")).unwrap_or_default();
            assert!(told.contains("No space left on device"), "{run}");
            assert!(told.starts_with(if format == "table" { "efloctl: error: " } else { "{" }), "{run}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_named_exit_code_is_the_real_one() {
    for (status, code) in [("Success", 5), ("Failed", 1)] {
        let server = Server::always(Reply::ok(done(status)));
        let run = Home::for_server(&server).run(&["watch", "t-1", "--record", "/dev/full", "-o", "json"]).code(code);
        assert_eq!(run.error()["error"]["exit_code"], code, "{run}");
        assert_eq!(run.json()["exit_code"], code, "{run}");
        assert!(run.err.contains(&format!("; exit {code}\n")), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn record_failure_makes_no_second_json_line() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(done("Success")),
        _ => Reply::error(400, "InvalidParameter", "The parameter is bad."),
    });
    let run = Home::for_server(&server).run(&["watch", "t-1", "t-2", "--record", "/dev/full", "-o", "json"]).code(5);
    assert_eq!(run.err.lines().filter(|line| line.starts_with('{')).count(), 1, "{run}");
    run.error();
}

#[test]
fn record_keeps_answers_alone() {
    let server = Server::sequence(vec![
        Reply::json(200, "not an answer"),
        Reply::error(503, "Busy", ""),
        Reply::ok(done("Failed")),
    ]);
    let home = Home::for_server(&server);
    home.run(&["watch", "t-1", "--interval", "1s", "--retries", "2", "--record", "r.jsonl"]).code(1);
    assert_eq!(home.read("r.jsonl").lines().count(), 1, "{}", home.read("r.jsonl"));
    home.run(&["watch", "--from", "r.jsonl"]).code(1);
}

#[test]
fn record_with_from_is_refused() {
    let home = Home::new().file("r.json", done("Success").value().to_string());
    let run = home.run(&["watch", "--from", "r.json", "--record", "s.json"]).code(2);
    assert!(run.err.contains("'--from <FILE>' cannot be used with '--record <FILE>'"), "{run}");
    assert!(!home.path().join("s.json").exists(), "{run}");
}
