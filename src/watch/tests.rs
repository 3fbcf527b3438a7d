//! The watch's loop with feeds that play a part, in simulated time.

mod endings;
mod fold;
mod long;
mod sequences;

use super::*;
use crate::exit;
use crate::fault::Kind;
use crate::feed::Policy;
use crate::invocation::Snapshot;
use crate::testing::feed::{Fake, fault, passing, running, secs, success};
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// A feed of given events, each at its time from the beginning.
struct Script {
    events: VecDeque<(Duration, FeedEvent)>,
    start: Instant,
    /// Whether it goes on in silence when all was shown.
    is_endless: bool,
    done: Rc<RefCell<Vec<usize>>>,
}

impl Script {
    fn new(events: impl IntoIterator<Item = (u64, FeedEvent)>) -> Self {
        let events = events.into_iter().map(|(second, event)| (secs(second), event)).collect();
        Script { events, start: Instant::now(), is_endless: false, done: Rc::default() }
    }

    fn endless(self) -> Self {
        Script { is_endless: true, ..self }
    }
}

impl Feed for Script {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            match self.next_at() {
                Some(at) => sleep_until(at).await,
                None if self.is_endless => std::future::pending().await,
                None => {}
            }
            self.events.pop_front().map(|(_, event)| event)
        })
    }

    fn done(&mut self, id: usize) {
        self.done.borrow_mut().push(id);
    }

    fn next_at(&self) -> Option<Instant> {
        self.events.front().map(|(at, _)| self.start + *at)
    }
}

fn seen(id: usize, snapshot: Snapshot) -> FeedEvent {
    FeedEvent { id, news: News::Snapshot { at: Timestamp::UNIX_EPOCH, snapshot: Box::new(snapshot) } }
}

/// Keeps what is reported, in short, with the second at which it was.
struct Listener {
    heard: Vec<String>,
    start: Instant,
    /// Elapsed time, time left and time to the next poll, as ticks gave them.
    ticks: Vec<(Duration, Option<Duration>, Option<Duration>)>,
}

impl Listener {
    fn new() -> Self {
        Listener { heard: Vec::new(), start: Instant::now(), ticks: Vec::new() }
    }
}

impl Reporter for Listener {
    fn started(&mut self, plan: &WatchPlan) {
        self.heard.push(format!("started {}", plan.invoke_ids.len()));
    }

    fn event(&mut self, event: &Event<'_>) {
        let name = |outcome: &Outcome| outcome.invoke_id.to_string();
        let event = match event {
            Event::Snapshot { invoke_id, change, .. } => {
                format!("{invoke_id} answered, {} nodes changed", change.nodes.len())
            }
            Event::Retry { invoke_id, attempt, .. } => format!("{invoke_id} retry {attempt}"),
            Event::GaveUp { outcome } => format!("{} given up", name(outcome)),
            Event::Send { outcome, .. } => format!("{} sends", name(outcome)),
            Event::SlowRound { .. } => return,
        };
        self.heard.push(format!("{}s {event}", self.start.elapsed().as_secs()));
    }

    fn tick(&mut self, state: &WatchState<'_>) {
        self.ticks.push((state.elapsed, state.left, state.next));
    }
}

fn plan(ids: usize) -> WatchPlan {
    WatchPlan {
        invoke_ids: (0..ids).map(|id| InvokeId::new(format!("t-{id}"))).collect(),
        interval: secs(5),
        timeout: Some(secs(1800)),
        ..WatchPlan::default()
    }
}

/// Signals that nobody sends; kept open by the sender.
fn silence() -> (UnboundedSender<Signal>, UnboundedReceiver<Signal>) {
    unbounded_channel()
}

/// Watches a feed to its end, with nobody in the way.
async fn play(mut feed: impl Feed, plan: &WatchPlan) -> (Vec<Outcome>, Ending, Listener) {
    let (_sender, mut signals) = silence();
    let mut listener = Listener::new();
    let (outcomes, ending) = watch(&mut feed, plan, &mut listener, &mut signals, || false).await;
    (outcomes, ending, listener)
}

#[tokio::test(start_paused = true)]
async fn watch_ends_once_every_id_has_finished() {
    let script = Script::new([(0, seen(0, running())), (1, seen(1, success())), (5, seen(0, success()))]).endless();
    let done = Rc::clone(&script.done);
    let (outcomes, ending, listener) = play(script, &plan(2)).await;
    assert_eq!(ending, Ending::Complete);
    assert_eq!(*done.borrow(), [1, 0], "nothing more is asked about what has finished");
    assert!(outcomes.iter().all(|outcome| outcome.snapshot().is_some_and(Snapshot::is_finished)));
    let heard = ["started 2", "0s t-0 answered, 0 nodes changed", "1s t-1 answered, 0 nodes changed"];
    assert_eq!(listener.heard[..3], heard);
    assert_eq!(listener.heard[3..], ["5s t-0 answered, 1 nodes changed"]);
}

#[tokio::test(start_paused = true)]
async fn watch_ends_when_the_last_id_is_given_up() {
    let gave_up = FeedEvent { id: 0, news: News::GaveUp(fault(Kind::NotFound)) };
    let (outcomes, ending, listener) =
        play(Script::new([(0, gave_up), (9, seen(1, success()))]).endless(), &plan(2)).await;
    assert_eq!(ending, Ending::Complete);
    assert_eq!(outcomes[0].fault.as_ref().map(|fault| fault.kind), Some(Kind::NotFound));
    assert_eq!(listener.heard[1], "0s t-0 given up");
    assert_eq!(exit::sum(None, &outcomes, ending).code, 6);
}

#[tokio::test(start_paused = true)]
async fn watch_keeps_the_last_snapshot_of_an_id_that_is_given_up() {
    let gave_up = FeedEvent { id: 0, news: News::GaveUp(fault(Kind::Service)) };
    let (outcomes, ending, _) = play(Script::new([(0, seen(0, running())), (5, gave_up)]), &plan(1)).await;
    assert_eq!(ending, Ending::Complete);
    assert!(outcomes[0].snapshot().is_some() && outcomes[0].fault.is_some());
}

#[tokio::test(start_paused = true)]
async fn watch_of_a_recording_ends_where_the_recording_ends() {
    let (outcomes, ending, _) = play(Script::new([(0, seen(0, success())), (1, seen(1, running()))]), &plan(2)).await;
    assert_eq!(ending, Ending::RecordingEnded);
    assert_eq!(exit::sum(None, &outcomes, ending).code, 8);
}

#[tokio::test(start_paused = true)]
async fn status_ends_with_the_first_answer_of_each_id() {
    let news = News::Retry { fault: passing(Kind::Network), attempt: 1, delay: secs(1), call: None };
    let retry = FeedEvent { id: 1, news };
    let script = Script::new([(0, seen(0, running())), (0, retry), (1, seen(1, success()))]).endless();
    let done = Rc::clone(&script.done);
    let plan = WatchPlan { until: Until::Answered, ..plan(2) };
    let (outcomes, ending, listener) = play(script, &plan).await;
    assert_eq!(
        (ending, listener.heard.last().unwrap().as_str()),
        (Ending::Complete, "1s t-1 answered, 0 nodes changed")
    );
    assert_eq!(listener.heard[2], "0s t-1 retry 1");
    assert_eq!(*done.borrow(), [0, 1]);
    assert_eq!(exit::sum(None, &outcomes, ending).code, 8);
}

#[tokio::test(start_paused = true)]
async fn reporter_gets_the_time_left_and_the_next_poll() {
    let script = Script::new([(0, seen(0, running())), (5, seen(0, success()))]);
    let (_, _, listener) = play(script, &WatchPlan { timeout: Some(secs(60)), ..plan(1) }).await;
    assert_eq!(listener.ticks[0], (secs(0), Some(secs(60)), Some(secs(0))));
    assert_eq!(listener.ticks[5], (secs(1), Some(secs(59)), Some(secs(4))));
    let (_, _, listener) = play(Script::new([(1, seen(0, success()))]), &WatchPlan { timeout: None, ..plan(1) }).await;
    assert_eq!(listener.ticks[0].1, None);
}
