//! The send itself as a feed: makes the calls, polls what was accepted, and gives one snapshot of it all.

mod calls;

use super::join::SendState;
use super::ledger::LogEntry;
use super::log::Log;
use super::looking::Looking;
use super::schedule::Schedule;
use crate::eflo::FileToSend;
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, News, Policy, SendNews, SnapshotSource};
use crate::invocation::{Class, Keep, Question};
use calls::{CallRetry, CallUnderWay};
use futures_util::future::LocalBoxFuture;
use std::future::ready;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// Limits how long a call under way may take once the send is to end.
const LAST_CALL: Duration = Duration::from_secs(5);

/// Sends files, and tells what became of them.
pub trait Sender: SnapshotSource {
    /// Makes one call that names these nodes. Gives its InvokeId.
    fn send_file(&self, file: &FileToSend, nodes: &[String]) -> impl Future<Output = Result<String, Fault>>;
}

/// Says how a send is carried out.
pub struct Order {
    pub file: FileToSend,
    pub policy: Policy,
    /// Whether what was accepted is watched.
    pub waits: bool,
    pub keep: Keep,
    /// Makes the jitter of the delays the same each time.
    pub jitter_seed: Option<u64>,
}

/// Carries a send out.
pub struct Sending<S> {
    service: Rc<S>,
    order: Rc<Order>,
    schedule: Schedule,
    /// The log; `None` where it could not be begun.
    log: Option<Log>,
    looking: Looking<S>,
    call: Option<CallUnderWay>,
    retry: CallRetry,
    /// When it is decided whether a call begins.
    decide_at: Option<Instant>,
    /// The refusal that ends the watching too, once no call is under way.
    refused: Option<Fault>,
}

impl<S: Sender + 'static> Sending<S> {
    /// Makes a send of which `state` tells what was done before.
    pub fn new(service: Rc<S>, order: Order, schedule: Schedule, mut state: SendState, log: Option<Log>) -> Self {
        state.is_running = true;
        let questions = vec![Question { invoke_id: state.ledger.plan.id(), node_id: None, keep: order.keep }];
        let mut sending = Sending {
            looking: Looking::new(Rc::clone(&service), questions, order.policy, state, None),
            service,
            order: Rc::new(order),
            schedule,
            log,
            call: None,
            retry: CallRetry::default(),
            decide_at: Some(Instant::now()),
            refused: None,
        };
        if !sending.order.waits {
            sending.looking.done(0);
        }
        if sending.schedule.nodes().is_empty() {
            sending.stop_sending("there is nothing to send");
        }
        if sending.order.waits {
            sending.snapshot();
        }
        sending
    }

    /// Says whether the send has a log.
    pub fn has_log(&self) -> bool {
        self.log.is_some()
    }

    /// Gives a snapshot as an event, and writes down the verdict with which the send ends.
    fn snapshot(&mut self) {
        self.looking.snapshot_at = None;
        let state = &mut self.looking.state;
        // A send has a node at least.
        let Some(mut snapshot) = state.snapshot(self.order.keep, None) else { return };
        let classes: Vec<Class> = state.standings().map(|standing| standing.class()).collect();
        if let Some(sent) = &mut snapshot.sent {
            sent.has_log = self.log.is_some();
            sent.failed_in_run = Some(self.schedule.failed(|node| classes[node]));
        }
        if snapshot.is_finished()
            && state.ledger.verdict.is_none()
            && let Some(log) = &mut self.log
        {
            let entry = LogEntry::Ended { verdict: snapshot.verdict.word().to_owned() };
            // Whoever reads the log without that line misses nothing else.
            let _ = log.append(&entry);
            state.ledger.apply(&entry);
        }
        self.looking.tell(News::Snapshot { at: self.service.now(), snapshot: Box::new(snapshot) });
    }

    /// Writes a line. Says whether it is on the disk; where it is not, no call may follow.
    fn write(&mut self, entry: &LogEntry) -> bool {
        let written = self.log.as_mut().map_or(Ok(()), |log| log.append(entry));
        if let Err(e) = &written {
            // What was written stays, and so does the lock.
            let id = &self.looking.state.ledger.plan.send_id;
            let warning = format!("the log of {id} cannot be written, so no call follows: {e}");
            self.looking.tell(News::Send(SendNews::Warning(warning)));
        }
        written.is_ok()
    }

    /// Sees to it that from now on no call begins.
    fn stop_sending(&mut self, why: &str) {
        if !self.looking.state.ledger.is_stopped {
            let entry = LogEntry::Stopped { why: why.to_owned() };
            self.write(&entry);
            self.looking.state.ledger.apply(&entry);
            self.looking.ask();
            self.looking.snapshot_at.get_or_insert(Instant::now());
        }
    }

    /// Says whether no call begins any more, and none is under way.
    fn is_over(&self) -> bool {
        self.looking.state.ledger.is_stopped && self.call.is_none()
    }
}

impl<S: Sender + 'static> Feed for Sending<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.looking.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                if self.is_over()
                    && let Some(fault) = self.refused.take()
                {
                    self.snapshot();
                    self.looking.tell(News::GaveUp(fault));
                    continue;
                }
                let polls = self.looking.poll.is_polling();
                if self.looking.snapshot_at.is_some_and(|at| at <= now || (self.is_over() && !polls)) {
                    self.snapshot();
                    continue;
                }
                let wake_at = [self.looking.snapshot_at, self.decide_at].into_iter().flatten().min();
                // All answers that have come are taken in before a call is decided on: a failure among them may be one
                // too many.
                tokio::select! {
                    biased;
                    event = self.looking.poll.next(), if polls => match self.looking.take_in(event?) {
                        Some(fault) => {
                            self.stop_sending("the permission to look was refused");
                            self.refused.get_or_insert(fault);
                        }
                        None => drop(self.decide_at.get_or_insert(now)),
                    },
                    () = ready(()), if self.decide_at.is_some_and(|at| at <= now) => {
                        self.decide_at = None;
                        self.begin_next();
                    }
                    result = async { self.call.as_mut()?.answer.as_mut().await.into() }, if self.call.is_some() => {
                        if let (Some(result), Some(call)) = (result, self.call.take()) {
                            self.called(call, result);
                        }
                    }
                    () = sleep_until(wake_at.unwrap_or(now)), if wake_at.is_some() => {}
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
        self.looking.poll.next_at()
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
            std::mem::take(&mut self.looking.events).into()
        })
    }
}

#[cfg(test)]
mod tests;
