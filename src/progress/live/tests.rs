//! The words of the watch at their edges: nothing yet, one of a thing, too many for a line each.

use super::*;
use crate::fault::Kind;
use crate::invocation::NodeFields;
use crate::testing::feed::{counted, failed, fault, node, running, secs, snapshot, success};
use jiff::Timestamp;
use std::time::Duration;

fn unseen(id: &str) -> Outcome {
    Outcome::unseen(InvokeId::new(id))
}

fn outcome(id: &str, snapshot: Snapshot) -> Outcome {
    Outcome { seen: Some((Timestamp::UNIX_EPOCH, snapshot)), ..unseen(id) }
}

/// Live lines ten seconds after the beginning, without a deadline.
fn lines(outcomes: &[Outcome], columns: usize) -> Vec<String> {
    live_lines(&WatchState { outcomes, elapsed: secs(10), left: None, next: None }, false, (columns, 24))
}

/// The times of a live line.
fn times_of(elapsed: Duration, left: Option<Duration>, next: Option<Duration>) -> String {
    times(&WatchState { outcomes: &[], elapsed, left, next }).swap_remove(0)
}

#[test]
fn live_line_before_the_first_answer_says_that_it_waits() {
    assert_eq!(lines(&[unseen("t-0")], 80), ["waiting for the first answer  10s"]);
}

#[test]
fn live_line_has_verdict_bar_counts_and_times() {
    let outcomes = [outcome("t-0", snapshot("Running", &[node("n-1", "Success"), node("n-2", "Running")]))];
    assert_eq!(lines(&outcomes, 99), ["Running  [=====-----]  1 ok, 1 open of 2  10s"]);
    assert_eq!(lines(&outcomes, 100), ["Running  [==========----------]  1 ok, 1 open of 2  10s"]);
}

#[test]
fn live_line_of_an_invocation_without_nodes_says_so() {
    assert_eq!(lines(&[outcome("t-0", snapshot("Pending", &[]))], 80), ["Pending  [----------]  no node listed  10s"]);
}

#[test]
fn live_lines_are_aligned_for_ids_of_different_length() {
    let lines = lines(&[unseen("t-0"), unseen("t-10")], 80);
    assert_eq!(lines, ["t-0   waiting for the first answer  10s", "t-10  waiting for the first answer  10s"]);
}

#[test]
fn live_lines_leave_out_finished_ids() {
    let lost = Outcome { fault: Some(fault(Kind::NotFound)), ..outcome("t-1", running()) };
    assert_eq!(lines(&[outcome("t-0", success()), lost], 80), [""; 0]);
    assert_eq!(lines(&[outcome("t-0", success()), unseen("t-1")], 80).len(), 1);
    assert_eq!(lines(&[], 80), [""; 0]);
}

#[test]
fn live_lines_fill_at_most_a_third_of_the_screen() {
    let mut outcomes: Vec<Outcome> = (0..9).map(|id| outcome(&format!("t-{id}"), running())).collect();
    assert_eq!(lines(&outcomes, 120), ["0 of 9 invocations done, 0 nodes failed, 9 open  10s"]);
    outcomes[3] = outcome("t-3", success());
    assert_eq!(lines(&outcomes, 80).len(), 8);
    assert_eq!(lines(&outcomes[..6], 80).len(), 5, "six ids at 80x24, of which one is done");
}

/// Nine invocations of which none was seen, and one that is done.
fn ten(done: &[NodeFields<'_>]) -> Vec<Outcome> {
    (0..9).map(|id| unseen(&format!("t-{id}"))).chain([outcome("t-9", snapshot("PartialFailed", done))]).collect()
}

#[test]
fn live_line_for_all_ids_counts_failed_nodes_of_finished_ones_too() {
    let outcomes = ten(&[failed("n-1", "Code"), failed("n-2", "Code"), node("n-3", "Success")]);
    assert_eq!(lines(&outcomes, 80), ["1 of 10 invocations done, 2 nodes failed, 0 open  10s"]);
}

#[test]
fn live_line_for_all_ids_has_a_singular_for_one_failed_node() {
    let outcomes = ten(&[failed("n-1", "Code"), node("n-2", "Success")]);
    assert_eq!(lines(&outcomes, 80), ["1 of 10 invocations done, 1 node failed, 0 open  10s"]);
}

#[test]
fn live_line_times_are_elapsed_deadline_and_next_poll() {
    assert_eq!(times_of(secs(65), None, None), "  1m 5s");
    let all = times_of(secs(65), Some(secs(1735)), Some(Duration::from_millis(2100)));
    assert_eq!(all, "  1m 5s, deadline in 28m 55s, next in 3s");
    assert_eq!(times_of(secs(1), None, Some(Duration::ZERO)), "  1s, next in 0s");
}

#[test]
fn live_line_times_are_whole_seconds() {
    assert_eq!(times_of(Duration::from_nanos(12_345), Some(Duration::from_nanos(999)), None), "  0s, deadline in 0s");
}

#[test]
fn progress_bar_shows_every_failure_and_is_full_only_at_the_end() {
    let counted = |success: usize, failures: usize, open: usize| {
        let kinds = [("Success", success), ("Failed", failures), ("Running", open)];
        let names: Vec<(String, &str)> = kinds
            .iter()
            .flat_map(|(status, count)| (0..*count).map(move |at| (format!("{status}{at}"), *status)))
            .collect();
        let nodes: Vec<_> = names.iter().map(|(name, status)| node(name, status)).collect();
        bar(&snapshot("Running", &nodes), 20, false)
    };
    assert_eq!(counted(0, 0, 0), "[--------------------]");
    assert_eq!(counted(1, 0, 0), "[====================]");
    assert_eq!(counted(0, 1, 0), "[!!!!!!!!!!!!!!!!!!!!]");
    assert_eq!(counted(0, 0, 1), "[--------------------]");
    assert_eq!(counted(99, 0, 1), "[===================-]");
    assert_eq!(counted(99, 1, 0), "[===================!]");
    assert_eq!(counted(1, 99, 0), "[!!!!!!!!!!!!!!!!!!!!]");
    assert_eq!(counted(1, 1, 1), "[======!!!!!!!-------]");
}

#[test]
fn progress_bar_of_a_short_list_leaves_room_for_unlisted_nodes() {
    let short = counted("Running", 4, &[node("n-1", "Success")]);
    assert_eq!(bar(&short, 20, false), "[=====---------------]");
}

#[test]
fn live_line_of_a_finished_id_has_verdict_and_counts() {
    let id = InvokeId::new("t-0");
    assert_eq!(finished(&id, &success(), false), "t-0: Success, 1 ok of 1");
    let failed = snapshot("Failed", &[failed("n-1", "Code")]);
    assert_eq!(finished(&id, &failed, false), "t-0: Failed, 1 failed of 1");
}

#[test]
fn live_line_on_a_narrow_screen_keeps_the_bar_and_leaves_out_whole_words() {
    let nodes = [failed("n-1", "Code"), node("n-2", "Success"), node("n-3", "Running")];
    let outcomes = [outcome("t-0", snapshot("Running", &nodes))];
    let at = |width| {
        let state = WatchState { outcomes: &outcomes, elapsed: secs(10), left: Some(secs(1790)), next: Some(secs(5)) };
        live_lines(&state, false, (width, 24)).remove(0)
    };
    let whole = "Running  [===!!!!---]  1 ok, 1 failed, 1 open of 3  10s, deadline in 29m 50s, next in 5s";
    for (width, line) in [
        (91, whole),
        (80, "Running  [===!!!!---]  1 ok, 1 failed, 1 open of 3  10s, deadline in 29m 50s"),
        (60, "Running  [===!!!!---]  1 ok, 1 failed, 1 open of 3  10s"),
        (55, "Running  [===!!!!---]  1 ok, 1 failed, 1 open of 3"),
        (42, "Running  [===!!!!---]  1 failed, 1 open"),
        (40, "[===!!!!---]  1 failed, 1 open"),
        (20, "[===!!!!---]"),
        (14, "1 failed, 1"),
    ] {
        assert_eq!(at(width), line, "{width}");
    }
}
