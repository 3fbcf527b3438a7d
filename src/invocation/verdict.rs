//! The verdict: what the statuses of an invocation and of its nodes prove, row by row as the contract has it.
//!
//! The API's overall status and its nodes may contradict each other, and its page's text does so itself. So the nodes
//! decide where their list is complete, the overall status elsewhere, and nothing is Success unless all of it is.

use super::{Class, Counts, NodeStatus};
use crate::text::Text;
use serde::Serialize;

/// Says what became of an invocation. Of several invocations the first in this order counts. The API has the same words
/// for its overall status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Verdict {
    Failed,
    PartialFailed,
    Running,
    Pending,
    Success,
}

/// Lists the overall statuses. Of several records the first in this order counts; `None` is any other word, or no word.
const OVERALL: [Option<Verdict>; 6] = [
    Some(Verdict::Pending),
    Some(Verdict::Running),
    None,
    Some(Verdict::Failed),
    Some(Verdict::PartialFailed),
    Some(Verdict::Success),
];

/// Says how early in the order of the overall statuses the API's word for one stands.
pub fn overall_rank(word: &Option<Text<'_>>) -> Option<usize> {
    let overall = Verdict::of_overall(word);
    OVERALL.iter().position(|status| *status == overall)
}

impl Verdict {
    /// Reads the API's word for the overall status, in any case.
    pub fn of_overall(word: &Option<Text<'_>>) -> Option<Self> {
        let word = word.as_ref()?.as_written();
        OVERALL.into_iter().flatten().find(|status| status.word().eq_ignore_ascii_case(word))
    }

    /// Gives the word that people and scripts read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::PartialFailed => "PartialFailed",
            Self::Running => "Running",
            Self::Pending => "Pending",
            Self::Success => "Success",
        }
    }

    /// Tells whether nothing more will happen.
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Failed | Self::PartialFailed | Self::Success)
    }
}

/// Says what to warn of beside a verdict that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Fewer nodes are listed or counted than `NodeCount` or an earlier answer says.
    ShortList,
    /// This many nodes that were seen failed are no longer listed.
    FailedNodesNotListed(usize),
    /// `NodeCount` is present and is no number, so nobody knows whether all nodes are listed.
    UnreadableCount,
    /// A node with a status that is not on the API page was counted as failed.
    UnknownCountedAsFailed,
    /// The overall status is Failed or PartialFailed, and no node failed.
    FailedWithoutFailedNode,
    /// Nodes are listed that the file was not sent to.
    NeverAskedFor,
}

/// Gives the verdict on a whole invocation, and what to warn of; no verdict means that there is no such invocation.
/// `complete` says whether all nodes are listed. The numbers are those of the contract's rows.
pub fn judge(overall: Option<Verdict>, nodes: &Counts, complete: bool) -> (Option<Verdict>, Vec<Doubt>) {
    let total = nodes.total();
    let [open, failed, unknown, success] =
        [Class::Open, Class::Failed, Class::Unknown, Class::Success].map(|class| nodes.of_class(class));
    let mut doubts = if complete { Vec::new() } else { vec![Doubt::ShortList] };

    if total == 0 {
        let verdict = match overall {
            Some(Verdict::Success) => None,          // 3
            _ => overall.or(Some(Verdict::Running)), // 2, 4
        };
        return (verdict, doubts);
    }
    if open > 0 {
        let pending = overall.filter(|said| *said == Verdict::Pending && nodes.get(NodeStatus::Pending) == total);
        return (pending.or(Some(Verdict::Running)), doubts); // 5
    }
    if !overall.is_some_and(Verdict::is_finished) && (!complete || unknown > 0 || success == total) {
        return (Some(Verdict::Running), doubts); // 6
    }

    if unknown > 0 {
        doubts.push(Doubt::UnknownCountedAsFailed);
    }
    let verdict = match (failed + unknown, success) {
        (0, _) => {
            if overall != Some(Verdict::Success) {
                doubts.push(Doubt::FailedWithoutFailedNode);
            }
            // What has not finished ended in row 6, for all nodes are Success here.
            overall // 7, 8
        }
        (_, 1..) => Some(Verdict::PartialFailed), // 9
        _ if complete || overall == Some(Verdict::Failed) => Some(Verdict::Failed), // 10
        _ => Some(Verdict::PartialFailed),        // 11
    };
    (verdict, doubts)
}

/// Gives the verdict on one node alone, and what to warn of; no verdict means that it is not listed. The letters are
/// those of the contract's rows.
pub fn judge_node(overall: Option<Verdict>, node: Option<NodeStatus>) -> (Option<Verdict>, Vec<Doubt>) {
    let Some(node) = node else { return (None, Vec::new()) }; // a
    match node.class() {
        Class::Open if node == NodeStatus::Pending => (Some(Verdict::Pending), Vec::new()), // b
        Class::Open => (Some(Verdict::Running), Vec::new()),                                // b
        Class::Unknown if !overall.is_some_and(Verdict::is_finished) => (Some(Verdict::Running), Vec::new()), // b
        Class::Success => (Some(Verdict::Success), Vec::new()),                             // c
        Class::Unknown => (Some(Verdict::Failed), vec![Doubt::UnknownCountedAsFailed]),     // d
        Class::Failed => (Some(Verdict::Failed), Vec::new()),                               // d
    }
}

#[cfg(test)]
mod tests;
