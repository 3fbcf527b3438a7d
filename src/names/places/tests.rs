//! Where failed nodes are, compared with where the file was sent to.

use super::*;
use crate::invocation::{InvokeId, Keep, NodeFields, Nodes, Question, Record};

fn snapshot(ids: &[&'static str]) -> Snapshot {
    let mut nodes = Nodes::default();
    for id in ids {
        let fields =
            NodeFields { node_id: Some(Text::new(*id)), status: Some(Text::new("Failed")), ..Default::default() };
        nodes.push(&fields, Keep::Everything);
    }
    let question = Question { invoke_id: InvokeId::new("t-1"), node_id: None, keep: Keep::Everything };
    Snapshot::new(None, vec![Record { nodes, ..Record::default() }], &question).unwrap()
}

/// Says where the failed ones of the nodes are.
fn found(rows: &str, ids: &[&'static str], failed: &[&str]) -> Option<(By, String)> {
    let names = NodeNames::of_rows(rows);
    let snapshot = snapshot(ids);
    let places = Places::of(&snapshot, &names)?;
    let failed = snapshot.nodes.iter().filter(|node| failed.contains(&node.id().unwrap().as_written()));
    let found = places.of_nodes(failed);
    Some((found.by, found.words()))
}

fn by(by: By, words: &str) -> Option<(By, String)> {
    Some((by, words.to_owned()))
}

#[test]
fn where_compares_failures_with_what_the_file_was_sent_to() {
    let rows = "a\tgpu-1\tng-a\tA1\nb\tgpu-2\tng-b\tA1\nc\tgpu-3\tng-b\tA1\nother\tgpu-4\tng-b\tA1";
    let ids = ["a", "b", "c", "d"];
    assert_eq!(found(rows, &ids, &["a", "b", "c"]), by(By::NodeGroup, "ng-b 2 of 2, ng-a 1 of 1"));
    assert_eq!(found(rows, &ids, &["b", "d"]), by(By::NodeGroup, "unnamed 1 of 1, ng-b 1 of 2"));
    assert_eq!(found(rows, &ids, &[]), by(By::NodeGroup, ""));
}

#[test]
fn where_is_by_zone_if_all_nodes_are_of_one_group() {
    let rows = "a\tgpu-1\tng-a\tA1\nb\tgpu-2\tng-a\tB1\nc\tgpu-3\tng-a";
    assert_eq!(found(rows, &["a", "b"], &["a"]), by(By::Zone, "A1 1 of 1"));
    assert_eq!(
        found(rows, &["a", "b", "x"], &["a"]),
        by(By::NodeGroup, "ng-a 1 of 2"),
        "of one the group is not known"
    );
    assert_eq!(found(rows, &["c"], &["c"]), by(By::NodeGroup, "ng-a 1 of 1"), "no zone is known");
}

#[test]
fn where_names_the_cluster_of_groups_with_one_name() {
    let rows = "a\t-\tng\t\t\ti1\nb\t-\tng\t\t\ti2\nc\t-\tother\t\t\ti2";
    let words = "i1/ng 1 of 1, i2/ng 1 of 1, other 1 of 1";
    assert_eq!(found(rows, &["a", "b", "c"], &["a", "b", "c"]), by(By::NodeGroup, words));
}

#[test]
fn where_names_five_places_and_counts_the_rest() {
    let rows: String = ["a", "b", "c", "d", "e", "f", "g"].map(|id| format!("{id}\t-\tng-{id}\n")).concat();
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let words = "ng-a 1 of 1, ng-b 1 of 1, ng-c 1 of 1, ng-d 1 of 1, ng-e 1 of 1, and 2 more";
    assert_eq!(found(&rows, &ids, &ids), by(By::NodeGroup, words));
}

#[test]
fn where_is_none_without_groups_and_zones() {
    assert_eq!(found("", &["a"], &["a"]), None);
    assert_eq!(found("a\tgpu-1", &["a"], &["a"]), None);
    assert_eq!(found("other\tgpu-1\tng-a", &["a"], &["a"]), None);
}

#[test]
fn where_shows_group_names_safely() {
    assert_eq!(found("a\tgpu-1\tng\u{202e}b", &["a"], &["a"]), by(By::NodeGroup, "ng\\u{202e}b 1 of 1"));
}

#[test]
fn where_in_json_has_the_kind_of_place_and_counts() {
    let names = NodeNames::of_rows("a\tgpu-1\tng-a\nb\tgpu-2\tng-b");
    let snapshot = snapshot(&["a", "b", "x"]);
    let found = Places::of(&snapshot, &names).unwrap().of_nodes(snapshot.nodes.iter().skip(1));
    let expected = serde_json::json!({"by": "node_group", "parts": [
        {"name": null, "failed": 1, "of": 1}, {"name": "ng-b", "failed": 1, "of": 1},
    ]});
    assert_eq!(serde_json::to_value(found).unwrap(), expected);
}
