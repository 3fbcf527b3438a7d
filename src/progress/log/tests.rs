//! The words of a log's lines, and when one comes though nothing changed.

use super::*;
use crate::invocation::NodeFields;
use crate::testing::feed::{failed, node, running, secs, snapshot, success};
use crate::watch::{Fold, Until};
use tokio::time::advance;

/// What a line says of a second snapshot in which these nodes have changed.
fn phrase_of(snapshot: &Snapshot, nodes: &[usize]) -> String {
    let mut pending = PendingChanges::default();
    pending.add(snapshot, &Change { nodes: nodes.to_vec(), ..Change::default() });
    pending.take()
}

fn changes_of(nodes: &[NodeFields<'_>]) -> String {
    let all: Vec<usize> = (0..nodes.len()).collect();
    phrase_of(&snapshot("Running", nodes), &all)
}

#[test]
fn log_folds_like_changes_into_one_phrase() {
    assert_eq!(changes_of(&[]), "");
    assert_eq!(changes_of(&[node("n-1", "Success")]), "1 node Success; ");
    let nodes = [node("n-1", "Success"), node("n-2", "Running"), node("n-3", "Success")];
    assert_eq!(changes_of(&nodes), "1 node Running, 2 nodes Success; ");
}

#[test]
fn log_counts_only_nodes_that_changed() {
    let snapshot = snapshot("Running", &[node("n-1", "Success"), node("n-2", "Success"), node("n-3", "Success")]);
    assert_eq!(phrase_of(&snapshot, &[2]), "1 node Success; ");
}

#[test]
fn log_counts_no_failed_node_among_the_changes() {
    let nodes = [failed("n-1", "Code"), node("n-2", "Timeout"), node("n-3", "Success")];
    assert_eq!(changes_of(&nodes), "1 node Success; ");
}

#[test]
fn log_writes_an_unknown_status_safely() {
    let nameless = NodeFields { status: None, ..node("n-2", "") };
    let nodes = [node("n-1", "Sleep\u{1b}ing"), nameless];
    assert_eq!(changes_of(&nodes), "1 node Sleep\\u{1b}ing, 1 node without status; ");
}

fn silent() -> Terminal {
    Terminal::new(clap::ColorChoice::Never, true)
}

/// Plays a rollout to many nodes, a snapshot every five seconds, and gives the lines of its log.
async fn log_of(snapshots: impl Iterator<Item = Snapshot>) -> Vec<String> {
    let silent = silent();
    let names = NodeNames::none();
    let mut reporter = LogReporter::new(&silent, &names);
    let mut fold = Fold::new(&[InvokeId::new("t-1")], Until::Finished);
    let mut log = Vec::new();
    for snapshot in snapshots {
        advance(secs(5)).await;
        let (id, snapshot, change) = fold.snapshot(0, Timestamp::UNIX_EPOCH, snapshot);
        log.extend(reporter.snapshot_lines(id, snapshot, &change));
        log.extend(reporter.pending_lines(&fold.outcomes, PendingChanges::is_due));
    }
    log.extend(reporter.pending_lines(&fold.outcomes, |pending, _| pending.since.is_some()));
    log
}

/// Ten thousand nodes that run and end a few at a time, over a quarter of an hour; one in a hundred fails, in five
/// ways.
fn rollout(poll: u64) -> Snapshot {
    const NODES: u64 = 10_000;
    const STEP: u64 = 56;
    let ids: Vec<String> = (0..NODES).map(|id| format!("e01-cn-{id:06}")).collect();
    let codes: Vec<String> = (0..5).map(|code| format!("Strange.{code}")).collect();
    let nodes: Vec<NodeFields<'_>> = (0..NODES)
        .map(|at| match (poll * STEP).checked_sub(at) {
            None => node(&ids[at as usize], "Pending"),
            Some(age) if age < 10 * STEP => node(&ids[at as usize], "Running"),
            Some(_) if at % 100 == 7 => failed(&ids[at as usize], &codes[(at / 100 % 5) as usize]),
            Some(_) => node(&ids[at as usize], "Success"),
        })
        .collect();
    let is_over = nodes.iter().all(|node| !matches!(node.status.as_ref().unwrap().as_written(), "Pending" | "Running"));
    snapshot(if is_over { "PartialFailed" } else { "Running" }, &nodes)
}

#[tokio::test(start_paused = true)]
async fn log_of_ten_thousand_nodes_has_fewer_than_200_lines_and_every_failure() {
    let log = log_of((0..190).map(rollout)).await;
    assert!((50..200).contains(&log.len()), "{} lines", log.len());
    assert!(log.last().unwrap().contains("PartialFailed: ") && log.last().unwrap().ends_with("of 10000"));
    for code in 0..5 {
        let code = format!("Strange.{code}");
        let named: Vec<&String> = log.iter().filter(|line| line.contains(&format!(" Failed: {code}: "))).collect();
        let names: usize = named.iter().map(|line| line.matches("e01-cn-").count()).sum();
        assert_eq!(names, 10, "{code}: {named:?}");
        // Twenty failed so; the ten that are not named are counted, each once.
        let counted = log.iter().filter_map(|line| {
            let (before, _) = line.split_once(&format!(" {code} ("))?;
            before.rsplit(' ').nth(1)?.parse::<usize>().ok()
        });
        assert_eq!(counted.sum::<usize>(), 10, "{code}: {log:#?}");
        assert!(log.iter().any(|line| line.contains(&format!("{code} (20 so far)"))), "{code}");
    }
    // Every node was reported once as Running, and once as it ended.
    let reported = |status: &str| {
        let phrases = log.iter().flat_map(|line| line.split([',', ';']));
        let counts = phrases.filter_map(|phrase| {
            let mut words = phrase.rsplit(' ');
            (words.next() == Some(status)).then(|| words.nth(1)?.parse::<usize>().ok()).flatten()
        });
        counts.sum::<usize>()
    };
    assert_eq!(
        (reported("Running"), reported("Success")),
        (10_000 - 1, 9_900),
        "the first snapshot shows one node that runs"
    );
}

#[tokio::test(start_paused = true)]
async fn log_line_of_a_change_waits_a_minute_at_most() {
    let quiet = |running: u64| {
        let ids: Vec<String> = (0..1000).map(|id| format!("n-{id}")).collect();
        let status = |at: u64| if at < running { "Success" } else { "Running" };
        let nodes: Vec<_> = (0..1000).map(|at| node(&ids[at as usize], status(at))).collect();
        snapshot("Running", &nodes)
    };
    let log = log_of((0..15).map(|poll| quiet(u64::from(poll > 0)))).await;
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(log[1].contains("1 node Success; 1 ok, 999 open of 1000"), "{log:?}");
}

fn outcome(id: &str, snapshot: Snapshot) -> Outcome {
    Outcome { seen: Some((Timestamp::UNIX_EPOCH, snapshot)), ..Outcome::unseen(InvokeId::new(id)) }
}

/// Whether a tick writes a line.
fn writes_a_line(log: &mut LogReporter<'_>, outcomes: &[Outcome]) -> bool {
    let before = log.lines.written_at;
    log.tick(&WatchState { outcomes, elapsed: secs(0), left: None, next: None });
    log.lines.written_at != before
}

#[tokio::test(start_paused = true)]
async fn log_heartbeat_comes_after_each_minute_of_silence() {
    let outcomes = [outcome("t-1", running()), outcome("t-2", success())];
    let silent = silent();
    let names = NodeNames::none();
    let mut log = LogReporter::new(&silent, &names);
    for _ in 0..3 {
        advance(secs(59)).await;
        assert!(!writes_a_line(&mut log, &outcomes));
        advance(secs(1)).await;
        assert!(writes_a_line(&mut log, &outcomes));
        assert!(!writes_a_line(&mut log, &outcomes));
    }
}

#[tokio::test(start_paused = true)]
async fn log_heartbeat_is_replaced_by_pending_changes() {
    let silent = silent();
    let names = NodeNames::none();
    let mut log = LogReporter::new(&silent, &names);
    let outcome = outcome("t-1", running());
    let mut pending = PendingChanges::default();
    pending.add(outcome.snapshot().unwrap(), &Change { is_counted_anew: true, ..Change::default() });
    log.pending.insert(outcome.invoke_id.clone(), pending);
    advance(secs(60)).await;
    assert!(writes_a_line(&mut log, std::slice::from_ref(&outcome)));
    assert_eq!(log.pending[&outcome.invoke_id].since, None, "nothing is pending any more");
}

#[tokio::test(start_paused = true)]
async fn log_writes_no_line_for_a_snapshot_without_a_change() {
    let silent = silent();
    let names = NodeNames::none();
    let mut log = LogReporter::new(&silent, &names);
    let start = log.lines.written_at;
    let (invoke_id, snapshot) = (&InvokeId::new("t-1"), &running());
    advance(secs(30)).await;
    log.event(&Event::Snapshot { invoke_id, snapshot, change: &Default::default() });
    assert_eq!(log.lines.written_at, start, "nothing changed");
    let change = Change { is_counted_anew: true, ..Default::default() };
    log.event(&Event::Snapshot { invoke_id, snapshot, change: &change });
    assert_eq!(log.lines.written_at, start + secs(30));
}
