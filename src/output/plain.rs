//! Lines for other programs: tab-separated fields, bare ids, and a line of JSON for each node.

use super::document::NodeDocument;
use super::{Filter, Report, View};
use crate::exit::Outcome;
use crate::invocation::{Call, InvokeId, Node};
use crate::text::{Text, count_of, write_json};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a line for each node: invoke id, node id, status, error code, error text, start time, finish time; `-` where
/// there is none.
pub fn tsv(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    nodes(report, filter).try_for_each(|(invoke_id, node)| {
        let [_, start_time, _, finish_time] = node.times();
        let fields = [
            if node.is_of_a_send() { node.invoke_id() } else { invoke_id.as_written() }.map(Text::new),
            node.id(),
            node.status_word(),
            node.error_code(),
            node.error_info(),
            start_time,
            finish_time,
        ];
        writeln!(out, "{}", fields.each_ref().map(|field| field.as_ref().map_or("-".into(), Text::safe)).join("\t"))
    })
}

/// Writes the node ids, one on each line.
pub fn ids(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    nodes(report, filter).try_for_each(|(_, node)| match node.id() {
        Some(id) => writeln!(out, "{}", id.safe()),
        None => Ok(()),
    })
}

/// Warns of nodes that a list of ids leaves out because they have none, in a line for each invocation.
pub fn nameless(report: &Report<'_>, view: &View) -> Vec<String> {
    let line = |outcome: &Outcome| {
        let snapshot = outcome.snapshot()?;
        let count = view.filter().nodes(snapshot).filter(|node| node.id().is_none()).count() as u64;
        let (nodes, have) = (count_of(count, "node"), if count == 1 { "has" } else { "have" });
        (count > 0).then(|| format!("{}: {nodes} {have} no id, so the list leaves them out", outcome.invoke_id))
    };
    report.outcomes.iter().filter_map(line).collect()
}

/// Writes the id of each send; for a send without a log, the InvokeIds of its calls.
pub fn sent_ids(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for outcome in report.outcomes {
        let sent = outcome.snapshot().and_then(|snapshot| snapshot.sent.as_ref());
        match sent.filter(|sent| !sent.has_log) {
            None => writeln!(out, "{}", outcome.invoke_id)?,
            Some(sent) => {
                for id in sent.calls.iter().filter_map(Call::invoke_id) {
                    writeln!(out, "{}", InvokeId::new(id))?;
                }
            }
        }
    }
    Ok(())
}

/// Writes a line of JSON for each node.
pub fn jsonl(report: &Report<'_>, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        /// A node of a send has its call's InvokeId instead.
        #[serde(skip_serializing_if = "Option::is_none")]
        invoke_id: Option<&'a InvokeId>,
        #[serde(flatten)]
        node: NodeDocument<'a>,
    }
    nodes(report, filter).try_for_each(|(invoke_id, node)| {
        let invoke_id = Some(invoke_id).filter(|_| !node.is_of_a_send());
        write_json(&Line { invoke_id, node: NodeDocument { node, names: report.names } }, out)
    })
}

/// Gives the nodes that a filter admits, of every invocation, each with the InvokeId that was asked about.
fn nodes<'a>(report: &'a Report<'_>, filter: &'a Filter) -> impl Iterator<Item = (&'a InvokeId, Node<'a>)> {
    let nodes = |outcome: &'a Outcome| {
        let nodes = outcome.snapshot().into_iter().flat_map(|snapshot| filter.nodes(snapshot));
        nodes.map(|node| (&outcome.invoke_id, node))
    };
    report.outcomes.iter().flat_map(nodes)
}
