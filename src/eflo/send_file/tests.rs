//! What goes over the wire, held to what the official SDK puts there; and what is taken for an answer.

use super::*;
use crate::fault::{CallOutcome, Kind};
use serde_json::Value;
use std::collections::BTreeMap;

/// The form fields of a case of the vectors.
fn vector(name: &str) -> BTreeMap<String, String> {
    let file: Value = serde_json::from_str(include_str!("../../../tests/data/sendfile.json")).unwrap();
    let case = file["cases"].as_array().unwrap().iter().find(|case| case["name"] == name).unwrap();
    serde_json::from_value::<Vec<(String, String)>>(case["form"].clone()).unwrap().into_iter().collect()
}

fn form(file: &FileToSend, nodes: &[&str]) -> BTreeMap<String, String> {
    let nodes = crate::text::to_json(&nodes);
    file.form(&nodes).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn target(name: &str, target_dir: &str) -> Target {
    Target { name: name.to_owned(), target_dir: target_dir.to_owned(), ..Target::default() }
}

#[test]
fn send_file_form_is_what_the_official_sdk_sends() {
    let target = Target {
        file_mode: text("0640"),
        file_owner: text("app"),
        file_group: text("app"),
        description: text("roll out app.conf"),
        ..target("app.conf", "/etc/app")
    };
    let file = FileToSend::new(target, b"workers = 8\n", true, 600);
    let nodes = ["e01-cn-zvp2tgykr08", "e01-cn-9lb3c15m81j", "e01-cn-lbj36wkp70b"];
    assert_eq!(form(&file, &nodes), vector("minimal-sendfile-three-nodes"));
    // The same as plain text, which is never sent so.
    let mut as_sdk_writes_it = vector("sendfile-three-nodes-all-optional");
    let changed = [("Content", "d29ya2VycyA9IDgK"), ("ContentType", "Base64"), ("Overwrite", "true")];
    as_sdk_writes_it.extend(changed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(form(&file, &nodes), as_sdk_writes_it);
}

#[test]
fn file_content_of_any_bytes_survives() {
    let target = Target { file_mode: text("0600"), ..target("blob.bin", "/opt/data") };
    let file = FileToSend::new(target, b"\0\xff\xfe+/\n", false, 60);
    let mut expected = vector("sendfile-base64-content");
    expected
        .extend([("Overwrite", "false"), ("Timeout", "60")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(form(&file, &["e01-cn-zvp2tgykr08"]), expected);
}

#[test]
fn answer_without_an_invoke_id_is_of_outcome_lost() {
    assert_eq!(invoke_id("{\"InvokeId\":\" t-1\\n\",\"RequestId\":\"r\"}").unwrap(), "t-1");
    for answer in [
        "",
        "<html>login</html>",
        "{\"InvokeId\":\"t-1\"",
        "{\"RequestId\":\"r\"}",
        "{\"InvokeId\":\"\"}",
        "{\"InvokeId\":null}",
        "{\"InvokeId\":\"t-1; rm\"}",
        "{\"Code\":\"Throttling\",\"RequestId\":\"r\"}",
        "{\"InvokeId\":\"t-1\",\"InvokeId\":\"t-2\"}",
        "{\"InvokeId\":null,\"InvokeId\":\"t-1\"}",
        "[]",
    ] {
        let fault = invoke_id(answer).unwrap_err();
        assert_eq!((fault.kind, fault.outcome), (Kind::Answer, CallOutcome::Lost), "{answer}");
    }
}
