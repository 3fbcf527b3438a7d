//! A send in the document: its calls, and the nodes that no call reached or that nobody knows about.

use super::fault_view::FaultDocument;
use crate::invocation::{CallSummary, NodeStatus, Snapshot};
use crate::text::Text;
use serde::Serialize;

/// Shows the calls of a send.
#[derive(Serialize)]
pub(super) struct SendDocument<'a> {
    send_id: &'a str,
    file: &'a str,
    sha256: &'a str,
    mends: &'a [String],
    batches: &'a [usize],
    calls: Vec<CallDocument<'a>>,
    not_sent: Vec<Text<'a>>,
    unconfirmed: Vec<Text<'a>>,
}

impl<'a> SendDocument<'a> {
    /// Takes a snapshot, if it is of a send.
    pub(super) fn of(snapshot: &'a Snapshot) -> Option<Self> {
        let sent = snapshot.sent.as_ref()?;
        let with = |wanted: &[NodeStatus]| {
            let nodes = snapshot.nodes.iter().filter(|node| wanted.contains(&node.status()));
            nodes.filter_map(|node| node.id()).collect()
        };
        Some(SendDocument {
            send_id: &sent.send_id,
            file: &sent.file,
            sha256: &sent.sha256,
            mends: &sent.mends,
            batches: &sent.batches,
            calls: sent.calls.iter().map(CallDocument::made).collect(),
            not_sent: with(&[NodeStatus::ToBeSent, NodeStatus::NotSent]),
            unconfirmed: with(&[NodeStatus::Unconfirmed]),
        })
    }
}

/// Shows a call of a send.
#[derive(Serialize)]
pub struct CallDocument<'a> {
    invoke_id: Option<&'a str>,
    nodes: usize,
    error: Option<FaultDocument<'a>>,
}

impl<'a> CallDocument<'a> {
    /// Shows a call that is planned, to this many nodes.
    pub fn planned(nodes: usize) -> Self {
        CallDocument { invoke_id: None, nodes, error: None }
    }

    fn made(call: &'a CallSummary) -> Self {
        let error = call.error.as_ref().map(FaultDocument::new);
        CallDocument { invoke_id: call.invoke_id.as_deref(), nodes: call.nodes, error }
    }
}
