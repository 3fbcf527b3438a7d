//! Newly failed nodes by error, for terminal and log alike: the first nodes of each error are named, the rest counted.

use crate::invocation::{InvokeId, Node, Snapshot};
use crate::output::by_error;
use std::collections::HashMap;

/// Says how many nodes of one error are named; further ones are counted.
const NAMED: usize = 10;

/// Holds newly failed nodes of one error.
pub(super) struct Failures<'a> {
    /// The statuses of these nodes.
    pub(super) status: String,
    /// The error's code; without one its text, without both the status.
    pub(super) name: String,
    /// The error in words.
    pub(super) error: String,
    /// The nodes that are named.
    pub(super) named: Vec<Node<'a>>,
    /// How many more have newly failed with this error.
    pub(super) unnamed: usize,
    /// How many nodes have failed with this error so far.
    pub(super) total: usize,
}

/// Says how many different errors are told one by one. Nodes with further errors are counted together.
const ERRORS: usize = 20;

/// Says what nodes with further errors are called.
const OTHERS: &str = "with other errors";

/// Counts the failed nodes of each error and id.
#[derive(Default)]
pub(super) struct FailureCounts {
    /// Those of the errors that are told one by one.
    errors: HashMap<String, HashMap<InvokeId, usize>>,
    /// Those of all further errors.
    others: HashMap<InvokeId, usize>,
}

impl FailureCounts {
    /// Adds newly failed nodes, and gives them by error, the largest group first; further errors come last, as one.
    pub(super) fn add<'a>(&mut self, id: &InvokeId, snapshot: &'a Snapshot, failed: &[usize]) -> Vec<Failures<'a>> {
        let nodes = failed.iter().map(|&at| (0, snapshot.nodes.get(at)));
        let (mut failures, mut others) = (Vec::new(), 0);
        for failure in by_error(nodes) {
            if self.errors.len() == ERRORS && !self.errors.contains_key(&failure.key) {
                others += failure.nodes.len();
                continue;
            }
            let total = self.errors.entry(failure.key.clone()).or_default().entry(id.clone()).or_default();
            let named = NAMED.saturating_sub(*total).min(failure.nodes.len());
            *total += failure.nodes.len();
            failures.push(Failures {
                name: failure.name(),
                status: failure.statuses(),
                error: failure.words(),
                named: failure.nodes[..named].to_vec(),
                unnamed: failure.nodes.len() - named,
                total: *total,
            });
        }
        if others > 0 {
            let total = self.others.entry(id.clone()).or_default();
            *total += others;
            let (name, error, status, named) = (OTHERS.to_owned(), OTHERS.to_owned(), String::new(), Vec::new());
            failures.push(Failures { name, error, status, named, unnamed: others, total: *total });
        }
        failures
    }
}

#[cfg(test)]
mod tests;
