//! Answers of the API, shaped as its documentation shows them. The wrappers and spellings are
//! repeated here on purpose: a test that took them from the decoder would agree with any mistake.

use serde_json::{Map, Value, json};

pub(crate) const REQUEST_ID: &str = "00000000-0000-5000-8000-0000000000AA";
/// The file's content as the API echoes it: to be found in no output but `raw`.
pub(crate) const CONTENT: &str = "content-never-shown-0000";

/// One record of an invocation; becomes an answer as a [`Value`].
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    request_id: String,
    record: Map<String, Value>,
    nodes: Vec<Value>,
}

impl Answer {
    /// `status` is the overall one; the nodes follow.
    pub(crate) fn new(status: &str) -> Self {
        let record = json!({
            "FileMode": "0644",
            "Overwrite": true,
            "InvocationStatus": status,
            "Description": "",
            "ContentType": "PlainText",
            "TargetDir": "/home/user",
            "FileGroup": "root",
            "FileOwner": "root",
            "Name": "app.conf",
            "Content": CONTENT,
            "CreationTime": "2026-01-02T11:04:05.156+08:00",
        });
        let Value::Object(record) = record else { unreachable!("an object was written") };
        Self { request_id: REQUEST_ID.to_owned(), record, nodes: Vec::new() }
    }

    /// A node without an error.
    pub(crate) fn node(self, id: &str, status: &str) -> Self {
        self.failed(id, status, "Null", "null")
    }

    pub(crate) fn failed(mut self, id: &str, status: &str, code: &str, info: &str) -> Self {
        let open = ["Pending", "Running"].contains(&status);
        self.nodes.push(json!({
            "InvocationStatus": status,
            "FinishTime": if open { "" } else { "2026-01-02T11:04:09.301+08:00" },
            "NodeId": id,
            "ErrorInfo": info,
            "CreationTime": "2026-01-02T03:04:05Z",
            "StartTime": "2026-01-02T03:04:06Z",
            "UpdateTime": "2026-01-02T03:04:09Z",
            "ErrorCode": code,
        }));
        self
    }

    /// `count` nodes more of the one status; their ids go on from the nodes there are.
    pub(crate) fn nodes(mut self, count: usize, status: &str) -> Self {
        for _ in 0..count {
            let id = node_id(self.nodes.len());
            self = self.node(&id, status);
        }
        self
    }

    /// As [`Answer::nodes`], with an error.
    pub(crate) fn failures(mut self, count: usize, status: &str, code: &str, info: &str) -> Self {
        for _ in 0..count {
            let id = node_id(self.nodes.len());
            self = self.failed(&id, status, code, info);
        }
        self
    }

    /// A node as odd as the test wants it.
    pub(crate) fn node_as(mut self, node: Value) -> Self {
        self.nodes.push(node);
        self
    }

    /// Otherwise it is the number of nodes.
    pub(crate) fn node_count(self, count: u64) -> Self {
        self.set("NodeCount", count)
    }

    pub(crate) fn name(self, name: &str) -> Self {
        self.set("Name", name)
    }

    pub(crate) fn request_id(mut self, id: &str) -> Self {
        self.request_id = id.to_owned();
        self
    }

    /// Any field of the record, one that the API does not know too.
    pub(crate) fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.record.insert(field.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, field: &str) -> Self {
        // Null would stand for a field that is there; "NodeCount" is filled in unless it is.
        self.record.insert(field.to_owned(), Value::Null);
        self
    }

    pub(crate) fn value(self) -> Value {
        Self::together(vec![self])
    }

    /// Several records of the one id in one answer.
    pub(crate) fn together(records: Vec<Self>) -> Value {
        let request_id = records.first().map_or(REQUEST_ID, |first| &first.request_id).to_owned();
        let records: Vec<Value> = records.into_iter().map(Self::into_record).collect();
        json!({
            "RequestId": request_id,
            "TotalCount": records.len(),
            "Invocations": { "Invocation": records },
        })
    }

    fn into_record(mut self) -> Value {
        self.record.entry("NodeCount").or_insert_with(|| self.nodes.len().into());
        self.record.retain(|_, value| !value.is_null());
        self.record.insert("InvokeNodes".to_owned(), json!({ "InvokeNode": self.nodes }));
        Value::Object(self.record)
    }
}

impl From<Answer> for Value {
    fn from(answer: Answer) -> Self {
        answer.value()
    }
}

/// The id that [`Answer::nodes`] gives to node `n`.
pub(crate) fn node_id(n: usize) -> String {
    format!("e01-cn-{n:08}")
}

/// The answer for an id that has no record.
pub(crate) fn no_record() -> Value {
    Answer::together(Vec::new())
}

/// The body of an error.
pub(crate) fn api_error(code: &str, message: &str) -> Value {
    json!({
        "RequestId": REQUEST_ID,
        "HostId": "eflo-controller.cn-wulanchabu.aliyuncs.com",
        "Code": code,
        "Message": message,
        "Recommend": "https://api.aliyun.com/troubleshoot",
    })
}
