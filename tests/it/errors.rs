//! `errors`: what failed, grouped by error, with what it means and what to do about it.

use serde_json::{Value, json};

use super::golden::golden;
use super::rollouts::{look, partial, running, server, success};
use super::support::answers::{Answer, node_id};
use super::support::cli::Home;

/// The groups of the one invocation.
fn groups(answer: Answer) -> Vec<Value> {
    let document = look(answer, &["errors", "t-1", "-o", "json"]).code(0).json();
    document["invocations"][0]["errors"].as_array().expect("a list of errors").clone()
}

#[test]
fn errors_table_explains_each_error_with_its_nodes() {
    let run = look(partial(), &["errors", "t-1"]).code(0);
    golden("errors-table", &run.out);
    assert_eq!(run.err, "");
}

#[test]
fn errors_counts_open_nodes_and_lists_nothing_for_success() {
    golden("errors-table-running", &look(running(), &["errors", "t-1"]).code(0).out);
    golden("errors-table-success", &look(success(), &["errors", "t-1"]).code(0).out);
}

#[test]
fn errors_of_several_ids_with_one_not_found() {
    let server = server(vec![("t-1", running()), ("t-2", success())]);
    let run = Home::for_server(&server).run(&["errors", "t-1", "t-missing", "t-2"]).code(6);
    golden("errors-table-several", &run.out);
    golden("errors-table-not-found-stderr", &run.err);
}

#[test]
fn errors_json_has_errors_in_place_of_nodes() {
    let run = look(partial(), &["errors", "t-1", "-o", "json"]).code(0);
    golden("errors-json", &run.out);
    let errors = run.json();
    let status = look(partial(), &["status", "t-1", "-o", "json"]).code(0).json();
    let keys = |document: &Value| document["invocations"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut expected = keys(&status);
    expected.retain(|key| key != "nodes");
    expected.push("errors".to_owned());
    expected.sort();
    let mut found = keys(&errors);
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn errors_json_group_has_the_documented_fields() {
    let answer = Answer::new("Failed")
        .failed("a", "Invalid", "FileAlreadyExists", " first text\n")
        .failed("b", "Aborted", "NodeReleased", "null")
        .failed("c", "Timeout", "FileAlreadyExists", "second text");
    let first = json!({
        "error_code": "FileAlreadyExists",
        "error_info": null,
        "status": null,
        "texts": [{"text": "first text", "count": 1}, {"text": "second text", "count": 1}],
        "more_texts": 0,
        "statuses": {"Invalid": 1, "Timeout": 1},
        "meaning": "a file of that name is already in the directory",
        "remedy": "compare the file there; if it is not yours, send with Overwrite true or another Name",
        "resend": "after_fix",
        "count": 2,
        "where": null,
        "node_ids": ["a", "c"],
    });
    assert_eq!(groups(answer)[0], first);
}

#[test]
fn errors_are_grouped_by_code_else_text_else_status() {
    let answer = Answer::new("Failed")
        .failed("a", "Failed", "NodeReleased", "one text")
        .failed("b", "Aborted", "Null", "one text")
        .failed("c", "Aborted", "", "one text")
        .failed("d", "Timeout", "null", "null")
        .failed("e", "Error", "Null", "")
        .node_as(json!({"NodeId": "f", "InvocationStatus": "Timeout"}))
        .node_as(json!({"NodeId": "g", "InvocationStatus": "Timeout", "ErrorCode": null, "ErrorInfo": null}));
    let found = groups(answer);
    let names = found.iter().map(|group| (&group["error_code"], &group["error_info"], &group["status"]));
    let names: Vec<Value> = names.map(|(code, info, status)| json!([code, info, status])).collect();
    // The largest first; of those as large, the one that the API listed first.
    let expected = [
        json!([null, null, "Timeout"]),
        json!([null, "one text", "Aborted"]),
        json!(["NodeReleased", "one text", "Failed"]),
        json!([null, null, "Error"]),
    ];
    assert_eq!(names, expected);
    let ids: Vec<&Value> = found.iter().map(|group| &group["node_ids"]).collect();
    assert_eq!(ids, [&json!(["d", "f", "g"]), &json!(["b", "c"]), &json!(["a"]), &json!(["e"])]);
    let counts: Vec<&Value> = found.iter().map(|group| &group["count"]).collect();
    assert_eq!(counts, [3, 2, 1, 1]);
}

#[test]
fn errors_json_resend_is_one_of_five_words() {
    for (code, info, resend) in [
        ("Null", "the command execution got an exception", "yes"),
        ("ClientNotResponse", "null", "later"),
        ("FileCreateFail", "null", "after_fix"),
        ("NodeReleased", "null", "no"),
        ("NodeQuarantined", "null", "unknown"),
    ] {
        let group = &groups(Answer::new("Failed").failed("a", "Failed", code, info))[0];
        assert_eq!(group["resend"], resend, "{group}");
        assert_eq!(group["meaning"].is_null(), resend == "unknown", "{group}");
        assert_eq!(group["remedy"].is_null(), resend == "unknown", "{group}");
    }
}

#[test]
fn errors_unknown_code_is_explained_by_a_known_text() {
    let answer = Answer::new("Failed").failed("a", "Failed", "Odd", "The Node is not running when create task ");
    let group = &groups(answer)[0];
    assert_eq!(group["error_code"], "Odd");
    assert_eq!(group["meaning"], "the node was not running when the sending began");
}

#[test]
fn errors_ignores_an_error_code_on_a_success_node() {
    let answer = Answer::new("Success").failed("a", "Success", "AccountNotExists", "null");
    assert!(groups(answer.clone()).is_empty());
    let run = look(answer, &["errors", "t-1", "--exit-status"]).code(0);
    assert!(run.out.contains("nodes  1 ok of 1"), "{run}");
}

#[test]
fn errors_lists_unknown_statuses_once_finished() {
    let odd = |overall| Answer::new(overall).nodes(1, "Success").nodes(1, "Quarantined");
    assert!(groups(odd("Running")).is_empty());
    let group = &groups(odd("PartialFailed"))[0];
    assert_eq!((&group["status"], &group["resend"]), (&"Quarantined".into(), &"unknown".into()));
    golden("errors-table-unknown-status", &look(odd("PartialFailed"), &["errors", "t-1"]).code(0).out);
}

#[test]
fn errors_output_ids_lists_the_failed_nodes() {
    let run = look(partial(), &["errors", "t-1", "-o", "ids"]).code(0);
    golden("errors-ids", &run.out);
    let failed = look(partial(), &["status", "t-1", "--failed", "-o", "ids"]).code(0);
    assert_eq!(run.out, failed.out);
}

#[test]
fn errors_exit_status_exits_with_the_verdict() {
    look(partial(), &["errors", "t-1", "--exit-status"]).code(3);
    look(running(), &["errors", "t-1", "--exit-status"]).code(8);
    look(running(), &["errors", "t-1"]).code(0);
    look(success(), &["errors", "t-1", "--exit-status"]).code(0);
    look(Answer::new("Failed").nodes(1, "Error"), &["errors", "t-1", "--exit-status"]).code(1);
    look(success(), &["errors", "t-2", "--exit-status"]).code(6);
}

#[test]
fn errors_node_looks_at_one_node_alone() {
    let run = look(partial(), &["errors", "t-1", "--node", "e01-cn-exists00002", "--exit-status"]).code(1);
    golden("errors-table-node", &run.out);
    assert_eq!(run.err, "");
    look(partial(), &["errors", "t-1", "--node", "e01-cn-good0000001", "--exit-status"]).code(0);
    look(partial(), &["errors", "t-1", "--node", "e01-cn-elsewhere01"]).code(6);
}

#[test]
fn errors_ids_tells_of_failed_nodes_without_an_id() {
    let answer = Answer::new("Failed").nodes(1, "Failed");
    let answer = answer.node_as(json!({"InvocationStatus": "Failed"})).node_as(json!({"InvocationStatus": "Error"}));
    let run = look(answer, &["errors", "t-1", "-o", "ids"]).code(0);
    assert_eq!(run.out.lines().count(), 1, "{run}");
    let warning = "efloctl: warning: t-1: 2 nodes have no id, so the list leaves them out\n";
    assert!(run.err.ends_with(warning), "{run}");
}

#[test]
fn errors_are_bounded_in_the_table_and_whole_in_json() {
    let words: Vec<String> = (b'a'..=b'z').map(|c| format!("Code{}", c as char)).collect();
    let answer = words.iter().fold(Answer::new("Failed"), |answer, word| answer.failed(word, "Failed", word, "null"));
    let run = look(answer.clone(), &["errors", "t-1"]).code(0);
    assert!(run.out.ends_with("not listed: 6 other errors with 6 nodes; --max-nodes 0 lists all\n"), "{run}");
    assert!(!look(answer.clone(), &["errors", "t-1", "--max-nodes", "0"]).out.contains("not listed"));
    assert_eq!(groups(answer).len(), 26);
}

#[test]
fn errors_names_every_node_of_a_large_group() {
    let fleet = Answer::new("Failed").failures(300, "Failed", "FileCreateFail", "null");
    let bounded = look(fleet.clone(), &["errors", "t-1"]).code(0);
    assert!(bounded.out.contains(&node_id(49)) && !bounded.out.contains(&node_id(50)), "{bounded}");
    assert!(bounded.out.contains("and 250 more; --max-nodes 0 lists all\n"), "{bounded}");
    let run = look(fleet, &["errors", "t-1", "--max-nodes", "0"]).code(0);
    assert!((0..300).all(|n| run.out.contains(&node_id(n))), "{run}");
    assert!(run.out.contains("FileCreateFail  300 nodes, Failed\n"), "{run}");
}
