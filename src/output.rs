//! A report onto a writer, in every format: pure, with width and colour as arguments.
//!
//! Nothing here decides anything: outcomes, budget and how it ended come in with the [`Report`]. Text from outside is
//! shown in its safe form alone; JSON escapes it. This is the lowest room that may name a flag or a command.

mod document;
mod end;
mod errors;
mod explanations;
mod failure;
mod fault_view;
mod github;
mod junit;
mod lists;
mod node_list;
mod page;
mod paint;
mod phrases;
mod plain;
mod send;
mod table;

pub use document::{NodeDocument, write_event};
pub use explanations::{EXIT_CODES, explanations};
pub use failure::{Failure, by_error, of_node};
pub use fault_view::{FaultDocument, fault_hint, fault_json, fault_text};
pub use github::{SUMMARY_LIMIT, annotations, step_outputs, summary};
pub use junit::junit;
pub use lists::{Check, Health, checks, checks_json, named_json, profiles, sends, settings_table};
pub use node_list::{node_ids, node_table, node_tsv};
pub use paint::{paint_status, paint_verdict};
pub use phrases::{doubt, end_line, nodes_in_all, progress, seconds, verdict_line};
pub use plain::nameless;
pub use send::{CallDocument, SendPlan, send_plan, write_planned};

use crate::exit::{self, Budget, Ending, Outcome, Sum};
use crate::invocation::{Node, Snapshot};
use crate::names::NodeNames;
use crate::settings::OutputFormat;
use crate::terminal::Surface;
use crate::text::Text;
use page::Page;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::io::{self, Write};

/// Holds everything that a command has to show.
pub struct Report<'a> {
    pub region: Option<&'a str>,
    pub outcomes: &'a [Outcome],
    /// How many failed nodes are accepted.
    pub budget: Option<Budget>,
    pub ending: Ending,
    pub sum: Sum,
    names: &'a NodeNames,
    /// What failed in all invocations, once an output has asked for it.
    failures: OnceCell<Vec<Failure<'a>>>,
}

impl<'a> Report<'a> {
    /// Begins a report of what is known of each id, and adds it up.
    pub fn new(
        region: Option<&'a str>,
        outcomes: &'a [Outcome],
        budget: Option<Budget>,
        ending: Ending,
        names: &'a NodeNames,
    ) -> Self {
        let sum = exit::sum(budget, outcomes, ending);
        Report { region, outcomes, budget, ending, sum, names, failures: OnceCell::new() }
    }

    /// Gives what failed in all invocations, by error.
    fn failures(&self) -> &[Failure<'a>] {
        let failed = |(at, outcome): (usize, &'a Outcome)| {
            outcome.snapshot().into_iter().flat_map(Snapshot::failed_nodes).map(move |node| (at, node))
        };
        self.failures.get_or_init(|| by_error(self.outcomes.iter().enumerate().flat_map(failed)))
    }

    /// Tells whether sending again can help any of the nodes that did not get the file.
    pub fn can_resend(&self) -> bool {
        let can = |failure: &Failure<'_>| !failure.entry.is_some_and(crate::catalog::CatalogEntry::is_beyond_resend);
        self.failures().iter().any(can)
    }
}

/// Says what is shown of a report.
#[derive(Clone, Debug)]
pub enum View {
    /// The nodes that a filter admits; in the table at most `max` of an invocation.
    Nodes { filter: Filter, max: usize },
    /// The errors; in the table at most `max` nodes of each.
    Errors { max: usize },
    /// How a watch ended.
    End,
    /// The ids of what was sent, one on each line, for a command that waits for it later.
    Ids,
}

/// Writes a view of a report in a format.
pub fn render(
    format: OutputFormat,
    report: &Report<'_>,
    view: &View,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Table => match view {
            View::Nodes { filter, max } => table::table(report, filter, *max, &mut Page::new(surface, out)),
            View::Errors { max } => errors::errors(report, *max, &mut Page::new(surface, out)),
            View::End => end::end(report, &mut Page::new(surface, out)),
            View::Ids => plain::sent_ids(report, out),
        },
        OutputFormat::Json => document::document(report, view, out),
        OutputFormat::Jsonl => match view {
            View::Nodes { .. } | View::Errors { .. } => plain::jsonl(report, view.filter(), out),
            View::End | View::Ids => document::result_event(report, out),
        },
        OutputFormat::Tsv => plain::tsv(report, view.filter(), out),
        OutputFormat::Ids => plain::ids(report, view.filter(), out),
        // The API's own bytes went to stdout as they came.
        OutputFormat::Raw => Ok(()),
    }
}

impl View {
    /// Gives the filter of the nodes that it is about.
    fn filter(&self) -> &Filter {
        match self {
            View::Nodes { filter, .. } => filter,
            View::Errors { .. } => &Filter::Failed,
            View::End | View::Ids => &Filter::All,
        }
    }
}

/// Says which nodes are shown. The verdict and the counts are those of all nodes.
#[derive(Clone, Debug, Default)]
pub enum Filter {
    #[default]
    All,
    Failed,
    /// Nodes in one of these statuses, in any case.
    Only(Vec<String>),
}

impl Filter {
    /// Gives the nodes of a snapshot that are shown.
    fn nodes<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = Node<'a>> {
        snapshot.nodes.iter().filter(|node| self.admits(snapshot, node))
    }

    /// Tells whether a node of a snapshot is shown.
    fn admits(&self, snapshot: &Snapshot, node: &Node<'_>) -> bool {
        match self {
            Filter::All => true,
            Filter::Failed => snapshot.is_failed(node),
            Filter::Only(words) => {
                let own = node.status_word();
                let statuses = [Some(node.status().word()), own.as_ref().map(Text::as_written)];
                let is_one = |word: &String| statuses.iter().flatten().any(|status| status.eq_ignore_ascii_case(word));
                words.iter().any(is_one)
            }
        }
    }
}

/// Groups items that have the same key, in the order in which the keys come first.
pub fn grouped<K: Eq + Hash, T>(items: impl Iterator<Item = (K, T)>) -> Vec<(K, Vec<T>)> {
    let mut groups: HashMap<K, (usize, Vec<T>)> = HashMap::new();
    for (at, (key, item)) in items.enumerate() {
        groups.entry(key).or_insert((at, Vec::new())).1.push(item);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (first, _))| *first);
    groups.into_iter().map(|(key, (_, items))| (key, items)).collect()
}

/// Gives the open nodes, the one that has been open longest first.
fn open_nodes(snapshot: &Snapshot) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = snapshot.open_nodes().collect();
    nodes.sort_by_key(|node| node.began().unwrap_or(u32::MAX));
    nodes
}
