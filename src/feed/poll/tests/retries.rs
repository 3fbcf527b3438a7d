//! Faults before the first answer, and faults that end everything.

use super::*;
use crate::fault::Again;
use crate::testing::feed::{fault, seen_to_the_end, success};

#[tokio::test(start_paused = true)]
async fn retries_are_counted_and_then_given_up() {
    for policy in [STATUS, WATCH] {
        let fake = Fake::quick(|_, _| Err(passing(Kind::Network)));
        let seen = seen_to_the_end(&mut fake.poll(1, policy)).await;
        let wanted = ["retry 0 after 1", "retry 0 after 2", "retry 0 after 3", "retry 0 after 4", "gave up 0"];
        assert_eq!(short(&seen), wanted);
        assert_eq!(fake.asked_in_all(), 5);
        let fault = lost(&seen, 0);
        assert_eq!((fault.kind, fault.message.as_str()), (Kind::Network, "it went wrong (tried 5 times)"));
    }
}

#[tokio::test(start_paused = true)]
async fn retries_of_zero_give_up_at_the_first_fault() {
    let fake = Fake::quick(|_, _| Err(passing(Kind::Service)));
    let seen = seen_to_the_end(&mut fake.poll(1, Policy { retries: 0, ..STATUS })).await;
    assert_eq!(short(&seen), ["gave up 0"]);
    assert_eq!(lost(&seen, 0).message, "it went wrong");
}

#[tokio::test(start_paused = true)]
async fn retry_that_succeeds_is_a_snapshot() {
    let answer = |before| if before < 4 { Err(passing(Kind::Answer)) } else { Ok(success()) };
    let fake = Fake::quick(move |_, before| answer(before));
    let mut poll = fake.poll(1, STATUS);
    for attempt in 1..=4 {
        assert!(
            matches!(poll.next().await, Some(FeedEvent { news: News::Retry { attempt: told, .. }, .. }) if told == attempt)
        );
    }
    assert!(matches!(poll.next().await, Some(FeedEvent { news: News::Snapshot { .. }, .. })));
}

#[tokio::test(start_paused = true)]
async fn backoff_doubles_with_jitter() {
    let mut firsts = Vec::new();
    for _ in 0..20 {
        let fake = Fake::quick(|_, _| Err(passing(Kind::Network)));
        let seen = seen_to_the_end(&mut fake.poll(1, STATUS)).await;
        let delays = delays(&seen);
        for (delay, least) in delays.iter().zip([0.5, 1.0, 2.0, 4.0]) {
            assert!((least..=2.0 * least).contains(delay), "{delays:?}");
        }
        let asked = fake.asked(0);
        for (pair, delay) in asked.windows(2).zip(&delays) {
            let waited = pair[1] - pair[0];
            assert!((waited - delay).abs() <= 0.002, "told {delay}, waited {waited}");
        }
        firsts.push(delays[0]);
    }
    firsts.sort_by(f64::total_cmp);
    assert!(firsts[0] < firsts[19], "not all clients may come back in step: {firsts:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_of_the_server_is_obeyed() {
    let answer = |before| match before {
        0 => Err(Fault { again: Again::Later(secs(90)), ..fault(Kind::Service) }),
        1 => Err(Fault { again: Again::Later(Duration::from_millis(1)), ..fault(Kind::Service) }),
        _ => Ok(success()),
    };
    let fake = Fake::quick(move |_, before| answer(before));
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(95)).await;
    let delays = delays(&seen);
    assert_eq!(delays[0], 90.0);
    assert!(delays[1] >= 1.0, "a shorter word than our own does not hurry us: {delays:?}");
    assert_eq!(fake.asked(0)[..2], [0.0, 90.0]);
}

#[tokio::test(start_paused = true)]
async fn permanent_fault_ends_its_id_alone() {
    for kind in [Kind::Network, Kind::Service, Kind::Answer] {
        let fake = Fake::quick(move |id, _| if id == 0 { Err(fault(kind)) } else { Ok(running()) });
        let seen = seen_within(&mut fake.poll(2, WATCH), secs(11)).await;
        assert_eq!(short(&seen), ["gave up 0", "snapshot 1", "snapshot 1", "snapshot 1"], "{kind:?}");
        assert_eq!((lost(&seen, 0).kind, lost(&seen, 0).message.as_str()), (kind, "it went wrong"));
        assert_eq!((fake.asked(0).len(), fake.asked(1)), (1, vec![0.0, 5.0, 10.0]));
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_end_every_id() {
    let reply = |id| match id {
        1 => (secs(1), Ok(success())),
        3 => (secs(2), Err(fault(Kind::Credentials))),
        _ => (secs(3), Ok(running())),
    };
    let fake = Fake::new(move |id, _| reply(id));
    let mut poll = fake.poll(100, WATCH);
    assert_eq!(short(&seen_within(&mut poll, secs(2)).await), ["snapshot 1"]);
    poll.done(1);
    let first = poll.next().await;
    assert!(matches!(first, Some(FeedEvent { id: 3, news: News::GaveUp(_) })), "the id that found out is told first");
    assert_eq!(fake.in_flight(), 0, "nobody waits for what was under way");
    let seen = seen_to_the_end(&mut poll).await;
    assert_eq!(seen.len(), 98);
    for id in (0..100).filter(|id| ![1, 3].contains(id)) {
        assert_eq!(lost(&seen, id).kind, Kind::Credentials);
    }
    assert_eq!(fake.asked_in_all(), 9);
}

#[tokio::test(start_paused = true)]
async fn transient_credentials_fault_is_retried() {
    let answer = |before| if before == 0 { Err(passing(Kind::Credentials)) } else { Ok(success()) };
    let fake = Fake::quick(move |_, before| answer(before));
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(2)).await;
    assert_eq!(short(&seen), ["retry 0 after 1", "snapshot 0"]);
}

#[tokio::test(start_paused = true)]
async fn credentials_fault_after_all_retries_ends_every_id() {
    let answer = |id| if id == 0 { Err(passing(Kind::Credentials)) } else { Ok(running()) };
    let fake = Fake::quick(move |id, _| answer(id));
    let seen = seen_within(&mut fake.poll(2, WATCH), secs(60)).await;
    assert_eq!(count(&seen, "gave up 0"), 1);
    assert_eq!(count(&seen, "gave up 1"), 1, "every id has the same key");
}
