//! The table for people: what was sent where, the verdict, the counts, then the nodes, failures first.
//!
//! A node id is never cut, wrapped or split: it is there to be copied and searched for.

use super::failure::error_words;
use super::page::Page;
use super::paint::{paint_status, paint_verdict};
use super::{Filter, Report, open_nodes, phrases};
use crate::exit::Outcome;
use crate::invocation::{Class, Counts, Deliveries, Node, Snapshot, seconds};
use crate::names::Column;
use crate::text::Text;
use jiff::Timestamp;
use std::io;

/// Writes summary and nodes of every invocation that was answered, at most `max` nodes of each (0: all); of several
/// invocations a list at the end.
pub fn table(report: &Report<'_>, filter: &Filter, max: usize, page: &mut Page<'_>) -> io::Result<()> {
    for outcome in report.outcomes {
        if outcome.seen.is_some() {
            page.gap()?;
            summary(report, outcome, page)?;
            nodes(report, outcome, filter, max, page)?;
        }
    }
    if report.outcomes.len() > 1 {
        page.gap()?;
        invocations(report, page)?;
    }
    Ok(())
}

/// Writes what was sent where, and what became of it.
pub fn summary(report: &Report<'_>, outcome: &Outcome, page: &mut Page<'_>) -> io::Result<()> {
    let Some((seen_at, snapshot)) = &outcome.seen else { return Ok(()) };
    heading(report, outcome, page)?;
    let is_whole = !snapshot.is_one_node;
    page.field_of("file", file(snapshot))?;
    page.field_of("about", snapshot.facts.description.as_ref().map(Text::safe_line))?;
    page.field_of("sent", sent(snapshot, *seen_at))?;
    page.field_of("nodes", is_whole.then(|| phrases::progress_by_status(snapshot)))?;
    page.field_of("time", Deliveries::of(&snapshot.nodes).filter(|_| is_whole).map(deliveries))
}

/// Writes what it is about, and the verdict.
pub fn heading(report: &Report<'_>, outcome: &Outcome, page: &mut Page<'_>) -> io::Result<()> {
    let Some(snapshot) = outcome.snapshot() else { return Ok(()) };
    let id = outcome.invoke_id.to_string();
    let name = match snapshot.nodes.iter().next() {
        Some(node) if snapshot.is_one_node => {
            format!("node {} of {id}", page.surface.strong(&report.names.called(&node)))
        }
        _ => page.surface.strong(&id),
    };
    let mut parts = vec![name, paint_verdict(page.surface.colour, snapshot.verdict)];
    let said = snapshot.status.as_ref().map_or_else(|| "nothing".to_owned(), Text::safe_word);
    if !snapshot.is_one_node && !snapshot.verdict.word().eq_ignore_ascii_case(&said) {
        parts.push(format!("(the API says {said})"));
    }
    page.title(&parts)
}

/// Lists the invocations, the worst first.
pub fn invocations(report: &Report<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let mut order: Vec<&Outcome> = report.outcomes.iter().collect();
    // An invocation without an answer is as bad as one that failed.
    order.sort_by_key(|outcome| outcome.verdict());
    let colour = page.surface.colour;
    let row = |at: usize| {
        let id = order[at].invoke_id.to_string();
        let Some(snapshot) = order[at].snapshot() else {
            return [id, "no answer".to_owned(), String::new(), String::new(), String::new(), String::new()];
        };
        let forgiven = if order[at].is_forgiven(report.budget) { " (accepted)" } else { "" };
        let (failed, open) = (snapshot.failed(), snapshot.open());
        let ok = snapshot.counts.total() - failed - open;
        let file = snapshot.facts.name.as_ref().map_or_else(String::new, Text::safe_line);
        let verdict = paint_verdict(colour, snapshot.verdict) + forgiven;
        [id, verdict, ok.to_string(), failed.to_string(), open.to_string(), file]
    };
    page.grid(["ID", "VERDICT", "OK", "FAILED", "OPEN", "FILE"], order.len(), row)
}

fn file(snapshot: &Snapshot) -> Option<String> {
    let facts = &snapshot.facts;
    let mut line = facts.name.as_ref()?.safe_line();
    if let Some(dir) = &facts.target_dir {
        line = format!("{line} to {}", dir.safe_line());
    }
    let owner = match (&facts.file_owner, &facts.file_group) {
        (Some(owner), Some(group)) => Some(format!("{}:{}", owner.safe_word(), group.safe_word())),
        (owner, group) => owner.as_ref().or(group.as_ref()).map(Text::safe_line),
    };
    let mode = facts.file_mode.as_ref().map(Text::safe_line);
    let overwrite = facts.overwrite.map(|yes| if yes { "overwrite" } else { "no overwrite" }.to_owned());
    let rights: Vec<String> = [mode, owner, overwrite].into_iter().flatten().collect();
    Some(if rights.is_empty() { line } else { format!("{line} ({})", rights.join(", ")) })
}

/// Says when it was sent, and how long before the answer that was.
fn sent(snapshot: &Snapshot, seen_at: Timestamp) -> Option<String> {
    let time = snapshot.facts.creation_time.as_ref()?;
    let age = seconds(time).and_then(|sent| u64::try_from(seen_at.as_second() - sent).ok());
    let age = age.map(|age| format!(" ({} ago)", phrases::seconds(age))).unwrap_or_default();
    Some(time.safe_line() + &age)
}

fn deliveries(times: Deliveries) -> String {
    let Deliveries { shortest, median, longest } = times;
    if shortest == longest {
        return format!("{} each", phrases::seconds(longest));
    }
    let [shortest, median, longest] = [shortest, median, longest].map(phrases::seconds);
    format!("{shortest} to {longest}, half within {median}")
}

/// Writes a row for each node that the filter admits: failed ones first, then open ones, then Success.
fn nodes(report: &Report<'_>, outcome: &Outcome, filter: &Filter, max: usize, page: &mut Page<'_>) -> io::Result<()> {
    let Some(snapshot) = outcome.snapshot() else { return Ok(()) };
    let success = snapshot.nodes.iter().filter(|node| node.status().class() == Class::Success);
    let all = snapshot.failed_nodes().chain(open_nodes(snapshot)).chain(success);
    let mut all = all.filter(|node| filter.admits(snapshot, node));
    let shown: Vec<Node<'_>> = all.by_ref().take(if max == 0 { usize::MAX } else { max }).collect();
    if !shown.is_empty() {
        page.gap()?;
        node_rows(report, outcome, &shown, page)?;
    }
    let hidden = Counts::of(all);
    if hidden.total() > 0 {
        page.note(&format!("not listed: {}; --max-nodes 0 lists all", phrases::counts(&hidden)))?;
    }
    Ok(())
}

/// Writes a row for each of these nodes of an outcome.
pub fn node_rows(report: &Report<'_>, outcome: &Outcome, nodes: &[Node<'_>], page: &mut Page<'_>) -> io::Result<()> {
    let Some((seen_at, snapshot)) = &outcome.seen else { return Ok(()) };
    let colour = page.surface.colour;
    let row = |at: usize| {
        let node = nodes[at];
        let status = node.status_word().map_or_else(|| "-".to_owned(), |word| word.safe_word());
        let host = report.names.of(&node).and_then(|row| row.get(Column::Hostname));
        [
            node.safe_id(),
            host.map_or_else(String::new, |host| host.safe_word()),
            paint_status(colour, &status, node.status()),
            node.seconds(*seen_at).map(phrases::seconds).unwrap_or_default(),
            error_words(node, snapshot.is_failed(&node)).unwrap_or_default(),
        ]
    };
    page.grid(["NODE", "HOST", "STATUS", "TIME", "ERROR"], nodes.len(), row)
}
