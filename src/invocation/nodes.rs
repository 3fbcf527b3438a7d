//! The nodes of an invocation, kept small: a fleet of a million is one answer.
//!
//! All text stands in one string and a node is some numbers into it; what a question does not need of a node that
//! went well is not kept at all ([`Keep`]).

use super::status::{Class, NodeStatus};
use super::times;
use crate::text::Text;
use jiff::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// How much of a node is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything, for outputs that list every field.
    Everything,
    /// Of a node with no error its id, status and how long it takes; of the others everything but the times as written.
    Outcomes,
    /// The first node and no other: whether there is any.
    Presence,
}

/// One node as the API wrote it. "No error" in any spelling and empty text are none.
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

/// Nodes in the API's order, each id once.
#[derive(Debug, Default)]
pub struct Nodes {
    text: String,
    rows: Vec<Row>,
    details: Vec<Detail>,
    /// When the last of them finished, in seconds since 1970.
    last_finish: Option<i64>,
    /// Of a send: for each node the place of its call's InvokeId, or [`NO_DETAIL`].
    calls: Vec<u32>,
    invoke_ids: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    id: Span,
    /// Index into `details`, or [`NO_DETAIL`].
    detail: u32,
    /// Seconds: of an open node since 1970, when it began; of any other, how long it took. Or [`NO_TIME`].
    time: u32,
    status: NodeStatus,
}

const NO_DETAIL: u32 = u32::MAX;
const NO_TIME: u32 = u32::MAX;

/// A piece of `Nodes::text`; an empty one is none.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    len: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Detail {
    /// The API's own word, where it is not the page's spelling of the status.
    word: Span,
    error_code: Span,
    error_info: Span,
    creation_time: Span,
    start_time: Span,
    update_time: Span,
    finish_time: Span,
}

impl Detail {
    fn map(&self, moved: impl Fn(Span) -> Span) -> Detail {
        Detail {
            word: moved(self.word),
            error_code: moved(self.error_code),
            error_info: moved(self.error_info),
            creation_time: moved(self.creation_time),
            start_time: moved(self.start_time),
            update_time: moved(self.update_time),
            finish_time: moved(self.finish_time),
        }
    }
}

impl Nodes {
    /// Adds a node as it comes. Nodes named twice are sorted out by [`Nodes::join`].
    pub fn push(&mut self, node: &NodeFields<'_>, keep: Keep) {
        if keep == Keep::Presence && !self.rows.is_empty() {
            return;
        }
        let status = NodeStatus::parse(node.status.as_ref().map_or("", Text::as_written));
        self.push_as(status, node, keep);
    }

    /// Adds a node whose status is efloctl's own word, or was read before.
    pub fn push_as(&mut self, status: NodeStatus, node: &NodeFields<'_>, keep: Keep) {
        let word = node.status.as_ref().map_or(status.word(), Text::as_written);
        let id = self.store(node.node_id.as_ref());
        let plain = status != NodeStatus::Unknown
            && status.class() != Class::Failed
            && node.error_code.is_none()
            && node.error_info.is_none();
        let detail = if keep != Keep::Everything && plain {
            NO_DETAIL
        } else {
            let keeps_times = keep == Keep::Everything;
            let detail = Detail {
                word: if word == status.word() && status != NodeStatus::Unknown {
                    Span::default()
                } else {
                    self.store(node.status.as_ref())
                },
                error_code: self.store(node.error_code.as_ref()),
                error_info: self.store(node.error_info.as_ref()),
                creation_time: self.store(node.creation_time.as_ref().filter(|_| keeps_times)),
                start_time: self.store(node.start_time.as_ref().filter(|_| keeps_times)),
                update_time: self.store(node.update_time.as_ref().filter(|_| keeps_times)),
                finish_time: self.store(node.finish_time.as_ref().filter(|_| keeps_times)),
            };
            self.details.push(detail);
            position(self.details.len() - 1)
        };
        let finish = node.finish_time.as_ref().and_then(times::seconds);
        self.last_finish = self.last_finish.max(finish);
        let time = if status.class() == Class::Open { times::began(node) } else { times::took(node, finish) };
        self.rows.push(Row { id, detail, time: time.unwrap_or(NO_TIME), status });
    }

    /// Adds a node as an invocation of a send lists it, under another id and status if need be.
    pub fn push_listed(&mut self, status: NodeStatus, fields: &NodeFields<'_>, listed: Option<Node<'_>>, keep: Keep) {
        self.push_as(status, fields, keep);
        if let (Some(row), Some(listed)) = (self.rows.last_mut(), listed) {
            // Its times may not have been kept.
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
        self.details.extend(other.details.iter().map(|detail| detail.map(moved)));
        self.rows.extend(other.rows.iter().map(|row| Row {
            id: moved(row.id),
            detail: if row.detail == NO_DETAIL { NO_DETAIL } else { row.detail + details },
            ..*row
        }));
    }

    /// Makes each id stand once, as its worst, where it stood first. Nodes without an id stay as they are.
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

    /// Whether two ids could be the same. Almost no answer repeats one, and sorting numbers costs far less than
    /// keeping a map of every id while they come in.
    fn may_repeat(&self) -> bool {
        let hasher = RandomState::new();
        let ids = self.rows.iter().filter(|row| row.id.len > 0);
        let mut hashes: Vec<u64> = ids.map(|row| hasher.hash_one(self.slice(row.id))).collect();
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// When the last of them finished, in seconds since 1970.
    pub fn last_finish(&self) -> Option<i64> {
        self.last_finish
    }

    /// Says by which call each node was sent to: places in a list of InvokeIds; none where there is no InvokeId.
    pub fn set_calls(&mut self, invoke_ids: Vec<String>, calls: impl Iterator<Item = Option<usize>>) {
        self.invoke_ids = invoke_ids;
        self.calls = calls.map(|call| call.map_or(NO_DETAIL, position)).collect();
    }

    /// Whether they are those of a send.
    pub fn are_of_a_send(&self) -> bool {
        !self.calls.is_empty()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The node at a place in the API's order; panics beyond the end, as a slice does.
    pub fn get(&self, at: usize) -> Node<'_> {
        Node { nodes: self, row: &self.rows[at], at }
    }

    /// Every node, in the API's order.
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

/// An offset as it is stored. An answer is refused long before it comes near 4 GiB.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("an answer is smaller than 4 GiB")
}

/// One node of [`Nodes`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    nodes: &'a Nodes,
    row: &'a Row,
    at: usize,
}

impl<'a> Node<'a> {
    /// Its id; none where the API gave none.
    pub fn id(&self) -> Option<Text<'a>> {
        self.text(self.row.id)
    }

    pub fn status(&self) -> NodeStatus {
        self.row.status
    }

    /// Of a send, the InvokeId of the call that sent to it; none where no such call was accepted.
    pub fn invoke_id(&self) -> Option<&'a str> {
        let call = *self.nodes.calls.get(self.at)?;
        self.nodes.invoke_ids.get(call as usize).map(String::as_str)
    }

    /// Whether it is a node of a send.
    pub fn is_of_a_send(&self) -> bool {
        self.nodes.are_of_a_send()
    }

    /// The node as it was pushed.
    pub fn fields(&self) -> NodeFields<'a> {
        NodeFields {
            node_id: self.id(),
            status: self.status_word(),
            error_code: self.error_code(),
            error_info: self.error_info(),
            creation_time: self.creation_time(),
            start_time: self.start_time(),
            update_time: self.update_time(),
            finish_time: self.finish_time(),
        }
    }

    /// The API's own word for the status; none where it gave none.
    pub fn status_word(&self) -> Option<Text<'a>> {
        match self.detail(|detail| detail.word) {
            None if self.row.status == NodeStatus::Unknown => None,
            None => Some(Text::of_trimmed(self.row.status.word())),
            word => word,
        }
    }

    pub fn error_code(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.error_code)
    }

    pub fn error_info(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.error_info)
    }

    /// When an open node began, in seconds since 1970.
    pub fn began(&self) -> Option<u32> {
        Some(self.row.time).filter(|time| *time != NO_TIME && self.row.status.class() == Class::Open)
    }

    /// How many seconds a node took that is not open any more.
    pub fn took(&self) -> Option<u32> {
        Some(self.row.time).filter(|time| *time != NO_TIME && self.row.status.class() != Class::Open)
    }

    /// How many seconds the sending to it took; of an open node, until the look.
    pub fn seconds(&self, look: Timestamp) -> Option<u64> {
        match self.began() {
            Some(began) => u64::try_from(look.as_second() - i64::from(began)).ok(),
            None => self.took().map(u64::from),
        }
    }

    /// Times are as the API wrote them, and kept with [`Keep::Everything`] alone.
    pub fn creation_time(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.creation_time)
    }

    pub fn start_time(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.start_time)
    }

    pub fn update_time(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.update_time)
    }

    pub fn finish_time(&self) -> Option<Text<'a>> {
        self.detail(|detail| detail.finish_time)
    }

    fn detail(&self, field: impl Fn(&Detail) -> Span) -> Option<Text<'a>> {
        self.nodes.details.get(self.row.detail as usize).and_then(|detail| self.text(field(detail)))
    }

    fn text(&self, span: Span) -> Option<Text<'a>> {
        (span.len > 0).then(|| Text::of_trimmed(self.nodes.slice(span)))
    }
}

#[cfg(test)]
mod tests;
