//! What ends a watch before its ids have finished: the deadline, a signal, a reader that goes away.

use super::*;
use futures_util::FutureExt;
use std::cell::Cell;

#[tokio::test(start_paused = true)]
async fn watch_deadline_holds_while_no_answer_comes() {
    let start = Instant::now();
    let (outcomes, ending, listener) = play(Script::new([]).endless(), &plan(1)).await;
    assert_eq!((ending, start.elapsed()), (Ending::OutOfTime, secs(1800)));
    assert!(outcomes[0].seen.is_none() && outcomes[0].fault.is_none());
    assert_eq!(listener.ticks.len(), 1800 * 4, "the reporter hears the time all along");
}

#[tokio::test(start_paused = true)]
async fn watch_deadline_between_two_polls_keeps_the_last_snapshot() {
    let events = (0..).map(|round| (round * 5, seen(0, running()))).take(1000);
    let start = Instant::now();
    let (outcomes, ending, _) = play(Script::new(events), &WatchPlan { timeout: Some(secs(12)), ..plan(1) }).await;
    assert_eq!((ending, start.elapsed()), (Ending::OutOfTime, secs(12)));
    assert_eq!(exit::sum(None, &outcomes, ending).code, 124);
    assert!(outcomes[0].snapshot().is_some());
}

/// Always has something to show, and time passes while it is taken in.
struct Flood;

impl Feed for Flood {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            // Moves the clock without giving the turn away.
            let _ = tokio::time::advance(secs(1)).now_or_never();
            Some(seen(0, running()))
        })
    }

    fn done(&mut self, _: usize) {}

    fn next_at(&self) -> Option<Instant> {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn watch_deadline_holds_while_answers_never_pause() {
    let (sender, mut signals) = silence();
    let mut listener = Patience { sender, left: 100 };
    let plan = WatchPlan { timeout: Some(secs(60)), ..plan(1) };
    let (_, ending) = watch(&mut Flood, &plan, &mut listener, &mut signals, || false).await;
    assert_eq!(ending, Ending::OutOfTime);
}

/// Sends a signal once it has heard this many events.
struct Patience {
    sender: UnboundedSender<Signal>,
    left: usize,
}

impl Reporter for Patience {
    fn event(&mut self, _: &Event<'_>) {
        self.left -= 1;
        if self.left == 0 {
            self.sender.send(Signal::Terminate).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn watch_signal_ends_it_before_further_answers() {
    let events = (0..).map(|round| (round * 5, seen(0, running()))).take(1000);
    let (sender, mut signals) = silence();
    let mut reporter = Patience { sender, left: 3 };
    let start = Instant::now();
    let (outcomes, ending) = watch(&mut Script::new(events), &plan(2), &mut reporter, &mut signals, || false).await;
    assert_eq!((ending, start.elapsed()), (Ending::Signal(Signal::Terminate), secs(10)));
    assert_eq!(exit::sum(None, &outcomes, ending).code, 143);
    assert!(outcomes[0].snapshot().is_some() && outcomes[1].snapshot().is_none());
}

#[tokio::test(start_paused = true)]
async fn watch_signal_ends_it_while_answers_never_pause() {
    let (sender, mut signals) = silence();
    let mut reporter = Patience { sender, left: 3 };
    let (_, ending) = watch(&mut Flood, &plan(1), &mut reporter, &mut signals, || false).await;
    assert_eq!(ending, Ending::Signal(Signal::Terminate));
}

#[tokio::test(start_paused = true)]
async fn watch_goes_on_where_signals_cannot_be_listened_for() {
    let (sender, mut signals) = silence();
    drop(sender);
    let mut script = Script::new([(5, seen(0, success()))]);
    let (_, ending) = watch(&mut script, &plan(1), &mut Listener::new(), &mut signals, || false).await;
    assert_eq!(ending, Ending::Complete);
}

/// Hears the first event, with which its reader goes away.
struct Unread<'a>(&'a Cell<bool>);

impl Reporter for Unread<'_> {
    fn event(&mut self, _: &Event<'_>) {
        self.0.set(true);
    }
}

#[tokio::test(start_paused = true)]
async fn watch_ends_when_the_reader_of_stdout_goes_away() {
    let (_sender, mut signals) = silence();
    let mut script = Script::new([(5, seen(0, running()))]).endless();
    let is_gone = Cell::new(false);
    let (_, ending) = watch(&mut script, &plan(1), &mut Unread(&is_gone), &mut signals, || is_gone.get()).await;
    assert_eq!(ending, Ending::ReaderGone);
}

#[tokio::test(start_paused = true)]
async fn watch_timeout_too_long_for_the_clock_is_no_deadline() {
    let plan = WatchPlan { timeout: Some(Duration::MAX), ..plan(1) };
    let (_, ending, _) = play(Script::new([(5, seen(0, success()))]), &plan).await;
    assert_eq!(ending, Ending::Complete);
}

/// A feed that is in the middle of something: it takes three seconds to stop, and gives one more event.
struct Busy(Rc<RefCell<u32>>);

impl Feed for Busy {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(std::future::pending())
    }

    fn done(&mut self, _: usize) {}

    fn next_at(&self) -> Option<Instant> {
        None
    }

    fn stop(&mut self) -> LocalBoxFuture<'_, Vec<FeedEvent>> {
        Box::pin(async move {
            *self.0.borrow_mut() += 1;
            sleep(secs(3)).await;
            vec![seen(0, success())]
        })
    }
}

#[tokio::test(start_paused = true)]
async fn watch_that_ends_early_stops_its_feed_and_takes_in_the_last_events() {
    let stops = Rc::new(RefCell::new(0));
    let start = Instant::now();
    let plan = WatchPlan { timeout: Some(secs(60)), ..plan(1) };
    let (outcomes, ending, listener) = play(Busy(Rc::clone(&stops)), &plan).await;
    assert_eq!((ending, start.elapsed(), *stops.borrow()), (Ending::OutOfTime, secs(63), 1));
    assert!(outcomes[0].snapshot().is_some_and(Snapshot::is_finished));
    assert_eq!(listener.heard.last().map(String::as_str), Some("63s t-0 answered, 0 nodes changed"));
}
