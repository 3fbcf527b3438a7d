//! An id that was seen once is asked about through passing faults, without end.

use super::*;
use crate::fault::Again;
use crate::testing::feed::fault;
use crate::text::Text;

#[tokio::test(start_paused = true)]
async fn retry_backoff_of_a_seen_id_grows_to_a_minute_and_never_gives_up() {
    for kind in [Kind::Network, Kind::Service, Kind::Answer] {
        let fake = Fake::quick(move |_, before| if before == 0 { Ok(running()) } else { Err(passing(kind)) });
        let seen = seen_within(&mut fake.poll(1, WATCH), secs(24 * 3600)).await;
        let delays = delays(&seen);
        assert!(delays.len() > 24 * 60 - 10, "{kind:?}: once a minute, and not less often");
        assert_eq!(count(&seen, "gave up 0"), 0);
        for (delay, least) in delays.iter().zip([5.0, 10.0, 20.0, 40.0]) {
            assert!((least..=f64::min(2.0 * least, 60.0)).contains(delay), "{:?}", &delays[..4]);
        }
        assert!(delays[4..].iter().all(|delay| *delay == 60.0), "{:?}", &delays[4..9]);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_backoff_starts_anew_after_an_answer() {
    let fake =
        Fake::quick(|_, before| if before.is_multiple_of(8) { Ok(running()) } else { Err(passing(Kind::Network)) });
    let seen = seen_within(&mut fake.poll(1, WATCH), secs(3600)).await;
    let attempts: Vec<String> = short(&seen[..17]);
    assert_eq!(
        (attempts[0].as_str(), attempts[8].as_str(), attempts[16].as_str()),
        ("snapshot 0", "snapshot 0", "snapshot 0")
    );
    for round in [&attempts[1..8], &attempts[9..16]] {
        assert_eq!((round[0].as_str(), round[6].as_str()), ("retry 0 after 1", "retry 0 after 7"));
    }
    let delays = delays(&seen);
    assert_eq!(delays[6], 60.0);
    assert!((5.0..=10.0).contains(&delays[7]), "{delays:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_may_be_longer_than_a_minute() {
    let answer = |before| match before {
        1 => Err(Fault { again: Again::Later(secs(120)), ..fault(Kind::Service) }),
        _ => Ok(running()),
    };
    let fake = Fake::quick(move |_, before| answer(before));
    seen_within(&mut fake.poll(1, WATCH), secs(131)).await;
    assert_eq!(fake.asked(0), [0.0, 5.0, 125.0, 130.0]);
}

#[tokio::test(start_paused = true)]
async fn retry_backoff_is_never_shorter_than_the_interval() {
    let fake = Fake::quick(|_, before| if before == 0 { Ok(running()) } else { Err(passing(Kind::Network)) });
    let seen = seen_within(&mut fake.poll(1, Policy { interval: secs(300), ..WATCH }), secs(3600)).await;
    assert_eq!(delays(&seen)[..5], [300.0; 5]);
}

#[tokio::test(start_paused = true)]
async fn retries_end_an_id_without_a_first_answer() {
    let fake = Fake::quick(|id, _| if id == 0 { Err(passing(Kind::Answer)) } else { Ok(running()) });
    let seen = seen_within(&mut fake.poll(2, WATCH), secs(60)).await;
    assert_eq!(lost(&seen, 0).message, "it went wrong (tried 5 times)");
    assert_eq!(count(&seen, "snapshot 1"), 12);
}

#[tokio::test(start_paused = true)]
async fn retries_end_a_seen_id_that_the_api_refuses() {
    let refused = || Fault { code: Some(Text::new("InvalidParameter")), ..fault(Kind::Service) };
    let answer = move |before| match before {
        0 => Ok(running()),
        1 | 2 => Err(passing(Kind::Service)),
        _ => Err(refused()),
    };
    let fake = Fake::quick(move |_, before| answer(before));
    let mut poll = fake.poll(1, Policy { retries: 2, ..WATCH });
    let seen = seen_within(&mut poll, secs(600)).await;
    let retries: Vec<String> = (1..=4).map(|attempt| format!("retry 0 after {attempt}")).collect();
    assert_eq!(short(&seen)[1..5], retries);
    assert_eq!(short(&seen)[5..], ["gave up 0"]);
    assert!(poll.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn retries_never_end_a_seen_id_for_faults_of_proxy_or_network() {
    for kind in [Kind::Network, Kind::Service, Kind::Answer] {
        let fake = Fake::quick(move |_, before| if before == 0 { Ok(running()) } else { Err(fault(kind)) });
        let seen = seen_within(&mut fake.poll(1, Policy { retries: 0, ..WATCH }), secs(3600)).await;
        assert_eq!((count(&seen, "gave up 0"), short(&seen)[1].as_str()), (0, "retry 0 after 1"), "{kind:?}");
        let fake = Fake::quick(move |_, _| Err(fault(kind)));
        let seen = seen_within(&mut fake.poll(1, WATCH), secs(3600)).await;
        assert_eq!(short(&seen), ["gave up 0"], "{kind:?}: before it was seen it does not");
    }
}

#[tokio::test(start_paused = true)]
async fn patience_gives_up_an_id_after_an_hour_of_faults_alone() {
    let hour = Policy { patience: secs(3600), ..WATCH };
    let fake = Fake::quick(move |_, before| if before == 0 { Ok(running()) } else { Err(passing(Kind::Network)) });
    let seen = seen_within(&mut fake.poll(1, hour), secs(2 * 3600)).await;
    assert_eq!(short(&seen).last().map(String::as_str), Some("gave up 0"));
    let last = fake.asked(0).last().copied().unwrap();
    assert!((3605.0..3666.0).contains(&last), "{last}");
    let fake = Fake::quick(|_, before| if before % 40 == 0 { Ok(running()) } else { Err(passing(Kind::Network)) });
    let seen = seen_within(&mut fake.poll(1, hour), secs(3 * 3600)).await;
    assert_eq!(count(&seen, "gave up 0"), 0, "an answer in between begins it anew");
}

#[tokio::test(start_paused = true)]
async fn throttling_delay_of_all_ids_outlasts_an_answer_of_one() {
    let answer = |id, before| match (id, before) {
        (0, 1) => Err(throttled(secs(60))),
        _ => Ok(running()),
    };
    let fake = Fake::new(move |id, before| (secs(id as u64), answer(id, before)));
    seen_within(&mut fake.poll(3, WATCH), secs(66)).await;
    for id in 0..3 {
        assert_eq!(fake.asked(id), [0.0, 5.0, 65.0], "id {id}");
    }
}
