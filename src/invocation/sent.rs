//! A send as its snapshot carries it: the calls, beside what became of the nodes.

use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    pub calls: Vec<Call>,
    /// How many of them were made before the last run.
    pub calls_before: usize,
    /// While this process makes the calls: how many nodes of this run failed, and how many it sends to.
    pub failed_in_run: Option<(usize, usize)>,
    /// Nodes that an invocation listed and the send never asked for.
    pub strangers: Vec<String>,
}

/// Says what became of a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The service took it, and gave this InvokeId.
    InvokeId(String),
    /// The service refused it: no node gets the file by it.
    Refused(Fault),
    /// It was surely not carried out.
    NotMade(Fault),
    /// Its answer was lost: it may have been carried out, or not.
    Lost(Fault),
}

/// Holds one call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Counts from 1; it is 0 for an invocation that is mended, and for a line that cannot be read.
    pub number: u32,
    /// Where its nodes stand in the plan.
    pub nodes: Arc<[usize]>,
    /// What became of it; `None` while it is under way, and where the process that made it was killed meanwhile.
    pub fate: Option<Fate>,
}

impl Call {
    /// Says whether the nodes may have the file by it.
    pub fn may_be_carried_out(&self) -> bool {
        !matches!(self.fate, Some(Fate::Refused(_) | Fate::NotMade(_)))
    }

    /// Gives its InvokeId, where it was accepted.
    pub fn invoke_id(&self) -> Option<&str> {
        match &self.fate {
            Some(Fate::InvokeId(id)) => Some(id),
            _ => None,
        }
    }

    /// Gives what went wrong, where it was not accepted.
    pub fn error(&self) -> Option<&Fault> {
        match &self.fate {
            Some(Fate::Refused(fault) | Fate::NotMade(fault) | Fate::Lost(fault)) => Some(fault),
            Some(Fate::InvokeId(_)) | None => None,
        }
    }
}

impl Sent {
    /// Gives the error of the last call, if no call was accepted.
    pub fn error(&self) -> Option<&Fault> {
        let is_accepted = self.calls.iter().any(|call| call.invoke_id().is_some()) || !self.mends.is_empty();
        self.calls.last().filter(|_| !is_accepted).and_then(Call::error)
    }
}
