//! Every looseness that the API is known for, in types, blanks, absences and what stands besides.

use super::*;
use crate::exit::{Budget, Weighed};
use crate::invocation::Doubt;

#[test]
fn decode_takes_a_total_count_of_any_type() {
    for count in [json!("1"), json!(1), json!(null), json!(""), json!("many"), json!(-1.5), json!([1]), json!({})] {
        let mut answer: Value = serde_json::from_str(SAMPLE).unwrap();
        answer["TotalCount"] = count;
        assert_eq!(read(&answer).nodes.len(), 1);
    }
}

#[test]
fn decode_takes_node_count_as_number_or_text_and_anything_else_makes_the_list_short() {
    for (count, expected) in [
        (json!(3), Some(3)),
        (json!(0), Some(0)),
        (json!("3"), Some(3)),
        (json!(" 3\n"), Some(3)),
        (json!(u64::MAX), Some(u64::MAX)),
        (json!(null), None),
        (json!(""), None),
        (json!(" "), None),
    ] {
        let snapshot = read(&answer(json!({"NodeCount": count})));
        assert_eq!(snapshot.node_count, expected, "{count}");
        assert!(!snapshot.doubts.contains(&Doubt::UnreadableCount), "{count}");
    }
    assert_eq!(read(&answer(json!({}))).node_count, None);
    for odd in [
        json!(-1),
        json!(2.5),
        json!("1,000"),
        json!("10.5"),
        json!("10 nodes"),
        json!("+3"),
        json!("three"),
        json!("18446744073709551616"),
        json!("\u{663}"),
        json!(true),
        json!([3]),
        json!({"Count": 3}),
    ] {
        let failed = json!({"NodeId": "a", "InvocationStatus": "Failed"});
        let success = json!({"NodeId": "b", "InvocationStatus": "Success"});
        let record = json!({"InvocationStatus": "PartialFailed", "NodeCount": odd,
            "InvokeNodes": {"InvokeNode": [failed, success]}});
        let snapshot = read(&answer(record));
        assert_eq!((snapshot.node_count, snapshot.is_complete), (None, false), "{odd}");
        assert_eq!(snapshot.doubts, [Doubt::UnreadableCount], "{odd}");
        assert_eq!(Budget::Nodes(1).weigh(&snapshot), Weighed::NotForgivable, "{odd} is never forgiven");
    }
}

#[test]
fn decode_takes_overwrite_as_boolean_or_text_in_any_case() {
    for (overwrite, expected) in [
        (json!(true), Some(true)),
        (json!(false), Some(false)),
        (json!("true"), Some(true)),
        (json!("False"), Some(false)),
        (json!(" TRUE "), Some(true)),
        (json!(null), None),
        (json!(""), None),
        (json!("yes"), None),
        (json!(1), None),
        (json!([true]), None),
    ] {
        assert_eq!(read(&answer(json!({"Overwrite": overwrite}))).facts.overwrite, expected, "{overwrite}");
    }
}

#[test]
fn decode_keeps_times_as_they_are_written() {
    for time in [
        "2023-04-10T10:53:46.156+08:00",
        "2023-02-06T07:12:50Z",
        "2020-05-22T17:04:18",
        "yesterday",
        "0000-99-99",
        "1652321554",
    ] {
        let padded = format!("\t{time} \n");
        let snapshot =
            one_node(json!({"NodeId": "a", "CreationTime": time, "StartTime": padded, "FinishTime": padded}));
        let [.., creation, start, update, finish] = fields(snapshot.nodes.get(0));
        assert_eq!([creation, start, finish], texts([time; 3]));
        assert_eq!(update, None);
    }
    for none in [json!(""), json!("  \n"), json!(null), json!([]), json!({"Seconds": 5})] {
        let snapshot = one_node(json!({"NodeId": "a", "FinishTime": none}));
        assert_eq!(snapshot.nodes.get(0).times()[3], None, "{none}");
    }
    let number = one_node(json!({"NodeId": "a", "FinishTime": 1_652_321_554}));
    assert_eq!(word(&number.nodes.get(0).times()[3]).as_deref(), Some("1652321554"));
}

#[test]
fn decode_takes_null_in_every_spelling_for_no_error() {
    for none in [json!("Null"), json!("null"), json!("NULL"), json!(" null\n"), json!(""), json!(" "), json!(null)] {
        let snapshot = one_node(json!({"NodeId": "a", "ErrorCode": none, "ErrorInfo": none}));
        assert_eq!(snapshot.nodes.get(0).error_code(), None, "{none}");
        assert_eq!(snapshot.nodes.get(0).error_info(), None, "{none}");
    }
    assert_eq!(fields(one_node(json!({})).nodes.get(0)), [const { None }; 8]);
    let real = one_node(json!({"ErrorCode": " NullPointer ", "ErrorInfo": "null and void"}));
    assert_eq!(fields(real.nodes.get(0))[2..4], texts(["NullPointer", "null and void"]));
}

#[test]
fn decode_takes_a_field_of_another_type_as_its_text() {
    for (value, expected) in [
        (json!("text"), Some("text")),
        (json!(644), Some("644")),
        (json!(-7), Some("-7")),
        (json!(1.5), Some("1.5")),
        (json!(true), Some("true")),
        (json!(null), None),
        (json!(""), None),
        (json!(["text"]), None),
        (json!({"Text": "text"}), None),
    ] {
        let expected = expected.map(str::to_owned);
        let record = json!({"InvocationStatus": value, "Name": value, "Description": value, "TargetDir": value,
            "ContentType": value, "FileMode": value, "FileOwner": value, "FileGroup": value, "CreationTime": value,
            "InvokeNodes": {"InvokeNode": [{"NodeId": value, "InvocationStatus": value, "ErrorCode": value,
                "ErrorInfo": value, "CreationTime": value, "StartTime": value, "UpdateTime": value,
                "FinishTime": value}]}});
        let snapshot = read(&json!({"RequestId": value, "Invocations": {"Invocation": [record]}}));
        let Facts { name, description, target_dir, content_type, file_mode, file_owner, file_group, .. } =
            &snapshot.facts;
        let facts = [name, description, target_dir, content_type, file_mode, file_owner, file_group].map(word);
        assert_eq!(facts, [const { None }; 7].map(|_: Option<String>| expected.clone()), "{value}");
        let others = [&snapshot.request_id, &snapshot.status, &snapshot.facts.creation_time].map(word);
        assert_eq!(others, [&expected, &expected, &expected].map(Clone::clone), "{value}");
        assert!(fields(snapshot.nodes.get(0)).iter().all(|field| *field == expected), "{value}");
    }
}

#[test]
fn decode_takes_null_absent_and_empty_lists_at_every_level() {
    for invocations in [json!(null), json!({}), json!({"Invocation": null}), json!({"Invocation": []})] {
        let fault = read_not_found(&json!({"RequestId": "R", "Invocations": invocations}));
        assert_eq!(word(&fault.request_id).as_deref(), Some("R"), "{invocations}");
    }
    read_not_found(&json!({"RequestId": "R"}));
    read_not_found(&json!({"Invocations": {"Invocation": []}, "TotalCount": 0}));
    for nodes in [json!(null), json!({}), json!({"InvokeNode": null}), json!({"InvokeNode": []})] {
        let snapshot = read(&answer(json!({"InvocationStatus": "Pending", "InvokeNodes": nodes})));
        assert_eq!((snapshot.verdict, snapshot.nodes.len()), (Verdict::Pending, 0), "{nodes}");
    }
    assert_eq!(read(&answer(json!({}))).verdict, Verdict::Running, "a record that says nothing");
    assert_eq!(one_node(json!({})).nodes.len(), 1, "a node that says nothing is one");
}

#[test]
fn decode_passes_over_unknown_fields_at_every_level() {
    let odd = json!([{"NodeId": "no", "Invocations": {"Invocation": [3]}}, "InvokeNode", null, 1e300]);
    let node = json!({"NodeId": "a", "InvocationStatus": "Success", "Odd": odd, "": odd, "nodeid": odd,
        " NodeId": "b", "InvocationStatus\n": "Failed"});
    let snapshot = read(&json!({
        "AccessDeniedDetail": odd, "RequestId": "R", "NextToken": null,
        " Invocations": odd, "RequestId ": odd, "Invocations": {"Odd": odd, "invocation": odd, "Invocation ": odd, "Invocation": [{
            "Odd": odd, "InvocationStatus": "Success", "InvokeId": "t-1", "NodeId": odd,
            "InvokeNodes": {"Odd": odd, "InvokeNode": [node], "Invocation": odd},
        }]},
    }));
    assert_eq!(ids(&snapshot), [Some("a".to_owned())]);
    assert_eq!(snapshot.verdict, Verdict::Success);
}

#[test]
fn decode_keeps_node_ids_and_statuses_of_any_form() {
    for id in ["e01-cn-9lb3c15m81j", "i-2ze4", "节点 7", "null", "0", "a\u{1f680}\"\\/b"] {
        let snapshot = one_node(json!({"NodeId": id, "InvocationStatus": "Draining"}));
        assert_eq!(fields(snapshot.nodes.get(0))[..2], texts([id, "Draining"]));
    }
}

#[test]
fn decode_never_looks_at_the_content_of_the_file() {
    for content in
        [r#""\ud800 half a pair""#, r#""{\"RequestId\":""#, r#"{"InvokeNodes":[1]}"#, "[[[]]]", "1e999", "null"]
    {
        let bytes =
            format!(r#"{{"RequestId":"R","Invocations":{{"Invocation":[{{"Content":{content},"Name":"n"}}]}}}}"#);
        let snapshot = decode(bytes.as_bytes(), &everything()).unwrap_or_else(|fault| panic!("{fault}: {content}"));
        assert_eq!(word(&snapshot.facts.name).as_deref(), Some("n"));
    }
}

#[test]
fn content_is_kept_as_its_sha256_where_a_record_has_it_and_nowhere_else() {
    let record = |content: Value| {
        let nodes = json!({"InvokeNode": [{"NodeId": "n-1", "InvocationStatus": "Success", "Content": "of a node"}]});
        json!({"Name": "Content", "Content": content, "InvocationStatus": "Success", "InvokeNodes": nodes})
    };
    let records = [json!(" a\"\\\n灵\n"), json!(null), json!({"Content": "deeper"}), json!(8), json!("")];
    let answer = json!({"Content": "outside", "Invocations": {"Invocation": records.map(record)}});
    let snapshot = read(&answer);
    assert_eq!(snapshot.contents, [" a\"\\\n灵\n", ""].map(|content| crate::rpc::hash(content.as_bytes())));
    let outcomes = Question { keep: Keep::Outcomes, ..everything() };
    assert!(decode(answer.to_string().as_bytes(), &outcomes).unwrap().contents.is_empty());
}
