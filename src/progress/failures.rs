//! Newly failed nodes by error, for terminal and log alike: the first nodes of each error are named, the rest counted.

use crate::exit::Outcome;
use crate::invocation::{InvokeId, Node, Snapshot};
use crate::output::by_error;
use std::collections::{HashMap, HashSet};

/// How many nodes of one error are named; further ones are counted.
const NAMED: usize = 10;

/// Newly failed nodes of one error.
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

/// How many different errors are told one by one. Nodes with further errors are counted together.
const ERRORS: usize = 20;

/// What nodes with further errors are called.
const OTHERS: &str = "with other errors";

/// Counts the failed nodes of each error.
#[derive(Default)]
pub(super) struct FailureCounts {
    /// The errors that are told one by one.
    errors: HashSet<String>,
    /// The number of failed nodes by id and error.
    counts: HashMap<(InvokeId, String), usize>,
}

impl FailureCounts {
    /// Adds newly failed nodes, and gives them by error, the largest group first; further errors come last, as one.
    pub(super) fn add<'a>(&mut self, outcome: &Outcome, snapshot: &'a Snapshot, failed: &[usize]) -> Vec<Failures<'a>> {
        let nodes = failed.iter().map(|&at| (0, snapshot.nodes.get(at)));
        let (mut failures, mut others) = (Vec::new(), None);
        for failure in by_error(nodes) {
            let is_told = self.errors.contains(&failure.key) || self.errors.len() < ERRORS;
            let key = if is_told { failure.key.as_str() } else { OTHERS };
            if is_told {
                self.errors.insert(key.to_owned());
            }
            let so_far = self.counts.entry((outcome.invoke_id.clone(), key.to_owned())).or_default();
            let named = if is_told { NAMED.saturating_sub(*so_far).min(failure.nodes.len()) } else { 0 };
            *so_far += failure.nodes.len();
            let unnamed = failure.nodes.len() - named;
            if !is_told {
                let (count, total) = others.get_or_insert((0, 0));
                (*count, *total) = (*count + unnamed, *so_far);
                continue;
            }
            failures.push(Failures {
                name: failure.name(),
                status: failure.statuses(),
                error: failure.words(),
                named: failure.nodes[..named].to_vec(),
                unnamed,
                total: *so_far,
            });
        }
        failures.extend(others.map(|(unnamed, total)| Failures {
            name: OTHERS.to_owned(),
            error: OTHERS.to_owned(),
            status: String::new(),
            named: Vec::new(),
            unnamed,
            total,
        }));
        failures
    }
}

#[cfg(test)]
mod tests;
