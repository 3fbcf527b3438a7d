//! Which nodes a resend sends to: those that did not get the file, where sending again can help. Pure.

use super::ledger::{Fate, Ledger};
use crate::catalog::{self, Resend};
use crate::invocation::{Node, NodeStatus, Snapshot};
use crate::text::Text;

/// Errors of what a resend does not change: name, path, content and mode of the file.
const OF_THE_FILE: [&str; 4] = ["FileNameInvalid", "FilePathInvalid", "FileContentInvalid", "FileAuthorityInvalid"];

/// Errors that tell that the file cannot have come to the node.
const BEFORE_THE_FILE: [&str; 5] =
    ["NodeNotRunning", "ClientNotRunning", "ClientNotResponse", "ClientIsUpgrading", "ClientNeedUpgrade"];

/// What is to be done about the nodes of a send, by their places in its plan.
#[derive(Debug, Default)]
pub struct Remaining {
    /// To be sent to, together.
    pub together: Vec<usize>,
    /// To be sent to, each in a call of its own: the service refused a call that named it.
    pub alone: Vec<usize>,
    /// Not sent to, for it is pointless, each with its error.
    pub pointless: Vec<(usize, String)>,
    /// Not sent to, for that was asked for.
    pub excepted: Vec<usize>,
    /// Errors of nodes that may hold the file already.
    pub may_hold: Vec<String>,
    /// How many nodes may still change.
    pub open: u64,
}

impl Remaining {
    /// Sorts the nodes of a send. `is_wanted` tells which of them the resend is about.
    pub fn of(
        ledger: &Ledger,
        snapshot: &Snapshot,
        is_wanted: impl Fn(usize) -> bool,
        is_excepted: impl Fn(usize) -> bool,
    ) -> Self {
        let mut remaining = Remaining { open: snapshot.open(), ..Remaining::default() };
        let mut was_refused = vec![false; ledger.plan.nodes.len()];
        for call in &ledger.calls {
            for node in &call.nodes {
                was_refused[*node] = matches!(call.fate, Some(Fate::Refused(_)));
            }
        }
        for (place, node) in snapshot.nodes.iter().enumerate() {
            if !snapshot.is_failed(&node) || !is_wanted(place) {
                continue;
            }
            if is_excepted(place) {
                remaining.excepted.push(place);
            } else if is_pointless(&node) {
                remaining.pointless.push((place, name(&node)));
            } else {
                if may_hold(&node) && !remaining.may_hold.contains(&name(&node)) {
                    remaining.may_hold.push(name(&node));
                }
                let nodes = if was_refused[place] { &mut remaining.alone } else { &mut remaining.together };
                nodes.push(place);
            }
        }
        remaining
    }

    /// How many nodes it sends to.
    pub fn count(&self) -> usize {
        self.together.len() + self.alone.len()
    }
}

/// Its error in a word: the code, else the text, else the status.
fn name(node: &Node<'_>) -> String {
    let name = node.error_code().or_else(|| node.error_info()).or_else(|| node.status_word());
    name.map_or_else(|| "no status".to_owned(), |name| name.safe_word())
}

fn is_pointless(node: &Node<'_>) -> bool {
    let (code, info) = (node.error_code(), node.error_info());
    let entry = catalog::node_error(code.as_ref().map(Text::as_written), info.as_ref().map(Text::as_written));
    let is_of_the_file = |word: &str| OF_THE_FILE.iter().any(|code| code.eq_ignore_ascii_case(word));
    entry.is_some_and(|entry| {
        entry.resend == Resend::No || is_of_the_file(entry.word) || entry.same_as.is_some_and(is_of_the_file)
    })
}

/// Whether the file may lie there by now, whole or not.
fn may_hold(node: &Node<'_>) -> bool {
    if node.status() == NodeStatus::NotSent {
        return false;
    }
    let (code, info) = (node.error_code(), node.error_info());
    let entry = catalog::node_error(code.as_ref().map(Text::as_written), info.as_ref().map(Text::as_written));
    let came_before = |word: &str| BEFORE_THE_FILE.iter().any(|code| code.eq_ignore_ascii_case(word));
    !entry.is_some_and(|entry| came_before(entry.word) || entry.same_as.is_some_and(came_before))
}
