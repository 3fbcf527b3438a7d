//! The calls of a send: how many, which nodes each names, and what a fault of one means.

use super::{PATH, first, send, send_id, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::reply::Reply;
use serde_json::{Value, json};

#[test]
fn a_send_is_one_thing_however_many_calls_it_takes() {
    let fleet = Fleet::of(120).open_answers(1);
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(120)).args(["-o", "json"]).run().code(0);
    let calls: Vec<usize> = fleet.calls().iter().map(Vec::len).collect();
    assert_eq!(calls, [50, 50, 20]);
    assert!(fleet.writes(PATH).values().all(|writes| *writes == 1));
    let document = run.json();
    assert_eq!((&document["verdict"], &document["exit_code"]), (&json!("Success"), &json!(0)));
    let entries = document["invocations"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "one entry");
    let entry = &entries[0];
    assert_eq!(entry["invoke_id"], json!(send_id(&home)));
    assert_eq!((&entry["request_id"], &entry["node_count"]), (&Value::Null, &json!(120)));
    assert_eq!(
        (&entry["counts"]["Success"], &entry["counts"]["NotSent"], &entry["counts"]["Unconfirmed"]),
        (&json!(120), &json!(0), &json!(0))
    );
    let send = &entry["send"];
    assert_eq!(send["batches"], json!([120]));
    assert_eq!(send["calls"][2], json!({ "invoke_id": "t-2", "nodes": 20, "error": null }));
    assert_eq!(entry["nodes"][119]["invoke_id"], "t-2");
    assert_eq!(run.err.matches(": sent to ").count(), 3, "each InvokeId is told as it comes: {run}");
    assert!(run.err.trim_end().ends_with("exit 0"), "{run}");
}

#[test]
fn the_body_is_base64_and_lower_case_and_says_what_was_asked_for() {
    let fleet = Fleet::of(1);
    fleet.change(0, |node| node.users.extend(["app".to_owned()]));
    let (_server, home) = set_up(&fleet);
    let options = ["--file-name", "b.conf", "--file-mode", "0640", "--file-owner", "app", "--file-group", "app"];
    let more = ["--overwrite", "--description", " roll out ", "--delivery-timeout", "2m"];
    send(&home, "n-0").args(options).args(more).run().code(0);
    let form = fleet.form("t-0");
    let field = |name: &str| form.get(name).map(String::as_str);
    assert_eq!((field("Content"), field("ContentType")), (Some("d29ya2VycyA9IDgK"), Some("Base64")));
    assert_eq!((field("Overwrite"), field("Timeout")), (Some("true"), Some("120")));
    assert_eq!((field("Description"), field("NodeIdList")), (Some(" roll out "), Some("[\"n-0\"]")));
    let placed = fleet.file(0, "/etc/app/b.conf").unwrap();
    assert_eq!((placed.content.as_slice(), placed.mode), (&b"workers = 8\n"[..], 0o640));
    assert_eq!((placed.owner.as_str(), placed.group.as_str()), ("app", "app"));
}

#[test]
fn batches_stop_at_the_budget_and_a_failed_canary_stops_whatever_the_budget() {
    let fleet = Fleet::of(20);
    fleet.trouble(3, Some(Trouble::DiskFull));
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(20)).args(["--batches", "1,25%,100%"]).run().code(3);
    assert_eq!(fleet.calls().iter().map(Vec::len).collect::<Vec<_>>(), [1, 5], "{run}");
    assert!(run.out.contains("5 ok, 1 failed, 14 not sent of 20"), "{run}");

    let fleet = Fleet::of(20);
    fleet.trouble(0, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(20)).args(["--batches", "1,100%", "--max-failed", "100%"]).run().code(1);
    assert_eq!(fleet.calls().len(), 1, "{run}");
    let step = format!("efloctl resend {} sends again", send_id(&home));
    assert!(run.err.contains(&step), "{run}");
}

#[test]
fn budget_within_a_batch_is_looked_at_before_each_call() {
    let fleet = Fleet::of(12).script(|number, _| match number {
        1 => Deed::Only(Reply::error(400, "InvalidNode.Bad", "bad")),
        _ => Deed::Accept,
    });
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(12)).args(["--nodes-per-call", "3", "--max-failed", "2"]).run().code(3);
    assert_eq!(fleet.calls().len(), 2, "three nodes of a refused call are over a budget of two: {run}");
    let fleet = Fleet::of(12).script(|number, _| match number {
        1 => Deed::Only(Reply::error(400, "InvalidNode.Bad", "bad")),
        _ => Deed::Accept,
    });
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(12)).args(["--nodes-per-call", "3", "-o", "json"]).run().code(3);
    assert_eq!(fleet.calls().len(), 4, "a later refusal is about its nodes: {run}");
    let entry = &run.json()["invocations"][0];
    assert_eq!(entry["send"]["not_sent"], json!(["n-3", "n-4", "n-5"]));
    assert_eq!(
        (&entry["nodes"][3]["status"], &entry["nodes"][3]["error_code"]),
        (&json!("NotSent"), &json!("InvalidNode.Bad"))
    );
}

#[test]
fn a_refusal_of_the_first_call_ends_the_sending_with_its_kind() {
    for (status, code, exit) in [
        (400, "InvalidParameter.FileMode", 5),
        (403, "FileMode.Invalid", 5),
        (403, "Forbidden.RAM", 4),
        (403, "NoPermission", 4),
        (404, "InvalidAccessKeyId.NotFound", 4),
        (400, "SignatureDoesNotMatch", 4),
    ] {
        let fleet = Fleet::of(3).script(move |_, _| Deed::Only(Reply::error(status, code, "no")));
        let (_server, home) = set_up(&fleet);
        let run = send(&home, &first(3)).args(["--nodes-per-call", "1", "-o", "json"]).run().code(exit);
        assert_eq!(fleet.calls().len(), 1, "{code}: {run}");
        let entry = &run.json()["invocations"][0];
        assert_eq!(entry["counts"]["NotSent"], 3, "{code}");
        assert_eq!(entry["error"]["code"], code, "{run}");
    }
}

#[test]
fn a_refused_permission_ends_the_sending_and_a_refused_key_the_watching_too() {
    let later = |code: &'static str| {
        move |number: usize, _: &[String]| match number {
            0 => Deed::Accept,
            _ => Deed::Only(Reply::error(403, code, "no")),
        }
    };
    let fleet = Fleet::of(4).script(later("Forbidden.RAM")).open_answers(2);
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(4)).args(["--nodes-per-call", "2"]).run().code(3);
    assert!(run.out.contains("2 ok, 2 not sent of 4"), "what was accepted is watched to its end: {run}");
    let fleet = Fleet::of(4).script(later("InvalidAccessKeyId.NotFound")).open_answers(1000);
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(4)).args(["--nodes-per-call", "2"]).run().code(4);
    assert!(run.out.contains("2 open") && run.out.contains("2 not sent of 4"), "{run}");
}

#[test]
fn ten_thousand_nodes_are_two_hundred_calls_and_one_verdict() {
    let fleet = Fleet::of(10_000).open_answers(1);
    let (server, home) = set_up(&fleet);
    let nodes: String = (0..10_000).map(|node| format!("n-{node}\n")).collect();
    let home = home.file("nodes.txt", nodes);
    let run = send(&home, "@nodes.txt").args(["-o", "json"]).timeout(std::time::Duration::from_secs(120)).run().code(0);
    assert_eq!(fleet.calls().len(), 200);
    let entry = &run.json()["invocations"][0];
    assert_eq!((&entry["counts"]["Success"], &entry["send"]["calls"][199]["nodes"]), (&json!(10_000), &json!(50)));
    let connections: std::collections::BTreeSet<usize> =
        server.requests().iter().map(|request| request.connection).collect();
    assert!(connections.len() <= 9, "polls keep to 8 in flight, beside one call: {connections:?}");
}
