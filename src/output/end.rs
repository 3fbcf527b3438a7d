//! The end of a watch for people, on one screen: what was sent, what failed and what to do, what is still open, and of
//! several invocations the list. Nodes are told by their error, not one by one.

use super::failure::Failure;
use super::page::Page;
use super::table::{invocations, node_rows, summary};
use super::{Report, open_nodes, phrases};
use crate::invocation::Counts;
use crate::text::{and_more, count_of};
use std::io;
use textwrap::core::display_width;

/// Lines of a common screen, without those that stderr needs: the next step, the verdict, the prompt.
const LINES: usize = 24 - 3;

/// Says how many nodes are named, of an error and of those that are open.
const NAMED: usize = 10;

/// Writes the end of a watch, with as many errors as a screen holds, the largest first.
pub fn end(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let [head, open, list] = [
        page.part(|page| if let [one] = report.outcomes { summary(report, one, page) } else { Ok(()) })?,
        page.part(|page| open(report, page))?,
        page.part(|page| if report.outcomes.len() > 1 { invocations(report, page) } else { Ok(()) })?,
    ];
    let height = |part: &str| part.lines().count();
    let mut room = LINES.saturating_sub(height(&head) + height(&open) + height(&list));
    let mut parts = vec![head];
    let failures = report.failures();
    for (at, failure) in failures.iter().enumerate() {
        let block = page.part(|page| short(report, failure, page))?;
        let with_gap = height(&block) + 1;
        // Below any but the last there must be room for the line that counts the rest, and its gap.
        let rest = &failures[at..];
        if at > 0 && with_gap + if rest.len() > 1 { 2 } else { 0 } > room {
            let errors = count_of(rest.len() as u64, "more error");
            let nodes = count_of(rest.iter().map(Failure::count).sum(), "node");
            parts.push(page.part(|page| page.note(&format!("and {errors} with {nodes}")))?);
            break;
        }
        room = room.saturating_sub(with_gap);
        parts.push(block);
    }
    parts.extend([open, list]);
    parts.retain(|part| !part.is_empty());
    page.put(&parts.join("\n"))
}

/// Writes an error in short.
fn short(report: &Report<'_>, failure: &Failure<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let meaning = failure.meaning().unwrap_or_else(|| "not in efloctl's catalog".to_owned());
    page.title(&[page.surface.strong(&failure.name()), count_of(failure.count(), "node"), meaning])?;
    page.field_of("do", failure.entry.map(|entry| entry.remedy))?;
    let names: Vec<String> = failure.nodes.iter().take(NAMED).map(|node| report.names.called(node)).collect();
    let row = |count: usize| names[..count].join(" ") + &and_more(failure.nodes.len() - count);
    // As many as one row holds: the errors that follow need the screen more.
    let fits = |count: &usize| display_width(&row(*count)) <= page.width().saturating_sub(Page::INDENT);
    let count = (1..=names.len()).rev().find(fits).unwrap_or(names.len().min(1));
    page.field("nodes", &row(count))
}

/// Writes how many nodes are still open, and those that have been open longest.
fn open(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    for outcome in report.outcomes {
        let nodes = outcome.snapshot().map(open_nodes).unwrap_or_default();
        if nodes.is_empty() {
            continue;
        }
        let of = if report.outcomes.len() > 1 { format!(" of {}", outcome.invoke_id) } else { String::new() };
        let counts = phrases::counts(&Counts::of(nodes.iter().copied()));
        let shown = &nodes[..nodes.len().min(NAMED)];
        let longest = if shown.len() < nodes.len() { "; the 10 that have been open longest:" } else { ":" };
        page.title(&[page.surface.strong("open") + &of, counts + longest])?;
        node_rows(report, outcome, shown, page)?;
    }
    Ok(())
}
