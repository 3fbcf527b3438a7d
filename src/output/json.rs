//! The JSON document, field by field as the contract has it. Nodes are written as they are walked: a large fleet
//! costs no second copy.

use super::fault_view::FaultDocument;
use super::words::explained;
use super::{Filter, Report};
use crate::catalog::Resend;
use crate::clock;
use crate::exit::Outcome;
use crate::invocation::{Counts, ErrorGroup, Node, Snapshot, by_error};
use crate::text::{Text, write_pretty_json};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::io::{self, Write};

/// What an invocation carries besides its summary.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    Nodes(&'a Filter),
    Errors,
    Nothing,
}

/// Writes the document.
///
/// # Errors
/// The writer's own.
pub fn document(report: &Report<'_>, part: Part<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_pretty_json(&Document { report: *report, part, is_event: None }, out)?;
    writeln!(out)
}

/// The document as the last event of a watch.
pub struct Document<'a> {
    pub report: Report<'a>,
    pub part: Part<'a>,
    /// When the event happened.
    pub is_event: Option<Timestamp>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Report { region, outcomes, sum } = self.report;
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
        let invocation = |outcome| Invocation { outcome, part: self.part };
        map.serialize_entry("invocations", &Seq(|| outcomes.iter().map(invocation)))?;
        map.end()
    }
}

/// A list that is made while it is written.
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

struct Invocation<'a> {
    outcome: &'a Outcome,
    part: Part<'a>,
}

impl Serialize for Invocation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Outcome { invoke_id, seen, .. } = self.outcome;
        let snapshot = self.outcome.snapshot();
        let facts = snapshot.map(|snapshot| &snapshot.facts);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("invoke_id", invoke_id)?;
        map.serialize_entry("request_id", &snapshot.and_then(|snapshot| snapshot.request_id.as_ref()))?;
        map.serialize_entry("observed_at", &seen.as_ref().map(|(at, _)| second(*at)))?;
        map.serialize_entry("status", &snapshot.and_then(|snapshot| snapshot.status.as_ref()))?;
        map.serialize_entry("verdict", &snapshot.map(|snapshot| snapshot.verdict))?;
        map.serialize_entry("finished", &snapshot.map(Snapshot::is_finished))?;
        map.serialize_entry("error", &self.outcome.why_unanswered().map(FaultDocument::of))?;
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
        map.serialize_entry("counts", &snapshot.map(|snapshot| counts(&snapshot.counts)))?;
        match self.part {
            Part::Nothing => {}
            Part::Nodes(filter) => {
                let nodes = |snapshot| Seq(move || admitted(snapshot, filter).map(NodeDocument));
                map.serialize_entry("nodes", &snapshot.map(nodes))?;
            }
            Part::Errors => {
                let groups = |snapshot| {
                    by_error(snapshot).into_iter().map(|group| Group { snapshot, group }).collect::<Vec<_>>()
                };
                map.serialize_entry("errors", &snapshot.map(groups))?;
            }
        }
        map.end()
    }
}

fn admitted<'a>(snapshot: &'a Snapshot, filter: &'a Filter) -> impl Iterator<Item = Node<'a>> {
    snapshot.nodes.iter().filter(move |node| filter.admits(snapshot, node))
}

/// A time to the second, as the schema shows it.
fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Counts by status, every one of the API page's.
pub fn counts(counts: &Counts) -> impl Serialize + '_ {
    struct Map<'a>(&'a Counts);
    impl Serialize for Map<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter())
        }
    }
    Map(counts)
}

/// One node.
pub struct NodeDocument<'a>(pub Node<'a>);

impl Serialize for NodeDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let node = &self.0;
        let mut fields = serializer.serialize_struct("Node", 8)?;
        fields.serialize_field("node_id", &node.id())?;
        fields.serialize_field("status", &node.status_word())?;
        fields.serialize_field("error_code", &node.error_code())?;
        fields.serialize_field("error_info", &node.error_info())?;
        fields.serialize_field("creation_time", &node.creation_time())?;
        fields.serialize_field("start_time", &node.start_time())?;
        fields.serialize_field("update_time", &node.update_time())?;
        fields.serialize_field("finish_time", &node.finish_time())?;
        fields.end()
    }
}

struct Group<'a> {
    snapshot: &'a Snapshot,
    group: ErrorGroup<'a>,
}

impl Serialize for Group<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Group { snapshot, group } = self;
        let entry = explained(&group.first);
        let mut fields = serializer.serialize_struct("Group", 8)?;
        fields.serialize_field("error_code", &group.first.error_code())?;
        fields.serialize_field("error_info", &group.first.error_info())?;
        fields.serialize_field("status", &group.first.status_word())?;
        fields.serialize_field("meaning", &entry.map(|entry| entry.meaning))?;
        fields.serialize_field("remedy", &entry.map(|entry| entry.remedy))?;
        fields.serialize_field("resend", &entry.map_or(Resend::Unknown, |entry| entry.resend))?;
        fields.serialize_field("count", &group.nodes.len())?;
        let id = |at: &usize| -> Option<Text<'_>> { snapshot.nodes.get(*at).id() };
        fields.serialize_field("node_ids", &Seq(|| group.nodes.iter().map(id)))?;
        fields.end()
    }
}
