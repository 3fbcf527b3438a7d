//! What holds of a file of names, whatever stands in it.

use crate::names::{Column, NameFile, NamedNode, NodeFilter, NodeRow, folded};
use crate::output::{node_ids, node_tsv};
use crate::testing::shown::is_shown_safely;
use crate::text::safe;

/// Reads a file of names, looks every node up, and shows all of it.
pub fn names(data: &[u8]) {
    let (file, broken) = NameFile::of_bytes(data.to_vec());
    let nodes: Vec<NamedNode<'_>> = file.nodes().map(NodeRow::whole).collect();
    assert_eq!(nodes.is_empty(), file.is_empty());
    assert!(nodes.is_sorted_by(|one, next| one.node_id() < next.node_id()), "each id once, in order");
    let broken = broken.map_or(0, |(_, more)| more + 1);
    assert!(nodes.len() + broken <= data.split(|byte| *byte == b'\n').count(), "no line is two rows");
    for node in &nodes {
        let row = file.get(node.node_id()).expect("a node is found by its id");
        assert_eq!(row.whole(), *node);
        assert!(is_shown_safely(&row.called()), "{:?}", row.called());
    }
    shows(&nodes);
    narrows(&nodes, &String::from_utf8_lossy(data));
}

/// Asserts that every output has a line for each node, and that nothing in it acts.
fn shows(nodes: &[NamedNode<'_>]) {
    let tsv = super::outputs::lines(|out| node_tsv(nodes, out));
    assert_eq!(tsv.len(), nodes.len());
    for line in &tsv {
        assert_eq!(line.split('\t').count(), 11, "{line:?}");
        assert!(line.split('\t').all(is_shown_safely), "{line:?}");
    }
    let ids = super::outputs::lines(|out| node_ids(nodes, out));
    assert!(ids.iter().map(String::as_str).eq(nodes.iter().map(|node| safe(node.node_id()))));
    let hosts = nodes.iter().filter_map(|node| node.get(Column::Hostname).cloned());
    let (short, left_out) = folded(hosts.clone(), 5);
    assert!(is_shown_safely(&short), "{short:?}");
    assert!(left_out <= hosts.count());
}

/// Asserts that a filter whose words come from the file says why it admits no node exactly when it admits none.
fn narrows(nodes: &[NamedNode<'_>], text: &str) {
    let mut words = text.split(['\n', '\t']).map(str::to_owned);
    let filter = NodeFilter { group: words.next(), pattern: words.next(), ..NodeFilter::default() };
    let admits_none = !nodes.iter().any(|node| filter.admits(node));
    let why = filter.why_none(nodes);
    assert_eq!(why.is_some(), admits_none, "{filter:?}");
    assert!(why.is_none_or(|why| is_shown_safely(&why)));
}
