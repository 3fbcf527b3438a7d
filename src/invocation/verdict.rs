//! The verdict: what the statuses of an invocation and of its nodes prove, row by row as the contract has it.
//!
//! The API's overall status and its nodes may contradict each other, and its page's text does so itself. So the nodes
//! decide where their list is complete, the overall status elsewhere, and nothing is Success unless all of it is.

use super::status::{Class, NodeStatus, OverallStatus};
use serde::Serialize;

/// What became of an invocation, in the order in which the first counts when there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Verdict {
    Failed,
    PartialFailed,
    Running,
    Pending,
    Success,
}

impl Verdict {
    /// The word that people and scripts read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::PartialFailed => "PartialFailed",
            Self::Running => "Running",
            Self::Pending => "Pending",
            Self::Success => "Success",
        }
    }

    /// Whether nothing more will happen.
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Failed | Self::PartialFailed | Self::Success)
    }
}

/// What made a verdict doubtful, though it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Fewer nodes are listed, or counted, than `NodeCount` or an earlier answer has.
    ShortList,
    /// This many nodes that were seen failed are no longer listed.
    FailedNodesNotListed(usize),
    /// `NodeCount` is there and is no number, so nobody knows whether all nodes are listed.
    UnreadableCount,
    /// A node with a status off the API page was counted as failed.
    UnknownCountedAsFailed,
    /// The overall status tells of failure, and no node did fail.
    FailedWithoutFailedNode,
    /// Nodes are listed that the file was not sent to.
    NeverAskedFor,
}

/// How many nodes are of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// Of the open ones, those that are Pending.
    pub pending: u64,
    pub open: u64,
    pub failed: u64,
    pub unknown: u64,
    pub success: u64,
}

impl Classes {
    /// Counts one node.
    pub fn add(&mut self, status: NodeStatus) {
        self.pending += u64::from(status == NodeStatus::Pending);
        match status.class() {
            Class::Open => self.open += 1,
            Class::Failed => self.failed += 1,
            Class::Unknown => self.unknown += 1,
            Class::Success => self.success += 1,
        }
    }

    fn total(self) -> u64 {
        self.open + self.failed + self.unknown + self.success
    }
}

/// The verdict on a whole invocation, and what is doubtful about it; no verdict means that there is no such
/// invocation. `complete` tells whether all nodes are listed. The numbers are the contract's rows.
pub fn judge(overall: OverallStatus, nodes: Classes, complete: bool) -> (Option<Verdict>, Vec<Doubt>) {
    let total = nodes.total();
    let mut doubts = Vec::new();
    if !complete {
        doubts.push(Doubt::ShortList);
    }
    let waiting = |all_pending| Some(if all_pending { Verdict::Pending } else { Verdict::Running });
    let said_pending = overall == OverallStatus::Pending;

    if total == 0 {
        let verdict = match overall {
            OverallStatus::Failed => Some(Verdict::Failed),               // 2
            OverallStatus::PartialFailed => Some(Verdict::PartialFailed), // 2
            OverallStatus::Success => None,                               // 3
            _ => waiting(said_pending),                                   // 4
        };
        return (verdict, doubts);
    }
    if nodes.open > 0 {
        return (waiting(said_pending && nodes.pending == total), doubts); // 5
    }
    if !overall.is_final() && (!complete || nodes.unknown > 0 || nodes.success == total) {
        return (Some(Verdict::Running), doubts); // 6
    }

    if nodes.unknown > 0 {
        doubts.push(Doubt::UnknownCountedAsFailed);
    }
    let verdict = match (nodes.failed + nodes.unknown, nodes.success) {
        (0, _) if overall == OverallStatus::Success => Verdict::Success, // 7
        (0, _) => {
            doubts.push(Doubt::FailedWithoutFailedNode); // 8
            if overall == OverallStatus::Failed { Verdict::Failed } else { Verdict::PartialFailed }
        }
        (_, 1..) => Verdict::PartialFailed,                                   // 9
        _ if complete || overall == OverallStatus::Failed => Verdict::Failed, // 10
        _ => Verdict::PartialFailed,                                          // 11
    };
    (Some(verdict), doubts)
}

/// The verdict on one node alone; no verdict means that it is not listed. The letters are the contract's rows.
pub fn judge_node(overall: OverallStatus, node: Option<NodeStatus>) -> (Option<Verdict>, Vec<Doubt>) {
    let Some(node) = node else { return (None, Vec::new()) }; // a
    match node.class() {
        Class::Open if node == NodeStatus::Pending => (Some(Verdict::Pending), Vec::new()), // b
        Class::Open => (Some(Verdict::Running), Vec::new()),                                // b
        Class::Unknown if !overall.is_final() => (Some(Verdict::Running), Vec::new()),      // b
        Class::Success => (Some(Verdict::Success), Vec::new()),                             // c
        Class::Unknown => (Some(Verdict::Failed), vec![Doubt::UnknownCountedAsFailed]),     // d
        Class::Failed => (Some(Verdict::Failed), Vec::new()),                               // d
    }
}

#[cfg(test)]
mod tests;
