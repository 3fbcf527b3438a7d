//! The page of a job's summary. It is Markdown, and a server's text must not be able to forge any; it has a limit of
//! size, and what has no room is counted.

use super::super::Report;
use super::super::phrases;
use super::super::problems::{Problem, count_of_more, problems};
use crate::text::{count_of, first_of};

/// Gives the page of the summary, at most `room` bytes: the verdict, a table of the invocations, the problems with their
/// nodes. Gives nothing if not even the verdict has room.
pub fn summary(report: &Report<'_>, room: usize) -> Option<String> {
    let mut page = SummaryPage { text: String::new(), room };
    let verdict = report.sum.verdict.map_or("no verdict", |verdict| verdict.word());
    let facts = [
        Some(format!("exit code {}", report.sum.code)),
        report.region.map(escaped),
        phrases::ending_words(report.ending),
        report.budget.map(|budget| format!("`--max-failed {budget}`")),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if !page.add(&format!("### efloctl: {verdict}\n\n{facts}\n")) {
        return None;
    }
    invocations(report, &mut page);
    let problems = problems(report);
    for (at, problem) in problems.iter().enumerate() {
        if !section(problem, &mut page) {
            page.close(&format!("\n{} have no room here.\n", count_of_more(&problems[at..])));
            break;
        }
    }
    Some(page.text)
}

/// Collects text up to a limit. It keeps a reserve for the lines that say what had no room.
struct SummaryPage {
    text: String,
    room: usize,
}

impl SummaryPage {
    const RESERVE: usize = 400;

    fn left(&self) -> usize {
        self.room.saturating_sub(self.text.len() + Self::RESERVE)
    }

    fn add(&mut self, text: &str) -> bool {
        let fits = text.len() <= self.left();
        if fits {
            self.text.push_str(text);
        }
        fits
    }

    /// Adds a line that the reserve was kept for.
    fn close(&mut self, text: &str) {
        if self.text.len() + text.len() <= self.room {
            self.text.push_str(text);
        }
    }
}

fn invocations(report: &Report<'_>, page: &mut SummaryPage) {
    page.add(
        "\n| invocation | verdict | nodes | Success | failed | open |\n| --- | --- | ---: | ---: | ---: | ---: |\n",
    );
    for (at, outcome) in report.outcomes.iter().enumerate() {
        let name = escaped(&outcome.invoke_id.to_string());
        let row = match outcome.snapshot() {
            Some(snapshot) => {
                let verdict = snapshot.verdict.word();
                let forgiven = if report.forgives(outcome) { " (accepted)" } else { "" };
                let nodes = snapshot.counts.total();
                let (failed, open) = (snapshot.failed(), snapshot.open());
                format!("| {name} | {verdict}{forgiven} | {nodes} | {} | {failed} | {open} |\n", nodes - failed - open)
            }
            None => format!("| {name} | no answer | | | | |\n"),
        };
        if !page.add(&row) {
            let rest = count_of((report.outcomes.len() - at) as u64, "invocation");
            page.close(&format!("\n{rest} more had no room here.\n"));
            return;
        }
    }
}

/// Adds one problem, with its nodes folded below it. Tells whether it had room.
fn section(problem: &Problem, page: &mut SummaryPage) -> bool {
    let count = count_of(problem.nodes.len() as u64, "node");
    let heading = if problem.nodes.is_empty() { String::new() } else { format!(": {count}") };
    let mut text = format!("\n#### {}{heading}\n\n", escaped(&problem.name));
    if let Some(meaning) = &problem.meaning {
        text.push_str(&format!("{}\n\n", escaped(meaning)));
    }
    if let Some(remedy) = &problem.remedy {
        text.push_str(&format!("- do: {}\n", escaped(remedy)));
    }
    if let Some(resend) = problem.resend {
        text.push_str(&format!("- again: {}\n", resend.words()));
    }
    if problem.nodes.is_empty() {
        let names: Vec<String> = problem.invocations.iter().map(|name| escaped(name)).collect();
        text.push_str(&format!("\n{}\n", first_of(&names, 50)));
        return page.add(&text);
    }
    const FRAME: usize = 120;
    text.push_str(&format!("\n<details><summary>{count}</summary>\n\n"));
    let end = page.left().saturating_sub(FRAME);
    for (at, node) in problem.nodes.iter().map(|node| escaped(node)).enumerate() {
        if text.len() + node.len() + 2 > end {
            text.push_str(&format!("and {} more\n", problem.nodes.len() - at));
            break;
        }
        text.push_str(&(node + "\n"));
    }
    text.push_str("\n</details>\n");
    page.add(&text)
}

/// Escapes text for Markdown: every sign that could mean something there becomes a numeric reference. A hyphen means
/// something only where a line begins with it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        let is_bare = c == ',' || (c == '-' && at > 0);
        if c.is_ascii_punctuation() && !is_bare {
            escaped.push_str(&format!("&#{};", c as u32));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
