//! Looks at invocations of which one is a whole send: that is one id to whoever watches, however many are asked about.
//!
//! The log is read without its lock, and anew at each poll while somebody sends: new calls are then asked about too.

use super::join::SendState;
use super::log::Followed;
use super::poll::SendPoll;
use crate::feed::{Feed, FeedEvent, News, Policy, SnapshotSource};
use crate::invocation::Question;
use futures_util::future::LocalBoxFuture;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A feed of invocations and a send.
pub struct Looking<S> {
    poll: SendPoll<S>,
    /// Where the log is.
    path: PathBuf,
    interval: Duration,
    /// When the log is read anew; `None` where it is asked about once, and when that is over.
    read_at: Option<Instant>,
}

impl<S: SnapshotSource + 'static> Looking<S> {
    /// Makes a feed of these questions, of which the one at `id` is about the send.
    pub fn new(source: S, questions: Vec<Question>, policy: Policy, id: usize, send: Followed) -> Self {
        let mut poll = SendPoll::new(source, questions, policy, id, send.state);
        let now = Instant::now();
        poll.snapshot_at = Some(now);
        poll.ask();
        // Whoever sends again may begin at any time.
        let read_at = (!policy.patience.is_zero()).then(|| now + policy.interval);
        Looking { poll, path: send.path, interval: policy.interval, read_at }
    }

    /// Gives what is known of the send.
    pub fn into_state(self) -> SendState {
        self.poll.state
    }

    /// Reads the log anew. Where that fails, what was read before holds.
    fn refresh(&mut self) {
        let now = Instant::now();
        if let Ok(Followed { state, .. }) = Followed::read(self.path.clone()) {
            (self.poll.state.ledger, self.poll.state.is_running) = (state.ledger, state.is_running);
        }
        self.poll.ask();
        self.read_at = Some(now + self.interval);
        self.poll.snapshot_at.get_or_insert(now);
    }
}

impl<S: SnapshotSource + 'static> Feed for Looking<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.poll.events.pop_front() {
                    return Some(event);
                }
                let (now, state) = (Instant::now(), &self.poll.state);
                let is_due = self.poll.snapshot_at.is_some_and(|at| at <= now || state.is_final());
                if is_due && state.is_answered() {
                    self.poll.give_snapshot(|_| {});
                    continue;
                }
                let snapshot_at = self.poll.snapshot_at.filter(|at| *at > now);
                let wake_at = [self.read_at, snapshot_at].into_iter().flatten().min();
                tokio::select! {
                    event = self.poll.inner.next(), if self.poll.inner.is_polling() => {
                        if let Some(fault) = self.poll.take_in(event?) {
                            self.read_at = None;
                            self.poll.tell(News::GaveUp(fault));
                        }
                    }
                    () = sleep_until(wake_at.unwrap_or(now)), if wake_at.is_some() => {
                        if self.read_at.is_some_and(|at| at <= Instant::now()) {
                            self.refresh();
                        }
                    }
                    else => return None,
                }
            }
        })
    }

    fn done(&mut self, id: usize) {
        if id == self.poll.id {
            self.read_at = None;
            self.poll.done();
        } else {
            self.poll.inner.done(id);
        }
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.inner.next_at()
    }
}
