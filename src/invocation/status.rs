//! The API's words for how far the sending to a node has come, their classes, and how many nodes have each.
//!
//! Words are compared without regard to case. A word that is not on the API page is kept, and counts as unknown, never
//! as success.

use super::Node;
use crate::text::Text;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Names the status of one node: those of the API page, and those that only a send has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeStatus {
    Pending,
    Running,
    Success,
    Invalid,
    Aborted,
    Failed,
    Error,
    Timeout,
    /// In a send: no call that names the node can have been carried out so far, and one may follow.
    ToBeSent,
    /// In a send: no call that names the node can have been carried out, and no call follows.
    NotSent,
    /// In a send: nobody knows whether the node got the file.
    Unconfirmed,
    /// The API wrote another word, or no word.
    Unknown,
}

/// Says what a node's status amounts to; the later, the worse. Of a node that is listed twice the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Success,
    Unknown,
    Failed,
    Open,
}

impl NodeStatus {
    /// Lists the statuses of the API page, in the order in which counts are shown.
    pub const LISTED: [NodeStatus; 8] = [
        NodeStatus::Pending,
        NodeStatus::Running,
        NodeStatus::Success,
        NodeStatus::Invalid,
        NodeStatus::Aborted,
        NodeStatus::Failed,
        NodeStatus::Error,
        NodeStatus::Timeout,
    ];

    /// Reads the API's word, in any case.
    pub fn of(word: &Option<Text<'_>>) -> Self {
        let word = word.as_ref().map_or("", Text::as_written);
        Self::LISTED.into_iter().find(|status| status.word().eq_ignore_ascii_case(word)).unwrap_or(Self::Unknown)
    }

    /// Gives the API page's spelling; for a status of a send efloctl's own word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Success => "Success",
            Self::Invalid => "Invalid",
            Self::Aborted => "Aborted",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Timeout => "Timeout",
            Self::ToBeSent | Self::NotSent => "NotSent",
            Self::Unconfirmed => "Unconfirmed",
            Self::Unknown => "Unknown",
        }
    }

    /// Says what the status amounts to.
    pub const fn class(self) -> Class {
        match self {
            Self::Pending | Self::Running | Self::ToBeSent => Class::Open,
            Self::Success => Class::Success,
            Self::Unknown => Class::Unknown,
            Self::Invalid | Self::Aborted | Self::Failed | Self::Error | Self::Timeout => Class::Failed,
            Self::NotSent | Self::Unconfirmed => Class::Failed,
        }
    }
}

/// Counts nodes by status, and by what the status amounts to. A status that is not on the API page is counted under its
/// own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    by_status: [u64; NodeStatus::Unknown as usize + 1],
    by_class: [u64; 4],
    by_unknown_word: BTreeMap<Text<'static>, u64>,
    is_of_a_send: bool,
}

impl Counts {
    /// Counts some nodes.
    pub fn of<'n>(nodes: impl Iterator<Item = Node<'n>>) -> Self {
        let mut counts = Counts::default();
        for node in nodes {
            let status = node.status();
            counts.by_status[status as usize] += 1;
            counts.by_class[status.class() as usize] += 1;
            counts.is_of_a_send |= node.is_of_a_send();
            if status == NodeStatus::Unknown {
                let word = node.status_word().unwrap_or_else(|| Text::new(status.word()));
                *counts.by_unknown_word.entry(word.into_owned()).or_default() += 1;
            }
        }
        counts
    }

    /// Gives every status of the API page with its count; of a send its own two; then the others that occur, by name.
    pub fn iter(&self) -> impl Iterator<Item = (Text<'_>, u64)> {
        let listed = NodeStatus::LISTED.iter().map(|status| (Text::new(status.word()), self.get(*status)));
        let not_sent = (Text::new(NodeStatus::NotSent.word()), self.not_sent());
        let unconfirmed = (Text::new(NodeStatus::Unconfirmed.word()), self.unconfirmed());
        let of_a_send = [not_sent, unconfirmed].into_iter().filter(|_| self.is_of_a_send);
        listed.chain(of_a_send).chain(self.by_unknown_word.iter().map(|(word, count)| (word.clone(), *count)))
    }

    /// Gives how many nodes have a status.
    pub fn get(&self, status: NodeStatus) -> u64 {
        self.by_status[status as usize]
    }

    /// Gives how many nodes have a status of this class.
    pub fn of_class(&self, class: Class) -> u64 {
        self.by_class[class as usize]
    }

    /// Gives how many nodes of a send no call can have reached so far.
    pub fn not_sent(&self) -> u64 {
        self.get(NodeStatus::ToBeSent) + self.get(NodeStatus::NotSent)
    }

    /// Gives how many nodes of a send nobody knows about.
    pub fn unconfirmed(&self) -> u64 {
        self.get(NodeStatus::Unconfirmed)
    }

    /// Gives the number of nodes.
    pub fn total(&self) -> u64 {
        self.by_class.iter().sum()
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_words_are_read_in_any_case() {
        let read = |word: &str| NodeStatus::of(&Some(Text::new(word.to_owned())));
        for status in NodeStatus::LISTED {
            assert_eq!(read(status.word()), status);
            assert_eq!(read(&status.word().to_uppercase()), status);
        }
        for word in ["", "Sucess", "PartialFailed", "Cancelled"] {
            assert_eq!(read(word), NodeStatus::Unknown);
        }
    }
}
