//! Which nodes a resend sends to: those that did not get the file, where sending again can help. Pure.

use super::join::SendState;
use crate::catalog;
use crate::invocation::{Keep, Node, NodeStatus};
use crate::text::Text;

/// Names the errors that tell that the file cannot have come to the node.
const BEFORE_THE_FILE: [&str; 5] =
    ["NodeNotRunning", "ClientNotRunning", "ClientNotResponse", "ClientIsUpgrading", "ClientNeedUpgrade"];

/// Says what is to be done about the nodes of a send, by their places in its plan.
#[derive(Debug, Default)]
pub struct Remaining {
    /// To be sent to, together.
    pub together: Vec<usize>,
    /// To be sent to, each in a call of its own: the service refused a call that named it.
    pub alone: Vec<usize>,
    /// Not sent to, for it is pointless, each with its error.
    pub pointless: Vec<(usize, String)>,
    /// Errors of nodes that may hold the file already.
    pub may_hold: Vec<String>,
    /// How many nodes may still change.
    pub open: u64,
}

impl Remaining {
    /// Sorts the nodes of a send that did not get the file. `is_wanted` tells which of them are to be sent to.
    pub fn of(state: &SendState, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut remaining = Remaining::default();
        // A send has a node at least.
        let Some(snapshot) = state.snapshot(Keep::Outcomes, None) else { return remaining };
        remaining.open = snapshot.open();
        for (place, (node, standing)) in snapshot.nodes.iter().zip(state.standings()).enumerate() {
            if !snapshot.is_failed(&node) || !is_wanted(&state.ledger.plan.nodes[place]) {
                continue;
            }
            let error = error_of(&node);
            let entry = catalog::node_error(
                node.error_code().as_ref().map(Text::as_written),
                node.error_info().as_ref().map(Text::as_written),
            );
            if entry.is_some_and(catalog::CatalogEntry::is_beyond_resend) {
                remaining.pointless.push((place, error));
                continue;
            }
            let came_before = entry.is_some_and(|entry| entry.is_any_of(&BEFORE_THE_FILE));
            if node.status() != NodeStatus::NotSent && !came_before && !remaining.may_hold.contains(&error) {
                remaining.may_hold.push(error);
            }
            if standing.refused.is_some() { remaining.alone.push(place) } else { remaining.together.push(place) }
        }
        remaining
    }
}

/// Gives a node's error in a word: the code, else the text, else the status.
fn error_of(node: &Node<'_>) -> String {
    let name = node.error_code().or_else(|| node.error_info()).or_else(|| node.status_word());
    name.map_or_else(|| "no status".to_owned(), |name| name.safe_word())
}
