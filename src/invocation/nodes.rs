//! The nodes of an invocation, kept small: a fleet of a million is one answer.
//!
//! All text stands in one string, and a node is some positions in it. What a question does not need of a node that
//! went well is not kept at all ([`Keep`]).

use super::status::{Class, NodeStatus};
use super::times::TimeReader;
use crate::text::Text;
use jiff::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Says how much of a node is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything, for outputs that list every field.
    Everything,
    /// Of a node with no error its id, status and how long it takes; of the others everything but the times as written.
    Outcomes,
    /// The first node alone, which tells whether there is any.
    Presence,
}

/// Holds the fields of one node as the API wrote them. Empty text, and "no error" in any spelling, are `None`.
#[derive(Clone, Debug, Default)]
pub struct NodeFields<'a> {
    pub node_id: Option<Text<'a>>,
    pub status: Option<Text<'a>>,
    pub error_code: Option<Text<'a>>,
    pub error_info: Option<Text<'a>>,
    pub creation_time: Option<Text<'a>>,
    pub start_time: Option<Text<'a>>,
    pub update_time: Option<Text<'a>>,
    pub finish_time: Option<Text<'a>>,
}

/// Holds nodes in the API's order. After [`Nodes::join`] each id stands once.
#[derive(Debug, Default)]
pub struct Nodes {
    text: String,
    rows: Vec<Row>,
    details: Vec<Detail>,
    /// When the last node finished, in seconds since 1970.
    pub(super) last_finish: Option<i64>,
    /// In a send: for each node the index of its call in `invoke_ids`, or [`NO_INDEX`].
    calls: Vec<u32>,
    /// In a send: the InvokeId of each call that was accepted.
    invoke_ids: Vec<Option<String>>,
    start_times: TimeReader,
    finish_times: TimeReader,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    id: Span,
    /// Index into `details`, or [`NO_INDEX`].
    detail: u32,
    /// For an open node when it began, in seconds since 1970; for any other how many seconds it took. Or [`NO_TIME`].
    time: u32,
    status: NodeStatus,
}

const NO_INDEX: u32 = u32::MAX;
const NO_TIME: u32 = u32::MAX;

/// Marks a piece of `Nodes::text`; an empty piece stands for no text.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

/// Holds the texts of a node besides its id: the API's own word for its status, where it is not the page's spelling;
/// the error's code and text; and the times.
type Detail = [Span; 7];

const STATUS_WORD: usize = 0;
const ERROR_CODE: usize = 1;
const ERROR_INFO: usize = 2;
const TIMES: [usize; 4] = [3, 4, 5, 6];

impl Nodes {
    /// Adds a node that the API listed.
    pub fn push(&mut self, node: &NodeFields<'_>, keep: Keep) {
        if keep == Keep::Presence && !self.rows.is_empty() {
            return;
        }
        self.push_as(NodeStatus::of(&node.status), node, keep);
    }

    /// Adds a node under a status that was read before, or that is efloctl's own.
    pub fn push_as(&mut self, status: NodeStatus, node: &NodeFields<'_>, keep: Keep) {
        let id = self.store(node.node_id.as_ref());
        let keeps_all = keep == Keep::Everything;
        let went_well = !matches!(status.class(), Class::Failed | Class::Unknown)
            && node.error_code.is_none()
            && node.error_info.is_none();
        let mut detail = NO_INDEX;
        if keeps_all || !went_well {
            let has_own_word = |word: &&Text<'_>| status == NodeStatus::Unknown || word.as_written() != status.word();
            let times = [&node.creation_time, &node.start_time, &node.update_time, &node.finish_time];
            let [creation, start, update, finish] = times.map(|time| time.as_ref().filter(|_| keeps_all));
            let own_word = node.status.as_ref().filter(has_own_word);
            let texts = [own_word, node.error_code.as_ref(), node.error_info.as_ref(), creation, start, update, finish];
            detail = position(self.details.len());
            let texts = texts.map(|text| self.store(text));
            self.details.push(texts);
        }
        let began = self.start_times.seconds(node.start_time.as_ref().or(node.creation_time.as_ref()));
        let finished = self.finish_times.seconds(node.finish_time.as_ref());
        self.last_finish = self.last_finish.max(finished);
        let time = match status.class() {
            Class::Open => began,
            _ => finished.zip(began).map(|(finished, began)| finished - began),
        };
        let time = time.and_then(|time| u32::try_from(time).ok()).unwrap_or(NO_TIME);
        self.rows.push(Row { id, detail, time, status });
    }

    /// Adds a node of a send under its status there. Takes its times from the node as an invocation listed it, if one
    /// did: `fields` may lack them.
    pub fn push_listed(&mut self, status: NodeStatus, fields: &NodeFields<'_>, listed: Option<Node<'_>>, keep: Keep) {
        self.push_as(status, fields, keep);
        if let (Some(row), Some(listed)) = (self.rows.last_mut(), listed) {
            row.time = listed.row.time;
            self.last_finish = self.last_finish.max(listed.nodes.last_finish);
        }
    }

    /// Adds the nodes of another record behind these.
    pub fn append(&mut self, other: Nodes) {
        if self.rows.is_empty() {
            *self = other;
            return;
        }
        self.last_finish = self.last_finish.max(other.last_finish);
        let text = position(self.text.len());
        let details = position(self.details.len());
        let moved = |span: Span| if span.len == 0 { span } else { Span { start: span.start + text, ..span } };
        self.text.push_str(&other.text);
        self.details.extend(other.details.into_iter().map(|detail| detail.map(moved)));
        self.rows.extend(other.rows.iter().map(|row| Row {
            id: moved(row.id),
            detail: if row.detail == NO_INDEX { NO_INDEX } else { row.detail + details },
            ..*row
        }));
    }

    /// Keeps one node of each id: the worst listing, at the place of the first. Nodes without an id stay as they are.
    /// Gives how many were dropped.
    pub fn join(&mut self) -> usize {
        if !self.may_repeat() {
            return 0;
        }
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(self.rows.len());
        let mut rows: Vec<Row> = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            match first.get(self.slice(row.id)) {
                Some(&at) if row.id.len > 0 => {
                    if row.status.class() > rows[at].status.class() {
                        rows[at] = *row;
                    }
                }
                _ => {
                    first.insert(self.slice(row.id), rows.len());
                    rows.push(*row);
                }
            }
        }
        let dropped = self.rows.len() - rows.len();
        self.rows = rows;
        dropped
    }

    /// Tells whether two ids have the same hash, and so could be the same. Almost no answer repeats an id, and sorting
    /// hashes costs far less than a map of all ids.
    fn may_repeat(&self) -> bool {
        let hasher = RandomState::new();
        let ids = self.rows.iter().filter(|row| row.id.len > 0);
        let mut hashes: Vec<u64> = ids.map(|row| hasher.hash_one(self.slice(row.id))).collect();
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// Makes them the nodes of a send: takes the InvokeId of each of its calls, `None` for one that was not accepted,
    /// and for each node the index of its call, if it has one.
    pub fn set_calls(&mut self, invoke_ids: Vec<Option<String>>, calls: Vec<Option<usize>>) {
        self.invoke_ids = invoke_ids;
        self.calls = calls.into_iter().map(|call| call.map_or(NO_INDEX, position)).collect();
    }

    /// Gives the number of nodes.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Gives the node at an index in the API's order.
    ///
    /// # Panics
    /// The index is not below [`Nodes::len`].
    pub fn get(&self, at: usize) -> Node<'_> {
        Node { nodes: self, row: &self.rows[at], at }
    }

    /// Gives every node, in the API's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.rows.iter().enumerate().map(|(at, row)| Node { nodes: self, row, at })
    }

    fn store(&mut self, text: Option<&Text<'_>>) -> Span {
        let Some(text) = text else { return Span::default() };
        let start = position(self.text.len());
        self.text.push_str(text.as_written());
        Span { start, len: position(text.as_written().len()) }
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start as usize..][..span.len as usize]
    }
}

/// Converts an offset to the form in which it is stored. An answer is refused long before it comes near 4 GiB.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("an answer is smaller than 4 GiB")
}

/// Points to one node of [`Nodes`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    nodes: &'a Nodes,
    row: &'a Row,
    at: usize,
}

impl<'a> Node<'a> {
    /// Gives the id, if the API wrote one.
    pub fn id(&self) -> Option<Text<'a>> {
        self.text(self.row.id)
    }

    /// Gives the id, safe to show, or `-`.
    pub fn safe_id(&self) -> String {
        self.id().map_or_else(|| "-".to_owned(), |id| id.safe().into_owned())
    }

    /// Gives the status, one of the API page's list or of a send's.
    pub fn status(&self) -> NodeStatus {
        self.row.status
    }

    /// Gives, for a node of a send, the InvokeId of the call that sent to it; `None` where no such call was accepted.
    pub fn invoke_id(&self) -> Option<&'a str> {
        let call = *self.nodes.calls.get(self.at)?;
        self.nodes.invoke_ids.get(call as usize)?.as_deref()
    }

    /// Tells whether it is a node of a send.
    pub fn is_of_a_send(&self) -> bool {
        !self.nodes.calls.is_empty()
    }

    /// Gives all that is kept of it.
    pub fn fields(&self) -> NodeFields<'a> {
        let [creation_time, start_time, update_time, finish_time] = self.times();
        NodeFields {
            node_id: self.id(),
            status: self.status_word(),
            error_code: self.error_code(),
            error_info: self.error_info(),
            creation_time,
            start_time,
            update_time,
            finish_time,
        }
    }

    /// Gives the API's own word for the status, if it wrote one.
    pub fn status_word(&self) -> Option<Text<'a>> {
        let of_page = || Some(self.row.status).filter(|status| *status != NodeStatus::Unknown);
        self.detail(STATUS_WORD).or_else(|| Some(Text::of_trimmed(of_page()?.word())))
    }

    /// Gives the error code, if it has an error.
    pub fn error_code(&self) -> Option<Text<'a>> {
        self.detail(ERROR_CODE)
    }

    /// Gives the API's text on the error.
    pub fn error_info(&self) -> Option<Text<'a>> {
        self.detail(ERROR_INFO)
    }

    /// Gives when an open node began, in seconds since 1970.
    pub fn began(&self) -> Option<u32> {
        Some(self.row.time).filter(|time| *time != NO_TIME && self.row.status.class() == Class::Open)
    }

    /// Gives how many seconds the sending took to a node that is no longer open.
    pub fn took(&self) -> Option<u32> {
        Some(self.row.time).filter(|time| *time != NO_TIME && self.row.status.class() != Class::Open)
    }

    /// Gives how many seconds the sending to it took; for an open node, how many have passed `now`.
    pub fn seconds(&self, now: Timestamp) -> Option<u64> {
        match self.began() {
            Some(began) => u64::try_from(now.as_second() - i64::from(began)).ok(),
            None => self.took().map(u64::from),
        }
    }

    /// Gives CreationTime, StartTime, UpdateTime and FinishTime as the API wrote them. They are kept with
    /// [`Keep::Everything`] alone.
    pub fn times(&self) -> [Option<Text<'a>>; 4] {
        TIMES.map(|time| self.detail(time))
    }

    fn detail(&self, at: usize) -> Option<Text<'a>> {
        self.nodes.details.get(self.row.detail as usize).and_then(|detail| self.text(detail[at]))
    }

    fn text(&self, span: Span) -> Option<Text<'a>> {
        (span.len > 0).then(|| Text::of_trimmed(self.nodes.slice(span)))
    }
}

#[cfg(test)]
mod tests;
