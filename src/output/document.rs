//! The JSON document, field by field as the contract has it. Nodes are written as they are walked: a large fleet
//! costs no second copy.

use super::failure::Failure;
use super::fault_view::FaultDocument;
use super::phrases::name_of;
use super::sent::SendDocument;
use super::{Filter, Report, View};
use crate::clock;
use crate::exit::Outcome;
use crate::invocation::{Counts, Node, NodeStatus, Snapshot};
use crate::names::{NodeNames, NodeRow, Where};
use crate::text::{Text, write_json, write_pretty_json};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::io::{self, Write};

/// How many different texts of an error are written; the others are counted.
const TEXTS: usize = 20;

/// Writes the document.
pub fn document(report: &Report<'_>, view: &View, out: &mut dyn Write) -> io::Result<()> {
    let part = match view {
        View::Nodes { filter, .. } => InvocationPart::Nodes(filter),
        View::Errors { .. } => InvocationPart::Errors,
        View::End | View::Ids => InvocationPart::Nodes(&Filter::All),
    };
    write_pretty_json(&ReportDocument { report, part, is_event: None }, out)
}

/// Writes the document as the last event of a watch, in a line and without nodes.
pub fn result_event(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_json(&ReportDocument { report, part: InvocationPart::Nothing, is_event: Some(Timestamp::now()) }, out)
}

/// Says what an invocation carries besides its summary.
#[derive(Clone, Copy)]
enum InvocationPart<'a> {
    Nodes(&'a Filter),
    Errors,
    Nothing,
}

struct ReportDocument<'r, 'a> {
    report: &'r Report<'a>,
    part: InvocationPart<'r>,
    /// When it happened, if it is an event.
    is_event: Option<Timestamp>,
}

impl Serialize for ReportDocument<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Report { region, outcomes, sum, .. } = self.report;
        let mut map = serializer.serialize_map(None)?;
        if let Some(at) = self.is_event {
            map.serialize_entry("type", "result")?;
            map.serialize_entry("at", &clock::stamp(at))?;
        }
        map.serialize_entry("schema_version", &1)?;
        map.serialize_entry("verdict", &sum.verdict)?;
        map.serialize_entry("finished", &sum.finished)?;
        map.serialize_entry("exit_code", &sum.code)?;
        map.serialize_entry("region", &region)?;
        let invocation = |at| InvocationDocument { report: self.report, at, part: self.part };
        map.serialize_entry("invocations", &Seq(|| (0..outcomes.len()).map(invocation)))?;
        map.end()
    }
}

/// Makes a list while it is written.
pub(super) struct Seq<F>(pub(super) F);

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

struct InvocationDocument<'r, 'a> {
    report: &'r Report<'a>,
    /// Its index in the report.
    at: usize,
    part: InvocationPart<'r>,
}

impl Serialize for InvocationDocument<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let outcome = &self.report.outcomes[self.at];
        let Outcome { invoke_id, seen, .. } = outcome;
        let snapshot = outcome.snapshot();
        let facts = snapshot.map(|snapshot| &snapshot.facts);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("invoke_id", invoke_id)?;
        map.serialize_entry("request_id", &snapshot.and_then(|snapshot| snapshot.request_id.as_ref()))?;
        map.serialize_entry("observed_at", &seen.as_ref().map(|(at, _)| second(*at)))?;
        map.serialize_entry("status", &snapshot.and_then(|snapshot| snapshot.status.as_ref()))?;
        map.serialize_entry("verdict", &snapshot.map(|snapshot| snapshot.verdict))?;
        map.serialize_entry("finished", &snapshot.map(Snapshot::is_finished))?;
        let of_send = || snapshot?.sent.as_ref()?.error();
        map.serialize_entry("error", &outcome.why_unanswered().or_else(of_send).map(FaultDocument::of))?;
        map.serialize_entry("name", &facts.and_then(|facts| facts.name.as_ref()))?;
        map.serialize_entry("description", &facts.and_then(|facts| facts.description.as_ref()))?;
        map.serialize_entry("target_dir", &facts.and_then(|facts| facts.target_dir.as_ref()))?;
        map.serialize_entry("content_type", &facts.and_then(|facts| facts.content_type.as_ref()))?;
        map.serialize_entry("file_mode", &facts.and_then(|facts| facts.file_mode.as_ref()))?;
        map.serialize_entry("file_owner", &facts.and_then(|facts| facts.file_owner.as_ref()))?;
        map.serialize_entry("file_group", &facts.and_then(|facts| facts.file_group.as_ref()))?;
        map.serialize_entry("overwrite", &facts.and_then(|facts| facts.overwrite))?;
        map.serialize_entry("creation_time", &facts.and_then(|facts| facts.creation_time.as_ref()))?;
        map.serialize_entry("node_count", &snapshot.and_then(|snapshot| snapshot.node_count))?;
        map.serialize_entry("counts", &snapshot.map(|snapshot| counts_json(&snapshot.counts)))?;
        map.serialize_entry("send", &snapshot.and_then(SendDocument::of))?;
        match self.part {
            InvocationPart::Nothing => {}
            InvocationPart::Nodes(filter) => {
                let nodes = |snapshot| {
                    Seq(move || admitted(snapshot, filter).map(|node| NodeDocument::new(node, self.report.names)))
                };
                map.serialize_entry("nodes", &snapshot.map(nodes))?;
            }
            InvocationPart::Errors => {
                let document = |failure| FailureDocument(failure, self.report.place_of(self.at, failure));
                let failures = || self.report.failures(self.at).iter().map(document);
                map.serialize_entry("errors", &snapshot.map(|_| Seq(failures)))?;
            }
        }
        map.end()
    }
}

fn admitted<'a>(snapshot: &'a Snapshot, filter: &'a Filter) -> impl Iterator<Item = Node<'a>> {
    snapshot.nodes.iter().filter(move |node| filter.admits(snapshot, node))
}

/// Writes a time to the second, as the schema shows it.
fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Shows counts by status, with every status of the API page.
pub fn counts_json(counts: &Counts) -> impl Serialize + '_ {
    struct Map<'a>(&'a Counts);
    impl Serialize for Map<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter())
        }
    }
    Map(counts)
}

/// Shows one node, and what it is called.
pub struct NodeDocument<'a> {
    node: Node<'a>,
    name: Option<NodeRow<'a>>,
}

impl<'a> NodeDocument<'a> {
    pub fn new(node: Node<'a>, names: Option<&'a NodeNames>) -> Self {
        NodeDocument { node, name: name_of(&node, names) }
    }
}

impl Serialize for NodeDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let NodeDocument { node, name } = self;
        let mut fields = serializer.serialize_struct("Node", 13)?;
        if node.is_of_a_send() {
            fields.serialize_field("invoke_id", &node.invoke_id())?;
        }
        fields.serialize_field("node_id", &node.id())?;
        fields.serialize_field("status", &node.status_word())?;
        fields.serialize_field("error_code", &node.error_code())?;
        fields.serialize_field("error_info", &node.error_info())?;
        fields.serialize_field("creation_time", &node.creation_time())?;
        fields.serialize_field("start_time", &node.start_time())?;
        fields.serialize_field("update_time", &node.update_time())?;
        fields.serialize_field("finish_time", &node.finish_time())?;
        fields.serialize_field("hostname", &name.and_then(NodeRow::hostname))?;
        fields.serialize_field("node_group", &name.and_then(NodeRow::node_group))?;
        fields.serialize_field("zone", &name.and_then(NodeRow::zone))?;
        fields.serialize_field("hyper_node", &name.and_then(NodeRow::hyper_node))?;
        fields.end()
    }
}

struct FailureDocument<'a>(&'a Failure<'a>, Option<Where>);

impl Serialize for FailureDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let failure = self.0;
        let status = match failure.statuses.as_slice() {
            [(one, _)] => one.as_ref(),
            _ => None,
        };
        let text = |(text, count)| TextDocument { text, count };
        let mut fields = serializer.serialize_struct("Failure", 12)?;
        fields.serialize_field("error_code", &failure.code)?;
        fields.serialize_field("error_info", &failure.info)?;
        fields.serialize_field("status", &status)?;
        fields.serialize_field("texts", &Seq(|| failure.texts.iter().take(TEXTS).map(|(a, b)| text((a, *b)))))?;
        fields.serialize_field("more_texts", &failure.texts.len().saturating_sub(TEXTS))?;
        fields.serialize_field("statuses", &Statuses(failure))?;
        fields.serialize_field("meaning", &failure.entry.map(|entry| entry.meaning))?;
        fields.serialize_field("remedy", &failure.entry.map(|entry| entry.remedy))?;
        fields.serialize_field("resend", &failure.resend())?;
        fields.serialize_field("count", &failure.count())?;
        fields.serialize_field("where", &self.1)?;
        fields.serialize_field("node_ids", &Seq(|| failure.nodes.iter().map(Node::id)))?;
        fields.end()
    }
}

#[derive(serde::Serialize)]
struct TextDocument<'a> {
    text: &'a Text<'a>,
    count: u64,
}

/// Shows the statuses of an error's nodes with their counts. No status is `Unknown`, as in the counts of an invocation.
struct Statuses<'a>(&'a Failure<'a>);

impl Serialize for Statuses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let word =
            |word: &'_ Option<Text<'_>>| word.as_ref().map_or(NodeStatus::Unknown.word(), Text::as_written).to_owned();
        serializer.collect_map(self.0.statuses.iter().map(|(status, count)| (word(status), count)))
    }
}
