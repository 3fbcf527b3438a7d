//! What a recording holds, and how it fails.

use super::*;
use crate::feed::Recording;
use serde_json::{Value, json};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use tempfile::TempDir;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_323_045 + second).unwrap()
}

/// An answer of the API with the file's content in it.
fn answer(request: &str, status: &str) -> Vec<u8> {
    let record = json!({"InvocationStatus": status, "Content": "c2VjcmV0", "NodeCount": 2});
    let other = json!({"InvocationStatus": status, "Content": "c2VjcmV0"});
    json!({"RequestId": request, "Invocations": {"Invocation": [record, other]}}).to_string().into_bytes()
}

/// Takes an answer down in pieces, as a network brings it.
fn keep(recorder: &mut Recorder, at: Timestamp, id: &InvokeId, answer: &[u8]) {
    let mut draft = Draft::new();
    for piece in answer.chunks(7) {
        draft.take(piece);
    }
    recorder.keep(at, id, draft);
}

/// A recording that nobody has begun.
fn fresh() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("rollout.jsonl");
    (folder, path)
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "every line is ended");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ids of a recording as it is read, each with its number of answers.
fn tracks(path: &Path) -> Vec<(InvokeId, usize)> {
    let recording = Recording::read("file", &fs::read(path).unwrap(), &[]).unwrap();
    recording.ids.iter().map(|id| (id.clone(), recording.answers[id].len())).collect()
}

#[test]
fn record_line_has_time_id_and_answer_without_content() {
    let (_folder, path) = fresh();
    let mut recorder = Recorder::open(&path).unwrap();
    keep(&mut recorder, at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    let records = json!([{"InvocationStatus": "Running", "NodeCount": 2}, {"InvocationStatus": "Running"}]);
    let wanted = json!({
        "at": "2026-01-02T03:04:05.000Z",
        "invoke_id": "t-1",
        "response": {"RequestId": "R-1", "Invocations": {"Invocation": records}},
    });
    assert_eq!(lines(&path), [wanted]);
}

#[test]
fn record_keeps_only_differing_answers() {
    let (_folder, path) = fresh();
    let mut recorder = Recorder::open(&path).unwrap();
    let statuses = [("t-1", "Running"), ("t-2", "Running"), ("t-1", "Running"), ("t-1", "Success"), ("t-1", "Running")];
    for (second, (id, status)) in statuses.into_iter().enumerate() {
        keep(&mut recorder, at(second as i64), &InvokeId::new(id), &answer(&format!("R-{second}"), status));
    }
    let kept: Vec<Value> = lines(&path).iter().map(|line| line["response"]["RequestId"].clone()).collect();
    assert_eq!(kept, ["R-0", "R-1", "R-3", "R-4"], "a status that comes back is a change too");
    assert_eq!(tracks(&path), [(InvokeId::new("t-1"), 3), (InvokeId::new("t-2"), 1)]);
}

#[test]
fn record_ignores_a_difference_in_content() {
    let (_folder, path) = fresh();
    let mut recorder = Recorder::open(&path).unwrap();
    let text = String::from_utf8(answer("R-1", "Running")).unwrap();
    keep(&mut recorder, at(0), &InvokeId::new("t-1"), text.as_bytes());
    keep(&mut recorder, at(1), &InvokeId::new("t-1"), text.replace("c2VjcmV0", "b3RoZXI=").as_bytes());
    assert_eq!(lines(&path).len(), 1);
}

#[test]
fn record_keeps_an_unnamed_id_and_an_empty_answer() {
    let (_folder, path) = fresh();
    let mut recorder = Recorder::open(&path).unwrap();
    keep(&mut recorder, at(0), &InvokeId::UNNAMED, br#"{"RequestId":"R-1","Invocations":{"Invocation":[]}}"#);
    keep(&mut recorder, at(1), &InvokeId::UNNAMED, br#"{"Invocations":null}"#);
    assert_eq!(lines(&path)[0]["invoke_id"], Value::Null);
    assert_eq!(tracks(&path), [(InvokeId::UNNAMED, 2)]);
}

#[test]
fn record_drops_what_is_no_json() {
    let (_folder, path) = fresh();
    let mut recorder = Recorder::open(&path).unwrap();
    keep(&mut recorder, at(0), &InvokeId::new("t-1"), b"<html>not the API</html>");
    assert_eq!(lines(&path), [Value::Null; 0]);
    assert!(recorder.take_failure().is_none());
}

#[cfg(unix)]
#[test]
fn record_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = fresh();
    Recorder::open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn record_appends_to_a_file() {
    let (_folder, path) = fresh();
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    keep(&mut Recorder::open(&path).unwrap(), at(9), &InvokeId::new("t-1"), &answer("R-2", "Success"));
    assert_eq!(tracks(&path), [(InvokeId::new("t-1"), 2)]);
}

#[test]
fn record_does_not_repeat_the_last_answer_of_the_file() {
    let (_folder, path) = fresh();
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    let mut recorder = Recorder::open(&path).unwrap();
    keep(&mut recorder, at(9), &InvokeId::new("t-1"), &answer("R-2", "Running"));
    assert_eq!(lines(&path).len(), 1);
    keep(&mut recorder, at(9), &InvokeId::new("t-2"), &answer("R-3", "Running"));
    keep(&mut recorder, at(9), &InvokeId::new("t-1"), &answer("R-4", "Success"));
    assert_eq!(lines(&path).len(), 3);
}

#[test]
fn record_ends_a_cut_line_before_appending() {
    let (_folder, path) = fresh();
    fs::write(&path, "{\"at\":\"2026-01-02T03:0").unwrap();
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    let text = fs::read_to_string(&path).unwrap();
    let (cut, rest) = text.split_once('\n').unwrap();
    assert_eq!(cut, "{\"at\":\"2026-01-02T03:0");
    assert_eq!(serde_json::from_str::<Value>(rest).unwrap()["invoke_id"], "t-1");
}

#[test]
fn recording_that_was_cut_and_appended_to_can_be_read() {
    let (_folder, path) = fresh();
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.clone() + &whole[..whole.len() / 2]).unwrap();
    keep(&mut Recorder::open(&path).unwrap(), at(9), &InvokeId::new("t-1"), &answer("R-3", "Success"));
    assert_eq!(tracks(&path), [(InvokeId::new("t-1"), 2)]);
}

#[test]
fn record_file_that_cannot_be_written_fails_when_opened() {
    let folder = TempDir::new().unwrap();
    assert!(Recorder::open(&folder.path().join("no/such/folder/rollout.jsonl")).is_err());
    assert!(Recorder::open(folder.path()).is_err());
}

#[test]
fn record_on_a_full_disk_is_told_once() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let mut recorder = Recorder::open(full).unwrap();
    assert!(recorder.take_failure().is_none());
    keep(&mut recorder, at(0), &InvokeId::new("t-1"), &answer("R-1", "Running"));
    keep(&mut recorder, at(1), &InvokeId::new("t-1"), &answer("R-2", "Success"));
    assert_eq!(recorder.take_failure().map(|e| e.kind()), Some(ErrorKind::StorageFull));
    keep(&mut recorder, at(2), &InvokeId::new("t-1"), &answer("R-3", "Failed"));
    assert!(recorder.take_failure().is_none());
}

#[test]
fn record_line_leaves_out_content_wherever_the_key_stands() {
    let spread = r#"{ "RequestId" : "R-1",
        "Invocations": {"Invocation": [ {"Content": {"a": [1, 2]}, "Name": "a \" b" } ] } }"#;
    let dense = r#"{"RequestId":"R-1","Invocations":{"Invocation":[{"Name":"a \" b","Content":"x, }"}]}}"#;
    for answer in [spread, dense] {
        let (_folder, path) = fresh();
        keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), answer.as_bytes());
        let text = fs::read_to_string(&path).unwrap();
        let response = r#""response":{"RequestId":"R-1","Invocations":{"Invocation":[{"Name":"a \" b"}]}}}"#;
        assert!(text.ends_with(&format!("{response}\n")), "{text}");
    }
}

#[test]
fn record_line_keeps_content_that_is_no_records() {
    for answer in [
        r#"{"Diag":{"Invocation":[{"Content":"one"}]},"RequestId":"R-1"}"#,
        r#"{"Invocations":{"Others":[{"Content":"one"}]},"RequestId":"R-1"}"#,
        r#"{"Invocations":{"Invocation":[{"Name":{"Content":"one"}}]},"RequestId":"R-1"}"#,
    ] {
        let (_folder, path) = fresh();
        keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), answer.as_bytes());
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with(&format!("\"response\":{answer}}}\n")), "{text}");
    }
}

#[test]
fn record_does_not_repeat_a_large_answer_after_reopening() {
    let (_folder, path) = fresh();
    let name = "n".repeat(3 << 20);
    let text = |request: &str| {
        format!("{{\"RequestId\":\"{request}\",\"Invocations\":{{\"Invocation\":[{{\"Name\":\"{name}\"}}]}}}}")
    };
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), text("R-1").as_bytes());
    keep(&mut Recorder::open(&path).unwrap(), at(9), &InvokeId::new("t-1"), text("R-2").as_bytes());
    assert_eq!(lines(&path).len(), 1);
}

#[test]
fn record_escapes_what_acts_on_a_terminal_or_commands_a_runner_and_loses_nothing() {
    let text = "灵\u{202e}骏\u{9b}31m\u{7f}\u{e0041}\u{200b} ##[error]x ##vso[a] \u{e9}\u{1f600}\u{2028}";
    let answer = format!(r#"{{"RequestId":"R-1","Invocations":{{"Invocation":[{{"{text}":"{text}"}}]}}}}"#);
    for len in 1..=9 {
        let (_folder, path) = fresh();
        for _ in 0..2 {
            let mut draft = Draft::new();
            answer.as_bytes().chunks(len).for_each(|piece| draft.take(piece));
            // The second time it is opened anew, and finds the same answer.
            Recorder::open(&path).unwrap().keep(at(0), &InvokeId::new("t-1"), draft);
        }
        let written = fs::read_to_string(&path).unwrap();
        assert!(!written.trim_end().chars().any(crate::text::is_unsafe) && !written.contains("##"), "{written:?}");
        let lines = lines(&path);
        assert_eq!((lines.len(), &lines[0]["response"]["Invocations"]["Invocation"][0][text]), (1, &json!(text)));
    }
}

#[test]
fn record_keeps_invalid_utf8_as_the_decoder_reads_it() {
    let (_folder, path) = fresh();
    let name = b"a\xff\xe7\x81 \\ud83d \\ud83d\\ude00 \\\\ud83d\\n\\\"\\ud83d";
    let answer = [&br#"{"RequestId":"R-1","Invocations":{"Invocation":[{"Name":""#[..], name, br#""}]}}"#].concat();
    keep(&mut Recorder::open(&path).unwrap(), at(0), &InvokeId::new("t-1"), &answer);
    let name = &lines(&path)[0]["response"]["Invocations"]["Invocation"][0]["Name"];
    let wanted = "a\u{fffd}(ff)\u{fffd}(e7)\u{fffd}(81) \u{fffd}(d83d) \u{1f600} \\ud83d\n\"\u{fffd}(d83d)";
    assert_eq!(*name, wanted);
}
