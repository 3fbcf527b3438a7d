//! The watch where nobody looks at once: a line a change, for the log of a pipeline.
//!
//! Times are UTC. Like changes are folded into one line, those of several polls too where a fleet is large; no failure is
//! folded away: each error is told with its first nodes the moment they are seen, and counted from then on. After a
//! minute without a line one comes all the same, so that silence never looks like a hang.

use super::told::{Failures, Told};
use super::untold::Untold;
use super::view::{header, retry, span};
use super::{Change, Event, Plan, Reporter, Standing, lost};
use crate::exit::Outcome;
use crate::invocation::{InvokeId, Snapshot};
use crate::output;
use crate::terminal::Terminal;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

const SILENCE: Duration = Duration::from_secs(60);

/// Tells a watch to a log.
pub struct Lines {
    told: Told,
    untold: HashMap<InvokeId, Untold>,
    last_line: Instant,
}

impl Default for Lines {
    fn default() -> Self {
        Lines { told: Told::default(), untold: HashMap::new(), last_line: Instant::now() }
    }
}

impl Lines {
    fn line(&mut self, terminal: &Terminal, line: &str) {
        self.last_line = Instant::now();
        terminal.progress(&format!("{} {line}", Timestamp::now().strftime("%H:%M:%SZ")));
    }

    /// What a snapshot is worth telling.
    fn snapshot(&mut self, outcome: &Outcome, snapshot: &Snapshot, change: &Change) -> Vec<String> {
        let untold = self.untold.entry(outcome.invoke_id.clone()).or_default();
        untold.add(snapshot, change);
        let mut lines = Vec::new();
        for failures in self.told.failures(outcome, snapshot, &change.failed) {
            if failures.named.is_empty() {
                untold.add_failures(&failures);
            } else {
                lines.push(failure(outcome, &failures));
            }
        }
        if untold.is_due(output::nodes_in_all(snapshot)) {
            lines.insert(0, progress(outcome, snapshot, untold));
        }
        lines
    }

    /// Everything that was seen and not told yet, where `is_wanted` says so.
    fn rest(&mut self, outcomes: &[Outcome], is_wanted: impl Fn(&Untold, &Snapshot) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        for outcome in outcomes {
            if let (Some(snapshot), Some(untold)) = (outcome.snapshot(), self.untold.get_mut(&outcome.invoke_id))
                && is_wanted(untold, snapshot)
            {
                lines.push(progress(outcome, snapshot, untold));
            }
        }
        lines
    }
}

impl Reporter for Lines {
    fn started(&mut self, plan: &Plan, terminal: &Terminal) {
        let until = plan.timeout.and_then(|timeout| Timestamp::now().checked_add(timeout).ok());
        self.line(terminal, &header(plan, until));
    }

    fn event(&mut self, event: &Event<'_>, terminal: &Terminal) {
        match event {
            Event::Snapshot { outcome, change } => {
                let Some(snapshot) = outcome.snapshot() else { return };
                for line in self.snapshot(outcome, snapshot, change) {
                    self.line(terminal, &line);
                }
            }
            Event::Retry { outcome, fault, attempt, delay } => {
                self.line(terminal, &retry(outcome, fault, *attempt, *delay));
            }
            Event::GaveUp { outcome } => {
                if let Some(line) = lost(outcome) {
                    self.line(terminal, &line);
                }
            }
        }
    }

    fn tick(&mut self, standing: &Standing<'_>, terminal: &Terminal) {
        for line in self.rest(standing.outcomes, |untold, snapshot| untold.is_due(output::nodes_in_all(snapshot))) {
            self.line(terminal, &line);
        }
        if self.last_line.elapsed() < SILENCE {
            return;
        }
        let rest = self.rest(standing.outcomes, |untold, _| !untold.is_empty());
        if !rest.is_empty() {
            return rest.iter().for_each(|line| self.line(terminal, line));
        }
        let waiting =
            |outcome: &&Outcome| outcome.fault.is_none() && !outcome.snapshot().is_some_and(Snapshot::is_finished);
        let waiting: Vec<&Outcome> = standing.outcomes.iter().filter(waiting).collect();
        let words = match waiting.as_slice() {
            [one] => output::verdict_line(one),
            many => format!("{} of {} invocations still running", many.len(), standing.outcomes.len()),
        };
        let left = standing.left.map(|left| format!(", {} left", span(left))).unwrap_or_default();
        self.line(terminal, &format!("no change: {words}{left}"));
    }

    fn ended(&mut self, outcomes: &[Outcome], terminal: &Terminal) {
        for line in self.rest(outcomes, |untold, _| !untold.is_empty()) {
            self.line(terminal, &line);
        }
    }
}

fn progress(outcome: &Outcome, snapshot: &Snapshot, untold: &mut Untold) -> String {
    let (name, verdict) = (&outcome.invoke_id, snapshot.verdict.word());
    format!("{name} {verdict}: {}{}", untold.take(), output::progress(snapshot))
}

fn failure(outcome: &Outcome, failures: &Failures<'_>) -> String {
    let count = output::nodes_words((failures.named.len() + failures.unnamed) as u64);
    let mut names = failures.named.iter().map(output::node_name).collect::<Vec<_>>().join(", ");
    if failures.unnamed > 0 {
        names.push_str(&format!(", and {} more ({} so far)", failures.unnamed, failures.total));
    }
    let (whose, status) = (&outcome.invoke_id, failures.status.safe_word());
    format!("{whose} {count} {status}: {}: {names}", failures.error)
}

#[cfg(test)]
mod tests;
