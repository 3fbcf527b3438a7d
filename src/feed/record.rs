//! Writes a recording: a line for each answer that differs from the last of its id.
//!
//! A recording that cannot be written is told and ends, but never the watch with it: the verdict matters more.

use super::Recording;
use super::recording::Track;
use crate::clock;
use crate::deadline::Writer;
use crate::invocation::InvokeId;
use crate::system;
use crate::text::mended;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Appends answers to a file.
pub struct Recorder {
    file: Box<dyn Write>,
    /// The last answer of each id, RequestId aside: its digest, for an answer may be large.
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
    /// Opens a recording to append to; makes it, readable by its owner alone, when it is not there.
    ///
    /// # Errors
    /// The file cannot be opened for reading and writing.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true);
        let mut file = system::for_owner_alone(&mut options).open(path)?;
        // What is no plain file has nothing to go on from.
        if !file.metadata()?.is_file() {
            // A pipe may block.
            return Ok(Recorder { file: Box::new(Writer::new(file)), last: HashMap::new(), state: State::Well });
        }
        let last = go_on(&mut file)?;
        Ok(Recorder { file: Box::new(file), last, state: State::Well })
    }

    /// Keeps an answer, unless it is the same as the last of its id. The file's content is left out: it may be a
    /// secret.
    pub fn keep(&mut self, at: Timestamp, invoke_id: &InvokeId, answer: &[u8]) {
        if !matches!(self.state, State::Well) {
            return;
        }
        let Ok(mut response) = serde_json::from_str::<Value>(&mended(answer)) else { return };
        let records = response.pointer_mut("/Invocations/Invocation").and_then(Value::as_array_mut);
        for record in records.into_iter().flatten().filter_map(Value::as_object_mut) {
            record.remove("Content");
        }
        let request_id = take_request_id(&mut response);
        let digest = digest(&response);
        if self.last.get(invoke_id) == Some(&digest) {
            return;
        }
        self.last.insert(invoke_id.clone(), digest);
        if let Some((request_id, answer)) = request_id.zip(response.as_object_mut()) {
            answer.insert("RequestId".to_owned(), request_id);
        }
        let mut line = Map::new();
        line.insert("at".to_owned(), json!(clock::stamp(at)));
        line.insert("invoke_id".to_owned(), json!(invoke_id));
        line.insert("response".to_owned(), response);
        // One write a line, so that a line is cut only where the disk itself ends.
        let mut bytes = crate::text::to_json(&line).into_bytes();
        bytes.push(b'\n');
        if let Err(e) = self.file.write_all(&bytes) {
            self.state = State::Failed(e);
        }
    }

    /// What kept the recording from being written, once.
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

type Digest = [u8; 32];

/// Of an answer with its keys in order, as the library keeps them.
fn digest(answer: &Value) -> Digest {
    Sha256::digest(answer.to_string()).into()
}

fn take_request_id(answer: &mut Value) -> Option<Value> {
    answer.as_object_mut()?.remove("RequestId")
}

/// Goes on where a recording ends: gives the last answer of each id. A line that a crash has cut is ended, or it would
/// swallow the first line after it.
fn go_on(file: &mut File) -> io::Result<HashMap<InvokeId, Digest>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if bytes.last().is_some_and(|last| *last != b'\n') {
        file.write_all(b"\n")?;
    }
    // What cannot be read is appended to all the same.
    let Ok(recording) = Recording::read("the file", &bytes, &[]) else { return Ok(HashMap::new()) };
    let last = |track: Track| {
        let mut answer: Value = serde_json::from_str(track.entries.last()?.answer.get()).ok()?;
        take_request_id(&mut answer);
        Some((track.invoke_id, digest(&answer)))
    };
    Ok(recording.tracks.into_iter().filter_map(last).collect())
}

#[cfg(test)]
mod tests;
