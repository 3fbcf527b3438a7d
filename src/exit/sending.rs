//! What `send` and `resend` end with: more can happen to them than to a watch.

use super::{Budget, Ending, Outcome, PARTIAL_FAILED, SUCCESS, code_of, sum};
use super::{CREDENTIALS, FAILED, NO_ANSWER, OUT_OF_TIME};
use crate::fault::Kind;
use crate::invocation::NodeStatus;

/// Gives the exit code of a send, by the first row that applies. `waits` tells whether it waited for a verdict.
pub fn code_of_send(outcome: &Outcome, ending: Ending, budget: Option<Budget>, waits: bool) -> u8 {
    if let Ending::Signal(signal) = ending {
        return signal.code();
    }
    let of_verdict = || sum(budget, std::slice::from_ref(outcome), ending).code;
    let Some(snapshot) = outcome.snapshot() else { return of_verdict() };
    let Some(sent) = &snapshot.sent else { return of_verdict() };
    let calls = &sent.calls[sent.calls_before..];
    if calls.iter().all(|call| call.invoke_id.is_none())
        && let Some(last) = calls.last()
    {
        let kind = last.error.as_ref().map_or(Kind::Network, |fault| fault.kind);
        return if code_of(kind) == CREDENTIALS { CREDENTIALS } else { NO_ANSWER };
    }
    if !waits {
        return if sent.accepted == sent.batches.iter().sum::<usize>() { SUCCESS } else { PARTIAL_FAILED };
    }
    let count =
        |wanted: &dyn Fn(NodeStatus) -> bool| snapshot.nodes.iter().filter(|node| wanted(node.status())).count();
    let open = snapshot.open();
    if open > 0 && outcome.fault.as_ref().is_some_and(|fault| fault.kind == Kind::Credentials) {
        return CREDENTIALS;
    }
    let to_be_sent = count(&|status| status == NodeStatus::ToBeSent) as u64;
    if open > to_be_sent && ending == Ending::OutOfTime {
        return OUT_OF_TIME;
    }
    if snapshot.counts.not_sent() + snapshot.counts.unconfirmed() > 0 {
        let has_success = count(&|status| status == NodeStatus::Success) > 0;
        return if has_success || open > to_be_sent { PARTIAL_FAILED } else { FAILED };
    }
    of_verdict()
}
