//! A second decoder, plain and slow: over a whole document in memory, as the API page's tables have it. For tests and
//! fuzzing, which hold the real one to it.

use crate::eflo::Decoder;
use crate::fault::Fault;
use crate::invocation::{Keep, Node, Question, Snapshot};
use crate::rpc::Body;
use crate::text::Text;
use serde_json::Value;

/// Holds id, status, error code, error text, and the four times.
type PlainNode = [Option<String>; 8];

/// Holds what an answer says.
#[derive(Debug)]
struct Plain {
    request_id: Option<String>,
    /// Of the records' statuses the one that counts.
    status: Option<String>,
    /// Of the first record: name, description, directory, content type, mode, owner, group, creation time.
    facts: [Option<String>; 8],
    overwrite: Option<bool>,
    nodes: Vec<PlainNode>,
    /// NodeCount, where there is one record and none of its nodes is listed twice.
    node_count: Option<Option<u64>>,
    records: usize,
}

/// Asserts that a snapshot shows what the plain decoder reads. What is no answer must have no snapshot.
pub(crate) fn assert_agrees(snapshot: &Snapshot, answer: &Value, question: &Question) {
    assert!(is_answer(answer), "what is no answer was read as one");
    let plain = read(answer, question.node_id.as_deref());
    let nodes: Vec<PlainNode> = snapshot.nodes.iter().map(fields).collect();
    if question.keep == Keep::Everything {
        assert_eq!(nodes, plain.nodes);
    } else {
        let outcomes = |nodes: &[PlainNode]| nodes.iter().cloned().map(of_outcomes).collect::<Vec<_>>();
        assert_eq!(outcomes(&nodes), outcomes(&plain.nodes));
    }
    assert_eq!(snapshot.counts.total(), plain.nodes.len() as u64);
    assert_eq!(word(&snapshot.request_id), plain.request_id);
    assert_eq!(word(&snapshot.status), plain.status);
    let of = &snapshot.facts;
    let facts = [
        &of.name,
        &of.description,
        &of.target_dir,
        &of.content_type,
        &of.file_mode,
        &of.file_owner,
        &of.file_group,
        &of.creation_time,
    ];
    assert_eq!(facts.map(word), plain.facts);
    assert_eq!(of.overwrite, plain.overwrite);
    if let Some(node_count) = plain.node_count {
        assert_eq!(snapshot.node_count, node_count);
    }
    assert!(!is_not_found(answer, question), "what is not there was found");
}

/// Tells whether an answer shows no such invocation, or no such node in it.
pub fn is_not_found(answer: &Value, question: &Question) -> bool {
    let plain = read(answer, question.node_id.as_deref());
    let is_success = plain.status.is_some_and(|status| status.eq_ignore_ascii_case("success"));
    plain.records == 0 || (plain.nodes.is_empty() && (is_success || question.node_id.is_some()))
}

/// Decodes an answer as a network brings it: cut into pieces, whose lengths `len` gives.
///
/// # Errors
/// When [`crate::eflo::decode`] fails.
pub(crate) fn decode_in_pieces(
    mut json: &[u8],
    question: &Question,
    mut len: impl FnMut(&[u8]) -> usize,
) -> Result<Snapshot, Fault> {
    let mut decoder = Decoder::new(question);
    while !json.is_empty() {
        let (piece, rest) = json.split_at(len(json).clamp(1, json.len()));
        decoder.chunk(piece)?;
        json = rest;
    }
    decoder.finish()
}

pub(crate) fn word(text: &Option<Text<'_>>) -> Option<String> {
    text.as_ref().map(|text| text.as_written().to_owned())
}

/// Gives all that a node says, in the order of the API page's table.
pub(crate) fn fields(node: Node<'_>) -> PlainNode {
    let [creation, start, update, finish] = node.times();
    [node.id(), node.status_word(), node.error_code(), node.error_info(), creation, start, update, finish]
        .map(|text| word(&text))
}

/// Gives what is kept of a node for outcomes: no times, and the page's spelling of a status will do.
fn of_outcomes([id, status, code, info, ..]: PlainNode) -> [Option<String>; 4] {
    [id, status.map(|word| word.to_ascii_lowercase()), code, info]
}

/// Tells an answer of this operation from other JSON, whatever the shape of its lists.
pub(crate) fn is_answer(answer: &Value) -> bool {
    let has_id = text(&answer["RequestId"]).is_some();
    let has_error = ["Code", "code"].iter().filter_map(|key| text(&answer[key])).any(|code| {
        let code = code.to_ascii_lowercase();
        code.contains(|c: char| c.is_ascii_lowercase()) && !["ok", "success", "null"].contains(&code.as_str())
    });
    answer.is_object() && !has_error && (has_id || answer.get("Invocations").is_some())
}

fn read(answer: &Value, wanted: Option<&str>) -> Plain {
    let records = items(&answer["Invocations"]["Invocation"]);
    let all: Vec<PlainNode> = records.iter().flat_map(nodes).collect();
    let all: Vec<PlainNode> =
        all.into_iter().filter(|node| wanted.is_none_or(|id| node[0].as_deref() == Some(id))).collect();
    let listed = all.len();
    let nodes = each_once(all);
    let node_count = match records.as_slice() {
        [one] if listed == nodes.len() => Some(text(&one["NodeCount"]).and_then(|count| count.parse().ok())),
        _ => None,
    };
    let statuses = records.iter().map(|record| text(&record["InvocationStatus"]));
    let first = records.first().unwrap_or(&Value::Null);
    let names =
        ["Name", "Description", "TargetDir", "ContentType", "FileMode", "FileOwner", "FileGroup", "CreationTime"];
    Plain {
        request_id: text(&answer["RequestId"]),
        status: statuses.min_by_key(|status| overall_rank(status.as_deref())).flatten(),
        facts: names.map(|name| text(&first[name])),
        overwrite: text(&first["Overwrite"]).and_then(|word| match word.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }),
        nodes,
        node_count,
        records: records.len(),
    }
}

fn items(list: &Value) -> Vec<Value> {
    list.as_array().cloned().unwrap_or_default()
}

fn nodes(record: &Value) -> Vec<PlainNode> {
    let names = [
        "NodeId",
        "InvocationStatus",
        "ErrorCode",
        "ErrorInfo",
        "CreationTime",
        "StartTime",
        "UpdateTime",
        "FinishTime",
    ];
    let mut nodes = Vec::new();
    for node in items(&record["InvokeNodes"]["InvokeNode"]) {
        let mut fields = names.map(|name| text(&node[name]));
        for error in [2, 3] {
            if fields[error].as_ref().is_some_and(|text| text.eq_ignore_ascii_case("null")) {
                fields[error] = None;
            }
        }
        nodes.push(fields);
    }
    nodes
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// Keeps one node of each id: the worst, at the place of the first.
fn each_once(all: Vec<PlainNode>) -> Vec<PlainNode> {
    let mut once: Vec<PlainNode> = Vec::new();
    for node in all {
        let known = once.iter_mut().find(|known| known[0].is_some() && known[0] == node[0]);
        match known {
            Some(known) if node_rank(node[1].as_deref()) < node_rank(known[1].as_deref()) => *known = node,
            Some(_) => {}
            None => once.push(node),
        }
    }
    once
}

/// Ranks the status of a node, the worst first.
fn node_rank(status: Option<&str>) -> usize {
    match status.unwrap_or_default().to_ascii_lowercase().as_str() {
        "pending" | "running" => 0,
        "invalid" | "aborted" | "failed" | "error" | "timeout" => 1,
        "success" => 3,
        _ => 2,
    }
}

/// Ranks an overall status by which of several counts first. Pending and Running are open, and one is as good.
fn overall_rank(status: Option<&str>) -> usize {
    let order = ["pending", "running", "", "failed", "partialfailed", "success"];
    let word = status.unwrap_or_default().to_ascii_lowercase();
    order.iter().position(|known| *known == word).unwrap_or(2)
}
