//! The watch on a terminal: permanent lines for what happened, live lines below for what is going on.

use super::{Lines, header, span};
use crate::exit::Outcome;
use crate::feed::SendNews;
use crate::invocation::{InvokeId, NodeStatus, Snapshot};
use crate::names::NodeNames;
use crate::output::{self, paint_status, paint_verdict};
use crate::terminal::Terminal;
use crate::text::{count_of, cut, padded};
use crate::watch::{Event, Reporter, WatchPlan, WatchState};
use textwrap::core::display_width;

/// Reports a watch to a person at a terminal.
pub struct LiveReporter<'a> {
    lines: Lines<'a>,
    /// Whether several ids are watched, so that a line has to say whose it is.
    is_many: bool,
}

impl<'a> LiveReporter<'a> {
    /// Gives a reporter that draws on stderr.
    pub fn new(terminal: &'a Terminal, names: &'a NodeNames) -> Self {
        LiveReporter { lines: Lines::new(terminal, names), is_many: false }
    }

    /// Writes a line for each newly failed node that is named, and one for the rest of each error.
    fn write_failures(&mut self, id: &InvokeId, snapshot: &Snapshot, failed: &[usize]) {
        let whose = if self.is_many { format!("{id}  ") } else { String::new() };
        for failures in self.lines.failures.add(id, snapshot, failed) {
            for node in &failures.named {
                let status = node.status_word().map_or_else(|| failures.status.clone(), |word| word.safe_word());
                let status = paint_status(self.lines.terminal.stderr().colour, &status, node.status());
                // Its own words: another node of the error may have others.
                let error = output::of_node(*node).words();
                let name = self.lines.names.called(node);
                self.lines.write(format!("{whose}{name}  {status}  {error}").trim_end());
            }
            if failures.unnamed > 0 {
                let all = count_of(failures.total as u64, "node");
                self.lines.write(&format!("{whose}and {} more: {} ({all} so far)", failures.unnamed, failures.name));
            }
        }
    }
}

impl Reporter for LiveReporter<'_> {
    fn started(&mut self, plan: &WatchPlan) {
        self.is_many = plan.invoke_ids.len() > 1;
        self.lines.write(&header(plan, None));
    }

    fn event(&mut self, event: &Event<'_>) {
        // The live line counts what was sent.
        if matches!(event, Event::Send { news: SendNews::Sent { .. }, .. }) {
            return;
        }
        self.lines.event(event);
        if let Event::Snapshot { invoke_id, snapshot, change } = event {
            self.write_failures(invoke_id, snapshot, &change.failed);
            if self.is_many && snapshot.is_finished() {
                self.lines.write(&finished(invoke_id, snapshot, self.lines.terminal.stderr().colour));
            }
        }
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        self.lines.tick();
        let terminal = self.lines.terminal;
        terminal.show_live(&live_lines(state, terminal.stderr().colour, terminal.live_size()));
    }

    fn ended(&mut self, _: &[Outcome]) {
        self.lines.terminal.show_live(&[]);
    }
}

fn finished(id: &InvokeId, snapshot: &Snapshot, colour: bool) -> String {
    format!("{id}: {}, {}", paint_verdict(colour, snapshot.verdict), output::progress(snapshot))
}

/// Counts what a terminal itself may write behind a live line: the echo of Ctrl-C, and the cursor.
const SPARE: usize = 3;

/// Gives the live lines for a screen of these columns and rows: one for each invocation that runs, or one for all
/// where they would fill more than a third of the screen.
fn live_lines(state: &WatchState<'_>, colour: bool, (columns, rows): (usize, usize)) -> Vec<String> {
    let running: Vec<&Outcome> = state.outcomes.iter().filter(|outcome| outcome.is_running()).collect();
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
    let mut times = vec![String::new(), format!("  {}", span(state.elapsed))];
    let mut add = |words: String| times.push(format!("{}, {words}", times.last().map_or("", String::as_str)));
    if let Some(left) = state.left {
        add(format!("deadline in {}", span(left)));
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
