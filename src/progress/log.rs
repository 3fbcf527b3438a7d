//! The watch where nobody looks at once: a line a change, for the log of a pipeline.
//!
//! Times are UTC. Like changes are folded into one line, those of several polls too where a fleet is large; no failure
//! is folded away: each error is reported with its first nodes the moment they are seen, and counted from then on.
//! After a minute without a line one comes all the same, so that silence never looks like a hang.

use super::Lines;
use super::failures::Failures;
use super::pending::PendingChanges;
use super::phrases::{header, span};
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

/// Says after how long without a line a heartbeat comes.
const SILENCE: Duration = Duration::from_secs(60);

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

    fn write_all(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.lines.write(line));
    }

    /// Gives the lines that a snapshot calls for.
    fn snapshot_lines(&mut self, outcome: &Outcome, snapshot: &Snapshot, change: &Change) -> Vec<String> {
        let pending = self.pending.entry(outcome.invoke_id.clone()).or_default();
        pending.add(snapshot, change);
        let mut lines = Vec::new();
        for failures in self.lines.failures.add(outcome, snapshot, &change.failed) {
            if failures.named.is_empty() {
                pending.add_failures(&failures);
            } else {
                lines.push(failure(outcome, &failures, self.lines.names));
            }
        }
        if pending.is_due(snapshot) {
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
        self.lines.write(&header(plan, until));
    }

    fn event(&mut self, event: &Event<'_>) {
        self.lines.event(event);
        if let Event::Snapshot { outcome, change } = event
            && let Some(snapshot) = outcome.snapshot()
        {
            let lines = self.snapshot_lines(outcome, snapshot, change);
            self.write_all(&lines);
        }
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        self.lines.tick();
        let mut lines = self.pending_lines(state.outcomes, PendingChanges::is_due);
        if lines.is_empty() && self.lines.written_at.elapsed() >= SILENCE {
            lines = self.pending_lines(state.outcomes, |pending, _| !pending.is_empty());
            if lines.is_empty() {
                lines.push(heartbeat(state));
            }
        }
        self.write_all(&lines);
    }

    fn ended(&mut self, outcomes: &[Outcome]) {
        let lines = self.pending_lines(outcomes, |pending, _| !pending.is_empty());
        self.write_all(&lines);
    }

    fn reader_is_gone(&self) -> bool {
        self.lines.terminal.reader_is_gone()
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

fn progress(outcome: &Outcome, snapshot: &Snapshot, pending: &mut PendingChanges) -> String {
    let (name, verdict) = (&outcome.invoke_id, snapshot.verdict.word());
    format!("{name} {verdict}: {}{}", pending.take(), output::progress(snapshot))
}

fn failure(outcome: &Outcome, failures: &Failures<'_>, names: &NodeNames) -> String {
    let count = count_of((failures.named.len() + failures.unnamed) as u64, "node");
    let named: Vec<String> = failures.named.iter().map(|node| names.called(node)).collect();
    let mut names = named.join(", ");
    if failures.unnamed > 0 {
        names.push_str(&format!(", and {} more ({} so far)", failures.unnamed, failures.total));
    }
    let (whose, status) = (&outcome.invoke_id, &failures.status);
    format!("{whose} {count} {status}: {}: {names}", failures.error)
}

#[cfg(test)]
mod tests;
