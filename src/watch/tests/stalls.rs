//! A process that does not run for a while: stopped, paused with its machine, or kept by whoever reads.

use super::*;
use crate::testing::feed::secs;
use tokio::time::advance;

/// Stops the process for so long at its first tick from some time on, as SIGSTOP does: no timer fires meanwhile.
struct Stop {
    from: Duration,
    lasts: Duration,
    left: usize,
}

impl Reporter for Stop {
    fn started(&mut self, _: &Plan, _: &Terminal) {}

    fn event(&mut self, _: &Event<'_>, _: &Terminal) {}

    fn tick(&mut self, standing: &Standing<'_>, _: &Terminal) {
        if self.left > 0 && standing.elapsed >= self.from {
            self.left -= 1;
            let _ = futures_util::FutureExt::now_or_never(advance(self.lasts));
        }
    }
}

const WATCH: Policy = Policy { interval: Duration::from_secs(5), retries: 4, grace: secs(30), persistent: true };

/// Watches a service with one stop, and gives how and when it ended.
async fn stopped(fake: &Fake, ids: usize, mut stop: Stop) -> (Vec<Outcome>, Ending, Duration) {
    let (_sender, mut signals) = silence();
    let start = Instant::now();
    let plan = Plan { timeout: Some(secs(60)), ..plan(ids) };
    let (outcomes, ending) = watch(fake.poll(ids, WATCH), &plan, &mut stop, &terminal(), &mut signals).await;
    (outcomes, ending, start.elapsed())
}

/// A service that takes its time; the invocation is over after so many seconds.
fn over_after(time: u64, latency: Duration) -> Fake {
    let start = Instant::now();
    Fake::new(move |_, _| (latency, Ok(if start.elapsed() >= secs(time) { success() } else { running() })))
}

fn stop(from: u64, lasts: u64) -> Stop {
    Stop { from: secs(from), lasts: secs(lasts), left: 1 }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passed_meanwhile_waits_for_one_look_more() {
    let fake = over_after(100, secs(1));
    let (outcomes, ending, time) = stopped(&fake, 1, stop(12, 3600)).await;
    assert_eq!((ending, exit::sum(&outcomes, ending).code), (Ending::Complete, 0));
    assert_eq!((time, fake.asked(0)), (secs(3613), vec![0.0, 5.0, 10.0, 3612.0]));
}

#[tokio::test(start_paused = true)]
async fn and_then_it_tells_what_the_look_has_shown() {
    let fake = over_after(9999, secs(1));
    let (outcomes, ending, time) = stopped(&fake, 20, stop(12, 3600)).await;
    assert_eq!((ending, exit::sum(&outcomes, ending).code), (Ending::OutOfTime, 124));
    assert_eq!(time, secs(3615), "twenty ids are three rounds");
    for id in 0..20 {
        assert_eq!(fake.asked(id).iter().filter(|at| **at > 3600.0).count(), 1, "id {id}: {:?}", fake.asked(id));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_under_way_is_too_old_to_be_the_last() {
    let fake = over_after(100, secs(3));
    let (_, ending, time) = stopped(&fake, 1, stop(11, 3600)).await;
    assert_eq!((ending, time), (Ending::Complete, secs(3614)));
    assert_eq!(fake.asked(0), [0.0, 5.0, 10.0, 3611.0]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_is_not_waited_for_longer_than_a_minute() {
    let start = Instant::now();
    let fake = Fake::new(move |_, _| (if start.elapsed() < secs(60) { secs(1) } else { secs(9999) }, Ok(running())));
    let (_, ending, time) = stopped(&fake, 1, stop(12, 3600)).await;
    assert_eq!((ending, time), (Ending::OutOfTime, secs(12 + 3600 + 60)));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_has_gone_stale_does_not_cost_the_last_look() {
    let start = Instant::now();
    let answer = move |before| match before {
        3 => Err(passing(Kind::Network)),
        _ => Ok(if start.elapsed() >= secs(100) { success() } else { running() }),
    };
    let fake = Fake::new(move |_, before| (secs(1), answer(before)));
    let (outcomes, ending, time) = stopped(&fake, 1, stop(12, 3600)).await;
    assert_eq!((ending, exit::sum(&outcomes, ending).code), (Ending::Complete, 0));
    assert!((secs(3619)..=secs(3625)).contains(&time), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn when_nothing_was_to_be_asked_meanwhile_the_deadline_stands() {
    let fake = over_after(9999, secs(1));
    let (_sender, mut signals) = silence();
    let start = Instant::now();
    let policy = Policy { interval: secs(300), ..WATCH };
    let plan = Plan { timeout: Some(secs(60)), ..plan(1) };
    let mut stop = stop(50, 20);
    let (_, ending) = watch(fake.poll(1, policy), &plan, &mut stop, &terminal(), &mut signals).await;
    assert_eq!(ending, Ending::OutOfTime);
    assert_eq!((start.elapsed(), fake.asked(0).len()), (secs(70), 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_well_before_the_deadline_does_not_move_it() {
    let fake = over_after(9999, secs(1));
    let (_, ending, time) = stopped(&fake, 1, stop(12, 20)).await;
    assert_eq!((ending, time), (Ending::OutOfTime, secs(60)));
    assert_eq!(fake.asked(0), [0.0, 5.0, 10.0, 32.0, 37.0, 42.0, 47.0, 52.0, 57.0]);
}

#[tokio::test(start_paused = true)]
async fn whoever_keeps_stopping_it_does_not_keep_it_from_its_end() {
    let fake = over_after(9999, secs(30));
    let often = Stop { left: 1000, ..stop(12, 20) };
    let (_, ending, time) = stopped(&fake, 1, often).await;
    assert_eq!(ending, Ending::OutOfTime);
    assert!(time <= secs(60 + 20 + 60 + 20), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_last_look_too() {
    let fake = over_after(9999, secs(5));
    let (sender, mut signals) = silence();
    tokio::spawn(async move {
        sleep(secs(3614)).await;
        sender.send(Signal::Interrupt)
    });
    let (start, plan, mut stop) = (Instant::now(), Plan { timeout: Some(secs(60)), ..plan(1) }, stop(12, 3600));
    let (_, ending) = watch(fake.poll(1, WATCH), &plan, &mut stop, &terminal(), &mut signals).await;
    assert_eq!((ending, start.elapsed()), (Ending::Signal(Signal::Interrupt), secs(3614)));
}
