//! Watching: the loop from a feed to outcomes. It writes nothing; a [`Reporter`] is told what happens.
//!
//! It ends when nothing more is to be asked about any id, at the deadline, at a signal, when more nodes failed than are
//! accepted, or when nobody reads the answer any more: one `select!` around the feed. Its only clock is tokio's, so
//! that a test of an hour's watch takes a millisecond. A watch that ends early asks the feed to stop in order: see
//! [`Feed::stop`].

mod fold;

pub use fold::Change;
pub(crate) use fold::Fold;

use crate::exit::{Budget, Ending, Outcome, Signal};
use crate::fault::Fault;
use crate::feed::{Feed, FeedEvent, News, SendNews};
use crate::invocation::{InvokeId, Snapshot};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

/// Tells what is watched, and for how long.
#[derive(Clone, Debug, Default)]
pub struct WatchPlan {
    pub invoke_ids: Vec<InvokeId>,
    pub until: Until,
    pub region: Option<String>,
    /// The host that is asked, where an endpoint was set.
    pub host: Option<String>,
    pub interval: Duration,
    /// When the timeout began to run: with the command, for reading ids may take long too. `None`: with the watch.
    pub begun: Option<Instant>,
    /// From then on to the deadline; `None` for a watch without a deadline.
    pub timeout: Option<Duration>,
    /// Ends the watch as soon as more nodes of an invocation have failed than this accepts.
    pub fail_fast: Option<Budget>,
}

impl WatchPlan {
    /// Gives the deadline, if there is one that the clock can reach.
    pub fn deadline(&self) -> Option<Instant> {
        self.begun.unwrap_or_else(Instant::now).checked_add(self.timeout?)
    }
}

/// Says up to when an id is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// Up to its first answer.
    Answered,
    /// Until it has finished.
    #[default]
    Finished,
}

/// Tells what happened, for a reporter.
pub enum Event<'a> {
    /// An answer came, and changed something or nothing.
    Snapshot { invoke_id: &'a InvokeId, snapshot: &'a Snapshot, change: &'a Change },
    /// An attempt failed, and the next one comes after `delay`. Of a send, `invoke_id` is that of the call.
    Retry { invoke_id: &'a InvokeId, fault: &'a Fault, attempt: u32, delay: Duration },
    /// The id is given up: no further attempt is made.
    GaveUp { outcome: &'a Outcome },
    /// A round over all ids takes this long, which is longer than the interval.
    SlowRound { plan: &'a WatchPlan, round: Duration },
    /// Something happened to a send.
    Send { outcome: &'a Outcome, news: &'a SendNews },
}

/// Says how a watch stands between two events.
pub struct WatchState<'a> {
    pub outcomes: &'a [Outcome],
    pub elapsed: Duration,
    /// The time to the deadline, if there is one.
    pub left: Option<Duration>,
    /// The time to the next poll, if that is known.
    pub next: Option<Duration>,
}

/// Tells people or programs how a watch goes.
pub trait Reporter {
    /// Takes in that the watch begins.
    fn started(&mut self, _: &WatchPlan) {}

    /// Takes in what happened to an id.
    fn event(&mut self, event: &Event<'_>);

    /// Takes in that time has passed. Called at least every [`TICK`].
    fn tick(&mut self, _: &WatchState<'_>) {}

    /// Takes in that the watch is over: writes what is still pending.
    fn ended(&mut self, _: &[Outcome]) {}
}

/// Says how long a first round must be to tell of the pace: it includes the connection and the key.
const SHORTEST_ROUND: Duration = Duration::from_secs(2);

/// Says how often the reporter is told the time.
const TICK: Duration = Duration::from_millis(250);

/// Watches a feed to its end, as long as somebody reads the answer. Gives what is known of each id, and how it ended.
pub async fn watch(
    feed: &mut dyn Feed,
    plan: &WatchPlan,
    reporter: &mut dyn Reporter,
    signals: &mut UnboundedReceiver<Signal>,
    reader_is_gone: impl Fn() -> bool,
) -> (Vec<Outcome>, Ending) {
    let started = Instant::now();
    let deadline = plan.deadline();
    let mut fold = Fold::new(&plan.invoke_ids, plan.until);
    let mut unheard: HashSet<usize> = (0..plan.invoke_ids.len()).collect();
    reporter.started(plan);
    let ending = loop {
        let now = Instant::now();
        if reader_is_gone() {
            break Ending::ReaderGone;
        }
        if fold.is_over() {
            break Ending::Complete;
        }
        if plan.fail_fast.is_some_and(|budget| fold.outcomes.iter().any(|outcome| outcome.exceeds(budget))) {
            break Ending::FailFast;
        }
        // Checked here too, for a feed that never pauses would keep the timer below from being polled.
        if deadline.is_some_and(|deadline| deadline <= now) {
            break Ending::OutOfTime;
        }
        reporter.tick(&WatchState {
            outcomes: &fold.outcomes,
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
                    let was_last = plan.invoke_ids.len() > 8 && unheard.remove(&event.id) && unheard.is_empty();
                    take_in(event, &mut fold, feed, reporter);
                    if was_last && !fold.is_over() && started.elapsed() > plan.interval.max(SHORTEST_ROUND) {
                        reporter.event(&Event::SlowRound { plan, round: started.elapsed() });
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
    reporter.ended(&fold.outcomes);
    (fold.into_outcomes(), ending)
}

/// Takes an event into what is known, and reports it.
fn take_in(FeedEvent { id, news }: FeedEvent, fold: &mut Fold, feed: &mut dyn Feed, reporter: &mut dyn Reporter) {
    match news {
        News::Snapshot { at, snapshot } => {
            let (invoke_id, snapshot, change) = fold.snapshot(id, at, *snapshot);
            reporter.event(&Event::Snapshot { invoke_id, snapshot, change: &change });
            if fold.has_ended(id) {
                feed.done(id);
            }
        }
        News::Retry { fault, attempt, delay, call } => {
            let outcome = &mut fold.outcomes[id];
            let invoke_id = call.as_ref().unwrap_or(&outcome.invoke_id);
            reporter.event(&Event::Retry { invoke_id, fault: &fault, attempt, delay });
            outcome.last_error = Some(fault);
        }
        News::GaveUp(fault) => {
            fold.outcomes[id].fault = Some(fault);
            reporter.event(&Event::GaveUp { outcome: &fold.outcomes[id] });
        }
        News::Send(news) => reporter.event(&Event::Send { outcome: &fold.outcomes[id], news: &news }),
    }
}

#[cfg(test)]
mod tests;
