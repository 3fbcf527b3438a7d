//! The poll of a send: asks about the invocations that decide on its nodes, and makes one snapshot of their answers.

use super::join::SendState;
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, News, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Question, Sent};
use crate::text::safe;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

/// Answers that come one after the other make one snapshot.
const MOMENT: Duration = Duration::from_millis(100);

/// Polls the invocations of a send, and perhaps others beside it.
pub(super) struct SendPoll<S> {
    /// Asks the feed's own questions first, under the feed's ids, and the send's invocations behind them.
    pub(super) inner: Poll<S>,
    policy: Policy,
    /// How many questions the feed has, the one about the send among them.
    questions: usize,
    /// The feed's id of the send.
    pub(super) id: usize,
    /// What is asked about the send.
    question: Question,
    /// The invocations of the send that are asked about.
    invoke_ids: Vec<String>,
    pub(super) state: SendState,
    pub(super) events: VecDeque<FeedEvent>,
    /// When a new snapshot is due.
    pub(super) snapshot_at: Option<Instant>,
    is_done: bool,
}

impl<S: SnapshotSource + 'static> SendPoll<S> {
    /// Makes a poll of these questions, of which the one at `id` is about the send.
    pub(super) fn new(source: S, questions: Vec<Question>, policy: Policy, id: usize, state: SendState) -> Self {
        let (question, count) = (questions[id].clone(), questions.len());
        let mut inner = Poll::new(source, questions, policy);
        // A send is no invocation itself.
        inner.done(id);
        SendPoll {
            inner,
            policy,
            questions: count,
            id,
            question,
            invoke_ids: Vec::new(),
            state,
            events: VecDeque::new(),
            snapshot_at: None,
            is_done: false,
        }
    }

    /// Polls the invocations that decide on the nodes from now on. The service gave their ids, so they count as seen.
    pub(super) fn ask(&mut self) {
        let asked: HashSet<String> = self.invoke_ids.iter().cloned().collect();
        for id in self.state.newest_invocations(self.question.node_id.as_deref()) {
            if !self.is_done && !asked.contains(&id) && !self.state.has_ended(&id) {
                self.state.ask(&id);
                self.inner.add_seen(Question { invoke_id: InvokeId::new(id.clone()), ..self.question.clone() });
                self.invoke_ids.push(id);
            }
        }
    }

    /// Takes in what the poll gives. Gives the fault that ends the asking about the send, if this is it.
    pub(super) fn take_in(&mut self, FeedEvent { id, news }: FeedEvent) -> Option<Fault> {
        let Some(at) = id.checked_sub(self.questions) else {
            self.events.push_back(FeedEvent { id, news });
            return None;
        };
        if self.is_done {
            return None;
        }
        let invoke_id = &self.invoke_ids[at];
        match news {
            News::Snapshot { snapshot, .. } => {
                if self.state.see(invoke_id, snapshot) {
                    self.inner.done(id);
                }
                self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
            }
            News::Retry { fault, attempt, delay, .. } => {
                let call = Some(InvokeId::new(invoke_id.clone()));
                self.tell(News::Retry { fault, attempt, delay, call });
            }
            // It may be asked about again another time: then one look tells nothing of the whole.
            News::GaveUp(fault)
                if fault.kind == Kind::Credentials
                    || (fault.kind != Kind::NotFound && self.policy.patience.is_zero()) =>
            {
                self.done();
                return Some(fault);
            }
            News::GaveUp(fault) => {
                let warning = self.state.give_up(invoke_id, &fault);
                self.tell(News::Send(SendNews::Warning(warning)));
                self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
            }
            News::Send(_) => {}
        }
        None
    }

    /// Gives the snapshot of the send as an event. `complete` adds what only whoever makes the calls knows.
    pub(super) fn give_snapshot(&mut self, complete: impl FnOnce(&mut Sent)) {
        self.snapshot_at = None;
        let node = self.question.node_id.as_deref();
        let news = match self.state.snapshot(self.question.keep, node) {
            Some(mut snapshot) => {
                if let Some(sent) = &mut snapshot.sent {
                    complete(sent);
                }
                News::Snapshot { at: self.inner.now(), snapshot: Box::new(snapshot) }
            }
            None => {
                let (send_id, node) = (&self.state.ledger.plan.send_id, safe(node.unwrap_or_default()));
                News::GaveUp(Fault::new(Kind::NotFound, format!("{send_id} has no node {node}")))
            }
        };
        self.tell(news);
    }

    /// Gives an event about the send.
    pub(super) fn tell(&mut self, news: News) {
        self.events.push_back(FeedEvent { id: self.id, news });
    }

    /// Asks no more about the send.
    pub(super) fn done(&mut self) {
        self.is_done = true;
        self.snapshot_at = None;
        (0..self.invoke_ids.len()).for_each(|at| self.inner.done(self.questions + at));
    }
}
