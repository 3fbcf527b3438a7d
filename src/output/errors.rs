//! What failed, grouped by error: how many nodes, what it means, what to do, whether sending again helps, which nodes.

use super::failure::Failure;
use super::paint::{faint, strong};
use super::table::{field, heading, note, title};
use super::{Report, phrases};
use crate::names::folded;
use crate::terminal::Surface;
use crate::text::{and_more, count_of, wrapped};
use std::io::{self, Write};
use textwrap::core::display_width;

/// As many errors of an invocation are shown; the rest are counted.
const BLOCKS: usize = 20;

/// Writes a block an error, the largest first, for every invocation that was answered. With `max`, so many nodes of
/// each error and the first errors; 0 shows all of both.
pub fn errors(report: &Report<'_>, max: usize, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut is_first = true;
    for (at, outcome) in report.outcomes.iter().enumerate() {
        let Some(snapshot) = outcome.snapshot() else { continue };
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        heading(report, outcome, snapshot, surface, out)?;
        if !snapshot.is_one_node {
            field("nodes", &phrases::progress(snapshot), surface, out)?;
        }
        let failures = report.failures(at);
        let shown = if max == 0 { failures.len() } else { failures.len().min(BLOCKS) };
        for failure in &failures[..shown] {
            writeln!(out)?;
            block(report, at, failure, max, surface, out)?;
        }
        let hidden = &failures[shown..];
        if !hidden.is_empty() {
            let errors = count_of(hidden.len() as u64, "other error");
            let nodes = phrases::nodes_words(hidden.iter().map(Failure::count).sum());
            writeln!(out)?;
            note(&format!("not listed: {errors} with {nodes}; --max-nodes 0 lists all"), surface, out)?;
        }
    }
    Ok(())
}

fn block(
    report: &Report<'_>,
    at: usize,
    failure: &Failure<'_>,
    max: usize,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = phrases::nodes_words(failure.count());
    let statuses = failure.statuses();
    let name = failure.name();
    let count = match failure.statuses.len() {
        // The error is called by its status.
        1 if name == statuses => count,
        1 => format!("{count}{}", faint(surface.colour, &format!(", {statuses}"))),
        _ => format!("{count}{}", faint(surface.colour, &format!(": {statuses}"))),
    };
    title(&[strong(surface.colour, &name), count], surface, out)?;
    if let Some(said) = failure.said() {
        field("said", &said, surface, out)?;
    }
    match failure.entry {
        Some(entry) => {
            field("means", entry.meaning, surface, out)?;
            field("do", entry.remedy, surface, out)?;
        }
        None => field("means", "not in efloctl's catalog; the API may have learnt it since", surface, out)?,
    }
    field("again", failure.resend().words(), surface, out)?;
    if let Some(place) = report.place_of(at, failure) {
        field("where", &place.words(), surface, out)?;
    }
    hosts(report, failure, max, surface, out)?;
    let shown = if max == 0 { failure.nodes.len() } else { failure.nodes.len().min(max) };
    ids(failure, shown, surface, out)?;
    let hidden = failure.nodes.len() - shown;
    if hidden > 0 { field("", &format!("and {hidden} more; --max-nodes 0 lists all"), surface, out) } else { Ok(()) }
}

/// The hostnames in short, where every node has one.
fn hosts(
    report: &Report<'_>,
    failure: &Failure<'_>,
    max: usize,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let hosts: Option<Vec<_>> = failure.nodes.iter().map(|node| report.name_of(node)?.hostname()).collect();
    let Some(hosts) = hosts else { return Ok(()) };
    let (folded, left_out) = folded(hosts.into_iter(), if max == 0 { usize::MAX } else { max });
    field("hosts", &(folded + &and_more(left_out)), surface, out)
}

/// The first node ids, as many a line as there is room for, none ever split.
fn ids(failure: &Failure<'_>, most: usize, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let ids: Vec<String> = failure.nodes.iter().take(most).map(phrases::node_name).collect();
    let Some(width) = surface.width else { return field("nodes", &ids.join(" "), surface, out) };
    // An id may hold a space; it is still one.
    let glued: Vec<String> = ids.iter().map(|id| id.replace(' ', "\u{a0}")).collect();
    let mut label = "nodes";
    for line in wrapped(&glued.join(" "), width.saturating_sub(9).max(1)) {
        let line = line.replace('\u{a0}', " ");
        let has_room = display_width(&line) + 9 <= width;
        if has_room {
            writeln!(out, "  {}{line}", faint(surface.colour, &format!("{label:<7}")))?;
        } else {
            // A long id has a line of its own, so that no terminal breaks it.
            if !label.is_empty() {
                writeln!(out, "  {}", faint(surface.colour, label))?;
            }
            writeln!(out, "{line}")?;
        }
        label = "";
    }
    Ok(())
}
