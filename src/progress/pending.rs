//! Changes of an invocation that have no line in the log yet. The changes of many polls share one line, so that people
//! can read the log of a rollout to ten thousand nodes.

use super::failures::Failures;
use crate::invocation::Snapshot;
use crate::output::nodes_in_all;
use crate::text::count_of;
use crate::watch::Change;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Says of how many nodes one must have changed for a line to be written.
const NODES_PER_CHANGE: u64 = 25;

/// Says how old the oldest change of a line may become before the line is written.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Says how many different statuses a line names.
const STATUSES: usize = 10;

/// Collects the changes of one invocation since its last line.
#[derive(Default)]
pub(super) struct PendingChanges {
    changes: u64,
    /// When the first of these changes was seen.
    since: Option<Instant>,
    by_status: BTreeMap<String, u64>,
    /// Failed nodes that are counted and not named, by error: those of these changes, and all so far.
    by_error: BTreeMap<String, (usize, usize)>,
    /// Whether the verdict has changed: that is told at once.
    is_urgent: bool,
}

impl PendingChanges {
    /// Adds what a snapshot changed.
    pub(super) fn add(&mut self, snapshot: &Snapshot, change: &Change) {
        if !(change.is_judged_anew || change.is_counted_anew || !change.nodes.is_empty()) {
            return;
        }
        self.since.get_or_insert_with(Instant::now);
        self.is_urgent |= change.is_judged_anew;
        self.changes += (change.nodes.len() as u64).max(1);
        // In the first snapshot nothing has changed yet.
        let nodes = change.nodes.iter().filter(|_| !change.is_first).map(|&at| snapshot.nodes.get(at));
        for node in nodes.filter(|node| !snapshot.is_failed(node)) {
            let status = node.status_word().map_or_else(|| "without status".to_owned(), |word| word.safe_word());
            // A server may write any number of different ones.
            let is_told = self.by_status.len() < STATUSES || self.by_status.contains_key(&status);
            let status = if is_told { status } else { "with other statuses".to_owned() };
            *self.by_status.entry(status).or_default() += 1;
        }
    }

    /// Adds failed nodes of which none is named.
    pub(super) fn add_failures(&mut self, failures: &Failures<'_>) {
        let (new, total) = self.by_error.entry(failures.name.clone()).or_default();
        *new += failures.unnamed;
        *total = failures.total;
    }

    /// Tells whether it is time for a line: the verdict is another, enough nodes have changed, or a minute is over.
    pub(super) fn is_due(&self, snapshot: &Snapshot) -> bool {
        let nodes = nodes_in_all(snapshot);
        let is_late = self.since.is_some_and(|since| since.elapsed() >= LONGEST_WAIT);
        self.is_urgent || is_late || (self.since.is_some() && self.changes >= (nodes / NODES_PER_CHANGE).max(1))
    }

    /// Tells whether nothing has changed since the last line.
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// Takes the changes, as the beginning of a line: `120 nodes Success, 3 nodes FileAlreadyExists (45 so far); `.
    pub(super) fn take(&mut self) -> String {
        let PendingChanges { by_status, by_error, .. } = std::mem::take(self);
        let statuses = by_status.into_iter().map(|(status, count)| format!("{} {status}", count_of(count, "node")));
        let errors = by_error
            .into_iter()
            .map(|(error, (new, total))| format!("{} {error} ({total} so far)", count_of(new as u64, "node")));
        let words: Vec<String> = statuses.chain(errors).collect();
        if words.is_empty() { String::new() } else { format!("{}; ", words.join(", ")) }
    }
}
