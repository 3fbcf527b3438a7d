//! The log of a send: a file of JSON lines that is always ahead of the calls. What it says is on the disk before
//! efloctl goes on, so that whatever ends the process, the file tells which nodes a call may have named.
//!
//! A file beside it is locked while a send runs: by the process that makes the calls, and let go by the system when
//! that ends, however it ends. The file stays, with the process id of whoever held it last. Whoever only looks reads
//! without the lock.

mod folder;

pub use folder::{Folder, Listed, new_send_id};

use super::join::SendState;
use super::ledger::{Ledger, LogEntry, Plan};
use crate::clock;
use crate::deadline::Writer;
use crate::files;
use crate::invocation::InvokeId;
use crate::system;
use crate::text::{safe, to_json};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Says how long a lock is waited for: whoever only looks whether it is held holds it too, for a moment.
const PATIENCE: Duration = Duration::from_millis(200);

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
    pub fn resume(lock: Lock) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        // A file that is opened to be appended to cannot be cut on Windows.
        let mut file = system::refuse_link(options.read(true).write(true)).open(&lock.log)?;
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

/// Holds the lock of a log until it is dropped.
pub struct Lock {
    file: File,
    /// Where the log is.
    log: PathBuf,
}

impl Lock {
    /// Takes the lock of a log.
    ///
    /// # Errors
    /// Another process holds it, which is told as [`io::ErrorKind::WouldBlock`]; or it cannot be written.
    pub fn acquire(log: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = system::refuse_link(system::for_owner_alone(&mut options)).open(lock_of(log))?;
        if !files::lock(&file, PATIENCE)? {
            let mut holder = String::new();
            // Some systems let nobody read what is locked.
            let _ = file.read_to_string(&mut holder);
            return Err(io::Error::new(io::ErrorKind::WouldBlock, format!("process {}", safe(holder.trim()))));
        }
        file.set_len(0)?;
        file.write_all(std::process::id().to_string().as_bytes())?;
        Ok(Lock { file, log: log.to_owned() })
    }

    /// Reads its log. Whoever holds the lock knows that no call is under way.
    pub fn read_log(&self) -> io::Result<SendState> {
        read_log(&self.log).map(SendState::new)
    }

    /// Says whether somebody holds the lock of a log. Where that cannot be found out, nobody does.
    pub fn is_held(log: &Path) -> bool {
        let mut options = OpenOptions::new();
        options.read(true);
        let Ok(file) = system::refuse_link(&mut options).open(lock_of(log)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Gives where the lock of a log is.
fn lock_of(log: &Path) -> PathBuf {
    log.with_extension("lock")
}

/// Holds a send as its log tells it, before anything was asked about it.
pub struct Followed {
    /// Where the log is.
    pub path: PathBuf,
    pub state: SendState,
}

impl Followed {
    /// Gives the id that stands for the whole send.
    pub fn id(&self) -> InvokeId {
        self.state.ledger.plan.id()
    }

    /// Reads the log at a path.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        // In this order: who has let go of the lock by now has written all there is.
        let is_running = Lock::is_held(&path);
        let mut state = SendState::new(read_log(&path)?);
        state.is_running = is_running;
        Ok(Followed { path, state })
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
