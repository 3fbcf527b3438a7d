//! The send itself as a feed: makes the calls, polls what was accepted, and gives one snapshot of it all.

mod calls;

use super::join::SendState;
use super::ledger::LogEntry;
use super::log::Log;
use super::schedule::{NodeState, Schedule};
use crate::eflo::FileToSend;
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Keep, Question};
use calls::{CallRetry, CallUnderWay};
use futures_util::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// How long a call under way may take yet once the send is to end.
const LAST_CALL: Duration = Duration::from_secs(5);

/// Answers that come one after the other make one snapshot.
const MOMENT: Duration = Duration::from_millis(100);

/// What sends files, and tells what became of them.
pub trait Sender: SnapshotSource {
    /// Makes one call that names these nodes. Gives its InvokeId.
    fn send_file(&self, file: &FileToSend, nodes: &[String]) -> impl Future<Output = Result<String, Fault>>;
}

/// A log that is shared with whoever writes the verdict into it; none where it could not be begun.
pub type SharedLog = Rc<RefCell<Option<Log>>>;

/// How a send is carried out.
pub struct Order {
    pub file: FileToSend,
    pub policy: Policy,
    /// Whether what was accepted is watched.
    pub waits: bool,
    pub keep: Keep,
    /// Makes the jitter of the delays the same each time.
    pub jitter_seed: Option<u64>,
}

/// A send under way.
pub struct Sending<S> {
    service: Rc<S>,
    order: Rc<Order>,
    schedule: Schedule,
    state: SendState,
    log: SharedLog,
    poll: Poll<Rc<S>>,
    /// The InvokeIds that are polled, by the poll's ids.
    polled: Vec<String>,
    call: Option<CallUnderWay>,
    retry: CallRetry,
    /// What ends the watching too, once no call is under way.
    refused: Option<Fault>,
    events: VecDeque<FeedEvent>,
    /// Whether something happened since it was decided what comes next.
    is_undecided: bool,
    /// When a new snapshot is due.
    snapshot_at: Option<Instant>,
}

impl<S: Sender + 'static> Sending<S> {
    /// Makes a send of which `state` tells what was done before.
    pub fn new(service: Rc<S>, order: Order, schedule: Schedule, mut state: SendState, log: SharedLog) -> Self {
        state.is_running = true;
        let poll = Poll::new(Rc::clone(&service), Vec::new(), order.policy);
        let mut sending = Sending {
            service,
            order: Rc::new(order),
            schedule,
            state,
            log,
            poll,
            polled: Vec::new(),
            call: None,
            retry: CallRetry::default(),
            refused: None,
            events: VecDeque::new(),
            is_undecided: true,
            snapshot_at: None,
        };
        if sending.schedule.sizes().next().is_none() {
            sending.stop_sending("there is nothing to send");
        }
        sending.watch();
        if sending.order.waits {
            sending.snapshot();
        }
        sending
    }

    /// Polls the invocations that decide on the nodes from now on, if anybody waits for them. The service gave their
    /// ids, so they count as seen.
    fn watch(&mut self) {
        if !self.order.waits {
            return;
        }
        for id in self.state.newest_invocations(None) {
            if !self.state.has_ended(&id) && !self.polled.contains(&id) {
                self.state.ask(&id);
                let question = Question { invoke_id: InvokeId::new(id.clone()), node_id: None, keep: self.order.keep };
                self.poll.add_seen(question);
                self.polled.push(id);
            }
        }
    }

    fn snapshot(&mut self) {
        self.snapshot_at = None;
        // A send has a node at least.
        let Some(mut snapshot) = self.state.snapshot(self.order.keep, None) else { return };
        if let Some(sent) = &mut snapshot.sent {
            sent.has_log = self.log.borrow().is_some();
            let states: Vec<NodeState> = self.state.standings().map(|standing| standing.state().0).collect();
            sent.failed_in_run = Some(self.schedule.failed(|node| states[node]));
        }
        self.events.push_back(FeedEvent::Snapshot { id: 0, at: self.service.now(), snapshot: Box::new(snapshot) });
    }

    /// Writes a line. Says whether it is on the disk; where it is not, no call may follow.
    fn write(&mut self, entry: &LogEntry) -> bool {
        let written = self.log.borrow_mut().as_mut().map_or(Ok(()), |log| log.append(entry));
        if let Err(e) = &written {
            // What was written stays, and so does the lock.
            let id = &self.state.ledger.plan.send_id;
            self.warn(format!("the log of {id} cannot be written, so no call follows: {e}"));
        }
        written.is_ok()
    }

    fn warn(&mut self, text: String) {
        self.events.push_back(FeedEvent::Send { id: 0, news: SendNews::Warning(text) });
    }

    /// Takes in what the poll gives.
    fn polled(&mut self, event: FeedEvent) {
        match event {
            FeedEvent::Snapshot { id: inner, snapshot, .. } => {
                if self.state.see(&self.polled[inner], snapshot) {
                    self.poll.done(inner);
                }
                self.changed();
            }
            FeedEvent::Retry { id: inner, fault, attempt, delay, .. } => {
                let call = Some(InvokeId::new(self.polled[inner].clone()));
                self.events.push_back(FeedEvent::Retry { id: 0, fault, attempt, delay, call });
            }
            FeedEvent::GaveUp { fault, .. } if fault.kind == Kind::Credentials => {
                self.stop_sending("the permission to look was refused");
                self.refused.get_or_insert(fault);
            }
            FeedEvent::GaveUp { id: inner, fault } => {
                let warning = self.state.give_up(&self.polled[inner], &fault);
                self.warn(warning);
                self.changed();
            }
            FeedEvent::Send { .. } => {}
        }
    }

    fn changed(&mut self) {
        self.is_undecided = true;
        self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
    }

    /// Sees to it that from now on no call begins.
    fn stop_sending(&mut self, why: &str) {
        if !self.state.ledger.is_stopped {
            let entry = LogEntry::Stopped { why: why.to_owned() };
            self.write(&entry);
            self.state.ledger.apply(&entry);
            self.retry.next = None;
            self.watch();
            self.snapshot_at.get_or_insert(Instant::now());
        }
    }

    /// Says whether no call begins any more, and none is under way.
    fn is_over(&self) -> bool {
        self.state.ledger.is_stopped && self.call.is_none()
    }
}

impl<S: Sender + 'static> Feed for Sending<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                self.begin_next();
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                if self.is_over()
                    && let Some(fault) = self.refused.take()
                {
                    self.snapshot();
                    self.events.push_back(FeedEvent::GaveUp { id: 0, fault });
                    continue;
                }
                let polls = self.poll.is_polling();
                if self.snapshot_at.is_some_and(|at| at <= now || (self.is_over() && !polls)) {
                    self.snapshot();
                    continue;
                }
                let wake_at = [self.snapshot_at, self.retry.next].into_iter().flatten().min();
                // A call is decided on when all answers are taken in that have come: a failure among them may be one too
                // many.
                tokio::select! {
                    biased;
                    event = self.poll.next(), if polls => self.polled(event?),
                    result = async { self.call.as_mut()?.answer.as_mut().await.into() }, if self.call.is_some() => {
                        if let (Some(result), Some(call)) = (result, self.call.take()) {
                            self.called(call, result);
                        }
                    }
                    () = sleep_until(wake_at.unwrap_or(now)), if wake_at.is_some() => {
                        if self.retry.next.is_some_and(|next| next <= Instant::now()) {
                            self.retry.next = None;
                            self.is_undecided = true;
                        }
                    }
                    else => return None,
                }
            }
        })
    }

    /// Stops the sending: there is one id, and whoever has seen its end asks for nothing more.
    fn done(&mut self, _: usize) {
        self.stop_sending("it is over");
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.next_at()
    }

    fn stop(&mut self) -> LocalBoxFuture<'_, Vec<FeedEvent>> {
        Box::pin(async move {
            if !self.is_over() {
                self.stop_sending("it was ended");
                if let Some(mut call) = self.call.take() {
                    let late = Fault::new(Kind::Network, "no answer came within 5 s after the send was ended");
                    let result = timeout(LAST_CALL, call.answer.as_mut()).await.unwrap_or(Err(late));
                    self.called(call, result);
                }
                self.snapshot();
            }
            std::mem::take(&mut self.events).into()
        })
    }
}

#[cfg(test)]
mod tests;
