//! After a while in which the process did not run.

use super::*;
use crate::testing::feed::{success, unknown};

#[tokio::test(start_paused = true)]
async fn what_was_due_meanwhile_is_asked_about_at_once_and_is_behind_until_it_is_answered() {
    let fake = Fake::new(|_, _| (secs(1), Ok(running())));
    let mut poll = fake.poll(1, WATCH);
    seen_within(&mut poll, secs(2)).await;
    advance(secs(3600)).await;
    poll.woke();
    assert!(poll.is_behind());
    assert!(matches!(poll.next().await, Some(FeedEvent::Snapshot { .. })));
    assert!(!poll.is_behind());
    assert_eq!(fake.asked(0), [0.0, 3602.0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_due_yet_keeps_its_schedule() {
    let fake = Fake::quick(|_, _| Ok(running()));
    let mut poll = fake.poll(1, Policy { interval: secs(60), ..WATCH });
    seen_within(&mut poll, secs(1)).await;
    advance(secs(30)).await;
    poll.woke();
    assert!(!poll.is_behind());
    seen_within(&mut poll, secs(30)).await;
    assert_eq!(fake.asked(0), [0.0, 60.0]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_before_is_told_and_asked_for_anew() {
    let fake = Fake::new(|_, _| (secs(4), Ok(running())));
    let mut poll = fake.poll(1, WATCH);
    seen_within(&mut poll, secs(1)).await;
    advance(secs(3600)).await;
    poll.woke();
    assert!(matches!(poll.next().await, Some(FeedEvent::Snapshot { .. })), "it had come while nobody looked");
    assert!(poll.is_behind(), "it is an hour old");
    assert!(poll.next().await.is_some());
    assert!(!poll.is_behind());
    assert_eq!(fake.asked(0), [0.0, 3601.0]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_broke_meanwhile_uses_up_no_retries_and_no_time() {
    let reply = |before| if before == 0 { (secs(4), Err(passing(Kind::Network))) } else { (secs(0), Ok(success())) };
    let fake = Fake::new(move |_, before| reply(before));
    let mut poll = fake.poll(1, Policy { retries: 0, ..WATCH });
    seen_within(&mut poll, secs(1)).await;
    advance(secs(3600)).await;
    poll.woke();
    assert_eq!(short(&[poll.next().await.unwrap()]), ["retry 0 after 1"]);
    assert!(poll.is_behind());
    assert_eq!(short(&[poll.next().await.unwrap()]), ["snapshot 0"]);
    assert_eq!((fake.asked(0), poll.is_behind()), (vec![0.0, 3601.0], false));
}

#[tokio::test(start_paused = true)]
async fn what_is_done_or_lost_is_not_behind() {
    let fake = Fake::new(|_, _| (secs(1), Err(passing(Kind::Network))));
    let mut poll = fake.poll(2, Policy { retries: 0, ..WATCH });
    advance(secs(20)).await;
    poll.woke();
    poll.done(0);
    assert!(poll.is_behind());
    assert_eq!(short(&[poll.next().await.unwrap()]), ["gave up 1"]);
    assert!(!poll.is_behind());
}

#[tokio::test(start_paused = true)]
async fn an_id_that_was_not_known_before_has_one_look_more_though_its_grace_is_over() {
    let reply = |before| if before == 0 { (secs(4), Err(unknown())) } else { (secs(0), Ok(success())) };
    let fake = Fake::new(move |_, before| reply(before));
    let mut poll = fake.poll(1, WATCH);
    seen_within(&mut poll, secs(1)).await;
    advance(secs(3600)).await;
    poll.woke();
    assert_eq!(short(&[poll.next().await.unwrap()]), ["retry 0 after 1"]);
    assert_eq!(short(&[poll.next().await.unwrap()]), ["snapshot 0"]);
    assert_eq!(fake.asked(0), [0.0, 3601.0]);
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_no_answer_and_not_found_is_one() {
    let answer = |id, before| match (id, before) {
        (0, 1) => Err(passing(Kind::Network)),
        (1, 1..) => Err(unknown()),
        _ => Ok(running()),
    };
    let fake = Fake::new(move |id, before| (Duration::from_millis(1 + id as u64), answer(id, before)));
    let mut poll = fake.poll(2, WATCH);
    seen_within(&mut poll, secs(1)).await;
    advance(secs(3600)).await;
    poll.woke();
    assert_eq!(short(&[poll.next().await.unwrap()]), ["retry 0 after 1"]);
    assert_eq!(short(&[poll.next().await.unwrap()]), ["retry 1 after 1"]);
    assert!(poll.is_behind(), "the first one is owed an answer still");
    while !matches!(poll.next().await, Some(FeedEvent::Snapshot { id: 0, .. })) {}
    assert!(!poll.is_behind());
}
