//! Newly failed nodes, for terminal and log alike: by error, the first nodes of each by name, the rest counted.

use crate::exit::Outcome;
use crate::invocation::{InvokeId, Node, Snapshot, group};
use crate::output::error_words;
use crate::text::Text;
use std::collections::HashMap;

/// How many nodes of one error are named; further ones are counted.
const NAMED: usize = 10;

/// Newly failed nodes of one error.
pub(super) struct Failures<'a> {
    /// The status of the first of them.
    pub(super) status: Text<'a>,
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
        let groups = group(snapshot, failed.iter().copied());
        let failures = groups.into_iter().map(|group| {
            let status = group.first.status_word().unwrap_or_else(|| Text::new("no status"));
            let error = error_words(&group.first, true).unwrap_or_else(|| "the API gives no reason".to_owned());
            let name = group.first.error_code().or_else(|| group.first.error_info()).unwrap_or_else(|| status.clone());
            let so_far = self.0.entry((outcome.invoke_id.clone(), name.as_written().to_owned())).or_default();
            let named = NAMED.saturating_sub(*so_far).min(group.nodes.len());
            *so_far += group.nodes.len();
            Failures {
                name: name.safe_word(),
                status,
                error,
                named: group.nodes[..named].iter().map(|&at| snapshot.nodes.get(at)).collect(),
                unnamed: group.nodes.len() - named,
                total: *so_far,
            }
        });
        failures.collect()
    }
}

#[cfg(test)]
mod tests;
