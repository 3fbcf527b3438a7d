//! How many nodes are in each status.

use super::{Class, Node, NodeStatus};
use crate::text::Text;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

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
