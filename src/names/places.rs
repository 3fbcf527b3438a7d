//! Where failures are: how many of a node group, or of a zone, among the nodes that a file was sent to.

use super::{Column, NodeNames, NodeRow};
use crate::invocation::{Node, Snapshot};
use crate::text::Text;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;

/// Counts the nodes that a file was sent to by where they are.
pub struct Places<'n> {
    names: &'n NodeNames,
    by: By,
    /// How many nodes the file was sent to in each.
    totals: HashMap<Option<PlaceName<'n>>, usize>,
}

/// Says what the places are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    NodeGroup,
    Zone,
}

/// Is the name of a place: a node group behind its cluster, or a zone alone.
type PlaceName<'n> = (Option<Text<'n>>, Text<'n>);

/// Says where some nodes are, and what to compare that with.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Where {
    pub by: By,
    /// The place with the most of them first.
    pub parts: Vec<PlaceCount>,
}

/// Says what happened in one place.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct PlaceCount {
    /// Its name as it was written; null for nodes without a name.
    pub name: Option<String>,
    pub failed: usize,
    /// How many nodes of this place the file was sent to.
    pub of: usize,
}

impl By {
    fn place_of(self, node: NodeRow<'_>) -> Option<PlaceName<'_>> {
        match self {
            By::NodeGroup => Some((node.get(Column::ClusterId), node.get(Column::NodeGroup)?)),
            By::Zone => Some((None, node.get(Column::Zone)?)),
        }
    }
}

impl<'n> Places<'n> {
    /// Finds the places of a snapshot's nodes: their node groups, or their zones if all are of one group. Gives nothing
    /// where neither is known of any node.
    pub fn of(snapshot: &Snapshot, names: &'n NodeNames) -> Option<Self> {
        if !names.are_known() {
            return None;
        }
        let places = |by: By| {
            let mut places = Places { names, by, totals: HashMap::new() };
            for node in snapshot.nodes.iter() {
                *places.totals.entry(places.place_of(&node)).or_default() += 1;
            }
            places
        };
        let is_known = |places: &Places<'_>| places.totals.keys().any(Option::is_some);
        let groups = places(By::NodeGroup);
        if groups.totals.len() > 1 && is_known(&groups) {
            return Some(groups);
        }
        [places(By::Zone), groups].into_iter().find(is_known)
    }

    fn place_of(&self, node: &Node<'_>) -> Option<PlaceName<'n>> {
        self.names.of(node).and_then(|row| self.by.place_of(row))
    }

    /// Says where these nodes of the snapshot are.
    pub fn of_nodes<'a>(&self, nodes: impl Iterator<Item = Node<'a>>) -> Where {
        let mut failed: HashMap<Option<PlaceName<'n>>, usize> = HashMap::new();
        for node in nodes {
            *failed.entry(self.place_of(&node)).or_default() += 1;
        }
        let part = |(place, failed): (Option<PlaceName<'n>>, usize)| {
            let of = self.totals.get(&place).copied().unwrap_or(failed);
            PlaceCount { name: place.map(|place| self.name(&place)), failed, of }
        };
        let mut parts: Vec<PlaceCount> = failed.into_iter().map(part).collect();
        parts.sort_by(|one, other| {
            let key = |part: &PlaceCount| (Reverse(part.failed), part.of, part.name.clone());
            key(one).cmp(&key(other))
        });
        Where { by: self.by, parts }
    }

    /// Names a place; with its cluster, if another cluster has a group of that name.
    fn name(&self, (cluster, name): &PlaceName<'n>) -> String {
        let is_ambiguous = self.totals.keys().flatten().any(|(other, same)| same == name && other != cluster);
        match cluster {
            Some(cluster) if is_ambiguous => format!("{}/{}", cluster.as_written(), name.as_written()),
            _ => name.as_written().to_owned(),
        }
    }
}

impl Where {
    /// Tells it in words, the first five places: `ng-b 31 of 64, ng-a 1 of 128`. Safe to show.
    pub fn words(&self) -> String {
        const MOST: usize = 5;
        let words = |part: &PlaceCount| {
            let name = part.name.as_ref().map_or_else(|| "unnamed".to_owned(), |name| Text::new(name).safe_word());
            format!("{name} {} of {}", part.failed, part.of)
        };
        let mut parts: Vec<String> = self.parts.iter().take(MOST).map(words).collect();
        if self.parts.len() > MOST {
            parts.push(format!("and {} more", self.parts.len() - MOST));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests;
