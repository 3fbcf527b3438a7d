//! The watch where nobody looks at once: a line a change, for the log of a pipeline.
//!
//! Times are UTC. Like changes of one poll are one line; no failure is folded away. After a minute without a line one
//! comes all the same, so that silence never looks like a hang.

use super::told::{Told, name};
use super::view::{header, retry};
use super::{Event, Plan, Standing, Teller};
use crate::exit::Outcome;
use crate::invocation::{Look, Verdict};
use crate::output;
use crate::terminal::Terminal;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

const SILENCE: Duration = Duration::from_secs(60);

/// Tells a watch to a log.
pub struct Lines {
    told: Told,
    last_line: Instant,
}

impl Default for Lines {
    fn default() -> Self {
        Lines { told: Told::default(), last_line: Instant::now() }
    }
}

impl Lines {
    fn line(&mut self, terminal: &Terminal, line: &str) {
        self.last_line = Instant::now();
        terminal.progress(&format!("{} {line}", Timestamp::now().strftime("%H:%M:%SZ")));
    }
}

impl Teller for Lines {
    fn started(&mut self, plan: &Plan, terminal: &Terminal) {
        let until = plan.timeout.and_then(|timeout| Timestamp::now().checked_add(timeout).ok());
        self.line(terminal, &header(plan, until));
    }

    fn event(&mut self, event: &Event<'_>, terminal: &Terminal) {
        match event {
            Event::Look { outcome, change } => {
                let Some(look) = outcome.look() else { return };
                let name_of_it = output::label(outcome.invoke_id.as_deref());
                if change.is_judged_anew || change.is_counted_anew || !change.nodes.is_empty() {
                    let changes = if change.is_first { String::new() } else { changes(look, &change.nodes) };
                    let verdict = look.verdict.unwrap_or(Verdict::Running).word();
                    self.line(terminal, &format!("{name_of_it} {verdict}: {changes}{}", output::progress(look)));
                }
                for failures in self.told.failures(outcome, look, &change.failed) {
                    let count = output::nodes_words((failures.named.len() + failures.unnamed) as u64);
                    let mut names = failures.named.iter().map(name).collect::<Vec<_>>().join(", ");
                    if failures.unnamed > 0 {
                        let lead = if names.is_empty() { "" } else { ", and " };
                        names.push_str(&format!("{lead}{} more ({} so far)", failures.unnamed, failures.total));
                    }
                    let status = failures.status.safe();
                    self.line(terminal, &format!("{name_of_it} {count} {status}: {}: {names}", failures.error));
                }
            }
            Event::Retry { outcome, fault, attempt, delay } => {
                self.line(terminal, &retry(outcome, fault, *attempt, *delay));
            }
            Event::Lost { outcome } => self.line(terminal, &output::verdict_line(outcome)),
        }
    }

    fn tick(&mut self, standing: &Standing<'_>, terminal: &Terminal) {
        if self.last_line.elapsed() < SILENCE {
            return;
        }
        let waiting = |outcome: &&Outcome| outcome.fault.is_none() && !outcome.look().is_some_and(Look::is_finished);
        let waiting: Vec<&Outcome> = standing.outcomes.iter().filter(waiting).collect();
        let words = match waiting.as_slice() {
            [one] => output::verdict_line(one),
            many => format!("{} of {} invocations still running", many.len(), standing.outcomes.len()),
        };
        let left = standing.left.map(|left| format!(", {} left", super::view::span(left))).unwrap_or_default();
        self.line(terminal, &format!("no change: {words}{left}"));
    }
}

/// Changes of one poll by the status they led to: `120 nodes Success; `.
fn changes(look: &Look, nodes: &[usize]) -> String {
    let mut by_status: BTreeMap<String, u64> = BTreeMap::new();
    for node in nodes.iter().map(|&at| look.nodes.get(at)).filter(|node| !look.is_failed(node)) {
        let status = node.status_word().map_or_else(|| "without status".to_owned(), |word| word.safe().into_owned());
        *by_status.entry(status).or_default() += 1;
    }
    let words: Vec<String> =
        by_status.iter().map(|(status, count)| format!("{} {status}", output::nodes_words(*count))).collect();
    if words.is_empty() { String::new() } else { format!("{}; ", words.join(", ")) }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
