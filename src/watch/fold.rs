//! Folds the events of each id into what is known of it, and tells what a snapshot changed. Pure.

use super::Until;
use crate::exit::Outcome;
use crate::fault::{Fault, Kind};
use crate::invocation::{Doubt, History, InvokeId, Snapshot};
use jiff::Timestamp;
use std::collections::HashMap;

/// Tells what a snapshot changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Whether it is the first of its id.
    pub is_first: bool,
    /// Whether the counts differ from those before.
    pub is_counted_anew: bool,
    /// Whether the verdict differs from the one before.
    pub is_judged_anew: bool,
    /// The indexes of nodes whose status differs from the one before; in the first snapshot, of those that failed.
    pub nodes: Vec<usize>,
    /// The indexes of nodes that are seen failed for the first time.
    pub failed: Vec<usize>,
    /// The doubts about the verdict that are new.
    pub doubts: Vec<Doubt>,
}

/// Holds what is known of each id.
pub(crate) struct Fold {
    until: Until,
    pub(crate) outcomes: Vec<Outcome>,
    histories: Vec<History>,
}

impl Fold {
    pub(crate) fn new(invoke_ids: &[InvokeId], until: Until) -> Self {
        Fold {
            until,
            outcomes: invoke_ids.iter().cloned().map(Outcome::unseen).collect(),
            histories: invoke_ids.iter().map(|_| History::default()).collect(),
        }
    }

    pub(crate) fn into_outcomes(mut self) -> Vec<Outcome> {
        let nothing_yet = || Fault::new(Kind::Network, "no answer has come yet").later();
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.seen.is_none() && outcome.fault.is_none()) {
            outcome.last_error.get_or_insert_with(nothing_yet);
        }
        self.outcomes
    }

    /// Tells whether nothing more is to be asked about an id.
    pub(crate) fn has_ended(&self, id: usize) -> bool {
        let outcome = &self.outcomes[id];
        let is_enough = |snapshot: &Snapshot| self.until == Until::Answered || snapshot.is_finished();
        outcome.fault.is_some() || outcome.snapshot().is_some_and(is_enough)
    }

    /// Tells whether nothing more is to be asked about any id.
    pub(crate) fn is_over(&self) -> bool {
        (0..self.outcomes.len()).all(|id| self.has_ended(id))
    }

    /// Gives how many nodes it remembers as failed.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.histories.iter().map(History::len).sum()
    }

    /// Takes in a snapshot, and gives whose it is, how it is judged, and what it changed.
    pub(crate) fn snapshot(&mut self, id: usize, at: Timestamp, snapshot: Snapshot) -> (&InvokeId, &Snapshot, Change) {
        let last = self.outcomes[id].snapshot();
        let history = &mut self.histories[id];
        let snapshot = history.judge(snapshot, last);
        let is_new = |doubt: &Doubt| last.is_none_or(|last| !last.doubts.contains(doubt));
        let mut change = Change {
            is_first: last.is_none(),
            is_counted_anew: last.is_none_or(|last| last.counts != snapshot.counts),
            is_judged_anew: last.is_none_or(|last| last.verdict != snapshot.verdict),
            nodes: last.map_or_else(Vec::new, |last| changed(last, &snapshot)),
            failed: Vec::new(),
            doubts: snapshot.doubts.iter().copied().filter(is_new).collect(),
        };
        // A command that asks once reports no node, and a whole fleet may have failed.
        let is_reported = self.until == Until::Finished;
        let has_news = change.is_judged_anew || change.is_counted_anew || !change.nodes.is_empty();
        let candidates = if is_reported && has_news { snapshot.nodes.len() } else { 0 };
        for at in 0..candidates {
            let node = snapshot.nodes.get(at);
            // Each node is reported once, though its status may flap.
            if snapshot.is_failed(&node) && history.add_failed(&node, at) {
                change.failed.push(at);
            }
        }
        if change.is_first {
            change.nodes.clone_from(&change.failed);
        }
        let outcome = &mut self.outcomes[id];
        let (_, snapshot) = outcome.seen.insert((at, snapshot));
        (&outcome.invoke_id, snapshot, change)
    }
}

/// Gives the indexes of nodes whose status differs from the one before. The API keeps the order of nodes from answer to
/// answer, so that a node is searched for only if it is not in its old place.
fn changed(last: &Snapshot, snapshot: &Snapshot) -> Vec<usize> {
    let mut by_id: Option<HashMap<_, usize>> = None;
    let mut changed = Vec::new();
    for (at, node) in snapshot.nodes.iter().enumerate() {
        let in_place = (at < last.nodes.len()).then(|| last.nodes.get(at)).filter(|old| old.id() == node.id());
        let old = in_place.or_else(|| {
            let by_id =
                by_id.get_or_insert_with(|| last.nodes.iter().enumerate().map(|(at, node)| (node.id(), at)).collect());
            by_id.get(&node.id()).map(|at| last.nodes.get(*at))
        });
        let is_same = old.is_some_and(|old| old.status() == node.status() && old.status_word() == node.status_word());
        if !is_same {
            changed.push(at);
        }
    }
    changed
}
