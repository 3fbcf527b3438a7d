//! The one view of what failed: by error, for that is what an operator acts on. What each is called, which statuses and
//! texts its nodes have, what it means, what to do, which nodes. Built once per report, and drawn by every output.
//!
//! No text and no status of one node is ever said of another: where the nodes of an error differ, each is counted.

mod kinds;

use crate::catalog::{self, CatalogEntry, Resend};
use crate::invocation::{Node, Snapshot};
use crate::text::{Text, and_more};
use kinds::kind_of;
use std::collections::HashMap;

/// As many different texts or statuses are told to people; the rest are counted.
const TOLD: usize = 5;

/// The nodes that failed with the same error.
#[derive(Debug)]
pub struct Failure<'a> {
    /// Tells it from every other error: its code; without one its text's kind; without both its status.
    pub key: String,
    name: Option<Text<'a>>,
    pub code: Option<Text<'a>>,
    /// The text that every one of its nodes has.
    pub info: Option<Text<'a>>,
    /// The different texts of its nodes with their counts, the most frequent first.
    pub texts: Vec<(Text<'a>, u64)>,
    /// The different statuses of its nodes with their counts, the most frequent first; the API may give none.
    pub statuses: Vec<(Option<Text<'a>>, u64)>,
    /// The catalog's word on it.
    pub entry: Option<&'static CatalogEntry>,
    pub nodes: Vec<Node<'a>>,
    /// Places of the invocations that these are nodes of.
    pub invocations: Vec<usize>,
}

/// Failed nodes of a snapshot by error.
pub fn failures(snapshot: &Snapshot) -> Vec<Failure<'_>> {
    by_error(snapshot.nodes.iter().filter(|node| snapshot.is_failed(node)).map(|node| (0, node)))
}

/// Groups nodes by error code; without one, by the kind of their text; without both, by status; in any case. The
/// largest group is first; among equals, the one whose node came first. Each node comes with the place of its
/// invocation.
pub fn by_error<'a>(nodes: impl Iterator<Item = (usize, Node<'a>)>) -> Vec<Failure<'a>> {
    let mut failures: Vec<Building<'a>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (invocation, node) in nodes {
        let key = key_of(&node);
        let at = match known.get(&key) {
            Some(&at) => at,
            None => {
                known.insert(key.clone(), failures.len());
                failures.push(Building::new(key, &node));
                failures.len() - 1
            }
        };
        failures[at].add(invocation, node);
    }
    let mut failures: Vec<Failure<'a>> = failures.into_iter().map(Building::done).collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.nodes.len()));
    failures
}

/// The failure of one node alone.
pub fn of_node<'a>(node: Node<'a>) -> Failure<'a> {
    let mut building = Building::new(String::new(), &node);
    building.add(0, node);
    building.done()
}

fn key_of(node: &Node<'_>) -> String {
    // What a key begins with keeps a code, a text and a status of the same word apart.
    match (node.error_code(), node.error_info()) {
        (Some(code), _) => format!("c{}", code.as_written().to_ascii_lowercase()),
        (None, Some(info)) => format!("t{}", kind_of(&info, node)),
        (None, None) => {
            format!("s{}", node.status_word().map_or_else(String::new, |word| word.as_written().to_ascii_lowercase()))
        }
    }
}

/// A failure whose nodes are still coming in.
struct Building<'a> {
    failure: Failure<'a>,
    texts: HashMap<String, usize>,
    statuses: HashMap<Option<String>, usize>,
    /// The text of the last node and where it is counted: most nodes of an error say the same.
    last: Option<(Text<'a>, usize)>,
}

impl<'a> Building<'a> {
    fn new(key: String, first: &Node<'a>) -> Self {
        let (code, info) = (first.error_code(), first.error_info());
        let failure = Failure {
            key,
            name: code.clone().or_else(|| info.clone()).or_else(|| first.status_word()),
            code,
            info,
            texts: Vec::new(),
            statuses: Vec::new(),
            entry: None,
            nodes: Vec::new(),
            invocations: Vec::new(),
        };
        Building { failure, texts: HashMap::new(), statuses: HashMap::new(), last: None }
    }

    fn add(&mut self, invocation: usize, node: Node<'a>) {
        let Failure { info, texts, statuses, nodes, invocations, .. } = &mut self.failure;
        let status = node.status_word();
        let at = *self.statuses.entry(status.as_ref().map(|word| word.as_written().to_owned())).or_insert_with(|| {
            statuses.push((status, 0));
            statuses.len() - 1
        });
        statuses[at].1 += 1;
        let text = node.error_info();
        if *info != text {
            *info = None;
        }
        if let Some(text) = text {
            let at = match &self.last {
                Some((last, at)) if *last == text => *at,
                _ => *self.texts.entry(kind_of(&text, &node)).or_insert_with(|| {
                    texts.push((text.clone(), 0));
                    texts.len() - 1
                }),
            };
            texts[at].1 += 1;
            self.last = Some((text, at));
        }
        nodes.push(node);
        if invocations.last() != Some(&invocation) {
            invocations.push(invocation);
        }
    }

    fn done(mut self) -> Failure<'a> {
        let failure = &mut self.failure;
        failure.texts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        failure.statuses.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        failure.entry = failure.explained();
        self.failure
    }
}

impl<'a> Failure<'a> {
    /// The catalog's word on its code, or on its texts where all mean the same; on its status, where that is all.
    fn explained(&self) -> Option<&'static CatalogEntry> {
        let code = self.code.as_ref().map(Text::as_written);
        if let Some(entry) = catalog::node_error(code, None) {
            return Some(entry);
        }
        let mut meanings = self.texts.iter().map(|(text, _)| catalog::node_error(None, Some(text.as_written())));
        match meanings.next() {
            Some(first) => first.filter(|_| self.of_texts() == self.count() && meanings.all(|other| other == first)),
            None if code.is_none() => self.nodes.first().and_then(|node| catalog::node_status(node.status().word())),
            None => None,
        }
    }

    /// How many nodes failed with it.
    pub fn count(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// What it is called, safe to show: its code; without one its text; without both its status.
    pub fn name(&self) -> String {
        self.name.as_ref().map_or_else(|| "no status".to_owned(), Text::safe_line)
    }

    /// Whether it helps to send again.
    pub fn resend(&self) -> Resend {
        self.entry.map_or(Resend::Unknown, |entry| entry.resend)
    }

    /// The API's own words beside the name, where they may say more than the catalog does: `A (3), B (1)`.
    pub fn said(&self) -> Option<String> {
        let (first, _) = self.texts.first()?;
        let known = || catalog::node_error(None, Some(first.as_written()));
        let says_the_same =
            self.texts.len() == 1 && known().is_some() && known().map(meaning) == self.entry.map(meaning);
        let is_name = self.code.is_none();
        (!says_the_same && !is_name)
            .then(|| told(self.texts.iter().map(|(text, count)| (text.safe_line(), *count)), self.count()))
    }

    /// The statuses of its nodes: `Failed`, or `3 Failed, 1 Timeout` where they differ.
    pub fn statuses(&self) -> String {
        let word = |word: &Option<Text<'_>>| word.as_ref().map_or_else(|| "no status".to_owned(), Text::safe_word);
        match self.statuses.as_slice() {
            [(one, _)] => word(one),
            many => {
                let first: Vec<String> =
                    many.iter().take(TOLD).map(|(status, count)| format!("{count} {}", word(status))).collect();
                first.join(", ") + &and_more(many.len() - first.len())
            }
        }
    }

    /// What it means: in the API's own words, where it has any that the catalog does not say.
    pub fn meaning(&self) -> Option<String> {
        self.said().or_else(|| self.entry.map(|entry| entry.meaning.to_owned()))
    }

    /// It in a line: its code, and what that means.
    pub fn words(&self) -> String {
        let is_status_alone = self.code.is_none() && self.texts.is_empty();
        match self.meaning() {
            Some(meaning) if self.code.is_some() => format!("{}: {meaning}", self.name()),
            Some(meaning) if is_status_alone || self.entry.is_some() => meaning,
            _ if is_status_alone => "the API gives no reason".to_owned(),
            _ => self.name(),
        }
    }

    /// How many of its nodes have a text.
    fn of_texts(&self) -> u64 {
        self.texts.iter().map(|(_, count)| count).sum()
    }
}

/// What an error means, whether a text or a code tells of it.
fn meaning(entry: &CatalogEntry) -> &'static str {
    entry.meaning
}

/// Different texts: one that all of so many nodes have, by itself; several, with their counts.
fn told(texts: impl ExactSizeIterator<Item = (String, u64)>, of: u64) -> String {
    let more = texts.len().saturating_sub(TOLD);
    let told = |(text, count): (String, u64)| if count == of { text } else { format!("{text} ({count})") };
    texts.take(TOLD).map(told).collect::<Vec<_>>().join(", ") + &and_more(more)
}

/// A node's error in a line, where it has one: its code, and what that means or what the API said.
pub fn error_words(node: Node<'_>, is_failed: bool) -> Option<String> {
    let has_error = node.error_code().is_some() || node.error_info().is_some();
    if !has_error && !is_failed {
        return None;
    }
    let failure = of_node(node);
    (has_error || failure.entry.is_some()).then(|| failure.words())
}

#[cfg(test)]
mod tests;
