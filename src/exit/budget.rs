//! The failure budget: how many failed nodes of an invocation a gate accepts.
//!
//! It forgives PartialFailed over a complete list and nothing else. A canary of three nodes that failed everywhere is
//! Failed and stays so, whatever share was accepted.

use crate::invocation::{Doubt, Snapshot, Verdict};
use std::fmt;
use std::str::FromStr;

/// What `--max-failed` says: `5`, or `2.5%` of the nodes that the file was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    Nodes(u64),
    /// `digits / 10^decimals` percent: exact, for a fraction of binary digits would not be.
    Share {
        digits: u64,
        decimals: u32,
    },
}

/// What a budget makes of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighed {
    Forgiven,
    /// More nodes failed than are accepted.
    Exceeded,
    /// Something else than failed nodes is wrong, and that is never forgiven.
    NotItsCase,
}

impl Budget {
    /// Without one: no failed node is accepted.
    pub const NONE: Budget = Budget::Nodes(0);

    /// How many failed nodes of so many are accepted.
    fn nodes(self, of: u64) -> u64 {
        match self {
            Budget::Nodes(nodes) => nodes,
            Budget::Share { digits, decimals } => {
                let share = u128::from(digits) * u128::from(of) / (100 * 10_u128.pow(decimals));
                u64::try_from(share).unwrap_or(u64::MAX)
            }
        }
    }

    /// How many of so many nodes it says, rounded up.
    pub fn of_rounded_up(self, nodes: usize) -> usize {
        match self {
            Budget::Nodes(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Budget::Share { digits, decimals } => {
                let share = (u128::from(digits) * nodes as u128).div_ceil(100 * 10_u128.pow(decimals));
                usize::try_from(share).unwrap_or(usize::MAX)
            }
        }
    }

    /// Whether so many failed nodes of so many are more than are accepted.
    pub fn is_exceeded_by(self, failed: usize, of: usize) -> bool {
        failed as u64 > self.nodes(of as u64)
    }

    /// Whether more nodes failed than are accepted, whatever is still open. A share is one of `NodeCount`; without
    /// that, of the nodes listed.
    pub fn is_exceeded(self, snapshot: &Snapshot) -> bool {
        snapshot.failed() > self.nodes(snapshot.node_count.unwrap_or_else(|| snapshot.listed()))
    }

    /// What it makes of an invocation.
    pub fn weigh(self, snapshot: &Snapshot) -> Weighed {
        let is_its_case = snapshot.verdict == Verdict::PartialFailed && snapshot.is_complete() && snapshot.failed() > 0;
        // Of a send: nodes that nobody knows of, and an invocation that calls itself failed though none of its nodes
        // did.
        let is_its_case = is_its_case
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
