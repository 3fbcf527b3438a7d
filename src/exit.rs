//! What everything seen adds up to: one verdict and one exit code. The only place with exit numbers; pure.

mod budget;
mod sending;

pub use budget::{Budget, Weighed};
pub use sending::code_of_send;

use crate::fault::{Fault, Kind};
use crate::invocation::{InvokeId, Snapshot, Verdict};
use jiff::Timestamp;

/// What is known of one id when a command ends.
#[derive(Debug)]
pub struct Outcome {
    pub invoke_id: InvokeId,
    /// The last answer and when it came.
    pub seen: Option<(Timestamp, Snapshot)>,
    /// What ended the asking, if something did.
    pub fault: Option<Fault>,
    /// What kept the last answer from coming. It may pass, and decides nothing.
    pub last_error: Option<Fault>,
}

impl Outcome {
    /// An id that has not been answered yet.
    pub fn unseen(invoke_id: InvokeId) -> Self {
        Outcome { invoke_id, seen: None, fault: None, last_error: None }
    }

    /// The last answer, if there was one.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.seen.as_ref().map(|(_, snapshot)| snapshot)
    }

    /// Why there is no answer, where there is none.
    pub fn why_unanswered(&self) -> Option<&Fault> {
        self.fault.as_ref().or(self.last_error.as_ref().filter(|_| self.seen.is_none()))
    }

    /// Whether more of its nodes failed than are accepted.
    pub fn exceeds(&self, budget: Budget) -> bool {
        let exceeds = |snapshot: &Snapshot| match snapshot.sent.as_ref().and_then(|sent| sent.failed_in_run) {
            // Whoever sends again does not count what failed before.
            Some((failed, of)) => budget.is_exceeded_by(failed, of),
            None => budget.is_exceeded(snapshot),
        };
        self.snapshot().is_some_and(exceeds)
    }

    /// Whether it weighs nothing in the exit code, though some nodes failed.
    pub fn is_forgiven(&self, budget: Budget) -> bool {
        self.fault.is_none() && self.snapshot().is_some_and(|snapshot| budget.weigh(snapshot) == Weighed::Forgiven)
    }

    fn verdict(&self) -> Option<Verdict> {
        self.snapshot().map(|snapshot| snapshot.verdict)
    }
}

/// How a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing more was to be asked.
    Complete,
    /// The watch's time ran out.
    OutOfTime,
    /// More nodes failed than were accepted, and nobody wanted to see more of it.
    FailFast,
    /// The recording ended before the invocation did.
    RecordingEnded,
    /// Whoever read our output went away.
    ReaderGone,
    Signal(Signal),
}

/// A signal that ends a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Hangup,
    Interrupt,
    Terminate,
}

impl Signal {
    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hangup => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        }
    }

    /// The signal that has this number, if it is one of these.
    pub fn of_number(number: i32) -> Option<Self> {
        let all = [Self::Hangup, Self::Interrupt, Self::Terminate];
        all.into_iter().find(|signal| i32::from(signal.code()) == 128 + number)
    }

    /// 128 and the signal's number, as a shell reports it.
    pub const fn code(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// The exit code of an answer that was printed when nobody asked for its verdict, and of Success.
pub const SUCCESS: u8 = 0;
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const PARTIAL_FAILED: u8 = 3;
const CREDENTIALS: u8 = 4;
const NO_ANSWER: u8 = 5;
const NOT_FOUND: u8 = 6;
const UNFINISHED: u8 = 8;
/// The exit code of a command whose time ran out.
pub const OUT_OF_TIME: u8 = 124;

/// Every exit code and its meaning, in the order in which the first applies. Help texts print it, and the table of the
/// topic `exit-codes` is held to it.
pub const CODES: [(u8, &str); 12] = [
    (Signal::Interrupt.code(), "SIGINT (Ctrl-C); what is known is still reported"),
    (Signal::Terminate.code(), "SIGTERM"),
    (Signal::Hangup.code(), "SIGHUP"),
    (USAGE, "wrong usage or configuration, told before any call"),
    (FAILED, "Failed"),
    (PARTIAL_FAILED, "PartialFailed; or ended by --fail-fast"),
    (CREDENTIALS, "credentials missing, refused or without permission; clock too wrong"),
    (NO_ANSWER, "no usable answer, after retries; or output that cannot be written"),
    (NOT_FOUND, "no such invocation, or no such node in it"),
    (OUT_OF_TIME, "not finished: watch ran out of time"),
    (UNFINISHED, "not finished: --exit-status, end of a recording, reader gone"),
    (SUCCESS, "Success; or an answer was printed and nobody asked for its verdict"),
];

/// What to do about an exit code.
pub const fn remedy(code: u8) -> &'static str {
    match code {
        SUCCESS => "nothing: every node has the file, or the answer is there to be read",
        FAILED | PARTIAL_FAILED => "see which nodes failed and why, mend that, then send the file again to those nodes",
        USAGE => "read the error: it names the word that is wrong, and what to write instead",
        CREDENTIALS => "read the error: it names the key, the permission or the clock that is to be mended",
        NO_ANSWER => "read the error, and ask again once its cause is gone: what became of the file is not known",
        NOT_FOUND => "check the id, the region and the account: an id is known only where the file was sent from",
        OUT_OF_TIME | UNFINISHED => "ask again, or give it more time: the nodes that are open have not failed",
        _ => "ask again: what the API had begun goes on without efloctl",
    }
}

/// What a fault means for the process.
pub const fn code_of(kind: Kind) -> u8 {
    match kind {
        Kind::Usage | Kind::Config => USAGE,
        Kind::Credentials => CREDENTIALS,
        Kind::Network | Kind::Service | Kind::Answer | Kind::Output => NO_ANSWER,
        Kind::NotFound => NOT_FOUND,
    }
}

/// What all outcomes of a command add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The first of Failed, PartialFailed, Running, Pending, Success. None where that would say more than is known:
    /// nothing was answered, or all that was answered is Success and something was not.
    pub verdict: Option<Verdict>,
    /// Whether every id has come to its end.
    pub finished: bool,
    /// What `watch` exits with, and `status` with `--exit-status`.
    pub code: u8,
}

/// Adds up the outcomes of all ids and how the command ended. Where a budget accepts failed nodes, the verdict is told
/// as it is, and what is forgiven weighs nothing in the code.
pub fn sum(budget: Option<Budget>, outcomes: &[Outcome], ending: Ending) -> Sum {
    let verdicts = outcomes.iter().filter_map(Outcome::verdict);
    let all_answered = outcomes.iter().all(|outcome| outcome.verdict().is_some());
    let verdict = verdicts.min().filter(|first| *first != Verdict::Success || all_answered);
    let finished =
        !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.snapshot().is_some_and(Snapshot::is_finished));
    Sum { verdict, finished, code: code(budget.unwrap_or(Budget::NONE), outcomes, ending, finished) }
}

fn code(budget: Budget, outcomes: &[Outcome], ending: Ending, finished: bool) -> u8 {
    if let Ending::Signal(signal) = ending {
        return signal.code();
    }
    let weighty = || outcomes.iter().filter(|outcome| !outcome.is_forgiven(budget));
    let has = |verdict| weighty().any(|outcome| outcome.verdict() == Some(verdict));
    match ending {
        _ if code_of_faults(outcomes) == USAGE => USAGE,
        _ if has(Verdict::Failed) => FAILED,
        _ if has(Verdict::PartialFailed) || ending == Ending::FailFast => PARTIAL_FAILED,
        _ if worst(outcomes).is_some() => code_of_faults(outcomes),
        _ if finished => SUCCESS,
        Ending::OutOfTime => OUT_OF_TIME,
        _ => UNFINISHED,
    }
}

/// The exit code of a command that was not asked for the verdict: only what went wrong with the asking counts.
pub fn code_of_faults(outcomes: &[Outcome]) -> u8 {
    worst(outcomes).map_or(SUCCESS, |fault| code_of(fault.kind))
}

/// The fault that counts first: credentials, then no answer, then not found.
pub fn worst(outcomes: &[Outcome]) -> Option<&Fault> {
    outcomes.iter().filter_map(|outcome| outcome.fault.as_ref()).min_by_key(|fault| code_of(fault.kind))
}

/// The code of a command whose output could not be written: that hides no other code.
pub fn code_when_unwritten(code: u8) -> u8 {
    if code == SUCCESS { NO_ANSWER } else { code }
}

#[cfg(test)]
mod tests;
