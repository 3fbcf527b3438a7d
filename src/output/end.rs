//! The end of a watch for people: by cause, not by node, on one screen. What was sent, what failed and what to do,
//! what is still open; of several invocations the list.

use super::failure::Failure;
use super::paint::strong;
use super::table::{INDENT, field, invocations, node_rows, note, summary, title};
use super::{Report, open_nodes, phrases};
use crate::invocation::Counts;
use crate::terminal::Surface;
use crate::text::{and_more, count_of};
use std::io::{self, Write};
use textwrap::core::display_width;

/// Lines of a common screen, less those that stderr has below: the next step, the verdict, the prompt.
const LINES: usize = 24 - 3;

/// At most this many nodes are named, of an error and of those that are open.
const NAMED: usize = 10;

/// Writes it: as many errors as a screen holds, the largest first.
pub fn end(report: &Report<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let lines = |write: &dyn Fn(&mut dyn Write) -> io::Result<()>| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        Ok(bytes)
    };
    let several = report.outcomes.len() > 1;
    let head = match report.outcomes {
        [one] => lines(&|out| summary(report, one, surface, out))?,
        _ => Vec::new(),
    };
    let open = lines(&|out| open(report, surface, out))?;
    let list = if several { lines(&|out| invocations(report, surface, out))? } else { Vec::new() };
    out.write_all(&head)?;
    let mut is_first = head.is_empty();
    let mut gap = |out: &mut dyn Write| if std::mem::take(&mut is_first) { Ok(()) } else { writeln!(out) };

    let height = |part: &[u8]| part.iter().filter(|byte| **byte == b'\n').count();
    let mut room = LINES.saturating_sub(height(&head) + height(&open) + height(&list));
    let failures = report.failures_of_all();
    for (at, failure) in failures.iter().enumerate() {
        let block = lines(&|out| short(report, failure, surface, out))?;
        let is_last = at + 1 == failures.len();
        // A gap above, and below it a line for what has no room.
        let needed = height(&block) + 1 + if is_last { 0 } else { 2 };
        if at > 0 && needed > room {
            let rest = &failures[at..];
            let (errors, nodes) = (rest.len() as u64, rest.iter().map(Failure::count).sum());
            gap(out)?;
            let errors = count_of(errors, "more error");
            note(&format!("and {errors} with {}", phrases::nodes_words(nodes)), surface, out)?;
            break;
        }
        room = room.saturating_sub(height(&block) + 1);
        gap(out)?;
        out.write_all(&block)?;
    }
    for part in [open, list].iter().filter(|part| !part.is_empty()) {
        gap(out)?;
        out.write_all(part)?;
    }
    Ok(())
}

/// An error in short.
fn short(report: &Report<'_>, failure: &Failure<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let name = strong(surface.colour, &failure.name());
    let meaning = failure.meaning().unwrap_or_else(|| "not in efloctl's catalog".to_owned());
    title(&[name, phrases::nodes_words(failure.count()), meaning], surface, out)?;
    if let Some(entry) = failure.entry {
        field("do", entry.remedy, surface, out)?;
    }
    let names: Vec<String> = failure.nodes.iter().take(NAMED).map(|node| report.called(node)).collect();
    let row = |count: usize| names[..count].join(" ") + &and_more(failure.nodes.len() - count);
    // As many as one row holds: the errors that follow need the screen more.
    let fits = |count: &usize| surface.width.is_none_or(|width| display_width(&row(*count)) + INDENT <= width);
    let count = (1..=names.len()).rev().find(fits).unwrap_or(names.len().min(1));
    field("nodes", &row(count), surface, out)
}

/// The nodes that are still open as counts, and those that have been open longest.
fn open(report: &Report<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for outcome in report.outcomes {
        let Some((look, snapshot)) = &outcome.seen else { continue };
        let nodes = open_nodes(snapshot);
        if nodes.is_empty() {
            continue;
        }
        let whose = if report.outcomes.len() > 1 { format!(" of {}", outcome.invoke_id) } else { String::new() };
        let counts = phrases::counts(&Counts::of(nodes.iter().copied()));
        let longest =
            if nodes.len() > NAMED { format!("; the {NAMED} that have been open longest:") } else { ":".into() };
        title(&[format!("{}{whose}", strong(surface.colour, "open")), format!("{counts}{longest}")], surface, out)?;
        node_rows(report, (*look, snapshot), &nodes[..nodes.len().min(NAMED)], surface, out)?;
    }
    Ok(())
}
