//! The service's JSON, as it is, onto a [`Snapshot`], while it comes in.
//!
//! The API has no pages: a fleet of a million nodes is one answer of some 250 MB, and merely holding it would cost more
//! than reading it. So the bytes are never held whole. [`envelope`] follows the brackets and finds the lists of nodes;
//! [`nodes`] reads each node as soon as it is complete, with the JSON library where [`compact`] does not, and keeps
//! what the question needs; only a node that is cut off waits for the next bytes. What is left is small, has a 0
//! where a list was, and is read at the end by [`answer`], which also says whether it is an answer at all.
//!
//! Lenient where the API is known to be loose (numbers as text, text as numbers, null and absent for empty, unknown
//! fields, text that is cut within a character), strict in shape: what is not an answer of this operation must never
//! pass for an empty one.

mod answer;
mod compact;
mod envelope;
mod nodes;

use super::service::unreadable;
use crate::fault::{Again, Fault, Hint, Kind};
use crate::invocation::{Nodes, Question, Snapshot};
use crate::rpc::{Body, Key, Secrets};
use crate::text::{Text, mended, safe};
use answer::AnswerReader;
use envelope::Envelope;
use nodes::List;

/// Limits, in bytes, one node that is cut off and all that stands around the lists of nodes: a small compressed answer
/// must not become as much memory as its sender likes.
const LARGEST_PART: usize = 16 << 20;

/// Limits what is copied at once behind a node that is cut off, in bytes: most nodes are smaller.
const PIECE: usize = 1 << 10;

/// Limits the nodes of one answer. No fleet has as many.
const MOST_NODES: usize = 5_000_000;

/// Takes the bytes of one answer, then gives the snapshot.
pub struct Decoder<'q> {
    question: &'q Question,
    /// Takes the bytes too, before they are read.
    pub(super) copy: Option<&'q mut dyn Body>,
    envelope: Envelope,
    /// Holds the list of nodes that has begun and not ended.
    list: Option<List>,
    /// Holds the lists that have ended.
    lists: Vec<Nodes>,
    /// Says how many nodes those have.
    kept: usize,
    /// Says how many nodes an answer may have.
    most: usize,
    /// Holds the beginning of a node whose other bytes have not come yet.
    cut: Vec<u8>,
    /// Says how long `cut` must be before it is read again: twice as long as at the last try. A node that comes in a
    /// few bytes at a time would else be read from its beginning with every chunk.
    enough: usize,
    /// Holds what the answer may quote, and nobody may see.
    secrets: Secrets,
}

impl<'q> Decoder<'q> {
    pub fn new(question: &'q Question) -> Self {
        let (envelope, list, lists, cut) = Default::default();
        let (kept, enough, secrets) = (0, 0, Secrets::new([]));
        Decoder { question, copy: None, envelope, list, lists, kept, most: MOST_NODES, cut, enough, secrets }
    }

    /// Reads what is left, and gives the snapshot.
    ///
    /// # Errors
    /// When the bytes are no answer of DescribeSendFileResults, tell of an error, or show no such invocation or node.
    pub fn finish(&mut self) -> Result<Snapshot, Fault> {
        let rest = std::mem::take(&mut self.cut);
        self.take(&rest)?;
        if self.list.is_some() {
            return Err(not_an_answer("it breaks off within a node"));
        }
        let text = std::mem::take(&mut self.envelope).text;
        let text = mended(&text);
        let text = text.trim_start_matches('\u{feff}').trim_ascii();
        let lists = std::mem::take(&mut self.lists).into_iter();
        let mut reader = AnswerReader { question: self.question, secrets: &self.secrets, lists };
        let answer = reader.read(text).map_err(|e| match text.bytes().next() {
            None => not_an_answer("it is empty"),
            Some(b'<') => not_an_answer("it is a web page, and no JSON"),
            Some(_) => not_an_answer(&e.to_string()),
        })?;
        let request_id = answer.error.request_id.clone();
        if let Some(error) = answer.error.fault() {
            let code = error.code.as_ref().map_or_else(String::new, Text::safe_word);
            // Either the error or the records must be wrong, and nobody can say which.
            return Err(match answer.records.as_slice() {
                [] => error,
                _ => not_an_answer(&format!("it tells of the error {code} beside its records")),
            });
        }
        if let Some(other) = &answer.other_id {
            return Err(not_an_answer(&format!("a record in it is of {}", other.safe_word())));
        }
        // Another service's JSON must not pass for an empty answer of this operation.
        if reader.lists.len() > 0 || !(answer.has_invocations || request_id.is_some()) {
            return Err(not_an_answer("it has neither RequestId nor Invocations"));
        }
        let snapshot = Snapshot::new(request_id.clone(), answer.records, self.question);
        snapshot.ok_or_else(|| not_found(self.question, request_id))
    }

    /// Reads as far as the bytes go. Gives how many are done with: a node that is cut off is not.
    ///
    /// # Errors
    /// When they are no list of nodes where one began.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let (len, is_over) = match &mut self.list {
                Some(list) => list.take(rest, self.question, &self.secrets).map_err(|why| not_an_answer(&why))?,
                None => self.envelope.take(rest),
            };
            at += len;
            if !is_over {
                return Ok(at);
            }
            if let Some(list) = self.list.take() {
                self.kept += list.nodes.len();
                self.lists.push(list.nodes);
            } else {
                self.list = Some(List::new());
            }
        }
    }
}

impl Body for Decoder<'_> {
    fn start(&mut self, key: &Key) {
        let mut copy = self.copy.take();
        if let Some(copy) = &mut copy {
            copy.start(key);
        }
        *self = Decoder { copy, most: self.most, secrets: Secrets::of(key), ..Decoder::new(self.question) };
    }

    fn chunk(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        if let Some(copy) = &mut self.copy {
            copy.chunk(bytes)?;
        }
        // A cut node is completed with a small piece of what comes: the rest need not be copied behind it.
        while !self.cut.is_empty() && !bytes.is_empty() {
            let held = self.cut.len();
            let mut len = bytes.len().min(held.max(PIECE));
            self.cut.extend_from_slice(&bytes[..len]);
            if self.cut.len() >= self.enough {
                let mut whole = std::mem::take(&mut self.cut);
                let done = self.take(&whole)?;
                match done.checked_sub(held) {
                    Some(of_piece) => len = of_piece,
                    None => self.cut = whole.split_off(done),
                }
                self.enough = self.cut.len() * 2;
            }
            bytes = &bytes[len..];
        }
        if self.cut.is_empty() {
            let done = self.take(bytes)?;
            self.cut = bytes[done..].to_vec();
            self.enough = self.cut.len() * 2;
        }
        if self.kept + self.list.as_ref().map_or(0, |list| list.nodes.len()) > self.most {
            return Err(too_much(&format!("more than {} nodes", self.most)));
        }
        if self.envelope.text.len().max(self.cut.len()) > LARGEST_PART {
            return Err(too_much("a part larger than 16 MiB that is no list of nodes"));
        }
        Ok(())
    }

    fn has_let_out(&self) -> bool {
        self.copy.as_ref().is_some_and(|copy| copy.has_let_out())
    }
}

/// Reads one complete answer.
///
/// # Errors
/// When [`Decoder::finish`] fails.
pub fn decode(bytes: &[u8], question: &Question) -> Result<Snapshot, Fault> {
    let mut decoder = Decoder::new(question);
    decoder.chunk(bytes)?;
    decoder.finish()
}

/// Gives the fault of an answer that does not show what was asked about.
fn not_found(question: &Question, request_id: Option<Text<'static>>) -> Fault {
    let id = &question.invoke_id;
    let fault = match &question.node_id {
        Some(node) => Fault::new(Kind::NotFound, format!("{id} has no node {}", safe(node))).hint(Hint::NoSuchNode),
        None => Fault::new(Kind::NotFound, format!("no invocation {id} is known here")).hint(Hint::NoSuchInvocation),
    };
    Fault { request_id, ..fault }
}

/// Gives the fault of what is no answer of this operation; the next one may be right.
fn not_an_answer(why: &str) -> Fault {
    unreadable("DescribeSendFileResults", why)
}

/// Gives the fault of an answer that is too large; the next one will be as large.
fn too_much(what: &str) -> Fault {
    Fault { again: Again::Never, ..not_an_answer(&format!("it has {what}")) }
}

#[cfg(test)]
mod tests;
