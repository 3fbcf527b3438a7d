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
use serde::{Serialize, Serializer};
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::path::PathBuf;

/// Names that were seen longer ago than this are said to be old.
pub const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Is the one operating state of the API that promises a running node.
const RUNNING: &str = "Using";

/// Names what may be known of a node. The file and `tsv` have these columns in this order, JSON has fields of these
/// names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    NodeId,
    Hostname,
    /// The name of its node group; the group's id where it has no name.
    NodeGroup,
    /// HpnZone, the network pod.
    Zone,
    HyperNode,
    ClusterId,
    Region,
    MachineType,
    /// The API's word for the operating state.
    State,
    /// The first of its addresses.
    Address,
    /// When it was seen: UTC, RFC 3339.
    SeenAt,
}

impl Column {
    pub const ALL: [Self; Self::SeenAt as usize + 1] = {
        use Column::*;
        [NodeId, Hostname, NodeGroup, Zone, HyperNode, ClusterId, Region, MachineType, State, Address, SeenAt]
    };
}

/// Holds what is known of one node, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedNode<'a> {
    columns: [Option<Text<'a>>; Column::ALL.len()],
    /// The id of its node group. The file has no column for it, so only a node that was just listed has one.
    pub group_id: Option<Text<'a>>,
}

impl<'a> NamedNode<'a> {
    /// Makes a node of which this is known.
    pub fn of<const N: usize>(known: [(Column, Option<Text<'a>>); N]) -> Self {
        let mut node = NamedNode::default();
        for (column, text) in known {
            node.set(column, text);
        }
        node
    }

    /// Gives the id, which every node has.
    pub fn node_id(&self) -> &str {
        self.get(Column::NodeId).map_or("", Text::as_written)
    }

    /// Gives what stands in a column; nothing where that is not known.
    pub fn get(&self, column: Column) -> Option<&Text<'a>> {
        self.columns[column as usize].as_ref()
    }

    /// Sets what stands in a column.
    pub fn set(&mut self, column: Column, text: Option<Text<'a>>) {
        self.columns[column as usize] = text;
    }
}

impl Serialize for NamedNode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Column::ALL.iter().zip(&self.columns))
    }
}

/// Points to the row of a node in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRow<'a> {
    text: &'a str,
    row: &'a file::Row,
}

impl<'a> NodeRow<'a> {
    /// Gives what stands in a column; nothing where that is not known.
    pub fn get(self, column: Column) -> Option<Text<'a>> {
        // An empty column is not known, nor is one with the sign for that.
        Some(Text::new(self.row.column(self.text, column))).filter(|text| !matches!(text.as_written(), "" | "-"))
    }

    fn node_id(self) -> Text<'a> {
        // An id may be any word, the sign for what is not known among them.
        Text::of_trimmed(self.row.column(self.text, Column::NodeId))
    }

    /// Reads all columns.
    pub fn whole(self) -> NamedNode<'a> {
        let mut node = NamedNode::of(Column::ALL.map(|column| (column, self.get(column))));
        node.set(Column::NodeId, Some(self.node_id()));
        node
    }

    /// Gives the name that people use, with the id: `gpu-012 (e01-cn-zvp2tgykr08)`. Safe to show.
    pub fn called(self) -> String {
        match self.get(Column::Hostname) {
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
            && let Some(seen_at) =
                node.get(Column::SeenAt).filter(|seen_at| seen_at.as_written() < self.old_before.as_str())
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
            if let Some(ids) = node.get(Column::Hostname).and_then(|host| ids.get_mut(host.as_written())) {
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
            let state = node.get(Column::State).filter(|state| state.as_written() != RUNNING)?;
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
