//! What is seen, as it is seen.
//!
//! Live polling and a recording look the same from above, and a retry is something seen, not something printed. Ids
//! are places in the list of questions that a feed was made with.

mod live;
mod poll;
mod record;
mod recording;
mod replay;

pub use live::Live;
#[cfg(test)]
pub(crate) use poll::Source;
pub use poll::{Policy, Poll};
pub use record::Recorder;
pub use recording::{Part, Recording};
pub use replay::Replay;

use crate::fault::Fault;
use crate::invocation::Snapshot;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// One thing seen of one id.
#[derive(Debug)]
pub enum FeedEvent {
    /// A complete answer about an invocation that exists, and when it came.
    Snapshot { id: usize, at: Timestamp, snapshot: Box<Snapshot> },
    /// No answer this time; the `attempt`-th in a row. The next attempt comes after `delay`.
    Retry { id: usize, fault: Fault, attempt: u32, delay: Duration },
    /// No answer, and no further attempt.
    GaveUp { id: usize, fault: Fault },
}

/// A source of things seen.
pub trait Feed {
    /// The next thing seen; none when nothing more will be. Can be dropped at any time without losing anything.
    async fn next(&mut self) -> Option<FeedEvent>;

    /// Nothing more is to be asked about an id.
    fn done(&mut self, id: usize);

    /// When the next answer is asked for, if that is known.
    fn next_at(&self) -> Option<Instant>;

    /// The process goes on after a while in which it did not run. What broke meanwhile is nobody's fault, and what was
    /// to be asked meanwhile is asked now.
    fn woke(&mut self) {}

    /// Whether something that was to be asked before it woke has not been asked and answered since.
    fn is_behind(&self) -> bool {
        false
    }
}
