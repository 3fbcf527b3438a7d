//! Whom a fault concerns: all ids, or the one alone.

use super::*;
use crate::fault::Again;
use crate::testing::feed::{fault, unknown};

#[tokio::test(start_paused = true)]
async fn throttling_and_key_faults_delay_all_ids() {
    let shared = [
        throttled(secs(40)),
        Fault { again: Again::Later(secs(40)), ..fault(Kind::Credentials) },
        Fault { kind: Kind::Answer, ..throttled(secs(40)) },
    ];
    for shared in shared {
        let (told, answer) = (format!("{shared:?}"), move |id, before| match (id, before) {
            (0, 0) => Err(shared.clone()),
            _ => Ok(running()),
        });
        let fake = Fake::quick(answer);
        let seen = seen_within(&mut fake.poll(2, WATCH), secs(46)).await;
        assert_eq!(fake.asked(0), [0.0, 40.0, 45.0], "{told}");
        assert_eq!(fake.asked(1), [0.0, 40.0, 45.0], "{told}");
        assert_eq!(count(&seen, "snapshot 1"), 3, "what was in flight still counts");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_without_retry_after_delays_all_ids() {
    let answer = |id, before| match (id, before) {
        (0, 1) => Err(throttled(secs(0))),
        _ => Ok(running()),
    };
    let fake = Fake::quick(answer);
    seen_within(&mut fake.poll(3, WATCH), secs(15)).await;
    let next = fake.asked(0)[2];
    assert!((10.0..=15.0).contains(&next), "{next}");
    assert_eq!((fake.asked(1)[2], fake.asked(2)[2]), (next, next));
}

#[tokio::test(start_paused = true)]
async fn fault_of_one_id_delays_no_other() {
    let shapes = [passing(Kind::Service), passing(Kind::Network), passing(Kind::Answer)];
    for shape in shapes {
        let told = format!("{shape:?}");
        let fake = Fake::quick(move |id, _| if id == 0 { Err(shape.clone()) } else { Ok(running()) });
        seen_within(&mut fake.poll(2, Policy { retries: 99, ..WATCH }), secs(61)).await;
        let on_time: Vec<f64> = (0..=12).map(|round| f64::from(round) * 5.0).collect();
        assert_eq!(fake.asked(1), on_time, "{told}");
        assert!(fake.asked(0).len() >= 6, "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn vanished_id_delays_no_other() {
    let fake = Fake::quick(|id, before| match (id, before) {
        (0, 1..) => Err(unknown()),
        _ => Ok(running()),
    });
    seen_within(&mut fake.poll(2, WATCH), secs(21)).await;
    assert_eq!(fake.asked(1), [0.0, 5.0, 10.0, 15.0, 20.0]);
}

#[tokio::test(start_paused = true)]
async fn retry_event_has_the_real_delay() {
    let answer = |id, before| match (id, before) {
        (0, 0) => Err(throttled(secs(40))),
        (1, 0) => Err(passing(Kind::Service)),
        _ => Ok(running()),
    };
    let fake = Fake::quick(answer);
    let seen = seen_within(&mut fake.poll(2, WATCH), secs(45)).await;
    assert_eq!(fake.asked(1)[1], 40.0);
    assert_eq!(delays(&seen), [40.0, 40.0]);
}

#[tokio::test(start_paused = true)]
async fn throttled_id_is_asked_first_again() {
    let fake = Fake::quick(|_, _| Err(throttled(Duration::from_millis(1))));
    let mut poll = fake.poll(1000, Policy { retries: 99, ..WATCH });
    seen_within(&mut poll, secs(600)).await;
    for id in 0..8 {
        assert!((12..=16).contains(&fake.asked(id).len()), "id {id}: {:?}", fake.asked(id));
    }
    assert_eq!(fake.asked(8), [] as [f64; 0], "nobody else is asked to be throttled too");
}

#[tokio::test(start_paused = true)]
async fn failing_key_source_ends_a_thousand_ids_as_soon_as_one() {
    let fake = Fake::quick(|_, _| Err(passing(Kind::Credentials)));
    let mut poll = fake.poll(1000, WATCH);
    let seen = seen_within(&mut poll, secs(16)).await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen.news, News::GaveUp(_))).count(), 1000);
    assert!((33..=40).contains(&fake.asked_in_all()), "{}", fake.asked_in_all());
}

#[tokio::test(start_paused = true)]
async fn refused_key_ends_all_among_other_faults() {
    let fake = Fake::quick(|id, before| match (id, before) {
        (0, 0) => Err(throttled(secs(30))),
        (0, _) => Err(fault(Kind::Credentials)),
        _ => Err(passing(Kind::Network)),
    });
    let seen = seen_within(&mut fake.poll(3, WATCH), secs(31)).await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen.news, News::GaveUp(_))).count(), 3);
}
