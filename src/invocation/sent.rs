//! A whole send as a snapshot carries it: its calls, besides what became of its nodes.

use crate::fault::Fault;

/// What there is to know of a send besides its nodes.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub send_id: String,
    /// Whether a log has it, so that its id says something.
    pub has_log: bool,
    /// The path of the file that was sent.
    pub file: String,
    pub sha256: String,
    /// Invocations of others that the send mends.
    pub mends: Vec<String>,
    /// The number of nodes of each batch of the last run.
    pub batches: Vec<usize>,
    pub calls: Vec<CallSummary>,
    /// How many of them were made before the last run.
    pub calls_before: usize,
    /// How many nodes of the last run are in a call that was accepted.
    pub accepted: usize,
    /// For whoever makes the calls: how many of the nodes that it sent to failed, and how many it sends to.
    pub failed_in_run: Option<(usize, usize)>,
    /// Nodes that were listed and never asked for.
    pub strangers: Vec<String>,
}

/// One call of a send.
#[derive(Clone, Debug)]
pub struct CallSummary {
    /// None where it was not accepted.
    pub invoke_id: Option<String>,
    /// How many nodes it named.
    pub nodes: usize,
    pub error: Option<Fault>,
}

impl Sent {
    /// The error of the last call, where none was accepted.
    pub fn error(&self) -> Option<&Fault> {
        let is_accepted = self.calls.iter().any(|call| call.invoke_id.is_some()) || !self.mends.is_empty();
        self.calls.last().filter(|_| !is_accepted).and_then(|call| call.error.as_ref())
    }
}
