//! Ids that the service does not know: not yet, or no longer.

use super::*;
use crate::testing::feed::{fault, seen_to_the_end, success, unknown};

/// An id that is unknown so many times.
fn appears_after(times: usize) -> Fake {
    Fake::quick(move |_, before| if before < times { Err(unknown()) } else { Ok(success()) })
}

#[tokio::test(start_paused = true)]
async fn grace_polls_an_unknown_id_until_it_is_over() {
    let fake = appears_after(usize::MAX);
    let seen = seen_to_the_end(&mut fake.poll(1, Policy { grace: secs(12), ..WATCH })).await;
    assert_eq!(short(&seen), ["retry 0 after 1", "retry 0 after 2", "retry 0 after 3", "gave up 0"]);
    assert_eq!(fake.asked(0), [0.0, 5.0, 10.0, 12.0], "the last time at the very end of the grace");
    assert_eq!(delays(&seen), [5.0, 5.0, 2.0]);
    assert_eq!(lost(&seen, 0).kind, Kind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn grace_of_zero_gives_up_an_unknown_id_at_once() {
    for policy in [STATUS, Policy { grace: Duration::ZERO, ..WATCH }] {
        let fake = appears_after(usize::MAX);
        assert_eq!(short(&seen_to_the_end(&mut fake.poll(1, policy)).await), ["gave up 0"]);
        assert_eq!(fake.asked_in_all(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn grace_covers_a_not_found_error_code() {
    let answer = |before| if before < 2 { Err(fault(Kind::NotFound)) } else { Ok(running()) };
    let fake = Fake::quick(move |_, before| answer(before));
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(11)).await;
    assert_eq!(short(&seen), ["retry 0 after 1", "retry 0 after 2", "snapshot 0"]);
}

#[tokio::test(start_paused = true)]
async fn grace_ends_once_the_id_appears() {
    let fake = appears_after(6);
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(41)).await;
    assert_eq!(short(&seen)[5..], ["retry 0 after 6", "snapshot 0", "snapshot 0", "snapshot 0"]);
    assert_eq!(fake.asked(0)[6..], [30.0, 35.0, 40.0]);
}

#[tokio::test(start_paused = true)]
async fn grace_begins_with_the_first_request_of_the_id() {
    let reply = |id| if id < 8 { (secs(20), Ok(running())) } else { (secs(1), Err(unknown())) };
    let fake = Fake::new(move |id, _| reply(id));
    let mut poll = fake.poll(9, Policy { grace: secs(10), interval: secs(60), ..WATCH });
    let seen = seen_within(&mut poll, secs(40)).await;
    assert_eq!(fake.asked(8), [20.0, 30.0]);
    assert_eq!((count(&seen, "retry 8 after 1"), count(&seen, "gave up 8")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn grace_of_one_id_delays_no_other() {
    let fake = Fake::quick(|id, _| if id == 0 { Err(unknown()) } else { Ok(running()) });
    seen_within(&mut fake.poll(2, WATCH), secs(31)).await;
    assert_eq!(fake.asked(1), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
}

#[tokio::test(start_paused = true)]
async fn grace_uses_up_no_retries() {
    let answer = |before| match before {
        0..6 => Err(unknown()),
        6 => Err(passing(Kind::Network)),
        _ => Ok(running()),
    };
    let fake = Fake::quick(move |_, before| answer(before));
    let seen = seen_within(&mut fake.poll(1, Policy { grace: secs(60), ..WATCH }), secs(60)).await;
    assert_eq!((count(&seen, "gave up 0"), count(&seen, "snapshot 0") > 0), (0, true), "{:?}", short(&seen));
}

#[tokio::test(start_paused = true)]
async fn grace_may_be_as_long_as_time() {
    let fake = appears_after(1);
    let seen = seen_within(&mut fake.poll(1, Policy { grace: Duration::MAX, ..WATCH }), secs(6)).await;
    assert_eq!(short(&seen), ["retry 0 after 1", "snapshot 0"]);
}

#[tokio::test(start_paused = true)]
async fn seen_id_that_vanishes_is_polled_on() {
    let fake = Fake::quick(|_, before| if (1..200).contains(&before) { Err(unknown()) } else { Ok(running()) });
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(12_000)).await;
    assert_eq!((count(&seen, "retry 0 after 199"), count(&seen, "gave up 0")), (1, 0));
    assert!(matches!(&seen[1].news, News::Retry { fault, .. } if fault.kind == Kind::NotFound));
    assert_eq!(short(&seen)[200], "snapshot 0");
}
