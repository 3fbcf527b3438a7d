//! The failure budget: how many failed nodes of an invocation a gate accepts.
//!
//! It forgives PartialFailed over a complete list, and nothing else. A first batch of three nodes that all failed is
//! Failed and stays so, whatever share is accepted.

use crate::invocation::{Doubt, Snapshot, Verdict};
use std::fmt;
use std::str::FromStr;

/// Says how many failed nodes are accepted: `5`, or `2.5%` of the nodes that the file was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    Nodes(u64),
    /// A share, in billionths of a percent. A binary fraction would not be exact.
    Share(u64),
}

/// Says how many digits a share may have behind its point.
const DECIMALS: usize = 9;

/// Is one percent, in the unit of a share.
const PERCENT: u64 = 10_u64.pow(DECIMALS as u32);

/// Says what a budget makes of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighed {
    Forgiven,
    /// More nodes failed than are accepted.
    Exceeded,
    /// Something other than the number of failed nodes is wrong, which no budget forgives.
    NotForgivable,
}

impl Budget {
    /// Accepts no failed node, as it is without a budget.
    pub const NONE: Budget = Budget::Nodes(0);

    /// Accepts this many percent of the nodes.
    pub const fn percent(percent: u64) -> Self {
        Budget::Share(percent * PERCENT)
    }

    /// Gives how many failed nodes are accepted among `of` nodes.
    fn nodes(self, of: u64) -> u64 {
        match self {
            Budget::Nodes(nodes) => nodes,
            Budget::Share(share) => (u128::from(share) * u128::from(of) / u128::from(100 * PERCENT)) as u64,
        }
    }

    /// Gives how many of these nodes it stands for, rounded up.
    pub fn of_rounded_up(self, nodes: usize) -> usize {
        match self {
            Budget::Nodes(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Budget::Share(share) => (u128::from(share) * nodes as u128).div_ceil(u128::from(100 * PERCENT)) as usize,
        }
    }

    /// Tells whether `failed` nodes among `of` are more than are accepted.
    pub fn is_exceeded_by(self, failed: usize, of: usize) -> bool {
        failed as u64 > self.nodes(of as u64)
    }

    /// Tells whether more nodes of an invocation failed than are accepted, whatever is still open. A share is one of
    /// `NodeCount`; without a `NodeCount` it is one of the listed nodes.
    pub fn is_exceeded(self, snapshot: &Snapshot) -> bool {
        snapshot.failed() > self.nodes(snapshot.node_count.unwrap_or(snapshot.listed))
    }

    /// Says what it makes of an invocation.
    pub fn weigh(self, snapshot: &Snapshot) -> Weighed {
        // In a send, nodes that no call reached or that nobody knows about are never forgiven, nor is an invocation
        // that calls itself failed though none of its nodes failed.
        let is_forgivable = snapshot.verdict == Verdict::PartialFailed
            && snapshot.is_complete
            && snapshot.failed() > 0
            && snapshot.counts.not_sent() + snapshot.counts.unconfirmed() == 0
            && !snapshot.doubts.contains(&Doubt::FailedWithoutFailedNode);
        match (is_forgivable, self.is_exceeded(snapshot)) {
            (true, false) => Weighed::Forgiven,
            (_, true) => Weighed::Exceeded,
            (false, false) => Weighed::NotForgivable,
        }
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let why = || "it is neither a number of nodes, such as 5, nor a share of them, such as 2.5%".to_owned();
        let number = |digits: &str| {
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { digits.parse::<u64>().map_err(|_| why()) } else { Err(why()) }
        };
        let Some(share) = word.strip_suffix('%') else { return number(word).map(Budget::Nodes) };
        let (whole, fraction) = share.split_once('.').unwrap_or((share, "0"));
        if fraction.is_empty() || fraction.len() > DECIMALS {
            return Err(why());
        }
        let (whole, fraction) = (number(whole)?, number(&format!("{fraction:0<DECIMALS$}"))?);
        let share = whole.saturating_mul(PERCENT).saturating_add(fraction);
        if share <= 100 * PERCENT {
            Ok(Budget::Share(share))
        } else {
            Err("it is more than all nodes; at most 100%".to_owned())
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Budget::Nodes(nodes) => write!(f, "{nodes}"),
            Budget::Share(share) => {
                let share = format!("{}.{:0DECIMALS$}", share / PERCENT, share % PERCENT);
                write!(f, "{}%", share.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

#[cfg(test)]
mod tests;
