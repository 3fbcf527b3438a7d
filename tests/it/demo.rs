//! The demo: a rollout that anybody can watch at once.

use std::time::{Duration, Instant};

use super::golden::golden;
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// Plays a demo where there is neither a home nor a config file that could be read, and where whoever called the
/// network would be heard.
fn demo(args: &[&str]) -> Run {
    let network = Server::unsigned(|_, _| Reply::close());
    let home = Home::new().config("this is = no TOML [");
    let mut program =
        home.efloctl().args([&["demo"], args].concat()).without("HOME").env("EFLOCTL_TIMEOUT", "nonsense");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        program = program.env(name, network.url());
    }
    let started = Instant::now();
    let run = program.timeout(Duration::from_secs(60)).run();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}: {run}", started.elapsed());
    assert_eq!(network.count(), 0, "{run}");
    run
}

#[test]
fn demo_shows_a_partial_failure() {
    let run = demo(&[]).code(3);
    golden("demo-table", &run.out);
    golden("demo-table-stderr", &run.err);
}

#[test]
fn demo_failed_exits_with_failed() {
    let run = demo(&["failed", "-o", "json"]).code(1);
    assert_eq!(run.json()["verdict"], "Failed", "{run}");
    golden("demo-failed-json", &run.out);
}

#[test]
fn demo_success_exits_with_success() {
    let run = demo(&["success", "-o", "jsonl"]).code(0);
    let events = run.jsonl();
    assert_eq!(events.first().map(|event| &event["type"]), Some(&"started".into()), "{run}");
    assert_eq!(events.last().map(|event| &event["verdict"]), Some(&"Success".into()), "{run}");
    golden("demo-success-jsonl", &run.out);
}

#[test]
fn demo_lists_its_rollouts() {
    let run = Home::new().run(&["demo", "chaos"]).code(2);
    for rollout in ["partial", "success", "failed"] {
        assert!(run.err.contains(rollout), "{run}");
    }
}

#[test]
fn demo_send_stops_at_its_budget_then_reaches_every_node_and_leaves_no_trace() {
    let home = Home::new();
    let run = home.efloctl().args(["demo", "send"]).run().code(0);
    assert!(run.out.contains("2 failed") && run.out.contains("not sent"), "{run}");
    assert!(run.err.contains("efloctl resend s-demo"), "{run}");
    assert!(run.out.trim_end().contains("16 ok of 16"), "{run}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "no trace");
    let run = home.run(&["demo", "send", "-o", "json"]).code(0);
    assert_eq!(run.json()["invocations"][0]["send"]["calls"].as_array().unwrap().len(), 3);
}
