//! Text that is cut within a character, of any size and in any place: one of it must not hide a whole fleet, and none
//! of it may pass for something else.

use super::*;
use crate::exit::{self, Ending, Outcome};
use jiff::Timestamp;

/// Makes an answer with one record: these fields, and these nodes.
fn raw(fields: &[u8], nodes: &[u8]) -> Vec<u8> {
    let parts: [&[u8]; 5] = [
        br#"{"RequestId":"R","Invocations":{"Invocation":[{"#,
        fields,
        br#""InvokeNodes":{"InvokeNode":["#,
        nodes,
        b"]}}]}}",
    ];
    parts.concat()
}

/// Reads an answer whole and byte by byte, which must give the same.
fn snapshot(answer: &[u8]) -> Snapshot {
    let question = everything();
    let snapshot = decode(answer, &question).unwrap();
    let pieces = testing::decode_in_pieces(answer, &question, |_| 1).unwrap();
    assert_eq!(format!("{snapshot:?}"), format!("{pieces:?}"));
    snapshot
}

const SUCCESS: &[u8] = br#""InvocationStatus":"Success","#;

#[test]
fn decode_reads_all_nodes_though_a_text_is_cut_within_a_character() {
    for broken in [&br"\ud83d"[..], br"\ude00", br"\ud83d\u0041", b"\xff", b"\xe7\x81", b"\xed\xa0\xbd"] {
        let nodes = [
            &br#"{"NodeId":"a","InvocationStatus":"Success"},{"NodeId":"b","ErrorInfo":"disk "#[..],
            broken,
            br#"","InvocationStatus":"Failed"},{"NodeId":"c","InvocationStatus":"Success"}"#,
        ]
        .concat();
        let snapshot = snapshot(&raw(br#""InvocationStatus":"PartialFailed","NodeCount":3,"#, &nodes));
        assert_eq!(ids(&snapshot), ["a", "b", "c"].map(|id| Some(id.to_owned())));
        assert_eq!(snapshot.verdict, Verdict::PartialFailed);
        assert!(word(&snapshot.nodes.get(1).error_info()).unwrap().starts_with("disk \u{fffd}("));
    }
}

#[test]
fn decode_reads_text_cut_within_a_character_in_every_field_and_key() {
    let node: Vec<String> = ["NodeId", "InvocationStatus", "ErrorCode", "ErrorInfo"]
        .into_iter()
        .chain(["CreationTime", "StartTime", "UpdateTime", "FinishTime", r"Odd\ud83d"])
        .map(|name| format!(r#""{name}":"x\ud83d""#))
        .collect();
    let fields = r#""InvocationStatus":"\ud83d","Name":"\ud83d","Odd\ude00":"\ud83d","Overwrite":"\ud83d","NodeCount":"\ud83d","#;
    let snapshot = snapshot(&raw(fields.as_bytes(), format!("{{{}}}", node.join(",")).as_bytes()));
    assert_eq!(fields_of(&snapshot), [const { "x\u{fffd}(d83d)" }; 8].map(|text| Some(text.to_owned())));
    assert_eq!([&snapshot.status, &snapshot.facts.name].map(word), texts(["\u{fffd}(d83d)"; 2]));
    assert_eq!((snapshot.facts.overwrite, snapshot.node_count), (None, None));
}

fn fields_of(snapshot: &Snapshot) -> [Option<String>; 8] {
    fields(snapshot.nodes.get(0))
}

#[test]
fn decode_never_takes_a_broken_status_for_success() {
    for status in [r"Success\ud83d", r"\ude00Success", r"Succ\ud83dess"] {
        let node = format!(r#"{{"NodeId":"a","InvocationStatus":"{status}"}}"#);
        let snapshot = snapshot(&raw(SUCCESS, node.as_bytes()));
        assert_eq!(snapshot.verdict, Verdict::Failed, "{status}");
        let overall = format!(r#""InvocationStatus":"{status}","#);
        let snapshot = self::snapshot(&raw(overall.as_bytes(), br#"{"NodeId":"a","InvocationStatus":"Success"}"#));
        assert_eq!(snapshot.verdict, Verdict::Running, "{status}");
    }
}

#[test]
fn decode_never_takes_a_status_of_another_type_for_success() {
    for status in ["null", "1", "true", r#"["Success"]"#, r#"{"Success":"Success"}"#, r#""""#] {
        let node = format!(r#"{{"NodeId":"a","InvocationStatus":{status}}}"#);
        assert_eq!(snapshot(&raw(SUCCESS, node.as_bytes())).verdict, Verdict::Failed, "{status}");
        let overall = format!(r#""InvocationStatus":{status},"#);
        let snapshot = snapshot(&raw(overall.as_bytes(), br#"{"NodeId":"a","InvocationStatus":"Success"}"#));
        assert_eq!(snapshot.verdict, Verdict::Running, "{status}");
    }
}

#[test]
fn decode_keeps_apart_node_ids_that_are_broken_in_different_ways() {
    let ids = [r"a\ud83d", r"a\ud83e", r"a\ude00", "a"];
    let node = |id: &str, status: &str| format!(r#"{{"NodeId":"{id}","InvocationStatus":"{status}"}}"#);
    let nodes = ids.map(|id| node(id, "Failed")).join(",");
    let both = snapshot(&raw(br#""InvocationStatus":"Failed","NodeCount":4,"#, nodes.as_bytes()));
    assert_eq!((both.nodes.len(), both.failed()), (4, 4));
    assert!(both.doubts.is_empty(), "none is missing");

    // The same one twice is one, as its worst.
    let nodes = [node(ids[0], "Success"), node(ids[0], "Failed"), node("b", "Success")].join(",");
    let twice = snapshot(&raw(br#""InvocationStatus":"Success","NodeCount":2,"#, nodes.as_bytes()));
    assert_eq!((twice.nodes.len(), twice.verdict), (2, Verdict::PartialFailed));
    let outcome =
        |snapshot| Outcome { seen: Some((Timestamp::UNIX_EPOCH, snapshot)), ..Outcome::unseen(InvokeId::UNNAMED) };
    assert_ne!(exit::sum(None, &[outcome(twice)], Ending::Complete).code, exit::SUCCESS);
}

#[test]
fn decode_keeps_fields_of_two_megabytes_whole() {
    let long = "x".repeat(2_000_000);
    let node =
        format!(r#"{{"NodeId":"{long}","InvocationStatus":"Failed","ErrorInfo":"\ud83d{long}","Odd":"{long}"}}"#);
    let fields = format!(r#""InvocationStatus":"Failed","Name":"{long}","Content":"{long}","#);
    let question = everything();
    let answer = raw(fields.as_bytes(), node.as_bytes());
    let snapshot = testing::decode_in_pieces(&answer, &question, |_| 16_384).unwrap();
    let lengths = [snapshot.nodes.get(0).id(), snapshot.nodes.get(0).error_info(), snapshot.facts.name.clone()];
    let lengths = lengths.map(|text| text.unwrap().as_written().len());
    assert_eq!(lengths, [2_000_000, 2_000_000 + "\u{fffd}(d83d)".len(), 2_000_000]);
    assert_eq!(snapshot.verdict, Verdict::Failed);
}

#[test]
fn decode_takes_null_for_absent_in_every_field() {
    let node = r#"{"NodeId":null,"InvocationStatus":null,"ErrorCode":null,"ErrorInfo":null,"FinishTime":null}"#;
    let fields = br#""InvocationStatus":null,"Name":null,"Overwrite":null,"NodeCount":null,"#;
    let snapshot = snapshot(&raw(fields, node.as_bytes()));
    assert_eq!(fields_of(&snapshot), [const { None }; 8]);
    assert_eq!((snapshot.verdict, snapshot.node_count, snapshot.facts.overwrite), (Verdict::Running, None, None));
}
