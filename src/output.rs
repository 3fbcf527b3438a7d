//! A report onto a writer, in every format: pure, with width and colour as arguments.
//!
//! Nothing here decides anything: outcomes, budget and how it ended come in with the [`Report`]. Text from outside is
//! shown by its safe form alone; JSON escapes it.

mod catalog_view;
mod checks;
mod document;
mod end;
mod errors;
mod exit_codes;
mod failure;
mod fault_view;
mod github;
mod grid;
mod hint;
mod junit;
mod lists;
mod node_list;
mod paint;
mod phrases;
mod plain;
mod plan;
mod problems;
mod sent;
mod table;

pub use catalog_view::{explanations, explanations_json};
pub use checks::{Check, Health, checks, checks_json};
pub use document::{NodeDocument, counts_json};
pub use exit_codes::EXIT_CODES;
pub use failure::{Failure, by_error, error_words};
pub use fault_view::{FaultDocument, fault_json, fault_text};
pub use github::{SUMMARY_LIMIT, annotations, step_outputs, summary};
pub use hint::fault_hint;
pub use junit::junit;
pub use lists::{SentLine, list_json, profiles, sends, settings_table};
pub use node_list::{node_ids, node_table, node_tsv};
pub use paint::{paint_status, paint_verdict};
pub use phrases::{
    called, doubt, end_line, names_of, nodes_in_all, nodes_words, progress, seconds, verdict_line,
};
pub use plain::nameless;
pub use plan::{PlannedCall, SendPlan, send_plan, send_plan_json, write_planned};

use crate::exit::{self, Budget, Ending, Outcome, Sum};
use crate::invocation::{Class, Node, Snapshot};
use crate::names::{NodeNames, NodeRow, Places, Where};
use crate::settings::OutputFormat;
use crate::terminal::Surface;
use failure::failures;
use phrases::name_of;
use std::cell::OnceCell;
use std::io::{self, Write};

/// Everything that a command has to show.
pub struct Report<'a> {
    pub region: Option<&'a str>,
    pub outcomes: &'a [Outcome],
    /// What a gate was told to accept.
    pub budget: Option<Budget>,
    pub ending: Ending,
    pub sum: Sum,
    /// What nodes are called, where somebody knows.
    names: Option<&'a NodeNames>,
    failures: OnceCell<Vec<Vec<Failure<'a>>>>,
    failures_of_all: OnceCell<Vec<Failure<'a>>>,
    places: OnceCell<Vec<Option<Places<'a>>>>,
}

impl<'a> Report<'a> {
    /// A report of what is known of each id, with what it adds up to.
    pub fn new(region: Option<&'a str>, outcomes: &'a [Outcome], budget: Option<Budget>, ending: Ending) -> Self {
        let sum = exit::sum(budget, outcomes, ending);
        let (failures, failures_of_all, places) = Default::default();
        Report { region, outcomes, budget, ending, sum, names: None, failures, failures_of_all, places }
    }

    /// The same report, with what nodes are called.
    pub fn with_names(self, names: &'a NodeNames) -> Self {
        Report { names: Some(names), ..self }
    }

    /// What is known of a node besides its id.
    fn name_of(&self, node: &Node<'_>) -> Option<NodeRow<'a>> {
        name_of(node, self.names)
    }

    /// How people call a node, with its id; safe to show.
    fn called(&self, node: &Node<'_>) -> String {
        called(node, self.names)
    }

    /// Where the nodes are that failed with an error in the invocation at a place.
    fn place_of(&self, at: usize, failure: &Failure<'_>) -> Option<Where> {
        let of = |outcome: &'a Outcome| Places::of(outcome.snapshot()?, self.names?);
        let places = self.places.get_or_init(|| self.outcomes.iter().map(of).collect());
        Some(places[at].as_ref()?.of_nodes(failure.nodes.iter().copied()))
    }

    /// What failed in the invocation at a place, by error.
    fn failures(&self, at: usize) -> &[Failure<'a>] {
        let of = |outcome: &'a Outcome| outcome.snapshot().map(failures).unwrap_or_default();
        &self.failures.get_or_init(|| self.outcomes.iter().map(of).collect())[at]
    }

    /// What failed in all invocations, by error.
    fn failures_of_all(&self) -> &[Failure<'a>] {
        let failed = |(at, outcome): (usize, &'a Outcome)| {
            let snapshot = outcome.snapshot();
            let nodes =
                snapshot.into_iter().flat_map(|snapshot| snapshot.nodes.iter().filter(|node| snapshot.is_failed(node)));
            nodes.map(move |node| (at, node))
        };
        self.failures_of_all.get_or_init(|| by_error(self.outcomes.iter().enumerate().flat_map(failed)))
    }

    /// Whether sending again can help any of the nodes that did not get the file.
    pub fn can_resend(&self) -> bool {
        let can = |failure: &Failure<'_>| failure.entry.is_none_or(|entry| entry.resend != crate::catalog::Resend::No);
        self.failures_of_all().iter().any(can)
    }

    /// Whether failed nodes of an invocation are accepted.
    fn forgives(&self, outcome: &Outcome) -> bool {
        self.budget.is_some_and(|budget| outcome.is_forgiven(budget))
    }
}

/// What is shown of a report.
#[derive(Clone, Debug)]
pub enum View {
    /// Nodes that a filter admits, at most so many of an invocation in the table.
    Nodes { filter: Filter, max: usize },
    /// Errors, at most so many nodes of each in the table.
    Errors { max: usize },
    /// How a watch ended.
    End,
    /// What was sent, for whoever waits for it later: ids, one a line.
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
            View::Nodes { filter, max } => table::table(report, filter, *max, surface, out),
            View::Errors { max } => errors::errors(report, *max, surface, out),
            View::End => end::end(report, surface, out),
            View::Ids => plain::sent_ids(report, out),
        },
        OutputFormat::Json => document::document(report, view, out),
        OutputFormat::Jsonl => match view {
            View::Nodes { filter, .. } => plain::jsonl(report, filter, out),
            View::Errors { .. } => plain::jsonl(report, &Filter::Failed, out),
            View::End | View::Ids => document::result_event(report, out),
        },
        OutputFormat::Tsv => plain::tsv(report, view.filter(), out),
        OutputFormat::Ids => plain::ids(report, view.filter(), out),
        // The API's own bytes have passed to the reader as they came.
        OutputFormat::Raw => Ok(()),
    }
}

impl View {
    /// The nodes that it is about.
    fn filter(&self) -> &Filter {
        match self {
            View::Nodes { filter, .. } => filter,
            View::Errors { .. } => &Filter::Failed,
            View::End | View::Ids => &Filter::All,
        }
    }
}

/// Which nodes are shown. The verdict and the counts are those of all nodes.
#[derive(Clone, Debug, Default)]
pub enum Filter {
    #[default]
    All,
    Failed,
    /// Nodes in one of these statuses, in any case.
    Only(Vec<String>),
}

impl Filter {
    fn admits(&self, snapshot: &Snapshot, node: &Node<'_>) -> bool {
        match self {
            Filter::All => true,
            Filter::Failed => snapshot.is_failed(node),
            Filter::Only(words) => {
                let status = node.status().word();
                let own = node.status_word();
                let is_it = |word: &String| {
                    word.eq_ignore_ascii_case(status)
                        || own.as_ref().is_some_and(|own| word.eq_ignore_ascii_case(own.as_written()))
                };
                words.iter().any(is_it)
            }
        }
    }
}

/// Open nodes, the one that has been open longest first.
fn open_nodes(snapshot: &Snapshot) -> Vec<Node<'_>> {
    let is_open = |node: &Node<'_>| node.status().class() != Class::Success && !snapshot.is_failed(node);
    let mut nodes: Vec<Node<'_>> = snapshot.nodes.iter().filter(is_open).collect();
    nodes.sort_by_key(|node| node.began().unwrap_or(u32::MAX));
    nodes
}
