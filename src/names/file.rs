//! The file of names: a row for each node, its columns separated by tabs. It is read whole, and replaced whole or not
//! at all.

use super::{Column, NamedNode, NodeRow};
use crate::files::{self, read_at_most, write_whole};
use crate::system;
use crate::text::{Text, odd_in_id, safe_path};
use hashbrown::DefaultHashBuilder;
use hashbrown::hash_table::{Entry, HashTable};
use memchr::memchr_iter;
use std::collections::HashSet;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

/// Limits the size of a file of names, in bytes. This one holds some 500,000 nodes.
const LARGEST: u64 = 64 << 20;

/// Limits the wait for the lock, which a process that replaces the file holds for some milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Holds the rows of a file as they stand there, and finds them by node id. Nothing is copied out of the text, so that
/// the names of a large fleet are read in a millisecond or two.
#[derive(Debug, Default)]
pub struct NameFile {
    text: String,
    /// Where the row of each node stands in the text. Of several rows of one node it is the one that was seen last.
    rows: HashTable<Row>,
    hasher: DefaultHashBuilder,
    /// The least of all times at which a node was seen.
    first_seen: String,
}

/// Marks a row in the text of the file. It is kept small, for a fleet has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    start: u32,
    /// Where each column ends, counted from the start. A column that is not there ends where the row does.
    ends: [u16; Column::ALL.len()],
    len: u16,
}

impl Row {
    /// Finds the columns of a line that stands at `start` in the text. A line of more than 64 KiB is none.
    fn of(line: &str, start: usize) -> Option<Self> {
        let (start, len) = (u32::try_from(start).ok()?, u16::try_from(line.len()).ok()?);
        let mut row = Row { start, ends: [len; Column::ALL.len()], len };
        for (end, tab) in row.ends.iter_mut().zip(memchr_iter(b'\t', line.as_bytes())) {
            *end = u16::try_from(tab).ok()?;
        }
        Some(row)
    }

    /// Gives what stands in a column of the text.
    pub(super) fn column<'t>(&self, text: &'t str, column: Column) -> &'t str {
        let at = column as usize;
        let end = self.ends[at];
        let start = if at == 0 { 0 } else { end.min(self.ends[at - 1].saturating_add(1)) };
        &text[self.start as usize..][start as usize..end as usize]
    }

    fn id<'t>(&self, text: &'t str) -> &'t str {
        self.column(text, Column::NodeId)
    }
}

impl NameFile {
    /// Reads a file, and says besides what is wrong with it. A file that cannot be read has no names.
    pub fn read(path: &Path) -> (Self, Option<String>) {
        let shown = safe_path(path);
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

    /// Checks that a file can be read.
    ///
    /// # Errors
    /// When it cannot be opened, or is no regular file: reading from anything else might never end, or never begin.
    pub fn check(path: &Path) -> io::Result<()> {
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
        }
        File::open(path).map(drop)
    }

    /// Takes a file's bytes. Gives besides the number of the first line that is no row, and how many more are none.
    pub fn of_bytes(bytes: Vec<u8>) -> (Self, Option<(usize, usize)>) {
        // A broken character makes one row unreadable, and no other.
        let (text, is_whole) = match String::from_utf8(bytes) {
            Ok(text) => (text, true),
            Err(e) => (String::from_utf8_lossy(e.as_bytes()).into_owned(), false),
        };
        let hasher = DefaultHashBuilder::default();
        let mut rows: HashTable<Row> = HashTable::with_capacity(text.len() / 100);
        let mut broken: Option<(usize, usize)> = None;
        let mut first_seen: Option<&str> = None;
        let mut start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        for (at, end) in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).enumerate() {
            let line = &text[start..end];
            let row = Row::of(line, start).filter(|row| {
                is_node_id(row.id(&text)) && row.ends[0] < row.len && (is_whole || !line.contains('\u{fffd}'))
            });
            if let Some(row) = row {
                let (id, seen_at) = (row.id(&text), row.column(&text, Column::SeenAt));
                if !seen_at.is_empty() && first_seen.is_none_or(|first| seen_at < first) {
                    first_seen = Some(seen_at);
                }
                let hash = |row: &Row| hasher.hash_one(row.id(&text));
                match rows.entry(hash(&row), |known| known.id(&text) == id, hash) {
                    Entry::Vacant(entry) => drop(entry.insert(row)),
                    Entry::Occupied(mut known) => {
                        if seen_at >= known.get().column(&text, Column::SeenAt) {
                            *known.get_mut() = row;
                        }
                    }
                }
            } else if !line.trim().is_empty() {
                broken = Some(broken.map_or((at + 1, 0), |(first, more)| (first, more + 1)));
            }
            start = end + 1;
        }
        let first_seen = first_seen.unwrap_or_default().to_owned();
        (NameFile { text, rows, hasher, first_seen }, broken)
    }

    /// Gives the row of a node.
    pub fn get(&self, node_id: &str) -> Option<NodeRow<'_>> {
        let row = self.rows.find(self.hasher.hash_one(node_id), |row| row.id(&self.text) == node_id)?;
        Some(NodeRow { text: &self.text, row })
    }

    /// Tells whether nothing is known of any node.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Tells whether a node may have been seen before this time. It spares nearly all look-ups the end of a row.
    pub fn has_seen_before(&self, time: &str) -> bool {
        self.first_seen.as_str() < time && !self.first_seen.is_empty()
    }

    /// Gives every node, in the order of their ids.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRow<'_>> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_unstable_by_key(|row| row.id(&self.text));
        rows.into_iter().map(|row| NodeRow { text: &self.text, row })
    }

    /// Replaces all rows of these clusters, which were listed completely, by rows of these nodes. Rows of other
    /// clusters stay.
    ///
    /// # Errors
    /// When the folder or the file cannot be written, or another process holds the lock for too long.
    pub fn replace<'n>(
        path: &Path,
        clusters: &[&str],
        nodes: impl Iterator<Item = &'n NamedNode<'n>> + Clone,
    ) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        system::make_folder(folder)?;
        let _lock = lock(&path.with_extension("lock"))?;
        let (before, _) = match read_bytes(path) {
            Ok(bytes) => NameFile::of_bytes(bytes),
            Err(e) if e.kind() == ErrorKind::NotFound => (NameFile::default(), None),
            Err(e) => return Err(e),
        };
        let anew: HashSet<&str> = nodes.clone().map(NamedNode::node_id).collect();
        let is_listed = |node: &NodeRow<'_>| {
            node.get(Column::ClusterId).is_some_and(|cluster| clusters.contains(&cluster.as_written()))
                || anew.contains(node.node_id().as_written())
        };
        let mut rows: Vec<String> = before
            .nodes()
            .filter(|node| !is_listed(node))
            .map(|NodeRow { text, row }| format!("{}\n", &text[row.start as usize..][..row.len as usize]))
            .collect();
        rows.extend(nodes.filter(|node| is_node_id(node.node_id())).map(row_of));
        // By id, for people who read the file, and programs that compare it.
        rows.sort();
        write_whole(path, rows.concat().as_bytes(), 0o600)
    }
}

/// Writes a node as a row. A tab or a newline in a name becomes a space, else it would make two columns or rows.
fn row_of(node: &NamedNode<'_>) -> String {
    let columns = Column::ALL.map(|column| node.get(column).map_or("-", Text::as_written));
    let plain = columns.map(|column| column.replace(char::is_control, " "));
    format!("{}\n", plain.join("\t"))
}

/// Tells whether a word may be the id of a node.
fn is_node_id(word: &str) -> bool {
    !word.is_empty() && odd_in_id(word).is_none()
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    NameFile::check(path)?;
    read_at_most(path, LARGEST)
}

/// Takes the lock, and gives the open file that holds it until it is dropped.
///
/// # Errors
/// When the file cannot be opened, or another process holds the lock for too long.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match files::lock(&file, PATIENCE)? {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::WouldBlock, "another process holds its lock")),
    }
}

#[cfg(test)]
mod tests;
