//! The contract's two tables, written down once more: from words, a row each, the first that fits.

use super::Doubt;

/// One record as it was answered.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) overall: Option<&'a str>,
    pub(super) nodes: &'a [Option<&'a str>],
    pub(super) node_count: Option<u64>,
}

/// What a table says.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) row: &'static str,
    /// None is "not found".
    pub(super) verdict: Option<&'static str>,
    pub(super) finished: bool,
    pub(super) doubts: Vec<Doubt>,
}

const PENDING: &[&str] = &["pending"];
const OPEN: &[&str] = &["pending", "running"];
const SUCCESS: &[&str] = &["success"];
const FAILED: &[&str] = &["invalid", "aborted", "failed", "error", "timeout"];
const FINAL: &[&str] = &["success", "failed", "partialfailed"];

fn is(word: Option<&str>, words: &[&str]) -> bool {
    word.is_some_and(|word| words.contains(&word.to_lowercase().as_str()))
}

/// Off the page: any other word, or none.
fn is_unknown(node: Option<&str>) -> bool {
    ![OPEN, SUCCESS, FAILED].iter().any(|words| is(node, words))
}

impl Case<'_> {
    fn says(&self, word: &str) -> bool {
        is(self.overall, &[word])
    }
    fn says_failure(&self) -> bool {
        self.says("failed") || self.says("partialfailed")
    }
    fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    fn any(&self, words: &[&str]) -> bool {
        self.nodes.iter().any(|node| is(*node, words))
    }
    fn all(&self, words: &[&str]) -> bool {
        self.nodes.iter().all(|node| is(*node, words))
    }
    fn any_unknown(&self) -> bool {
        self.nodes.iter().any(|node| is_unknown(*node))
    }
    /// As it is from row 7 on, where an unknown node counts as failed.
    fn any_failed(&self) -> bool {
        self.any(FAILED) || self.any_unknown()
    }
    fn is_complete(&self) -> bool {
        match self.node_count {
            None => true,
            Some(count) => self.nodes.len() as u64 >= count,
        }
    }
    fn overall_status(&self) -> &'static str {
        if self.says("failed") { "Failed" } else { "PartialFailed" }
    }
}

struct Row {
    name: &'static str,
    fits: fn(&Case<'_>) -> bool,
    verdict: fn(&Case<'_>) -> &'static str,
    finished: bool,
}

/// The second table from row 2 on; row 1 is an answer without a record.
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

/// What the table for a whole invocation says.
pub(super) fn whole(case: &Case<'_>) -> Answer {
    let row = ROWS.iter().find(|row| (row.fits)(case)).expect("the last row fits all");
    let verdict = Some((row.verdict)(case)).filter(|verdict| *verdict != "not found");
    let mut doubts = Vec::new();
    if !case.is_complete() {
        doubts.push(Doubt::ShortList);
    }
    if ["7", "8", "9", "10", "11"].contains(&row.name) && case.any_unknown() {
        doubts.push(Doubt::UnknownCountedAsFailed);
    }
    if row.name == "8" {
        doubts.push(Doubt::FailedWithoutFailedNode);
    }
    Answer { row: row.name, verdict, finished: row.finished, doubts }
}

/// What the table for one node says; no node is one that is not listed.
pub(super) fn node(overall: Option<&str>, node: Option<Option<&str>>) -> Answer {
    let answer = |row, verdict, finished| Answer { row, verdict, finished, doubts: Vec::new() };
    let Some(status) = node else { return answer("a", None, false) };
    if is(status, OPEN) || (is_unknown(status) && !is(overall, FINAL)) {
        return answer("b", Some(if is(status, PENDING) { "Pending" } else { "Running" }), false);
    }
    if is(status, SUCCESS) {
        return answer("c", Some("Success"), true);
    }
    let failed = answer("d", Some("Failed"), true);
    let doubts = if is_unknown(status) { vec![Doubt::UnknownCountedAsFailed] } else { Vec::new() };
    Answer { doubts, ..failed }
}

/// How many nodes count as failed: an unknown one does once the verdict is a finished one.
pub(super) fn failed(case: &Case<'_>) -> u64 {
    let counts_unknown = whole(case).finished;
    case.nodes.iter().filter(|node| is(**node, FAILED) || (counts_unknown && is_unknown(**node))).count() as u64
}

/// How many nodes may still change: all that are neither Success nor failed.
pub(super) fn open(case: &Case<'_>) -> u64 {
    case.nodes.iter().filter(|node| !is(**node, SUCCESS)).count() as u64 - failed(case)
}
