//! The API's words for how far the sending to a node has come, and their classes.
//!
//! Words are compared without regard to case. A word that is not on the API page is kept, and counts as unknown, never
//! as success.

use crate::text::Text;

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

    /// Lists the statuses that only a send has.
    pub const OF_A_SEND: [NodeStatus; 3] = [NodeStatus::ToBeSent, NodeStatus::NotSent, NodeStatus::Unconfirmed];

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
