//! Nodes as they are stored: what is kept of them, and each id once.

use crate::invocation::{Keep, NodeFields, NodeStatus, Nodes};
use crate::testing::fields;
use crate::text::Text;

/// Makes a node with every field filled; `mark` tells its texts from those of another.
fn full(node_id: &str, status: &str, mark: &str) -> NodeFields<'static> {
    let text = |name: &str| Some(Text::new(format!("{name} {mark}")));
    NodeFields {
        node_id: Some(Text::new(node_id.to_owned())),
        status: Some(Text::new(status.to_owned())),
        error_code: text("code"),
        error_info: text("info"),
        creation_time: text("creation"),
        start_time: text("start"),
        update_time: text("update"),
        finish_time: text("finish"),
    }
}

/// Makes a node without an error.
fn plain(node_id: &str, status: &str) -> NodeFields<'static> {
    NodeFields { error_code: None, error_info: None, ..full(node_id, status, "kept") }
}

fn nodes(of: &[NodeFields<'_>], keep: Keep) -> Nodes {
    let mut nodes = Nodes::default();
    for node in of {
        nodes.push(node, keep);
    }
    nodes
}

fn texts<const N: usize>(texts: [&str; N]) -> [Option<String>; N] {
    texts.map(|text| Some(text.to_owned()))
}

/// Gives ids and error codes, which tell one listing of a node from another.
fn told(nodes: &Nodes) -> Vec<(String, String)> {
    let text = |text: Option<Text<'_>>| text.map_or_else(String::new, |text| text.as_written().to_owned());
    nodes.iter().map(|node| (text(node.id()), text(node.error_code()))).collect()
}

#[test]
fn nodes_give_back_every_field_as_it_was_pushed() {
    let nodes =
        nodes(&[full("a", "Failed", "1"), NodeFields::default(), full("灵骏", "Success", "2")], Keep::Everything);
    assert_eq!(nodes.len(), 3);
    let expected = ["a", "Failed", "code 1", "info 1", "creation 1", "start 1", "update 1", "finish 1"];
    assert_eq!(fields(nodes.get(0)), texts(expected));
    assert_eq!(fields(nodes.get(1)), [const { None }; 8]);
    let expected = ["灵骏", "Success", "code 2", "info 2", "creation 2", "start 2", "update 2", "finish 2"];
    assert_eq!(fields(nodes.get(2)), texts(expected));
}

#[test]
fn nodes_kept_for_outcomes_have_only_id_and_status_unless_there_is_an_error() {
    for status in ["Success", "Running", "Pending"] {
        let kept = nodes(&[plain("a", status)], Keep::Outcomes);
        let [id, word, rest @ ..] = fields(kept.get(0));
        assert_eq!([id, word], texts(["a", status]));
        assert_eq!(rest, [const { None }; 6]);
    }
    let with_error = nodes(&[full("a", "Success", "1")], Keep::Outcomes);
    assert_eq!(with_error.get(0).error_code().unwrap().as_written(), "code 1");
}

#[test]
fn nodes_keep_the_status_word_as_the_api_wrote_it() {
    for word in ["Success", "SUCCESS", "failed", "Cancelled", "Ünbekannt", "Unknown", "unknown"] {
        let nodes = nodes(&[plain("a", word)], Keep::Everything);
        assert_eq!(nodes.get(0).status_word().map(|word| word.as_written().to_owned()).as_deref(), Some(word));
    }
    assert_eq!(nodes(&[plain("a", "UnKnown")], Keep::Everything).get(0).status(), NodeStatus::Unknown);
}

#[test]
fn join_drops_nothing_where_no_id_repeats() {
    for count in [0, 1, 2, 1000] {
        let of: Vec<_> = (0..count).map(|at| plain(&format!("node-{at}"), "Success")).collect();
        let mut nodes = nodes(&of, Keep::Outcomes);
        assert_eq!((nodes.join(), nodes.len()), (0, count));
        assert!(nodes.iter().enumerate().all(|(at, node)| node.id().unwrap().as_written() == format!("node-{at}")));
    }
}

#[test]
fn join_keeps_the_worst_listing_of_a_node() {
    let of = [
        full("a", "Success", "1"),
        full("b", "Success", "2"),
        full("a", "Cancelled", "3"),
        full("a", "Timeout", "4"),
        full("a", "Failed", "5"),
        full("b", "Success", "6"),
        full("a", "Success", "7"),
    ];
    let mut nodes = nodes(&of, Keep::Everything);
    assert_eq!(nodes.join(), 5);
    let expected = ["a", "Timeout", "code 4", "info 4", "creation 4", "start 4", "update 4", "finish 4"];
    assert_eq!(fields(nodes.get(0)), texts(expected), "of equally bad ones the first");
    assert_eq!(nodes.get(1).error_code().unwrap().as_written(), "code 2");
    assert_eq!(nodes.len(), 2);
    assert_eq!(nodes.join(), 0, "once joined, nothing repeats");
}

#[test]
fn join_makes_one_node_of_a_thousand_listings() {
    let mut of: Vec<_> = (0..1000).map(|_| plain("a", "Success")).collect();
    of[700] = full("a", "Running", "open");
    let mut nodes = nodes(&of, Keep::Outcomes);
    assert_eq!((nodes.join(), nodes.len()), (999, 1));
    assert_eq!(nodes.get(0).status(), NodeStatus::Running);
}

#[test]
fn join_keeps_every_node_without_an_id() {
    let nameless = || NodeFields { node_id: None, ..plain("", "Failed") };
    let of = [nameless(), plain("a", "Failed"), nameless(), plain("a", "Failed"), nameless()];
    let mut nodes = nodes(&of, Keep::Outcomes);
    assert_eq!(nodes.join(), 1);
    let ids: Vec<bool> = nodes.iter().map(|node| node.id().is_some()).collect();
    assert_eq!(ids, [false, true, false, false]);
}

#[test]
fn join_tells_ids_apart_by_case_and_length() {
    let of = ["a", "A", "aa", "a a"].map(|id| plain(id, "Success"));
    let mut nodes = nodes(&of, Keep::Outcomes);
    assert_eq!((nodes.join(), nodes.len()), (0, 4));
}

#[test]
fn append_keeps_all_fields_of_both_records() {
    let mut first = nodes(&[full("a", "Failed", "1"), plain("b", "Success")], Keep::Outcomes);
    let second = nodes(&[plain("c", "Success")], Keep::Outcomes);
    first.append(second);
    let second = nodes(&[full("d", "odd word", "2")], Keep::Everything);
    first.append(second);
    first.append(Nodes::default());
    let pairs = [("a", "code 1"), ("b", ""), ("c", ""), ("d", "code 2")].map(|(id, code)| (id.into(), code.into()));
    assert_eq!(told(&first), pairs);
    let expected = ["d", "odd word", "code 2", "info 2", "creation 2", "start 2", "update 2", "finish 2"];
    assert_eq!(fields(first.get(3)), texts(expected));
    assert_eq!(fields(first.get(2))[2..], [const { None }; 6]);
}

#[test]
fn join_works_across_appended_records() {
    let mut first = nodes(&[full("a", "Success", "1"), full("b", "Success", "2")], Keep::Everything);
    first.append(nodes(
        &[full("b", "Error", "3"), full("c", "Success", "4"), full("a", "Success", "5")],
        Keep::Everything,
    ));
    assert_eq!(first.join(), 2);
    let pairs = [("a", "code 1"), ("b", "code 3"), ("c", "code 4")].map(|(id, code)| (id.into(), code.into()));
    assert_eq!(told(&first), pairs);
}
