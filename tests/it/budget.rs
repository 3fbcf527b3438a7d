//! `--max-failed` and `--fail-fast`: what a gate forgives, what it never does, and how it says so.

use super::support::answers::{Answer, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

fn watch(server: &Server, args: &[&str]) -> Run {
    Home::for_server(server).run(&[&["watch", "--interval", "1s"], args].concat())
}

fn partial(failed: usize, of: usize) -> Answer {
    Answer::new("PartialFailed").nodes(of - failed, "Success").failures(failed, "Failed", "FileCreateFail", "null")
}

fn verdict_line(run: &Run) -> &str {
    run.err.lines().last().unwrap_or_default()
}

#[test]
fn budget_passes_failed_nodes_within_it_and_the_verdict_stays() {
    let canary = Answer::new("Failed").failures(3, "Failed", "FileCreateFail", "null");
    let short = partial(1, 19).node_count(20);
    for (answer, budget, code, words) in [
        (partial(5, 20), "5", 0, "PartialFailed: 15 ok, 5 failed of 20, within --max-failed 5"),
        (partial(5, 20), "4", 3, "PartialFailed: 15 ok, 5 failed of 20, more than --max-failed 4"),
        (partial(5, 20), "0", 3, "PartialFailed: 15 ok, 5 failed of 20, more than --max-failed 0"),
        (partial(5, 20), "25%", 0, "within --max-failed 25%"),
        (partial(5, 20), "24.9%", 3, "more than --max-failed 24.9%"),
        (partial(19, 20), "100%", 0, "within --max-failed 100%"),
        (partial(999, 1000), "99.9%", 0, "within --max-failed 99.9%"),
        (canary, "100%", 1, "Failed: 3 failed of 3, --max-failed 100% forgives PartialFailed alone"),
        (
            short,
            "100%",
            3,
            "PartialFailed: 18 ok, 1 failed, 1 not listed of 20, --max-failed 100% forgives no short list",
        ),
        (
            Answer::new("PartialFailed").nodes(3, "Success"),
            "100%",
            3,
            "--max-failed 100% forgives only failed nodes that are listed",
        ),
    ] {
        let server = Server::always(Reply::ok(answer));
        let run = watch(&server, &["t-1", "--max-failed", budget, "-o", "json"]).code(code);
        assert!(run.err.contains(words), "{words}: {run}");
        let document = run.json();
        assert_eq!(document["exit_code"], code, "{run}");
        let verdict = if code == 1 { "Failed" } else { "PartialFailed" };
        assert_eq!((&document["verdict"], &document["finished"]), (&verdict.into(), &true.into()), "{run}");
    }
}

#[test]
fn without_a_budget_no_failed_node_is_accepted() {
    let run = watch(&Server::always(Reply::ok(partial(1, 20))), &["t-1"]).code(3);
    assert_eq!(verdict_line(&run), "efloctl: t-1: PartialFailed: 19 ok, 1 failed of 20; exit 3");
}

#[test]
fn budget_is_applied_to_each_invocation_alone() {
    let server = Server::with(|request, _| {
        let failed = if request.form()["InvokeId"] == "t-1" { 2 } else { 3 };
        Reply::ok(partial(failed, 10))
    });
    let run = watch(&server, &["t-1", "t-2", "--max-failed", "3"]).code(0);
    assert!(verdict_line(&run).contains("2 PartialFailed, 2 of them within --max-failed 3; exit 0"), "{run}");
    let run = watch(&server, &["t-1", "t-2", "--max-failed", "2"]).code(3);
    assert!(verdict_line(&run).contains("2 PartialFailed, 1 of them within --max-failed 2; exit 3"), "{run}");
}

#[test]
fn budget_hides_no_other_failure() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(partial(1, 10)),
        _ => Reply::ok(no_record()),
    });
    let run = watch(&server, &["t-1", "t-2", "--max-failed", "100%", "--grace", "0"]).code(6);
    assert!(run.err.contains("1 of them within --max-failed 100%"), "{run}");
    let server = Server::always(Reply::ok(Answer::new("Running").nodes(1, "Running").failures(1, "Failed", "x", "y")));
    watch(&server, &["t-1", "--max-failed", "100%", "--timeout", "1s"]).code(124);
}

#[test]
fn fail_fast_ends_the_watch_once_more_failed_than_accepted() {
    let open = |failed| Answer::new("Running").nodes(7, "Running").failures(failed, "Failed", "FileCreateFail", "null");
    let server = Server::with(move |_, n| Reply::ok(open(n)));
    let run = watch(&server, &["t-1", "--fail-fast"]).code(3);
    assert_eq!(server.count(), 2, "{run}");
    let line = "efloctl: ended by --fail-fast: t-1: Running: 1 failed, 7 open of 8; exit 3";
    assert_eq!(verdict_line(&run), line, "{run}");
    assert!(run.out.contains("FileCreateFail") && run.out.contains("Running"), "{run}");

    let server = Server::with(move |_, n| Reply::ok(open(n)));
    let run = watch(&server, &["t-1", "--fail-fast", "--max-failed", "2", "-o", "jsonl"]).code(3);
    assert_eq!(server.count(), 4, "three failed nodes are more than two: {run}");
    let result = run.jsonl().pop().expect("a result");
    let known = (&result["type"], &result["exit_code"], &result["verdict"], &result["finished"]);
    assert_eq!(known, (&"result".into(), &3.into(), &"Running".into(), &false.into()), "{run}");
}

#[test]
fn fail_fast_changes_nothing_within_the_budget_or_after_the_end() {
    let server = Server::sequence(vec![
        Reply::ok(Answer::new("Running").nodes(9, "Running").failures(1, "Failed", "FileCreateFail", "null")),
        Reply::ok(partial(1, 10)),
    ]);
    let run = watch(&server, &["t-1", "--fail-fast", "--max-failed", "10%"]).code(0);
    assert!(verdict_line(&run).contains("within --max-failed 10%"), "{run}");
    let failed = Answer::new("Failed").failures(3, "Failed", "FileCreateFail", "null");
    let run = watch(&Server::always(Reply::ok(failed)), &["t-1", "--fail-fast"]).code(1);
    assert_eq!(verdict_line(&run), "efloctl: t-1: Failed: 3 failed of 3; exit 1", "{run}");
}

#[test]
fn fail_fast_ends_the_watch_of_all_ids_once_one_exceeds_the_budget() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(partial(2, 10)),
        _ => Reply::ok(Answer::new("Running").nodes(4, "Running")),
    });
    let run = watch(&server, &["t-1", "t-2", "--fail-fast"]).code(3);
    assert!(verdict_line(&run).starts_with("efloctl: ended by --fail-fast with"), "{run}");
}

#[test]
fn invalid_budget_is_refused_before_any_call() {
    let server = Server::always(Reply::ok(partial(1, 10)));
    for (word, why) in [("", "neither"), ("5 %", "neither"), ("1.5", "neither"), ("many", "neither"), ("101%", "more")]
    {
        let run = watch(&server, &["t-1", &format!("--max-failed={word}")]).code(2);
        assert!(run.err.contains("--max-failed") && run.err.contains(why), "{run}");
    }
    // A forgotten line in a file must never weaken a gate.
    let home = Home::for_server(&server).config_more("max_failed = \"5\"\n");
    home.run(&["watch", "t-1"]).code(2);
    let run = Home::for_server(&server).efloctl().args(["watch", "t-1"]).env("EFLOCTL_MAX_FAILED", "5").run();
    assert_eq!(run.code, 3, "{run}");
    assert_eq!(server.count(), 1);
}
