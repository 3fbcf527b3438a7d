//! What the contract says of a send, read from the service's book.

use super::service::{Deed, Made, place};
use super::{Case, End, Played};
use crate::exit::Budget;
use crate::invocation::{Keep, NodeStatus};
use crate::send::join::SendState;
use crate::send::schedule::cut;
use std::collections::BTreeSet;

/// The nodes of calls with such a deed.
fn named(made: &[Made], is_it: impl Fn(&Made) -> bool) -> BTreeSet<usize> {
    made.iter().filter(|made| is_it(made)).flat_map(|made| made.nodes.iter().copied()).collect()
}

pub(super) fn check(case: &Case, played: &Played) {
    let Played { made, told, read, .. } = played;
    let all: BTreeSet<usize> = (0..case.nodes).collect();
    let accepted = named(made, |made| made.deed == Deed::Accept && made.is_answered);
    let is_lost = |made: &Made| matches!(made.deed, Deed::LoseAnswer | Deed::LoseCall) || !made.is_answered;
    let unknown: BTreeSet<usize> = &named(made, is_lost) - &accepted;

    // A call that may have been carried out is repeated only where that changes nothing.
    let mut may_have = BTreeSet::new();
    for one in made {
        let is_repeat = one.nodes.iter().any(|node| may_have.contains(node));
        assert!(!is_repeat || case.overwrite, "{:?} were named again", one.nodes);
        if one.deed == Deed::Accept || is_lost(one) {
            may_have.extend(one.nodes.iter().copied());
        }
    }
    // What ends the sending ends it.
    for (at, one) in made.iter().enumerate() {
        let ends = match one.deed {
            Deed::Accept | Deed::NotMade => false,
            Deed::RefuseParameter => !made[..at].iter().any(|before| before.deed == Deed::Accept),
            Deed::RefuseKey | Deed::RefusePermission => true,
            Deed::LoseAnswer | Deed::LoseCall => !case.overwrite,
        };
        assert!(!ends || at + 1 == made.len(), "a call after {:?}", one.deed);
    }
    assert!(made.iter().all(|one| (1..=case.nodes_per_call).contains(&one.nodes.len())));

    // What was named in accepted calls, what is unconfirmed and what was not sent is just the list: as the snapshot has
    // it, and as the log has it, whatever ended the process.
    let of_log = SendState::new(read.clone()).snapshot(Keep::Outcomes, None).unwrap();
    let is_killed = matches!(case.end, End::Kill(_)) && played.stopped;
    let snapshots = [Some(&of_log), played.outcome.snapshot().filter(|_| !is_killed)];
    for snapshot in snapshots.into_iter().flatten() {
        let with = |status: &[NodeStatus]| -> BTreeSet<usize> {
            let nodes = snapshot.nodes.iter().filter(|node| status.contains(&node.status()));
            nodes.map(|node| place(node.id().unwrap().as_written())).collect()
        };
        let (unconfirmed, not_sent) =
            (with(&[NodeStatus::Unconfirmed]), with(&[NodeStatus::NotSent, NodeStatus::ToBeSent]));
        let known: BTreeSet<usize> = &(&all - &unconfirmed) - &not_sent;
        if is_killed {
            // A line may be on the disk whose call was not made yet.
            assert!(known.is_subset(&accepted) && unknown.is_subset(&unconfirmed), "{known:?} of {accepted:?}");
            assert!(not_sent.is_disjoint(&may_have));
        } else {
            assert_eq!((known, unconfirmed), (accepted.clone(), unknown.clone()));
        }
    }

    // Batches, the budget over the whole send, the canary.
    let sizes = cut(&case.batches, case.nodes);
    let batch_of = |node: usize| {
        let mut end = 0;
        sizes
            .iter()
            .position(|size| {
                end += size;
                node < end
            })
            .unwrap()
    };
    let allowed = |budget: Budget| match budget {
        Budget::Nodes(count) => usize::try_from(count).unwrap(),
        Budget::Share(billionths) => usize::try_from(billionths / 1_000_000_000).unwrap() * case.nodes / 100,
    };
    for (at, one) in made.iter().enumerate() {
        let batch = batch_of(one.nodes[0]);
        assert!(one.nodes.iter().all(|node| batch_of(*node) == batch), "a call is of one batch");
        let first_of_batch = made[..at].iter().all(|before| batch_of(before.nodes[0]) != batch);
        if case.budget.is_some() || (first_of_batch && batch > 0) {
            let allowed = allowed(case.budget.unwrap_or(Budget::NONE));
            assert!(one.failed_before <= allowed, "call {at} over the budget: {} > {allowed}", one.failed_before);
        }
        if first_of_batch && batch > 0 {
            assert!(one.all_final, "batch {batch} began before the one before it was final");
            let before: Vec<usize> = (0..case.nodes).filter(|node| batch_of(*node) == batch - 1).collect();
            let has_success = before.iter().any(|node| told.get(node) == Some(&false) && accepted.contains(node));
            assert!(has_success || (batch > 1 && before.len() < 2), "batch {batch} though none of {before:?} has it");
        }
    }

    // The exit code, by the contract's table, from the service's book.
    let Some(code) = played.code else { return };
    let snapshot = played.outcome.snapshot().unwrap();
    let not_sent = &(&all - &accepted) - &unknown;
    let success: BTreeSet<usize> = told.iter().filter(|(_, failed)| !**failed).map(|(node, _)| *node).collect();
    let success = &success & &accepted;
    let open: BTreeSet<usize> = &accepted - &told.keys().copied().collect();
    let failed = accepted.len() - success.len() - open.len();
    let last = made.last();
    let is_refusal = |deed| matches!(deed, Deed::RefuseKey | Deed::RefusePermission);
    let expected = match (case.end, played.stopped) {
        (End::Signal(_), true) => 130,
        _ if last.is_some() && accepted.is_empty() => {
            if last.is_some_and(|one| one.is_answered && is_refusal(one.deed)) { 4 } else { 5 }
        }
        _ if played.outcome.fault.is_some() && !open.is_empty() => 4,
        (End::Deadline(_), true) if !open.is_empty() => 124,
        _ if (!unknown.is_empty() || !not_sent.is_empty()) && success.is_empty() && open.is_empty() => 1,
        _ if !unknown.is_empty() || !not_sent.is_empty() => 3,
        _ if failed == 0 => 0,
        _ if success.is_empty() => 1,
        _ if case.budget.is_some_and(|budget| failed <= allowed(budget)) => 0,
        _ => 3,
    };
    // What the last polls told came too late for the snapshot where the time was up.
    let is_exact = !played.stopped || snapshot.open() as usize == open.len();
    if is_exact {
        assert_eq!(code, expected, "accepted {accepted:?}, unknown {unknown:?}, told {told:?}");
    }
}
