//! Phrases about invocations and nodes that several outputs share.

use super::grouped;
use crate::exit::{Budget, Ending, Outcome, Weighed};
use crate::fault::Fault;
use crate::invocation::{Class, Counts, Doubt, Node, NodeStatus, Snapshot, Verdict};
use crate::text::{Text, count_of, first_of, safe};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// Says how many different words of a server stand in a line; the others are counted.
const TOLD: usize = 5;

/// Lists the counts that are not zero: `16 Success, 3 Failed`.
pub fn counts(counts: &Counts) -> String {
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(word, count)| format!("{count} {}", word.safe_word()));
    // The statuses of the API's page are never among those that are only counted.
    first_of(counts, NodeStatus::LISTED.len() + TOLD)
}

/// Says how far an invocation has come, in counts that add up: `8 ok, 3 failed, 9 open of 20`.
pub fn progress(snapshot: &Snapshot) -> String {
    tally(snapshot, "", "")
}

/// Says how far an invocation has come, with the statuses: `8 ok, 3 failed (2 Failed, 1 Timeout), 9 open of 20`.
pub fn progress_by_status(snapshot: &Snapshot) -> String {
    use NodeStatus::{NotSent, ToBeSent, Unconfirmed};
    // Failed and Running say no more than the words before them.
    let by_status = |plain: NodeStatus, nodes: Counts| {
        if nodes.get(plain) == nodes.total() { String::new() } else { format!(" ({})", counts(&nodes)) }
    };
    let is_of_the_api = |node: &Node<'_>| !matches!(node.status(), ToBeSent | NotSent | Unconfirmed);
    let failed = by_status(NodeStatus::Failed, Counts::of(snapshot.failed_nodes().filter(is_of_the_api)));
    let open = by_status(NodeStatus::Running, Counts::of(snapshot.open_nodes().filter(is_of_the_api)));
    tally(snapshot, &failed, &open)
}

/// Counts the nodes of a snapshot in words, with more words behind the failed and the open ones.
fn tally(snapshot: &Snapshot, failed_words: &str, open_words: &str) -> String {
    let listed = snapshot.counts.total();
    let (unconfirmed, not_sent) = (snapshot.counts.unconfirmed(), snapshot.counts.not_sent());
    let may_be_sent = snapshot.counts.get(NodeStatus::ToBeSent);
    let failed = snapshot.failed() - unconfirmed - (not_sent - may_be_sent);
    let open = snapshot.open() - may_be_sent;
    let all = nodes_in_all(snapshot);
    let parts = [
        (listed - failed - open - unconfirmed - not_sent, "ok".to_owned()),
        (failed, format!("failed{failed_words}")),
        (unconfirmed, "unconfirmed".to_owned()),
        (open, format!("open{open_words}")),
        (not_sent, "not sent".to_owned()),
        (if snapshot.is_one_node { 0 } else { all - listed }, "not listed".to_owned()),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
    let parts: Vec<String> = parts.collect();
    match (parts.is_empty(), snapshot.is_one_node) {
        (true, _) => "no node listed".to_owned(),
        (false, true) => parts.join(", "),
        (false, false) => format!("{} of {all}", parts.join(", ")),
    }
}

/// Gives how many nodes the file was sent to, as far as is known.
pub fn nodes_in_all(snapshot: &Snapshot) -> u64 {
    snapshot.expected.max(snapshot.counts.total())
}

/// Writes a number of seconds, no finer than is of use: `48s`, `3m 20s`, `2d 5h`.
pub fn seconds(seconds: u64) -> String {
    const DAY: u64 = 24 * 60 * 60;
    if seconds < DAY {
        return format!("{:#}", SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    let (days, hours) = (seconds / DAY, seconds % DAY / 3600);
    if days < 10 && hours > 0 { format!("{days}d {hours}h") } else { format!("{days}d") }
}

/// Warns of what is doubtful about a verdict.
pub fn doubt(doubt: Doubt, snapshot: &Snapshot) -> String {
    match doubt {
        Doubt::ShortList => {
            let (listed, all) = (snapshot.listed, count_of(snapshot.expected, "node"));
            match listed < snapshot.expected {
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
        Doubt::UnreadableCount => {
            format!("NodeCount cannot be read, so there may be more nodes than the {} listed", snapshot.nodes.len())
        }
        Doubt::UnknownCountedAsFailed => {
            let unknown = snapshot.nodes.iter().filter(|node| node.status().class() == Class::Unknown);
            let words: BTreeSet<Option<Text<'_>>> = unknown.map(|node| node.status_word()).collect();
            let named = first_of(words.iter().flatten().map(Text::safe_word), TOLD);
            let (which, it) = match words.contains(&None) {
                _ if named.is_empty() => return "nodes without a status are counted as failed".to_owned(),
                true => (format!("without a status, and with status {named},"), "them"),
                false => (format!("with status {named}"), "it"),
            };
            format!("nodes {which} are counted as failed: the API page does not know {it}")
        }
        Doubt::FailedWithoutFailedNode => {
            let status = snapshot.status.as_ref().map_or_else(String::new, Text::safe_word);
            format!("the API calls it {status}, though no node failed")
        }
        Doubt::NeverAskedFor => {
            let strangers = snapshot.sent.as_ref().map_or(&[] as &[String], |sent| &sent.strangers);
            let named = first_of(strangers.iter().map(|id| safe(id)), TOLD);
            format!("nodes are listed that it was not sent to, and are not counted: {named}")
        }
    }
}

/// Warns of a list that is short, or that may be.
pub fn short_list(snapshot: &Snapshot) -> Option<String> {
    let is_it = |doubt: &&Doubt| matches!(doubt, Doubt::ShortList | Doubt::UnreadableCount);
    snapshot.doubts.iter().find(is_it).map(|found| doubt(*found, snapshot))
}

/// Tells the end of one invocation in one line.
pub fn verdict_line(outcome: &Outcome) -> String {
    let name = &outcome.invoke_id;
    let Some(snapshot) = outcome.snapshot() else {
        return format!("{name}: no answer: {}", outcome.why_unanswered().map_or("not seen yet", Fault::first_line));
    };
    let mut line = format!("{name}: {}", snapshot.verdict.word());
    if snapshot.counts.total() > 0 {
        line.push_str(&format!(": {}", progress(snapshot)));
    }
    if let Some(fault) = &outcome.fault {
        line.push_str(&format!("; {}", fault.first_line()));
    }
    line
}

/// Says why a watch ended before everything had finished, if it did.
pub fn ending_words(ending: Ending) -> Option<String> {
    Some(match ending {
        Ending::Complete => return None,
        Ending::OutOfTime => "out of time".to_owned(),
        Ending::FailFast => "ended by --fail-fast".to_owned(),
        Ending::RecordingEnded => "the recording ends here".to_owned(),
        Ending::ReaderGone => "the reader went away".to_owned(),
        Ending::Signal(signal) => format!("ended by {}", signal.name()),
    })
}

/// Says what a budget makes of an invocation that has finished and is not Success.
fn budget_words(budget: Budget, outcome: &Outcome) -> Option<String> {
    let snapshot =
        outcome.snapshot().filter(|snapshot| snapshot.is_finished() && snapshot.verdict != Verdict::Success)?;
    Some(match budget.weigh(snapshot) {
        Weighed::Forgiven => format!("within --max-failed {budget}"),
        Weighed::Exceeded => format!("more than --max-failed {budget}"),
        Weighed::NotForgivable if !snapshot.is_complete => format!("--max-failed {budget} forgives no short list"),
        Weighed::NotForgivable if snapshot.verdict == Verdict::Failed => {
            format!("--max-failed {budget} forgives PartialFailed alone")
        }
        Weighed::NotForgivable => format!("--max-failed {budget} forgives only failed nodes that are listed"),
    })
}

/// Tells in one line how everything ended, and with which exit code.
pub fn end_line(report: &super::Report<'_>, timeout: Option<std::time::Duration>) -> String {
    let why = match report.ending {
        Ending::OutOfTime => format!("out of time after {:#?}: ", timeout.unwrap_or_default()),
        // With one id the counts say how many are open.
        Ending::FailFast if report.outcomes.len() > 1 => {
            let open = report.outcomes.iter().filter_map(Outcome::snapshot).map(Snapshot::open).sum();
            format!("ended by --fail-fast with {} open: ", count_of(open, "node"))
        }
        other => ending_words(other).map_or_else(String::new, |words| words + ": "),
    };
    let code = report.sum.code;
    if let [one] = report.outcomes {
        let budget = report.budget.and_then(|budget| budget_words(budget, one));
        let budget = budget.map(|words| format!(", {words}")).unwrap_or_default();
        return format!("{why}{}{budget}; exit {code}", verdict_line(one));
    }
    let word = report.sum.verdict.map_or("no verdict", Verdict::word);
    let mut kinds = grouped(report.outcomes.iter().map(|outcome| (outcome.verdict(), outcome)));
    kinds.sort_by_key(|(verdict, _)| (verdict.is_none(), *verdict));
    let kind = |(verdict, outcomes): &(Option<Verdict>, Vec<&Outcome>)| {
        format!("{} {}", outcomes.len(), verdict.map_or("without an answer", Verdict::word))
    };
    let mut counts: Vec<String> = kinds.iter().map(kind).collect();
    if let Some(budget) = report.budget {
        let forgiven = report.outcomes.iter().filter(|outcome| outcome.is_forgiven(report.budget)).count();
        counts.push(format!("{forgiven} of them within --max-failed {budget}"));
    }
    let invocations = count_of(report.outcomes.len() as u64, "invocation");
    format!("{why}{word}: {invocations}: {}; exit {code}", counts.join(", "))
}
