//! A thousand ids in one watch.

use super::*;
use crate::testing::feed::{fault, unknown};

const MANY: usize = 1000;

/// How far apart the starts of an id were.
fn gaps(fake: &Fake, id: usize) -> Vec<f64> {
    fake.asked(id).windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test(start_paused = true)]
async fn many_ids_are_each_polled_at_the_interval() {
    let fake = Fake::new(|_, _| (Duration::from_millis(32), Ok(running())));
    seen_within(&mut fake.poll(MANY, WATCH), secs(60)).await;
    assert_eq!(fake.most_in_flight(), 8);
    for id in 0..MANY {
        assert_eq!(fake.asked(id).len(), 12, "id {id}");
        assert!(gaps(&fake, id).iter().all(|gap| (4.999..5.001).contains(gap)), "id {id}: {:?}", fake.asked(id));
    }
}

#[tokio::test(start_paused = true)]
async fn many_ids_take_turns_when_a_round_exceeds_the_interval() {
    let fake = Fake::new(|id, _| (Duration::from_millis(if id % 2 == 0 { 100 } else { 300 }), Ok(running())));
    seen_within(&mut fake.poll(MANY, WATCH), secs(300)).await;
    // A round takes 25 seconds.
    for id in 0..MANY {
        assert!((12..=13).contains(&fake.asked(id).len()), "id {id}: {:?}", fake.asked(id));
        assert!(gaps(&fake, id).iter().all(|gap| (24.0..26.0).contains(gap)), "id {id}: {:?}", gaps(&fake, id));
    }
}

#[tokio::test(start_paused = true)]
async fn many_ids_are_not_slowed_by_failing_ones() {
    let answer = |id: usize| match id % 100 {
        0 => Err(passing(Kind::Service)),
        1 => Err(unknown()),
        2 => Err(fault(Kind::Service)),
        3 => Err(passing(Kind::Network)),
        _ => Ok(running()),
    };
    let fake = Fake::new(move |id, _| (Duration::from_millis(25), answer(id)));
    let mut poll = fake.poll(MANY, WATCH);
    let seen = seen_within(&mut poll, secs(60)).await;
    for id in (0..MANY).filter(|id| id % 100 > 3) {
        assert_eq!(fake.asked(id).len(), 12, "id {id}: {:?}", fake.asked(id));
    }
    let lost = seen.iter().filter(|seen| matches!(seen.news, News::GaveUp(_))).count();
    assert_eq!(lost, MANY / 100 * 4, "each of the others came to its own end");
}

#[tokio::test(start_paused = true)]
async fn many_ids_end_at_once_at_a_refused_key() {
    let answer = |id| if id == 500 { Err(fault(Kind::Credentials)) } else { Ok(running()) };
    let fake = Fake::new(move |id, _| (Duration::from_millis(32), answer(id)));
    let mut poll = fake.poll(MANY, WATCH);
    let seen = seen_within(&mut poll, secs(60)).await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen.news, News::GaveUp(_))).count(), MANY);
    assert!(fake.asked_in_all() <= 508, "{}", fake.asked_in_all());
    assert_eq!((fake.in_flight(), poll.next_at()), (0, None));
}

#[tokio::test(start_paused = true)]
async fn many_ids_poll_no_faster_when_nothing_gets_through() {
    for kind in [Kind::Network, Kind::Service, Kind::Answer] {
        let fake = Fake::quick(move |_, before| if before == 0 { Ok(running()) } else { Err(passing(kind)) });
        let mut poll = fake.poll(MANY, WATCH);
        seen_within(&mut poll, secs(600)).await;
        let mut starts: Vec<f64> = (0..MANY).flat_map(|id| fake.asked(id)[1..].to_vec()).collect();
        starts.sort_by(f64::total_cmp);
        let least = starts.windows(81).map(|few| few[80] - few[0]).min_by(f64::total_cmp);
        assert!(least.is_some_and(|time| time >= 0.999), "{kind:?}: eighty-one requests within {least:?} s");
        for id in 0..MANY {
            assert!((9..=16).contains(&fake.asked(id).len()), "{kind:?}: id {id}: {:?}", fake.asked(id));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn many_ids_are_given_up_after_their_retries() {
    let fake = Fake::quick(|_, _| Err(passing(Kind::Network)));
    let mut poll = fake.poll(MANY, WATCH);
    let seen = seen_within(&mut poll, secs(70)).await;
    assert_eq!(seen.iter().filter(|seen| matches!(seen.news, News::GaveUp(_))).count(), MANY);
    assert!((0..MANY).all(|id| fake.asked(id).len() == 5));
}

#[tokio::test(start_paused = true)]
async fn stopped_process_does_not_catch_up_on_polls() {
    let fake = Fake::new(|_, _| (Duration::from_millis(32), Ok(running())));
    let mut poll = fake.poll(MANY, WATCH);
    seen_within(&mut poll, secs(10)).await;
    advance(secs(3600)).await;
    seen_within(&mut poll, secs(10)).await;
    assert_eq!(fake.most_in_flight(), 8);
    for id in 0..MANY {
        let asked = fake.asked(id);
        assert!(asked.len() <= 5 && asked.iter().any(|at| *at >= 3610.0), "id {id}: {asked:?}");
        assert!(gaps(&fake, id).iter().all(|gap| *gap >= 4.999), "id {id}: {asked:?}");
    }
}
