//! An answer on its way into a recording: on one line, without the file's content, with an escape for what acts instead
//! of being read, and with a digest of all but its RequestId.
//!
//! It follows brackets, strings and keys as they pass by. Whether they are JSON is for the decoder to say, which takes
//! the same bytes: the draft of what is no answer is thrown away.

use crate::fault::Fault;
use crate::rpc::{Body, Key};
use crate::text::{escaped_piece, len_of_cut};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read, Seek, Sink, Write};
use tempfile::SpooledTempFile;

/// Of an answer without its RequestId.
pub type Digest = [u8; 32];

/// How many bytes are held in memory before the draft goes to the disk.
const IN_MEMORY: usize = 1 << 20;

/// No answer of the API is nested deeper, and no key in one is longer.
const DEEPEST: usize = 100;
const LONGEST_KEY: usize = 64 << 10;

/// An answer on its way into a recording.
pub struct Draft {
    /// Where it is written; `None` if only its digest is wanted.
    spool: Option<SpooledTempFile>,
    digest: Sha256,
    /// What goes to the spool and to the digest next.
    out: Vec<u8>,
    failure: Option<io::Error>,
    levels: Vec<Level>,
    string: StringPart,
    /// The first bytes of a character or an escape whose rest comes with the next chunk.
    cut: Vec<u8>,
    /// The last string that may be a key, with its quotes.
    key: Vec<u8>,
    /// The depth of the member that is left out, and of the one that the digest leaves out.
    left_out: Option<usize>,
    undigested: Option<usize>,
    state: Shape,
}

/// An object or a list that is open.
struct Level {
    place: JsonPlace,
    is_object: bool,
    /// Whether a key comes next.
    is_at_key: bool,
    /// Whether a member of the object stands already.
    has_member: bool,
}

/// Where an object or a list stands in an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum JsonPlace {
    Answer,
    Invocations,
    Records,
    Record,
    Elsewhere,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StringPart {
    Outside,
    Inside,
    Escaped,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Begun,
    Complete,
    /// It is no answer.
    Odd,
}

impl Default for Draft {
    fn default() -> Self {
        Draft { spool: Some(tempfile::spooled_tempfile(IN_MEMORY)), ..Self::of_digest() }
    }
}

impl Draft {
    /// Gives a draft that is written nowhere: only its digest is wanted.
    pub(super) fn of_digest() -> Self {
        Draft {
            spool: None,
            digest: Sha256::new(),
            out: Vec::new(),
            failure: None,
            levels: Vec::new(),
            string: StringPart::Outside,
            cut: Vec::new(),
            key: Vec::new(),
            left_out: None,
            undigested: None,
            state: Shape::Begun,
        }
    }

    /// Gives the digest and the answer; `None` if it was no answer.
    ///
    /// # Errors
    /// The answer could not be written.
    pub(super) fn finish(mut self) -> io::Result<Option<(Digest, Box<dyn Read>)>> {
        if self.state != Shape::Complete {
            return Ok(None);
        }
        if let Some(e) = self.failure {
            return Err(e);
        }
        let answer: Box<dyn Read> = match self.spool.take() {
            Some(mut spool) => {
                spool.rewind()?;
                Box::new(spool)
            }
            None => Box::new(io::empty()),
        };
        Ok(Some((self.digest.finalize().into(), answer)))
    }

    /// Takes the next bytes of the answer.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while let Some(&byte) = bytes.first().filter(|_| self.state == Shape::Begun) {
            let len = match self.string {
                StringPart::Outside => {
                    self.outside(byte);
                    1
                }
                StringPart::Escaped => {
                    self.string = StringPart::Inside;
                    self.text(&bytes[..1]);
                    1
                }
                StringPart::Inside => {
                    let end = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\'));
                    let len = end.map_or(bytes.len(), |at| at + 1);
                    self.text(&bytes[..len]);
                    self.string = match end.map(|at| bytes[at]) {
                        Some(b'"') => StringPart::Outside,
                        Some(_) => StringPart::Escaped,
                        None => StringPart::Inside,
                    };
                    len
                }
            };
            bytes = &bytes[len..];
        }
        self.flush();
    }

    /// Takes a byte outside of strings.
    fn outside(&mut self, byte: u8) {
        let depth = self.levels.len();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' => {
                self.string = StringPart::Inside;
                if self.is_at_key() {
                    self.key.clear();
                }
                self.text(b"\"");
            }
            b':' if self.is_at_key() => self.member(),
            b'{' | b'[' if depth < DEEPEST => {
                let place = self.place(byte == b'{');
                self.put(&[byte]);
                let is_object = byte == b'{';
                self.levels.push(Level { place, is_object, is_at_key: is_object, has_member: false });
            }
            b'}' | b']' if depth > 0 => {
                self.end_member();
                self.levels.pop();
                self.put(&[byte]);
                if self.levels.is_empty() {
                    self.state = Shape::Complete;
                }
            }
            b',' => match self.levels.last_mut() {
                // The comma of an object stands before the next member that is kept.
                Some(level) if level.is_object => {
                    level.is_at_key = true;
                    self.end_member();
                }
                _ => self.put(b","),
            },
            // A byte order mark may stand before the answer.
            0xef | 0xbb | 0xbf if depth == 0 => {}
            _ if depth == 0 => self.state = Shape::Odd,
            b'{' | b'[' => self.state = Shape::Odd,
            _ => self.put(&[byte]),
        }
    }

    /// Begins a member, whose key is complete: decides whether it is kept.
    fn member(&mut self) {
        let depth = self.levels.len();
        let Some(level) = self.levels.last_mut() else { return };
        level.is_at_key = false;
        if self.left_out.is_some() {
            return;
        }
        if level.place == JsonPlace::Record && self.key == b"\"Content\"" {
            self.left_out = Some(depth);
            return;
        }
        let key = std::mem::take(&mut self.key);
        if level.place == JsonPlace::Answer && key == b"\"RequestId\"" {
            self.flush();
            self.undigested = Some(depth);
        }
        let comma: &[u8] = if std::mem::replace(&mut self.levels[depth - 1].has_member, true) { b"," } else { b"" };
        self.put(comma);
        self.put(&key);
        self.put(b":");
        self.key = key;
    }

    /// Ends a member, whose value is complete.
    fn end_member(&mut self) {
        let depth = self.levels.len();
        if self.left_out == Some(depth) {
            self.left_out = None;
        }
        if self.undigested == Some(depth) {
            self.flush();
            self.undigested = None;
        }
    }

    fn is_at_key(&self) -> bool {
        self.levels.last().is_some_and(|level| level.is_at_key)
    }

    /// Gives the place of an object or a list that opens here.
    fn place(&self, is_object: bool) -> JsonPlace {
        let Some(level) = self.levels.last() else { return JsonPlace::Answer };
        match (level.place, self.key.as_slice(), is_object) {
            (JsonPlace::Answer, b"\"Invocations\"", true) => JsonPlace::Invocations,
            (JsonPlace::Invocations, b"\"Invocation\"", false) => JsonPlace::Records,
            (JsonPlace::Records, _, true) => JsonPlace::Record,
            _ => JsonPlace::Elsewhere,
        }
    }

    /// Takes a piece of a string, which is a key or a value.
    fn text(&mut self, bytes: &[u8]) {
        if self.left_out.is_some() {
            return;
        }
        if self.cut.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~' if !b"#\\".contains(byte))) {
            return self.safe_text(bytes);
        }
        let mut whole = std::mem::take(&mut self.cut);
        whole.extend_from_slice(bytes);
        self.cut = whole.split_off(whole.len() - len_of_cut(&whole));
        self.safe_text(escaped_piece(&whole).as_bytes());
    }

    fn safe_text(&mut self, bytes: &[u8]) {
        if !self.is_at_key() {
            self.put(bytes);
        } else if self.key.len() + bytes.len() <= LONGEST_KEY {
            self.key.extend_from_slice(bytes);
        } else {
            self.state = Shape::Odd;
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.left_out.is_none() {
            self.out.extend_from_slice(bytes);
        }
    }

    fn flush(&mut self) {
        if self.undigested.is_none() {
            self.digest.update(&self.out);
        }
        let written = match &mut self.spool {
            Some(spool) if self.failure.is_none() => spool.write_all(&self.out),
            _ => Sink::default().write_all(&self.out),
        };
        self.failure = self.failure.take().or(written.err());
        self.out.clear();
    }
}

impl Body for Draft {
    fn start(&mut self, _: &Key) {
        *self = Draft::default();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.take(bytes);
        Ok(())
    }
}
