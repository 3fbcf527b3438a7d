//! The table for people: what was sent where, the verdict, the counts, then the nodes, failures first.
//!
//! A node id is never cut, wrapped or split: it is there to be copied and searched for.

use super::failure::error_words;
use super::grid::grid;
use super::paint::{faint, paint_status, paint_verdict, strong};
use super::phrases;
use super::{Filter, Report, open_nodes};
use crate::exit::Outcome;
use crate::invocation::{Class, Counts, Deliveries, Node, Snapshot, seconds};
use crate::names::NodeRow;
use crate::terminal::Surface;
use crate::text::{Text, wrapped, wrapped_below};
use jiff::Timestamp;
use std::io::{self, Write};

/// Writes summary and nodes of every invocation that was answered, at most `max` nodes of each (0: all); of several
/// invocations a list at the end.
pub fn table(
    report: &Report<'_>,
    filter: &Filter,
    max: usize,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut is_first = true;
    for outcome in report.outcomes {
        let Some((look, snapshot)) = &outcome.seen else { continue };
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        summary(report, outcome, surface, out)?;
        nodes(report, (*look, snapshot), filter, max, surface, out)?;
    }
    if report.outcomes.len() > 1 {
        if !is_first {
            writeln!(out)?;
        }
        invocations(report, surface, out)?;
    }
    Ok(())
}

/// Writes what was sent where, and what became of it.
pub fn summary(report: &Report<'_>, outcome: &Outcome, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let Some((look, snapshot)) = &outcome.seen else { return Ok(()) };
    heading(report, outcome, snapshot, surface, out)?;
    let told = |text: Option<&Text<'_>>| text.map(Text::safe_line);
    let is_whole = !snapshot.is_one_node;
    for (label, text) in [
        ("file", file(snapshot)),
        ("about", told(snapshot.facts.description.as_ref())),
        ("sent", sent(snapshot, *look)),
        ("nodes", is_whole.then(|| phrases::progress_by_status(snapshot))),
        ("time", Deliveries::of(&snapshot.nodes).filter(|_| is_whole).map(deliveries)),
    ] {
        if let Some(text) = text {
            field(label, &text, surface, out)?;
        }
    }
    Ok(())
}

/// What it is about, and the verdict.
pub(super) fn heading(
    report: &Report<'_>,
    outcome: &Outcome,
    snapshot: &Snapshot,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let id = outcome.invoke_id.to_string();
    let name = match snapshot.nodes.iter().next() {
        Some(node) if snapshot.is_one_node => {
            format!("node {} of {id}", strong(surface.colour, &report.called(&node)))
        }
        _ => strong(surface.colour, &id),
    };
    let mut parts = vec![name, paint_verdict(surface.colour, snapshot.verdict.word(), snapshot.verdict)];
    let said = snapshot.status.as_ref().map_or_else(|| "nothing".to_owned(), Text::safe_word);
    if !snapshot.is_one_node && !snapshot.verdict.word().eq_ignore_ascii_case(&said) {
        parts.push(format!("(the API says {said})"));
    }
    title(&parts, surface, out)
}

/// A heading and what belongs to it, below where it has no room beside.
pub(super) fn title(parts: &[String], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for line in wrapped_below(&parts.join("  "), surface.width.unwrap_or(usize::MAX), "  ") {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Columns before the text of a field.
pub(super) const INDENT: usize = 9;

/// A labelled line of a summary, wrapped where the surface has a width.
pub(super) fn field(label: &str, text: &str, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let width = surface.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(1));
    for (at, line) in wrapped(text, width).into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        writeln!(out, "  {}{line}", faint(surface.colour, &format!("{label:<7}")))?;
    }
    Ok(())
}

/// A line that may be overlooked, such as one that counts what is not listed.
pub(super) fn note(line: &str, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for line in wrapped(line, surface.width.unwrap_or(usize::MAX)) {
        writeln!(out, "{}", faint(surface.colour, &line))?;
    }
    Ok(())
}

/// Lists the invocations, the worst first.
pub(super) fn invocations(report: &Report<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut order: Vec<&Outcome> = report.outcomes.iter().collect();
    // What has no answer is as bad as what failed.
    order.sort_by_key(|outcome| outcome.snapshot().map(|snapshot| snapshot.verdict));
    let row = |at: usize| {
        let id = order[at].invoke_id.to_string();
        let Some(snapshot) = order[at].snapshot() else {
            return [id, "no answer".to_owned(), String::new(), String::new(), String::new(), String::new()];
        };
        let forgiven = if report.forgives(order[at]) { " (accepted)" } else { "" };
        let verdict = paint_verdict(surface.colour, snapshot.verdict.word(), snapshot.verdict) + forgiven;
        let (failed, open) = (snapshot.failed(), snapshot.open());
        let ok = snapshot.counts.total() - failed - open;
        let file = snapshot.facts.name.as_ref().map_or_else(String::new, Text::safe_line);
        [id, verdict, ok.to_string(), failed.to_string(), open.to_string(), file]
    };
    grid(["ID", "VERDICT", "OK", "FAILED", "OPEN", "FILE"], order.len(), row, surface, out)
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

/// When it was sent, and how long that was before the look.
fn sent(snapshot: &Snapshot, look: Timestamp) -> Option<String> {
    let time = snapshot.facts.creation_time.as_ref()?;
    let age = seconds(time).and_then(|sent| u64::try_from(look.as_second() - sent).ok());
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

/// The nodes to show: failed ones first, then open ones, then Success.
fn order<'s>(snapshot: &'s Snapshot, filter: &Filter) -> Vec<Node<'s>> {
    let failed = snapshot.nodes.iter().filter(|node| snapshot.is_failed(node));
    let success = snapshot.nodes.iter().filter(|node| node.status().class() == Class::Success);
    let all = failed.chain(open_nodes(snapshot)).chain(success);
    all.filter(|node| filter.admits(snapshot, node)).collect()
}

fn nodes(
    report: &Report<'_>,
    (look, snapshot): (Timestamp, &Snapshot),
    filter: &Filter,
    max: usize,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all = order(snapshot, filter);
    let (shown, hidden) = all.split_at(if max == 0 { all.len() } else { all.len().min(max) });
    if !shown.is_empty() {
        writeln!(out)?;
        node_rows(report, (look, snapshot), shown, surface, out)?;
    }
    if !hidden.is_empty() {
        let hidden = phrases::counts(&Counts::of(hidden.iter().copied()));
        note(&format!("not listed: {hidden}; --max-nodes 0 lists all"), surface, out)?;
    }
    Ok(())
}

/// A row a node.
pub(super) fn node_rows(
    report: &Report<'_>,
    (look, snapshot): (Timestamp, &Snapshot),
    nodes: &[Node<'_>],
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let row = |at: usize| {
        let node = nodes[at];
        let status = node.status_word().map_or_else(|| "-".to_owned(), |word| word.safe_word());
        let host = report.name_of(&node).and_then(NodeRow::hostname);
        [
            phrases::node_name(&node),
            host.map_or_else(String::new, |host| host.safe_word()),
            paint_status(surface.colour, &status, node.status()),
            node.seconds(look).map(phrases::seconds).unwrap_or_default(),
            error_words(node, snapshot.is_failed(&node)).unwrap_or_default(),
        ]
    };
    grid(["NODE", "HOST", "STATUS", "TIME", "ERROR"], nodes.len(), row, surface, out)
}
