//! Writes a recording: a line for each answer that differs from the last of its id.
//!
//! An answer may be as large as a fleet, so it is never held in memory: while it comes in it goes, without the file's
//! content, into a [`Draft`] on the disk and through a digest. It is appended if the digest is not that of the last one.
//!
//! A recording that cannot be written ends and is told, but the watch goes on: the verdict matters more.

mod draft;

pub use draft::Draft;

use crate::clock;
use crate::deadline::Writer;
use crate::invocation::InvokeId;
use crate::system;
use draft::Digest;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Appends answers to a file.
pub struct Recorder {
    out: Box<dyn Write>,
    /// The same file, if it is a regular one: only then a half line can be cut off.
    file: Option<File>,
    /// The last answer of each id, RequestId aside.
    last: HashMap<InvokeId, Digest>,
    state: State,
}

/// How the writing goes. Nothing is written after a failure.
enum State {
    Well,
    Failed(io::Error),
    Told,
}

impl Recorder {
    /// Opens a recording to append to. One that is not there is made, readable by its owner alone.
    ///
    /// # Errors
    /// The file cannot be opened for reading and writing.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true);
        system::for_owner_alone(&mut options);
        let mut file = options.open(path)?;
        // A device or a pipe holds no earlier answers.
        if !file.metadata()?.is_file() {
            // A pipe may block.
            let out = Box::new(Writer::new(file));
            return Ok(Recorder { out, file: None, last: HashMap::new(), state: State::Well });
        }
        let last = last_answers(&mut file)?;
        Ok(Recorder { out: Box::new(file.try_clone()?), file: Some(file), last, state: State::Well })
    }

    /// Appends an answer, unless it is the same as the last of its id, or no JSON.
    pub fn keep(&mut self, at: Timestamp, invoke_id: &InvokeId, draft: Draft) {
        if !matches!(self.state, State::Well) {
            return;
        }
        let appended = match draft.finish() {
            Ok(Some((digest, _))) if self.last.get(invoke_id) == Some(&digest) => return,
            Ok(Some((digest, answer))) => {
                self.last.insert(invoke_id.clone(), digest);
                self.append(at, invoke_id, answer)
            }
            Ok(None) => return,
            Err(e) => Err(e),
        };
        if let Err(e) = appended {
            self.state = State::Failed(e);
        }
    }

    /// Appends a whole line. What was written of a line that fails is cut off, if that is possible.
    fn append(&mut self, at: Timestamp, invoke_id: &InvokeId, mut answer: impl Read) -> io::Result<()> {
        let (at, id) = (clock::stamp(at), crate::text::to_json(invoke_id));
        let end = self.file.as_ref().map(|file| file.metadata().map(|of| of.len())).transpose()?;
        let out = &mut self.out;
        let mut line = || {
            out.write_all(format!("{{\"at\":\"{at}\",\"invoke_id\":{id},\"response\":").as_bytes())?;
            io::copy(&mut answer, out)?;
            out.write_all(b"}\n")?;
            out.flush()
        };
        let written = line();
        if let (Err(_), Some((file, end))) = (&written, self.file.as_ref().zip(end)) {
            // The failure of the writing is told. That the half line stays too would say no more.
            let _ = file.set_len(end);
        }
        written
    }

    /// Gives what kept the recording from being written, the first time that it is asked.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        match std::mem::replace(&mut self.state, State::Told) {
            State::Failed(e) => Some(e),
            state => {
                self.state = state;
                None
            }
        }
    }
}

/// Reads a recording to its end and gives the digest of the last answer of each id. Ends a line that a crash has cut, so
/// that the next line does not become a part of it. Passes over lines that are not from here.
fn last_answers(file: &mut File) -> io::Result<HashMap<InvokeId, Digest>> {
    const BEFORE_THE_ANSWER: &[u8] = b"\"response\":";
    const LONGEST_HEAD: usize = 4096;
    #[derive(Deserialize)]
    struct Head {
        invoke_id: Option<String>,
    }
    let mut last = HashMap::new();
    let mut reader = BufReader::new(&mut *file);
    let mut is_ended = true;
    // A line at a time: its head is held, its answer goes through the digest.
    while !reader.fill_buf()?.is_empty() {
        let (mut head, mut draft) = (Vec::new(), None::<Draft>);
        is_ended = loop {
            let bytes = reader.fill_buf()?;
            let Some(&first) = bytes.first() else { break false };
            if first == b'\n' {
                reader.consume(1);
                break true;
            }
            let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes, |end| &bytes[..end]);
            let len = match &mut draft {
                Some(draft) => {
                    draft.take(line);
                    line.len()
                }
                None if head.len() < LONGEST_HEAD && !head.ends_with(BEFORE_THE_ANSWER) => {
                    head.push(first);
                    if head.ends_with(BEFORE_THE_ANSWER) {
                        draft = Some(Draft::of_digest());
                    }
                    1
                }
                None => line.len(),
            };
            reader.consume(len);
        };
        head.extend(b"null}");
        if let (Some(draft), Ok(head)) = (draft, serde_json::from_slice::<Head>(&head))
            && let Ok(Some((digest, _))) = draft.finish()
        {
            last.insert(head.invoke_id.map_or(InvokeId::UNNAMED, InvokeId::new), digest);
        }
    }
    drop(reader);
    file.seek(SeekFrom::End(0))?;
    if !is_ended {
        file.write_all(b"\n")?;
    }
    Ok(last)
}

#[cfg(test)]
mod tests;
