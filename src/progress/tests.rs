//! Sentences that a terminal and a log share, and how many retries are told.

use super::*;
use crate::testing::feed::{fault, secs};

fn plan(ids: usize) -> WatchPlan {
    WatchPlan {
        invoke_ids: (0..ids).map(|id| InvokeId::new(format!("t-{id}"))).collect(),
        region: Some("cn-wulanchabu".to_owned()),
        interval: secs(5),
        timeout: Some(secs(1800)),
        ..WatchPlan::default()
    }
}

#[test]
fn header_names_ids_region_interval_and_deadline() {
    assert_eq!(header(&plan(1), None), "watching t-0 in cn-wulanchabu, every 5s, for 30m at most");
    let until = Timestamp::from_second(1_767_323_045).unwrap();
    let line = header(&plan(2), Some(until));
    assert_eq!(line, "watching t-0, t-1 in cn-wulanchabu, every 5s, for 30m at most (until 03:04:05Z)");
}

#[test]
fn header_says_that_there_is_no_deadline_and_leaves_an_unknown_region_out() {
    let plan = WatchPlan { timeout: None, region: None, invoke_ids: vec![InvokeId::UNNAMED], ..plan(0) };
    assert_eq!(header(&plan, None), "watching (unnamed recording), every 5s, without a deadline");
}

#[test]
fn header_names_five_ids_and_counts_the_rest() {
    assert!(header(&plan(5), None).starts_with("watching t-0, t-1, t-2, t-3, t-4 in "));
    assert!(header(&plan(6), None).starts_with("watching t-0, t-1, t-2, t-3, t-4 and 1 more in "));
}

#[test]
fn pace_of_a_thousand_ids_is_how_long_a_round_takes() {
    let plan = plan(1000);
    let interval = exact(plan.interval);
    assert_eq!(
        pace(&plan, secs(65)),
        format!("asking about all 1000 ids takes 1m 5s: that is how often each is asked about, not every {interval}")
    );
}

#[test]
fn span_is_written_to_the_second() {
    let spans = [(1, "1s"), (59, "59s"), (60, "1m"), (90, "1m 30s"), (3600, "1h"), (86_399, "23h 59m 59s")];
    for (seconds, wanted) in spans {
        assert_eq!(span(secs(seconds)), wanted);
    }
    assert_eq!(span(Duration::from_millis(1999)), "1s");
    assert_eq!(exact(Duration::from_millis(500)), "500ms", "a timeout may be as short as that");
    assert!(span(Duration::MAX).contains('h'));
}

#[test]
fn retry_says_why_which_attempt_and_when() {
    let outcome = Outcome::unseen(InvokeId::new("t-0"));
    let line = |fault: &Fault, attempt, delay| retry(&outcome.invoke_id, fault, attempt, delay);
    let plain = fault(Kind::Network);
    assert_eq!(line(&plain, 1, Duration::from_millis(2500)), "t-0: it went wrong; attempt 2 in 2.5s");
    assert_eq!(line(&plain, 9, Duration::from_micros(512_349)), "t-0: it went wrong; attempt 10 in 0.5s");
    assert_eq!(line(&plain, 1, secs(60)), "t-0: it went wrong; attempt 2 in 1m");
    let long = Fault::new(Kind::Credentials, "first\nsecond");
    assert_eq!(line(&long, 1, secs(1)), "t-0: first; attempt 2 in 1.0s");
}

#[tokio::test(start_paused = true)]
async fn retries_of_many_ids_are_told_ten_times_a_minute_and_then_counted() {
    let mut counts = RetryCounts::default();
    let id = InvokeId::new("t-1");
    for _ in 0..2 {
        let lines = (0..1000).filter_map(|_| counts.add(&id, &fault(Kind::Network), 1, secs(5)));
        assert_eq!(lines.count(), 10);
        assert_eq!(counts.tick(), None);
        tokio::time::advance(secs(60)).await;
        assert_eq!(counts.tick().as_deref(), Some("990 more retries in the last minute"));
        assert_eq!(counts.tick(), None);
    }
}
