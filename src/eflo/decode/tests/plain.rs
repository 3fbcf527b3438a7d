//! A second decoder, plain and slow: over a whole document in memory, as the API page's tables have it.

use serde_json::Value;

/// Id, status, error code, error text, and the four times.
pub(super) type PlainNode = [Option<String>; 8];

/// What an answer says.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) request_id: Option<String>,
    /// Of the records' statuses the one that counts.
    pub(super) status: Option<String>,
    /// Of the first record: name, description, directory, content type, mode, owner, group, creation time.
    pub(super) facts: [Option<String>; 8],
    pub(super) overwrite: Option<bool>,
    pub(super) nodes: Vec<PlainNode>,
    /// NodeCount, where there is one record and none of its nodes is listed twice.
    pub(super) node_count: Option<Option<u64>>,
    pub(super) records: usize,
}

/// Reads an answer; none where it is none. Lists must be of the right shape, or null, or absent.
pub(super) fn read(answer: &Value, wanted: Option<&str>) -> Option<Plain> {
    let fields = answer.as_object()?;
    if text(&answer["RequestId"]).is_none() && !fields.contains_key("Invocations") {
        return None;
    }
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
    Some(Plain {
        request_id: text(&answer["RequestId"]),
        status: statuses.min_by_key(|status| overall_rank(status.as_deref())).flatten(),
        facts: names.map(|name| text(&first[name])),
        overwrite: text(&first["Overwrite"]).and_then(|word| match word.to_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }),
        nodes,
        node_count,
        records: records.len(),
    })
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
            if fields[error].as_ref().is_some_and(|text| text.to_lowercase() == "null") {
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
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// Each id once, as its worst, where it stood first.
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

/// The worst first.
fn node_rank(status: Option<&str>) -> usize {
    match status.unwrap_or_default().to_lowercase().as_str() {
        "pending" | "running" => 0,
        "invalid" | "aborted" | "failed" | "error" | "timeout" => 1,
        "success" => 3,
        _ => 2,
    }
}

/// The one that counts first. Of the open ones Pending, as good as the other.
fn overall_rank(status: Option<&str>) -> usize {
    let order = ["pending", "running", "", "failed", "partialfailed", "success"];
    let word = status.unwrap_or_default().to_lowercase();
    order.iter().position(|known| *known == word).unwrap_or(2)
}
