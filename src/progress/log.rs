//! The watch where nobody looks at once: a line a change, for the log of a pipeline.
//!
//! Times are UTC. Like changes are folded into one line, those of several polls too where a fleet is large; no failure
//! is folded away: each error is reported with its first nodes the moment they are seen, and counted from then on.
//! After a minute without a line one comes all the same, so that silence never looks like a hang.

use super::failures::Failures;
use super::{Lines, MINUTE, header, span};
use crate::exit::Outcome;
use crate::invocation::{InvokeId, Snapshot};
use crate::names::NodeNames;
use crate::output;
use crate::terminal::Terminal;
use crate::text::count_of;
use crate::watch::{Change, Event, Reporter, WatchPlan, WatchState};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use tokio::time::Instant;

/// Reports a watch to a log.
pub struct LogReporter<'a> {
    lines: Lines<'a>,
    /// By id.
    pending: HashMap<InvokeId, PendingChanges>,
}

impl<'a> LogReporter<'a> {
    /// Gives a reporter whose lines go to stderr.
    pub fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        LogReporter { lines: Lines::new(terminal, names), pending: HashMap::new() }
    }

    /// Gives the lines that a snapshot calls for.
    fn snapshot_lines(&mut self, id: &InvokeId, snapshot: &Snapshot, change: &Change) -> Vec<String> {
        let pending = self.pending.entry(id.clone()).or_default();
        pending.add(snapshot, change);
        let mut lines = Vec::new();
        for failures in self.lines.failures.add(id, snapshot, &change.failed) {
            if failures.named.is_empty() {
                let (new, total) = pending.by_error.entry(failures.name).or_default();
                *new += failures.unnamed;
                *total = failures.total;
            } else {
                lines.push(failure(id, &failures, self.lines.names));
            }
        }
        if pending.is_due(snapshot) {
            lines.insert(0, progress(id, snapshot, pending));
        }
        lines
    }

    /// Gives a line for each id whose pending changes `is_wanted` takes.
    fn pending_lines(
        &mut self,
        outcomes: &[Outcome],
        is_wanted: impl Fn(&PendingChanges, &Snapshot) -> bool,
    ) -> Vec<String> {
        let line = |outcome: &Outcome| {
            let (snapshot, pending) = (outcome.snapshot()?, self.pending.get_mut(&outcome.invoke_id)?);
            is_wanted(pending, snapshot).then(|| progress(&outcome.invoke_id, snapshot, pending))
        };
        outcomes.iter().filter_map(line).collect()
    }
}

impl Reporter for LogReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        let until = plan.timeout.and_then(|timeout| Timestamp::now().checked_add(timeout).ok());
        self.lines.write(&header(plan, until));
    }

    fn event(&mut self, event: &Event<'_>) {
        self.lines.event(event);
        if let Event::Snapshot { invoke_id, snapshot, change } = event {
            let lines = self.snapshot_lines(invoke_id, snapshot, change);
            lines.iter().for_each(|line| self.lines.write(line));
        }
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        self.lines.tick();
        let mut lines = self.pending_lines(state.outcomes, PendingChanges::is_due);
        if lines.is_empty() && self.lines.written_at.elapsed() >= MINUTE {
            lines = self.pending_lines(state.outcomes, |pending, _| pending.since.is_some());
            if lines.is_empty() {
                lines.push(heartbeat(state));
            }
        }
        lines.iter().for_each(|line| self.lines.write(line));
    }

    fn ended(&mut self, outcomes: &[Outcome]) {
        let lines = self.pending_lines(outcomes, |pending, _| pending.since.is_some());
        lines.iter().for_each(|line| self.lines.write(line));
    }
}

/// Says what is still waited for, and for how long.
fn heartbeat(state: &WatchState<'_>) -> String {
    let running: Vec<&Outcome> = state.outcomes.iter().filter(|outcome| outcome.is_running()).collect();
    let words = match running.as_slice() {
        [one] => output::verdict_line(one),
        many => format!("{} of {} invocations still running", many.len(), state.outcomes.len()),
    };
    let left = state.left.map(|left| format!(", deadline in {}", span(left))).unwrap_or_default();
    format!("no change: {words}{left}")
}

fn progress(id: &InvokeId, snapshot: &Snapshot, pending: &mut PendingChanges) -> String {
    format!("{id} {}: {}{}", snapshot.verdict.word(), pending.take(), output::progress(snapshot))
}

fn failure(id: &InvokeId, failures: &Failures<'_>, names: &NodeNames) -> String {
    let count = count_of((failures.named.len() + failures.unnamed) as u64, "node");
    let named: Vec<String> = failures.named.iter().map(|node| names.called(node)).collect();
    let mut names = named.join(", ");
    if failures.unnamed > 0 {
        names.push_str(&format!(", and {} more ({} so far)", failures.unnamed, failures.total));
    }
    format!("{id} {count} {}: {}: {names}", failures.status, failures.error)
}

/// Says of how many nodes one must have changed for a line to be written.
const NODES_PER_CHANGE: u64 = 25;

/// Says how many different statuses a line names.
const STATUSES: usize = 10;

/// Collects the changes of one invocation since its last line.
#[derive(Default)]
struct PendingChanges {
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
    fn add(&mut self, snapshot: &Snapshot, change: &Change) {
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

    /// Tells whether it is time for a line: the verdict is another, enough nodes have changed, or a minute is over.
    fn is_due(&self, snapshot: &Snapshot) -> bool {
        let nodes = output::nodes_in_all(snapshot);
        let is_late = self.since.is_some_and(|since| since.elapsed() >= MINUTE);
        self.is_urgent || is_late || (self.since.is_some() && self.changes >= (nodes / NODES_PER_CHANGE).max(1))
    }

    /// Takes the changes, as the beginning of a line: `120 nodes Success, 3 nodes FileAlreadyExists (45 so far); `.
    fn take(&mut self) -> String {
        let PendingChanges { by_status, by_error, .. } = std::mem::take(self);
        let statuses = by_status.into_iter().map(|(status, count)| format!("{} {status}", count_of(count, "node")));
        let errors = by_error
            .into_iter()
            .map(|(error, (new, total))| format!("{} {error} ({total} so far)", count_of(new as u64, "node")));
        let words: Vec<String> = statuses.chain(errors).collect();
        if words.is_empty() { String::new() } else { format!("{}; ", words.join(", ")) }
    }
}

#[cfg(test)]
mod tests;
