//! The domain: what one look at an invocation shows, and what it proves. Pure; knows no network, no files, no output.
//!
//! A [`Snapshot`] is one complete answer about one id. The API may answer with several records and may repeat a node,
//! so a snapshot is joined from all of them once, at the end, and judged once.

mod history;
mod invoke_id;
mod nodes;
mod sent;
mod status;
mod times;
mod verdict;

pub use history::History;
pub use invoke_id::InvokeId;
pub use nodes::{Keep, Node, NodeFields, Nodes};
pub use sent::{CallSummary, Sent};
pub use status::{Class, NodeStatus, OverallStatus};
pub use times::{Deliveries, seconds};
pub use verdict::{Doubt, Verdict};

use crate::text::Text;
use std::collections::BTreeMap;
use verdict::Classes;

/// What is asked of the API about one invocation.
#[derive(Clone, Debug)]
pub struct Question {
    pub invoke_id: InvokeId,
    /// The one node asked about, if it is one.
    pub node_id: Option<String>,
    pub keep: Keep,
}

/// One record of an answer, as it came.
#[derive(Debug, Default)]
pub struct Record {
    pub facts: Facts,
    /// The API's word for the overall status.
    pub status: Option<Text<'static>>,
    pub node_count: Option<u64>,
    /// Whether NodeCount is there and is no number of nodes.
    pub is_count_unreadable: bool,
    pub nodes: Nodes,
}

/// What was sent, where to and when. As the API wrote it, trimmed; empty text is none.
#[derive(Clone, Debug, Default)]
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

/// One complete answer about one id, judged.
#[derive(Debug)]
pub struct Snapshot {
    pub request_id: Option<Text<'static>>,
    pub facts: Facts,
    /// The API's word for the overall status, of several records the one that counts.
    pub status: Option<Text<'static>>,
    /// How many nodes the file was sent to.
    pub node_count: Option<u64>,
    pub nodes: Nodes,
    pub counts: Counts,
    pub verdict: Verdict,
    pub doubts: Vec<Doubt>,
    /// Whether one node alone was asked about.
    pub is_one_node: bool,
    /// How many nodes the answer lists, and how many it ought to.
    listed: u64,
    expected: u64,
    is_short: bool,
    /// The calls, where it is of a whole send.
    pub sent: Option<Box<Sent>>,
}

impl Snapshot {
    /// Joins the records of an answer and judges them. Gives nothing where they show no such invocation, or no such
    /// node in it.
    pub fn new(request_id: Option<Text<'static>>, records: Vec<Record>, question: &Question) -> Option<Self> {
        // A record's own repetitions are none of the next one's: only a node in two records was counted twice.
        let joined = records.into_iter().map(|mut record| {
            record.nodes.join();
            record
        });
        let several = joined.len() > 1;
        let mut whole = joined.reduce(merge)?;
        let repeated = if several { whole.nodes.join() as u64 } else { 0 };
        let node_count = whole.node_count.map(|count| count.saturating_sub(repeated));
        let is_count_unreadable = whole.is_count_unreadable;
        let listed = whole.nodes.len() as u64;
        let expected = node_count.unwrap_or(listed);
        let is_short = is_count_unreadable || listed < expected;
        let counts = Counts::of(whole.nodes.iter());
        let overall = overall(whole.status.as_ref());
        let (verdict, mut doubts) = match &question.node_id {
            Some(_) => verdict::judge_node(overall, whole.nodes.iter().next().map(|node| node.status())),
            None => verdict::judge(overall, counts.classes, !is_short),
        };
        if is_count_unreadable && let Some(first) = doubts.iter_mut().find(|doubt| **doubt == Doubt::ShortList) {
            *first = Doubt::UnreadableCount;
        }
        // Of nodes that were not kept nothing can be doubted.
        let doubts = if question.keep == Keep::Presence { Vec::new() } else { doubts };
        Some(Snapshot {
            request_id,
            facts: whole.facts,
            status: whole.status,
            node_count,
            nodes: whole.nodes,
            counts,
            verdict: verdict?,
            doubts,
            is_one_node: question.node_id.is_some(),
            listed,
            expected,
            is_short,
            sent: None,
        })
    }

    /// Whether nothing more will happen.
    pub fn is_finished(&self) -> bool {
        self.verdict.is_finished()
    }

    /// Whether all nodes are listed that the file was sent to, as far as the answers so far tell.
    pub fn is_complete(&self) -> bool {
        !self.is_short
    }

    /// How many nodes the answer lists.
    pub fn listed(&self) -> u64 {
        self.listed
    }

    /// How many nodes it ought to list: as `NodeCount` or an earlier answer has it, whichever is more.
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// Whether this node is one of those that did not get the file and will not. A status off the API page counts as
    /// failed once everything has finished, as it does in the verdict.
    pub fn is_failed(&self, node: &Node<'_>) -> bool {
        match node.status().class() {
            Class::Failed => true,
            Class::Unknown => self.is_finished(),
            Class::Open | Class::Success => false,
        }
    }

    /// How many nodes failed, as [`Snapshot::is_failed`] has it.
    pub fn failed(&self) -> u64 {
        self.counts.classes.failed + if self.is_finished() { self.counts.classes.unknown } else { 0 }
    }

    /// How many seconds passed from the sending to the last finish of a node.
    pub fn seconds(&self) -> Option<u64> {
        let sent = seconds(self.facts.creation_time.as_ref()?)?;
        u64::try_from(self.nodes.last_finish()? - sent).ok()
    }

    /// How many nodes may still change.
    pub fn open(&self) -> u64 {
        self.counts.total() - self.failed() - self.counts.classes.success
    }
}

fn overall(word: Option<&Text<'_>>) -> OverallStatus {
    OverallStatus::parse(word.map_or("", Text::as_written))
}

/// Two records as one: all their nodes, and of their statuses the one that counts first.
fn merge(mut first: Record, second: Record) -> Record {
    let count = |record: &Record| record.node_count.unwrap_or(record.nodes.len() as u64);
    if first.node_count.is_some() || second.node_count.is_some() {
        first.node_count = Some(count(&first).saturating_add(count(&second)));
    }
    first.is_count_unreadable |= second.is_count_unreadable;
    if overall(second.status.as_ref()) < overall(first.status.as_ref()) {
        first.status = second.status;
    }
    first.nodes.append(second.nodes);
    first
}

/// How many nodes are in each status; a status off the API page is counted under its own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    listed: [u64; NodeStatus::LISTED.len()],
    /// Of a send: NotSent and Unconfirmed.
    of_a_send: Option<[u64; 2]>,
    other: BTreeMap<Text<'static>, u64>,
    classes: Classes,
}

impl Counts {
    /// Counts some nodes.
    pub fn of<'n>(nodes: impl Iterator<Item = Node<'n>>) -> Self {
        let mut counts = Counts::default();
        for node in nodes {
            let status = node.status();
            counts.classes.add(status);
            let [not_sent, unconfirmed] = match node.is_of_a_send() {
                true => counts.of_a_send.get_or_insert_default(),
                false => &mut [0; 2],
            };
            match status {
                NodeStatus::ToBeSent | NodeStatus::NotSent => {
                    *not_sent += 1;
                    continue;
                }
                NodeStatus::Unconfirmed => {
                    *unconfirmed += 1;
                    continue;
                }
                _ => {}
            }
            match NodeStatus::LISTED.iter().position(|listed| *listed == status) {
                Some(at) => counts.listed[at] += 1,
                None => {
                    let word = node.status_word().unwrap_or_else(|| Text::new(NodeStatus::Unknown.word()));
                    *counts.other.entry(word.into_owned()).or_default() += 1;
                }
            }
        }
        counts
    }

    /// Every status of the API page with its count, then the others that occur, by name.
    pub fn iter(&self) -> impl Iterator<Item = (Text<'_>, u64)> {
        let listed =
            NodeStatus::LISTED.iter().zip(self.listed).map(|(status, count)| (Text::new(status.word()), count));
        let own = [NodeStatus::NotSent, NodeStatus::Unconfirmed].map(|status| Text::new(status.word()));
        let own = own.into_iter().zip(self.of_a_send.into_iter().flatten());
        listed.chain(own).chain(self.other.iter().map(|(word, count)| (word.clone(), *count)))
    }

    /// How many nodes are in one status of the API page.
    pub fn get(&self, status: NodeStatus) -> u64 {
        NodeStatus::LISTED
            .iter()
            .position(|listed| *listed == status)
            .map_or(self.classes.unknown, |at| self.listed[at])
    }

    /// How many nodes of a send no call can have reached.
    pub fn not_sent(&self) -> u64 {
        self.of_a_send.map_or(0, |[not_sent, _]| not_sent)
    }

    /// How many nodes of a send nobody knows about.
    pub fn unconfirmed(&self) -> u64 {
        self.of_a_send.map_or(0, |[_, unconfirmed]| unconfirmed)
    }

    /// How many nodes there are in all.
    pub fn total(&self) -> u64 {
        self.listed.iter().sum::<u64>()
            + self.of_a_send.into_iter().flatten().sum::<u64>()
            + self.other.values().sum::<u64>()
    }
}
