//! Who tells how a watch goes, while it goes: to a person at a terminal, to a log, to a program.
//!
//! Decides nothing: what happened comes in as events of [`crate::watch`], and words for it come from
//! [`crate::output`]. All of it goes to the [`Terminal`].

mod events;
mod failures;
mod live;
mod log;

pub use events::EventReporter;
pub use live::LiveReporter;
pub use log::LogReporter;

use crate::exit::Outcome;
use crate::fault::{Fault, Kind};
use crate::feed::SendNews;
use crate::invocation::{InvokeId, Snapshot};
use crate::names::NodeNames;
use crate::output;
use crate::terminal::Terminal;
use crate::text::{count_of, first_of};
use crate::watch::{Change, Event, Reporter, WatchPlan};
use failures::FailureCounts;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// Writes the lines of both reporters for people, with the time of day, and counts what has no line of its own.
struct Lines<'a> {
    terminal: &'a Terminal,
    names: &'a NodeNames,
    failures: FailureCounts,
    retries: RetryCounts,
    /// When the last line was written.
    written_at: Instant,
}

impl<'a> Lines<'a> {
    fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        let (failures, retries) = Default::default();
        Lines { terminal, names, failures, retries, written_at: Instant::now() }
    }

    /// Writes a line that stays.
    fn write(&mut self, line: &str) {
        self.written_at = Instant::now();
        self.terminal.progress(&format!("{} {line}", Timestamp::now().strftime("%H:%M:%SZ")));
    }

    /// Writes what an event says besides its snapshot.
    fn event(&mut self, event: &Event<'_>) {
        let line = match event {
            Event::Snapshot { invoke_id, snapshot, change } => {
                return warn_of_doubts(invoke_id, snapshot, change, self.terminal);
            }
            Event::Retry { invoke_id, fault, attempt, delay } => self.retries.add(invoke_id, fault, *attempt, *delay),
            // A key that was refused ends all ids, and is told at the end.
            Event::GaveUp { outcome } => {
                let is_key = outcome.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Credentials);
                (!is_key).then(|| output::verdict_line(outcome))
            }
            Event::SlowRound { plan, round } => Some(pace(plan, *round)),
            Event::Send { outcome, news } => {
                self.written_at = Instant::now();
                return send_news(outcome, news, self.terminal);
            }
        };
        line.iter().for_each(|line| self.write(line));
    }

    /// Writes of the retries of a minute that had no line, once it is over.
    fn tick(&mut self) {
        self.retries.tick().iter().for_each(|line| self.write(line));
    }
}

/// Says how many retries of a minute are told one by one.
const TOLD: u32 = 10;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the retries of a minute. The first are told one by one, for a thousand ids may fail together.
#[derive(Default)]
struct RetryCounts {
    /// When the first retry of the minute came.
    since: Option<Instant>,
    retries: u32,
}

impl RetryCounts {
    /// Adds a retry, and gives its line, if it is one of the first.
    fn add(&mut self, id: &InvokeId, fault: &Fault, attempt: u32, delay: Duration) -> Option<String> {
        self.since.get_or_insert_with(Instant::now);
        self.retries += 1;
        (self.retries <= TOLD).then(|| retry(id, fault, attempt, delay))
    }

    /// Ends the minute, if it is over. Gives the line that counts the retries without a line.
    fn tick(&mut self) -> Option<String> {
        self.since.filter(|since| since.elapsed() >= MINUTE)?;
        let more = std::mem::take(self).retries.saturating_sub(TOLD);
        (more > 0).then(|| format!("{more} more retries in the last minute"))
    }
}

/// Reports retries, doubts and what happens to a send: for a command that asks once, and for `-q`.
pub struct RetryReporter<'a>(pub &'a Terminal);

impl Reporter for RetryReporter<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Snapshot { invoke_id, snapshot, change } => warn_of_doubts(invoke_id, snapshot, change, self.0),
            Event::Retry { invoke_id, fault, attempt, delay } => {
                self.0.progress(&format!("efloctl: {}", retry(invoke_id, fault, *attempt, *delay)));
            }
            Event::GaveUp { .. } | Event::SlowRound { .. } => {}
            Event::Send { outcome, news } => send_news(outcome, news, self.0),
        }
    }
}

/// Reports what happens to a send. Off a live terminal an InvokeId is told with `-q` too, for whoever loses the send's
/// log has it there.
fn send_news(outcome: &Outcome, news: &SendNews, terminal: &Terminal) {
    match news {
        SendNews::Sent { invoke_id, nodes } => {
            let nodes = count_of(nodes.len() as u64, "node");
            let line = format!("{}: sent to {nodes} as {invoke_id}", outcome.invoke_id);
            if terminal.is_live() { terminal.progress(&line) } else { terminal.say(&line) }
        }
        SendNews::Unsent { fault, nodes } => {
            let (id, nodes) = (&outcome.invoke_id, count_of(nodes.len() as u64, "node"));
            terminal.progress(&format!("{id}: a call to {nodes} was not accepted: {}", fault.first_line()));
        }
        SendNews::Warning(text) => terminal.warn(text),
    }
}

/// Warns of what has become doubtful about an invocation.
fn warn_of_doubts(invoke_id: &InvokeId, snapshot: &Snapshot, change: &Change, terminal: &Terminal) {
    for doubt in &change.doubts {
        terminal.warn(&format!("{invoke_id}: {}", output::doubt(*doubt, snapshot)));
    }
}

/// Says what is watched, from where, how often and how long: the first line of every watch.
fn header(plan: &WatchPlan, until: Option<Timestamp>) -> String {
    let mut line = format!("watching {}", first_of(&plan.invoke_ids, 5));
    if let Some(host) = &plan.host {
        line.push_str(&format!(" at {host}"));
    } else if let Some(region) = &plan.region {
        line.push_str(&format!(" in {region}"));
    }
    line.push_str(&format!(", every {}", exact(plan.interval)));
    match plan.timeout {
        None => line.push_str(", without a deadline"),
        Some(timeout) => line.push_str(&format!(", for {} at most", exact(timeout))),
    }
    line + &until.map_or_else(String::new, |until| format!(" (until {})", until.strftime("%H:%M:%SZ")))
}

/// Says how often the ids are really asked about, where all of them take longer than the interval.
fn pace(plan: &WatchPlan, round: Duration) -> String {
    let ids = plan.invoke_ids.len();
    let (round, interval) = (wait(round), exact(plan.interval));
    format!("asking about all {ids} ids takes {round}: that is how often each is asked about, not every {interval}")
}

/// Says why there is no answer, and when the next attempt comes.
fn retry(name: &InvokeId, fault: &Fault, attempt: u32, delay: Duration) -> String {
    format!("{name}: {}; attempt {} in {}", fault.first_line(), attempt + 1, wait(delay))
}

/// Writes a wait: to a tenth of a second, from a minute on to the second.
fn wait(delay: Duration) -> String {
    if delay < MINUTE { format!("{:.1}s", delay.as_secs_f64()) } else { span(delay) }
}

/// Writes a span of time to the second.
fn span(span: Duration) -> String {
    exact(Duration::from_secs(span.as_secs()))
}

/// Writes a span of time as it is.
fn exact(span: Duration) -> String {
    format!("{:#}", jiff::SignedDuration::try_from(span).unwrap_or(jiff::SignedDuration::MAX))
}

#[cfg(test)]
mod tests;
