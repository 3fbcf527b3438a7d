//! Against a fake service, in simulated time: what is asked when, and what is seen of it.

mod grace;
mod many;
mod patience;
mod retries;
mod sharing;

use super::*;
use crate::testing::feed::{Fake, passing, running, secs, seen_within, throttled};
use tokio::time::advance;

/// As `watch` asks.
const WATCH: Policy = Policy { interval: secs(5), retries: 4, grace: secs(30), patience: Duration::MAX };

/// As `status` asks.
const STATUS: Policy = Policy { interval: Duration::ZERO, retries: 4, grace: Duration::ZERO, patience: Duration::ZERO };

impl<S> Poll<S> {
    /// Counts everything that it holds, so that a test sees whether it grows.
    pub(crate) fn held(&self) -> usize {
        self.queue.len() + self.in_flight.len() + self.failed.len() + self.events.len()
    }
}

/// What was seen, in short.
fn short(seen: &[FeedEvent]) -> Vec<String> {
    let word = |FeedEvent { id, news }: &FeedEvent| match news {
        News::Send(_) => unreachable!("nothing is sent"),
        News::Snapshot { .. } => format!("snapshot {id}"),
        News::Retry { attempt, .. } => format!("retry {id} after {attempt}"),
        News::GaveUp(_) => format!("gave up {id}"),
    };
    seen.iter().map(word).collect()
}

fn count(seen: &[FeedEvent], wanted: &str) -> usize {
    short(seen).iter().filter(|word| *word == wanted).count()
}

/// The delays of the retries among what was seen, in seconds.
fn delays(seen: &[FeedEvent]) -> Vec<f64> {
    let delay = |seen: &FeedEvent| match &seen.news {
        News::Retry { delay, .. } => Some(delay.as_secs_f64()),
        _ => None,
    };
    seen.iter().filter_map(delay).collect()
}

/// The fault that ended an id.
fn lost(seen: &[FeedEvent], wanted: usize) -> &Fault {
    let of_id = seen.iter().filter(|seen| seen.id == wanted);
    let mut faults = of_id.filter_map(|seen| if let News::GaveUp(fault) = &seen.news { Some(fault) } else { None });
    faults.next().expect("the id was lost")
}

#[tokio::test(start_paused = true)]
async fn poll_keeps_at_most_eight_requests_in_flight() {
    let fake = Fake::new(|_, _| (secs(1), Ok(running())));
    let mut poll = fake.poll(100, Policy { interval: secs(60), ..WATCH });
    seen_within(&mut poll, Duration::from_millis(1)).await;
    assert_eq!((fake.asked_in_all(), fake.in_flight()), (8, 8));
    let seen = seen_within(&mut poll, secs(20)).await;
    assert_eq!(seen.len(), 100);
    assert_eq!(fake.most_in_flight(), 8);
    for id in 0..100 {
        assert_eq!(fake.asked(id), [(id / 8) as f64], "id {id} waits for a place only");
    }
}

#[tokio::test(start_paused = true)]
async fn poll_takes_turns_among_many_ids() {
    let fake = Fake::new(|_, _| (secs(1), Ok(running())));
    let mut poll = fake.poll(80, WATCH);
    seen_within(&mut poll, secs(100)).await;
    for id in 0..80 {
        assert_eq!(fake.asked(id).len(), 10, "id {id} has its turn every ten seconds");
    }
}

#[tokio::test(start_paused = true)]
async fn poll_interval_is_from_start_to_start() {
    let fake = Fake::new(|_, _| (secs(2), Ok(running())));
    seen_within(&mut fake.poll(1, WATCH), secs(18)).await;
    assert_eq!(fake.asked(0), [0.0, 5.0, 10.0, 15.0]);
}

#[tokio::test(start_paused = true)]
async fn poll_does_not_catch_up_after_a_slow_answer() {
    let latency = |before| if before == 0 { secs(15) } else { Duration::ZERO };
    let fake = Fake::new(move |_, before| (latency(before), Ok(running())));
    let mut poll = fake.poll(1, WATCH);
    assert!(poll.next().await.is_some());
    assert_eq!(poll.next_at(), Some(Instant::now()), "it is due, and not overdue: others may be before it");
    seen_within(&mut poll, secs(11)).await;
    assert_eq!(fake.asked(0), [0.0, 15.0, 20.0, 25.0]);
}

#[tokio::test(start_paused = true)]
async fn poll_does_not_catch_up_after_a_stall() {
    let fake = Fake::quick(|_, _| Ok(running()));
    let mut poll = fake.poll(1, WATCH);
    seen_within(&mut poll, secs(1)).await;
    advance(secs(16)).await;
    seen_within(&mut poll, secs(11)).await;
    assert_eq!(fake.asked(0), [0.0, 17.0, 22.0, 27.0]);
}

#[tokio::test(start_paused = true)]
async fn poll_next_at_is_the_time_of_the_next_request() {
    let answer = |id, before| match (id, before) {
        (0, 1) => Err(throttled(secs(30))),
        _ => Ok(running()),
    };
    let fake = Fake::new(move |id, before| (secs(1), answer(id, before)));
    let mut poll = fake.poll(2, WATCH);
    let start = Instant::now();
    assert_eq!(poll.next_at(), Some(start));
    seen_within(&mut poll, Duration::from_millis(500)).await;
    assert_eq!(poll.next_at(), None, "both are being asked");
    seen_within(&mut poll, secs(2)).await;
    assert_eq!(poll.next_at(), Some(start + secs(5)));
    seen_within(&mut poll, secs(4)).await;
    assert_eq!(poll.next_at(), Some(start + secs(36)), "the service's own word holds both back");
    poll.done(0);
    poll.done(1);
    assert_eq!(poll.next_at(), None);
}

#[tokio::test(start_paused = true)]
async fn poll_done_drops_the_request_in_flight() {
    let fake = Fake::new(|id, _| (if id == 0 { secs(10) } else { secs(1) }, Ok(running())));
    let mut poll = fake.poll(2, WATCH);
    assert_eq!(short(&seen_within(&mut poll, secs(2)).await), ["snapshot 1"]);
    poll.done(0);
    assert_eq!(short(&seen_within(&mut poll, secs(30)).await), ["snapshot 1"; 6]);
    assert_eq!(fake.asked(0), [0.0]);
    poll.done(1);
    assert!(poll.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn poll_loses_nothing_when_next_is_dropped() {
    let reply = |id: usize, before: usize| {
        let latency = Duration::from_millis(301 * (1 + (id as u64 * 7 + before as u64) % 30));
        (latency, Ok(running()))
    };
    let calm = Fake::new(reply);
    let undisturbed = seen_within(&mut calm.poll(12, WATCH), secs(60)).await;
    let fake = Fake::new(reply);
    let mut poll = fake.poll(12, WATCH);
    let mut seen = Vec::new();
    for _ in 0..60_000 {
        seen.extend(seen_within(&mut poll, Duration::from_millis(1)).await);
    }
    assert_eq!(seen.len(), fake.asked_in_all() - fake.in_flight());
    for id in 0..12 {
        assert_eq!(fake.asked(id), calm.asked(id), "id {id} is asked about as if nothing had been dropped");
        let snapshot = format!("snapshot {id}");
        assert_eq!(count(&seen, &snapshot), count(&undisturbed, &snapshot), "no {snapshot} is missing");
    }
}

#[tokio::test(start_paused = true)]
async fn poll_once_asks_no_second_time() {
    let fake = Fake::quick(|_, _| Ok(running()));
    let mut poll = fake.poll(3, STATUS);
    let mut ids = Vec::new();
    while let Some(seen) = poll.next().await {
        let FeedEvent { id, news: News::Snapshot { at, .. } } = seen else { panic!("all went well") };
        assert_eq!(at, Timestamp::UNIX_EPOCH, "the source stamps it");
        ids.push(id);
        poll.done(id);
    }
    assert_eq!(ids, [0, 1, 2]);
    assert_eq!(fake.asked_in_all(), 3);
}
