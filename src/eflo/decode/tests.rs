//! The API's answers as they come: its page's own sample, every looseness that it is known for, and nodes by the
//! hundred at random against a plain decoder.

mod broken;
mod loose;
mod random;
mod refused;

use super::*;
use crate::invocation::{Facts, InvokeId, Keep, Verdict};
use crate::testing::{self, fields, word};
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../../../tests/data/api-page-sample.json");

fn everything() -> Question {
    Question { invoke_id: InvokeId::new("t-1"), node_id: None, keep: Keep::Everything }
}

fn read(answer: &Value) -> Snapshot {
    decode(answer.to_string().as_bytes(), &everything()).unwrap_or_else(|fault| panic!("{fault}: {answer}"))
}

/// Gives the fault of an answer that does not show the invocation.
fn read_not_found(answer: &Value) -> Fault {
    let fault = decode(answer.to_string().as_bytes(), &everything()).unwrap_err();
    assert_eq!(fault.kind, Kind::NotFound, "{answer}");
    fault
}

/// Makes an answer with one record, which has these fields.
fn answer(record: Value) -> Value {
    json!({"RequestId": "R", "TotalCount": 1, "Invocations": {"Invocation": [record]}})
}

/// Makes an answer with one record that has these nodes.
fn answer_of_nodes(nodes: Value) -> Value {
    answer(json!({"InvocationStatus": "Running", "InvokeNodes": {"InvokeNode": nodes}}))
}

fn one_node(node: Value) -> Snapshot {
    read(&answer_of_nodes(json!([node])))
}

fn texts<const N: usize>(texts: [&str; N]) -> [Option<String>; N] {
    texts.map(|text| Some(text.to_owned()))
}

fn ids(snapshot: &Snapshot) -> Vec<Option<String>> {
    snapshot.nodes.iter().map(|node| word(&node.id())).collect()
}

#[test]
fn decode_reads_the_api_page_sample_trimmed_and_whole() {
    let snapshot = decode(SAMPLE.as_bytes(), &everything()).unwrap();
    assert_eq!(word(&snapshot.request_id).unwrap(), "4FD06DF0-9167-5C6F-A145-F30CA4A15D54");
    assert_eq!(word(&snapshot.status).unwrap(), "Pending");
    assert_eq!(snapshot.node_count, Some(3));
    let Facts { name, description, target_dir, content_type, file_mode, file_owner, file_group, .. } = &snapshot.facts;
    let facts = [name, description, target_dir, content_type, file_mode, file_owner, file_group].map(word);
    assert_eq!(facts, texts(["test", "Description", "/home/user", "PlainText", "0644", "root", "root"]));
    assert_eq!(snapshot.facts.overwrite, Some(true));
    assert_eq!(word(&snapshot.facts.creation_time).unwrap(), "2023-04-10T10:53:46.156+08:00");
    let node = [
        "e01-cn-9lb3c15m81j",
        "Success",
        "AccountNotExists",
        "the specified instance does not exists",
        "2023-02-06T07:12:50Z",
        "2023-03-30T16:00:00Z",
        "2023-03-30T16:00:00Z",
        "2023-04-10T10:53:46.156+08:00",
    ];
    assert_eq!(snapshot.nodes.iter().map(fields).collect::<Vec<_>>(), [texts(node)]);
    assert_eq!(snapshot.verdict, Verdict::Running, "one of three nodes is listed, and none has failed");
}

#[test]
fn decode_takes_chunks_of_any_size() {
    let question = everything();
    for size in [1, 7, 4096] {
        let mut decoder = Decoder::new(&question);
        for piece in SAMPLE.as_bytes().chunks(size) {
            decoder.chunk(piece).unwrap();
        }
        assert_eq!(ids(&decoder.finish().unwrap()), [Some("e01-cn-9lb3c15m81j".to_owned())]);
    }
}

#[test]
fn decode_joins_all_records_into_one_snapshot() {
    let record = |status: &str, ids: &[&str]| {
        let nodes: Vec<Value> =
            ids.iter().map(|id| json!({"NodeId": id, "InvocationStatus": status, "FinishTime": *id})).collect();
        json!({"InvocationStatus": status, "NodeCount": ids.len(), "InvokeNodes": {"InvokeNode": nodes}})
    };
    let records = json!([record("Success", &["a", "b"]), record("Failed", &["b", "c"]), record("Success", &[])]);
    let snapshot = read(&json!({"TotalCount": "3", "Invocations": {"Invocation": records}}));
    assert_eq!(ids(&snapshot), ["a", "b", "c"].map(|id| Some(id.to_owned())));
    assert_eq!(word(&snapshot.nodes.get(1).status_word()).as_deref(), Some("Failed"));
    assert_eq!(word(&snapshot.nodes.get(2).times()[3]).as_deref(), Some("c"));
    assert_eq!((snapshot.node_count, snapshot.verdict), (Some(3), Verdict::PartialFailed));
    assert_eq!(word(&snapshot.status).as_deref(), Some("Failed"));
}

#[test]
fn decode_filters_the_node_that_was_asked_for() {
    let nodes = json!([
        {"NodeId": "a", "InvocationStatus": "Failed"},
        {"NodeId": "b\n", "InvocationStatus": "Success"},
        {"NodeId": "B", "InvocationStatus": "Failed"},
        {"InvocationStatus": "Failed"},
    ]);
    let answer =
        answer(json!({"InvocationStatus": "Failed", "NodeCount": 9, "InvokeNodes": {"InvokeNode": nodes}})).to_string();
    let about = |node: &str| {
        let question = Question { node_id: Some(node.to_owned()), ..everything() };
        decode(answer.as_bytes(), &question)
    };
    let b = about("b").unwrap();
    assert_eq!((ids(&b), b.verdict), (vec![Some("b".to_owned())], Verdict::Success));
    assert_eq!(about("a").unwrap().verdict, Verdict::Failed);
    assert_eq!(about("c").unwrap_err().kind, Kind::NotFound, "not listed is not found");
    assert!(b.doubts.is_empty(), "a list that is short says nothing about the one node");
}

#[test]
fn decode_for_outcomes_keeps_ids_statuses_and_errors() {
    let node = |id: &str, status: &str, code: &str, info: &str| {
        let mut node = json!({"NodeId": id, "InvocationStatus": status, "FinishTime": "t"});
        node["ErrorCode"] = code.into();
        node["ErrorInfo"] = info.into();
        node
    };
    let nodes = json!([
        node("a", "Success", "Null", "null"),
        node("b", "Success", "AccountNotExists", "it is not there"),
        node("c", "Failed", "", "the disk is full"),
        node("d", "Cancelled", "", ""),
        node("e", "Running", "ClientNotResponse", ""),
    ]);
    let bytes = answer_of_nodes(nodes).to_string();
    let everything = decode(bytes.as_bytes(), &everything()).unwrap();
    let outcomes = Question { keep: Keep::Outcomes, ..self::everything() };
    let outcomes = decode(bytes.as_bytes(), &outcomes).unwrap();
    assert_eq!((outcomes.verdict, &outcomes.counts), (everything.verdict, &everything.counts));
    for (kept, all) in outcomes.nodes.iter().zip(everything.nodes.iter()) {
        assert_eq!(fields(kept)[..4], fields(all)[..4]);
        assert_eq!(word(&all.times()[3]).as_deref(), Some("t"));
    }
    assert_eq!(fields(outcomes.nodes.get(0))[2..], [const { None }; 6]);
}
