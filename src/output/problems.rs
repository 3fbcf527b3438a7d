//! Everything that went wrong in a watch, over all invocations: the errors of nodes, then what is about whole
//! invocations. For the outputs that a pipeline shows; text is safe already.

use super::words::{self, ending_words};
use super::{Gate, Report};
use crate::catalog::{self, Resend};
use crate::exit::Outcome;
use crate::invocation::{Snapshot, Verdict, by_error};
use crate::text::Text;
use std::collections::HashMap;

/// One kind of trouble over all invocations.
pub(super) struct Problem {
    pub(super) name: String,
    /// What it means, where that is known.
    pub(super) meaning: Option<String>,
    pub(super) remedy: Option<String>,
    pub(super) resend: Option<Resend>,
    /// Nodes with it; none where it is about whole invocations.
    pub(super) nodes: Vec<String>,
    pub(super) invocations: Vec<String>,
    /// Whether the gate passes over all of it: within the budget, or a doubt about what is Success.
    pub(super) is_accepted: bool,
}

/// Everything that went wrong: the errors of nodes, the most frequent first, then what is about whole invocations.
pub(super) fn problems(report: &Report<'_>, gate: &Gate) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut put = |key: String, new: Problem| match known.get(&key) {
        Some(&at) => {
            let old = &mut problems[at];
            old.nodes.extend(new.nodes);
            old.invocations.extend(new.invocations);
            old.is_accepted &= new.is_accepted;
        }
        None => {
            known.insert(key, problems.len());
            problems.push(new);
        }
    };
    for outcome in report.outcomes {
        let is_accepted = gate.forgives(outcome);
        let name = outcome.invoke_id.to_string();
        if let Some(snapshot) = outcome.snapshot() {
            for problem in of_nodes(snapshot, &name, is_accepted) {
                put(problem.name.to_ascii_lowercase(), problem);
            }
        }
        if let Some(problem) = of_invocation(outcome, name, gate) {
            put(format!("\0{}", problem.name), problem);
        }
    }
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.nodes.len()));
    problems
}

fn of_nodes<'a>(snapshot: &'a Snapshot, invocation: &'a str, is_accepted: bool) -> impl Iterator<Item = Problem> + 'a {
    by_error(snapshot).into_iter().map(move |group| {
        let node = &group.first;
        let name = node.error_code().or_else(|| node.error_info()).or_else(|| node.status_word());
        let entry = words::explained(node);
        let said = words::own_text(node).filter(|_| node.error_code().is_some());
        let id = |at: &usize| words::node_name(&snapshot.nodes.get(*at));
        Problem {
            name: name.map_or_else(|| "no status".to_owned(), |name| name.safe_line()),
            meaning: said.map(|said| said.safe_line()).or_else(|| entry.map(|entry| entry.meaning.to_owned())),
            remedy: entry.map(|entry| entry.remedy.to_owned()),
            resend: Some(entry.map_or(Resend::Unknown, |entry| entry.resend)),
            nodes: group.nodes.iter().map(id).collect(),
            invocations: vec![invocation.to_owned()],
            is_accepted,
        }
    })
}

/// What is wrong with an invocation besides its failed nodes.
fn of_invocation(outcome: &Outcome, name: String, gate: &Gate) -> Option<Problem> {
    let about = |what: String, meaning: Option<String>, remedy: Option<String>| Problem {
        name: what,
        meaning,
        remedy,
        resend: None,
        nodes: Vec::new(),
        invocations: vec![name.clone()],
        is_accepted: false,
    };
    let why = Some(ending_words(gate.ending)).filter(|words| !words.is_empty());
    if let Some(fault) = outcome.why_unanswered() {
        let code = fault.code.as_ref().map_or_else(|| "no answer".to_owned(), Text::safe_word);
        let message = fault.message.lines().next().unwrap_or_default().to_owned();
        return Some(about(code, Some(message), super::fault_hint(fault)));
    }
    let snapshot = outcome.snapshot()?;
    if !snapshot.is_finished() {
        return Some(about("not finished".to_owned(), why, None));
    }
    let is_success = snapshot.verdict == Verdict::Success;
    if snapshot.failed() == 0 && !is_success {
        let verdict = snapshot.verdict.word();
        let entry = catalog::find(verdict).into_iter().next();
        let words = entry.map(|entry| (entry.meaning.to_owned(), entry.remedy.to_owned()));
        let (meaning, remedy) = words.unzip();
        return Some(about(verdict.to_owned(), meaning, remedy));
    }
    let is_short = !snapshot.is_complete() && !snapshot.is_one_node;
    let listed = format!("only {} of {} listed", snapshot.listed(), words::nodes(snapshot.expected()));
    is_short.then(|| Problem { is_accepted: is_success, ..about("short list".to_owned(), Some(listed), None) })
}
