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
    /// This many percent: `digits` divided by 10 to the power of `decimals`. A binary fraction would not be exact.
    Share {
        digits: u64,
        decimals: u32,
    },
}

/// Says what a budget makes of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighed {
    Forgiven,
    /// More nodes failed than are accepted.
    Exceeded,
    /// Something other than failed nodes is wrong, and that is never forgiven.
    NotItsCase,
}

impl Budget {
    /// Accepts no failed node, as it is without a budget.
    pub const NONE: Budget = Budget::Nodes(0);

    /// Gives how many failed nodes are accepted among `of` nodes.
    fn nodes(self, of: u64) -> u64 {
        match self {
            Budget::Nodes(nodes) => nodes,
            Budget::Share { digits, decimals } => {
                let share = u128::from(digits) * u128::from(of) / (100 * 10_u128.pow(decimals));
                u64::try_from(share).unwrap_or(u64::MAX)
            }
        }
    }

    /// Gives how many of these nodes it stands for, rounded up.
    pub fn of_rounded_up(self, nodes: usize) -> usize {
        match self {
            Budget::Nodes(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Budget::Share { digits, decimals } => {
                let share = (u128::from(digits) * nodes as u128).div_ceil(100 * 10_u128.pow(decimals));
                usize::try_from(share).unwrap_or(usize::MAX)
            }
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
        let is_its_case = snapshot.verdict == Verdict::PartialFailed
            && snapshot.is_complete
            && snapshot.failed() > 0
            && snapshot.counts.not_sent() + snapshot.counts.unconfirmed() == 0
            && !snapshot.doubts.contains(&Doubt::FailedWithoutFailedNode);
        match (is_its_case, self.is_exceeded(snapshot)) {
            (true, false) => Weighed::Forgiven,
            (_, true) => Weighed::Exceeded,
            (false, false) => Weighed::NotItsCase,
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
        let decimals = u32::try_from(fraction.len()).ok().filter(|decimals| *decimals <= 9).ok_or_else(why)?;
        let (whole, fraction) = (number(whole)?, number(fraction)?);
        let hundred = 100 * 10_u64.pow(decimals);
        let digits = whole.checked_mul(10_u64.pow(decimals)).and_then(|digits| digits.checked_add(fraction));
        match digits {
            Some(digits) if digits <= hundred => Ok(Budget::Share { digits, decimals }),
            _ => Err("it is more than all nodes; at most 100%".to_owned()),
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Budget::Nodes(nodes) => write!(f, "{nodes}"),
            Budget::Share { digits, decimals } => {
                let one = 10_u64.pow(decimals);
                let fraction = format!("{:0width$}", digits % one, width = decimals as usize);
                let fraction = fraction.trim_end_matches('0');
                let point = if fraction.is_empty() { "" } else { "." };
                write!(f, "{}{point}{fraction}%", digits / one)
            }
        }
    }
}

#[cfg(test)]
mod tests;
