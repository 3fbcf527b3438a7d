//! What was seen of an invocation and not told yet: changes of many polls as one line, so that the log of a rollout to
//! ten thousand nodes stays one that people read.

use super::Change;
use super::told::Failures;
use crate::invocation::Snapshot;
use crate::output::nodes_words;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A line tells at least this part of an invocation's nodes, ...
const PART: u64 = 25;

/// ... unless it would come later than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Changes of one invocation since its last line.
#[derive(Default)]
pub(super) struct Untold {
    changes: u64,
    since: Option<Instant>,
    by_status: BTreeMap<String, u64>,
    /// Failed nodes that are counted and not named, with how many failed in the same way in all.
    by_error: BTreeMap<String, (usize, usize)>,
    must_be_told: bool,
}

impl Untold {
    /// Takes in what a snapshot changed.
    pub(super) fn add(&mut self, snapshot: &Snapshot, change: &Change) {
        if !(change.is_judged_anew || change.is_counted_anew || !change.nodes.is_empty()) {
            return;
        }
        self.since.get_or_insert_with(Instant::now);
        self.must_be_told |= change.is_judged_anew;
        self.changes += (change.nodes.len() as u64).max(1);
        // At the first look nothing has changed yet.
        let nodes = change.nodes.iter().filter(|_| !change.is_first).map(|&at| snapshot.nodes.get(at));
        for node in nodes.filter(|node| !snapshot.is_failed(node)) {
            let status = node.status_word().map_or_else(|| "without status".to_owned(), |word| word.safe_word());
            *self.by_status.entry(status).or_default() += 1;
        }
    }

    /// Takes in failed nodes of which none is named.
    pub(super) fn add_failures(&mut self, failures: &Failures<'_>) {
        let (new, total) = self.by_error.entry(failures.name.clone()).or_default();
        *new += failures.unnamed;
        *total = failures.total;
    }

    /// Whether it is time for a line about an invocation of so many nodes.
    pub(super) fn is_due(&self, nodes: u64) -> bool {
        let is_late = self.since.is_some_and(|since| since.elapsed() >= PATIENCE);
        self.must_be_told || is_late || (self.since.is_some() && self.changes >= (nodes / PART).max(1))
    }

    /// Whether there is anything.
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// What changed, as the beginning of a line: `120 nodes Success, 3 nodes FileAlreadyExists (45 so far); `. From now
    /// on it is told.
    pub(super) fn take(&mut self) -> String {
        let Untold { by_status, by_error, .. } = std::mem::take(self);
        let statuses = by_status.into_iter().map(|(status, count)| format!("{} {status}", nodes_words(count)));
        let errors = by_error
            .into_iter()
            .map(|(error, (new, total))| format!("{} {error} ({total} so far)", nodes_words(new as u64)));
        let words: Vec<String> = statuses.chain(errors).collect();
        if words.is_empty() { String::new() } else { format!("{}; ", words.join(", ")) }
    }
}
