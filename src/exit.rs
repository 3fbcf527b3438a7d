//! What everything seen adds up to: one verdict and one exit code. The only place with exit numbers; pure.

mod budget;

pub use budget::{Budget, Weighed};

use crate::fault::{Fault, Kind};
use crate::invocation::{Class, InvokeId, NodeStatus, Snapshot, Verdict};
use jiff::Timestamp;

/// Holds what is known of one id when a command ends.
#[derive(Debug)]
pub struct Outcome {
    pub invoke_id: InvokeId,
    /// The last answer, and when it came.
    pub seen: Option<(Timestamp, Snapshot)>,
    /// What ended the asking, if something did.
    pub fault: Option<Fault>,
    /// What went wrong at the last try to ask. It may pass, and decides nothing.
    pub last_error: Option<Fault>,
}

impl Outcome {
    /// Begins with an id about which nothing is known yet.
    pub fn unseen(invoke_id: InvokeId) -> Self {
        Outcome { invoke_id, seen: None, fault: None, last_error: None }
    }

    /// Gives the last answer, if there was one.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.seen.as_ref().map(|(_, snapshot)| snapshot)
    }

    /// Says why the asking ended, or why there has been no answer so far.
    pub fn why_unanswered(&self) -> Option<&Fault> {
        self.fault.as_ref().or(self.last_error.as_ref().filter(|_| self.seen.is_none()))
    }

    /// Tells whether more nodes failed than a budget accepts.
    pub fn exceeds(&self, budget: Budget) -> bool {
        let exceeds = |snapshot: &Snapshot| match snapshot.sent.as_ref().and_then(|sent| sent.failed_in_run) {
            // While sending again, only the nodes of this run count.
            Some((failed, of)) => budget.is_exceeded_by(failed, of),
            None => budget.is_exceeded(snapshot),
        };
        self.snapshot().is_some_and(exceeds)
    }

    /// Tells whether a budget accepts its failed nodes, so that they do not change the exit code.
    pub fn is_forgiven(&self, budget: Option<Budget>) -> bool {
        let weighed = budget.zip(self.snapshot()).map(|(budget, snapshot)| budget.weigh(snapshot));
        self.fault.is_none() && weighed == Some(Weighed::Forgiven)
    }

    /// Tells whether it is still asked about.
    pub fn is_running(&self) -> bool {
        self.fault.is_none() && !self.snapshot().is_some_and(Snapshot::is_finished)
    }

    /// Gives the verdict of the last answer, if there was one.
    pub fn verdict(&self) -> Option<Verdict> {
        self.snapshot().map(|snapshot| snapshot.verdict)
    }
}

/// Says how a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// There was nothing more to ask.
    Complete,
    /// The watch's time ran out.
    OutOfTime,
    /// More nodes failed than were accepted, and the user had asked to end then.
    FailFast,
    /// The recording ended before its invocations did.
    RecordingEnded,
    /// The reader of the output went away.
    ReaderGone,
    Signal(Signal),
}

/// Names a signal that ends a command, with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Hangup = 1,
    Interrupt = 2,
    Terminate = 15,
}

impl Signal {
    /// Gives the name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hangup => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        }
    }

    /// Finds the signal that has this number, if it is one of these.
    pub fn of_number(number: i32) -> Option<Self> {
        [Self::Hangup, Self::Interrupt, Self::Terminate].into_iter().find(|signal| *signal as i32 == number)
    }

    /// Gives the exit code that a shell reports for it: 128 plus its number.
    pub const fn code(self) -> u8 {
        128 + self as u8
    }
}

/// Stands for success, or an answer that was printed when nobody asked for its verdict.
pub const SUCCESS: u8 = 0;
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const PARTIAL_FAILED: u8 = 3;
const CREDENTIALS: u8 = 4;
const NO_ANSWER: u8 = 5;
const NOT_FOUND: u8 = 6;
const UNFINISHED: u8 = 8;
/// Says that the time ran out before everything had finished.
pub const OUT_OF_TIME: u8 = 124;

/// Lists every exit code, in the order in which the first that applies counts.
#[cfg(test)]
pub const ALL: [u8; 12] = [
    Signal::Interrupt.code(),
    Signal::Terminate.code(),
    Signal::Hangup.code(),
    USAGE,
    FAILED,
    PARTIAL_FAILED,
    CREDENTIALS,
    NO_ANSWER,
    NOT_FOUND,
    OUT_OF_TIME,
    UNFINISHED,
    SUCCESS,
];

/// Gives the exit code of a fault.
pub const fn code_of(kind: Kind) -> u8 {
    match kind {
        Kind::Usage | Kind::Config => USAGE,
        Kind::Credentials => CREDENTIALS,
        Kind::Network | Kind::Service | Kind::Answer | Kind::Output => NO_ANSWER,
        Kind::NotFound => NOT_FOUND,
    }
}

/// Says what all outcomes of a command add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The first of Failed, PartialFailed, Running, Pending, Success that any id has; Success only if all ids have it.
    pub verdict: Option<Verdict>,
    /// Whether every invocation has finished.
    pub finished: bool,
    /// What `watch` exits with, and `status` with `--exit-status`.
    pub code: u8,
}

/// Adds up the outcomes of all ids and how the command ended. Failed nodes that a budget accepts change the exit code
/// alone; the verdict stays as it is.
pub fn sum(budget: Option<Budget>, outcomes: &[Outcome], ending: Ending) -> Sum {
    let verdicts = outcomes.iter().filter_map(Outcome::verdict);
    let all_answered = outcomes.iter().all(|outcome| outcome.verdict().is_some());
    let verdict = verdicts.min().filter(|first| *first != Verdict::Success || all_answered);
    let finished =
        !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.snapshot().is_some_and(Snapshot::is_finished));
    let faults = code_of_faults(outcomes);
    let has = |verdict| outcomes.iter().any(|one| one.verdict() == Some(verdict) && !one.is_forgiven(budget));
    let code = match ending {
        Ending::Signal(signal) => signal.code(),
        _ if faults == USAGE => USAGE,
        _ if has(Verdict::Failed) => FAILED,
        _ if has(Verdict::PartialFailed) || ending == Ending::FailFast => PARTIAL_FAILED,
        _ if faults != SUCCESS => faults,
        _ if finished => SUCCESS,
        Ending::OutOfTime => OUT_OF_TIME,
        _ => UNFINISHED,
    };
    Sum { verdict, finished, code }
}

/// Gives the exit code of a send, by the first row that applies. `waits` tells whether it waited for a verdict.
pub fn code_of_send(outcome: &Outcome, ending: Ending, budget: Option<Budget>, waits: bool) -> u8 {
    if let Ending::Signal(signal) = ending {
        return signal.code();
    }
    let of_verdict = || sum(budget, std::slice::from_ref(outcome), ending).code;
    let Some(snapshot) = outcome.snapshot() else { return of_verdict() };
    let Some(sent) = &snapshot.sent else { return of_verdict() };
    let calls = &sent.calls[sent.calls_before..];
    if calls.iter().all(|call| call.invoke_id().is_none())
        && let Some(last) = calls.last()
    {
        let kind = last.error().map_or(Kind::Network, |fault| fault.kind);
        return if code_of(kind) == CREDENTIALS { CREDENTIALS } else { NO_ANSWER };
    }
    if !waits {
        let accepted: usize = calls.iter().filter(|call| call.invoke_id().is_some()).map(|call| call.nodes.len()).sum();
        return if accepted == sent.batches.iter().sum::<usize>() { SUCCESS } else { PARTIAL_FAILED };
    }
    let (counts, open) = (&snapshot.counts, snapshot.open());
    let is_sent_to_open = open > counts.get(NodeStatus::ToBeSent);
    if open > 0 && outcome.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Credentials) {
        return CREDENTIALS;
    }
    if is_sent_to_open && ending == Ending::OutOfTime {
        return OUT_OF_TIME;
    }
    if counts.not_sent() + counts.unconfirmed() > 0 {
        let is_any_well = counts.of_class(Class::Success) > 0 || is_sent_to_open;
        return if is_any_well { PARTIAL_FAILED } else { FAILED };
    }
    of_verdict()
}

/// Gives the exit code of a command that was not asked for the verdict. Only faults count: credentials first, then no
/// answer, then not found.
pub fn code_of_faults(outcomes: &[Outcome]) -> u8 {
    let codes = outcomes.iter().filter_map(|outcome| Some(code_of(outcome.fault.as_ref()?.kind)));
    codes.min().unwrap_or(SUCCESS)
}

/// Gives the exit code of a command whose output could not be written. Only success is changed by that.
pub fn code_when_unwritten(code: u8) -> u8 {
    if code == SUCCESS { NO_ANSWER } else { code }
}

#[cfg(test)]
mod tests;
