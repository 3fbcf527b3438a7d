//! The watch on a terminal: permanent lines for what happened, live lines below for what is going on.

use super::failures::FailureCounts;
use super::phrases::{gave_up, header, pace, to_the_second};
use super::retries::RetryCounts;
use super::{send_news, warn_of_doubts};
use crate::exit::Outcome;
use crate::feed::SendNews;
use crate::invocation::{NodeStatus, Snapshot};
use crate::names::NodeNames;
use crate::output::{self, paint_status, paint_verdict};
use crate::terminal::Terminal;
use crate::text::{count_of, cut, padded};
use crate::watch::{Event, Reporter, WatchPlan, WatchState};
use jiff::Timestamp;
use std::time::Duration;
use textwrap::core::display_width;

/// Reports a watch to a person at a terminal.
pub struct LiveReporter<'a> {
    terminal: &'a Terminal,
    names: &'a NodeNames,
    counts: FailureCounts,
    retries: RetryCounts,
    /// Whether an end has to say whose it is: with one id, the report that follows says it.
    is_many: bool,
}

impl<'a> LiveReporter<'a> {
    /// A reporter that draws on stderr.
    pub fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        let (counts, retries) = Default::default();
        LiveReporter { terminal, names, counts, retries, is_many: false }
    }

    /// Writes a line that stays, with the time of day.
    fn line(&self, line: &str) {
        self.terminal.progress(&format!("{} {line}", Timestamp::now().strftime("%H:%M:%SZ")));
    }
}

impl Reporter for LiveReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        self.is_many = plan.invoke_ids.len() > 1;
        self.line(&header(plan, None));
    }

    fn event(&mut self, event: &Event<'_>) {
        let terminal = self.terminal;
        match event {
            Event::Snapshot { outcome, change } => {
                warn_of_doubts(outcome, change, terminal);
                let Some(snapshot) = outcome.snapshot() else { return };
                let whose = match self.is_many {
                    true => format!("{}  ", outcome.invoke_id),
                    false => String::new(),
                };
                for failures in self.counts.add(outcome, snapshot, &change.failed) {
                    for node in &failures.named {
                        let status =
                            node.status_word().map_or_else(|| failures.status.clone(), |word| word.safe_word());
                        let status = paint_status(terminal.stderr().colour, &status, node.status());
                        // Its own words: another node of the error may have others.
                        let error = output::error_words(*node, true).unwrap_or_else(|| failures.error.clone());
                        let line = format!("{whose}{}  {status}  {error}", output::called(node, Some(self.names)));
                        self.line(line.trim_end());
                    }
                    if failures.unnamed > 0 {
                        let name = &failures.name;
                        let all = count_of(failures.total as u64, "node");
                        self.line(&format!("{whose}and {} more: {name} ({all} so far)", failures.unnamed));
                    }
                }
                if self.is_many && snapshot.is_finished() {
                    self.line(&finished(outcome, snapshot, terminal.stderr().colour));
                }
            }
            Event::Retry { invoke_id, fault, attempt, delay } => {
                if let Some(line) = self.retries.add(invoke_id, fault, *attempt, *delay) {
                    self.line(&line);
                }
            }
            // The error itself is told at the end, with all there is to say about it.
            Event::GaveUp { outcome } => {
                if let Some(line) = gave_up(outcome) {
                    self.line(&line);
                }
            }
            // The live line counts what was sent.
            Event::Send { news: SendNews::Sent { .. }, .. } => {}
            Event::Send { outcome, news } => send_news(outcome, news, terminal),
        }
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        let terminal = self.terminal;
        if let Some(line) = self.retries.tick() {
            self.line(&line);
        }
        terminal.show_live(&live_lines(state, terminal.stderr().colour, terminal.live_size()));
    }

    fn ended(&mut self, _: &[Outcome]) {
        self.terminal.show_live(&[]);
    }

    fn pace(&mut self, plan: &WatchPlan, round: Duration) {
        self.line(&pace(plan, round));
    }

    fn reader_is_gone(&self) -> bool {
        self.terminal.reader_is_gone()
    }
}

fn finished(outcome: &Outcome, snapshot: &Snapshot, colour: bool) -> String {
    let verdict = paint_verdict(colour, snapshot.verdict);
    format!("{}: {verdict}, {}", outcome.invoke_id, output::progress(snapshot))
}

/// What a terminal itself may write behind a live line: the echo of Ctrl-C, and the cursor.
const SPARE: usize = 3;

/// Gives the live lines for a screen of these columns and rows: one for each invocation that runs, or one for all
/// where they would fill more than a third of the screen.
fn live_lines(state: &WatchState<'_>, colour: bool, (columns, rows): (usize, usize)) -> Vec<String> {
    let running: Vec<&Outcome> = state.outcomes.iter().filter(|outcome| is_running(outcome)).collect();
    if running.is_empty() {
        return Vec::new();
    }
    let times = times(state);
    let all = state.outcomes.len();
    let room = columns.saturating_sub(SPARE);
    if running.len() > (rows / 3).max(1) {
        let done = all - running.len();
        let snapshots = || running.iter().filter_map(|outcome| outcome.snapshot());
        let open: u64 = snapshots().map(Snapshot::open).sum();
        let failed: u64 = state.outcomes.iter().filter_map(Outcome::snapshot).map(Snapshot::failed).sum();
        let failed = count_of(failed, "node");
        let head = format!("{done} of {all} invocations done, {failed} failed, {open} open");
        return vec![fitting(times.iter().map(|time| format!("{head}{time}")), room)];
    }
    // A long name must leave room for what there is to tell.
    let label = |outcome: &Outcome| cut(&outcome.invoke_id.to_string(), room / 2);
    let longest = running.iter().map(|outcome| display_width(&label(outcome))).max().unwrap_or_default();
    let line = |outcome: &&Outcome| {
        // With one id the first line has named it.
        let name = match all {
            1 => String::new(),
            _ => format!("{}  ", padded(&label(outcome), longest)),
        };
        let Some(snapshot) = outcome.snapshot() else {
            return fitting(times.iter().map(|time| format!("{name}waiting for the first answer{time}")), room);
        };
        let word = paint_verdict(colour, snapshot.verdict);
        let bar = bar(snapshot, if columns >= 100 { 20 } else { 10 }, colour);
        let progress = output::progress(snapshot);
        let short = format!("{} failed, {} open", snapshot.failed(), snapshot.open());
        let whole = times.iter().map(|time| format!("{name}{word}  {bar}  {progress}{time}"));
        let less = [
            format!("{name}{word}  {bar}  {short}"),
            format!("{name}{bar}  {short}"),
            format!("{name}{bar}"),
            format!("{name}{short}"),
            short,
        ];
        fitting(whole.chain(less), room)
    };
    running.iter().map(line).collect()
}

fn is_running(outcome: &Outcome) -> bool {
    outcome.fault.is_none() && !outcome.snapshot().is_some_and(Snapshot::is_finished)
}

/// Gives the first of these that fits; where none does, as much of the last as there is room for.
fn fitting(forms: impl Iterator<Item = String>, room: usize) -> String {
    let mut last = String::new();
    for form in forms {
        if display_width(&form) <= room {
            return form;
        }
        last = form;
    }
    cut(&last, room)
}

/// Gives the time that it took, when the deadline is and when the next poll; then less of it for less room, down to
/// nothing.
fn times(state: &WatchState<'_>) -> Vec<String> {
    let mut times = vec![String::new(), format!("  {}", to_the_second(state.elapsed))];
    let mut add = |words: String| times.push(format!("{}, {words}", times.last().map_or("", String::as_str)));
    if let Some(left) = state.left {
        add(format!("deadline in {}", to_the_second(left)));
    }
    if let Some(next) = state.next {
        add(format!("next in {}s", next.as_secs_f64().ceil()));
    }
    times.reverse();
    times
}

/// Draws the nodes that are done among all, in this many steps; a failed one is a `!`, so that it shows without colour.
fn bar(snapshot: &Snapshot, steps: u64, colour: bool) -> String {
    let total = output::nodes_in_all(snapshot).max(1);
    let failed = (snapshot.failed() * steps).div_ceil(total).min(steps);
    let success = (snapshot.counts.get(NodeStatus::Success) * steps / total).min(steps - failed);
    let part = |mark: &str, count: u64, status| match usize::try_from(count).unwrap_or_default() {
        0 => String::new(),
        count => paint_status(colour, &mark.repeat(count), status),
    };
    let rest = usize::try_from(steps - failed - success).unwrap_or_default();
    let (success, failed) = (part("=", success, NodeStatus::Success), part("!", failed, NodeStatus::Failed));
    format!("[{success}{failed}{}]", "-".repeat(rest))
}

#[cfg(test)]
mod tests;
