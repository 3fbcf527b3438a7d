//! The send itself as a feed: makes the calls, one at a time, polls what was accepted, and gives one snapshot of it
//! all.
//!
//! What a fault of a call means is told by its [`CallOutcome`]: a call is repeated only where it was surely not carried
//! out, or where a repeat changes nothing.

use super::join::{SendState, Standing};
use super::ledger::LogEntry;
use super::log::Log;
use super::looking::Looking;
use super::schedule::{Next, Schedule};
use crate::eflo::FileToSend;
use crate::fault::{Again, CallOutcome, Fault, Kind};
use crate::feed::{Backoff, FIRST_DELAY, Feed, FeedEvent, LONGEST_DELAY, News, Policy, SendNews, SnapshotSource};
use crate::invocation::{Class, Fate, InvokeId, Keep, Question};
use crate::rpc::is_refused_permission;
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

/// Holds a call whose answer has not come.
struct CallUnderWay {
    number: u32,
    nodes: Vec<String>,
    answer: LocalBoxFuture<'static, Result<String, Fault>>,
}

/// Counts the attempts at a call that was not carried out.
#[derive(Default)]
struct CallRetry {
    attempts: u32,
    first: Option<Instant>,
    backoff: Option<Backoff>,
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

    /// Begins the next call, if one may begin now. It goes out when its line is on the disk.
    fn begin_next(&mut self) {
        let state = &self.looking.state;
        if state.ledger.is_stopped || self.call.is_some() {
            return;
        }
        let standings: Vec<Standing<'_>> = state.standings().collect();
        let nodes = match self.schedule.next(|node| standings[node].class(), |node| standings[node].is_settled) {
            Next::Call(nodes) => nodes,
            Next::Wait => return,
            Next::End(why) => return self.stop_sending(&why),
        };
        let number = state.ledger.next_number();
        let nodes: Vec<String> = nodes.into_iter().map(|node| state.ledger.plan.nodes[node].clone()).collect();
        let entry = LogEntry::Call { number, nodes: nodes.clone() };
        if !self.write(&entry) {
            self.schedule.again();
            return self.stop_sending("the log cannot be written");
        }
        self.looking.state.ledger.apply(&entry);
        let (service, order) = (Rc::clone(&self.service), Rc::clone(&self.order));
        let named = nodes.clone();
        let answer = Box::pin(async move { service.send_file(&order.file, &named).await });
        self.call = Some(CallUnderWay { number, nodes, answer });
    }

    /// Takes in what became of a call.
    fn called(&mut self, call: CallUnderWay, result: Result<String, Fault>) {
        let CallUnderWay { number, nodes, .. } = call;
        let fate = match result.clone() {
            Ok(id) => Fate::InvokeId(id),
            Err(fault) => match fault.outcome {
                CallOutcome::NotCarriedOut => Fate::NotMade(fault),
                CallOutcome::Refused => Fate::Refused(fault),
                CallOutcome::Lost => Fate::Lost(fault),
            },
        };
        let was_accepted_before = self.looking.state.ledger.calls.iter().any(|call| call.invoke_id().is_some());
        let entry = LogEntry::Called { number, nodes: nodes.clone(), fate };
        let is_written = self.write(&entry);
        self.looking.state.ledger.apply(&entry);
        self.decide_at = Some(Instant::now());
        match result {
            Ok(id) => {
                self.retry = CallRetry::default();
                self.looking.tell(News::Send(SendNews::Sent { invoke_id: InvokeId::new(id), nodes }));
            }
            Err(fault) => self.failed(fault, nodes, was_accepted_before),
        }
        if !is_written {
            self.stop_sending("the log cannot be written");
        }
        self.looking.ask();
        if self.order.waits {
            self.snapshot();
        }
    }

    /// Decides what a fault of a call means for the send.
    fn failed(&mut self, fault: Fault, nodes: Vec<String>, was_accepted_before: bool) {
        let is_about_key = fault.kind == Kind::Credentials && !fault.again.helps();
        let may_repeat = match fault.outcome {
            CallOutcome::NotCarriedOut => !is_about_key,
            CallOutcome::Lost => self.order.file.overwrite,
            CallOutcome::Refused => false,
        };
        if may_repeat
            && !self.looking.state.ledger.is_stopped
            && let Some((attempt, delay)) = self.next_attempt(&fault, was_accepted_before)
        {
            self.schedule.again();
            return self.looking.tell(News::Retry { fault, attempt, delay, call: None });
        }
        self.looking.tell(News::Send(SendNews::Unsent { nodes, fault: fault.clone() }));
        match fault.outcome {
            _ if is_about_key && !is_refused_permission(fault.code()) => {
                self.stop_sending("the key was refused");
                self.refused = Some(fault);
            }
            CallOutcome::Refused if is_refused_permission(fault.code()) => {
                self.stop_sending("the permission to send was refused")
            }
            // Calls like it were accepted, so that it must be about its nodes.
            CallOutcome::Refused if was_accepted_before => {}
            CallOutcome::Refused => self.stop_sending("the service refused the first call"),
            CallOutcome::Lost => self.stop_sending("the answer of a call was lost"),
            CallOutcome::NotCarriedOut => self.stop_sending("a call could not be made"),
        }
    }

    /// Plans the next attempt at a call that may be repeated. Gives the number of the attempt that failed and the
    /// delay; `None` where it was tried often enough.
    fn next_attempt(&mut self, fault: &Fault, is_patient: bool) -> Option<(u32, Duration)> {
        let now = Instant::now();
        if fault.again == Again::AtOnce {
            self.decide_at = Some(now);
            return Some((1, Duration::ZERO));
        }
        self.retry.attempts += 1;
        let first = *self.retry.first.get_or_insert(now);
        let policy = self.order.policy;
        let (is_enough, least) = match is_patient {
            true => (now - first >= policy.patience, policy.interval),
            false => (self.retry.attempts > policy.retries || !fault.again.helps(), FIRST_DELAY),
        };
        if is_enough {
            return None;
        }
        let backoff = || Backoff::new(least, LONGEST_DELAY, self.order.jitter_seed);
        let delay = self.retry.backoff.get_or_insert_with(backoff).delay(fault);
        self.decide_at = Some(now + delay);
        Some((self.retry.attempts, delay))
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
