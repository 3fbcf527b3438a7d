//! Looks at invocations of which one is a whole send: that is one id to whoever watches, however many are asked about.
//!
//! The log is read without its lock, and anew at each poll while somebody sends: new calls are then asked about too.

use super::join::SendState;
use super::log::{Lock, lock_of, read_log};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Keep, Question};
use crate::text::safe;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Answers that come one after the other make one snapshot.
const MOMENT: Duration = Duration::from_millis(100);

/// A send as it is read from its log, and what its invocations answered.
pub struct Followed {
    path: PathBuf,
    pub state: SendState,
}

impl Followed {
    /// Reads the log at a path.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        // In this order: who has let go of the lock by now has written all there is.
        let is_running = Lock::is_held(&lock_of(&path));
        let mut followed = Followed::held(path)?;
        followed.state.is_running = is_running;
        Ok(followed)
    }

    /// Reads the log at a path whose lock this process holds, and makes no calls yet.
    pub fn held(path: PathBuf) -> io::Result<Self> {
        Ok(Followed { state: SendState::new(read_log(&path)?), path })
    }

    /// Reads it anew. Where that fails, what was read before holds.
    fn refresh(&mut self) {
        if let Ok(Followed { state, .. }) = Followed::read(self.path.clone()) {
            (self.state.ledger, self.state.is_running) = (state.ledger, state.is_running);
        }
    }
}

/// A feed of invocations and a send.
pub struct Looking<'f, S> {
    poll: Poll<S>,
    /// The feed's ids of the invocations that are asked about by themselves: they come first in the poll.
    others: Vec<usize>,
    /// The InvokeIds of the send that are asked about: they come behind the others in the poll.
    calls: Vec<String>,
    send: &'f mut Followed,
    /// The feed's id of the send.
    id: usize,
    node: Option<String>,
    keep: Keep,
    policy: Policy,
    events: VecDeque<FeedEvent>,
    /// When the log is read anew.
    read_at: Instant,
    /// When a new snapshot is due.
    snapshot_at: Option<Instant>,
    is_done: bool,
}

impl<'f, S: SnapshotSource + 'static> Looking<'f, S> {
    /// Makes a feed of these questions, of which the one at `id` is about the send.
    pub fn new(source: S, mut questions: Vec<Question>, policy: Policy, id: usize, send: &'f mut Followed) -> Self {
        let others = (0..questions.len()).filter(|at| *at != id).collect();
        let question = questions.remove(id);
        let now = Instant::now();
        let mut looking = Looking {
            poll: Poll::new(source, questions, policy),
            others,
            calls: Vec::new(),
            send,
            id,
            node: question.node_id,
            keep: question.keep,
            policy,
            events: VecDeque::new(),
            read_at: now + policy.interval,
            snapshot_at: Some(now),
            is_done: false,
        };
        looking.ask();
        looking
    }

    /// Asks about invocations that decide on the nodes and were not asked about yet.
    fn ask(&mut self) {
        for id in self.send.state.newest_invocations(self.node.as_deref()) {
            if self.send.state.ask(&id) {
                let invoke_id = InvokeId::new(id.clone());
                self.poll.add_seen(Question { invoke_id, node_id: self.node.clone(), keep: self.keep });
                self.calls.push(id);
            }
        }
    }

    fn snapshot(&mut self) {
        self.snapshot_at = None;
        let event = match self.send.state.snapshot(self.keep, self.node.as_deref()) {
            Some(snapshot) => FeedEvent::Snapshot { id: self.id, at: Timestamp::now(), snapshot: Box::new(snapshot) },
            None => {
                let (id, node) = (&self.send.state.ledger.plan.send_id, self.node.as_deref().unwrap_or_default());
                let fault = Fault::new(Kind::NotFound, format!("{id} has no node {}", safe(node)));
                FeedEvent::GaveUp { id: self.id, fault }
            }
        };
        self.events.push_back(event);
    }

    /// Takes in what the poll gives.
    fn polled(&mut self, mut event: FeedEvent) {
        let inner = *event.id_mut();
        *event.id_mut() = self.others.get(inner).copied().unwrap_or(self.id);
        let Some(call) = inner.checked_sub(self.others.len()).map(|at| self.calls[at].clone()) else {
            return self.events.push_back(event);
        };
        if self.is_done {
            return;
        }
        match event {
            FeedEvent::Snapshot { snapshot, .. } => {
                if self.send.state.see(&call, snapshot) {
                    self.poll.done(inner);
                }
                self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
            }
            FeedEvent::Retry { id, fault, attempt, delay, .. } => {
                let call = Some(InvokeId::new(call));
                self.events.push_back(FeedEvent::Retry { id, fault, attempt, delay, call });
            }
            // It may be asked about again another time: then one look tells nothing of the whole.
            FeedEvent::GaveUp { ref fault, .. }
                if fault.kind == Kind::Credentials
                    || (fault.kind != Kind::NotFound && self.policy.patience.is_zero()) =>
            {
                self.is_done = true;
                self.events.push_back(event);
            }
            FeedEvent::GaveUp { id, fault } => {
                let news = SendNews::Warning(self.send.state.give_up(&call, &fault));
                self.events.push_back(FeedEvent::Send { id, news });
                self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
            }
            FeedEvent::Send { .. } => {}
        }
    }
}

impl<S: SnapshotSource + 'static> Feed for Looking<'_, S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                let is_due = self.snapshot_at.is_some_and(|at| at <= now || self.send.state.is_final());
                if is_due && !self.is_done && self.send.state.is_answered() {
                    self.snapshot();
                    continue;
                }
                // Whoever sends again may begin at any time.
                let read_at = Some(self.read_at).filter(|_| !self.is_done && !self.policy.patience.is_zero());
                let snapshot_at = self.snapshot_at.filter(|at| *at > now && !self.is_done);
                let wake_at = [read_at, snapshot_at].into_iter().flatten().min();
                tokio::select! {
                    event = self.poll.next(), if self.poll.is_polling() => self.polled(event?),
                    () = sleep_until(wake_at.unwrap_or(now)), if wake_at.is_some() => {
                        if read_at.is_some_and(|at| at <= Instant::now()) {
                            self.send.refresh();
                            self.ask();
                            self.read_at = Instant::now() + self.policy.interval;
                            self.snapshot_at.get_or_insert(Instant::now());
                        }
                    }
                    else => return None,
                }
            }
        })
    }

    fn done(&mut self, id: usize) {
        if id == self.id {
            self.is_done = true;
            (0..self.calls.len()).for_each(|at| self.poll.done(self.others.len() + at));
        } else if let Some(inner) = self.others.iter().position(|other| *other == id) {
            self.poll.done(inner);
        }
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.next_at()
    }
}
