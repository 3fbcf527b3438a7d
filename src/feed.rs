//! Feeds: what is seen of invocations, event by event.
//!
//! Live polling and a recording look the same from above, and a retry is an event, not something printed. An id is the
//! index of its question in the list that a feed was made with.
//!
//! A send is a feed too: one id, whose feed makes calls and polls what was accepted. Unlike a poll it must not be
//! dropped in the middle of a call, so whoever ends a watch early calls [`Feed::stop`]. Its InvokeIds come one by one:
//! [`Poll::add`] takes them while the poll runs.

mod backoff;
mod listing;
mod live;
mod poll;
mod record;
mod recording;
mod replay;

pub use backoff::{Backoff, FIRST_DELAY, LONGEST_DELAY};
pub use listing::{ListEvent, Lister, Listing};
pub use live::LiveSource;
pub use poll::{Policy, Poll, SnapshotSource};
pub use record::{Draft, Recorder};
pub use recording::Recording;
pub use replay::Replay;

use crate::fault::Fault;
use crate::invocation::{InvokeId, Snapshot};
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// Limits the requests at a time: more gain nothing and meet the API's rate limit sooner.
const IN_FLIGHT: usize = 8;

/// Tells of something that happened to one id.
#[derive(Debug)]
pub struct FeedEvent {
    pub id: usize,
    pub news: News,
}

/// Tells what happened to an id.
#[derive(Debug)]
pub enum News {
    /// A complete answer about an invocation that exists, and when it came.
    Snapshot { at: Timestamp, snapshot: Box<Snapshot> },
    /// An attempt failed, the `attempt`-th in a row. The next one comes after `delay`.
    Retry {
        fault: Fault,
        attempt: u32,
        delay: Duration,
        /// Of a send, the InvokeId that was asked about; `None` where a call is made again.
        call: Option<InvokeId>,
    },
    /// The id is given up: no further attempt is made.
    GaveUp(Fault),
    /// Something happened to a send.
    Send(SendNews),
}

/// Tells what happens to a send, and to no other feed.
#[derive(Debug)]
pub enum SendNews {
    /// A call to these nodes was accepted.
    Sent { invoke_id: InvokeId, nodes: Vec<String> },
    /// A call to these nodes was not accepted, and is not made again.
    Unsent { fault: Fault, nodes: Vec<String> },
    /// Something to be warned of.
    Warning(String),
}

/// Gives events about ids until there are no more.
pub trait Feed {
    /// Waits for the next event; `None` when there will be no more. The future can be dropped without losing any.
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>>;

    /// Stops asking about an id.
    fn done(&mut self, id: usize);

    /// Gives the time at which the next answer is asked for, if that is known.
    fn next_at(&self) -> Option<Instant>;

    /// Ends what is under way, begins nothing new, and gives the last events.
    ///
    /// A poll can be dropped at any time, so that there is nothing to wait for. A feed that changes something waits a
    /// few seconds for the call under way, no longer: whoever calls this has run out of time.
    fn stop(&mut self) -> LocalBoxFuture<'_, Vec<FeedEvent>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}
