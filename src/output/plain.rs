//! Lines for other programs: tab-separated fields, bare ids, and a line of JSON a node.

use super::json::NodeDocument;
use super::{Filter, Report};
use crate::invocation::{InvokeId, Node, Snapshot};
use crate::text::{Text, write_json};
use serde::Serialize;
use std::io::{self, Write};

/// Invoke id, node id, status, error code, error text, start time, finish time, a line a node; `-` for none.
///
/// # Errors
/// The writer's own.
pub fn tsv(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    for_each(report, filter, |invoke_id, _, node| {
        let fields = [
            invoke_id.as_written().map(Text::new),
            node.id(),
            node.status_word(),
            node.error_code(),
            node.error_info(),
            node.start_time(),
            node.finish_time(),
        ];
        for (at, field) in fields.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\t" };
            write!(out, "{separator}{}", field.as_ref().map_or("-".into(), Text::safe))?;
        }
        writeln!(out)
    })
}

/// Node ids, one a line.
///
/// # Errors
/// The writer's own.
pub fn ids(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    for_each(report, filter, |_, _, node| match node.id() {
        Some(id) => writeln!(out, "{}", id.safe()),
        None => Ok(()),
    })
}

/// One line of JSON a node.
///
/// # Errors
/// The writer's own.
pub fn jsonl(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        invoke_id: &'a InvokeId,
        #[serde(flatten)]
        node: NodeDocument<'a>,
    }
    for_each(report, filter, |invoke_id, _, node| {
        write_json(&Line { invoke_id, node: NodeDocument(node) }, out)?;
        writeln!(out)
    })
}

fn for_each<'a>(
    report: &Report<'a>,
    filter: &Filter,
    mut act: impl FnMut(&'a InvokeId, &'a Snapshot, Node<'a>) -> io::Result<()>,
) -> io::Result<()> {
    for outcome in report.outcomes {
        let Some(snapshot) = outcome.snapshot() else { continue };
        for node in snapshot.nodes.iter().filter(|node| filter.admits(snapshot, node)) {
            act(&outcome.invoke_id, snapshot, node)?;
        }
    }
    Ok(())
}
