//! A second opinion on the verdict: the contract's two tables, and what it says on joining records and on the budget.
//! It works on the words of an answer, and uses no code of the program.

use crate::invocation::Doubt;
use std::collections::BTreeMap;

/// Holds one record as it was answered.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) overall: Option<&'a str>,
    pub(crate) node_count: Option<u64>,
    /// Whether NodeCount is there and is no number of nodes.
    pub(crate) is_count_unreadable: bool,
    /// Id and status of each node.
    pub(crate) nodes: Vec<(Option<&'a str>, Option<&'a str>)>,
}

/// Holds what a table says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) row: &'static str,
    /// `None` is "not found".
    pub(crate) verdict: Option<&'static str>,
    pub(crate) finished: bool,
    pub(crate) doubts: Vec<Doubt>,
    /// How many nodes count as failed.
    pub(crate) failed: u64,
    /// How many nodes may still change.
    pub(crate) open: u64,
    /// How many nodes the file was sent to, as far as it is known.
    of: u64,
    is_complete: bool,
}

/// Says how many failed nodes are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Nodes(u64),
    Percent(u64),
}

/// Says what a node's status amounts to; the later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Success,
    Unknown,
    Failed,
    Open,
}

const PENDING: &[&str] = &["pending"];
const OPEN: &[&str] = &["pending", "running"];
const SUCCESS: &[&str] = &["success"];
const FAILED: &[&str] = &["invalid", "aborted", "failed", "error", "timeout"];
const FINAL: &[&str] = &["success", "failed", "partialfailed"];

fn is(word: Option<&str>, words: &[&str]) -> bool {
    word.is_some_and(|word| words.contains(&word.to_lowercase().as_str()))
}

/// Gives the class of a status. Any word that is not on the API page is unknown, and so is no word.
pub(crate) fn class(node: Option<&str>) -> Class {
    match node {
        word if is(word, OPEN) => Class::Open,
        word if is(word, FAILED) => Class::Failed,
        word if is(word, SUCCESS) => Class::Success,
        _ => Class::Unknown,
    }
}

/// Ranks an overall status: of several the first of open, unknown, Failed, PartialFailed, Success counts.
pub(crate) fn rank(overall: Option<&str>) -> usize {
    let order: [&[&str]; 5] = [PENDING, OPEN, &["failed"], &["partialfailed"], SUCCESS];
    [0, 1, 3, 4, 5].into_iter().zip(order).find(|(_, words)| is(overall, words)).map_or(2, |(rank, _)| rank)
}

/// Remembers what a watch has seen of an invocation before: the most nodes listed and counted, and of the nodes that
/// were ever seen failed the status that they were last seen with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past<'a> {
    listed: u64,
    counted: u64,
    failed: BTreeMap<&'a str, Option<&'a str>>,
}

/// Joins the records of an invocation: an overall status, and each node once.
struct Joined<'a> {
    overall: Option<&'a str>,
    nodes: Vec<(Option<&'a str>, Option<&'a str>)>,
    of: u64,
    /// How many of the nodes the answer itself lists, and whether an earlier one listed or counted more, or a failed
    /// node that this one does not list.
    listed: usize,
    is_shorter: bool,
    is_count_unreadable: bool,
}

/// Adds a node; one that is listed twice counts once, as its worst.
fn join<'a>(all: &mut Vec<(Option<&'a str>, Option<&'a str>)>, node: (Option<&'a str>, Option<&'a str>)) {
    match all.iter_mut().find(|(id, _)| id.is_some() && *id == node.0) {
        Some((_, known)) if class(node.1) > class(*known) => *known = node.1,
        Some(_) => {}
        None => all.push(node),
    }
}

impl<'a> Joined<'a> {
    fn new(records: &[Record<'a>]) -> Self {
        let overall = records.iter().map(|record| record.overall).min_by_key(|overall| rank(*overall)).flatten();
        let (mut nodes, mut listed, mut counted) = (Vec::new(), 0, 0_u64);
        for record in records {
            let mut own = Vec::new();
            record.nodes.iter().for_each(|node| join(&mut own, *node));
            listed += own.len() as u64;
            counted = counted.saturating_add(record.node_count.unwrap_or(own.len() as u64));
            own.into_iter().for_each(|node| join(&mut nodes, node));
        }
        // A node that is in two records was counted twice.
        let repeated = listed - nodes.len() as u64;
        let is_counted = records.iter().any(|record| record.node_count.is_some());
        let of = if is_counted { counted.saturating_sub(repeated) } else { nodes.len() as u64 };
        let is_count_unreadable = records.iter().any(|record| record.is_count_unreadable);
        Joined { overall, listed: nodes.len(), nodes, of, is_shorter: false, is_count_unreadable }
    }
    /// Adds what was seen before, and remembers what is seen now.
    fn after(mut self, past: &mut Past<'a>) -> Self {
        let listed = self.listed as u64;
        self.is_shorter = listed < past.listed || self.of < past.counted;
        (past.listed, past.counted) = (past.listed.max(listed), past.counted.max(self.of));
        for (id, status) in self.nodes.iter().filter_map(|(id, status)| Some(((*id)?, *status))) {
            if class(status) == Class::Failed || past.failed.contains_key(id) {
                past.failed.insert(id, status);
            }
        }
        let seen = past.failed.iter().map(|(id, status)| (Some(*id), *status));
        let missing: Vec<_> = seen.filter(|(id, _)| self.nodes.iter().all(|(other, _)| other != id)).collect();
        self.is_shorter |= !missing.is_empty();
        self.nodes.extend(missing);
        self
    }
    fn says(&self, word: &str) -> bool {
        is(self.overall, &[word])
    }
    fn says_failure(&self) -> bool {
        self.says("failed") || self.says("partialfailed")
    }
    fn is_empty(&self) -> bool {
        self.listed == 0
    }
    fn any(&self, words: &[&str]) -> bool {
        self.nodes.iter().any(|(_, status)| is(*status, words))
    }
    fn all(&self, words: &[&str]) -> bool {
        self.nodes.iter().all(|(_, status)| is(*status, words))
    }
    fn any_unknown(&self) -> bool {
        self.nodes.iter().any(|(_, status)| class(*status) == Class::Unknown)
    }
    /// Tells whether a node failed as rows 7 to 11 have it, where an unknown node counts as failed.
    fn any_failed(&self) -> bool {
        self.any(FAILED) || self.any_unknown()
    }
    fn is_complete(&self) -> bool {
        !self.is_count_unreadable && self.listed as u64 >= self.of && !self.is_shorter
    }
    fn overall_status(&self) -> &'static str {
        if self.says("failed") { "Failed" } else { "PartialFailed" }
    }
}

struct Row {
    name: &'static str,
    fits: fn(&Joined<'_>) -> bool,
    verdict: fn(&Joined<'_>) -> &'static str,
    finished: bool,
}

/// Lists the second table from row 2 on; row 1 is an answer without a record.
const ROWS: [Row; 10] = [
    Row { name: "2", fits: |c| c.is_empty() && c.says_failure(), verdict: |c| c.overall_status(), finished: true },
    Row { name: "3", fits: |c| c.is_empty() && c.says("success"), verdict: |_| "not found", finished: false },
    Row {
        name: "4",
        fits: |c| c.is_empty(),
        verdict: |c| if c.says("pending") { "Pending" } else { "Running" },
        finished: false,
    },
    Row {
        name: "5",
        fits: |c| c.any(OPEN),
        verdict: |c| if c.all(PENDING) && c.says("pending") { "Pending" } else { "Running" },
        finished: false,
    },
    Row {
        name: "6",
        fits: |c| !is(c.overall, FINAL) && (!c.is_complete() || c.any_unknown() || c.all(SUCCESS)),
        verdict: |_| "Running",
        finished: false,
    },
    Row { name: "7", fits: |c| !c.any_failed() && c.says("success"), verdict: |_| "Success", finished: true },
    Row { name: "8", fits: |c| !c.any_failed() && c.says_failure(), verdict: |c| c.overall_status(), finished: true },
    Row { name: "9", fits: |c| c.any_failed() && c.any(SUCCESS), verdict: |_| "PartialFailed", finished: true },
    Row { name: "10", fits: |c| c.is_complete() || c.says("failed"), verdict: |_| "Failed", finished: true },
    Row { name: "11", fits: |_| true, verdict: |_| "PartialFailed", finished: true },
];

/// Says what the tables say of an answer: of the whole invocation, or of one node of it.
pub(crate) fn judge(records: &[Record<'_>], node: Option<&str>) -> Answer {
    let Some(node) = node else { return whole(records) };
    let own: Vec<Record<'_>> = records
        .iter()
        .map(|record| Record {
            nodes: record.nodes.iter().copied().filter(|(id, _)| *id == Some(node)).collect(),
            ..record.clone()
        })
        .collect();
    alone(&own)
}

/// Says what the tables say of an answer within a watch. On one node alone earlier answers have no influence.
pub(crate) fn judge_after<'a>(past: &mut Past<'a>, records: &[Record<'a>], node: Option<&str>) -> Answer {
    if node.is_some() || records.is_empty() {
        return judge(records, node);
    }
    let mut new = past.clone();
    let answer = whole_of(records, Joined::new(records).after(&mut new));
    // What shows no invocation shows nothing.
    if answer.verdict.is_some() {
        *past = new;
    }
    answer
}

fn whole(records: &[Record<'_>]) -> Answer {
    whole_of(records, Joined::new(records))
}

fn whole_of(records: &[Record<'_>], joined: Joined<'_>) -> Answer {
    if records.is_empty() {
        return Answer::new("1", None, false, Vec::new(), &joined);
    }
    let row = ROWS.iter().find(|row| (row.fits)(&joined)).expect("the last row fits all");
    let verdict = Some((row.verdict)(&joined)).filter(|verdict| *verdict != "not found");
    let mut doubts = Vec::new();
    if joined.is_count_unreadable && !joined.is_shorter {
        doubts.push(Doubt::UnreadableCount);
    } else if !joined.is_complete() {
        doubts.push(Doubt::ShortList);
    }
    let missing = joined.nodes.len() - joined.listed;
    if ["7", "8", "9", "10", "11"].contains(&row.name) && joined.any_unknown() {
        doubts.push(Doubt::UnknownCountedAsFailed);
    }
    if row.name == "8" {
        doubts.push(Doubt::FailedWithoutFailedNode);
    }
    if missing > 0 {
        doubts.push(Doubt::FailedNodesNotListed(missing));
    }
    Answer::new(row.name, verdict, row.finished, doubts, &joined)
}

/// Says what the table for one node says; the records list that node alone.
fn alone(records: &[Record<'_>]) -> Answer {
    let joined = Joined::new(records);
    let answer = |row, verdict, finished, doubts| Answer::new(row, verdict, finished, doubts, &joined);
    let Some((_, status)) = joined.nodes.first().copied() else { return answer("a", None, false, Vec::new()) };
    match class(status) {
        Class::Open if is(status, PENDING) => answer("b", Some("Pending"), false, Vec::new()),
        Class::Open => answer("b", Some("Running"), false, Vec::new()),
        Class::Unknown if !is(joined.overall, FINAL) => answer("b", Some("Running"), false, Vec::new()),
        Class::Success => answer("c", Some("Success"), true, Vec::new()),
        Class::Failed => answer("d", Some("Failed"), true, Vec::new()),
        Class::Unknown => answer("d", Some("Failed"), true, vec![Doubt::UnknownCountedAsFailed]),
    }
}

impl Answer {
    fn new(
        row: &'static str,
        verdict: Option<&'static str>,
        finished: bool,
        doubts: Vec<Doubt>,
        joined: &Joined<'_>,
    ) -> Self {
        // An unknown node counts as failed once the verdict is a finished one.
        let is_failed = |class| class == Class::Failed || (class == Class::Unknown && finished);
        let count = |fits: &dyn Fn(Class) -> bool| {
            joined.nodes.iter().filter(|(_, status)| fits(class(*status))).count() as u64
        };
        Answer {
            row,
            verdict,
            finished,
            doubts,
            failed: count(&is_failed),
            open: count(&|class| class != Class::Success && !is_failed(class)),
            of: joined.of,
            is_complete: joined.is_complete(),
        }
    }

    /// Tells whether more nodes failed than are accepted, whatever is open.
    pub(crate) fn exceeds(&self, accepted: Accepted) -> bool {
        match accepted {
            Accepted::Nodes(nodes) => self.failed > nodes,
            Accepted::Percent(percent) => self.failed * 100 > percent * self.of,
        }
    }

    /// Tells whether the failed nodes are accepted: of PartialFailed over a complete list, with some that are counted.
    pub(crate) fn is_accepted(&self, accepted: Accepted) -> bool {
        self.verdict == Some("PartialFailed") && self.is_complete && self.failed > 0 && !self.exceeds(accepted)
    }
}

/// Tells whether an answer proves that the file has arrived, by the plainest rule there is: something is said of it,
/// and all of it is good.
pub(crate) fn proves_success(records: &[Record<'_>], node: Option<&str>) -> bool {
    let overall_is_good = records.iter().all(|record| is(record.overall, SUCCESS));
    let is_asked = |id: Option<&str>| node.is_none() || id == node;
    let mut nodes = records.iter().flat_map(|record| &record.nodes).filter(|(id, _)| is_asked(*id)).peekable();
    nodes.peek().is_some() && (overall_is_good || node.is_some()) && nodes.all(|(_, status)| is(*status, SUCCESS))
}
