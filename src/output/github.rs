//! What a job of GitHub Actions shows of a watch: annotations, a page of the summary, outputs for later steps.
//!
//! The runner reads its commands from the log, so a server's text must not be able to forge one.

mod summary;

pub use summary::summary;

use super::failure::Failure;
use super::{Report, fault_hint, grouped, phrases};
use crate::catalog::{self, Resend};
use crate::exit::Outcome;
use crate::invocation::{Snapshot, Verdict};
use crate::text::{Text, count_of, first_of};

/// Says how many annotations of a step the job's page shows.
const ANNOTATIONS: usize = 10;

/// Says how many nodes an annotation names.
const NAMED: usize = 5;

/// Limits the page of the summary, in bytes: GitHub drops a larger one.
pub const SUMMARY_LIMIT: usize = 1 << 20;

/// Says what went wrong in one way, over all invocations.
#[derive(Default)]
struct Problem {
    name: String,
    /// What it means, if that is known.
    meaning: Option<String>,
    remedy: Option<String>,
    resend: Option<Resend>,
    /// The nodes that have it; empty where it is about whole invocations.
    nodes: Vec<String>,
    invocations: Vec<String>,
    /// Whether the exit code passes over it: the budget accepts it, or it is a doubt about a Success.
    is_accepted: bool,
}

/// Gives everything that went wrong: the errors of nodes, the most frequent first, then what is about whole
/// invocations.
fn problems(report: &Report<'_>) -> Vec<Problem> {
    let of_invocations = report.outcomes.iter().filter_map(|outcome| of_invocation(outcome, report));
    let of_invocations =
        grouped(of_invocations.map(|problem| ((problem.name.clone(), problem.meaning.clone()), problem)));
    let joined = |(_, same): (_, Vec<Problem>)| {
        same.into_iter().reduce(|mut first, next| {
            first.invocations.extend(next.invocations);
            Problem { is_accepted: first.is_accepted && next.is_accepted, ..first }
        })
    };
    let of_nodes = report.failures().iter().map(|failure| of_failure(failure, report));
    of_nodes.chain(of_invocations.into_iter().filter_map(joined)).collect()
}

/// Counts the problems that have no room, and their nodes.
fn count_of_more(problems: &[Problem]) -> String {
    let nodes = problems.iter().map(|problem| problem.nodes.len()).sum::<usize>();
    format!("{} more errors with {}", problems.len(), count_of(nodes as u64, "node"))
}

fn of_failure(failure: &Failure<'_>, report: &Report<'_>) -> Problem {
    let outcomes = || failure.invocations.iter().map(|&at| &report.outcomes[at]);
    Problem {
        name: failure.name(),
        meaning: failure.meaning(),
        remedy: failure.entry.map(|entry| entry.remedy.to_owned()),
        resend: Some(failure.resend()),
        nodes: failure.nodes.iter().map(|node| report.names.called(node)).collect(),
        invocations: outcomes().map(|outcome| outcome.invoke_id.to_string()).collect(),
        is_accepted: outcomes().all(|outcome| outcome.is_forgiven(report.budget)),
    }
}

/// Says what is wrong with an invocation besides its failed nodes.
fn of_invocation(outcome: &Outcome, report: &Report<'_>) -> Option<Problem> {
    let about = |name: String, meaning: Option<String>, remedy: Option<String>| Problem {
        name,
        meaning,
        remedy,
        invocations: vec![outcome.invoke_id.to_string()],
        ..Problem::default()
    };
    if let Some(fault) = outcome.why_unanswered() {
        let code = fault.code.as_ref().map_or_else(|| "no answer".to_owned(), Text::safe_word);
        return Some(about(code, Some(fault.first_line().to_owned()), fault_hint(fault)));
    }
    let snapshot = outcome.snapshot()?;
    if !snapshot.is_finished() {
        return Some(about("not finished".to_owned(), phrases::ending_words(report.ending), None));
    }
    let is_success = snapshot.verdict == Verdict::Success;
    if snapshot.failed() == 0 && !is_success {
        let verdict = snapshot.verdict.word();
        let entry = catalog::find(verdict).into_iter().next();
        let (meaning, remedy) = entry.map(|entry| (entry.meaning.to_owned(), entry.remedy.to_owned())).unzip();
        return Some(about(verdict.to_owned(), meaning, remedy));
    }
    let listed = Some(phrases::short_list(snapshot)?);
    Some(Problem { is_accepted: is_success, ..about("short list".to_owned(), listed, None) })
}

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
