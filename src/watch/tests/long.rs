//! A watch of a day, with faults all along: nothing is skipped, nothing bursts, nothing piles up.

use super::*;
use crate::testing::feed::{failed, node, snapshot};

const DAY: Duration = Duration::from_secs(24 * 3600);
const INTERVAL: Duration = Duration::from_secs(5);
const WATCH: Policy = Policy { interval: INTERVAL, retries: 0, grace: secs(30), patience: Duration::MAX };

/// A service whose invocations are over after a day, and that fails in every tenth poll. One node flaps.
fn service() -> Fake {
    let start = Instant::now();
    let flapping = |before| {
        let flaps = ["Running", "Failed"][before % 2];
        snapshot("Running", &[failed("a", "Odd"), node("b", flaps), node("c", "Running")])
    };
    Fake::new(move |id, before| {
        let answer = match before {
            _ if start.elapsed() >= DAY => {
                Ok(snapshot("Success", &[node("a", "Success"), node("b", "Success"), node("c", "Success")]))
            }
            _ if before % 10 == 9 => Err(passing([Kind::Service, Kind::Network, Kind::Answer][id % 3])),
            _ => Ok(flapping(before)),
        };
        (Duration::from_millis(200), answer)
    })
}

#[tokio::test(start_paused = true)]
async fn watch_of_a_day_with_a_fault_in_every_tenth_poll_ends_with_the_verdict() {
    let start = Instant::now();
    let fake = service();
    let (outcomes, ending, listener) = play(fake.poll(3, WATCH), &WatchPlan { timeout: None, ..plan(3) }).await;
    assert_eq!((ending, exit::sum(None, &outcomes, ending).code), (Ending::Complete, 0));
    assert!((DAY..DAY + secs(12)).contains(&start.elapsed()), "{:?}", start.elapsed());
    let retries = listener.heard.iter().filter(|line| line.ends_with("retry 1")).count();
    let mut faults = 0;
    for id in 0..3 {
        let asked = fake.asked(id);
        for (before, gap) in asked.windows(2).map(|pair| pair[1] - pair[0]).enumerate() {
            let is_fault = before % 10 == 9;
            faults += usize::from(is_fault);
            // After an answer the next poll comes at its time; after a fault one to two intervals from its end on.
            let wanted = if is_fault { 5.2..=10.201 } else { 4.999..=5.001 };
            assert!(wanted.contains(&gap), "id {id}, poll {before}: {gap}");
        }
    }
    assert_eq!((retries, listener.heard.len()), (faults, fake.asked_in_all() + 1), "each poll is reported");
}

#[tokio::test(start_paused = true)]
async fn watch_of_a_day_holds_no_growing_memory() {
    let fake = service();
    let mut poll = fake.poll(3, WATCH);
    let mut fold = Fold::new(&plan(3).invoke_ids, Until::Finished);
    let (start, mut failed) = (Instant::now(), 0);
    while start.elapsed() < DAY {
        let event = poll.next().await.expect("it goes on");
        match event.news {
            News::Send(_) => unreachable!("nothing is sent"),
            News::Snapshot { at, snapshot } => failed += fold.snapshot(event.id, at, *snapshot).2.failed.len(),
            News::Retry { fault, .. } => fold.outcomes[event.id].last_error = Some(fault),
            News::GaveUp(_) => panic!("all faults pass"),
        }
        assert!(fold.remembered() <= 2 * 3, "no node twice: {}", fold.remembered());
        assert!(poll.held() <= 3 + 3, "an id is due or in flight, and its last fault rests: {}", poll.held());
    }
    assert!(fake.asked_in_all() > 45_000, "{}", fake.asked_in_all());
    assert_eq!(failed, 2 * 3, "each node is reported once, though it flaps all day");
}

#[tokio::test(start_paused = true)]
async fn watch_polls_in_no_burst_after_an_answer_that_takes_an_hour() {
    let reply = |id, before| if (id, before) == (0, 2) { secs(3600) } else { Duration::ZERO };
    let fake = Fake::new(move |id, before| (reply(id, before), Ok(running())));
    play(fake.poll(2, WATCH), &WatchPlan { timeout: Some(secs(3700)), ..plan(2) }).await;
    assert_eq!(fake.asked(0)[..6], [0.0, 5.0, 10.0, 3610.0, 3615.0, 3620.0]);
    assert_eq!(fake.asked(1).len(), 740, "the other one is asked all along");
}

#[tokio::test(start_paused = true)]
async fn watch_of_a_thousand_ids_ends_with_the_last_of_them() {
    let start = Instant::now();
    let reply = move |id: usize| {
        let is_over = start.elapsed() >= Duration::from_millis(100 * id as u64);
        (Duration::from_millis(30), if is_over { Ok(success()) } else { Ok(running()) })
    };
    let fake = Fake::new(move |id, _| reply(id));
    let (outcomes, ending, _) = play(fake.poll(1000, WATCH), &plan(1000)).await;
    assert_eq!((ending, exit::sum(None, &outcomes, ending).code, fake.most_in_flight()), (Ending::Complete, 0, 8));
    assert!((secs(99)..secs(106)).contains(&start.elapsed()), "{:?}", start.elapsed());
    for id in 0..1000 {
        let last = fake.asked(id).last().copied().unwrap();
        assert!(
            (-0.001..6.0).contains(&(last - 0.1 * id as f64)),
            "id {id}: nothing is asked after its end, and it at once"
        );
    }
}
