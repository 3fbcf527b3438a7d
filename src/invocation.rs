//! The domain: what one answer about an invocation shows, and what it proves. Pure; knows no network, no files, no
//! output.
//!
//! A [`Snapshot`] is one complete answer about one id. The API may answer with several records and may list a node
//! twice, so all of them are joined first, and what comes of it is judged once.

mod history;
mod nodes;
mod sent;
mod status;
mod times;
mod verdict;

pub use history::History;
pub use nodes::{Keep, Node, NodeFields, Nodes};
pub use sent::{Call, Fate, Sent};
pub use status::{Class, Counts, NodeStatus};
pub use times::{Deliveries, seconds};
pub use verdict::{Doubt, Verdict, overall_rank};

use crate::text::{Text, safe};
use serde::{Serialize, Serializer};
use std::fmt;

/// Holds an InvokeId as SendFile gave it, or no id, for a recording of bare answers carries no id. `Display` shows it
/// safely; without an id it is null in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvokeId(Option<String>);

impl InvokeId {
    /// Stands for the one invocation of a recording that names no id.
    pub const UNNAMED: InvokeId = InvokeId(None);

    /// Takes an id as it was written.
    pub fn new(id: impl Into<String>) -> Self {
        InvokeId(Some(id.into()))
    }

    /// Gives the id as it was written, for asking and comparing. Never print it.
    pub fn as_written(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for InvokeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.as_deref().map_or("(unnamed recording)".into(), safe))
    }
}

impl Serialize for InvokeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Says what the API is asked about one invocation.
#[derive(Clone, Debug)]
pub struct Question {
    pub invoke_id: InvokeId,
    /// The one node that is asked about; `None` for all.
    pub node_id: Option<String>,
    pub keep: Keep,
}

/// Holds one record of an answer, as it came.
#[derive(Debug, Default)]
pub struct Record {
    pub facts: Facts,
    /// The API's word for the overall status.
    pub status: Option<Text<'static>>,
    pub node_count: Option<u64>,
    /// Whether NodeCount is present and is no number of nodes.
    pub is_count_unreadable: bool,
    pub nodes: Nodes,
    /// With [`Keep::Everything`], the SHA-256 of what it has as the file's content, in lower-case hex.
    pub contents: Vec<String>,
}

/// Says what was sent, where to and when: as the API wrote it, trimmed. Empty text is `None`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts {
    pub name: Option<Text<'static>>,
    pub description: Option<Text<'static>>,
    pub target_dir: Option<Text<'static>>,
    pub content_type: Option<Text<'static>>,
    pub file_mode: Option<Text<'static>>,
    pub file_owner: Option<Text<'static>>,
    pub file_group: Option<Text<'static>>,
    pub overwrite: Option<bool>,
    pub creation_time: Option<Text<'static>>,
}

/// Holds one complete answer about one id, with its verdict.
#[derive(Debug)]
pub struct Snapshot {
    pub request_id: Option<Text<'static>>,
    pub facts: Facts,
    /// The API's word for the overall status; of several records the one that counts.
    pub status: Option<Text<'static>>,
    /// How many nodes the file was sent to, as the API counts them.
    pub node_count: Option<u64>,
    pub nodes: Nodes,
    /// The SHA-256 of what each record has as the file's content: see [`Record::contents`].
    pub contents: Vec<String>,
    pub counts: Counts,
    pub verdict: Verdict,
    pub doubts: Vec<Doubt>,
    /// Whether one node alone was asked about.
    pub is_one_node: bool,
    /// How many nodes the answer lists.
    pub listed: u64,
    /// How many nodes it should list: what `NodeCount` or an earlier answer says, whichever is more.
    pub expected: u64,
    /// Whether all nodes are listed that the file was sent to, as far as the answers so far tell.
    pub is_complete: bool,
    /// The calls, if the snapshot is of a whole send.
    pub sent: Option<Box<Sent>>,
}

impl Snapshot {
    /// Joins the records of an answer, and judges what comes of it. Gives nothing where the answer shows no such
    /// invocation, or no such node in it.
    pub fn new(request_id: Option<Text<'static>>, mut records: Vec<Record>, question: &Question) -> Option<Self> {
        let has_several = records.len() > 1;
        // A record counts a node once even if it lists it twice. A node that is in two records is counted by both.
        for record in &mut records {
            record.nodes.join();
        }
        let mut record = records.into_iter().reduce(merge)?;
        let counted_twice = if has_several { record.nodes.join() as u64 } else { 0 };
        let Record { facts, status, node_count, is_count_unreadable, nodes, contents } = record;
        let node_count = node_count.map(|count| count.saturating_sub(counted_twice));
        let listed = nodes.len() as u64;
        let expected = node_count.unwrap_or(listed);
        let is_complete = !is_count_unreadable && listed >= expected;
        let counts = Counts::of(nodes.iter());
        let overall = Verdict::of_overall(&status);
        let (verdict, mut doubts) = match &question.node_id {
            Some(_) => verdict::judge_node(overall, nodes.iter().next().map(|node| node.status())),
            None => verdict::judge(overall, &counts, is_complete),
        };
        if is_count_unreadable && let Some(doubt) = doubts.iter_mut().find(|doubt| **doubt == Doubt::ShortList) {
            *doubt = Doubt::UnreadableCount;
        }
        // Where nodes are not kept, their list is short and says nothing.
        if question.keep == Keep::Presence {
            doubts.clear();
        }
        let (verdict, is_one_node, sent) = (verdict?, question.node_id.is_some(), None);
        Some(Snapshot {
            request_id,
            facts,
            status,
            node_count,
            nodes,
            contents,
            counts,
            verdict,
            doubts,
            is_one_node,
            listed,
            expected,
            is_complete,
            sent,
        })
    }

    /// Tells whether nothing more will happen.
    pub fn is_finished(&self) -> bool {
        self.verdict.is_finished()
    }

    /// Tells whether a node of it did not get the file and will not. A status that is not on the API page counts as
    /// failed once everything has finished, as it does in the verdict.
    pub fn is_failed(&self, node: &Node<'_>) -> bool {
        match node.status().class() {
            Class::Failed => true,
            Class::Unknown => self.is_finished(),
            Class::Open | Class::Success => false,
        }
    }

    /// Gives the nodes that failed.
    pub fn failed_nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.iter().filter(|node| self.is_failed(node))
    }

    /// Gives the nodes that may still change.
    pub fn open_nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.nodes.iter().filter(|node| node.status().class() != Class::Success && !self.is_failed(node))
    }

    /// Gives how many nodes failed, as [`Snapshot::is_failed`] tells it.
    pub fn failed(&self) -> u64 {
        let unknown = if self.is_finished() { self.counts.of_class(Class::Unknown) } else { 0 };
        self.counts.of_class(Class::Failed) + unknown
    }

    /// Gives how many seconds passed from the sending to the last finish of a node.
    pub fn seconds(&self) -> Option<u64> {
        let sent = seconds(self.facts.creation_time.as_ref()?)?;
        u64::try_from(self.nodes.last_finish? - sent).ok()
    }

    /// Gives how many nodes may still change.
    pub fn open(&self) -> u64 {
        self.counts.total() - self.failed() - self.counts.of_class(Class::Success)
    }
}

/// Makes one record of two: it has the nodes of both, and of their statuses the one that counts first.
fn merge(mut first: Record, second: Record) -> Record {
    let count = |record: &Record| record.node_count.unwrap_or(record.nodes.len() as u64);
    if first.node_count.is_some() || second.node_count.is_some() {
        first.node_count = Some(count(&first).saturating_add(count(&second)));
    }
    first.is_count_unreadable |= second.is_count_unreadable;
    if overall_rank(&second.status) < overall_rank(&first.status) {
        first.status = second.status;
    }
    first.nodes.append(second.nodes);
    first.contents.extend(second.contents);
    first
}
