//! What failed, grouped by error: how many nodes, what it means, what to do, whether sending again helps, which nodes.

use super::paint::{faint, paint_verdict, strong};
use super::table::{field, title};
use super::words::{self, explained, own_text};
use super::{Page, Report};
use crate::catalog::Resend;
use crate::exit::Outcome;
use crate::invocation::{ErrorGroup, Snapshot, by_error};
use crate::text::wrapped;
use std::io::{self, Write};
use textwrap::core::display_width;

/// Writes a block an error, the largest first, for every invocation that was answered.
///
/// # Errors
/// The writer's own.
pub fn errors(report: &Report<'_>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut is_first = true;
    for outcome in report.outcomes {
        let Some(snapshot) = outcome.snapshot() else { continue };
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        head(outcome, snapshot, page, out)?;
        for group in by_error(snapshot) {
            writeln!(out)?;
            block(snapshot, &group, page, out)?;
        }
    }
    Ok(())
}

fn head(outcome: &Outcome, snapshot: &Snapshot, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let name = strong(page.colour, &outcome.invoke_id.to_string());
    let verdict = paint_verdict(page.colour, snapshot.verdict.word(), snapshot.verdict);
    let total = words::nodes(snapshot.counts.total());
    let open = if snapshot.open() > 0 { format!(", {} still open", snapshot.open()) } else { String::new() };
    title(&[name, verdict, format!("{} of {total} failed{open}", snapshot.failed())], page, out)
}

fn block(snapshot: &Snapshot, group: &ErrorGroup<'_>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let node = &group.first;
    let status = node.status_word().map(|status| status.safe_word());
    let name = node.error_code().or_else(|| node.error_info()).map(|name| name.safe_line());
    let count = words::nodes(group.nodes.len() as u64);
    let count = match (&name, &status) {
        (Some(_), Some(status)) => format!("{count}{}", faint(page.colour, &format!(", {status}"))),
        _ => count,
    };
    let name = name.or(status).unwrap_or_else(|| "no status".to_owned());
    title(&[strong(page.colour, &name), count], page, out)?;

    let said = own_text(node).filter(|_| node.error_code().is_some());
    if let Some(said) = said {
        field("said", &said.safe_line(), page, out)?;
    }
    match explained(node) {
        Some(entry) => {
            field("means", entry.meaning, page, out)?;
            field("do", entry.remedy, page, out)?;
            field("again", entry.resend.words(), page, out)?;
        }
        None => {
            field("means", "not in efloctl's catalog; the API may have learnt it since", page, out)?;
            field("again", Resend::Unknown.words(), page, out)?;
        }
    }
    ids(snapshot, group, page, out)
}

/// The node ids, as many a line as there is room for, none ever split.
fn ids(snapshot: &Snapshot, group: &ErrorGroup<'_>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let id = |at: &usize| words::node_name(&snapshot.nodes.get(*at));
    let ids: Vec<String> = group.nodes.iter().map(id).collect();
    let Some(width) = page.width else { return field("nodes", &ids.join(" "), page, out) };
    // An id may hold a space; it is still one.
    let glued: Vec<String> = ids.iter().map(|id| id.replace(' ', "\u{a0}")).collect();
    let mut label = "nodes";
    for line in wrapped(&glued.join(" "), width.saturating_sub(9).max(1)) {
        let line = line.replace('\u{a0}', " ");
        let has_room = display_width(&line) + 9 <= width;
        if has_room {
            writeln!(out, "  {}{line}", faint(page.colour, &format!("{label:<7}")))?;
        } else {
            // A long id has a line of its own, so that no terminal breaks it.
            if !label.is_empty() {
                writeln!(out, "  {}", faint(page.colour, label))?;
            }
            writeln!(out, "{line}")?;
        }
        label = "";
    }
    Ok(())
}
