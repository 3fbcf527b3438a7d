//! The page of a job's summary. It is Markdown, and a server's text must not be able to forge any; it has a limit of
//! size, and what has no room is counted.

use super::{Problem, Report, count_of_more, phrases, problems};
use crate::exit::Outcome;
use crate::text::{count_of, first_of};

/// Says what is kept free for the lines that count what had no room, in bytes.
const RESERVE: usize = 400;

/// Says what the end of a section takes at most, in bytes.
const SECTION_END: usize = 120;

/// Gives the page of the summary, at most `room` bytes: the verdict, a table of the invocations, the problems with
/// their nodes. Gives nothing if not even its head has room.
pub fn summary(report: &Report<'_>, room: usize) -> Option<String> {
    let verdict = report.sum.verdict.map_or("no verdict", |verdict| verdict.word());
    let facts = [
        Some(format!("exit code {}", report.sum.code)),
        report.region.map(escaped),
        phrases::ending_words(report.ending),
        report.budget.map(|budget| format!("`--max-failed {budget}`")),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let heads = "| invocation | verdict | nodes | Success | failed | open |\n| --- | --- | ---: | ---: | ---: | ---: |";
    let mut page = format!("### efloctl: {verdict}\n\n{facts}\n\n{heads}\n");
    let room = room.checked_sub(RESERVE).filter(|room| page.len() <= *room)?;
    let rest = fill(&mut page, room, report.outcomes, |outcome, _| row(outcome, report));
    if !rest.is_empty() {
        page.push_str(&format!("\n{} more had no room here.\n", count_of(rest.len() as u64, "invocation")));
    }
    let problems = problems(report);
    let rest = fill(&mut page, room, &problems, section);
    if !rest.is_empty() {
        page.push_str(&format!("\n{} have no room here.\n", count_of_more(rest)));
    }
    Some(page)
}

/// Adds a text for each item as long as there is room; `text` gets the room that is left. Gives the items that have
/// none.
fn fill<'i, T>(page: &mut String, room: usize, items: &'i [T], text: impl Fn(&T, usize) -> String) -> &'i [T] {
    for (at, item) in items.iter().enumerate() {
        let left = room.saturating_sub(page.len());
        let text = text(item, left);
        if text.len() > left {
            return &items[at..];
        }
        page.push_str(&text);
    }
    &[]
}

/// Gives the row of an invocation.
fn row(outcome: &Outcome, report: &Report<'_>) -> String {
    let name = escaped(&outcome.invoke_id.to_string());
    let Some(snapshot) = outcome.snapshot() else { return format!("| {name} | no answer | | | | |\n") };
    let forgiven = if outcome.is_forgiven(report.budget) { " (accepted)" } else { "" };
    let (verdict, nodes) = (snapshot.verdict.word(), snapshot.counts.total());
    let (failed, open) = (snapshot.failed(), snapshot.open());
    format!("| {name} | {verdict}{forgiven} | {nodes} | {} | {failed} | {open} |\n", nodes - failed - open)
}

/// Tells one problem, with as many of its nodes folded below it as this room holds.
fn section(problem: &Problem, room: usize) -> String {
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
        return format!("{text}\n{}\n", first_of(problem.invocations.iter().map(|name| escaped(name)), 50));
    }
    text.push_str(&format!("\n<details><summary>{count}</summary>\n\n"));
    let line = |node: &String, _| escaped(node) + "\n";
    let rest = fill(&mut text, room.saturating_sub(SECTION_END), &problem.nodes, line);
    if !rest.is_empty() {
        text.push_str(&format!("and {} more\n", rest.len()));
    }
    text + "\n</details>\n"
}

/// Escapes text for Markdown: every sign that could mean something there becomes a numeric reference. A hyphen means
/// something only where a line begins with it.
fn escaped(text: &str) -> String {
    let sign = |(at, c): (usize, char)| {
        let is_bare = c == ',' || (c == '-' && at > 0);
        if c.is_ascii_punctuation() && !is_bare { format!("&#{};", c as u32) } else { c.to_string() }
    };
    text.chars().enumerate().map(sign).collect()
}
