//! What one invocation of a send answered, found by the place of a node in the plan.

use crate::invocation::{Doubt, Node, Snapshot};
use crate::send::ledger::Ledger;
use std::collections::HashMap;

/// Holds what is known of one invocation of a send.
#[derive(Default)]
pub(super) struct Answer {
    snapshot: Option<Box<Snapshot>>,
    /// For each place in the plan that it lists, the place in the snapshot.
    rows: HashMap<usize, usize>,
    /// Nodes that it lists and that the send never asked for.
    pub(super) strangers: Vec<String>,
    /// Whether it can no longer be asked about.
    pub(super) is_gone: bool,
}

impl Answer {
    /// Takes in an answer in place of the one before it.
    pub(super) fn see(&mut self, snapshot: Box<Snapshot>, ledger: &Ledger) {
        self.rows.clear();
        self.strangers.clear();
        for (row, id) in snapshot.nodes.iter().enumerate().filter_map(|(row, node)| Some((row, node.id()?))) {
            match ledger.place(id.as_written()) {
                Some(place) => drop(self.rows.insert(place, row)),
                None => self.strangers.push(id.as_written().to_owned()),
            }
        }
        self.snapshot = Some(snapshot);
    }

    /// Says whether there is an answer, or will be none.
    pub(super) fn is_answered(&self) -> bool {
        self.is_gone || self.snapshot.is_some()
    }

    /// Says whether nothing more will be learnt of it.
    pub(super) fn is_final(&self) -> bool {
        self.is_gone || self.snapshot.as_ref().is_some_and(|snapshot| snapshot.is_finished())
    }

    /// Gives a node as it is listed, where it is.
    pub(super) fn node(&self, place: usize) -> Option<Node<'_>> {
        let row = *self.rows.get(&place)?;
        self.snapshot.as_ref().map(|snapshot| snapshot.nodes.get(row))
    }

    /// Says whether it calls itself failed though none of its nodes failed.
    pub(super) fn is_doubtful(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.doubts.contains(&Doubt::FailedWithoutFailedNode))
    }
}
