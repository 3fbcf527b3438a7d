//! What a job of GitHub Actions shows of a watch: annotations, a page of the summary, outputs for later steps.
//!
//! The runner reads its commands from the log, so a server's text must not be able to forge one.

mod summary;

pub use summary::summary;

use super::Report;
use super::problems::{Problem, problems};
use crate::exit::Outcome;
use crate::invocation::Snapshot;
use crate::text::{count_of, first_of};
use std::io::{self, Write};

/// How many annotations of a step the job's page shows.
const ANNOTATIONS: usize = 10;

/// How many nodes an annotation names.
const NAMED: usize = 5;

/// Limits the page of the summary, in bytes: GitHub drops a larger one.
pub const SUMMARY_LIMIT: usize = 1 << 20;

/// Writes a workflow command for each problem, at most 10: `::error`, or `::warning` where the exit code passes over it.
pub fn annotations(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problems = problems(report);
    let all_shown = problems.len() <= ANNOTATIONS;
    let shown = if all_shown { problems.len() } else { ANNOTATIONS - 1 };
    for problem in &problems[..shown] {
        let level = if problem.is_accepted { "warning" } else { "error" };
        let title = property(&format!("efloctl: {}", problem.name));
        writeln!(out, "::{level} title={title}::{}", data(&sentence(problem)))?;
    }
    if !all_shown {
        let rest = &problems[shown..];
        let level = if rest.iter().all(|problem| problem.is_accepted) { "warning" } else { "error" };
        let nodes = rest.iter().map(|problem| problem.nodes.len()).sum::<usize>() as u64;
        let more = format!("{} more errors with {}", rest.len(), count_of(nodes, "node"));
        writeln!(out, "::{level} title=efloctl::{}", data(&more))?;
    }
    Ok(())
}

/// Writes the outputs of a step as lines of `name=value`: `verdict`, empty where there is none; `exit_code`; and `failed`,
/// the number of nodes that failed.
pub fn step_outputs(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let verdict = report.sum.verdict.map_or("", |verdict| verdict.word());
    let failed: u64 = report.outcomes.iter().filter_map(Outcome::snapshot).map(Snapshot::failed).sum();
    writeln!(out, "verdict={verdict}\nexit_code={}\nfailed={failed}", report.sum.code)
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
