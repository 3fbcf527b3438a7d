//! What nodes are called: hostname, node group, zone, as `efloctl nodes` saw them or as somebody wrote them down.
//!
//! The API names a node by its id alone, so names are looked up in a file. They are never needed: no call is made for
//! them here, nothing fails without them, and the file is read once, when the first name is wanted. Names come from
//! outside, and are [`Text`] as all that does.

mod file;
mod filter;
mod fold;
mod places;

pub use file::NameFile;
pub use filter::NodeFilter;
pub use fold::folded;
pub use places::{Places, Where};

use crate::clock::stamp_to_second;
use crate::invocation::Node;
use crate::text::{Text, first_of};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::path::PathBuf;

/// Names that were seen longer ago than this are said to be old.
const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Is the one operating state of the API that promises a running node.
const RUNNING: &str = "Using";

/// Is the number of columns that the file has.
const COLUMNS: usize = 11;

/// Holds what is known of one node. The fields stand in this order in the file and in `tsv`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NamedNode<'a> {
    pub node_id: Text<'a>,
    pub hostname: Option<Text<'a>>,
    /// The name of its node group; the group's id where it has no name.
    pub node_group: Option<Text<'a>>,
    /// HpnZone, the network pod.
    pub zone: Option<Text<'a>>,
    pub hyper_node: Option<Text<'a>>,
    pub cluster_id: Option<Text<'a>>,
    pub region: Option<Text<'a>>,
    pub machine_type: Option<Text<'a>>,
    /// The API's word for the operating state.
    pub state: Option<Text<'a>>,
    /// The first of its addresses.
    pub address: Option<Text<'a>>,
    /// When it was seen: UTC, RFC 3339.
    pub seen_at: Option<Text<'a>>,
    /// The id of its node group. The file has no column for it, so only a node that was just listed has one.
    #[serde(skip)]
    pub group_id: Option<Text<'a>>,
}

impl<'a> NamedNode<'a> {
    /// Makes a node of which only the id is known.
    pub fn new(node_id: Text<'a>) -> Self {
        NamedNode { node_id, ..NamedNode::default() }
    }

    /// Gives the fields in the order of the file's columns.
    pub fn columns(&self) -> [Option<&Text<'a>>; COLUMNS] {
        [
            Some(&self.node_id),
            self.hostname.as_ref(),
            self.node_group.as_ref(),
            self.zone.as_ref(),
            self.hyper_node.as_ref(),
            self.cluster_id.as_ref(),
            self.region.as_ref(),
            self.machine_type.as_ref(),
            self.state.as_ref(),
            self.address.as_ref(),
            self.seen_at.as_ref(),
        ]
    }
}

/// Points to the row of a node in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRow<'a> {
    text: &'a str,
    row: &'a file::Row,
}

impl<'a> NodeRow<'a> {
    /// Gives the hostname.
    pub fn hostname(self) -> Option<Text<'a>> {
        self.column(1)
    }

    /// Gives the name of its node group; the group's id where it has no name.
    pub fn node_group(self) -> Option<Text<'a>> {
        self.column(2)
    }

    /// Gives its HpnZone, the network pod.
    pub fn zone(self) -> Option<Text<'a>> {
        self.column(3)
    }

    /// Gives the id of its hyper node.
    pub fn hyper_node(self) -> Option<Text<'a>> {
        self.column(4)
    }

    fn cluster_id(self) -> Option<Text<'a>> {
        self.column(5)
    }

    fn state(self) -> Option<Text<'a>> {
        self.column(8)
    }

    fn seen_at(self) -> Option<Text<'a>> {
        self.column(10)
    }

    fn node_id(self) -> Text<'a> {
        // An id may be any word, the sign for what is not known among them.
        Text::of_trimmed(self.row.column(self.text, 0))
    }

    fn column(self, at: usize) -> Option<Text<'a>> {
        // An empty column is not known, nor is one with the sign for that.
        Some(Text::new(self.row.column(self.text, at))).filter(|text| !matches!(text.as_written(), "" | "-"))
    }

    /// Reads all columns.
    pub fn whole(self) -> NamedNode<'a> {
        NamedNode {
            node_id: self.node_id(),
            hostname: self.hostname(),
            node_group: self.node_group(),
            zone: self.zone(),
            hyper_node: self.hyper_node(),
            cluster_id: self.cluster_id(),
            region: self.column(6),
            machine_type: self.column(7),
            state: self.state(),
            address: self.column(9),
            seen_at: self.seen_at(),
            group_id: None,
        }
    }

    /// Gives the name that people use, with the id: `gpu-012 (e01-cn-zvp2tgykr08)`. Safe to show.
    pub fn called(self) -> String {
        match self.hostname() {
            Some(hostname) => format!("{} ({})", hostname.safe_word(), self.node_id().safe()),
            None => self.node_id().safe().into_owned(),
        }
    }
}

/// Looks names of nodes up in a file, which is read when the first name is wanted.
pub struct NodeNames {
    path: Option<PathBuf>,
    /// The file, and what is wrong with it.
    file: OnceCell<(NameFile, Option<String>)>,
    /// Names seen before this time are old. It is written as times are in the file.
    old_before: String,
    /// When the oldest of all old names that were looked up was seen.
    oldest: Cell<Option<Timestamp>>,
}

impl NodeNames {
    /// Takes the names from a file; without a path there are no names.
    pub fn in_file(path: Option<PathBuf>) -> Self {
        let old_before = Timestamp::now().checked_sub(OLD).unwrap_or(Timestamp::MIN);
        NodeNames { path, file: OnceCell::new(), old_before: stamp_to_second(old_before), oldest: Cell::new(None) }
    }

    /// Knows no names.
    pub fn none() -> Self {
        NodeNames::in_file(None)
    }

    /// Takes the names from rows as a file has them.
    #[cfg(test)]
    pub fn of_rows(rows: &str) -> Self {
        let names = NodeNames::none();
        assert!(
            names.file.set((NameFile::of_bytes(rows.as_bytes().to_vec()).0, None)).is_ok(),
            "it was not read before"
        );
        names
    }

    /// Gives what is known of a node.
    pub fn get(&self, node_id: &str) -> Option<NodeRow<'_>> {
        let file = self.file();
        let node = file.get(node_id)?;
        if file.has_seen_before(&self.old_before)
            && let Some(seen_at) = node.seen_at().filter(|seen_at| seen_at.as_written() < self.old_before.as_str())
            && let Ok(seen_at) = seen_at.as_written().parse::<Timestamp>()
        {
            self.oldest.set(Some(self.oldest.get().map_or(seen_at, |oldest| oldest.min(seen_at))));
        }
        Some(node)
    }

    /// Gives what is known of a node besides what its snapshot says.
    pub fn of(&self, node: &Node<'_>) -> Option<NodeRow<'_>> {
        self.get(node.id()?.as_written())
    }

    /// Gives what people call a node: `gpu-012 (e01-…)`, or its id if no name is known. Safe to show.
    pub fn called(&self, node: &Node<'_>) -> String {
        self.of(node).map_or_else(|| node.safe_id(), NodeRow::called)
    }

    /// Tells whether any name is known.
    pub fn are_known(&self) -> bool {
        !self.file().is_empty()
    }

    /// Says what to warn of after names were used: what is wrong with their file, and that they are old.
    pub fn doubts(&self) -> Vec<String> {
        let problem = self.file.get().and_then(|(_, problem)| problem.clone());
        problem.into_iter().chain(self.age()).collect()
    }

    fn age(&self) -> Option<String> {
        let days = Timestamp::now().duration_since(self.oldest.get()?).as_hours() / 24;
        Some(format!("names of nodes were seen up to {days} days ago; `efloctl nodes` looks them up anew"))
    }

    /// Finds the first word that is a hostname and no known id, and gives the ids of the nodes that have it.
    pub fn first_host<'w>(&self, words: impl Iterator<Item = &'w str>) -> Option<(&'w str, Vec<Text<'_>>)> {
        let unknown: Vec<&str> = words.filter(|word| self.file().get(word).is_none()).collect();
        if unknown.is_empty() {
            return None;
        }
        let mut ids: HashMap<&str, Vec<Text<'_>>> = unknown.iter().map(|word| (*word, Vec::new())).collect();
        for node in self.file().nodes() {
            if let Some(ids) = node.hostname().and_then(|host| ids.get_mut(host.as_written())) {
                ids.push(node.node_id());
            }
        }
        unknown.into_iter().find_map(|word| Some((word, ids.remove(word).filter(|ids| !ids.is_empty())?)))
    }

    /// Warns, before something is sent to these nodes, of those that were in a state that promises no running node when
    /// they were last seen.
    pub fn not_running<'i>(&self, node_ids: impl Iterator<Item = &'i str>) -> Option<String> {
        const MOST: usize = 5;
        let doubtful = |id| {
            let node = self.get(id)?;
            let state = node.state().filter(|state| state.as_written() != RUNNING)?;
            Some(format!("{} {}", node.called(), state.safe_word()))
        };
        let doubtful: Vec<String> = node_ids.filter_map(doubtful).collect();
        let count = doubtful.len();
        let were = match count {
            0 => return None,
            1 => "1 node was not running when it was last seen".to_owned(),
            _ => format!("{count} nodes were not running when they were last seen"),
        };
        Some(format!("{were}: {}", first_of(&doubtful, MOST)))
    }

    fn file(&self) -> &NameFile {
        &self.file.get_or_init(|| self.path.as_deref().map(NameFile::read).unwrap_or_default()).0
    }
}

#[cfg(test)]
mod tests;
