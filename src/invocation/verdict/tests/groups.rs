//! Failures by error: what a group is, what is in one, and in which order they stand.

use super::{Snapshot, owned, record};
use crate::invocation::{Keep, NodeFields, Record, by_error, group};
use crate::text::Text;

/// A record of failed nodes given as status, error code and error text; empty is none. Ids are places.
fn failures(overall: &str, nodes: &[(&str, &str, &str)]) -> Record {
    let mut record = record(Some(overall), None, &[]);
    for (at, (status, code, info)) in nodes.iter().enumerate() {
        let node = NodeFields {
            node_id: Some(Text::new(at.to_string())),
            status: filled(status),
            error_code: filled(code),
            error_info: filled(info),
            ..NodeFields::default()
        };
        record.nodes.push(&node, Keep::Outcomes);
    }
    record
}

fn filled(text: &str) -> Option<Text<'_>> {
    Some(Text::new(text)).filter(|text| !text.is_empty())
}

fn look_at(record: Record) -> Snapshot {
    super::snapshot(vec![record])
}

/// The places of each group's nodes.
fn places(snapshot: &Snapshot) -> Vec<Vec<usize>> {
    by_error(snapshot).into_iter().map(|group| group.nodes).collect()
}

#[test]
fn a_group_is_a_code_without_one_a_text_and_without_both_a_status() {
    let snapshot = look_at(failures(
        "Failed",
        &[
            ("Failed", "FileCreateFail", "the disk is full"),
            ("Error", "FileCreateFail", "no space is left"),
            ("Timeout", "FileCreateFail", ""),
            ("Failed", "", "the disk is full"),
            ("Error", "", "the disk is full"),
            ("Timeout", "", ""),
            ("Invalid", "", ""),
        ],
    ));
    assert_eq!(places(&snapshot), [vec![0, 1, 2], vec![3, 4], vec![5], vec![6]]);
    let groups = by_error(&snapshot);
    assert_eq!(groups[0].first.error_code(), Some(owned("FileCreateFail")));
    assert_eq!(groups[0].first.error_info(), Some(owned("the disk is full")), "the first of its nodes stands for all");
    assert_eq!(groups[1].first.error_code(), None);
    assert_eq!(groups[3].first.status().word(), "Invalid");
}

#[test]
fn a_code_a_text_and_a_status_of_the_same_word_are_three_groups() {
    let snapshot =
        look_at(failures("Failed", &[("Error", "Timeout", ""), ("Error", "", "Timeout"), ("Timeout", "", "")]));
    assert_eq!(places(&snapshot), [[0], [1], [2]]);
}

#[test]
fn the_largest_group_is_first_and_equal_ones_stand_in_the_order_of_the_answer() {
    let codes = ["B", "C", "A", "C", "B", "D", "C"];
    let nodes = codes.map(|code| ("Failed", code, ""));
    assert_eq!(places(&look_at(failures("Failed", &nodes))), [vec![1, 3, 6], vec![0, 4], vec![2], vec![5]]);
}

#[test]
fn only_what_failed_is_grouped() {
    let nodes = [
        ("Success", "AccountNotExists", "an error beside a success"),
        ("Running", "ClientNotResponse", ""),
        ("Failed", "FileCreateFail", ""),
        ("Cancelled", "", ""),
    ];
    let open = look_at(failures("Running", &nodes));
    assert_eq!(places(&open), [[2]], "a status off the page may still change");
    let finished = look_at(failures("Failed", &[nodes[0], nodes[2], nodes[3]]));
    assert_eq!(places(&finished), [[1], [2]], "and counts as failed in the end");
    assert!(by_error(&look_at(failures("Success", &[("Success", "", "")]))).is_empty());
}

#[test]
fn any_nodes_can_be_grouped() {
    let snapshot = look_at(failures("Running", &[("Failed", "A", ""), ("Failed", "B", ""), ("Failed", "B", "")]));
    let groups: Vec<Vec<usize>> = group(&snapshot, [0, 2].into_iter()).into_iter().map(|group| group.nodes).collect();
    assert_eq!(groups, [[0], [2]]);
}
