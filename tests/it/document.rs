//! The document of `-o json`, field by field, and the line of JSON that a failure is.

use serde_json::{Value, json};

use super::golden::golden;
use super::rollouts::{look, loose, partial, server, success};
use super::support::cli::{Home, Run};

/// The keys that stand so far from the left edge of a document, in its order.
fn keys(run: &Run, indent: usize) -> Vec<&str> {
    let margin = " ".repeat(indent);
    let key = |line| Some(str::strip_prefix(line, &margin)?.strip_prefix('"')?.split_once("\":")?.0);
    run.out.lines().filter_map(key).collect()
}

#[test]
fn json_status_has_the_documented_keys_in_order() {
    let run = look(partial(), &["status", "t-1", "-o", "json"]).code(0);
    let top = ["schema_version", "verdict", "finished", "exit_code", "region", "invocations"];
    assert_eq!(keys(&run, 2), top);
    let invocation = "invoke_id request_id observed_at status verdict finished error name description target_dir \
                      content_type file_mode file_owner file_group overwrite creation_time node_count counts \
                      send nodes";
    assert_eq!(keys(&run, 6), invocation.split(' ').collect::<Vec<_>>());
    let statuses = ["Pending", "Running", "Success", "Invalid", "Aborted", "Failed", "Error", "Timeout"];
    assert_eq!(keys(&run, 8), statuses);
    let node = "node_id status error_code error_info creation_time start_time update_time finish_time \
                hostname node_group zone hyper_node";
    assert_eq!(keys(&run, 10), [node; 8].join(" ").split(' ').collect::<Vec<_>>());
    assert!(run.out.ends_with("}\n"), "{run}");
}

#[test]
fn json_status_has_the_values_of_the_api() {
    let run = look(loose(), &["status", "t-1", "-o", "json"]).code(0);
    let mut document = run.json();
    let observed = document["invocations"][0]["observed_at"].take();
    let age = jiff::Timestamp::now() - observed.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(age.as_secs() < 60, "{observed}");
    let mut expected = json!({
        "schema_version": 1, "verdict": "PartialFailed", "finished": true, "exit_code": 3, "region": "cn-wulanchabu",
        "invocations": [{
            "invoke_id": "t-1", "request_id": "R-1", "observed_at": null,
            "status": "partialFailed", "verdict": "PartialFailed", "finished": true, "error": null,
            "name": "app.conf", "description": "about", "target_dir": "/home/user", "content_type": null,
            "file_mode": "644", "file_owner": "root", "file_group": null, "overwrite": true,
            "creation_time": "2023-04-10T10:53:46.156+08:00", "node_count": 4,
            "counts": {"Pending": 0, "Running": 0, "Success": 1, "Invalid": 0, "Aborted": 0, "Failed": 1, "Error": 0,
                       "Timeout": 0, "Quarantined": 1, "Unknown": 1},
            "send": null,
            "nodes": [
                {"node_id": "n-1", "status": "FAILED", "error_code": "FileCreateFail", "error_info": "a\tb\nc\u{202e}",
                 "creation_time": "2026-01-02T03:04:05Z", "start_time": "2026-01-02T03:04:06Z", "update_time": "soon",
                 "finish_time": "2020-05-22T17:04:18"},
                {"node_id": "n-2", "status": "Success", "error_code": null, "error_info": null,
                 "creation_time": null, "start_time": null, "update_time": null, "finish_time": null},
                {"node_id": "n-3", "status": "Quarantined", "error_code": null, "error_info": null,
                 "creation_time": null, "start_time": null, "update_time": null, "finish_time": null},
                {"node_id": "4", "status": null, "error_code": null, "error_info": null,
                 "creation_time": null, "start_time": null, "update_time": null, "finish_time": null},
            ],
        }],
    });
    // Nobody has looked what they are called.
    for node in expected["invocations"][0]["nodes"].as_array_mut().unwrap() {
        for name in ["hostname", "node_group", "zone", "hyper_node"] {
            node[name] = Value::Null;
        }
    }
    similar(&document, &expected);
    // What could turn a screen around stands as an escape.
    assert!(run.out.contains(r#""a\tb\nc\u202e""#), "{run}");
}

/// Two documents, of which a person sees at once where they differ.
#[track_caller]
fn similar(found: &Value, expected: &Value) {
    let text = |value| serde_json::to_string_pretty(value).expect("JSON");
    assert!(found == expected, "found\n{}\nand not\n{}", text(found), text(expected));
}

#[test]
fn json_id_without_an_answer_has_an_error_here_and_on_stderr() {
    let run = look(success(), &["status", "t-gone", "-o", "json", "-vv"]).code(6);
    let document = run.json();
    let sum = ["verdict", "finished", "exit_code"].map(|key| document[key].clone());
    assert_eq!(sum, [Value::Null, false.into(), 6.into()]);
    assert_eq!(keys(&run, 8), ["kind", "message", "code", "request_id", "hint"]);

    let line = run.error();
    let mut error = line["error"].clone();
    assert_eq!(error.as_object_mut().unwrap().remove("exit_code"), Some(6.into()));
    assert_eq!((&line["schema_version"], &error), (&1.into(), &document["invocations"][0]["error"]));
    assert_eq!(run.err.lines().filter(|line| line.starts_with('{')).count(), 1, "{run}");
    let places = ["kind", "message", "code", "request_id", "hint", "exit_code"]
        .map(|key| run.err.find(&format!("\"{key}\":")).expect("the key"));
    assert!(places.is_sorted(), "{run}");
    golden("status-json-not-found-stderr", run.err.lines().last().unwrap());
}

#[test]
fn json_id_without_an_answer_has_null_fields() {
    let run = look(success(), &["status", "t-gone", "-o", "json"]).code(6);
    let document = run.json();
    let invocation = document["invocations"][0].as_object().unwrap();
    let filled: Vec<_> = invocation.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key).collect();
    assert_eq!(filled, ["error", "invoke_id"]);
    golden("status-json-not-found", &run.out);
}

#[test]
fn json_failure_line_follows_the_flag_and_the_variable() {
    let home = Home::new();
    let by_flag = home.run(&["status", "t-1", "-o", "json"]).code(2);
    golden("status-json-no-region-stderr", &by_flag.err);
    assert_eq!(by_flag.out, "");
    let by_variable = home.efloctl().args(["status", "t-1"]).env("EFLOCTL_OUTPUT", "jsonl").run().code(2);
    assert_eq!(by_variable.err, by_flag.err);
    // The flag counts first.
    let call = home.efloctl().args(["status", "t-1", "-o", "table"]).env("EFLOCTL_OUTPUT", "json");
    let text = call.run().code(2);
    assert!(text.err.starts_with("efloctl: error: no region is set"), "{text}");
}

#[test]
fn json_failure_line_follows_the_config_file() {
    let server = server(vec![]);
    for place in ["[defaults]\n", "default_profile = \"p\"\n[profiles.p]\n"] {
        let home = Home::new().config(&format!("{place}output = \"json\"\n"));
        let run = home.run(&["status", "t-1"]).code(2);
        assert_eq!(run.error()["error"]["kind"], "config", "{run}");
        let run = home.run(&["status", "t-1", "--endpoint", &server.url()]).code(4);
        assert_eq!(run.error()["error"]["kind"], "credentials", "{run}");
    }
}

#[test]
fn failure_is_text_where_the_format_falls_back_to_table() {
    let call = Home::new().efloctl().args(["errors", "t-1"]).env("EFLOCTL_OUTPUT", "jsonl").run().code(2);
    assert!(call.err.starts_with("efloctl: error: no region is set"), "{call}");
}
