//! A JUnit report: a testsuite an invocation, a testcase a node, for the servers that show test results.
//!
//! A node that failed is a failure with its code, what it means and what to do; one that may still change is an error.
//! Whatever else keeps an invocation from Success is a testcase under the invocation's own name, so that no report
//! looks green beside a gate that is red. It is written node by node: a fleet needs no memory of its own.

use super::Report;
use super::failure::{error_words, of_node};
use super::phrases;
use crate::exit::Outcome;
use crate::invocation::{Class, Node, Snapshot, Verdict};
use crate::names::NodeRow;
use crate::text::Text;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;
use std::io::{self, Write};

/// Writes the report as the JUnit readers of Jenkins and GitLab take it. Times are UTC.
pub fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites: Vec<Suite<'_>> = report.outcomes.iter().map(Suite::of).collect();
    let all = std::array::from_fn(|at| suites.iter().map(|suite| suite.tally[at]).sum());
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("testsuites").with_attribute(("name", "efloctl"));
    with_tally(root, &all).write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(report, xml)))?;
    writeln!(xml.into_inner())
}

/// Counts testcases, and among them failures and errors.
type Tally = [u64; 3];

fn with_tally<'a, W>(element: ElementWriter<'a, W>, tally: &Tally) -> ElementWriter<'a, W> {
    let counts = ["tests", "failures", "errors"].into_iter().zip(tally);
    counts.fold(element, |element, (name, count)| element.with_attribute((name, count.to_string().as_str())))
}

/// Says why a testcase did not pass.
struct NotPassed {
    /// `failure` or `error`.
    element: &'static str,
    kind: String,
    message: String,
    details: String,
}

impl NotPassed {
    fn error(kind: &str, message: String) -> Self {
        NotPassed { element: "error", kind: kind.to_owned(), message, details: String::new() }
    }
}

/// Holds what is written of one invocation.
struct Suite<'a> {
    name: String,
    outcome: &'a Outcome,
    /// What keeps the invocation from Success besides its nodes.
    own: Vec<NotPassed>,
    tally: Tally,
}

impl<'a> Suite<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let of_nodes = |snapshot: &Snapshot| [snapshot.nodes.len() as u64, snapshot.failed(), snapshot.open()];
        let [tests, failures, errors] = outcome.snapshot().map_or([0; 3], of_nodes);
        let own = own_problems(outcome, failures + errors == 0);
        let own_failures = own.iter().filter(|problem| problem.element == "failure").count() as u64;
        let own_errors = own.len() as u64 - own_failures;
        let tally = [tests + own.len() as u64, failures + own_failures, errors + own_errors];
        Suite { name: outcome.invoke_id.to_string(), outcome, own, tally }
    }

    fn write(&self, report: &Report<'_>, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
        let mut suite = xml.create_element("testsuite").with_attribute(("name", self.name.as_str()));
        suite = with_tally(suite, &self.tally);
        if let Some(seconds) = self.outcome.snapshot().and_then(Snapshot::seconds) {
            suite = suite.with_attribute(("time", seconds.to_string().as_str()));
        }
        if let Some((at, _)) = &self.outcome.seen {
            // The readers of such reports know no zone.
            suite = suite.with_attribute(("timestamp", at.strftime("%Y-%m-%dT%H:%M:%S").to_string().as_str()));
        }
        suite.write_inner_content(|xml| {
            xml.create_element("properties").write_inner_content(|xml| {
                for (name, value) in facts(self.outcome, report) {
                    let attributes = [("name", name), ("value", value.as_str())];
                    xml.create_element("property").with_attributes(attributes).write_empty()?;
                }
                Ok(())
            })?;
            for problem in &self.own {
                testcase(&self.name, &self.name, None, Some(problem), xml)?;
            }
            let Some((seen_at, snapshot)) = &self.outcome.seen else { return Ok(()) };
            for node in snapshot.nodes.iter() {
                let problem = node_problem(snapshot, &node, report);
                testcase(&self.name, &phrases::node_name(&node), node.seconds(*seen_at), problem.as_ref(), xml)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Gives what there is to know of an invocation besides its nodes.
fn facts(outcome: &Outcome, report: &Report<'_>) -> Vec<(&'static str, String)> {
    let shown = |text: Option<&Text<'_>>| text.map(|text| text.safe().into_owned());
    let snapshot = outcome.snapshot();
    let facts = [
        ("verdict", snapshot.map(|snapshot| snapshot.verdict.word().to_owned())),
        ("status", snapshot.and_then(|snapshot| shown(snapshot.status.as_ref()))),
        ("ending", phrases::ending_words(report.ending)),
        ("max_failed", report.budget.map(|budget| budget.to_string())),
        ("node_count", snapshot.and_then(|snapshot| snapshot.node_count).map(|count| count.to_string())),
        ("region", report.region.map(|region| crate::text::safe(region).into_owned())),
        ("request_id", snapshot.and_then(|snapshot| shown(snapshot.request_id.as_ref()))),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Gives what keeps an invocation from Success besides its nodes. `no_node_tells` says that no testcase of a node shows
/// that it is not Success.
fn own_problems(outcome: &Outcome, no_node_tells: bool) -> Vec<NotPassed> {
    let mut problems = Vec::new();
    if let Some(fault) = outcome.why_unanswered() {
        let kind = fault.code.as_ref().map_or_else(|| "no answer".into(), |code| code.safe());
        let mut problem = NotPassed::error(&kind, phrases::first_line(fault).to_owned());
        problem.details = super::fault_hint(fault).map(|hint| format!("do: {hint}")).unwrap_or_default();
        problems.push(problem);
    }
    let Some(snapshot) = outcome.snapshot() else { return problems };
    // Beside Success a short list is only warned of, and the report is green as the gate is.
    if snapshot.verdict == Verdict::Success {
        return problems;
    }
    problems.extend(phrases::short_list(snapshot).map(|message| NotPassed::error("short list", message)));
    if problems.is_empty() && no_node_tells {
        let element = if snapshot.is_finished() { "failure" } else { "error" };
        let problem = NotPassed::error(snapshot.verdict.word(), phrases::verdict_line(outcome));
        problems.push(NotPassed { element, ..problem });
    }
    problems
}

/// Says why a node's testcase did not pass, if it did not.
fn node_problem(snapshot: &Snapshot, node: &Node<'_>, report: &Report<'_>) -> Option<NotPassed> {
    let status = node.status_word().map_or_else(|| "no status".to_owned(), |word| word.safe().into_owned());
    if !snapshot.is_failed(node) {
        let why = phrases::ending_words(report.ending).map_or_else(String::new, |why| format!(": {why}"));
        let message = format!("still {status} when the watch ended{why}");
        return (node.status().class() != Class::Success).then(|| NotPassed::error(&status, message));
    }
    let code = node.error_code().map(|code| code.safe().into_owned());
    let failure = of_node(*node);
    let message = error_words(*node, true).unwrap_or_else(|| "the API gives no reason".to_owned());
    let mut details = format!("status: {status}");
    let mut add = |name: &str, value: &str| details.push_str(&format!("\n{name}: {value}"));
    if let Some(host) = report.name_of(node).and_then(NodeRow::hostname) {
        add("host", &host.safe_word());
    }
    if let Some(said) = failure.said() {
        add("said", &said);
    }
    if let Some(entry) = failure.entry {
        add("means", entry.meaning);
        add("do", entry.remedy);
    }
    add("again", failure.resend().words());
    Some(NotPassed { element: "failure", kind: code.unwrap_or(status), message, details })
}

/// Writes a testcase.
fn testcase(
    suite: &str,
    name: &str,
    seconds: Option<u64>,
    problem: Option<&NotPassed>,
    xml: &mut Writer<&mut dyn Write>,
) -> io::Result<()> {
    let mut case = xml.create_element("testcase").with_attributes([("classname", suite), ("name", name)]);
    if let Some(seconds) = seconds {
        case = case.with_attribute(("time", seconds.to_string().as_str()));
    }
    let Some(problem) = problem else {
        case.write_empty()?;
        return Ok(());
    };
    case.write_inner_content(|xml| {
        let element = xml.create_element(problem.element);
        let attributes = [("type", problem.kind.as_str()), ("message", problem.message.as_str())];
        element.with_attributes(attributes).write_text_content(BytesText::new(&problem.details))?;
        Ok(())
    })?;
    Ok(())
}
