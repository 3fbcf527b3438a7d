//! The log of a send: a file of JSON lines that is always ahead of the calls. What it says is on the disk before
//! efloctl goes on, so that whatever ends the process, the file tells which nodes a call may have named.
//!
//! A file beside it is locked while a send runs. Whoever only looks reads without the lock.

mod folder;
mod lock;

pub use folder::{Folder, Listed, new_send_id};
pub use lock::Lock;

use super::join::SendState;
use super::ledger::{Ledger, LogEntry, Plan};
use crate::clock;
use crate::deadline::Writer;
use crate::system;
use crate::text::to_json;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Holds a line, with the time at which it was written.
#[derive(Serialize, Deserialize)]
struct Line<E> {
    at: String,
    #[serde(flatten)]
    entry: E,
}

/// Writes a log, and holds its lock.
pub struct Log {
    // A disk that hangs must not outlast the deadline.
    out: Writer,
    _lock: Lock,
}

/// Writes a file, and brings it to the disk with every flush.
struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl Log {
    fn new(file: File, lock: Lock) -> Self {
        Log { out: Writer::new(Synced(file)), _lock: lock }
    }

    /// Begins a log with its plan.
    fn create(path: &Path, plan: &Plan) -> io::Result<Self> {
        let lock = Lock::acquire(path)?;
        let mut options = OpenOptions::new();
        // What is there already, a link included, is no log of ours.
        system::for_owner_alone(options.append(true).create_new(true));
        let mut log = Log::new(options.open(path)?, lock);
        log.append(&LogEntry::Plan(Box::new(plan.clone())))?;
        if let Some(folder) = path.parent() {
            system::sync_folder(folder)?;
        }
        Ok(log)
    }

    /// Goes on with a log. A line that was cut is taken off, or it would spoil the first line after it.
    pub fn resume(path: &Path, lock: Lock) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        // A file that is opened to be appended to cannot be cut on Windows.
        let mut file = system::refuse_link(options.read(true).write(true)).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (_, whole) = read(&bytes)?;
        if whole < bytes.len() {
            file.set_len(whole as u64)?;
        } else if bytes.last() != Some(&b'\n') {
            file.write_all(b"\n")?;
        }
        file.seek(SeekFrom::End(0))?;
        file.sync_data()?;
        Ok(Log::new(file, lock))
    }

    /// Writes a line. Once this returns, it is on the disk.
    pub fn append(&mut self, entry: &LogEntry) -> io::Result<()> {
        let line = to_json(&Line { at: clock::stamp(Timestamp::now()), entry });
        self.out.write_all(format!("{line}\n").as_bytes())
    }
}

/// Holds a send as its log tells it, before anything was asked about it.
pub struct Followed {
    /// Where the log is.
    pub path: PathBuf,
    pub state: SendState,
}

impl Followed {
    /// Reads the log at a path.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        // In this order: who has let go of the lock by now has written all there is.
        let is_running = Lock::is_held(&path);
        let mut followed = Followed::held(path)?;
        followed.state.is_running = is_running;
        Ok(followed)
    }

    /// Reads the log at a path whose lock this process holds, and makes no calls yet.
    pub fn held(path: PathBuf) -> io::Result<Self> {
        Ok(Followed { state: SendState::new(read_log(&path)?), path })
    }
}

/// Reads the log at a path.
pub(super) fn read_log(path: &Path) -> io::Result<Ledger> {
    let mut options = OpenOptions::new();
    let mut bytes = Vec::new();
    system::refuse_link(options.read(true)).open(path)?.read_to_end(&mut bytes)?;
    read(&bytes).map(|(ledger, _)| ledger)
}

/// Reads a log's bytes. Gives what it says, and how many of the bytes are whole lines.
fn read(bytes: &[u8]) -> io::Result<(Ledger, usize)> {
    let mut ledger: Option<Ledger> = None;
    let mut whole = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        match (serde_json::from_str::<Line<LogEntry>>(&text), &mut ledger) {
            (Ok(Line { entry: LogEntry::Plan(plan), .. }), None) => ledger = Some(Ledger::new(*plan)),
            (_, None) => {
                let why = "its first line, which has the plan, cannot be read";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            (Ok(line), Some(ledger)) => ledger.apply(&line.entry),
            // Cut: what it announces was not begun, and what it reports the line before it has begun.
            (Err(_), _) if !line.ends_with(b"\n") => break,
            (Err(_), Some(ledger)) => ledger.apply_unreadable(&text),
        }
        whole += line.len();
    }
    let ledger = ledger.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is empty"))?;
    Ok((ledger, whole))
}

#[cfg(test)]
mod tests;
