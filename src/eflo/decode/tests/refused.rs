//! What is no answer of this operation must never pass for an empty one.

use super::super::Decoder;
use super::{answer, answer_of_nodes, decode, everything};
use crate::fault::{Fault, Kind};
use crate::invocation::{InvokeId, NodeStatus, Question, Verdict};
use crate::rpc::{Body, Key};
use crate::text::Text;
use serde_json::{Value, json};

fn refusal(bytes: &[u8]) -> Fault {
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
    decode(bytes, &everything()).expect_err(&shown)
}

#[test]
fn decode_refuses_what_is_no_json_object_of_this_operation() {
    for text in [
        "",
        " \r\n\t",
        "{",
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"Name":"n""#,
        r#"{"RequestId":"R","#,
        "<html><body>502 Bad Gateway</body></html>",
        "Service Unavailable",
        "[]",
        r#"[{"RequestId":"R","Invocations":{}}]"#,
        r#""x""#,
        "3",
        "true",
        "null",
        "{}",
        r#"{"status":"ok"}"#,
        r#"{"requestid":"R","invocations":{"Invocation":[]}}"#,
        r#"{"RequestId":"R","Invocations":{}} trailing"#,
        r#"{"RequestId":"R","Invocations":{}}{"RequestId":"R"}"#,
        r#"{"RequestId":"R",}"#,
        r#"{"RequestId":null}"#,
        // The number of a list, where the decoder itself would put one.
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":0}}]}}"#,
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNod\u0065":0}},{"InvokeNodes":{"InvokeNode":[]}}]}}"#,
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":[{},]}}]}}"#,
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":[{}{}]}}]}}"#,
        r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":[,{}]}}]}}"#,
        r#"{'RequestId':'R'}"#,
    ] {
        let fault = refusal(text.as_bytes());
        assert_eq!(fault.kind, Kind::Answer, "{text}");
        assert!(fault.again.helps(), "the next answer may be a right one: {text}");
        assert!(fault.message.contains("DescribeSendFileResults") && fault.hint.is_some(), "{fault:?}");
    }
    for text in ["", " \n"] {
        assert!(refusal(text.as_bytes()).message.ends_with("it is empty"), "{text:?}");
    }
}

#[test]
fn decode_gives_the_error_that_an_answer_tells_of_and_never_its_records() {
    let told = |text: &str| {
        let fault = refusal(text.as_bytes());
        (fault.kind, fault.again.helps(), fault.code.map(|code| code.as_written().to_owned()))
    };
    let code = |code: &str| Some(code.to_owned());
    for (text, kind, passes, word) in [
        (r#"{"RequestId":"R","Code":"NoPermission","Message":"no"}"#, Kind::Credentials, false, code("NoPermission")),
        (r#"{"RequestId":"R","Code":"Odd","Message":"no"}"#, Kind::Service, false, code("Odd")),
        (r#"{"Code":"Throttling","Message":"slow down"}"#, Kind::Service, true, code("Throttling")),
        (
            r#"{"RequestId":"R","Code":"InternalError","Invocations":{"Invocation":[]}}"#,
            Kind::Service,
            true,
            code("InternalError"),
        ),
        (r#"{"code":"Odd","RequestId":"R","Code":"200"}"#, Kind::Service, false, code("Odd")),
        (
            r#"{"Code":"InternalError","Invocations":{"Invocation":[{"InvocationStatus":"Success"}]}}"#,
            Kind::Answer,
            true,
            None,
        ),
    ] {
        assert_eq!(told(text), (kind, passes, word), "{text}");
    }
    for no_error in [r#""200""#, "200", r#""OK""#, r#""Success""#, "null", r#""""#] {
        let text = format!(r#"{{"RequestId":"R","Code":{no_error},"Invocations":{{"Invocation":[]}}}}"#);
        assert_eq!(told(&text).0, Kind::NotFound, "{text}");
    }
}

#[test]
fn decode_takes_the_worse_value_of_a_key_that_stands_twice() {
    let decoded = |record: &str, node: &str| {
        let text = format!(
            r#"{{"Invocations":{{"Invocation":[{{{record},"InvokeNodes":{{"InvokeNode":[{{"NodeId":"n",{node}}}]}}}}]}}}}"#
        );
        decode(text.as_bytes(), &everything()).unwrap()
    };
    for node in [
        r#""InvocationStatus":"Failed","InvocationStatus":"Success""#,
        r#""InvocationStatus":"Success","InvocationStatus":"Failed""#,
        r#""InvocationStatus":"Success","InvocationStatus":null,"InvocationStatus":"Invalid","ErrorCode":"X","ErrorCode":null"#,
    ] {
        let snapshot = decoded(r#""InvocationStatus":"Success""#, node);
        assert_eq!(snapshot.verdict, Verdict::Failed, "{node}");
    }
    let of_no_status = decoded(
        r#""InvocationStatus":"Failed","InvocationStatus":"Success""#,
        r#""InvocationStatus":null,"InvocationStatus":"Success""#,
    );
    assert_eq!(of_no_status.status.as_ref().map(Text::as_written), Some("Failed"));
    assert_eq!(of_no_status.nodes.get(0).status(), NodeStatus::Unknown, "no status is worse than Success");
    let error = decoded(
        r#""Name":"f""#,
        r#""InvocationStatus":"Failed","ErrorCode":"Null","ErrorCode":"NodeNotExists","ErrorCode":"null""#,
    );
    assert_eq!(error.nodes.get(0).error_code().unwrap().as_written(), "NodeNotExists");
}

#[test]
fn decode_refuses_a_record_of_another_invocation() {
    let asked = Question { invoke_id: InvokeId::new("t-1"), ..everything() };
    let answer = |id: &str| {
        format!(
            r#"{{"Invocations":{{"Invocation":[{{"InvokeId":{id},"InvocationStatus":"Success"}},{{"InvokeNodes":{{"InvokeNode":[{{"InvocationStatus":"Success"}}]}}}}]}}}}"#
        )
    };
    let other = decode(answer(r#""t-2""#).as_bytes(), &asked).unwrap_err();
    assert_eq!((other.kind, other.again.helps()), (Kind::Answer, true));
    assert!(other.message.contains("t-2"), "{other}");
    for own in [r#"" t-1 ""#, "null", r#""""#] {
        assert!(decode(answer(own).as_bytes(), &asked).is_ok(), "{own}");
    }
    let unnamed = Question { invoke_id: InvokeId::UNNAMED, ..everything() };
    assert!(decode(answer(r#""t-2""#).as_bytes(), &unnamed).is_ok(), "nobody said which it is");
}

#[test]
fn decode_passes_over_a_byte_order_mark() {
    let text = "\u{feff}{\"Invocations\":{\"Invocation\":[{\"InvokeNodes\":{\"InvokeNode\":[{\"InvocationStatus\":\"Success\"}]}}]}}";
    assert_eq!(decode(text.as_bytes(), &everything()).unwrap().nodes.len(), 1);
}

#[test]
fn decode_masks_a_secret_in_texts_of_nodes_and_records() {
    let key = Key { id: "id".to_owned(), secret: "k3yk3yk3y-secret".into(), token: None };
    let text = r#"{"Invocations":{"Invocation":[{"Name":"k3yk3yk3y-secret","InvokeNodes":{"InvokeNode":[{"NodeId":"n","ErrorInfo":"bad k3yk3yk3y-secret, and yk3y-secret"}]}}]}}"#;
    let question = everything();
    let mut decoder = Decoder::new(&question);
    decoder.start(&key);
    decoder.chunk(text.as_bytes()).unwrap();
    let snapshot = decoder.finish().unwrap();
    assert_eq!(snapshot.facts.name.as_ref().unwrap().as_written(), "(masked)");
    assert_eq!(snapshot.nodes.get(0).error_info().unwrap().as_written(), "bad (masked), and (masked)");
}

#[test]
fn decode_refuses_bytes_that_are_no_text_outside_of_strings() {
    for bytes in [&b"\x1f\x8b\x08\x00\x00"[..], b"\xff{\"RequestId\":\"R\"}", b"{\"RequestId\":\xff}", b"{\xff:1}"] {
        assert_eq!(refusal(bytes).kind, Kind::Answer);
    }
    for node in [&b"{\xff}"[..], b"{\"NodeId\":\xff}", b"\xff", b"{\"NodeId\":\"a\\\xff\"}"] {
        let answer =
            [&b"{\"Invocations\":{\"Invocation\":[{\"InvokeNodes\":{\"InvokeNode\":["[..], node, b"]}}]}}"].concat();
        assert_eq!(refusal(&answer).kind, Kind::Answer);
    }
}

#[test]
fn decode_refuses_an_answer_that_is_cut_off_anywhere() {
    let whole = super::SAMPLE.trim_end().as_bytes();
    assert!(decode(whole, &everything()).is_ok());
    for end in 0..whole.len() {
        refusal(&whole[..end]);
    }
}

#[test]
fn decode_refuses_lists_of_another_shape_at_every_level() {
    let shapes = [json!([]), json!([{}]), json!("none"), json!(0), json!(true)];
    for shape in &shapes {
        refused(&json!({"RequestId": "R", "Invocations": shape}));
        refused(&answer(json!({"InvokeNodes": shape})));
    }
    for shape in [json!({}), json!({"Name": "n"}), json!("none"), json!(0), json!(false)] {
        refused(&json!({"RequestId": "R", "Invocations": {"Invocation": shape}}));
        refused(&answer_of_nodes(shape));
    }
    for item in [json!(null), json!([]), json!("node"), json!(7), json!(true)] {
        refused(&answer(item.clone()));
        refused(&json!({"Invocations": {"Invocation": [{"Name": "n"}, item]}}));
        refused(&answer_of_nodes(json!([item])));
        refused(&answer_of_nodes(json!([{"NodeId": "a"}, item, {"NodeId": "b"}])));
    }
}

fn refused(answer: &Value) {
    assert_eq!(refusal(answer.to_string().as_bytes()).kind, Kind::Answer, "{answer}");
}

#[test]
fn decode_error_is_short_and_safe_to_show() {
    let long = format!("\u{1b}[2J\u{202e}{}", "x".repeat(1 << 20));
    for answer in [json!(long), json!({"Invocations": long}), answer(json!(long)), answer_of_nodes(json!([long]))] {
        let message = refusal(answer.to_string().as_bytes()).message;
        assert!(!message.chars().any(crate::text::is_unsafe));
        assert!(message.len() < 1000, "the message has {} bytes", message.len());
    }
}

const DEEP: usize = 100_000;

#[test]
fn decode_passes_over_deep_nesting_in_fields_that_it_does_not_read() {
    for nested in ["[".repeat(DEEP) + &"]".repeat(DEEP), r#"{"a":"#.repeat(DEEP) + "1" + &"}".repeat(DEEP)] {
        let node = format!(r#"{{"NodeId":"a","ErrorInfo":{nested},"Odd":{nested},"InvocationStatus":"Success"}}"#);
        let record = format!(r#"{{"Content":{nested},"Name":{nested},"InvokeNodes":{{"InvokeNode":[{node}]}}}}"#);
        let text = format!(r#"{{"Odd":{nested},"RequestId":{nested},"Invocations":{{"Invocation":[{record}]}}}}"#);
        let snapshot = decode(text.as_bytes(), &everything()).unwrap();
        assert_eq!((snapshot.nodes.len(), snapshot.verdict), (1, Verdict::Running));
    }
}

#[test]
fn decode_refuses_deep_nesting_that_is_no_answer() {
    for open in ["[", r#"{"a":"#, r#"{"Invocations":"#, r#"{"RequestId":["#] {
        refusal(open.repeat(DEEP).as_bytes());
    }
    for place in
        [r#"{"Invocations":{"Invocation":["#, r#"{"Invocations":{"Invocation":[{"InvokeNodes":{"InvokeNode":["#]
    {
        refusal((place.to_owned() + &"[".repeat(DEEP)).as_bytes());
        refusal((place.to_owned() + &"{\"NodeId\":".repeat(DEEP)).as_bytes());
    }
}

#[test]
fn decode_refuses_more_records_than_the_limit() {
    let answer = |count: usize| json!({"Invocations": {"Invocation": vec![json!({}); count]}}).to_string();
    assert!(decode(answer(10_000).as_bytes(), &everything()).is_ok());
    let refused = refusal(answer(10_001).as_bytes()).message;
    assert!(refused.contains("more than 10000 records"), "{refused}");
}

#[test]
fn decode_refuses_more_nodes_than_the_limit_in_one_list_or_in_many() {
    let nodes = |count: usize| json!({"InvokeNodes": {"InvokeNode": vec![json!({"NodeId": "n"}); count]}});
    for (records, is_refused) in [(vec![3], false), (vec![2, 1], false), (vec![4], true), (vec![3, 1], true)] {
        let records: Vec<Value> = records.into_iter().map(nodes).collect();
        let text = json!({"RequestId": "R", "Invocations": {"Invocation": records}}).to_string();
        let question = everything();
        // In pieces, for a list that has no end yet counts too.
        let mut decoder = Decoder { most: 3, ..Decoder::new(&question) };
        let taken = text.as_bytes().chunks(7).try_for_each(|piece| decoder.chunk(piece));
        assert_eq!(taken.is_err(), is_refused, "{text}");
        assert!(
            taken.is_err_and(|fault| !fault.again.helps() && fault.message.contains("more than 3 nodes")) == is_refused
        );
    }
}
