//! Looks at invocations of which one is a whole send: that is one id to whoever watches, however many are asked about.
//!
//! The log is read without its lock, and anew at each poll while somebody sends: new calls are then asked about too.

use super::join::{Answer, Join};
use super::ledger::Ledger;
use super::log::{Lock, lock_of, read_log};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Keep, Question};
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Answers that come one after the other make one snapshot.
const MOMENT: Duration = Duration::from_millis(100);

/// A send as it is read from its log.
pub struct Followed {
    path: PathBuf,
    ledger: Ledger,
    /// Whether somebody sends.
    is_running: bool,
    answers: HashMap<String, Answer>,
}

impl Followed {
    /// Reads the log at a path.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        // In this order: who has let go of the lock by now has written all there is.
        let is_running = Lock::is_held(&lock_of(&path));
        let ledger = read_log(&path)?;
        Ok(Followed { path, ledger, is_running, answers: HashMap::new() })
    }

    /// Reads the log at a path whose lock this process holds, and makes no calls yet.
    pub fn held(path: PathBuf) -> io::Result<Self> {
        Ok(Followed { is_running: false, ..Followed::read(path)? })
    }

    /// What the log says.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What the log says, and what its invocations answered.
    pub fn into_parts(self) -> (Ledger, HashMap<String, Answer>) {
        (self.ledger, self.answers)
    }

    /// Reads it anew. Where that fails, what was read before holds.
    fn refresh(&mut self) {
        if let Ok(Followed { ledger, is_running, .. }) = Followed::read(self.path.clone()) {
            (self.ledger, self.is_running) = (ledger, is_running);
        }
    }

    fn join(&self) -> Join<'_> {
        Join { ledger: &self.ledger, answers: &self.answers, is_running: self.is_running }
    }
}

/// Whose answer an answer of the poll is.
enum Owner {
    /// An invocation that was asked about by itself, by the feed's id.
    Id(usize),
    /// A call of the send, by its InvokeId.
    Call(String),
}

/// A feed of invocations and a send.
pub struct Looking<'f, S> {
    poll: Poll<S>,
    /// By the poll's ids.
    owners: Vec<Owner>,
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
    /// A feed of these questions, of which the one at `id` is about the send.
    pub fn new(source: S, questions: Vec<Question>, policy: Policy, id: usize, send: &'f mut Followed) -> Self {
        let (node, keep) = (questions[id].node_id.clone(), questions[id].keep);
        let mut owners = Vec::new();
        let mut poll = Poll::new(source, Vec::new(), policy);
        for (at, question) in questions.into_iter().enumerate().filter(|(at, _)| *at != id) {
            owners.push(Owner::Id(at));
            poll.add(question);
        }
        let now = Instant::now();
        let mut looking = Looking {
            poll,
            owners,
            send,
            id,
            node,
            keep,
            policy,
            events: VecDeque::new(),
            read_at: now + policy.interval,
            snapshot_at: Some(now),
            is_done: false,
        };
        looking.ask();
        looking
    }

    /// Asks about calls that were not asked about yet: of one node, about its newest call alone.
    fn ask(&mut self) {
        let newest = self.node.as_ref().map(|node| {
            let join = self.send.join();
            let place = self.send.ledger.place(node);
            let call = place.and_then(|place| join.standings().nth(place)).and_then(|standing| standing.call);
            call.and_then(|call| self.send.ledger.calls[call].invoke_id())
        });
        let ids = self.send.ledger.calls.iter().filter_map(|call| call.invoke_id());
        let ids = ids.filter(|id| newest.is_none_or(|newest| newest == Some(*id)));
        let new: Vec<String> = ids.filter(|id| !self.send.answers.contains_key(*id)).map(str::to_owned).collect();
        for id in new {
            let invoke_id = InvokeId::new(id.clone());
            self.poll.add_seen(Question { invoke_id, node_id: self.node.clone(), keep: self.keep });
            self.send.answers.insert(id.clone(), Answer::default());
            self.owners.push(Owner::Call(id));
        }
    }

    /// Whether every call that was asked about has an answer, or will have none.
    fn is_answered(&self) -> bool {
        self.send.answers.values().all(Answer::is_answered)
    }

    fn snapshot(&mut self) {
        self.snapshot_at = None;
        let event = match self.send.join().snapshot(self.keep, self.node.as_deref()) {
            Some(snapshot) => FeedEvent::Snapshot { id: self.id, at: Timestamp::now(), snapshot: Box::new(snapshot) },
            None => {
                let (id, node) = (&self.send.ledger.plan.send_id, self.node.as_deref().unwrap_or_default());
                let message = format!("{id} has no node {}", crate::text::safe(node));
                FeedEvent::GaveUp { id: self.id, fault: Fault::new(Kind::NotFound, message) }
            }
        };
        self.events.push_back(event);
    }

    fn polled(&mut self, mut event: FeedEvent) {
        let inner = *event.id_mut();
        let call = match &self.owners[inner] {
            Owner::Id(id) => {
                *event.id_mut() = *id;
                return self.events.push_back(event);
            }
            Owner::Call(call) => call.clone(),
        };
        if self.is_done {
            return;
        }
        match event {
            FeedEvent::Snapshot { snapshot, .. } => {
                let answer = self.send.answers.entry(call).or_default();
                answer.see(snapshot, &self.send.ledger);
                if answer.is_final() {
                    self.poll.done(inner);
                }
                self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
            }
            FeedEvent::Retry { fault, attempt, delay, .. } => {
                let call = Some(InvokeId::new(call));
                self.events.push_back(FeedEvent::Retry { id: self.id, fault, attempt, delay, call });
            }
            // It may be asked about again another time: then one look tells nothing of the whole.
            FeedEvent::GaveUp { fault, .. }
                if fault.kind == Kind::Credentials
                    || (fault.kind != Kind::NotFound && self.policy.patience.is_zero()) =>
            {
                self.is_done = true;
                self.events.push_back(FeedEvent::GaveUp { id: self.id, fault });
            }
            FeedEvent::GaveUp { fault, .. } => {
                let text = format!("{} can no longer be asked about: {fault}", crate::text::safe(&call));
                self.events.push_back(FeedEvent::Send { id: self.id, news: SendNews::Warning(text) });
                self.send.answers.entry(call).or_default().give_up();
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
                let is_due =
                    self.snapshot_at.is_some_and(|at| at <= now || self.send.answers.values().all(Answer::is_final));
                if is_due && !self.is_done && self.is_answered() {
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
        let is_send = id == self.id;
        self.is_done |= is_send;
        for inner in 0..self.owners.len() {
            let is_it = match &self.owners[inner] {
                Owner::Id(outer) => *outer == id,
                Owner::Call(_) => is_send,
            };
            if is_it {
                self.poll.done(inner);
            }
        }
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.next_at()
    }
}
