//! Everything that went wrong in a watch, over all invocations: the errors of nodes, then what is about whole
//! invocations. For the outputs that a pipeline shows. All text here is safe to show.

use super::failure::Failure;
use super::phrases;
use super::{Report, grouped};
use crate::catalog::{self, Resend};
use crate::exit::Outcome;
use crate::invocation::Verdict;
use crate::text::{Text, count_of};

/// Says what went wrong in one way, over all invocations.
pub(super) struct Problem {
    pub(super) name: String,
    /// What it means, if that is known.
    pub(super) meaning: Option<String>,
    pub(super) remedy: Option<String>,
    pub(super) resend: Option<Resend>,
    /// The nodes that have it; empty where it is about whole invocations.
    pub(super) nodes: Vec<String>,
    pub(super) invocations: Vec<String>,
    /// Whether the exit code passes over it: the budget accepts it, or it is a doubt about a Success.
    pub(super) is_accepted: bool,
}

/// Gives everything that went wrong: the errors of nodes, the most frequent first, then what is about whole
/// invocations.
pub(super) fn problems(report: &Report<'_>) -> Vec<Problem> {
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
pub(super) fn count_of_more(problems: &[Problem]) -> String {
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
        is_accepted: outcomes().all(|outcome| report.forgives(outcome)),
    }
}

/// Says what is wrong with an invocation besides its failed nodes.
fn of_invocation(outcome: &Outcome, report: &Report<'_>) -> Option<Problem> {
    let about = |name: String, meaning: Option<String>, remedy: Option<String>| Problem {
        name,
        meaning,
        remedy,
        resend: None,
        nodes: Vec::new(),
        invocations: vec![outcome.invoke_id.to_string()],
        is_accepted: false,
    };
    if let Some(fault) = outcome.why_unanswered() {
        let code = fault.code.as_ref().map_or_else(|| "no answer".to_owned(), Text::safe_word);
        return Some(about(code, Some(fault.first_line().to_owned()), super::fault_hint(fault)));
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
