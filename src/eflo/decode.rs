//! The service's JSON, as it is, onto a [`Snapshot`], while it comes in.
//!
//! The API has no pages: a fleet of a million nodes is one answer of some 250 MB, and merely holding it would cost more
//! than reading it. So the bytes are never held whole. [`envelope`] follows the brackets and finds the lists of nodes;
//! [`nodes`] reads each node as soon as it is complete, with the JSON library where [`compact`] does not, and keeps
//! what the question needs; only a node that is cut off waits for the next bytes. What is left is small, has a list's
//! number where the list was, and is read at the end by [`answer`], which also says whether it is an answer at all.
//!
//! Lenient where the API is known to be loose (numbers as text, text as numbers, null and absent for empty, unknown
//! fields, text that is cut within a character), strict in shape: what is not an answer of this operation must never
//! pass for an empty one.

mod answer;
mod compact;
mod envelope;
mod nodes;

use crate::fault::{Fault, Hint, Kind};
use crate::invocation::{Question, Snapshot};
use crate::rpc::{Body, Key, Secrets};
use crate::text::{Text, mended, safe};
use answer::Answer;
use envelope::Envelope;
use nodes::{List, Read};
use std::sync::Arc;

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
    envelope: Envelope,
    /// The lists of nodes that have begun.
    lists: Vec<List>,
    /// How many nodes are kept in the lists that have ended.
    kept: usize,
    /// How many nodes an answer may have.
    most: usize,
    /// Whether the last of `lists` has not ended yet.
    is_in_list: bool,
    /// The beginning of a node whose other bytes have not come yet.
    cut: Vec<u8>,
    /// How long `cut` must be before it is read again: twice as long as at the last try. A node that comes in a few
    /// bytes at a time would else be read from its beginning with every chunk.
    enough: usize,
    /// What the answer may quote, and nobody may see.
    secrets: Arc<Secrets>,
}

impl<'q> Decoder<'q> {
    pub fn new(question: &'q Question) -> Self {
        let (envelope, lists, cut) = Default::default();
        let (kept, enough, is_in_list, secrets) = (0, 0, false, Arc::new(Secrets::new([])));
        Decoder { question, envelope, lists, kept, most: MOST_NODES, is_in_list, cut, enough, secrets }
    }

    /// Reads what is left, and gives the snapshot.
    ///
    /// # Errors
    /// The bytes are no answer of DescribeSendFileResults, tell of an error, or show no such invocation or node.
    pub fn finish(&mut self) -> Result<Snapshot, Fault> {
        let rest = std::mem::take(&mut self.cut);
        self.take(&rest)?;
        if self.is_in_list {
            return Err(not_an_answer("it breaks off within a node"));
        }
        let text = std::mem::take(&mut self.envelope).text;
        let text = mended(&text);
        let text = text.trim_start_matches('\u{feff}');
        let mut answer = Answer::new(self.question, Arc::clone(&self.secrets), std::mem::take(&mut self.lists));
        let read = answer.read(text);
        if read.is_ok()
            && let Some(error) = answer.error()
        {
            let code = error.code.as_ref().map_or_else(String::new, |code| code.safe_word());
            // Either the error or the records must be wrong, and nobody can say which.
            return Err(match answer.records.as_slice() {
                [] => error,
                _ => not_an_answer(&format!("it tells of the error {code} beside its records")),
            });
        }
        if let Some(other) = &answer.other_id {
            return Err(not_an_answer(&format!("a record in it is of {}", other.safe_word())));
        }
        match read {
            Ok(()) if answer.is_answer() => {
                let request_id = answer.request_id.clone();
                Snapshot::new(answer.request_id, answer.records, self.question)
                    .ok_or_else(|| not_found(self.question, request_id))
            }
            Ok(()) => Err(not_an_answer("it has neither RequestId nor Invocations")),
            Err(_) if text.trim_ascii().is_empty() => Err(not_an_answer("it is empty")),
            Err(_) if text.trim_ascii().starts_with('<') => Err(not_an_answer("it is a web page, and no JSON")),
            Err(e) => Err(not_an_answer(&e.to_string())),
        }
    }

    /// Reads as far as the bytes go. Gives how many are done with: a node that is cut off is not.
    ///
    /// # Errors
    /// They are no list of nodes where one began.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut at = 0;
        while at < bytes.len() {
            match self.lists.last_mut() {
                Some(list) if self.is_in_list => {
                    match list.take(&bytes[at..], self.question, &self.secrets).map_err(|why| not_an_answer(&why))? {
                        Read::Cut(len) => return Ok(at + len),
                        Read::Ended(len) => {
                            self.is_in_list = false;
                            self.kept += list.nodes.len();
                            at += len;
                        }
                    }
                }
                _ => {
                    let (len, is_list) = self.envelope.take(&bytes[at..]);
                    at += len;
                    if is_list {
                        self.envelope.put_list(self.lists.len());
                        self.lists.push(List::default());
                        self.is_in_list = true;
                    }
                }
            }
        }
        Ok(at)
    }

    /// Refuses an answer that is larger than any answer is.
    ///
    /// # Errors
    /// It has too many nodes, or one part is too long.
    fn check_size(&self) -> Result<(), Fault> {
        let open = self.lists.last().filter(|_| self.is_in_list);
        if self.kept + open.map_or(0, |list| list.nodes.len()) > self.most {
            return Err(too_much(&format!("more than {} nodes", self.most)));
        }
        if self.envelope.text.len().max(self.cut.len()) > LARGEST_PART {
            return Err(too_much("a part larger than 16 MiB that is no list of nodes"));
        }
        Ok(())
    }
}

impl Body for Decoder<'_> {
    fn start(&mut self, key: &Key) {
        let secrets = Arc::new(Secrets::of(key));
        *self = Decoder { most: self.most, secrets, ..Decoder::new(self.question) };
    }

    fn chunk(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        // A cut node is completed with a small piece of what comes: the rest need not be copied behind it.
        while !self.cut.is_empty() && !bytes.is_empty() {
            let held = self.cut.len();
            let (piece, rest) = bytes.split_at(bytes.len().min(held.max(PIECE)));
            self.cut.extend_from_slice(piece);
            if self.cut.len() >= self.enough {
                let mut whole = std::mem::take(&mut self.cut);
                let done = self.take(&whole)?;
                if done >= held {
                    bytes = &bytes[done - held..];
                    break;
                }
                whole.drain(..done);
                self.enough = whole.len() * 2;
                self.cut = whole;
            }
            bytes = rest;
        }
        if self.cut.is_empty() {
            let done = self.take(bytes)?;
            self.cut.extend_from_slice(&bytes[done..]);
            self.enough = self.cut.len() * 2;
        }
        self.check_size()
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
    unusable(&crate::text::shortened(why)).later()
}

/// Gives the fault of an answer that is too large; the next one will be as large.
fn too_much(what: &str) -> Fault {
    unusable(&format!("it has {what}"))
}

fn unusable(why: &str) -> Fault {
    Fault::new(Kind::Answer, format!("what came back is no answer of DescribeSendFileResults: {why}"))
        .hint(Hint::CheckEndpoint)
}

#[cfg(test)]
mod tests;
