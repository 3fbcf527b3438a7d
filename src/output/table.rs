//! The table for people: what was sent where, the verdict, the counts, then the nodes, failures first.
//!
//! A node id is never cut, wrapped or split: it is there to be copied and searched for. Where the screen is too narrow
//! for columns beside the ids, each node gets a line of its own with its error below.

use super::paint::{faint, paint_status, paint_verdict, strong};
use super::words::{self, error_words};
use super::{Filter, Page, Report};
use crate::exit::Outcome;
use crate::invocation::{Class, Counts, Node, Snapshot};
use crate::text::{Text, wrapped, wrapped_below};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io::{self, Write};
use textwrap::core::display_width;

/// Rows that are laid out at once, so that a long list costs time but no memory.
const CHUNK: usize = 200;

/// Below this many columns an error text is soup.
const NARROWEST_ERROR: usize = 24;

/// No column is wider: an id like that would only push the others off every screen.
const LONGEST_ID: usize = 500;

/// Which nodes the table lists.
#[derive(Clone, Debug)]
pub struct Rows {
    pub filter: Filter,
    /// At most so many nodes of an invocation; 0 is all.
    pub max: usize,
    /// How to see the others, such as `--max-nodes 0 lists all`.
    pub more: &'static str,
}

/// Writes summary and nodes of every invocation that was answered.
///
/// # Errors
/// The writer's own.
pub fn table(report: &Report<'_>, rows: &Rows, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut is_first = true;
    for outcome in report.outcomes {
        let Some(snapshot) = outcome.snapshot() else { continue };
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        summary(outcome, page, out)?;
        nodes(snapshot, rows, page, out)?;
    }
    Ok(())
}

/// Writes what was sent where, and what became of it.
///
/// # Errors
/// The writer's own.
pub fn summary(outcome: &Outcome, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let Some(snapshot) = outcome.snapshot() else { return Ok(()) };
    let name = strong(page.colour, &outcome.invoke_id.to_string());
    let verdict = paint_verdict(page.colour, snapshot.verdict.word(), snapshot.verdict);
    let said = snapshot.status.as_ref().map_or_else(|| "nothing".to_owned(), Text::safe_word);
    let is_same = snapshot.verdict.word().eq_ignore_ascii_case(&said);
    let said = if is_same { String::new() } else { format!("(the API says {said})") };
    title(&[name, verdict, said], page, out)?;
    for (label, text) in
        [("file", file(snapshot)), ("about", shown(snapshot.facts.description.as_ref())), ("sent", sent(snapshot))]
    {
        if let Some(text) = text {
            field(label, &text, page, out)?;
        }
    }
    field("nodes", &node_line(snapshot), page, out)
}

/// A heading and what belongs to it, below where it has no room beside.
pub(super) fn title(parts: &[String], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let line = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("  ");
    for line in wrapped_below(&line, page.width.unwrap_or(usize::MAX), "  ") {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A labelled line of a summary, wrapped where the page has a width.
pub(super) fn field(label: &str, text: &str, page: Page, out: &mut dyn Write) -> io::Result<()> {
    const INDENT: usize = 9;
    let width = page.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(NARROWEST_ERROR));
    for (at, line) in wrapped(text, width).into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        writeln!(out, "  {}{line}", faint(page.colour, &format!("{label:<7}")))?;
    }
    Ok(())
}

fn shown(text: Option<&Text<'_>>) -> Option<String> {
    text.map(Text::safe_line)
}

fn file(snapshot: &Snapshot) -> Option<String> {
    let facts = &snapshot.facts;
    let mut line = shown(facts.name.as_ref())?;
    if let Some(dir) = &facts.target_dir {
        line = format!("{line} to {}", dir.safe_line());
    }
    let owner = match (&facts.file_owner, &facts.file_group) {
        (Some(owner), Some(group)) => Some(format!("{}:{}", owner.safe_word(), group.safe_word())),
        (owner, group) => shown(owner.as_ref().or(group.as_ref())),
    };
    let overwrite = facts.overwrite.map(|yes| if yes { "overwrite" } else { "no overwrite" }.to_owned());
    let rights: Vec<String> = [shown(facts.file_mode.as_ref()), owner, overwrite].into_iter().flatten().collect();
    Some(if rights.is_empty() { line } else { format!("{line} ({})", rights.join(", ")) })
}

fn sent(snapshot: &Snapshot) -> Option<String> {
    shown(snapshot.facts.creation_time.as_ref())
}

fn node_line(snapshot: &Snapshot) -> String {
    let (listed, all) = (snapshot.listed(), snapshot.expected());
    let counts = words::counts(&snapshot.counts);
    if all > listed && !snapshot.is_one_node {
        format!("{listed} of {all} listed: {counts}")
    } else {
        format!("{}: {counts}", snapshot.counts.total())
    }
}

/// Places of the nodes to show: failed ones first, then open ones, then Success.
fn order<'l>(snapshot: &'l Snapshot, filter: &'l Filter) -> impl Iterator<Item = usize> + 'l {
    let rank = |node: &Node<'_>| match node.status().class() {
        _ if snapshot.is_failed(node) => 0,
        Class::Success => 2,
        _ => 1,
    };
    (0..3).flat_map(move |wanted| {
        (0..snapshot.nodes.len()).filter(move |&at| {
            let node = snapshot.nodes.get(at);
            rank(&node) == wanted && filter.admits(snapshot, &node)
        })
    })
}

/// One node as the table shows it.
struct Row {
    id: String,
    status: String,
    painted: String,
    error: String,
}

impl Row {
    fn new(snapshot: &Snapshot, node: &Node<'_>, colour: bool) -> Self {
        let status = node.status_word().map_or_else(|| "-".to_owned(), |word| word.safe_word());
        Row {
            id: words::node_name(node),
            painted: paint_status(colour, &status, node.status()),
            status,
            error: error_words(node, snapshot.is_failed(node)).unwrap_or_default(),
        }
    }
}

fn nodes(snapshot: &Snapshot, rows: &Rows, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let filter = &rows.filter;
    let max = if rows.max == 0 { usize::MAX } else { rows.max };
    let shown: Vec<usize> = order(snapshot, filter).take(max).collect();
    if !shown.is_empty() {
        writeln!(out)?;
        let row = |at: &usize| Row::new(snapshot, &snapshot.nodes.get(*at), page.colour);
        let widths = shown.iter().map(row).map(|row| (display_width(&row.id), display_width(&row.status)));
        let (id, status) = widths.fold((4, 6), |(id, status), (i, s)| (id.max(i), status.max(s)));
        let room = page.width.map(|width| width.saturating_sub(id + status + 4));
        if id > LONGEST_ID || room.is_some_and(|room| room < NARROWEST_ERROR) {
            stacked(shown.iter().map(row), page, out)?;
        } else {
            columns(&shown, row, id, status, page, out)?;
        }
    }
    let hidden = Counts::of(order(snapshot, filter).skip(max).map(|at| snapshot.nodes.get(at)));
    if hidden.total() > 0 {
        let line = format!("not listed: {}; {}", words::counts(&hidden), rows.more);
        for line in wrapped(&line, page.width.unwrap_or(usize::MAX)) {
            writeln!(out, "{}", faint(page.colour, &line))?;
        }
    }
    Ok(())
}

fn columns(
    shown: &[usize],
    row: impl Fn(&usize) -> Row,
    id: usize,
    status: usize,
    page: Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fixed = |width: usize| ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)));
    for (at, chunk) in shown.chunks(CHUNK).enumerate() {
        let mut table = Table::new();
        table.force_no_tty().load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = page.width {
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        if at == 0 {
            table.set_header(["NODE", "STATUS", "ERROR"].map(|head| faint(page.colour, head)));
        }
        for row in chunk.iter().map(&row) {
            table.add_row([row.id, row.painted, row.error]);
        }
        table.set_constraints([fixed(id + 2), fixed(status + 2)]);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

fn stacked(rows: impl Iterator<Item = Row>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let width = page.width.map_or(usize::MAX, |width| width.saturating_sub(4).max(12));
    for row in rows {
        writeln!(out, "{}", row.id)?;
        writeln!(out, "  {}", row.painted)?;
        for line in wrapped(&row.error, width).into_iter().filter(|line| !line.is_empty()) {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}
