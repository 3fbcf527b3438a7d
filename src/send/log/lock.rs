//! The lock of a send: a file beside its log, held by the process that makes the calls, and let go by the system when
//! that ends, however it ends. The file stays, with the process id of whoever held it last.

use crate::files;
use crate::system;
use crate::text::safe;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Says how long a lock is waited for: whoever only looks whether it is held holds it too, for a moment.
const PATIENCE: Duration = Duration::from_millis(200);

/// Holds the lock until it is dropped.
pub struct Lock(File);

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
        Ok(Lock(file))
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
        let _ = self.0.unlock();
    }
}

/// Gives where the lock of a log is.
pub(super) fn lock_of(log: &Path) -> PathBuf {
    log.with_extension("lock")
}
