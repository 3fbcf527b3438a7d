//! The file of names: a row a node, its columns parted by tabs. Read whole, and replaced whole or not at all.

use super::{NamedNode, NodeRow};
use crate::files::{read_at_most, write_whole};
use crate::system;
use crate::text::{Text, safe};
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

/// No file of names is larger: in bytes. It would hold some 500,000 nodes.
const LARGEST: u64 = 64 << 20;

/// Whoever replaces the file holds its lock for some milliseconds; longer than this nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Rows in memory, as they stand in the file, and a table that finds them: a fleet is looked up node by node.
#[derive(Debug, Default)]
pub struct NameFile {
    text: String,
    /// Of several rows of one node all but the one that was seen last are found by nobody.
    rows: Vec<Row>,
    /// The places of rows by the hash of their id, or of what comes next to it; a power of two.
    slots: Vec<Option<NonZeroU32>>,
    hasher: RandomState,
    /// The least of what the last columns hold, which is when a node was seen, if nothing else stands there.
    first_seen: String,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    start: u32,
    len: u32,
    id_len: u32,
}

impl NameFile {
    /// Reads a file, and gives what is wrong with it besides. Where it cannot be used there are no names.
    pub fn read(path: &Path) -> (Self, Option<String>) {
        let shown = safe(&path.to_string_lossy()).into_owned();
        match read_bytes(path) {
            Ok(bytes) => {
                let (file, broken) = NameFile::of_bytes(bytes);
                let problem = broken.map(|(line, more)| {
                    let more = if more > 0 { format!(", nor are {more} more") } else { String::new() };
                    format!("line {line} of {shown} is no row of a node{more}: it was passed over")
                });
                (file, problem)
            }
            Err(e) => (NameFile::default(), Some(format!("the names of nodes in {shown} cannot be read: {e}"))),
        }
    }

    /// Looks whether a file can be read.
    ///
    /// # Errors
    /// It cannot, or is no regular file: anything else might never end, or never begin.
    pub fn check(path: &Path) -> io::Result<()> {
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
        }
        File::open(path).map(drop)
    }

    /// Takes a file's bytes. Gives besides the number of the first line that is no row, and how many more there are.
    pub fn of_bytes(bytes: Vec<u8>) -> (Self, Option<(usize, usize)>) {
        // A broken character makes one row unreadable, and no other.
        let (text, is_whole) = match String::from_utf8(bytes) {
            Ok(text) => (text, true),
            Err(e) => (String::from_utf8_lossy(e.as_bytes()).into_owned(), false),
        };
        let mut rows = Vec::with_capacity(text.len() / 100);
        let mut broken: Option<(usize, usize)> = None;
        let mut first_seen = None;
        let mut start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        for (at, line) in text[start..].split('\n').enumerate() {
            let id = line.split_once('\t').map_or("", |(id, _)| id);
            if is_node_id(id) && (is_whole || !line.contains('\u{fffd}')) {
                rows.push(Row { start: offset(start), len: offset(line.len()), id_len: offset(id.len()) });
                let seen = line.rsplit('\t').next();
                first_seen = if first_seen.is_none() { seen } else { first_seen.min(seen) };
            } else if !line.trim().is_empty() {
                broken = Some(broken.map_or((at + 1, 0), |(first, more)| (first, more + 1)));
            }
            start += line.len() + 1;
        }
        let first_seen = first_seen.unwrap_or_default().to_owned();
        (NameFile::indexed(text, rows, first_seen), broken)
    }

    fn indexed(text: String, rows: Vec<Row>, first_seen: String) -> Self {
        let slots = vec![None; (rows.len() * 2).next_power_of_two()];
        let mut file = NameFile { text, rows, slots, hasher: RandomState::new(), first_seen };
        for at in 0..file.rows.len() {
            let row = file.rows[at];
            let slot = file.slot(file.id(row));
            let is_last_seen =
                file.found(slot).is_none_or(|there| file.node(row).seen_at() >= file.node(there).seen_at());
            if is_last_seen {
                file.slots[slot] = NonZeroU32::new(offset(at + 1));
            }
        }
        file
    }

    /// Where an id is in the table, or would be.
    fn slot(&self, id: &str) -> usize {
        let mask = self.slots.len() - 1;
        // The table is as long as memory allows, and the hash longer.
        #[allow(clippy::cast_possible_truncation)]
        let mut slot = self.hasher.hash_one(id) as usize & mask;
        while self.found(slot).is_some_and(|row| self.id(row) != id) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn found(&self, slot: usize) -> Option<Row> {
        self.slots[slot].map(|at| self.rows[at.get() as usize - 1])
    }

    /// What stands there of a node.
    pub fn get(&self, node_id: &str) -> Option<NodeRow<'_>> {
        if self.is_empty() {
            return None;
        }
        self.found(self.slot(node_id)).map(|row| self.node(row))
    }

    /// Whether nothing is known of any node.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every node, by its id.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRow<'_>> {
        let mut rows: Vec<Row> = (0..self.slots.len()).filter_map(|slot| self.found(slot)).collect();
        rows.sort_by(|one, other| self.id(*one).cmp(self.id(*other)));
        rows.into_iter().map(|row| self.node(row))
    }

    fn id(&self, row: Row) -> &str {
        &self.text[row.start as usize..][..row.id_len as usize]
    }

    fn node(&self, row: Row) -> NodeRow<'_> {
        NodeRow(&self.text[row.start as usize..][..row.len as usize])
    }

    /// Whether a node may have been seen before this time.
    pub fn has_seen_before(&self, time: &str) -> bool {
        self.first_seen.as_str() < time
    }

    /// Puts these nodes in the place of all that was known of their clusters, which were listed whole. Rows of other
    /// clusters stay.
    ///
    /// # Errors
    /// The folder or the file cannot be written, or another process does not let go of the lock.
    pub fn replace<'n>(
        path: &Path,
        clusters: &[&str],
        nodes: impl Iterator<Item = &'n NamedNode<'n>> + Clone,
    ) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        create_folder(folder)?;
        let _lock = lock(&path.with_extension("lock"))?;
        let (before, _) = match read_bytes(path) {
            Ok(bytes) => NameFile::of_bytes(bytes),
            Err(e) if e.kind() == ErrorKind::NotFound => (NameFile::default(), None),
            Err(e) => return Err(e),
        };
        let anew: HashSet<&str> = nodes.clone().map(|node| node.node_id.as_written()).collect();
        let is_listed = |node: &NodeRow<'_>| {
            node.cluster_id().is_some_and(|cluster| clusters.contains(&cluster.as_written()))
                || anew.contains(node.node_id().as_written())
        };
        let mut rows: Vec<String> =
            before.nodes().filter(|node| !is_listed(node)).map(|node| format!("{}\n", node.0)).collect();
        rows.extend(nodes.filter(|node| is_node_id(node.node_id.as_written())).map(row_of));
        // By id, for people who look into it and programs that compare.
        rows.sort();
        write_whole(path, rows.concat().as_bytes(), 0o600)
    }
}

/// A node as a row. A tab or a line's end in a name would make two columns, or two rows, of it.
fn row_of(node: &NamedNode<'_>) -> String {
    let columns = node.columns().map(|column| column.map_or("-", Text::as_written));
    let plain = columns.map(|column| column.replace(char::is_control, " "));
    format!("{}\n", plain.join("\t"))
}

/// Whether a word may be the id of a node.
fn is_node_id(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    NameFile::check(path)?;
    read_at_most(path, LARGEST)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("the file is smaller than 4 GiB")
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    system::folder_for_owner_alone(builder.recursive(true)).create(folder)
}

/// Waits for the lock, which ends with the file that is given.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(ErrorKind::WouldBlock, "another process holds its lock"));
            }
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests;
