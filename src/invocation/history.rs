//! What earlier answers about an id prove against a later one, within a watch.
//!
//! An answer may list fewer nodes than the one before it. What was seen is not forgotten: the list then counts as
//! short, and a node that was seen failed counts as it was last seen, until it is listed again.

use super::{Counts, Doubt, Keep, Node, Snapshot, Verdict, verdict};
use std::collections::HashSet;

/// Remembers what the answers about one id have shown so far.
#[derive(Debug, Default)]
pub struct History {
    /// The most nodes that an answer listed.
    listed: u64,
    /// The most nodes that an answer counted.
    counted: u64,
    /// The ids of the nodes that any answer showed as failed.
    failed: HashSet<String>,
}

impl History {
    /// Remembers a node as failed, and tells whether it was not so before. A node without an id is known by its index.
    pub fn add_failed(&mut self, node: &Node<'_>, at: usize) -> bool {
        self.failed.insert(node.id().map_or_else(|| format!("#{at}"), |id| id.as_written().to_owned()))
    }

    /// Gives how many nodes it remembers as failed.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.failed.len()
    }

    /// Judges a snapshot anew by what the answers before it have shown; `last` is the one directly before it.
    pub fn judge(&mut self, mut snapshot: Snapshot, last: Option<&Snapshot>) -> Snapshot {
        if snapshot.is_one_node {
            return snapshot;
        }
        let (listed, counted) = (snapshot.listed, snapshot.node_count.unwrap_or(snapshot.listed));
        let is_shorter = listed < self.listed || counted < self.counted;
        (self.listed, self.counted) = (self.listed.max(listed), self.counted.max(counted));
        let missing = last.map_or_else(Vec::new, |last| self.missing(last, &snapshot));
        snapshot.expected = self.listed.max(self.counted).max(listed + missing.len() as u64);
        if !is_shorter && missing.is_empty() {
            return snapshot;
        }
        snapshot.is_complete = false;
        for node in &missing {
            snapshot.nodes.push(&node.fields(), Keep::Everything);
        }
        snapshot.counts = Counts::of(snapshot.nodes.iter());
        // An answer without nodes is judged by itself.
        if listed > 0 {
            let (verdict, doubts) = verdict::judge(Verdict::of_overall(&snapshot.status), &snapshot.counts, false);
            (snapshot.verdict, snapshot.doubts) = (verdict.unwrap_or(snapshot.verdict), doubts);
        } else if !snapshot.doubts.contains(&Doubt::ShortList) {
            snapshot.doubts.push(Doubt::ShortList);
        }
        if !missing.is_empty() {
            snapshot.doubts.push(Doubt::FailedNodesNotListed(missing.len()));
        }
        snapshot
    }

    /// Gives the nodes of the last snapshot that were seen failed at some time, and that this snapshot does not list.
    fn missing<'a>(&self, last: &'a Snapshot, snapshot: &Snapshot) -> Vec<Node<'a>> {
        if self.failed.is_empty() {
            return Vec::new();
        }
        // The API keeps the order of the nodes from one answer to the next.
        let is_in_place =
            |at: usize, node: &Node<'_>| at < snapshot.nodes.len() && snapshot.nodes.get(at).id() == node.id();
        let has_failed = |node: &Node<'_>| node.id().is_some_and(|id| self.failed.contains(id.as_written()));
        let mut ids = None;
        let mut is_listed = |node: &Node<'_>| {
            let listed = || snapshot.nodes.iter().map(|node| node.id()).collect::<HashSet<_>>();
            ids.get_or_insert_with(listed).contains(&node.id())
        };
        let moved = last.nodes.iter().enumerate().filter(|(at, node)| !is_in_place(*at, node)).map(|(_, node)| node);
        moved.filter(|node| has_failed(node) && !is_listed(node)).collect()
    }
}
