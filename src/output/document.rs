//! The JSON document, field by field as the contract has it. Nodes are written as they are walked: a large fleet
//! costs no second copy.

use super::failure::{Failure, failures};
use super::fault_view::FaultDocument;
use super::send::SendDocument;
use super::{Report, View};
use crate::clock;
use crate::exit::Outcome;
use crate::invocation::{Node, NodeStatus, Snapshot};
use crate::names::{Column, NodeNames, Places, Where};
use crate::text::{Text, write_json, write_pretty_json};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::io::{self, Write};

/// Says how many different texts of an error are written; the others are counted.
const TEXTS: usize = 20;

/// Writes the document.
pub fn document(report: &Report<'_>, view: &View, out: &mut dyn Write) -> io::Result<()> {
    write_pretty_json(&ReportDocument(report, Some(view)), out)
}

/// Writes the document as the last event of a watch, in a line and without nodes.
pub fn result_event(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_event("result", &ReportDocument(report, None), out)
}

/// Writes an event in a line: its type, when it happened, and the fields of `body`.
pub fn write_event(kind: &'static str, body: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Line<'a, B> {
        r#type: &'static str,
        at: String,
        #[serde(flatten)]
        body: &'a B,
    }
    write_json(&Line { r#type: kind, at: clock::stamp(Timestamp::now()), body }, out)
}

/// Shows a report. Without a view no invocation has a list of nodes or errors.
struct ReportDocument<'r, 'a>(&'r Report<'a>, Option<&'r View>);

impl Serialize for ReportDocument<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ReportDocument(report, view) = self;
        let mut fields = serializer.serialize_struct("Report", 6)?;
        fields.serialize_field("schema_version", &1)?;
        fields.serialize_field("verdict", &report.sum.verdict)?;
        fields.serialize_field("finished", &report.sum.finished)?;
        fields.serialize_field("exit_code", &report.sum.code)?;
        fields.serialize_field("region", &report.region)?;
        let invocation = |outcome| InvocationDocument(outcome, *view, report.names);
        fields.serialize_field("invocations", &Seq(|| report.outcomes.iter().map(invocation)))?;
        fields.end()
    }
}

struct InvocationDocument<'a>(&'a Outcome, Option<&'a View>, &'a NodeNames);

impl Serialize for InvocationDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let InvocationDocument(outcome, view, names) = self;
        let snapshot = outcome.snapshot();
        let facts = snapshot.map(|snapshot| snapshot.facts.clone()).unwrap_or_default();
        // To the second, as the schema shows it.
        let observed_at = outcome.seen.as_ref().map(|(at, _)| clock::stamp_to_second(*at));
        let of_send = || snapshot?.sent.as_ref()?.error();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("invoke_id", &outcome.invoke_id)?;
        map.serialize_entry("request_id", &snapshot.and_then(|snapshot| snapshot.request_id.as_ref()))?;
        map.serialize_entry("observed_at", &observed_at)?;
        map.serialize_entry("status", &snapshot.and_then(|snapshot| snapshot.status.as_ref()))?;
        map.serialize_entry("verdict", &snapshot.map(|snapshot| snapshot.verdict))?;
        map.serialize_entry("finished", &snapshot.map(Snapshot::is_finished))?;
        map.serialize_entry("error", &outcome.why_unanswered().or_else(of_send).map(FaultDocument::new))?;
        map.serialize_entry("name", &facts.name)?;
        map.serialize_entry("description", &facts.description)?;
        map.serialize_entry("target_dir", &facts.target_dir)?;
        map.serialize_entry("content_type", &facts.content_type)?;
        map.serialize_entry("file_mode", &facts.file_mode)?;
        map.serialize_entry("file_owner", &facts.file_owner)?;
        map.serialize_entry("file_group", &facts.file_group)?;
        map.serialize_entry("overwrite", &facts.overwrite)?;
        map.serialize_entry("creation_time", &facts.creation_time)?;
        map.serialize_entry("node_count", &snapshot.and_then(|snapshot| snapshot.node_count))?;
        map.serialize_entry("counts", &snapshot.map(|snapshot| &snapshot.counts))?;
        map.serialize_entry("send", &snapshot.and_then(SendDocument::of))?;
        match view {
            None => {}
            Some(View::Errors { .. }) => {
                map.serialize_entry("errors", &snapshot.map(|snapshot| errors(snapshot, names)))?;
            }
            Some(view) => {
                let document = |node| NodeDocument { node, names };
                let nodes = |snapshot| Seq(move || view.filter().nodes(snapshot).map(document));
                map.serialize_entry("nodes", &snapshot.map(nodes))?;
            }
        }
        map.end()
    }
}

/// Makes a list while it is written.
struct Seq<F>(F);

impl<F, I> Serialize for Seq<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Shows one node, and what it is called.
pub struct NodeDocument<'a> {
    pub node: Node<'a>,
    pub names: &'a NodeNames,
}

impl Serialize for NodeDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let NodeDocument { node, names } = self;
        let mut fields = serializer.serialize_struct("Node", 13)?;
        if node.is_of_a_send() {
            fields.serialize_field("invoke_id", &node.invoke_id())?;
        }
        fields.serialize_field("node_id", &node.id())?;
        fields.serialize_field("status", &node.status_word())?;
        fields.serialize_field("error_code", &node.error_code())?;
        fields.serialize_field("error_info", &node.error_info())?;
        for (name, time) in ["creation_time", "start_time", "update_time", "finish_time"].into_iter().zip(node.times())
        {
            fields.serialize_field(name, &time)?;
        }
        let row = names.of(node);
        let named = |column| row.and_then(|row| row.get(column));
        fields.serialize_field("hostname", &named(Column::Hostname))?;
        fields.serialize_field("node_group", &named(Column::NodeGroup))?;
        fields.serialize_field("zone", &named(Column::Zone))?;
        fields.serialize_field("hyper_node", &named(Column::HyperNode))?;
        fields.end()
    }
}

/// Gives the errors of an invocation, and where its nodes are.
fn errors<'a>(snapshot: &'a Snapshot, names: &NodeNames) -> Vec<FailureDocument<'a>> {
    let places = Places::of(snapshot, names);
    let place = |failure: &Failure<'_>| Some(places.as_ref()?.of_nodes(failure.nodes.iter().copied()));
    failures(snapshot).into_iter().map(|failure| FailureDocument(place(&failure), failure)).collect()
}

struct FailureDocument<'a>(Option<Where>, Failure<'a>);

impl Serialize for FailureDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct TextDocument<'a> {
            text: &'a Text<'a>,
            count: u64,
        }
        let FailureDocument(place, failure) = self;
        let status = match failure.statuses.as_slice() {
            [(one, _)] => one.as_ref(),
            _ => None,
        };
        let texts = failure.texts.iter().take(TEXTS).map(|(text, count)| TextDocument { text, count: *count });
        let mut fields = serializer.serialize_struct("Failure", 12)?;
        fields.serialize_field("error_code", &failure.code)?;
        fields.serialize_field("error_info", &failure.info)?;
        fields.serialize_field("status", &status)?;
        fields.serialize_field("texts", &texts.collect::<Vec<_>>())?;
        fields.serialize_field("more_texts", &failure.texts.len().saturating_sub(TEXTS))?;
        fields.serialize_field("statuses", &StatusesDocument(failure))?;
        fields.serialize_field("meaning", &failure.entry.map(|entry| entry.meaning))?;
        fields.serialize_field("remedy", &failure.entry.map(|entry| entry.remedy))?;
        fields.serialize_field("resend", &failure.resend())?;
        fields.serialize_field("count", &failure.count())?;
        fields.serialize_field("where", place)?;
        fields.serialize_field("node_ids", &Seq(|| failure.nodes.iter().map(Node::id)))?;
        fields.end()
    }
}

/// Shows the statuses of an error's nodes with their counts. No status is `Unknown`, as in the counts of an invocation.
struct StatusesDocument<'a>(&'a Failure<'a>);

impl Serialize for StatusesDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let word =
            |word: &Option<Text<'_>>| word.as_ref().map_or(NodeStatus::Unknown.word(), Text::as_written).to_owned();
        serializer.collect_map(self.0.statuses.iter().map(|(status, count)| (word(status), count)))
    }
}
