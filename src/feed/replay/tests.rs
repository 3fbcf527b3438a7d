//! A recording that is played, in simulated time.

use crate::feed::{Feed, FeedEvent, News, Recording, Replay};
use crate::invocation::{InvokeId, Keep, Question};
use crate::testing::feed::{secs, seen_to_the_end, seen_within};
use std::time::Duration;
use tokio::time::{Instant, advance};

/// An answer with one node in a status; without a status, one that knows no such invocation.
fn answer(status: Option<&str>) -> String {
    let Some(status) = status else { return r#"{"RequestId":"R-0","Invocations":{"Invocation":[]}}"#.to_owned() };
    let nodes = format!(r#"{{"InvokeNode":[{{"NodeId":"n-1","InvocationStatus":"{status}"}}]}}"#);
    let invocation = format!(r#"{{"InvocationStatus":"{status}","NodeCount":1,"InvokeNodes":{nodes}}}"#);
    format!(r#"{{"RequestId":"R-1","Invocations":{{"Invocation":[{invocation}]}}}}"#)
}

/// A line as `watch --record` writes it.
fn line(id: &str, at: &str, status: Option<&str>) -> String {
    format!("{{\"at\":\"{at}\",\"invoke_id\":\"{id}\",\"response\":{}}}\n", answer(status))
}

const AT: &str = "2026-01-02T03:04:05.000Z";

/// One id's statuses in order.
fn track(id: &str, statuses: &[&str]) -> String {
    statuses.iter().map(|status| line(id, AT, Some(status).filter(|status| !status.is_empty()).copied())).collect()
}

/// A recording as it is played, with questions about the ids that are asked for, else about all.
fn parts(text: &str, wanted: &[&str], node: Option<&str>) -> (Recording, Vec<Question>) {
    let wanted: Vec<InvokeId> = wanted.iter().map(|id| InvokeId::new(*id)).collect();
    let recording = Recording::read("file", text.as_bytes(), &wanted).unwrap();
    let ids = if wanted.is_empty() { recording.ids.clone() } else { wanted };
    let question = |invoke_id| Question { invoke_id, node_id: node.map(str::to_owned), keep: Keep::Outcomes };
    (recording, ids.into_iter().map(question).collect())
}

fn play_of(text: &str, wanted: &[&str], node: Option<&str>) -> Replay {
    let (recording, questions) = parts(text, wanted, node);
    Replay::new(recording, questions, secs(5))
}

fn play(text: &str) -> Replay {
    play_of(text, &[], None)
}

fn last(text: &str, wanted: &[&str]) -> Replay {
    let (recording, questions) = parts(text, wanted, None);
    Replay::last(recording, questions)
}

/// What was seen, in short.
fn short(seen: &[FeedEvent]) -> Vec<String> {
    let word = |FeedEvent { id, news }: &FeedEvent| match news {
        News::Send(_) => unreachable!("nothing is sent"),
        News::Snapshot { snapshot, .. } => format!("{id} {}", snapshot.verdict.word()),
        News::Retry { fault, attempt, .. } => format!("{id} retry {attempt}: {:?}", fault.kind),
        News::GaveUp(fault) => format!("{id} lost: {:?}", fault.kind),
    };
    seen.iter().map(word).collect()
}

#[tokio::test(start_paused = true)]
async fn replay_gives_an_answer_an_interval() {
    let text = track("t-1", &["Pending", "Running", "Success"]) + &track("t-2", &["Running", "Failed"]);
    let mut replay = play(&text);
    let start = Instant::now();
    assert_eq!(replay.next_at(), Some(start));
    assert_eq!(short(&seen_within(&mut replay, secs(1)).await), ["0 Pending", "1 Running"]);
    assert_eq!(replay.next_at(), Some(start + secs(5)));
    assert_eq!(short(&seen_within(&mut replay, secs(3)).await), [""; 0]);
    assert_eq!(short(&seen_within(&mut replay, secs(2)).await), ["0 Running", "1 Failed"]);
    assert_eq!(short(&seen_to_the_end(&mut replay).await), ["0 Success"]);
    assert_eq!(start.elapsed(), secs(10));
    assert_eq!(replay.next_at(), None);
}

#[tokio::test(start_paused = true)]
async fn replay_loses_nothing_when_next_is_dropped() {
    let mut replay = play(&track("t-1", &["Pending", "Running", "Success"]));
    let mut seen = Vec::new();
    for _ in 0..11_000 {
        seen.extend(seen_within(&mut replay, Duration::from_millis(1)).await);
    }
    assert_eq!(short(&seen), ["0 Pending", "0 Running", "0 Success"]);
}

#[tokio::test(start_paused = true)]
async fn replay_does_not_catch_up() {
    let mut replay = play(&track("t-1", &["Pending", "Running", "Running", "Success"]));
    seen_within(&mut replay, secs(1)).await;
    advance(secs(19)).await;
    assert_eq!(short(&seen_within(&mut replay, secs(1)).await), ["0 Running"]);
    assert_eq!(short(&seen_within(&mut replay, secs(5)).await), ["0 Running"]);
}

#[tokio::test(start_paused = true)]
async fn replay_once_gives_the_last_answer_of_each_id() {
    let text = track("t-1", &["Pending", "Running", "Success"]) + &track("t-2", &["Running"]);
    let mut replay = last(&text, &[]);
    let start = Instant::now();
    assert_eq!(short(&seen_to_the_end(&mut replay).await), ["0 Success", "1 Running"]);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn replay_of_an_unrecorded_id_is_not_found() {
    let text = track("t-1", &["Running"]);
    for replay in [play_of(&text, &["t-9", "t-1"], None), last(&text, &["t-9", "t-1"])] {
        let mut replay = replay;
        let seen = seen_to_the_end(&mut replay).await;
        assert_eq!(short(&seen), ["0 lost: NotFound", "1 Running"]);
        let News::GaveUp(fault) = &seen[0].news else { panic!("the first is lost") };
        assert_eq!(fault.message, "t-9 is not in the recording");
    }
}

#[tokio::test(start_paused = true)]
async fn replay_of_an_unrecorded_node_is_not_found() {
    let mut replay = play_of(&track("t-1", &["Running"]), &[], Some("n-2"));
    let seen = seen_to_the_end(&mut replay).await;
    assert_eq!(short(&seen), ["0 lost: NotFound"]);
    let News::GaveUp(fault) = &seen[0].news else { panic!("it is lost") };
    assert_eq!(fault.message, "t-1 has no node n-2");
    assert_eq!(fault.request_id.as_ref().map(|id| id.as_written()), Some("R-1"));
}

#[tokio::test(start_paused = true)]
async fn replay_waits_for_an_id_that_appears() {
    let text = track("t-1", &["", "Running", "Success"]) + &track("t-2", &["", "", ""]);
    let seen = seen_to_the_end(&mut play(&text)).await;
    let of = |id: &str| short(&seen).into_iter().filter(|word| word.starts_with(id)).collect::<Vec<_>>();
    assert_eq!(of("0"), ["0 retry 1: NotFound", "0 Running", "0 Success"]);
    assert_eq!(of("1").len(), 3);
    assert_eq!(of("1")[2], "1 lost: NotFound");
    assert!(matches!(&seen[0].news, News::Retry { delay, .. } if *delay == secs(5)));
}

#[tokio::test(start_paused = true)]
async fn replay_counts_attempts_as_live_polling_does() {
    let text = track("t-1", &["", "", "Running", "", "Success"]);
    let seen = seen_to_the_end(&mut play(&text)).await;
    let wanted = ["0 retry 1: NotFound", "0 retry 2: NotFound", "0 Running", "0 retry 1: NotFound", "0 Success"];
    assert_eq!(short(&seen), wanted);
}

/// A line whose response is no answer of the operation.
const ODD: &str = "{\"invoke_id\":\"t-1\",\"response\":{\"Odd\":\"R\"}}\n";

#[tokio::test(start_paused = true)]
async fn replay_skips_what_is_no_answer() {
    let text = ODD.to_owned() + &track("t-1", &["Running"]);
    assert_eq!(short(&seen_to_the_end(&mut play(&text)).await), ["0 retry 1: Answer", "0 Running"]);
    assert_eq!(short(&seen_to_the_end(&mut play(ODD)).await), ["0 lost: Answer"]);
}

#[tokio::test(start_paused = true)]
async fn replay_keeps_a_seen_id_through_a_final_fault() {
    for end in [&track("t-1", &[""]), ODD] {
        let text = track("t-1", &["Running"]) + end;
        let seen = seen_to_the_end(&mut play(&text)).await;
        assert_eq!(short(&seen)[0], "0 Running");
        assert!(
            !matches!(seen.last(), Some(FeedEvent { news: News::GaveUp(_), .. })),
            "the recording ends early: {:?}",
            short(&seen)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn replay_snapshot_has_its_recorded_time() {
    let at = "2026-01-02T03:04:05.678Z";
    let seen = seen_to_the_end(&mut play(&line("t-1", at, Some("Success")))).await;
    assert!(matches!(&seen[0].news, News::Snapshot { at: seen, .. } if crate::clock::stamp(*seen) == at));
}

#[tokio::test(start_paused = true)]
async fn replay_done_ends_one_id_alone() {
    let text = track("t-1", &["Running", "Success"]) + &track("t-2", &["Running", "Running", "Success"]);
    let mut replay = play(&text);
    seen_within(&mut replay, secs(1)).await;
    replay.done(1);
    assert_eq!(short(&seen_to_the_end(&mut replay).await), ["0 Success"]);
}
