//! A report onto a writer, in every format: pure, with width and colour as arguments.
//!
//! Nothing here decides anything: the verdict and the exit code come in with the [`Report`]. Text from outside is
//! shown by its safe form alone; JSON escapes it.

mod catalog_view;
mod checks;
mod errors;
mod fault_view;
mod github;
mod hint;
mod json;
mod junit;
mod lists;
mod paint;
mod plain;
mod problems;
mod table;
mod words;

pub use catalog_view::{explanations, explanations_json};
pub use checks::{Check, Health, checks, checks_json};
pub use errors::errors;
pub use fault_view::{fault_json, fault_text};
pub use github::{SUMMARY_LIMIT, annotations, step_outputs, summary};
pub use hint::hint as fault_hint;
pub use json::{Document, NodeDocument, Part, counts as counts_json, document};
pub use junit::junit;
pub use lists::{list_json, profiles, settings};
pub use paint::{paint_status, paint_verdict};
pub use plain::{ids, jsonl, tsv};
pub use table::{Rows, table};
pub use words::{
    budget_words, count_of, doubt, ending_words, error_words, node_name, nodes as nodes_words, nodes_in_all, progress,
    verdict_line,
};

use crate::exit::{Budget, Ending, Outcome, Sum};
use crate::invocation::{Class, Node, Snapshot};

/// Everything that a command has to show.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    pub region: Option<&'a str>,
    pub outcomes: &'a [Outcome],
    pub sum: Sum,
}

/// What a gate was told to accept, and how its watch ended.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    pub budget: Option<Budget>,
    pub ending: Ending,
}

impl Gate {
    /// Whether failed nodes of an invocation are accepted.
    fn forgives(&self, outcome: &Outcome) -> bool {
        self.budget.is_some_and(|budget| outcome.is_forgiven(budget))
    }
}

/// What it is shown on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns; none is without limit.
    pub width: Option<usize>,
    pub colour: bool,
}

/// Which nodes are shown. The verdict and the counts are those of all nodes.
#[derive(Clone, Debug, Default)]
pub enum Filter {
    #[default]
    All,
    Failed,
    /// Failed nodes and those that may still change.
    NotSuccess,
    /// Nodes in one of these statuses, in any case.
    Only(Vec<String>),
}

impl Filter {
    fn admits(&self, snapshot: &Snapshot, node: &Node<'_>) -> bool {
        match self {
            Filter::All => true,
            Filter::Failed => snapshot.is_failed(node),
            Filter::NotSuccess => node.status().class() != Class::Success,
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
