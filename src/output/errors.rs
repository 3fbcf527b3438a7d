//! What failed, grouped by error: how many nodes, what it means, what to do, whether sending again helps, which nodes.

use super::failure::{Failure, failures};
use super::page::Page;
use super::table::heading;
use super::{Report, phrases};
use crate::names::{Column, Places, folded};
use crate::text::{and_more, count_of};
use std::io;

/// Says how many errors of an invocation are shown; the others are counted.
const BLOCKS: usize = 20;

/// Writes a block for each error, the largest first, of every invocation that was answered. Shows at most `max` nodes
/// and as many hosts of an error, and the first errors; with 0 it shows all.
pub fn errors(report: &Report<'_>, max: usize, page: &mut Page<'_>) -> io::Result<()> {
    for outcome in report.outcomes {
        let Some(snapshot) = outcome.snapshot() else { continue };
        page.gap()?;
        heading(report, outcome, page)?;
        if !snapshot.is_one_node {
            page.field("nodes", &phrases::progress(snapshot))?;
        }
        let places = Places::of(snapshot, report.names);
        let failures = failures(snapshot);
        let (shown, hidden) = failures.split_at(if max == 0 { failures.len() } else { failures.len().min(BLOCKS) });
        for failure in shown {
            page.gap()?;
            block(report, failure, places.as_ref(), if max == 0 { usize::MAX } else { max }, page)?;
        }
        if !hidden.is_empty() {
            let errors = count_of(hidden.len() as u64, "other error");
            let nodes = count_of(hidden.iter().map(Failure::count).sum(), "node");
            page.gap()?;
            page.note(&format!("not listed: {errors} with {nodes}; --max-nodes 0 lists all"))?;
        }
    }
    Ok(())
}

fn block(
    report: &Report<'_>,
    failure: &Failure<'_>,
    places: Option<&Places<'_>>,
    max: usize,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let (name, statuses) = (failure.name(), failure.statuses());
    let statuses = match failure.statuses.len() {
        // The error is called by its status.
        1 if name == statuses => String::new(),
        1 => format!(", {statuses}"),
        _ => format!(": {statuses}"),
    };
    let count = count_of(failure.count(), "node") + &page.surface.faint(&statuses);
    page.title(&[page.surface.strong(&name), count])?;
    page.field_of("said", failure.said())?;
    match failure.entry {
        Some(entry) => {
            page.field("means", entry.meaning)?;
            page.field("do", entry.remedy)?;
        }
        None => page.field("means", "not in efloctl's catalog; the API may have learnt it since")?,
    }
    page.field("again", failure.resend().words())?;
    page.field_of("where", places.map(|places| places.of_nodes(failure.nodes.iter().copied()).words()))?;
    page.field_of("hosts", hosts(report, failure, max))?;
    // An id may hold a space; it is still one word.
    let ids = failure.nodes.iter().take(max).map(|node| node.safe_id().replace(' ', Page::NO_BREAK));
    page.field("nodes", &ids.collect::<Vec<_>>().join(" "))?;
    let hidden = failure.nodes.len().saturating_sub(max);
    page.field_of("", (hidden > 0).then(|| format!("and {hidden} more; --max-nodes 0 lists all")))
}

/// Folds the hostnames, if every node has one.
fn hosts(report: &Report<'_>, failure: &Failure<'_>, max: usize) -> Option<String> {
    let hosts: Option<Vec<_>> = failure.nodes.iter().map(|node| report.names.of(node)?.get(Column::Hostname)).collect();
    let (folded, left_out) = folded(hosts?.into_iter(), max);
    Some(folded + &and_more(left_out))
}
