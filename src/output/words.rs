//! Sentences about invocations and nodes that several outputs share.

use crate::catalog::{self, Entry};
use crate::exit::{Budget, Ending, Outcome, Weighed};
use crate::invocation::{Counts, Doubt, Node, Snapshot, Verdict};
use crate::text::Text;

/// What a node is called: its id, safe to show.
pub fn node_name(node: &Node<'_>) -> String {
    node.id().map_or_else(|| "-".to_owned(), |id| id.safe().into_owned())
}

/// A number of nodes.
pub fn nodes(count: u64) -> String {
    count_of(count, "node")
}

/// A number of things.
pub fn count_of(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// The counts that are not zero: `16 Success, 3 Failed`.
pub fn counts(counts: &Counts) -> String {
    let some: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {}", word.safe_word()))
        .collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

/// The catalog's word on why a node failed.
pub(super) fn explained(node: &Node<'_>) -> Option<&'static Entry> {
    let (code, info) = (node.error_code(), node.error_info());
    let known = catalog::node_error(code.as_ref().map(Text::as_written), info.as_ref().map(Text::as_written));
    match (known, code, info) {
        // The status says little, but all there is.
        (None, None, None) => catalog::node_status(node.status().word()),
        (known, _, _) => known,
    }
}

/// The API's own text for an error, where the catalog does not have it: it may say more than the code does.
pub(super) fn own_text<'a>(node: &Node<'a>) -> Option<Text<'a>> {
    node.error_info().filter(|info| catalog::node_error(None, Some(info.as_written())).is_none())
}

/// A node's error in words: its code, and what it means or what the API said. None where there is no error.
pub fn error_words(node: &Node<'_>, is_failed: bool) -> Option<String> {
    let meaning = match own_text(node) {
        Some(own) => Some(own.safe_line()),
        None => explained(node).map(|entry| entry.meaning.to_owned()),
    };
    match (node.error_code(), meaning) {
        (Some(code), Some(meaning)) => Some(format!("{}: {meaning}", code.safe_word())),
        (Some(code), None) => Some(code.safe_word()),
        (None, meaning) => meaning.filter(|_| is_failed || node.error_info().is_some()),
    }
}

/// How many nodes the file was sent to, as far as is known.
pub fn nodes_in_all(snapshot: &Snapshot) -> u64 {
    snapshot.expected().max(snapshot.counts.total())
}

/// How far an invocation has come: `12 of 20 done, 1 failed, 7 open`.
pub fn progress(snapshot: &Snapshot) -> String {
    let total = nodes_in_all(snapshot);
    let (failed, open) = (snapshot.failed(), snapshot.open());
    let mut words = format!("{} of {total} done", snapshot.counts.total() - open);
    for (count, word) in [(failed, "failed"), (open, "open")] {
        if count > 0 {
            words.push_str(&format!(", {count} {word}"));
        }
    }
    words
}

/// What is doubtful about a verdict.
pub fn doubt(doubt: Doubt, snapshot: &Snapshot) -> String {
    match doubt {
        Doubt::ShortList => {
            let (listed, all) = (snapshot.listed(), nodes(snapshot.expected()));
            match listed < snapshot.expected() {
                true => format!("only {listed} of {all} listed; the others are unknown"),
                false => format!("an earlier answer counted {all}; this one counts fewer"),
            }
        }
        Doubt::FailedNodesNotListed(1) => {
            "1 node that was seen failed is no longer listed; it counts as it was last seen".to_owned()
        }
        Doubt::FailedNodesNotListed(count) => {
            format!("{count} nodes that were seen failed are no longer listed; they count as they were last seen")
        }
        Doubt::UnknownCountedAsFailed => {
            let words =
                snapshot.nodes.iter().filter(|node| snapshot.is_failed(node)).filter_map(|node| node.status_word());
            let unknown = words.filter(|word| catalog::node_status(word.as_written()).is_none());
            let mut unknown: Vec<String> = unknown.map(|word| word.safe_word()).collect();
            unknown.sort();
            unknown.dedup();
            let unknown =
                if unknown.is_empty() { "no status".to_owned() } else { format!("status {}", unknown.join(", ")) };
            format!("nodes with {unknown} are counted as failed: the API page does not know it")
        }
        Doubt::FailedWithoutFailedNode => {
            let status = snapshot.status.as_ref().map_or_else(String::new, Text::safe_word);
            format!("the API calls it {status}, though no node failed")
        }
    }
}

/// One invocation's end in one line.
pub fn verdict_line(outcome: &Outcome) -> String {
    let name = &outcome.invoke_id;
    let Some(snapshot) = outcome.snapshot() else {
        let why =
            outcome.why_unanswered().map_or("not seen yet", |fault| fault.message.lines().next().unwrap_or_default());
        return format!("{name}: no answer: {why}");
    };
    let verdict = snapshot.verdict.word();
    let total = snapshot.counts.total();
    let mut parts = Vec::new();
    if snapshot.failed() > 0 {
        parts.push(format!("{} of {} failed", snapshot.failed(), nodes(total)));
    } else if snapshot.open() == 0 && total > 0 {
        parts.push(format!("{} of {} done", snapshot.counts.total(), nodes(total)));
    }
    if snapshot.open() > 0 {
        parts.push(format!("{} of {} still open", snapshot.open(), nodes(total)));
    }
    if let Some(fault) = &outcome.fault {
        parts.push(fault.message.lines().next().unwrap_or_default().to_owned());
    }
    if parts.is_empty() { format!("{name}: {verdict}") } else { format!("{name}: {verdict}: {}", parts.join(", ")) }
}

/// How a watch ended before everything had: empty where it did not.
pub fn ending_words(ending: Ending) -> String {
    match ending {
        Ending::Complete => String::new(),
        Ending::OutOfTime => "out of time".to_owned(),
        Ending::FailFast => "ended by --fail-fast".to_owned(),
        Ending::RecordingEnded => "the recording ends here".to_owned(),
        Ending::ReaderGone => "the reader went away".to_owned(),
        Ending::Signal(signal) => format!("ended by {}", signal.name()),
    }
}

/// What a budget makes of an invocation; none where it has nothing to say.
pub fn budget_words(budget: Budget, outcome: &Outcome) -> Option<String> {
    let snapshot =
        outcome.snapshot().filter(|snapshot| snapshot.is_finished() && snapshot.verdict != Verdict::Success)?;
    Some(match budget.weigh(snapshot) {
        Weighed::Forgiven => format!("within --max-failed {budget}"),
        Weighed::Exceeded => format!("more than --max-failed {budget}"),
        Weighed::NotItsCase if !snapshot.is_complete() => format!("--max-failed {budget} forgives no short list"),
        Weighed::NotItsCase if snapshot.verdict == Verdict::Failed => {
            format!("--max-failed {budget} forgives PartialFailed alone")
        }
        Weighed::NotItsCase => format!("--max-failed {budget} forgives only failed nodes that are listed"),
    })
}
