//! Files that are written whole or not at all.

use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes a file in one step: nobody ever sees half of it, and what was there before stays until the new one is whole.
/// `mode` is its permissions where the system has such.
///
/// # Errors
/// The system's own.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = beside(path, mode)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A report to be written once its time has come. Whether it can be is found out before.
#[derive(Debug)]
pub struct Report {
    path: PathBuf,
    /// A pipe or a device takes what comes; it has no half.
    is_special: bool,
}

impl Report {
    const MODE: u32 = 0o644;

    /// Looks whether a report can be written there, and leaves no trace of that.
    ///
    /// # Errors
    /// It cannot: a folder is missing, may not be written, or is what the path names.
    pub fn at(path: &Path) -> io::Result<Self> {
        // What a link names is replaced, not the link.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let kind = std::fs::metadata(&path).map(|there| there.file_type()).ok();
        if kind.is_some_and(|kind| kind.is_dir()) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let is_special = kind.is_some_and(|kind| !kind.is_file());
        if !is_special {
            beside(&path, Self::MODE)?.close()?;
        }
        Ok(Report { path, is_special })
    }

    /// Writes it, in one step.
    ///
    /// # Errors
    /// The system's own; what was there before is there still.
    pub fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        if self.is_special {
            let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(&self.path)?);
            return write(&mut out).and_then(|()| out.flush());
        }
        let mut out = BufWriter::new(beside(&self.path, Self::MODE)?);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// A file of no name yet in the same folder: renamed, it is there as a whole.
fn beside(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".efloctl-");
    let permissions = permissions(mode);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    builder.tempfile_in(folder)
}

#[cfg(unix)]
fn permissions(mode: u32) -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
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

    #[test]
    fn a_missing_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_whole(&folder.path().join("none").join("file"), b"x", 0o600).is_err());
    }
}
