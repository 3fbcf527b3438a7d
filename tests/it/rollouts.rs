//! Rollouts that several subjects look at, and the server that tells of them.

use serde_json::json;

use super::support::answers::Answer;
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// Finished: two nodes have the file, the others failed in every way that there is to tell of, and in
/// no order.
pub(crate) fn partial() -> Answer {
    Answer::new("PartialFailed")
        .node("e01-cn-good0000001", "Success")
        .failed("e01-cn-exists00001", "Invalid", "FileAlreadyExists", "null")
        .failed("e01-cn-late0000001", "Timeout", "DeliveryTimeout", "the command delivery has been timeout")
        .failed("e01-cn-exists00002", "Invalid", "FileAlreadyExists", "null")
        .node("e01-cn-good0000002", "Success")
        .failed("e01-cn-textonly001", "Error", "Null", "disk quota of /home exceeded")
        .failed("e01-cn-unheardof01", "Aborted", "NodeQuarantined", "the node is in quarantine")
        .node("e01-cn-silent00001", "Invalid")
}

/// Under way: some are through, some are not, one has failed.
pub(crate) fn running() -> Answer {
    Answer::new("Running")
        .node("e01-cn-good0000001", "Success")
        .node("e01-cn-waiting0001", "Pending")
        .node("e01-cn-receiving01", "Running")
        .failed("e01-cn-diskfull001", "Failed", "FileCreateFail", "null")
        .node("e01-cn-receiving02", "Running")
        .node("e01-cn-good0000002", "Success")
}

/// All well.
pub(crate) fn success() -> Answer {
    Answer::new("Success").nodes(3, "Success")
}

/// As loose as the API is: white space, no error in every spelling, numbers for text, what is not known.
pub(crate) fn loose() -> Answer {
    Answer::new(" partialFailed\n")
        .request_id("R-1")
        .name(" app.conf ")
        .set("Description", "about\n")
        .set("TargetDir", "\t/home/user")
        .set("FileGroup", "")
        .without("ContentType")
        .set("FileMode", 644)
        .set("CreationTime", "2023-04-10T10:53:46.156+08:00\n")
        .set("Unheard", json!({"of": [1]}))
        .node_count(4)
        .node_as(json!({
            "NodeId": " n-1\n", "InvocationStatus": "FAILED", "ErrorCode": " FileCreateFail", "ErrorInfo": "a\tb\nc\u{202e}",
            "CreationTime": "2026-01-02T03:04:05Z", "StartTime": " 2026-01-02T03:04:06Z", "UpdateTime": "soon",
            "FinishTime": "2020-05-22T17:04:18", "More": null,
        }))
        .node_as(json!({"NodeId": "n-2", "InvocationStatus": "Success", "ErrorCode": "Null", "ErrorInfo": "null",
            "CreationTime": "", "StartTime": null}))
        .node_as(json!({"NodeId": "n-3", "InvocationStatus": "Quarantined", "ErrorCode": "", "ErrorInfo": null}))
        .node_as(json!({"NodeId": 4}))
}

/// A server that answers each InvokeId as listed, and others as unknown.
pub(crate) fn server(answers: Vec<(&'static str, Answer)>) -> Server {
    Server::with(move |request, _| {
        let id = &request.form()["InvokeId"];
        let known = answers.iter().find(|(known, _)| known == id);
        Reply::ok(known.map_or_else(|| Answer::together(Vec::new()), |(_, answer)| answer.clone().value()))
    })
}

/// What one call comes to when `t-1` is known to be so.
pub(crate) fn look(answer: Answer, args: &[&str]) -> Run {
    let server = server(vec![("t-1", answer)]);
    Home::for_server(&server).run(args)
}
