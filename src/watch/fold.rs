//! From looks to what has changed since the last one. Pure.

use super::Until;
use crate::exit::{Budget, Outcome};
use crate::fault::{Fault, Kind};
use crate::invocation::{Doubt, InvokeId, Snapshot};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What a snapshot changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Whether it is the first of its id.
    pub is_first: bool,
    /// Whether the counts are others than before.
    pub is_counted_anew: bool,
    /// Whether the verdict is another than before.
    pub is_judged_anew: bool,
    /// Places of the nodes whose status is another than before; at the first look, of those that failed.
    pub nodes: Vec<usize>,
    /// Places of the nodes that failed and were not told of yet.
    pub failed: Vec<usize>,
    /// What has become doubtful.
    pub doubts: Vec<Doubt>,
}

/// All that is known, by id.
pub(super) struct Fold {
    until: Until,
    outcomes: Vec<Outcome>,
    /// Nodes that were told of as failed: each is told of once, though its status may flap.
    told: Vec<HashSet<String>>,
}

impl Fold {
    pub(super) fn new(invoke_ids: &[InvokeId], until: Until) -> Self {
        Fold {
            until,
            outcomes: invoke_ids.iter().cloned().map(Outcome::unseen).collect(),
            told: invoke_ids.iter().map(|_| HashSet::new()).collect(),
        }
    }

    pub(super) fn until(&self) -> Until {
        self.until
    }

    pub(super) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    pub(super) fn into_outcomes(mut self) -> Vec<Outcome> {
        let nothing_yet = || Fault::new(Kind::Network, "no answer has come yet").later();
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.seen.is_none() && outcome.fault.is_none()) {
            outcome.last_error.get_or_insert_with(nothing_yet);
        }
        self.outcomes
    }

    /// Whether every id has come to its end.
    pub(super) fn is_over(&self) -> bool {
        self.outcomes.iter().all(|outcome| {
            outcome.fault.is_some() || outcome.snapshot().is_some_and(|snapshot| self.until.is_reached(snapshot))
        })
    }

    /// Whether more nodes of an invocation have failed than are accepted.
    pub(super) fn exceeds(&self, budget: Budget) -> bool {
        self.outcomes.iter().any(|outcome| outcome.exceeds(budget))
    }

    /// How many nodes it remembers having told of.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.told.iter().map(HashSet::len).sum()
    }

    /// Takes in the end of an id's asking.
    pub(super) fn lost(&mut self, id: usize, fault: Fault) {
        self.outcomes[id].fault = Some(fault);
    }

    /// Takes in what kept an answer from coming this time.
    pub(super) fn last_error(&mut self, id: usize, fault: Fault) {
        self.outcomes[id].last_error = Some(fault);
    }

    /// Takes in a snapshot, and gives what it changed.
    pub(super) fn snapshot(&mut self, id: usize, at: Timestamp, snapshot: Snapshot) -> Change {
        let last = self.outcomes[id].snapshot();
        let mut change = Change {
            is_first: last.is_none(),
            is_counted_anew: last.is_none_or(|last| last.counts != snapshot.counts),
            is_judged_anew: last.is_none_or(|last| last.verdict != snapshot.verdict),
            nodes: last.map_or_else(Vec::new, |last| changed(last, &snapshot)),
            failed: Vec::new(),
            doubts: snapshot
                .doubts
                .iter()
                .filter(|doubt| last.is_none_or(|last| !last.doubts.contains(doubt)))
                .copied()
                .collect(),
        };
        let told = &mut self.told[id];
        // With one look nobody is told of changes, and a fleet may have failed as a whole.
        let is_told = self.until == Until::Finished;
        let has_news = change.is_judged_anew || change.is_counted_anew || !change.nodes.is_empty();
        let candidates = if is_told && has_news { snapshot.nodes.len() } else { 0 };
        for place in 0..candidates {
            let node = snapshot.nodes.get(place);
            if snapshot.is_failed(&node) {
                let name = node.id().map_or_else(|| format!("#{place}"), |id| id.as_written().to_owned());
                if told.insert(name) {
                    change.failed.push(place);
                }
            }
        }
        if change.is_first {
            change.nodes.clone_from(&change.failed);
        }
        self.outcomes[id].seen = Some((at, snapshot));
        change
    }
}

/// Places of the nodes that are not as they were. The API keeps their order from one answer to the next, so a node is
/// looked for only where it is not found in its old place.
fn changed(last: &Snapshot, snapshot: &Snapshot) -> Vec<usize> {
    let mut places: Option<HashMap<_, usize>> = None;
    let mut changed = Vec::new();
    for (at, node) in snapshot.nodes.iter().enumerate() {
        let in_place = (at < last.nodes.len()).then(|| last.nodes.get(at)).filter(|old| old.id() == node.id());
        let old = in_place.or_else(|| {
            let places =
                places.get_or_insert_with(|| last.nodes.iter().enumerate().map(|(at, node)| (node.id(), at)).collect());
            places.get(&node.id()).map(|at| last.nodes.get(*at))
        });
        let is_same = old.is_some_and(|old| old.status() == node.status() && old.status_word() == node.status_word());
        if !is_same {
            changed.push(at);
        }
    }
    changed
}
