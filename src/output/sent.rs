//! A send in the document: its calls, and the nodes that no call reached or that nobody knows about.

use super::document::Seq;
use super::fault_view::FaultDocument;
use crate::invocation::{CallSummary, Node, NodeStatus, Snapshot};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// Shows the calls of a send.
pub(super) struct SendDocument<'a>(&'a Snapshot);

impl<'a> SendDocument<'a> {
    /// Takes a snapshot, if it is of a send.
    pub(super) fn of(snapshot: &'a Snapshot) -> Option<Self> {
        snapshot.sent.is_some().then_some(SendDocument(snapshot))
    }
}

impl Serialize for SendDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(sent) = &self.0.sent else { return serializer.serialize_none() };
        let with = |wanted: &'static [NodeStatus]| {
            Seq(move || {
                self.0.nodes.iter().filter(|node| wanted.contains(&node.status())).filter_map(|node| Node::id(&node))
            })
        };
        let mut fields = serializer.serialize_struct("Send", 8)?;
        fields.serialize_field("send_id", &sent.send_id)?;
        fields.serialize_field("file", &sent.file)?;
        fields.serialize_field("sha256", &sent.sha256)?;
        fields.serialize_field("mends", &sent.mends)?;
        fields.serialize_field("batches", &sent.batches)?;
        fields.serialize_field("calls", &Seq(|| sent.calls.iter().map(CallDocument::of)))?;
        fields.serialize_field("not_sent", &with(&[NodeStatus::ToBeSent, NodeStatus::NotSent]))?;
        fields.serialize_field("unconfirmed", &with(&[NodeStatus::Unconfirmed]))?;
        fields.end()
    }
}

#[derive(Serialize)]
struct CallDocument<'a> {
    invoke_id: Option<&'a str>,
    nodes: usize,
    error: Option<FaultDocument<'a>>,
}

impl<'a> CallDocument<'a> {
    fn of(call: &'a CallSummary) -> Self {
        let error = call.error.as_ref().map(FaultDocument::of);
        CallDocument { invoke_id: call.invoke_id.as_deref(), nodes: call.nodes, error }
    }
}
