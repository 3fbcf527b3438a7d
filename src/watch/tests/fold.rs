//! What a snapshot changes, against those before it.

use super::*;
use crate::invocation::{Doubt, NodeFields, Verdict};
use crate::testing::feed::{counted, failed, node, snapshot};
use crate::testing::property_config;
use crate::text::Text;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn fold(ids: usize) -> Fold {
    Fold::new(&plan(ids).invoke_ids, Until::Finished)
}

/// Takes in a snapshot of the first id.
fn take_in(fold: &mut Fold, status: &str, nodes: &[NodeFields<'_>]) -> Change {
    fold.snapshot(0, Timestamp::UNIX_EPOCH, snapshot(status, nodes)).2
}

/// A change of some nodes alone.
fn nodes(nodes: &[usize]) -> Change {
    Change { nodes: nodes.to_vec(), ..Change::default() }
}

/// A change of some nodes, with other counts.
fn progress(changed: &[usize]) -> Change {
    Change { is_counted_anew: true, ..nodes(changed) }
}

#[test]
fn first_snapshot_reports_the_failed_nodes_alone() {
    let mut fold = fold(1);
    let change =
        take_in(&mut fold, "Running", &[node("n-1", "Success"), failed("n-2", "Code"), node("n-3", "Running")]);
    let wanted = Change {
        is_first: true,
        is_counted_anew: true,
        is_judged_anew: true,
        nodes: vec![1],
        failed: vec![1],
        doubts: Vec::new(),
    };
    assert_eq!(change, wanted);
}

#[test]
fn same_snapshot_again_is_no_change() {
    let mut fold = fold(1);
    let all = [node("n-1", "Success"), failed("n-2", "Code"), node("n-3", "Running")];
    take_in(&mut fold, "Running", &all);
    assert_eq!(take_in(&mut fold, "Running", &all), Change::default());
}

#[test]
fn node_that_goes_on_is_a_change() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[node("n-1", "Pending"), node("n-2", "Running")]);
    let change = take_in(&mut fold, "Running", &[node("n-1", "Pending"), node("n-2", "Success")]);
    assert_eq!(change, progress(&[1]));
}

#[test]
fn nodes_that_swap_statuses_are_changes() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[node("n-1", "Pending"), node("n-2", "Running")]);
    let change = take_in(&mut fold, "Running", &[node("n-1", "Running"), node("n-2", "Pending")]);
    assert_eq!(change, nodes(&[0, 1]));
}

#[test]
fn another_error_of_a_failed_node_is_no_change() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[failed("n-1", "Code"), node("n-2", "Running")]);
    let change = take_in(&mut fold, "Running", &[failed("n-1", "Other"), node("n-2", "Running")]);
    assert_eq!(change, Change::default());
    let text = NodeFields { error_info: Some(Text::new("why")), ..failed("n-1", "Other") };
    assert_eq!(take_in(&mut fold, "Running", &[text, node("n-2", "Running")]), Change::default());
}

#[test]
fn node_that_flaps_is_reported_as_failed_once() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[node("n-1", "Running")]);
    for round in 0..3 {
        let change = take_in(&mut fold, "Running", &[failed("n-1", "Code"), node("n-2", "Running")]);
        assert_eq!((change.failed.len(), change.nodes[0]), (usize::from(round == 0), 0), "round {round}");
        let change = take_in(&mut fold, "Running", &[node("n-1", "Running"), node("n-2", "Running")]);
        assert_eq!(change, progress(&[0]), "round {round}");
    }
}

#[test]
fn nodes_in_another_order_are_no_change() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[node("n-1", "Success"), failed("n-2", "Code"), node("n-3", "Running")]);
    let moved = [node("n-3", "Running"), node("n-1", "Success"), failed("n-2", "Code")];
    assert_eq!(take_in(&mut fold, "Running", &moved), Change::default());
    let change =
        take_in(&mut fold, "Running", &[failed("n-2", "Code"), node("n-3", "Success"), node("n-1", "Success")]);
    assert_eq!(change, Change { is_judged_anew: true, ..progress(&[1]) });
}

/// The verdict so far, how many nodes count as failed, and whether the list is a short one.
fn judged(fold: &Fold) -> (Verdict, u64, bool) {
    let snapshot = fold.outcomes[0].snapshot().unwrap();
    (snapshot.verdict, snapshot.failed(), !snapshot.is_complete)
}

#[test]
fn failed_node_that_is_no_longer_listed_counts_as_it_was_last_seen_and_is_warned_of() {
    let mut fold = fold(1);
    let all = [failed("n-1", "Code"), node("n-2", "Running"), node("n-3", "Running")];
    take_in(&mut fold, "Running", &all);
    let change = take_in(&mut fold, "Running", &all[1..]);
    assert_eq!(change.doubts, [Doubt::ShortList, Doubt::FailedNodesNotListed(1)]);
    assert_eq!((change.nodes, change.failed), (vec![], vec![]));
    assert_eq!(judged(&fold), (Verdict::Running, 1, true));
    let change = take_in(&mut fold, "Success", &[node("n-2", "Success"), node("n-3", "Success")]);
    assert_eq!((change.doubts.len(), judged(&fold)), (0, (Verdict::PartialFailed, 1, true)));
}

#[test]
fn failed_node_that_is_listed_again_counts_as_it_is_listed() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[failed("n-1", "Code"), node("n-2", "Running")]);
    take_in(&mut fold, "Running", &[node("n-2", "Running")]);
    let change = take_in(&mut fold, "Success", &[node("n-1", "Success"), node("n-2", "Success")]);
    assert_eq!((change.doubts.len(), judged(&fold)), (0, (Verdict::Success, 0, false)));
}

#[test]
fn failed_node_that_went_on_and_is_no_longer_listed_counts_as_it_was_last_seen() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[failed("n-1", "Code"), node("n-2", "Running")]);
    take_in(&mut fold, "Running", &[node("n-1", "Running"), node("n-2", "Running")]);
    take_in(&mut fold, "Success", &[node("n-2", "Success")]);
    assert_eq!(judged(&fold), (Verdict::Running, 0, true));
}

#[test]
fn list_that_is_shorter_than_an_earlier_one_or_counts_fewer_is_a_short_list() {
    let all = [node("n-1", "Running"), node("n-2", "Running"), node("n-3", "Running")];
    let shorter = || snapshot("Stopped", &[node("n-1", "Failed"), node("n-2", "Failed")]);
    let counts_fewer = || counted("Stopped", 2, &[node("n-1", "Failed"), node("n-2", "Failed"), node("n-3", "Failed")]);
    for (snapshot, is_short) in [(shorter(), true), (counts_fewer(), true), (snapshot("Running", &all), false)] {
        let mut fold = fold(1);
        take_in(&mut fold, "Running", &all);
        let (_, _, change) = fold.snapshot(0, Timestamp::UNIX_EPOCH, snapshot);
        assert_eq!(change.doubts.contains(&Doubt::ShortList), is_short);
        assert_eq!(judged(&fold).0, Verdict::Running, "an overall status that is not final proves nothing then");
    }
}

#[test]
fn answer_without_nodes_is_judged_by_itself() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[failed("n-1", "Code"), node("n-2", "Running")]);
    take_in(&mut fold, "PartialFailed", &[]);
    assert_eq!(judged(&fold), (Verdict::PartialFailed, 1, true));
}

#[test]
fn failed_node_that_is_listed_late_is_reported() {
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[node("n-1", "Running")]);
    let change = take_in(&mut fold, "Running", &[node("n-1", "Running"), failed("n-2", "Code")]);
    assert_eq!(change, Change { failed: vec![1], ..progress(&[1]) });
}

#[test]
fn unknown_status_is_reported_as_failed_once_finished() {
    let mut fold = fold(1);
    let all = [node("n-1", "Success"), node("n-2", "Sleeping")];
    let first = take_in(&mut fold, "Running", &all);
    assert_eq!((first.nodes.len(), first.failed.len()), (0, 0));
    let change = take_in(&mut fold, "Success", &all);
    let doubts = vec![Doubt::UnknownCountedAsFailed];
    let wanted = Change { is_judged_anew: true, failed: vec![1], doubts, ..Change::default() };
    assert_eq!(change, wanted);
    assert_eq!(fold.outcomes[0].snapshot().map(|snapshot| snapshot.verdict), Some(Verdict::PartialFailed));
}

#[test]
fn doubt_is_reported_once() {
    let mut fold = fold(1);
    let nodes = [node("n-1", "Running"), node("n-2", "Running")];
    let short = || counted("Running", 2, &nodes[..1]);
    let doubts = |fold: &mut Fold, snapshot| fold.snapshot(0, Timestamp::UNIX_EPOCH, snapshot).2.doubts;
    assert_eq!(doubts(&mut fold, short()), [Doubt::ShortList]);
    assert_eq!(doubts(&mut fold, short()), []);
    assert_eq!(doubts(&mut fold, snapshot("Running", &nodes)), []);
    assert_eq!(doubts(&mut fold, short()), [Doubt::ShortList]);
}

#[test]
fn node_of_two_invocations_is_reported_in_both() {
    let mut fold = fold(2);
    for id in 0..2 {
        let (_, _, change) = fold.snapshot(id, Timestamp::UNIX_EPOCH, snapshot("Running", &[failed("n-1", "Code")]));
        assert_eq!(change.failed, [0], "id {id}");
    }
}

#[test]
fn nodes_without_an_id_differ_by_place() {
    let nameless = |status| NodeFields { node_id: None, ..node("", status) };
    let mut fold = fold(1);
    take_in(&mut fold, "Running", &[nameless("Failed"), nameless("Running")]);
    let change = take_in(&mut fold, "Running", &[nameless("Failed"), nameless("Failed")]);
    assert_eq!((change.nodes, change.failed), (vec![1], vec![1]));
}

#[test]
fn watch_is_over_when_every_id_finished_or_was_given_up() {
    let mut fold = fold(2);
    take_in(&mut fold, "Success", &[node("n-1", "Success")]);
    assert!(!fold.is_over());
    fold.outcomes[1].fault = Some(fault(Kind::NotFound));
    assert!(fold.is_over());
}

proptest! {
    #![proptest_config(property_config(256))]
    #[test]
    fn every_node_that_ever_failed_is_reported_exactly_once(
        snapshots in prop::collection::vec(prop::collection::vec((0..6_u8, any::<bool>()), 0..8), 1..8),
    ) {
        let mut fold = fold(1);
        let (mut reported, mut ever) = (Vec::new(), BTreeSet::new());
        for nodes in &snapshots {
            let names: Vec<String> = nodes.iter().map(|(name, _)| format!("n-{name}")).collect();
            let named = names.iter().zip(nodes);
            let fields: Vec<_> = named.map(|(id, (_, fails))| node(id, if *fails { "Failed" } else { "Running" })).collect();
            let change = take_in(&mut fold, "Running", &fields);
            let snapshot = fold.outcomes[0].snapshot().unwrap();
            let id = |at: usize| snapshot.nodes.get(at).id().unwrap().as_written().to_owned();
            reported.extend(change.failed.iter().map(|at| id(*at)));
            ever.extend((0..snapshot.nodes.len()).filter(|at| snapshot.is_failed(&snapshot.nodes.get(*at))).map(id));
        }
        reported.sort();
        prop_assert_eq!(reported, ever.into_iter().collect::<Vec<_>>());
    }
}
