//! Newly failed nodes, for terminal and log alike: by error, the first nodes of each by name, the rest counted.

use crate::exit::Outcome;
use crate::invocation::{InvokeId, Node, Snapshot};
use crate::output::by_error;
use std::collections::HashMap;

/// How many nodes of one error are named; further ones are counted.
const NAMED: usize = 10;

/// Newly failed nodes of one error.
pub(super) struct Failures<'a> {
    /// The statuses they have.
    pub(super) status: String,
    /// The error's code; without one its text, without both the status.
    pub(super) name: String,
    /// The error in words.
    pub(super) error: String,
    /// Those that are named.
    pub(super) named: Vec<Node<'a>>,
    /// How many more there are in this snapshot.
    pub(super) unnamed: usize,
    /// How many nodes have failed in this way so far.
    pub(super) total: usize,
}

/// Counts the failed nodes of each error, by id and name of the error.
#[derive(Default)]
pub(super) struct FailureCounts(HashMap<(InvokeId, String), usize>);

impl FailureCounts {
    /// Adds newly failed nodes, and gives them by error, the largest group first.
    pub(super) fn add<'a>(&mut self, outcome: &Outcome, snapshot: &'a Snapshot, failed: &[usize]) -> Vec<Failures<'a>> {
        let nodes = failed.iter().map(|&at| (0, snapshot.nodes.get(at)));
        let failures = by_error(nodes).into_iter().map(|failure| {
            let so_far = self.0.entry((outcome.invoke_id.clone(), failure.key.clone())).or_default();
            let named = NAMED.saturating_sub(*so_far).min(failure.nodes.len());
            *so_far += failure.nodes.len();
            Failures {
                name: failure.name(),
                status: failure.statuses(),
                error: failure.words(),
                named: failure.nodes[..named].to_vec(),
                unnamed: failure.nodes.len() - named,
                total: *so_far,
            }
        });
        failures.collect()
    }
}

#[cfg(test)]
mod tests;
