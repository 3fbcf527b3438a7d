//! The one view of what failed: by error, because that is what an operator acts on. What each error is called, which
//! statuses and texts its nodes have, what it means, what to do, which nodes. Every output draws it.
//!
//! No text and no status of one node is ever said of another: where the nodes of an error differ, each is counted.
//! Without a code, texts that differ only in digits, hex, addresses or ids are of one kind, and so one error.

use super::grouped;
use crate::catalog::{self, CatalogEntry, Resend};
use crate::invocation::{Node, Snapshot};
use crate::text::{Text, first_of};
use std::cmp::Reverse;
use std::hash::Hash;

/// Says how many different texts or statuses are told to people; the others are counted.
const TOLD: usize = 5;

/// Holds the nodes that failed with the same error.
#[derive(Debug)]
pub struct Failure<'a> {
    /// Tells it from every other error: its code; without a code the kind of its text; without both its status.
    pub key: String,
    pub code: Option<Text<'a>>,
    /// The text that every one of its nodes has; `None` where they differ.
    pub info: Option<Text<'a>>,
    /// The different texts of its nodes with their counts, the most frequent first.
    pub texts: Vec<(Text<'a>, u64)>,
    /// The different statuses of its nodes with their counts, the most frequent first; `None` for nodes without one.
    pub statuses: Vec<(Option<Text<'a>>, u64)>,
    /// What the catalog says of it.
    pub entry: Option<&'static CatalogEntry>,
    pub nodes: Vec<Node<'a>>,
    /// The indexes of the invocations that these are nodes of.
    pub invocations: Vec<usize>,
}

/// Groups the failed nodes of a snapshot by error.
pub fn failures(snapshot: &Snapshot) -> Vec<Failure<'_>> {
    by_error(snapshot.failed_nodes().map(|node| (0, node)))
}

/// Groups nodes by error code; without a code by the kind of their text; without both by status; in any case. The
/// largest group is first; among equals, the one whose node came first. Each node comes with the index of its
/// invocation.
pub fn by_error<'a>(nodes: impl Iterator<Item = (usize, Node<'a>)>) -> Vec<Failure<'a>> {
    let groups = grouped(nodes.map(|(invocation, node)| (key_of(&node), (invocation, node))));
    let mut failures: Vec<Failure<'a>> = groups.into_iter().map(|(key, nodes)| Failure::new(key, nodes)).collect();
    failures.sort_by_key(|failure| Reverse(failure.nodes.len()));
    failures
}

/// Gives the failure of one node alone.
pub fn of_node(node: Node<'_>) -> Failure<'_> {
    Failure::new(String::new(), vec![(0, node)])
}

fn key_of(node: &Node<'_>) -> String {
    let lower = |text: Text<'_>| text.as_written().to_ascii_lowercase();
    // The first letter keeps a code, a text and a status of the same word apart.
    match (node.error_code(), node.error_info()) {
        (Some(code), _) => format!("c{}", lower(code)),
        (None, Some(info)) => format!("t{}", kind_of(&info, node)),
        (None, None) => format!("s{}", node.status_word().map(lower).unwrap_or_default()),
    }
}

/// Counts items that have the same key. Each is told by the first of them, the most frequent first.
fn counted<T: Clone, K: Eq + Hash>(items: impl Iterator<Item = (K, T)>) -> Vec<(T, u64)> {
    let groups = grouped(items).into_iter();
    let mut counts: Vec<(T, u64)> = groups.map(|(_, items)| (items[0].clone(), items.len() as u64)).collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

impl<'a> Failure<'a> {
    /// Makes one failure of nodes that have the same key, of which there is at least one.
    fn new(key: String, nodes: Vec<(usize, Node<'a>)>) -> Self {
        let (mut invocations, nodes): (Vec<usize>, Vec<Node<'a>>) = nodes.into_iter().unzip();
        invocations.dedup();
        let first = nodes[0];
        let (code, info) = (first.error_code(), first.error_info());
        let info = info.filter(|info| nodes.iter().all(|node| node.error_info().as_ref() == Some(info)));
        // Most nodes of an error say the same, and then the kind of their text is the same.
        let mut last: Option<(Text<'a>, String)> = None;
        let texts = counted(nodes.iter().filter_map(|node| {
            let text = node.error_info()?;
            if last.as_ref().is_none_or(|(same, _)| *same != text) {
                last = Some((text.clone(), kind_of(&text, node)));
            }
            last.as_ref().map(|(_, kind)| (kind.clone(), text))
        }));
        let statuses = counted(nodes.iter().map(|node| (node.status_word(), node.status_word())));
        let mut failure = Failure { key, code, info, texts, statuses, entry: None, nodes, invocations };
        failure.entry = failure.explained();
        failure
    }

    /// Looks up its code; else its texts, if all mean the same; else its status, if there is nothing else.
    fn explained(&self) -> Option<&'static CatalogEntry> {
        let code = self.code.as_ref().map(Text::as_written);
        if let Some(entry) = catalog::node_error(code, None) {
            return Some(entry);
        }
        let mut meanings = self.texts.iter().map(|(text, _)| catalog::node_error(None, Some(text.as_written())));
        match meanings.next() {
            Some(first) => first.filter(|_| {
                let with_text: u64 = self.texts.iter().map(|(_, count)| count).sum();
                with_text == self.count() && meanings.all(|other| other == first)
            }),
            None if code.is_none() => self.nodes.first().and_then(|node| catalog::node_status(node.status().word())),
            None => None,
        }
    }

    /// Gives how many nodes failed with it.
    pub fn count(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// Gives its name, safe to show: its code; without a code its text; without both its status.
    pub fn name(&self) -> String {
        let first = self.nodes[0];
        let name = first.error_code().or_else(|| first.error_info()).or_else(|| first.status_word());
        name.map_or_else(|| "no status".to_owned(), |name| name.safe_line())
    }

    /// Says whether it helps to send again.
    pub fn resend(&self) -> Resend {
        self.entry.map_or(Resend::Unknown, |entry| entry.resend)
    }

    /// Gives the API's own words beside the name, where they may say more than the catalog does: `A (3), B (1)`.
    pub fn said(&self) -> Option<String> {
        let (first, _) = self.texts.first()?;
        let known = catalog::node_error(None, Some(first.as_written()));
        let says_the_same = self.texts.len() == 1
            && known.is_some_and(|known| self.entry.is_some_and(|entry| entry.meaning == known.meaning));
        if says_the_same || self.code.is_none() {
            return None;
        }
        let text = |(text, count): &(Text<'_>, u64)| match *count == self.count() {
            true => text.safe_line(),
            false => format!("{} ({count})", text.safe_line()),
        };
        Some(first_of(self.texts.iter().map(text), TOLD))
    }

    /// Gives the statuses of its nodes: `Failed`, or `3 Failed, 1 Timeout` where they differ.
    pub fn statuses(&self) -> String {
        let word = |word: &Option<Text<'_>>| word.as_ref().map_or_else(|| "no status".to_owned(), Text::safe_word);
        match self.statuses.as_slice() {
            [(one, _)] => word(one),
            several => first_of(several.iter().map(|(status, count)| format!("{count} {}", word(status))), TOLD),
        }
    }

    /// Says what it means: in the API's own words, if they say more than the catalog does.
    pub fn meaning(&self) -> Option<String> {
        self.said().or_else(|| self.entry.map(|entry| entry.meaning.to_owned()))
    }

    /// Tells it in a line: its code, and what that means.
    pub fn words(&self) -> String {
        let is_status_alone = self.code.is_none() && self.texts.is_empty();
        match self.meaning() {
            Some(meaning) if self.code.is_some() => format!("{}: {meaning}", self.name()),
            Some(meaning) if is_status_alone || self.entry.is_some() => meaning,
            _ if is_status_alone => "the API gives no reason".to_owned(),
            _ => self.name(),
        }
    }
}

/// Tells a node's error in a line: its code, and what that means or what the API said. Gives nothing for a node without
/// an error, and for one of which only the status is known.
pub fn error_words(node: Node<'_>, is_failed: bool) -> Option<String> {
    let has_error = node.error_code().is_some() || node.error_info().is_some();
    if !has_error && !is_failed {
        return None;
    }
    let failure = of_node(node);
    (has_error || failure.entry.is_some()).then(|| failure.words())
}

/// Says from which length on a word of letters and digits is taken for an id.
const ID: usize = 8;

/// Gives the kind of a text: the text, in which `#` stands for whatever may differ from node to node.
fn kind_of(text: &Text<'_>, node: &Node<'_>) -> String {
    let mut text = text.as_written().to_lowercase();
    if let Some(id) = node.id().filter(|id| !id.is_empty()) {
        text = text.replace(&id.as_written().to_lowercase(), "#");
    }
    let mut kind = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"-.:_".contains(c)) {
        let (stem, end) = stem_of(word);
        // An address or a UUID as a whole.
        if has_digit(stem) && stem.bytes().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_punctuation()) {
            kind.push('#');
        } else {
            for part in stem.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
                let (part, end) = stem_of(part);
                add_part(part, &mut kind);
                kind.push_str(end);
            }
        }
        kind.push_str(end);
    }
    kind
}

/// Parts a word from the signs behind it.
fn stem_of(word: &str) -> (&str, &str) {
    word.split_at(word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len())
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Adds a part of a word, which has only letters and digits.
fn add_part(part: &str, kind: &mut String) {
    let is_id = part.len() >= ID && (has_digit(part) || is_hex(part));
    if is_id || part.strip_prefix("0x").is_some_and(is_hex) {
        return kind.push('#');
    }
    for c in part.chars() {
        if !c.is_ascii_digit() {
            kind.push(c);
        } else if !kind.ends_with('#') {
            kind.push('#');
        }
    }
}

#[cfg(test)]
mod tests;
