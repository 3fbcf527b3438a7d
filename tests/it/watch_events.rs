//! `watch -o jsonl`, field by field: what programs build on.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::golden::golden;
use super::support::answers::{Answer, REQUEST_ID, no_record};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

fn watch(server: &Server, args: &[&str]) -> Run {
    Home::for_server(server).run(&[&["watch", "--interval", "1s", "-o", "jsonl"], args].concat())
}

/// The events without their time, which must be UTC to the millisecond and never go back.
#[track_caller]
fn events(run: &Run) -> Vec<Value> {
    let mut last = Timestamp::MIN;
    let timeless = |mut event: Value| {
        let at = event.as_object_mut().and_then(|event| event.remove("at")).unwrap_or_else(|| panic!("no at: {run}"));
        let at = at.as_str().expect("at is text");
        let time: Timestamp = at.parse().unwrap_or_else(|e| panic!("{e}: {run}"));
        assert_eq!(at, time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), "{run}");
        assert!(time >= last, "{run}");
        last = time;
        event
    };
    run.jsonl().into_iter().map(timeless).collect()
}

/// The result, which comes once and last.
#[track_caller]
fn result(run: &Run) -> Value {
    let mut events = events(run);
    let last = events.pop().unwrap_or_else(|| panic!("no event: {run}"));
    assert_eq!(last["type"], "result", "{run}");
    assert!(events.iter().all(|event| event["type"] != "result"), "{run}");
    assert_eq!(last["exit_code"], run.code, "{run}");
    last
}

fn counts(some: Value) -> Value {
    let mut all = json!({"Pending": 0, "Running": 0, "Success": 0, "Invalid": 0, "Aborted": 0, "Failed": 0,
                         "Error": 0, "Timeout": 0});
    for (status, count) in some.as_object().expect("counts") {
        all[status] = count.clone();
    }
    all
}

fn node(id: &str, status: &str, error: [Value; 2], finish: Value) -> Value {
    let [error_code, error_info] = error;
    json!({"node_id": id, "status": status, "error_code": error_code, "error_info": error_info,
           "creation_time": "2026-01-02T03:04:05Z", "start_time": "2026-01-02T03:04:06Z",
           "update_time": "2026-01-02T03:04:09Z", "finish_time": finish,
           "hostname": null, "node_group": null, "zone": null, "hyper_node": null})
}

#[test]
fn watch_jsonl_events_have_their_fields() {
    let answer = |status: &str| Answer::new(status).failed("e01-cn-bad", "Failed", "FileCreateFail", "null");
    let open = || answer("Running").node("e01-cn-a", "Running").node("e01-cn-b", "Success");
    let server = Server::sequence(vec![
        Reply::ok(open()),
        Reply::ok(open()),
        Reply::error(503, "ServiceUnavailable", "Try again."),
        Reply::ok(answer("PartialFailed").node("e01-cn-a", "Error").node("e01-cn-b", "Success")),
    ]);
    let run = watch(&server, &["t-1", "--timeout", "1m"]).code(3);
    let mut seen = events(&run);
    let result = seen.pop().expect("a result");
    let reason = format!("{} refused the call: Try again. (ServiceUnavailable)", server.address());
    let delay = seen[3]["delay_ms"].as_u64().expect("a delay");
    assert!((1000..=2000).contains(&delay), "from the interval on: {run}");
    let finish = json!("2026-01-02T11:04:09.301+08:00");
    let bad = node("e01-cn-bad", "Failed", [json!("FileCreateFail"), Value::Null], finish.clone());
    let expected = [
        json!({"type": "started", "invoke_ids": ["t-1"], "region": "cn-wulanchabu", "interval_ms": 1000,
               "timeout_ms": 60_000}),
        json!({"type": "progress", "invoke_id": "t-1", "status": "Running", "verdict": "Running",
               "counts": counts(json!({"Running": 1, "Success": 1, "Failed": 1}))}),
        json!({"type": "node", "invoke_id": "t-1", "node": bad}),
        json!({"type": "retry", "invoke_id": "t-1", "reason": reason, "code": "ServiceUnavailable", "attempt": 1,
               "delay_ms": delay}),
        json!({"type": "progress", "invoke_id": "t-1", "status": "PartialFailed", "verdict": "PartialFailed",
               "counts": counts(json!({"Success": 1, "Failed": 1, "Error": 1}))}),
        json!({"type": "node", "invoke_id": "t-1",
               "node": node("e01-cn-a", "Error", [Value::Null, Value::Null], finish)}),
    ];
    assert_eq!(seen, expected, "{run}");

    let at = result["invocations"][0]["observed_at"].as_str().expect("when it was seen");
    assert!(at.parse::<Timestamp>().is_ok() && at.len() == "2026-01-02T03:04:09Z".len(), "{run}");
    let invocation = json!({
        "invoke_id": "t-1", "request_id": REQUEST_ID, "observed_at": at, "status": "PartialFailed",
        "verdict": "PartialFailed", "finished": true, "error": null, "name": "app.conf", "description": null,
        "target_dir": "/home/user", "content_type": "PlainText", "file_mode": "0644", "file_owner": "root",
        "file_group": "root", "overwrite": true, "creation_time": "2026-01-02T11:04:05.156+08:00", "node_count": 3,
        "counts": counts(json!({"Success": 1, "Failed": 1, "Error": 1})),
        "send": null,
    });
    let whole = json!({"type": "result", "schema_version": 1, "verdict": "PartialFailed", "finished": true,
                       "exit_code": 3, "region": "cn-wulanchabu", "invocations": [invocation]});
    assert_eq!(result, whole, "{run}");
    assert_eq!(run.err, "efloctl: t-1: PartialFailed: 1 ok, 2 failed of 3; exit 3\n");
    golden("watch-jsonl", &run.out);
}

#[test]
fn watch_jsonl_result_comes_once_and_last() {
    let open = || Reply::ok(Answer::new("Running").nodes(2, "Running"));
    let refused = || Reply::error(403, "Forbidden.RAM", "Not authorized.");
    let whole = Reply::ok(Answer::new("Success").nodes(2, "Success"));
    let nothing = Reply::ok(no_record());
    for (name, replies, args, code, verdict) in [
        ("finished", vec![whole], ["--grace", "1s"], 0, json!("Success")),
        ("out of time", vec![open()], ["--timeout", "1s"], 124, json!("Running")),
        ("refused", vec![refused()], ["--grace", "1s"], 4, Value::Null),
        ("refused later", vec![open(), refused()], ["--grace", "1s"], 4, json!("Running")),
        ("not found", vec![nothing], ["--grace", "0"], 6, Value::Null),
    ] {
        let run = watch(&Server::sequence(replies), &["t-1", args[0], args[1]]).code(code);
        let result = result(&run);
        assert_eq!(result["verdict"], verdict, "{name}: {run}");
        assert_eq!(result["finished"], code == 0, "{name}: {run}");
        assert_eq!(result["invocations"][0]["invoke_id"], "t-1", "{name}: {run}");
        assert_eq!(result["invocations"][0].get("nodes"), None, "{name}: {run}");
        assert_eq!(events(&run)[0]["type"], "started", "{name}: {run}");
        assert_eq!(result["invocations"][0]["error"].is_null(), ![4, 6].contains(&code), "{name}: {run}");
    }
}

#[test]
fn watch_jsonl_unanswered_id_says_why_at_the_deadline() {
    for (reply, word) in [(Reply::hang(), "answer"), (Reply::error(503, "ServiceUnavailable", "Busy."), "Busy.")] {
        let run = watch(&Server::always(reply), &["t-1", "--timeout", "1s"]).code(124);
        let result = result(&run);
        let error = &result["invocations"][0]["error"];
        assert!(error["kind"].is_string() && error["message"].as_str().is_some_and(|m| m.contains(word)), "{run}");
    }
}

#[test]
fn watch_jsonl_without_credentials_has_a_result() {
    let run = Home::new().run(&["watch", "t-1", "t-2", "-r", "cn-beijing", "-o", "jsonl"]).code(4);
    let result = result(&run);
    let ids: Vec<&Value> = result["invocations"].as_array().unwrap().iter().map(|i| &i["invoke_id"]).collect();
    assert_eq!(ids, ["t-1", "t-2"], "{run}");
    assert_eq!(result["region"], "cn-beijing", "{run}");
    for invocation in result["invocations"].as_array().unwrap() {
        assert_eq!(invocation["error"]["kind"], "credentials", "{run}");
        assert!(invocation["error"]["hint"].is_string(), "{run}");
    }
    assert_eq!(run.error()["error"]["exit_code"], 4, "{run}");
    let braces = run.err.lines().filter(|line| line.starts_with('{')).count();
    assert_eq!(braces, 1, "{run}");
}

#[cfg(unix)]
#[test]
fn watch_jsonl_signal_is_followed_by_the_result() {
    let server = Server::always(Reply::ok(Answer::new("Running").nodes(2, "Running")));
    let home = Home::for_server(&server);
    let mut running = home.efloctl().args(["watch", "t-1", "-o", "jsonl"]).spawn();
    running.wait_out(|line| line.contains("\"progress\""));
    running.signal("TERM");
    let run = running.finish().code(143);
    let result = result(&run);
    assert_eq!((&result["verdict"], &result["finished"]), (&json!("Running"), &json!(false)), "{run}");
    assert_eq!(result["invocations"][0]["counts"]["Running"], 2, "{run}");
}

#[test]
fn watch_jsonl_result_is_the_document_without_nodes() {
    let answer = || Answer::new("PartialFailed").nodes(1, "Success").failures(2, "Failed", "FileNameInvalid", "null");
    let server = Server::always(Reply::ok(answer()));
    let run = Home::for_server(&server).run(&["watch", "t-1", "-o", "json"]).code(3);
    let mut document = run.json();
    assert_eq!(document["invocations"][0]["nodes"].as_array().map(Vec::len), Some(3), "all nodes: {run}");
    golden("watch-json", &run.out);
    let mut result = result(&watch(&server, &["t-1"]).code(3));
    document["invocations"][0].as_object_mut().unwrap().remove("nodes");
    result.as_object_mut().unwrap().remove("type");
    for one in [&mut document, &mut result] {
        one["invocations"][0]["observed_at"].take();
    }
    assert_eq!(result, document);
}
