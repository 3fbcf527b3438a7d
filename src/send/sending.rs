//! The send itself as a feed: makes the calls, polls what was accepted, and gives one snapshot of it all.
//!
//! A call goes out when its line is on the disk, and one at a time. What a fault of a call means is the service's word
//! ([`CallOutcome`]): a call is repeated only where it was surely not carried out, or where a repeat changes nothing.

use super::join::{Answer, Join};
use super::ledger::{CallBegun, CallEnded, Fate, Ledger, LogEntry, Reason};
use super::log::Log;
use super::schedule::{Next, NodeState, Schedule};
use crate::eflo::FileToSend;
use crate::fault::{Again, CallOutcome, Fault, Kind};
use crate::feed::{Feed, FeedEvent, Policy, Poll, SendNews, SnapshotSource};
use crate::invocation::{InvokeId, Keep, Question, Snapshot};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// How long a call under way may take yet once the send is to end.
const LAST_CALL: Duration = Duration::from_secs(5);

/// The longest delay between two attempts at a call, unless the service asks for more.
const SLOWEST: Duration = Duration::from_secs(60);

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
    ledger: Ledger,
    log: SharedLog,
    answers: HashMap<String, Answer>,
    poll: Poll<Shared<S>>,
    /// By the poll's ids.
    polled: Vec<String>,
    call: Option<UnderWay>,
    retry: Retry,
    is_stopped: bool,
    /// What ends the watching too, once no call is under way.
    refused: Option<Fault>,
    events: VecDeque<FeedEvent>,
    /// Whether something happened since it was decided what comes next.
    is_undecided: bool,
    /// When a new snapshot is due.
    snapshot_at: Option<Instant>,
}

/// A call whose answer has not come.
struct UnderWay {
    number: u32,
    nodes: Vec<usize>,
    answer: LocalBoxFuture<'static, Result<String, Fault>>,
}

/// Attempts at a call that was not carried out.
#[derive(Default)]
struct Retry {
    attempts: u32,
    first: Option<Instant>,
    delays: Option<ExponentialBackoff>,
    next: Option<Instant>,
}

/// The service, polled by one and called by the other.
struct Shared<S>(Rc<S>);

impl<S: SnapshotSource> SnapshotSource for Shared<S> {
    fn snapshot(&self, question: &Question) -> impl Future<Output = Result<Snapshot, Fault>> {
        self.0.snapshot(question)
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl<S: Sender + 'static> Sending<S> {
    /// A send of which `ledger` and `answers` tell what was done before.
    pub fn new(
        service: Rc<S>,
        order: Order,
        schedule: Schedule,
        ledger: Ledger,
        answers: HashMap<String, Answer>,
        log: SharedLog,
    ) -> Self {
        let waits = order.waits;
        let poll = Poll::new(Shared(Rc::clone(&service)), Vec::new(), order.policy);
        let mut sending = Sending {
            service,
            order: Rc::new(order),
            schedule,
            ledger,
            log,
            answers,
            poll,
            polled: Vec::new(),
            call: None,
            retry: Retry::default(),
            is_stopped: false,
            refused: None,
            events: VecDeque::new(),
            is_undecided: true,
            snapshot_at: None,
        };
        if waits {
            let open = sending.ledger.calls.iter().filter_map(|call| call.invoke_id().map(str::to_owned));
            let open: Vec<String> =
                open.filter(|id| sending.answers.get(id).is_none_or(|answer| !answer.is_final())).collect();
            open.into_iter().for_each(|id| sending.watch(id));
            sending.snapshot();
        }
        sending
    }

    /// What is known of it.
    fn join(&self) -> Join<'_> {
        Join { ledger: &self.ledger, answers: &self.answers, is_running: true }
    }

    fn snapshot(&mut self) {
        self.snapshot_at = None;
        // A send has a node at least.
        let mut snapshot = self.join().snapshot(self.order.keep, None).map(Box::new);
        if let Some(sent) = snapshot.as_mut().and_then(|snapshot| snapshot.sent.as_mut()) {
            sent.has_log = self.log.borrow().is_some();
            let states: Vec<NodeState> = self.join().standings().map(|standing| standing.state().0).collect();
            sent.failed_in_run = Some(self.schedule.failed(|node| states[node]));
        }
        let at = self.service.now();
        self.events.extend(snapshot.map(|snapshot| FeedEvent::Snapshot { id: 0, at, snapshot }));
    }

    /// Writes a line. Where that fails, no call follows.
    fn write(&mut self, entry: &LogEntry) -> bool {
        let mut log = self.log.borrow_mut();
        let Some(Err(e)) = log.as_mut().map(|log| log.append(entry)) else { return true };
        // What was written stays, and so does the lock; but nothing more can be relied on.
        drop(log);
        let text = format!("the log of {} cannot be written, so no call follows: {e}", self.ledger.plan.send_id);
        self.events.push_back(warning(text));
        false
    }

    /// Begins the next call, if one may begin now.
    fn go_on(&mut self) {
        let is_waiting = self.retry.next.is_some();
        if self.is_stopped || self.call.is_some() || is_waiting || !std::mem::take(&mut self.is_undecided) {
            return;
        }
        let join = Join { ledger: &self.ledger, answers: &self.answers, is_running: true };
        let states: Vec<(NodeState, bool)> = join.standings().map(|standing| standing.state()).collect();
        let is_final = |batch: &[usize]| batch.iter().all(|node| states[*node].0 != NodeState::Open && states[*node].1);
        match self.schedule.next(|node| states[node].0, is_final) {
            Next::Call(nodes) => self.begin(nodes),
            Next::Wait => {}
            Next::Done => self.stop_sending("every node was named"),
            Next::OverBudget { failed } => {
                self.stop_sending(&format!("{failed} nodes failed, and no more than the budget may"));
            }
            Next::NoSuccess { nodes } => {
                self.stop_sending(&format!("none of the {nodes} nodes of the batch got the file"));
            }
        }
    }

    fn begin(&mut self, nodes: Vec<usize>) {
        let number = self.ledger.next_number();
        let names = self.names(&nodes);
        let entry = LogEntry::Call(CallBegun { number, nodes: names.clone() });
        if !self.write(&entry) {
            self.schedule.again(nodes);
            return self.stop_sending("the log cannot be written");
        }
        self.ledger.apply(&entry);
        let (service, order) = (Rc::clone(&self.service), Rc::clone(&self.order));
        let answer = Box::pin(async move { service.send_file(&order.file, &names).await });
        self.call = Some(UnderWay { number, nodes, answer });
    }

    fn names(&self, nodes: &[usize]) -> Vec<String> {
        nodes.iter().map(|node| self.ledger.plan.nodes[*node].clone()).collect()
    }

    /// Takes in what became of a call.
    fn called(&mut self, number: u32, nodes: Vec<usize>, result: Result<String, Fault>) {
        let names = self.names(&nodes);
        let fate = match &result {
            Ok(id) => Fate::InvokeId(id.clone()),
            Err(fault) => match fault.outcome {
                CallOutcome::NotCarriedOut => Fate::NotMade(Reason::from(fault)),
                CallOutcome::Refused => Fate::Refused(Reason::from(fault)),
                CallOutcome::Lost => Fate::Lost(Reason::from(fault)),
            },
        };
        let was_accepted_before = self.ledger.calls.iter().any(|call| call.invoke_id().is_some());
        let entry = LogEntry::Called(CallEnded { number, nodes: names.clone(), fate });
        let is_written = self.write(&entry);
        self.ledger.apply(&entry);
        self.is_undecided = true;
        match result {
            Ok(id) => {
                self.retry = Retry::default();
                self.events.push_back(FeedEvent::Send {
                    id: 0,
                    news: SendNews::Sent { invoke_id: InvokeId::new(id.clone()), nodes: names },
                });
                if self.order.waits {
                    self.watch(id);
                }
            }
            Err(fault) => self.failed(fault, nodes, names, was_accepted_before),
        }
        if !is_written {
            self.stop_sending("the log cannot be written");
        }
        if self.order.waits {
            self.snapshot();
        }
    }

    /// Decides what a fault of a call means for the send.
    fn failed(&mut self, fault: Fault, nodes: Vec<usize>, names: Vec<String>, was_accepted_before: bool) {
        let is_about_key = fault.kind == Kind::Credentials && !fault.again.helps();
        let may_repeat = match fault.outcome {
            CallOutcome::NotCarriedOut => !is_about_key,
            CallOutcome::Lost => self.order.file.overwrite,
            CallOutcome::Refused => false,
        };
        if may_repeat
            && !self.is_stopped
            && let Some((attempt, delay)) = self.wait(&fault, was_accepted_before)
        {
            self.schedule.again(nodes);
            return self.events.push_back(FeedEvent::Retry { id: 0, fault, attempt, delay, call: None });
        }
        self.events.push_back(FeedEvent::Send { id: 0, news: SendNews::Unsent { nodes: names, fault: fault.clone() } });
        match fault.outcome {
            _ if is_about_key && !is_permission(&fault) => {
                self.stop_sending("the key was refused");
                self.refused = Some(fault);
            }
            CallOutcome::Refused if is_permission(&fault) => self.stop_sending("the permission to send was refused"),
            // Only its nodes tell it from the calls that were accepted.
            CallOutcome::Refused if was_accepted_before => {}
            CallOutcome::Refused => self.stop_sending("the service refused the first call"),
            CallOutcome::Lost => self.stop_sending("the answer of a call was lost"),
            CallOutcome::NotCarriedOut => self.stop_sending("a call could not be made"),
        }
    }

    /// When a call that may be repeated is made again: the number of the attempt that failed, and the delay. None where
    /// it was tried often enough.
    fn wait(&mut self, fault: &Fault, is_patient: bool) -> Option<(u32, Duration)> {
        let now = Instant::now();
        if fault.again == Again::AtOnce {
            self.retry.next = Some(now);
            return Some((1, Duration::ZERO));
        }
        self.retry.attempts += 1;
        let first = *self.retry.first.get_or_insert(now);
        let is_enough = match is_patient {
            true => now - first >= self.order.policy.patience,
            false => self.retry.attempts > self.order.policy.retries || !fault.again.helps(),
        };
        if is_enough {
            return None;
        }
        let least = if is_patient { self.order.policy.interval } else { Duration::from_millis(500) };
        let delays = self.retry.delays.get_or_insert_with(|| {
            let delays = ExponentialBuilder::default().with_min_delay(least).with_max_delay(SLOWEST);
            let delays = delays.without_max_times().with_jitter();
            self.order.jitter_seed.map_or(delays, |seed| delays.with_jitter_seed(seed)).build()
        });
        let delay = delays.next().unwrap_or(SLOWEST).min(SLOWEST).max(fault.again.wait());
        self.retry.next = Some(now + delay);
        Some((self.retry.attempts, delay))
    }

    /// Polls an invocation from now on. The service gave its id, so it counts as seen.
    fn watch(&mut self, id: String) {
        self.answers.entry(id.clone()).or_default();
        let question = Question { invoke_id: InvokeId::new(id.clone()), node_id: None, keep: self.order.keep };
        self.poll.add_seen(question);
        self.polled.push(id);
    }

    /// Takes in what the poll gives.
    fn polled(&mut self, event: FeedEvent) {
        match event {
            FeedEvent::Snapshot { id: inner, snapshot, .. } => {
                let answer = self.answers.entry(self.polled[inner].clone()).or_default();
                answer.see(snapshot, &self.ledger);
                if answer.is_final() {
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
                let id = self.polled[inner].clone();
                let text = format!("{} can no longer be asked about: {fault}", crate::text::safe(&id));
                self.events.push_back(warning(text));
                self.answers.entry(id).or_default().give_up();
                self.changed();
            }
            other => self.events.push_back(other),
        }
    }

    fn changed(&mut self) {
        self.is_undecided = true;
        self.snapshot_at.get_or_insert(Instant::now() + MOMENT);
    }

    /// From now on no call begins.
    fn stop_sending(&mut self, why: &str) {
        if !std::mem::replace(&mut self.is_stopped, true) {
            let entry = LogEntry::Stopped { why: why.to_owned() };
            self.write(&entry);
            self.ledger.apply(&entry);
            self.retry.next = None;
            self.snapshot_at.get_or_insert(Instant::now());
        }
    }

    /// Whether an invocation is still asked about.
    fn polls(&self) -> bool {
        self.poll.is_polling()
    }
}

impl<S: Sender + 'static> Feed for Sending<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                self.go_on();
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                let is_over = self.is_stopped && self.call.is_none();
                if is_over && self.refused.is_some() {
                    self.snapshot();
                    self.events.extend(self.refused.take().map(|fault| FeedEvent::GaveUp { id: 0, fault }));
                    continue;
                }
                if self.snapshot_at.is_some_and(|at| at <= now)
                    || (is_over && self.snapshot_at.is_some() && !self.polls())
                {
                    self.snapshot();
                    continue;
                }
                let polls = self.polls();
                let wake_at = [self.snapshot_at, self.retry.next].into_iter().flatten().min();
                // A call is decided on when all answers are taken in that have come: a failure among them may be one too many.
                tokio::select! {
                    biased;
                    event = self.poll.next(), if polls => self.polled(event?),
                    result = async { self.call.as_mut()?.answer.as_mut().await.into() }, if self.call.is_some() => {
                        if let (Some(result), Some(call)) = (result, self.call.take()) {
                            self.called(call.number, call.nodes, result);
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

    /// There is one id, and whoever has seen its end asks for nothing more.
    fn done(&mut self, _: usize) {
        self.stop_sending("it is over");
    }

    fn next_at(&self) -> Option<Instant> {
        self.poll.next_at()
    }

    fn stop(&mut self) -> LocalBoxFuture<'_, Vec<FeedEvent>> {
        Box::pin(async move {
            if self.is_stopped && self.call.is_none() {
                return std::mem::take(&mut self.events).into();
            }
            self.stop_sending("it was ended");
            if let Some(mut call) = self.call.take() {
                let late = Fault::new(Kind::Network, "no answer came within 5 s after the send was ended");
                let result = timeout(LAST_CALL, call.answer.as_mut()).await.unwrap_or(Err(late));
                self.called(call.number, call.nodes, result);
            }
            self.snapshot();
            std::mem::take(&mut self.events).into()
        })
    }
}

fn warning(text: String) -> FeedEvent {
    FeedEvent::Send { id: 0, news: SendNews::Warning(text) }
}

/// Whether it is the permission that is missing, and not the key.
fn is_permission(fault: &Fault) -> bool {
    let code = fault.code.as_ref().map_or(String::new(), |code| code.as_written().to_ascii_lowercase());
    fault.kind == Kind::Credentials && (code.starts_with("forbidden") || code.starts_with("nopermission"))
}

#[cfg(test)]
mod tests;
