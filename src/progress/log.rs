//! The watch where nobody looks at once: a line a change, for the log of a pipeline.
//!
//! Times are UTC. Like changes are folded into one line, those of several polls too where a fleet is large; no failure
//! is folded away: each error is reported with its first nodes the moment they are seen, and counted from then on.
//! After a minute without a line one comes all the same, so that silence never looks like a hang.

use super::failures::{FailureCounts, Failures};
use super::pending::PendingChanges;
use super::phrases::{gave_up, header, pace, span};
use super::retries::RetryCounts;
use super::{send_news, warn_of_doubts};
use crate::exit::Outcome;
use crate::invocation::{InvokeId, Snapshot};
use crate::names::NodeNames;
use crate::output;
use crate::terminal::Terminal;
use crate::text::count_of;
use crate::watch::{Change, Event, Reporter, WatchPlan, WatchState};
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// After this long without a line comes a heartbeat.
const SILENCE: Duration = Duration::from_secs(60);

/// Reports a watch to a log.
pub struct LogReporter<'a> {
    terminal: &'a Terminal,
    names: &'a NodeNames,
    counts: FailureCounts,
    retries: RetryCounts,
    /// By id.
    pending: HashMap<InvokeId, PendingChanges>,
    last_line: Instant,
}

impl<'a> LogReporter<'a> {
    /// A reporter whose lines go to stderr.
    pub fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        let (counts, retries, pending) = Default::default();
        LogReporter { terminal, names, counts, retries, pending, last_line: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        self.last_line = Instant::now();
        self.terminal.progress(&format!("{} {line}", Timestamp::now().strftime("%H:%M:%SZ")));
    }

    /// Gives the lines that a snapshot calls for.
    fn snapshot(&mut self, outcome: &Outcome, snapshot: &Snapshot, change: &Change) -> Vec<String> {
        let pending = self.pending.entry(outcome.invoke_id.clone()).or_default();
        pending.add(snapshot, change);
        let mut lines = Vec::new();
        for failures in self.counts.add(outcome, snapshot, &change.failed) {
            if failures.named.is_empty() {
                pending.add_failures(&failures);
            } else {
                lines.push(failure(outcome, &failures, self.names));
            }
        }
        if pending.is_due(output::nodes_in_all(snapshot)) {
            lines.insert(0, progress(outcome, snapshot, pending));
        }
        lines
    }

    /// Gives a line for each id whose pending changes `is_wanted` takes.
    fn pending_lines(
        &mut self,
        outcomes: &[Outcome],
        is_wanted: impl Fn(&PendingChanges, &Snapshot) -> bool,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for outcome in outcomes {
            if let (Some(snapshot), Some(pending)) = (outcome.snapshot(), self.pending.get_mut(&outcome.invoke_id))
                && is_wanted(pending, snapshot)
            {
                lines.push(progress(outcome, snapshot, pending));
            }
        }
        lines
    }
}

impl Reporter for LogReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        let until = plan.timeout.and_then(|timeout| Timestamp::now().checked_add(timeout).ok());
        self.line(&header(plan, until));
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Snapshot { outcome, change } => {
                warn_of_doubts(outcome, change, self.terminal);
                let Some(snapshot) = outcome.snapshot() else { return };
                for line in self.snapshot(outcome, snapshot, change) {
                    self.line(&line);
                }
            }
            Event::Retry { invoke_id, fault, attempt, delay } => {
                if let Some(line) = self.retries.add(invoke_id, fault, *attempt, *delay) {
                    self.line(&line);
                }
            }
            Event::GaveUp { outcome } => {
                if let Some(line) = gave_up(outcome) {
                    self.line(&line);
                }
            }
            Event::Send { outcome, news } => {
                self.last_line = Instant::now();
                send_news(outcome, news, self.terminal);
            }
        }
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        if let Some(line) = self.retries.tick() {
            self.line(&line);
        }
        for line in self.pending_lines(state.outcomes, |pending, all| pending.is_due(output::nodes_in_all(all))) {
            self.line(&line);
        }
        if self.last_line.elapsed() < SILENCE {
            return;
        }
        let lines = self.pending_lines(state.outcomes, |pending, _| !pending.is_empty());
        if !lines.is_empty() {
            return lines.iter().for_each(|line| self.line(line));
        }
        let waiting =
            |outcome: &&Outcome| outcome.fault.is_none() && !outcome.snapshot().is_some_and(Snapshot::is_finished);
        let waiting: Vec<&Outcome> = state.outcomes.iter().filter(waiting).collect();
        let words = match waiting.as_slice() {
            [one] => output::verdict_line(one),
            many => format!("{} of {} invocations still running", many.len(), state.outcomes.len()),
        };
        let left = state.left.map(|left| format!(", deadline in {}", span(left))).unwrap_or_default();
        self.line(&format!("no change: {words}{left}"));
    }

    fn ended(&mut self, outcomes: &[Outcome]) {
        for line in self.pending_lines(outcomes, |pending, _| !pending.is_empty()) {
            self.line(&line);
        }
    }

    fn pace(&mut self, plan: &WatchPlan, round: Duration) {
        self.line(&pace(plan, round));
    }

    fn reader_is_gone(&self) -> bool {
        self.terminal.reader_is_gone()
    }
}

fn progress(outcome: &Outcome, snapshot: &Snapshot, pending: &mut PendingChanges) -> String {
    let (name, verdict) = (&outcome.invoke_id, snapshot.verdict.word());
    format!("{name} {verdict}: {}{}", pending.take(), output::progress(snapshot))
}

fn failure(outcome: &Outcome, failures: &Failures<'_>, names: &NodeNames) -> String {
    let count = count_of((failures.named.len() + failures.unnamed) as u64, "node");
    let named: Vec<String> = failures.named.iter().map(|node| output::called(node, Some(names))).collect();
    let mut names = named.join(", ");
    if failures.unnamed > 0 {
        names.push_str(&format!(", and {} more ({} so far)", failures.unnamed, failures.total));
    }
    let (whose, status) = (&outcome.invoke_id, &failures.status);
    format!("{whose} {count} {status}: {}: {names}", failures.error)
}

#[cfg(test)]
mod tests;
