//! The calls of a send, one at a time. A call goes out when its line is on the disk. What a fault of it means is told
//! by its [`CallOutcome`]: it is repeated only where it was surely not carried out, or where a repeat changes nothing.

use super::{Sender, Sending};
use crate::fault::{Again, CallOutcome, Fault, Kind};
use crate::feed::{Backoff, FIRST_DELAY, LONGEST_DELAY, News, SendNews};
use crate::invocation::{Fate, InvokeId};
use crate::rpc::is_refused_permission;
use crate::send::join::Standing;
use crate::send::ledger::LogEntry;
use crate::send::schedule::Next;
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Holds a call whose answer has not come.
pub(super) struct CallUnderWay {
    number: u32,
    nodes: Vec<String>,
    pub(super) answer: LocalBoxFuture<'static, Result<String, Fault>>,
}

/// Counts the attempts at a call that was not carried out.
#[derive(Default)]
pub(super) struct CallRetry {
    attempts: u32,
    first: Option<Instant>,
    backoff: Option<Backoff>,
}

impl<S: Sender + 'static> Sending<S> {
    /// Begins the next call, if one may begin now.
    pub(super) fn begin_next(&mut self) {
        if self.looking.state.ledger.is_stopped || self.call.is_some() {
            return;
        }
        let standings: Vec<Standing<'_>> = self.looking.state.standings().collect();
        match self.schedule.next(|node| standings[node].class(), |node| standings[node].is_settled) {
            Next::Call(nodes) => self.begin(nodes),
            Next::Wait => {}
            Next::End(why) => self.stop_sending(&why),
        }
    }

    fn begin(&mut self, nodes: Vec<usize>) {
        let number = self.looking.state.ledger.next_number();
        let plan = &self.looking.state.ledger.plan;
        let nodes: Vec<String> = nodes.into_iter().map(|node| plan.nodes[node].clone()).collect();
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
    pub(super) fn called(&mut self, call: CallUnderWay, result: Result<String, Fault>) {
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
