//! What `send` and `resend` end with: more can happen to them than to a watch.

use super::{Budget, Ending, Outcome, PARTIAL_FAILED, SUCCESS, code_of, sum};
use super::{CREDENTIALS, FAILED, NO_ANSWER, OUT_OF_TIME};
use crate::fault::Kind;
use crate::invocation::{Class, NodeStatus};

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
