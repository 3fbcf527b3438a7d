//! The words of a log's lines, and when one comes though nothing changed.

use super::*;
use crate::feed::fake::{failed, look, node, running, secs, success};
use crate::invocation::NodeFields;
use crate::terminal::ColorChoice;
use tokio::time::advance;

fn changes_of(status: &str, nodes: &[NodeFields<'_>]) -> String {
    let all: Vec<usize> = (0..nodes.len()).collect();
    changes(&look(status, nodes), &all)
}

#[test]
fn like_changes_are_one_phrase_and_one_node_is_one_node() {
    assert_eq!(changes_of("Running", &[]), "");
    assert_eq!(changes_of("Running", &[node("n-1", "Success")]), "1 node Success; ");
    let nodes = [node("n-1", "Success"), node("n-2", "Running"), node("n-3", "Success")];
    assert_eq!(changes_of("Running", &nodes), "1 node Running, 2 nodes Success; ");
}

#[test]
fn only_the_nodes_that_changed_are_counted() {
    let look = look("Running", &[node("n-1", "Success"), node("n-2", "Success"), node("n-3", "Success")]);
    assert_eq!(changes(&look, &[2]), "1 node Success; ");
}

#[test]
fn a_failed_node_has_a_line_of_its_own_and_is_not_counted_here() {
    let nodes = [failed("n-1", "Code"), node("n-2", "Timeout"), node("n-3", "Success")];
    assert_eq!(changes_of("Running", &nodes), "1 node Success; ");
}

#[test]
fn a_status_off_the_page_is_told_by_its_own_safe_name() {
    let nameless = NodeFields { status: None, ..node("n-2", "") };
    let nodes = [node("n-1", "Sleep\u{1b}ing"), nameless];
    assert_eq!(changes_of("Running", &nodes), "1 node Sleep\\u{1b}ing, 1 node without status; ");
}

fn outcome(id: &str, look: Look) -> Outcome {
    Outcome { seen: Some((Timestamp::UNIX_EPOCH, look)), ..Outcome::unseen(Some(id.to_owned())) }
}

/// Whether a tick writes a line.
fn writes_a_line(lines: &mut Lines, outcomes: &[Outcome]) -> bool {
    let terminal = Terminal::new(ColorChoice::Never, true);
    let before = lines.last_line;
    lines.tick(&Standing { outcomes, elapsed: secs(0), left: None, next: None }, &terminal);
    lines.last_line != before
}

#[tokio::test(start_paused = true)]
async fn a_line_comes_after_each_minute_of_silence() {
    let outcomes = [outcome("t-1", running()), outcome("t-2", success())];
    let mut lines = Lines::default();
    for _ in 0..3 {
        advance(secs(59)).await;
        assert!(!writes_a_line(&mut lines, &outcomes));
        advance(secs(1)).await;
        assert!(writes_a_line(&mut lines, &outcomes));
        assert!(!writes_a_line(&mut lines, &outcomes));
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_a_line_and_a_look_without_one_is_none() {
    let terminal = Terminal::new(ColorChoice::Never, true);
    let mut lines = Lines::default();
    let start = lines.last_line;
    let outcome = outcome("t-1", running());
    advance(secs(30)).await;
    lines.event(&Event::Look { outcome: &outcome, change: &Default::default() }, &terminal);
    assert_eq!(lines.last_line, start, "nothing changed");
    let change = super::super::Change { is_counted_anew: true, ..Default::default() };
    lines.event(&Event::Look { outcome: &outcome, change: &change }, &terminal);
    assert_eq!(lines.last_line, start + secs(30));
}
