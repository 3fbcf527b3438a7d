//! Files that are written whole or not at all, and files that are read only if they are small.

use crate::deadline::{self, Writer};
use crate::system;
use secrecy::zeroize::Zeroizing;
use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::NamedTempFile;

/// No file that somebody writes by hand is larger: in bytes.
const SMALL: u64 = 4 << 20;

/// Reads a file that is small and may hold a secret. A pipe serves as well; what has no end does not.
///
/// # Errors
/// The system's own, or that it is too large.
pub fn read_small(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_at_most(path, SMALL)
}

/// Reads a file that has no more than `most` bytes.
///
/// # Errors
/// As [`read_small`].
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let path = path.to_owned();
    let bytes = deadline::run(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    })?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// The same of a file that is text.
///
/// # Errors
/// As [`read_small`], or that it is no UTF-8.
pub fn read_small_text(path: &Path) -> io::Result<Zeroizing<String>> {
    Ok(Zeroizing::new(text(&read_small(path)?)?.to_owned()))
}

/// Takes bytes for text.
///
/// # Errors
/// They are no UTF-8.
pub fn text(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Writes a file in one step: nobody ever sees half of it, and what was there before stays until the new one is whole.
/// `mode` is its permissions where the system has such. A link stays, and what it leads to is replaced.
///
/// # Errors
/// The system's own; or that something is there which is no plain file, for who may do everything would put a file in
/// the place of a device.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let path = behind_links(path);
    if path.exists() && !path.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    replace(&path, mode, |out| out.write_all(bytes))
}

/// Whether two paths lead to one file, be it there or not. What goes to the null device is lost in any case.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let path = behind_links(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
    };
    let (one, other) = (place(one), place(other));
    let is_linked = || match (std::fs::metadata(&one), std::fs::metadata(&other)) {
        (Ok(one), Ok(other)) => system::is_same_file(&one, &other),
        _ => false,
    };
    one != Path::new("/dev/null") && (one == other || is_linked())
}

/// What a path leads to, be it there or not.
fn behind_links(path: &Path) -> PathBuf {
    /// As many as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(next) = std::fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| next.clone(), |folder| folder.join(&next));
    }
    path
}

fn replace(path: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(beside(path, mode)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Reads all there is, of a file or of standard input.
pub fn read_all(path: Option<&Path>) -> io::Result<Vec<u8>> {
    let path = path.map(Path::to_owned);
    deadline::run(move || {
        let mut bytes = Vec::new();
        match path {
            Some(path) => File::open(path)?.read_to_end(&mut bytes)?,
            None => io::stdin().read_to_end(&mut bytes)?,
        };
        Ok(bytes)
    })
}

/// Opens a file to append to it.
pub fn append(path: &Path) -> io::Result<Writer> {
    let path = path.to_owned();
    Writer::open(move || OpenOptions::new().append(true).create(true).open(path))
}

/// A report to be written once its time has come. Whether it can be is found out before.
pub struct ReportFile {
    path: PathBuf,
    /// A pipe or a device takes what comes; it has no half.
    special: Option<RefCell<Writer>>,
}

impl ReportFile {
    const MODE: u32 = 0o644;

    /// Looks whether a report can be written there, and leaves no trace of that.
    ///
    /// # Errors
    /// It cannot: a folder is missing, may not be written, or is what the path names.
    pub fn at(path: &Path) -> io::Result<Self> {
        let there = std::fs::metadata(path).ok();
        if there.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let special = path.to_owned();
            // A FIFO is open once somebody reads it, which is not waited for here.
            let special = Writer::open(move || OpenOptions::new().write(true).open(special))?;
            return Ok(ReportFile { path: path.to_owned(), special: Some(RefCell::new(special)) });
        }
        // To put another in its place would lose the output.
        if there.as_ref().is_some_and(system::is_an_output) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the output goes there"));
        }
        // What a link names is replaced, not the link.
        let path = behind_links(path);
        beside(&path, Self::MODE)?.close()?;
        Ok(ReportFile { path, special: None })
    }

    /// Writes it, in one step.
    ///
    /// # Errors
    /// The system's own; what was there before is there still.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match &self.special {
            Some(special) => {
                let mut special = special.borrow_mut();
                let mut out = BufWriter::new(&mut *special);
                let written = write(&mut out).and_then(|()| out.flush());
                // What could not be written must not be tried again when the buffer goes.
                let _ = out.into_parts();
                written
            }
            None => replace(&self.path, Self::MODE, write),
        }
    }
}

/// A file of no name yet in the same folder: renamed, it is there as a whole.
fn beside(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".efloctl-");
    if let Some(permissions) = system::permissions(mode) {
        builder.permissions(permissions);
    }
    // Held until it is in the list, or a signal might come in between.
    let mut temporary = lock_temporary();
    temporary.retain(|path| path.exists());
    let file = builder.tempfile_in(folder).map_err(bare)?;
    temporary.push(file.path().to_owned());
    Ok(file)
}

/// The files that have no name of their own yet.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn lock_temporary() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the files that are being written: for a process that ends at once.
pub fn remove_temporary() {
    remove_all(&lock_temporary());
}

fn remove_all(paths: &[PathBuf]) {
    for path in paths {
        let _ = std::fs::remove_file(path);
    }
}

/// What the system said, without the path that the library puts behind it: whoever tells it has named the file, safely.
fn bare(e: io::Error) -> io::Error {
    let text = e.to_string();
    match text.split_once(" at path \"") {
        Some((said, _)) => io::Error::new(e.kind(), said),
        None => e,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_was_there_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_whole(&path, b"one", 0o600).unwrap();
        write_whole(&path, b"two", 0o600).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_is_left_alone_and_a_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (socket, link, file) = (folder.path().join("socket"), folder.path().join("link"), folder.path().join("f"));
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for path in [folder.path(), &socket] {
            assert_eq!(write_whole(path, b"x", 0o600).unwrap_err().to_string(), "it is no plain file");
        }
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, b"new", 0o600).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing is left behind");
    }

    #[test]
    fn what_is_too_large_or_no_text_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![b'x'; SMALL as usize]).unwrap();
        assert_eq!(read_small_text(&path).unwrap().len(), SMALL as usize);
        std::fs::write(&path, vec![b'x'; SMALL as usize + 1]).unwrap();
        assert_eq!(read_small(&path).unwrap_err().to_string(), "it is larger than 4 MiB");
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(read_small_text(&path).unwrap_err().to_string(), "it is not UTF-8 text");
    }

    #[test]
    fn files_that_are_being_written_can_be_removed_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = beside(&folder.path().join("file"), 0o600).unwrap();
        // Other tests of the same process are writing files of their own.
        let of_this_test: Vec<PathBuf> =
            lock_temporary().iter().filter(|path| path.starts_with(folder.path())).cloned().collect();
        remove_all(&of_this_test);
        assert!(!file.path().exists());
    }

    #[test]
    fn two_paths_may_lead_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("sub")).unwrap();
        for (one, other, expected) in
            [("f", "f", true), ("f", "sub/../f", true), ("f", "g", false), ("sub/f", "f", false)]
        {
            assert_eq!(is_same(&at(one), &at(other)), expected, "{one} {other}, not there yet");
        }
        #[cfg(unix)]
        {
            std::fs::write(at("f"), "").unwrap();
            std::fs::hard_link(at("f"), at("hard")).unwrap();
            std::os::unix::fs::symlink(at("f"), at("soft")).unwrap();
            std::os::unix::fs::symlink(at("later"), at("dangling")).unwrap();
            for (one, other) in [("f", "hard"), ("soft", "f"), ("soft", "hard"), ("dangling", "later")] {
                assert!(is_same(&at(one), &at(other)), "{one} {other}");
            }
            assert!(!is_same(Path::new("/dev/null"), Path::new("/dev/null")));
        }
    }

    #[test]
    fn a_missing_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_whole(&folder.path().join("none").join("file"), b"x", 0o600).is_err());
    }
}
