//! Failures by error: what an operator acts on is the error, not the node.

use super::{Node, Snapshot};
use crate::text::Text;
use std::collections::HashMap;

/// The nodes that failed in the same way.
#[derive(Debug)]
pub struct ErrorGroup<'a> {
    /// The first of the nodes, whose code, text and status stand for all.
    pub first: Node<'a>,
    /// Places of its nodes in the snapshot, in the API's order.
    pub nodes: Vec<usize>,
}

/// Failed nodes by error code; without one, by error text; without both, by status; in any case. The largest group is first; among
/// equals, the one that the API listed first.
pub fn by_error(snapshot: &Snapshot) -> Vec<ErrorGroup<'_>> {
    group(snapshot, (0..snapshot.nodes.len()).filter(|&at| snapshot.is_failed(&snapshot.nodes.get(at))))
}

/// Groups these nodes of a snapshot as [`by_error`] does.
pub fn group(snapshot: &Snapshot, nodes: impl Iterator<Item = usize>) -> Vec<ErrorGroup<'_>> {
    let mut groups: Vec<ErrorGroup<'_>> = Vec::new();
    let mut known: HashMap<(u8, String), usize> = HashMap::new();
    let name_of = |text: Option<Text<'_>>| text.map_or_else(String::new, |text| text.as_written().to_ascii_lowercase());
    for at in nodes {
        let node = snapshot.nodes.get(at);
        let name = match (node.error_code(), node.error_info()) {
            (Some(code), _) => (0, name_of(Some(code))),
            (None, Some(info)) => (1, name_of(Some(info))),
            (None, None) => (2, name_of(node.status_word())),
        };
        let place = *known.entry(name).or_insert_with(|| {
            groups.push(ErrorGroup { first: node, nodes: Vec::new() });
            groups.len() - 1
        });
        groups[place].nodes.push(at);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.nodes.len()));
    groups
}
