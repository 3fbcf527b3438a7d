//! A send as its snapshot carries it: the calls, beside what became of the nodes.

use crate::fault::Fault;

/// Says what there is to know of a send besides its nodes.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub send_id: String,
    /// Whether it has a log, so that other commands can find it by its id.
    pub has_log: bool,
    /// The path of the file that was sent.
    pub file: String,
    pub sha256: String,
    /// InvokeIds of no send that is known here; the send goes to what they left.
    pub mends: Vec<String>,
    /// The number of nodes of each batch of the last run.
    pub batches: Vec<usize>,
    pub calls: Vec<CallSummary>,
    /// How many of them were made before the last run.
    pub calls_before: usize,
    /// While this process makes the calls: how many nodes of this run failed, and how many it sends to.
    pub failed_in_run: Option<(usize, usize)>,
    /// Nodes that an invocation listed and the send never asked for.
    pub strangers: Vec<String>,
}

/// Says what became of one call of a send.
#[derive(Clone, Debug)]
pub struct CallSummary {
    /// `None` if the call was not accepted.
    pub invoke_id: Option<String>,
    /// How many nodes it named.
    pub nodes: usize,
    pub error: Option<Fault>,
}

impl Sent {
    /// Gives the error of the last call, if no call was accepted.
    pub fn error(&self) -> Option<&Fault> {
        let is_accepted = self.calls.iter().any(|call| call.invoke_id.is_some()) || !self.mends.is_empty();
        self.calls.last().filter(|_| !is_accepted).and_then(|call| call.error.as_ref())
    }
}
