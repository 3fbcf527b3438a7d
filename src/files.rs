//! Files that are written whole or not at all, and files that are read only if they are small.

use crate::deadline::{self, Writer};
use crate::system;
use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// Limits the size of a file that somebody wrote by hand, in bytes.
const SMALL: u64 = 4 << 20;

/// Reads a small file or a pipe. Fails as the system does, or if more comes than a small file has.
pub fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(path, SMALL)
}

/// Reads a file, which fails if it has more than `most` bytes.
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let path = path.to_owned();
    let bytes = read_to_end(move || Ok(File::open(path)?.take(most + 1)))?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// Reads all of a file, or of standard input where there is no path.
pub fn read_all(path: Option<&Path>) -> io::Result<Vec<u8>> {
    match path.map(Path::to_owned) {
        Some(path) => read_to_end(|| File::open(path)),
        None => read_to_end(|| Ok(io::stdin())),
    }
}

/// Reads what is opened, as far as there is time.
fn read_to_end<R: Read>(open: impl FnOnce() -> io::Result<R> + Send + 'static) -> io::Result<Vec<u8>> {
    deadline::run(move || {
        let mut bytes = Vec::new();
        open()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

/// Reads a small file that is text. Fails as [`read_small`] does, or if it is not UTF-8.
pub fn read_small_text(path: &Path) -> io::Result<String> {
    text(read_small(path)?)
}

/// Takes bytes for text, without a byte order mark before it. Fails if they are not UTF-8.
pub fn text(bytes: Vec<u8>) -> io::Result<String> {
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Writes a file in one step, so that nobody ever sees half of it and what was there stays until the new one is whole.
/// `mode` is its permissions where the system has such. What a link leads to is replaced, and the link stays.
///
/// Refuses to replace what is no plain file: root could put a file in the place of a device such as `/dev/null`.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let path = behind_links(path);
    if path.exists() && !path.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    replace(&path, mode, |out| out.write_all(bytes))
}

/// Says whether two paths lead to one file, which need not be there yet. The null device does not count: what is
/// written there is lost in any case.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let path = behind_links(path);
        let folder = folder_of(&path);
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

/// Gives the folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Follows a path over its links, also to a file that is not there yet.
fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // Linux follows 40 links too.
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&path) else { break };
        path = path.parent().map_or_else(|| next.clone(), |folder| folder.join(&next));
    }
    path
}

/// Writes a file beside the one that it replaces at last.
fn replace(path: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(beside(path, mode)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Takes the lock of an open file, and waits no longer for it than this. Says whether it was taken.
pub fn lock(file: &File, patience: Duration) -> io::Result<bool> {
    let until = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
}

/// Opens a file to append to it, and creates one that is not there.
pub fn append(path: &Path) -> io::Result<Writer> {
    let path = path.to_owned();
    Writer::open(move || OpenOptions::new().append(true).create(true).open(path))
}

/// Says where a report will be written, once it is known that it can be.
pub enum ReportFile {
    /// In a file, as a whole.
    Whole(PathBuf),
    /// Into an open pipe or device. It cannot be replaced, and takes what comes.
    Special(RefCell<Writer>),
}

impl ReportFile {
    const MODE: u32 = 0o644;

    /// Finds out whether a report can be written there, and leaves no trace of that. Fails if a folder is missing or
    /// may not be written, if the path is a folder, or if the output of this process goes there.
    pub fn at(path: &Path) -> io::Result<Self> {
        match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            Ok(there) if !there.is_file() => {
                let path = path.to_owned();
                // A FIFO is open once somebody reads it, which is not waited for here.
                let special = Writer::open(move || OpenOptions::new().write(true).open(path))?;
                Ok(ReportFile::Special(RefCell::new(special)))
            }
            // A new file in its place would lose the output.
            Ok(there) if system::is_an_output(&there) => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "the output goes there"))
            }
            _ => {
                let path = behind_links(path);
                beside(&path, Self::MODE)?.close()?;
                Ok(ReportFile::Whole(path))
            }
        }
    }

    /// Writes the report in one step. Where that fails, what was there before is there still.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self {
            ReportFile::Whole(path) => replace(path, Self::MODE, write),
            ReportFile::Special(special) => special.borrow_mut().write_with(write),
        }
    }
}

/// Makes a temporary file in the same folder, to be renamed once it is whole.
fn beside(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".efloctl-");
    if let Some(permissions) = system::permissions(mode) {
        builder.permissions(permissions);
    }
    // The list is locked until the file is in it, for a signal may come in between.
    let mut temporary = lock_temporary();
    temporary.retain(|path| path.exists());
    let file = builder.tempfile_in(folder_of(path)).map_err(bare)?;
    temporary.push(file.path().to_owned());
    Ok(file)
}

/// Holds the temporary files of this process.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn lock_temporary() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the temporary files, where the process ends at once.
pub fn remove_temporary() {
    remove_all(&lock_temporary());
}

fn remove_all(paths: &[PathBuf]) {
    for path in paths {
        let _ = std::fs::remove_file(path);
    }
}

/// Gives what the system said, without the path that the library puts behind it unescaped. The caller names the file.
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
    fn file_is_replaced_in_one_step() {
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
    fn write_whole_refuses_a_folder_or_socket_and_keeps_a_symlink() {
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
    fn read_small_refuses_a_large_file_and_invalid_utf8() {
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
    fn temporary_file_is_removed_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = beside(&folder.path().join("file"), 0o600).unwrap();
        // Other tests of the same process are writing files of their own.
        let of_this_test: Vec<PathBuf> =
            lock_temporary().iter().filter(|path| path.starts_with(folder.path())).cloned().collect();
        remove_all(&of_this_test);
        assert!(!file.path().exists());
    }

    #[test]
    fn same_file_is_seen_through_links_and_parent_folders() {
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
    fn write_whole_fails_in_a_missing_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_whole(&folder.path().join("none").join("file"), b"x", 0o600).is_err());
    }
}
