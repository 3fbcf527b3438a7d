//! Watching: the loop from a feed to outcomes. It writes nothing; a [`Reporter`] is told what happens.
//!
//! It ends when every id has come to its end, at the deadline, at a signal, with `--fail-fast`, or when nobody reads
//! the answer any more: one `select!` around the feed. Its only clock is tokio's, so that a test of an hour's watch
//! takes a millisecond. A watch that ends early asks the feed to stop in order: see [`Feed::stop`].

mod fold;

pub use fold::Change;
#[cfg(test)]
pub(crate) use fold::Fold;

use crate::exit::{Budget, Ending, Outcome, Signal};
use crate::fault::Fault;
use crate::feed::{Feed, FeedEvent, SendNews};
use crate::invocation::{InvokeId, Snapshot};
#[cfg(not(test))]
use fold::Fold;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

/// What is watched, and for how long.
#[derive(Clone, Debug)]
pub struct WatchPlan {
    pub invoke_ids: Vec<InvokeId>,
    pub until: Until,
    pub region: Option<String>,
    /// The host that is asked, where an endpoint was set.
    pub host: Option<String>,
    pub interval: Duration,
    /// When the time began to run: with the command, for reading may take its time too.
    pub begun: Instant,
    /// From then on to the deadline; `None` for a watch without one.
    pub timeout: Option<Duration>,
    /// The watch ends as soon as more nodes of an invocation have failed than this accepts.
    pub fail_fast: Option<Budget>,
}

impl WatchPlan {
    /// Gives a plan without a deadline, for asking at once and in whatever region.
    pub fn new(invoke_ids: Vec<InvokeId>, until: Until) -> Self {
        WatchPlan {
            invoke_ids,
            until,
            region: None,
            host: None,
            interval: Duration::ZERO,
            begun: Instant::now(),
            timeout: None,
            fail_fast: None,
        }
    }

    /// Gives when the time is up. A deadline beyond all time is none.
    pub fn deadline(&self) -> Option<Instant> {
        self.timeout.and_then(|timeout| self.begun.checked_add(timeout))
    }
}

/// When an id has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// With its first answer.
    Answered,
    Finished,
}

impl Until {
    fn is_reached(self, snapshot: &Snapshot) -> bool {
        self == Until::Answered || snapshot.is_finished()
    }
}

/// What a reporter is told of.
pub enum Event<'a> {
    /// An answer, and what it changed.
    Snapshot { outcome: &'a Outcome, change: &'a Change },
    /// No answer this time; the next attempt comes after `delay`. Of a send, `invoke_id` is its call's where it has
    /// one.
    Retry { invoke_id: &'a InvokeId, fault: &'a Fault, attempt: u32, delay: Duration },
    /// No answer, and no further attempt.
    GaveUp { outcome: &'a Outcome },
    /// Something happened to a send besides.
    Send { outcome: &'a Outcome, news: &'a SendNews },
}

/// How things stand between two events.
pub struct WatchState<'a> {
    pub outcomes: &'a [Outcome],
    pub elapsed: Duration,
    /// Until the deadline, if there is one.
    pub left: Option<Duration>,
    /// Until the next poll, if that is known.
    pub next: Option<Duration>,
}

/// Whoever tells how a watch goes.
pub trait Reporter {
    /// The watch begins.
    fn started(&mut self, _: &WatchPlan) {}

    /// Something was seen.
    fn event(&mut self, event: &Event<'_>);

    /// Time has passed. Called at least every [`TICK`].
    fn tick(&mut self, _: &WatchState<'_>) {}

    /// Asking about every id took longer than the interval: this is how often each is asked about.
    fn pace(&mut self, _: &WatchPlan, _round: Duration) {}

    /// The watch is over: the last moment for what was kept back.
    fn ended(&mut self, _: &[Outcome]) {}

    /// Whether nobody reads the answer any more, so that there is no one to watch for.
    fn reader_is_gone(&self) -> bool {
        false
    }
}

/// A first round that is shorter than this tells nothing: a connection has to be made, a key to be fetched.
const LEAST_ROUND: Duration = Duration::from_secs(2);

/// How often the reporter is told the time.
const TICK: Duration = Duration::from_millis(250);

/// Watches until every invocation has come to its end, time runs out, or somebody ends it. Gives what is known of
/// each and how it ended.
pub async fn watch(
    feed: &mut dyn Feed,
    plan: &WatchPlan,
    reporter: &mut dyn Reporter,
    signals: &mut UnboundedReceiver<Signal>,
) -> (Vec<Outcome>, Ending) {
    let started = Instant::now();
    let deadline = plan.deadline();
    let mut fold = Fold::new(&plan.invoke_ids, plan.until);
    let mut unheard: HashSet<usize> = (0..plan.invoke_ids.len()).collect();
    reporter.started(plan);
    let ending = loop {
        let now = Instant::now();
        if reporter.reader_is_gone() {
            break Ending::ReaderGone;
        }
        if fold.is_over() {
            break Ending::Complete;
        }
        if plan.fail_fast.is_some_and(|budget| fold.exceeds(budget)) {
            break Ending::FailFast;
        }
        // Looked at here too, for a feed that never pauses would keep the timer below from being heard.
        if deadline.is_some_and(|deadline| deadline <= now) {
            break Ending::OutOfTime;
        }
        reporter.tick(&WatchState {
            outcomes: fold.outcomes(),
            elapsed: now - started,
            left: deadline.map(|deadline| deadline - now),
            next: feed.next_at().map(|next| next.saturating_duration_since(now)),
        });
        tokio::select! {
            biased;
            Some(signal) = signals.recv() => break Ending::Signal(signal),
            () = sleep_until(deadline.unwrap_or(now)), if deadline.is_some() => break Ending::OutOfTime,
            event = feed.next() => match event {
                Some(event) => {
                    let was_last = plan.invoke_ids.len() > 8 && unheard.remove(&event.id()) && unheard.is_empty();
                    take_in(event, &mut fold, feed, reporter);
                    if was_last && !fold.is_over() && started.elapsed() > plan.interval.max(LEAST_ROUND) {
                        reporter.pace(plan, started.elapsed());
                    }
                }
                None => break Ending::RecordingEnded,
            },
            () = sleep(TICK) => {}
        }
    };
    for event in feed.stop().await {
        take_in(event, &mut fold, feed, reporter);
    }
    reporter.ended(fold.outcomes());
    (fold.into_outcomes(), ending)
}

fn take_in(event: FeedEvent, fold: &mut Fold, feed: &mut dyn Feed, reporter: &mut dyn Reporter) {
    match event {
        FeedEvent::Snapshot { id, at, snapshot } => {
            let change = fold.snapshot(id, at, *snapshot);
            reporter.event(&Event::Snapshot { outcome: &fold.outcomes()[id], change: &change });
            if fold.has_ended(id) {
                feed.done(id);
            }
        }
        FeedEvent::Retry { id, fault, attempt, delay, call } => {
            let outcome = &fold.outcomes()[id];
            let invoke_id = call.as_ref().unwrap_or(&outcome.invoke_id);
            reporter.event(&Event::Retry { invoke_id, fault: &fault, attempt, delay });
            fold.last_error(id, fault);
        }
        FeedEvent::GaveUp { id, fault } => {
            fold.gave_up(id, fault);
            reporter.event(&Event::GaveUp { outcome: &fold.outcomes()[id] });
        }
        FeedEvent::Send { id, news } => reporter.event(&Event::Send { outcome: &fold.outcomes()[id], news: &news }),
    }
}

#[cfg(test)]
mod tests;
