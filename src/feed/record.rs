//! Writes a recording: a line for each answer that differs from the last of its id.
//!
//! An answer may be as large as a fleet, so it is never held in memory: while it comes in it goes, without the file's
//! content, into a [`Draft`] on the disk and through a digest. It is appended if the digest is not that of the last
//! one.
//!
//! A recording that cannot be written ends and is told, but the watch goes on: the verdict matters more.

mod draft;

pub use draft::Draft;

use crate::clock;
use crate::deadline::Writer;
use crate::invocation::InvokeId;
use crate::system;
use crate::text::to_json;
use draft::Digest;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Appends answers to a file.
pub struct Recorder {
    /// The file, until something cannot be written.
    out: Option<Box<dyn Write>>,
    /// The same file, if it is a regular one: only then a half line can be cut off.
    file: Option<File>,
    /// The last answer of each id, RequestId aside.
    last: HashMap<InvokeId, Digest>,
    failure: Option<io::Error>,
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
        if file.metadata()?.is_file() {
            let last = last_answers(&mut file)?;
            Ok(Recorder { out: Some(Box::new(file.try_clone()?)), file: Some(file), last, failure: None })
        } else {
            // A device or a pipe holds no earlier answers, and may block.
            Ok(Recorder { out: Some(Box::new(Writer::new(file))), file: None, last: HashMap::new(), failure: None })
        }
    }

    /// Appends an answer, unless it is the same as the last of its id, or no JSON.
    pub fn keep(&mut self, at: Timestamp, invoke_id: &InvokeId, draft: Draft) {
        let (Some(digest), Some(out)) = (draft.digest(), &mut self.out) else { return };
        if self.last.insert(invoke_id.clone(), digest) == Some(digest) {
            return;
        }
        let head = format!("{{\"at\":\"{}\",\"invoke_id\":{},\"response\":", clock::stamp(at), to_json(invoke_id));
        if let Err(e) = draft.into_answer().and_then(|answer| append(out, self.file.as_ref(), &head, answer)) {
            self.failure = Some(e);
            self.out = None;
        }
    }

    /// Gives what kept the recording from being written, the first time that it is asked.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }
}

/// Appends a whole line. What was written of a line that fails is cut off, if it is in a regular file.
fn append(out: &mut dyn Write, file: Option<&File>, head: &str, mut answer: impl Read) -> io::Result<()> {
    let end = file.map(|file| file.metadata().map(|of| of.len())).transpose()?;
    let mut line = || {
        out.write_all(head.as_bytes())?;
        io::copy(&mut answer, out)?;
        out.write_all(b"}\n")?;
        out.flush()
    };
    line().inspect_err(|_| {
        if let Some((file, end)) = file.zip(end) {
            // The failure of the writing is told. That the half line stays too would say no more.
            let _ = file.set_len(end);
        }
    })
}

/// Reads the next piece of a line: its end, with the line break, or as much as a head may have. Says whether there is
/// one.
fn read_piece(reader: &mut impl BufRead, piece: &mut Vec<u8>) -> io::Result<bool> {
    piece.clear();
    Ok(reader.take(4096).read_until(b'\n', piece)? > 0)
}

/// Reads a recording to its end and gives the digest of the last answer of each id. Ends a line that a crash has cut,
/// so that the next line does not become a part of it. Passes over lines that are not from here.
fn last_answers(file: &mut File) -> io::Result<HashMap<InvokeId, Digest>> {
    const BEFORE_THE_ANSWER: &[u8] = b"\"response\":";
    #[derive(Deserialize)]
    struct Head {
        invoke_id: Option<String>,
    }
    let mut last = HashMap::new();
    let mut reader = BufReader::new(&*file);
    let (mut piece, mut is_cut) = (Vec::new(), false);
    while read_piece(&mut reader, &mut piece)? {
        // The head of a line is in its first piece. The answer behind it goes through the digest.
        let answer = piece.windows(BEFORE_THE_ANSWER.len()).position(|bytes| bytes == BEFORE_THE_ANSWER);
        let (head, answer) = piece.split_at(answer.map_or(piece.len(), |at| at + BEFORE_THE_ANSWER.len()));
        let head = serde_json::from_slice(&[head, b"null}"].concat());
        let mut draft = Draft::default();
        draft.take(answer);
        while !piece.ends_with(b"\n") && read_piece(&mut reader, &mut piece)? {
            draft.take(&piece);
        }
        is_cut = piece.is_empty();
        if let (Some(digest), Ok(Head { invoke_id })) = (draft.digest(), head) {
            last.insert(invoke_id.map_or(InvokeId::UNNAMED, InvokeId::new), digest);
        }
    }
    file.seek(SeekFrom::End(0))?;
    if is_cut {
        file.write_all(b"\n")?;
    }
    Ok(last)
}

#[cfg(test)]
mod tests;
