//! Lines for other programs: tab-separated fields, bare ids, and a line of JSON a node.

use super::document::NodeDocument;
use super::{Filter, Report, View, phrases};
use crate::exit::Outcome;
use crate::invocation::{InvokeId, Node, Snapshot};
use crate::text::{Text, write_json};
use serde::Serialize;
use std::io::{self, Write};

/// Invoke id, node id, status, error code, error text, start time, finish time, a line a node; `-` for none.
pub fn tsv(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    for_each(report, filter, |invoke_id, _, node| {
        let fields = [
            if node.is_of_a_send() { node.invoke_id() } else { invoke_id.as_written() }.map(Text::new),
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
pub fn ids(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    for_each(report, filter, |_, _, node| match node.id() {
        Some(id) => writeln!(out, "{}", id.safe()),
        None => Ok(()),
    })
}

/// What a list of ids leaves out, for these nodes have none: a line an invocation.
pub fn nameless(report: &Report<'_>, view: &View) -> Vec<String> {
    let line = |outcome: &Outcome| {
        let snapshot = outcome.snapshot()?;
        let nodes = snapshot.nodes.iter().filter(|node| node.id().is_none() && view.filter().admits(snapshot, node));
        let count = nodes.count() as u64;
        let (nodes, have) = (phrases::nodes_words(count), if count == 1 { "has" } else { "have" });
        (count > 0).then(|| format!("{}: {nodes} {have} no id, so the list leaves them out", outcome.invoke_id))
    };
    report.outcomes.iter().filter_map(line).collect()
}

/// The id of each send; where no log has it, the InvokeIds of its calls.
pub fn sent_ids(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for outcome in report.outcomes {
        let sent = outcome.snapshot().and_then(|snapshot| snapshot.sent.as_ref());
        match sent.filter(|sent| !sent.has_log) {
            None => writeln!(out, "{}", outcome.invoke_id)?,
            Some(sent) => {
                for id in sent.calls.iter().filter_map(|call| call.invoke_id.as_ref()) {
                    writeln!(out, "{}", InvokeId::new(id.clone()))?;
                }
            }
        }
    }
    Ok(())
}

/// One line of JSON a node.
pub fn jsonl(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        /// Of a send, the node has its call's.
        #[serde(skip_serializing_if = "Option::is_none")]
        invoke_id: Option<&'a InvokeId>,
        #[serde(flatten)]
        node: NodeDocument<'a>,
    }
    for_each(report, filter, |invoke_id, _, node| {
        let invoke_id = Some(invoke_id).filter(|_| !node.is_of_a_send());
        write_json(&Line { invoke_id, node: NodeDocument::new(node, report.names) }, out)?;
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
