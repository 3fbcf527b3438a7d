//! Looks at invocations of which one is a whole send: that is one id to whoever watches, however many are asked about.
//!
//! The log is read without its lock, and anew at each poll while somebody sends: new calls are then asked about too.
//! Whoever makes the calls looks in the same way, and knows of them without the log.

use super::join::SendState;
use super::log::Followed;
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, News, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Question};
use crate::text::safe;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Says how long a snapshot waits for more answers: those that come one after the other make one.
const MOMENT: Duration = Duration::from_millis(100);

/// Gives events about invocations and a send.
pub struct Looking<S> {
    /// Asks the feed's own questions under the feed's ids, and about the invocations of the send behind them.
    pub(super) poll: Poll<S>,
    policy: Policy,
    /// How many questions the feed has, the one about the send among them.
    questions: usize,
    /// The feed's id of the send.
    id: usize,
    /// What is asked about the send.
    question: Question,
    /// The invocations of the send that are asked about.
    invoke_ids: Vec<String>,
    /// What is known of the send.
    pub state: SendState,
    pub(super) events: VecDeque<FeedEvent>,
    /// When a new snapshot is due.
    pub(super) snapshot_at: Option<Instant>,
    /// The log, and when it is read anew; `None` where nobody else makes calls, or one look is all that is wanted.
    log: Option<(PathBuf, Instant)>,
    is_done: bool,
}

impl<S: SnapshotSource + 'static> Looking<S> {
    /// Makes a feed of these questions, of which one is about the send. `log` is where others may write of new calls.
    pub fn new(
        source: Rc<S>,
        questions: Vec<Question>,
        policy: Policy,
        state: SendState,
        log: Option<PathBuf>,
    ) -> Self {
        let now = Instant::now();
        let send_id = state.ledger.plan.id();
        let id = questions.iter().position(|question| question.invoke_id == send_id).unwrap_or_default();
        let (question, count) = (questions[id].clone(), questions.len());
        let mut poll = Poll::new(source, questions, policy);
        // A send is no invocation itself.
        poll.done(id);
        let mut looking = Looking {
            poll,
            policy,
            questions: count,
            id,
            question,
            invoke_ids: Vec::new(),
            state,
            events: VecDeque::new(),
            snapshot_at: Some(now),
            log: log.filter(|_| !policy.patience.is_zero()).map(|path| (path, now + policy.interval)),
            is_done: false,
        };
        looking.ask();
        looking
    }

    /// Polls the invocations that decide on the nodes from now on. The service gave their ids, so they count as seen.
    pub(super) fn ask(&mut self) {
        let asked: HashSet<String> = self.invoke_ids.iter().cloned().collect();
        for id in self.state.newest_invocations(self.question.node_id.as_deref()) {
            if !self.is_done && !asked.contains(&id) && !self.state.has_ended(&id) {
                self.state.ask(&id);
                self.poll.add_seen(Question { invoke_id: InvokeId::new(id.clone()), ..self.question.clone() });
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
                    self.poll.done(id);
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
                self.done(self.id);
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

    /// Gives an event about the send.
    pub(super) fn tell(&mut self, news: News) {
        self.events.push_back(FeedEvent { id: self.id, news });
    }

    fn snapshot(&mut self) {
        self.snapshot_at = None;
        let node = self.question.node_id.as_deref();
        let news = match self.state.snapshot(self.question.keep, node) {
            Some(snapshot) => News::Snapshot { at: Timestamp::now(), snapshot: Box::new(snapshot) },
            None => {
                let (send_id, node) = (&self.state.ledger.plan.send_id, safe(node.unwrap_or_default()));
                let fault = Fault::new(Kind::NotFound, format!("{send_id} has no node {node}"));
                self.done(self.id);
                News::GaveUp(fault)
            }
        };
        self.tell(news);
    }

    /// Reads the log anew, if it is time. Where it cannot be read, what was read before holds.
    fn refresh(&mut self) {
        let now = Instant::now();
        let Some((path, at)) = self.log.as_mut().filter(|(_, at)| *at <= now) else { return };
        *at = now + self.policy.interval;
        if let Ok(Followed { state, .. }) = Followed::read(path.clone()) {
            (self.state.ledger, self.state.is_running) = (state.ledger, state.is_running);
        }
        self.ask();
        self.snapshot_at.get_or_insert(now);
    }
}

impl<S: SnapshotSource + 'static> Feed for Looking<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                let is_due = self.snapshot_at.is_some_and(|at| at <= now || self.state.is_final());
                if is_due && self.state.is_answered() {
                    self.snapshot();
                    continue;
                }
                let read_at = self.log.as_ref().map(|(_, at)| *at);
                let wake_at = [read_at, self.snapshot_at.filter(|at| *at > now)].into_iter().flatten().min();
                tokio::select! {
                    event = self.poll.next(), if self.poll.is_polling() => {
                        if let Some(fault) = self.take_in(event?) {
                            self.tell(News::GaveUp(fault));
                        }
                    }
                    () = sleep_until(wake_at.unwrap_or(now)), if wake_at.is_some() => self.refresh(),
                    else => return None,
                }
            }
        })
    }

    fn done(&mut self, id: usize) {
        if id == self.id {
            (self.is_done, self.snapshot_at, self.log) = (true, None, None);
            (0..self.invoke_ids.len()).for_each(|at| self.poll.done(self.questions + at));
        } else {
            self.poll.done(id);
        }
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.next_at()
    }
}
