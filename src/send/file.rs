//! The file to send: read once, so that all nodes get the same bytes whatever happens to it meanwhile.

use crate::fault::Fault;
use crate::rpc;
use crate::system;
use crate::text::safe_path;
use base64::prelude::{BASE64_STANDARD, Engine};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Limits a file, in bytes: the service takes no more than 32 KiB after Base64.
const LARGEST: usize = 24_576;

/// Says up to what size, in bytes, the service surely takes a file: its limit may be 32,000 characters of Base64.
const SURELY_TAKEN: usize = 24_000;

/// Holds a file as it was when it was read. Its content may be a secret: nothing shows it.
pub struct File {
    /// Its absolute path.
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    /// The SHA-256 of the content, in lower-case hex.
    pub sha256: String,
    /// Whether only some may read it here, so that the service's default mode would open it to all.
    pub is_closed_to_others: bool,
}

impl File {
    /// Reads the file at a path.
    ///
    /// # Errors
    /// It is no regular file, is empty, or is larger than the service takes.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let shown = safe_path(path);
        let unreadable = |e: io::Error| Fault::usage(format!("the file {shown} cannot be read: {e}"));
        // Before it is opened, for opening a pipe waits for whoever writes into it.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(Fault::usage(format!("{shown} is no regular file")));
        }
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.is_empty() {
            return Err(Fault::usage(format!("the file {shown} is empty, and the service sends no empty file")));
        }
        if bytes.len() > LARGEST {
            let size = metadata.len().max(bytes.len() as u64);
            return Err(Fault::usage(format!(
                "the file {shown} has {size} bytes, and the service takes at most {LARGEST}"
            )));
        }
        Ok(File {
            path: std::path::absolute(path).map_err(unreadable)?,
            sha256: rpc::hash(&bytes),
            is_closed_to_others: system::mode(&metadata).is_some_and(|mode| mode & 0o004 == 0),
            bytes,
        })
    }

    /// Gives its own name, which it has on the nodes unless another is given; nothing where that is no text.
    pub fn name(&self) -> Option<&str> {
        self.path.file_name()?.to_str()
    }

    /// Says whether a content with this SHA-256 is the file's, as bytes or in Base64.
    pub fn is_content(&self, sha256: &str) -> bool {
        sha256 == self.sha256 || sha256 == rpc::hash(BASE64_STANDARD.encode(&self.bytes).as_bytes())
    }

    /// Says whether the service may find it too large.
    pub fn may_be_too_large(&self) -> bool {
        self.bytes.len() > SURELY_TAKEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: usize) -> Result<File, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.conf");
        std::fs::write(&path, vec![b'x'; bytes]).unwrap();
        File::read(&path).map_err(|fault| fault.message)
    }

    #[test]
    fn a_file_is_sent_up_to_its_limit_and_warned_of_near_it() {
        assert!(read(0).err().unwrap().ends_with("is empty, and the service sends no empty file"));
        assert!(!read(24_000).unwrap().may_be_too_large());
        let file = read(24_576).unwrap();
        assert!(file.may_be_too_large() && file.path.is_absolute());
        assert_eq!((file.bytes.len(), file.name()), (24_576, Some("app.conf")));
        assert!(read(24_577).err().unwrap().ends_with("has 24577 bytes, and the service takes at most 24576"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [folder.path(), Path::new("/dev/zero"), &pipe] {
            let said = File::read(path).err().unwrap().message;
            assert!(said.ends_with("is no regular file"), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_cannot_read_is_told_apart() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "abc").unwrap();
        for (mode, is_closed) in [(0o600, true), (0o640, true), (0o644, false)] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(File::read(&path).unwrap().is_closed_to_others, is_closed, "{mode:o}");
        }
        let file = File::read(&path).unwrap();
        assert_eq!(file.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for (content, is_it) in [("abc", true), ("YWJj", true), ("abcd", false), ("YWJ", false), ("", false)] {
            assert_eq!(file.is_content(&rpc::hash(content.as_bytes())), is_it, "{content}");
        }
    }
}
