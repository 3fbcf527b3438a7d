//! The watch's loop with feeds that play a part, in simulated time.

mod endings;
mod fold;
mod long;
mod sequences;
mod stalls;
mod told;

use super::*;
use crate::exit;
use crate::fault::Kind;
use crate::feed::Policy;
use crate::terminal::ColorChoice;
use crate::testing::feed::{Fake, fault, passing, running, secs, success};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// A feed that shows what it is told to, each at its time from the beginning.
struct Part {
    scenes: VecDeque<(Duration, FeedEvent)>,
    start: Instant,
    /// Whether it goes on in silence when all was shown.
    is_endless: bool,
    done: Rc<RefCell<Vec<usize>>>,
}

impl Part {
    fn new(scenes: impl IntoIterator<Item = (u64, FeedEvent)>) -> Self {
        let scenes = scenes.into_iter().map(|(second, seen)| (secs(second), seen)).collect();
        Part { scenes, start: Instant::now(), is_endless: false, done: Rc::default() }
    }

    fn endless(self) -> Self {
        Part { is_endless: true, ..self }
    }
}

impl Feed for Part {
    async fn next(&mut self) -> Option<FeedEvent> {
        match self.next_at() {
            Some(at) => sleep_until(at).await,
            None if self.is_endless => std::future::pending().await,
            None => {}
        }
        self.scenes.pop_front().map(|(_, seen)| seen)
    }

    fn done(&mut self, id: usize) {
        self.done.borrow_mut().push(id);
    }

    fn next_at(&self) -> Option<Instant> {
        self.scenes.front().map(|(at, _)| self.start + *at)
    }
}

fn seen(id: usize, snapshot: Snapshot) -> FeedEvent {
    FeedEvent::Snapshot { id, at: Timestamp::UNIX_EPOCH, snapshot: Box::new(snapshot) }
}

/// Keeps what it is told, in short, with the second at which it was told.
struct Listener {
    told: Vec<String>,
    start: Instant,
    /// Elapsed time, time left and time to the next poll, as ticks told them.
    ticks: Vec<(Duration, Option<Duration>, Option<Duration>)>,
}

impl Listener {
    fn new() -> Self {
        Listener { told: Vec::new(), start: Instant::now(), ticks: Vec::new() }
    }
}

impl Reporter for Listener {
    fn started(&mut self, plan: &Plan, _: &Terminal) {
        self.told.push(format!("started {}", plan.invoke_ids.len()));
    }

    fn event(&mut self, event: &Event<'_>, _: &Terminal) {
        let name = |outcome: &Outcome| outcome.invoke_id.to_string();
        let event = match event {
            Event::Snapshot { outcome, change } => {
                format!("{} look, {} nodes changed", name(outcome), change.nodes.len())
            }
            Event::Retry { outcome, attempt, .. } => format!("{} retry {attempt}", name(outcome)),
            Event::GaveUp { outcome } => format!("{} lost", name(outcome)),
        };
        self.told.push(format!("{}s {event}", self.start.elapsed().as_secs()));
    }

    fn tick(&mut self, standing: &Standing<'_>, _: &Terminal) {
        self.ticks.push((standing.elapsed, standing.left, standing.next));
    }
}

fn plan(ids: usize) -> Plan {
    Plan {
        invoke_ids: (0..ids).map(|id| InvokeId::new(format!("t-{id}"))).collect(),
        until: Until::Finished,
        region: None,
        interval: secs(5),
        timeout: Some(secs(1800)),
        fail_fast: None,
    }
}

fn terminal() -> Terminal {
    Terminal::new(ColorChoice::Never, true)
}

/// Signals that nobody sends; kept open by the sender.
fn silence() -> (UnboundedSender<Signal>, UnboundedReceiver<Signal>) {
    unbounded_channel()
}

/// Watches a feed to its end, with nobody in the way.
async fn play(feed: impl Feed, plan: &Plan) -> (Vec<Outcome>, Ending, Listener) {
    let (_sender, mut signals) = silence();
    let mut listener = Listener::new();
    let (outcomes, ending) = watch(feed, plan, &mut listener, &terminal(), &mut signals).await;
    (outcomes, ending, listener)
}

#[tokio::test(start_paused = true)]
async fn ends_as_soon_as_every_id_has_finished() {
    let part = Part::new([(0, seen(0, running())), (1, seen(1, success())), (5, seen(0, success()))]).endless();
    let done = Rc::clone(&part.done);
    let (outcomes, ending, listener) = play(part, &plan(2)).await;
    assert_eq!(ending, Ending::Complete);
    assert_eq!(*done.borrow(), [1, 0], "nothing more is asked about what has finished");
    assert!(outcomes.iter().all(|outcome| outcome.snapshot().is_some_and(Snapshot::is_finished)));
    let told = ["started 2", "0s t-0 look, 0 nodes changed", "1s t-1 look, 0 nodes changed"];
    assert_eq!(listener.told[..3], told);
    assert_eq!(listener.told[3..], ["5s t-0 look, 1 nodes changed"]);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_lost_has_come_to_its_end_too() {
    let lost = FeedEvent::GaveUp { id: 0, fault: fault(Kind::NotFound) };
    let (outcomes, ending, listener) = play(Part::new([(0, lost), (9, seen(1, success()))]).endless(), &plan(2)).await;
    assert_eq!(ending, Ending::Complete);
    assert_eq!(outcomes[0].fault.as_ref().map(|fault| fault.kind), Some(Kind::NotFound));
    assert_eq!(listener.told[1], "0s t-0 lost");
    assert_eq!(exit::sum(&outcomes, ending).code, 6);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_lost_later_keeps_what_was_seen_of_it() {
    let lost = FeedEvent::GaveUp { id: 0, fault: fault(Kind::Service) };
    let (outcomes, ending, _) = play(Part::new([(0, seen(0, running())), (5, lost)]), &plan(1)).await;
    assert_eq!(ending, Ending::Complete);
    assert!(outcomes[0].snapshot().is_some() && outcomes[0].fault.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_recording_may_end_before_the_invocation_does() {
    let (outcomes, ending, _) = play(Part::new([(0, seen(0, success())), (1, seen(1, running()))]), &plan(2)).await;
    assert_eq!(ending, Ending::RecordingEnded);
    assert_eq!(exit::sum(&outcomes, ending).code, 8);
}

#[tokio::test(start_paused = true)]
async fn one_look_ends_with_each_ids_first_answer() {
    let retry = FeedEvent::Retry { id: 1, fault: passing(Kind::Network), attempt: 1, delay: secs(1) };
    let part = Part::new([(0, seen(0, running())), (0, retry), (1, seen(1, success()))]).endless();
    let done = Rc::clone(&part.done);
    let plan = Plan { until: Until::Answered, ..plan(2) };
    let (outcomes, ending, listener) = play(part, &plan).await;
    assert_eq!((ending, listener.told.last().unwrap().as_str()), (Ending::Complete, "1s t-1 look, 0 nodes changed"));
    assert_eq!(listener.told[2], "0s t-1 retry 1");
    assert_eq!(*done.borrow(), [0, 1]);
    assert_eq!(exit::sum(&outcomes, ending).code, 8);
}

#[tokio::test(start_paused = true)]
async fn the_teller_is_told_the_time_that_is_left_and_the_next_poll() {
    let part = Part::new([(0, seen(0, running())), (5, seen(0, success()))]);
    let (_, _, listener) = play(part, &Plan { timeout: Some(secs(60)), ..plan(1) }).await;
    assert_eq!(listener.ticks[0], (secs(0), Some(secs(60)), Some(secs(0))));
    assert_eq!(listener.ticks[5], (secs(1), Some(secs(59)), Some(secs(4))));
    let (_, _, listener) = play(Part::new([(1, seen(0, success()))]), &Plan { timeout: None, ..plan(1) }).await;
    assert_eq!(listener.ticks[0].1, None);
}
