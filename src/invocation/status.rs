//! The API's words for how far a sending has come, and their classes.
//!
//! Words are compared without regard to case (DESIGN of the verdict); a word that is not on the API page is kept and
//! counts as unknown: never as success.

/// The status of one node, by the API page's list.
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
    /// Of a send: no call that names the node can have been carried out, and one may follow.
    ToBeSent,
    /// Of a send: no call that names the node can have been carried out, and none follows.
    NotSent,
    /// Of a send: nobody knows whether the node got the file.
    Unconfirmed,
    /// A word off the page, or none.
    Unknown,
}

/// What a node's status amounts to; the later, the worse. Of a node that is listed twice the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Success,
    Unknown,
    Failed,
    Open,
}

impl NodeStatus {
    /// Every status of the API page, in the order in which counts are shown.
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

    /// The statuses that only a send has.
    pub const OF_A_SEND: [NodeStatus; 3] = [NodeStatus::ToBeSent, NodeStatus::NotSent, NodeStatus::Unconfirmed];

    /// Reads the API's word, in any case.
    pub fn parse(word: &str) -> Self {
        Self::LISTED.into_iter().find(|status| status.word().eq_ignore_ascii_case(word)).unwrap_or(Self::Unknown)
    }

    /// The API page's spelling; of a send, efloctl's own word.
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

    /// What the status amounts to.
    pub const fn class(self) -> Class {
        match self {
            Self::Pending | Self::Running | Self::ToBeSent => Class::Open,
            Self::Success => Class::Success,
            Self::Invalid | Self::Aborted | Self::Failed | Self::Error | Self::Timeout => Class::Failed,
            Self::NotSent | Self::Unconfirmed => Class::Failed,
            Self::Unknown => Class::Unknown,
        }
    }
}

/// The status of the whole invocation, in the order in which the first counts when an answer has several records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OverallStatus {
    Pending,
    Running,
    /// A word off the page, or none.
    Unknown,
    Failed,
    PartialFailed,
    Success,
}

impl OverallStatus {
    const LISTED: [OverallStatus; 5] = [Self::Pending, Self::Running, Self::Failed, Self::PartialFailed, Self::Success];

    /// Reads the API's word, in any case.
    pub fn parse(word: &str) -> Self {
        Self::LISTED.into_iter().find(|status| status.word().eq_ignore_ascii_case(word)).unwrap_or(Self::Unknown)
    }

    /// The API page's spelling.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Unknown => "Unknown",
            Self::Failed => "Failed",
            Self::PartialFailed => "PartialFailed",
            Self::Success => "Success",
        }
    }

    /// Whether the API says that nothing more will happen.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Failed | Self::PartialFailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_words_are_read_in_any_case() {
        for status in NodeStatus::LISTED {
            assert_eq!(NodeStatus::parse(status.word()), status);
            assert_eq!(NodeStatus::parse(&status.word().to_uppercase()), status);
        }
        for word in ["", "Sucess", "PartialFailed", "Cancelled"] {
            assert_eq!(NodeStatus::parse(word), NodeStatus::Unknown);
        }
        assert_eq!(OverallStatus::parse("partialfailed"), OverallStatus::PartialFailed);
        assert_eq!(OverallStatus::parse("Stopped"), OverallStatus::Unknown);
    }
}
