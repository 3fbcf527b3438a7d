//! Failures by error: what is one error, what is said of its nodes, and in which order they stand.

use super::*;
use crate::invocation::{InvokeId, Keep, NodeFields, Nodes, Question, Record};
use crate::text::Text;

/// Makes failed nodes of status, error code and error text; an empty word leaves it out. Ids are indexes.
fn nodes(fields: &[(&str, &str, &str)]) -> Nodes {
    let mut nodes = Nodes::default();
    for (at, (status, code, info)) in fields.iter().enumerate() {
        let node = NodeFields {
            node_id: Some(Text::new(format!("node-{at}"))),
            status: filled(status),
            error_code: filled(code),
            error_info: filled(info),
            ..NodeFields::default()
        };
        nodes.push(&node, Keep::Outcomes);
    }
    nodes
}

fn filled(text: &str) -> Option<Text<'_>> {
    Some(Text::new(text)).filter(|text| !text.is_empty())
}

fn grouped(nodes: &Nodes) -> Vec<Failure<'_>> {
    by_error(nodes.iter().map(|node| (0, node)))
}

/// Gives the indexes of each failure's nodes.
fn places(failures: &[Failure<'_>]) -> Vec<Vec<usize>> {
    let place = |node: &Node<'_>| node.id().unwrap().as_written()["node-".len()..].parse().unwrap();
    failures.iter().map(|failure| failure.nodes.iter().map(place).collect()).collect()
}

#[test]
fn failures_are_grouped_by_code_else_by_text_else_by_status() {
    let nodes = nodes(&[
        ("Failed", "FileCreateFail", "the disk is full"),
        ("Error", "filecreatefail", "no space is left"),
        ("Timeout", "FileCreateFail", ""),
        ("Failed", "", "the disk is full"),
        ("Error", "", "The disk is full"),
        ("Timeout", "", ""),
        ("Invalid", "", ""),
    ]);
    assert_eq!(places(&grouped(&nodes)), [vec![0, 1, 2], vec![3, 4], vec![5], vec![6]]);
}

#[test]
fn failures_keep_apart_a_code_a_text_and_a_status_of_the_same_word() {
    let nodes = nodes(&[("Error", "Timeout", ""), ("Error", "", "Timeout"), ("Timeout", "", "")]);
    assert_eq!(places(&grouped(&nodes)), [[0], [1], [2]]);
}

#[test]
fn failures_are_in_order_of_size_then_of_the_answer() {
    let codes = ["B", "C", "A", "C", "B", "D", "C"];
    let nodes = nodes(&codes.map(|code| ("Failed", code, "")));
    assert_eq!(places(&grouped(&nodes)), [vec![1, 3, 6], vec![0, 4], vec![2], vec![5]]);
}

#[test]
fn failure_counts_each_different_text_and_status() {
    let nodes = nodes(&[
        ("Timeout", "FileCreateFail", "no space left on device"),
        ("Aborted", "FileCreateFail", "permission denied"),
        ("Error", "FileCreateFail", "read-only file system"),
        ("Error", "FileCreateFail", "read-only file system"),
        ("Error", "FileCreateFail", ""),
    ]);
    let failures = grouped(&nodes);
    let [failure] = failures.as_slice() else { panic!("{failures:?}") };
    let said = "read-only file system (2), no space left on device (1), permission denied (1)";
    assert_eq!(failure.said().as_deref(), Some(said));
    assert_eq!(failure.statuses(), "3 Error, 1 Timeout, 1 Aborted");
    assert_eq!(failure.words(), format!("FileCreateFail: {said}"));
    assert_eq!(failure.info, None, "they differ in it");
    assert_eq!(failure.entry.map(|entry| entry.word), Some("FileCreateFail"));
}

#[test]
fn failure_tells_one_text_without_a_count_and_none_that_the_catalog_says() {
    let one = nodes(&[("Failed", "FileCreateFail", "permission denied"); 3]);
    let one = grouped(&one);
    assert_eq!(one[0].said().as_deref(), Some("permission denied"));
    assert_eq!(one[0].info.as_ref().map(Text::as_written), Some("permission denied"));
    assert_eq!(one[0].statuses(), "Failed");
    let known = nodes(&[("Invalid", "AccountNotExists", "the specified account does not exists")]);
    assert_eq!(grouped(&known)[0].said(), None);
    let other = nodes(&[("Invalid", "AccountNotExists", "the node is not running when create task")]);
    assert_eq!(grouped(&other)[0].said().as_deref(), Some("the node is not running when create task"));
}

#[test]
fn failures_whose_texts_differ_only_in_an_address_are_one() {
    let texts: Vec<String> = (0..10_000).map(|at| format!("no route to 10.0.{}.{}", at / 256, at % 256)).collect();
    let fields: Vec<(&str, &str, &str)> = texts.iter().map(|text| ("Failed", "", text.as_str())).collect();
    let nodes = nodes(&fields);
    let failures = grouped(&nodes);
    assert_eq!((failures.len(), failures[0].count()), (1, 10_000));
    assert_eq!((failures[0].name().as_str(), failures[0].texts.len()), ("no route to 10.0.0.0", 1));
    assert_eq!(failures[0].info, None, "no node's text is said of another");
}

#[test]
fn failure_tells_five_texts_and_statuses_and_counts_the_rest() {
    let words: Vec<String> = ('a'..='j').map(|c| format!("word {c}")).collect();
    let fields: Vec<(&str, &str, &str)> = words.iter().map(|word| (word.as_str(), "C", word.as_str())).collect();
    let nodes = nodes(&fields);
    let failures = grouped(&nodes);
    assert_eq!(failures[0].statuses(), "1 word a, 1 word b, 1 word c, 1 word d, 1 word e and 5 more");
    let said = "word a (1), word b (1), word c (1), word d (1), word e (1) and 5 more";
    assert_eq!(failures[0].said().as_deref(), Some(said));
}

#[test]
fn failure_of_an_unknown_code_is_explained_by_texts_that_mean_the_same() {
    let word = |fields: &[(&str, &str, &str)]| {
        grouped(&nodes(fields))[0].entry.map(|entry| entry.same_as.unwrap_or(entry.word))
    };
    let text = "the command delivery has been timeout";
    assert_eq!(word(&[("Failed", "New", text), ("Failed", "New", text)]), Some("DeliveryTimeout"));
    assert_eq!(word(&[("Failed", "New", text), ("Failed", "New", "")]), None, "of the second it is not known");
    assert_eq!(word(&[("Failed", "New", text), ("Failed", "New", "the disk is full")]), None);
    assert_eq!(word(&[("Timeout", "", "")]), Some("Timeout"));
    assert_eq!(word(&[("Timeout", "New", "")]), None);
}

#[test]
fn failures_are_of_failed_nodes_alone() {
    let fields = [
        ("Success", "AccountNotExists", "an error beside a success"),
        ("Running", "ClientNotResponse", ""),
        ("Failed", "FileCreateFail", ""),
        ("Cancelled", "", ""),
    ];
    let snapshot = |overall: &'static str, fields: &[(&str, &str, &str)]| {
        let record = Record { status: Some(Text::new(overall)), nodes: nodes(fields), ..Record::default() };
        let question = Question { invoke_id: InvokeId::UNNAMED, node_id: None, keep: Keep::Outcomes };
        Snapshot::new(None, vec![record], &question).unwrap()
    };
    let open = snapshot("Running", &fields);
    assert_eq!(places(&failures(&open)), [[2]], "a status off the page may still change");
    let finished = snapshot("Failed", &[fields[0], fields[2], fields[3]]);
    assert_eq!(places(&failures(&finished)), [[1], [2]], "and counts as failed in the end");
    assert!(failures(&snapshot("Success", &[("Success", "", "")])).is_empty());
}

fn kind(text: &str, id: &str) -> String {
    let mut nodes = Nodes::default();
    nodes.push(&NodeFields { node_id: Some(Text::new(id.to_owned())), ..<_>::default() }, Keep::Outcomes);
    kind_of(&Text::new(text.to_owned()), &nodes.get(0))
}

#[test]
fn failure_texts_that_differ_in_digits_hex_addresses_or_ids_are_of_one_kind() {
    for (one, other) in [
        ("no route to 10.0.0.1:22", "No route to 192.168.17.254:2222"),
        ("no route to fe80::1", "no route to 2001:db8:0:a::ff"),
        ("process 7 ended with 0x1f", "process 12345 ended with 0xfe01"),
        ("at deadbeef", "at 00c0ffee"),
        ("request 4FD06DF0-9167-5C6F-A145-F30CA4A15D54 failed", "request 00000000-aaaa-bbbb-cccc-dddddddddddd failed"),
        ("node e01-cn-zvp2tgykr08 is gone", "node e01-cn-9lb3c15m81j is gone"),
        ("task t-hz03la52z1zkvls.", "task t-hz03xyz1ab2c3d4."),
        ("after 3s, 10 of 20", "after 48s, 9 of 1000"),
    ] {
        assert_eq!(kind(one, "n"), kind(other, "n"));
    }
    assert_eq!(kind("node plain-name is gone", "plain-name"), kind("node other is gone", "other"), "its own id");
}

#[test]
fn failure_texts_that_differ_in_words_are_of_several_kinds() {
    let words = ["no space left on device", "permission denied", "read-only file system", "a bad decade", "disk1 full"];
    let kinds = words.map(|text| kind(text, "n"));
    for (at, one) in kinds.iter().enumerate() {
        assert!(kinds[..at].iter().all(|other| other != one), "{kinds:?}");
    }
    assert_eq!(kind("磁盘 3 已满", "n"), kind("磁盘 14 已满", "n"));
}
