//! What a job of GitHub Actions shows of a watch: annotations, a page of the summary, outputs for later steps.
//!
//! The runner reads its commands from the log, so a server's text must not be able to forge one.

mod summary;

pub use summary::summary;

use super::Report;
use super::problems::{Problem, count_of_more, problems};
use crate::exit::Outcome;
use crate::invocation::Snapshot;
use crate::text::{count_of, first_of};

/// Says how many annotations of a step the job's page shows.
const ANNOTATIONS: usize = 10;

/// Says how many nodes an annotation names.
const NAMED: usize = 5;

/// Limits the page of the summary, in bytes: GitHub drops a larger one.
pub const SUMMARY_LIMIT: usize = 1 << 20;

/// Gives a workflow command for each problem, at most 10: `::error`, or `::warning` where the exit code passes over it.
pub fn annotations(report: &Report<'_>) -> Vec<String> {
    let problems = problems(report);
    let shown = if problems.len() <= ANNOTATIONS { problems.len() } else { ANNOTATIONS - 1 };
    let (shown, rest) = problems.split_at(shown);
    let command = |problems: &[Problem], title: &str, text: &str| {
        let level = if problems.iter().all(|problem| problem.is_accepted) { "warning" } else { "error" };
        format!("::{level} title={}::{}", property(title), data(text))
    };
    let of_one = |problem: &Problem| {
        command(std::slice::from_ref(problem), &format!("efloctl: {}", problem.name), &sentence(problem))
    };
    let of_rest = (!rest.is_empty()).then(|| command(rest, "efloctl", &count_of_more(rest)));
    shown.iter().map(of_one).chain(of_rest).collect()
}

/// Gives the outputs of a step as lines of `name=value`: `verdict`, empty where there is none; `exit_code`; and
/// `failed`, the number of nodes that failed.
pub fn step_outputs(report: &Report<'_>) -> String {
    let verdict = report.sum.verdict.map_or("", |verdict| verdict.word());
    let failed: u64 = report.outcomes.iter().filter_map(Outcome::snapshot).map(Snapshot::failed).sum();
    format!("verdict={verdict}\nexit_code={}\nfailed={failed}\n", report.sum.code)
}

/// Tells a problem in one line.
fn sentence(problem: &Problem) -> String {
    let mut parts = vec![first_of(&problem.invocations, NAMED)];
    if !problem.nodes.is_empty() {
        parts.push(count_of(problem.nodes.len() as u64, "node"));
    }
    parts.extend(problem.meaning.clone());
    parts.extend(problem.remedy.as_ref().map(|remedy| format!("do: {remedy}")));
    if !problem.nodes.is_empty() {
        parts.push(format!("nodes: {}", first_of(&problem.nodes, NAMED)));
    }
    parts.join("; ")
}

/// Escapes the value of a workflow command, as the runner's own toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
