//! An answer on its way into a recording: on one line, without the file's content, with an escape for what acts instead
//! of being read, and with a digest of all but its RequestId.
//!
//! Whether it is JSON is for the decoder to say, which takes the same bytes: the draft of what is no answer is thrown
//! away.

use crate::fault::Fault;
use crate::rpc::{Body, Key};
use crate::text::{JsonScanner, escaped_piece};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// Stands for an answer without its RequestId.
pub type Digest = [u8; 32];

/// Says how many bytes are held in memory before the draft goes to the disk.
const IN_MEMORY: usize = 1 << 20;

/// Says how many brackets are open within a record: those of the answer, of Invocations, of its list and of the record.
const RECORD_DEPTH: usize = 4;

/// Describes an answer on its way into a recording. The default one is written nowhere: only its digest is wanted.
#[derive(Default)]
pub struct Draft {
    /// Where it is written, or why that failed.
    spool: Option<io::Result<SpooledTempFile>>,
    digest: Sha256,
    /// What goes to the spool and to the digest next.
    out: Vec<u8>,
    /// The last byte that was put there.
    last: u8,
    scanner: JsonScanner,
    /// How many of the two keys that lead to a record were the last at their depth: Invocations and Invocation.
    on_path: usize,
    /// Whether the value of a record's Content is passing by, which is left out.
    is_content: bool,
    /// Whether the RequestId is passing by, which the digest leaves out.
    is_request_id: bool,
    is_complete: bool,
}

impl Draft {
    /// Gives a draft that is held in memory, and on the disk where it is large.
    pub fn new() -> Self {
        Draft { spool: Some(Ok(tempfile::spooled_tempfile(IN_MEMORY))), ..Draft::default() }
    }

    /// Gives the digest; `None` while the answer is not complete.
    pub(super) fn digest(&self) -> Option<Digest> {
        self.is_complete.then(|| self.digest.clone().finalize().into())
    }

    /// Gives the answer as it is to be recorded.
    ///
    /// # Errors
    /// It could not be written.
    pub(super) fn into_answer(self) -> io::Result<impl Read> {
        let mut spool = self.spool.transpose()?.unwrap_or_else(|| tempfile::spooled_tempfile(IN_MEMORY));
        spool.rewind()?;
        Ok(spool)
    }

    /// Takes the next bytes of the answer. What follows the answer is passed over.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_complete {
            let JsonScanner { is_in_string, is_at_key, .. } = self.scanner;
            let depth = self.scanner.depth();
            let piece = self.scanner.next(bytes);
            bytes = &bytes[piece.len()..];
            match piece[0] {
                // A key is put once it is known whether its member is kept.
                _ if is_in_string && is_at_key => {}
                _ if is_in_string => self.put(piece),
                b' ' | b'\t' | b'\r' | b'\n' => {}
                // A byte order mark may stand before the answer.
                _ if depth == 0 && self.scanner.depth() == 0 => {}
                b'"' if is_at_key => {}
                b':' if is_at_key => self.begin_member(),
                // The comma of an object stands before the next member that is kept.
                b',' if self.scanner.is_at_key => self.end_member(depth),
                b'}' | b']' => {
                    self.end_member(depth);
                    self.put(piece);
                    self.is_complete = depth == 1;
                }
                _ => self.put(piece),
            }
        }
        self.flush();
    }

    /// Begins a member, whose key is complete: decides whether it is kept.
    fn begin_member(&mut self) {
        let depth = self.scanner.depth();
        let key = std::mem::take(&mut self.scanner.key);
        match depth {
            1 => self.on_path = usize::from(key == b"\"Invocations\""),
            2 if self.on_path > 0 => self.on_path = 1 + usize::from(key == b"\"Invocation\""),
            _ => {}
        }
        self.is_content |= depth == RECORD_DEPTH && self.on_path == 2 && key == b"\"Content\"";
        if depth == 1 && key == b"\"RequestId\"" {
            self.flush();
            self.is_request_id = true;
        }
        if self.last != b'{' {
            self.put(b",");
        }
        self.put(&key);
        self.put(b":");
        self.scanner.key = key;
    }

    /// Ends a member of the object at a depth, whose value is complete.
    fn end_member(&mut self, depth: usize) {
        self.is_content &= depth != RECORD_DEPTH;
        if self.is_request_id && depth == 1 {
            self.flush();
            self.is_request_id = false;
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        if !self.is_content {
            self.out.extend_from_slice(bytes);
            self.last = bytes.last().copied().unwrap_or(self.last);
        }
    }

    /// Hands on what was put, but for a character or an escape whose rest comes with the next bytes.
    fn flush(&mut self) {
        let (piece, cut) = escaped_piece(&self.out);
        if !self.is_request_id {
            self.digest.update(piece.as_bytes());
        }
        if let Some(Ok(spool)) = &mut self.spool
            && let Err(e) = spool.write_all(piece.as_bytes())
        {
            self.spool = Some(Err(e));
        }
        let done = self.out.len() - cut.len();
        self.out.drain(..done);
    }
}

impl Body for Draft {
    fn start(&mut self, _: &Key) {
        *self = Draft::new();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.take(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draft_holds_no_long_string_in_memory() {
        let mut draft = Draft::new();
        draft.take(b"{\"Invocations\":{\"Invocation\":[{\"Name\":\"");
        for piece in ["n".repeat(100_000), "灵".repeat(30_000), r"\ud83d\ude00".repeat(9_000)] {
            // Cut within a character and within an escape too.
            piece.as_bytes().chunks(1_001).for_each(|piece| {
                draft.take(piece);
                assert!(draft.out.len() < 12, "{}", draft.out.len());
            });
        }
    }
}
