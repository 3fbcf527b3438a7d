//! Watching: a fold from what is seen to what has changed, and who tells it.
//!
//! The loop below knows no network, no format and no clock but tokio's: an hour's watch takes a test a millisecond.

mod fold;
mod jsonl;
mod lines;
mod told;
mod untold;
mod view;

pub use jsonl::Jsonl;
pub use lines::Lines;
pub use view::View;

use crate::exit::{Budget, Ending, Outcome, Signal};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent};
use crate::invocation::{InvokeId, Snapshot};
use crate::output;
use crate::terminal::Terminal;
use fold::{Change, Fold};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

/// What is watched, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    pub invoke_ids: Vec<InvokeId>,
    pub until: Until,
    pub region: Option<String>,
    pub interval: Duration,
    /// None: without end.
    pub timeout: Option<Duration>,
    /// The watch ends as soon as more nodes of an invocation have failed than this accepts.
    pub fail_fast: Option<Budget>,
}

/// When an id has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// With its first answer: one look.
    Answered,
    Finished,
}

impl Until {
    fn is_reached(self, snapshot: &Snapshot) -> bool {
        self == Until::Answered || snapshot.is_finished()
    }
}

/// Something to tell.
pub enum Event<'a> {
    /// An answer, and what it changed.
    Snapshot { outcome: &'a Outcome, change: &'a Change },
    /// No answer this time.
    Retry { outcome: &'a Outcome, fault: &'a Fault, attempt: u32, delay: Duration },
    /// No answer, and no further attempt.
    GaveUp { outcome: &'a Outcome },
}

/// The end of an id's asking in a line; none where the end is that of all ids, which the error at the end tells once.
fn lost(outcome: &Outcome) -> Option<String> {
    let is_about_all = outcome.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Credentials);
    (!is_about_all).then(|| output::verdict_line(outcome))
}

/// How things stand between two events.
pub struct Standing<'a> {
    pub outcomes: &'a [Outcome],
    pub elapsed: Duration,
    /// Until the deadline, if there is one.
    pub left: Option<Duration>,
    /// Until the next poll, if that is known.
    pub next: Option<Duration>,
}

/// Who tells it.
pub trait Reporter {
    /// The watch begins.
    fn started(&mut self, plan: &Plan, terminal: &Terminal);

    /// Something was seen.
    fn event(&mut self, event: &Event<'_>, terminal: &Terminal);

    /// Time has passed. Called at least every [`TICK`].
    fn tick(&mut self, standing: &Standing<'_>, terminal: &Terminal);

    /// The watch is over: the last moment for what was kept back.
    fn ended(&mut self, _: &[Outcome], _: &Terminal) {}
}

/// How often the teller is told the time.
const TICK: Duration = Duration::from_millis(250);

/// Two turns of the loop are never so far apart unless the process did not run: it was stopped, its machine was
/// paused, or nobody took what it wrote. (On most systems the clock stands still while a machine sleeps, and the deadline with it.)
const STALL: Duration = Duration::from_secs(10);

/// A deadline that passed meanwhile waits for one look more at what was to be asked about, but no longer than this.
const LAST_LOOK: Duration = Duration::from_secs(60);

/// Tells of retries alone: enough for one look.
pub struct Retries;

impl Reporter for Retries {
    fn started(&mut self, _: &Plan, _: &Terminal) {}

    fn event(&mut self, event: &Event<'_>, terminal: &Terminal) {
        if let Event::Retry { outcome, fault, attempt, delay } = event {
            terminal.progress(&format!("efloctl: {}", view::retry(outcome, fault, *attempt, *delay)));
        }
    }

    fn tick(&mut self, _: &Standing<'_>, _: &Terminal) {}
}

/// Watches until every invocation has come to its end, time runs out, or somebody ends it. Gives what is known of
/// each and how it ended.
pub async fn watch(
    mut feed: impl Feed,
    plan: &Plan,
    reporter: &mut dyn Reporter,
    terminal: &Terminal,
    signals: &mut UnboundedReceiver<Signal>,
) -> (Vec<Outcome>, Ending) {
    let started = Instant::now();
    // A deadline beyond all time is none.
    let deadline = plan.timeout.and_then(|timeout| started.checked_add(timeout));
    let mut fold = Fold::new(&plan.invoke_ids, plan.until);
    let (mut turn, mut last_look) = (started, started);
    reporter.started(plan, terminal);
    let ending = loop {
        if terminal.reader_is_gone() {
            break Ending::ReaderGone;
        }
        if fold.is_over() {
            break Ending::Complete;
        }
        if plan.fail_fast.is_some_and(|budget| fold.exceeds(budget)) {
            break Ending::FailFast;
        }
        let now = Instant::now();
        if now - turn >= STALL {
            feed.woke();
            // Once: whoever keeps stopping it must not keep it from its end.
            if deadline.is_some_and(|deadline| turn < deadline) {
                last_look = now + LAST_LOOK;
            }
        }
        turn = now;
        let is_owed_a_look = now < last_look && feed.is_behind();
        let deadline = deadline.map(|deadline| if is_owed_a_look { deadline.max(last_look) } else { deadline });
        // Looked at here, for a feed that never pauses would keep the deadline's timer from being heard.
        if deadline.is_some_and(|deadline| deadline <= now) {
            break Ending::OutOfTime;
        }
        reporter.tick(
            &Standing {
                outcomes: fold.outcomes(),
                elapsed: now - started,
                left: deadline.map(|deadline| deadline.saturating_duration_since(now)),
                next: feed.next_at().map(|next| next.saturating_duration_since(now)),
            },
            terminal,
        );
        tokio::select! {
            biased;
            Some(signal) = signals.recv() => break Ending::Signal(signal),
            () = sleep_until(deadline.unwrap_or(now)), if deadline.is_some() => {}
            seen = feed.next() => match seen {
                Some(seen) => take(seen, &mut fold, &mut feed, reporter, terminal),
                None => break Ending::RecordingEnded,
            },
            () = sleep(TICK) => {}
        }
    };
    terminal.live().clear();
    reporter.ended(fold.outcomes(), terminal);
    (fold.into_outcomes(), ending)
}

fn take(seen: FeedEvent, fold: &mut Fold, feed: &mut impl Feed, reporter: &mut dyn Reporter, terminal: &Terminal) {
    match seen {
        FeedEvent::Snapshot { id, at, snapshot } => {
            let is_over = fold.until().is_reached(&snapshot);
            let change = fold.snapshot(id, at, *snapshot);
            let outcome = &fold.outcomes()[id];
            if let Some(snapshot) = outcome.snapshot() {
                for doubt in &change.doubts {
                    let name = &outcome.invoke_id;
                    terminal.warn(&format!("{name}: {}", output::doubt(*doubt, snapshot)));
                }
            }
            reporter.event(&Event::Snapshot { outcome, change: &change }, terminal);
            if is_over {
                feed.done(id);
            }
        }
        FeedEvent::Retry { id, fault, attempt, delay } => {
            let outcome = &fold.outcomes()[id];
            reporter.event(&Event::Retry { outcome, fault: &fault, attempt, delay }, terminal);
            fold.last_error(id, fault);
        }
        FeedEvent::GaveUp { id, fault } => {
            fold.lost(id, fault);
            reporter.event(&Event::GaveUp { outcome: &fold.outcomes()[id] }, terminal);
        }
    }
}

#[cfg(test)]
mod tests;
