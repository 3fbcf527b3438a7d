//! A JUnit report: a testsuite an invocation, a testcase a node, for the servers that show test results.
//!
//! A node that failed is a failure with its code, what it means and what to do; one that may still change is an error.
//! Whatever else keeps an invocation from Success is a testcase under the invocation's own name, so that no report
//! looks green beside a gate that is red. It is written node by node: a fleet needs no memory of its own.

use super::Report;
use super::failure::of_node;
use super::phrases;
use crate::exit::Outcome;
use crate::invocation::{Class, Node, Snapshot, Verdict};
use crate::names::Column;
use crate::text::{Text, safe};
use jiff::Timestamp;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;
use std::io::{self, Write};

type Xml<'o> = quick_xml::Writer<&'o mut dyn Write>;

/// Writes the report as the JUnit readers of Jenkins and GitLab take it. Times are UTC.
pub fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites: Vec<Suite<'_>> = report.outcomes.iter().map(Suite::of).collect();
    let mut xml = Xml::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let count = |at: usize| Some(suites.iter().map(|suite| suite.tally[at]).sum::<u64>().to_string());
    let name = Some("efloctl".to_owned());
    let attributes = [("name", name), ("tests", count(0)), ("failures", count(1)), ("errors", count(2))];
    element(&mut xml, "testsuites", &attributes)
        .write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(report, xml)))?;
    writeln!(xml.into_inner())
}

/// Begins an element with those of its attributes that have a value.
fn element<'x, 'o>(
    xml: &'x mut Xml<'o>,
    name: &'static str,
    attributes: &[(&str, Option<String>)],
) -> ElementWriter<'x, &'o mut dyn Write> {
    xml.create_element(name)
        .with_attributes(attributes.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))))
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
    /// The number of testcases, and of failures and errors among them.
    tally: [u64; 3],
}

impl<'a> Suite<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let of_nodes = |snapshot: &Snapshot| [snapshot.nodes.len() as u64, snapshot.failed(), snapshot.open()];
        let [tests, failures, errors] = outcome.snapshot().map_or([0; 3], of_nodes);
        let own = own_problems(outcome, failures + errors == 0);
        let count = |element: &str| own.iter().filter(|problem| problem.element == element).count() as u64;
        let tally = [tests + own.len() as u64, failures + count("failure"), errors + count("error")];
        Suite { name: outcome.invoke_id.to_string(), outcome, own, tally }
    }

    fn write(&self, report: &Report<'_>, xml: &mut Xml<'_>) -> io::Result<()> {
        let snapshot = self.outcome.snapshot();
        let count = |at: usize| Some(self.tally[at].to_string());
        // The readers of such reports know no zone.
        let time_of = |seen: &(Timestamp, Snapshot)| seen.0.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let attributes = [
            ("name", Some(self.name.clone())),
            ("tests", count(0)),
            ("failures", count(1)),
            ("errors", count(2)),
            ("time", snapshot.and_then(Snapshot::seconds).map(|seconds| seconds.to_string())),
            ("timestamp", self.outcome.seen.as_ref().map(time_of)),
        ];
        element(xml, "testsuite", &attributes).write_inner_content(|xml| {
            xml.create_element("properties").write_inner_content(|xml| properties(self.outcome, report, xml))?;
            for problem in &self.own {
                self.testcase(self.name.clone(), None, Some(problem), xml)?;
            }
            let Some((seen_at, snapshot)) = &self.outcome.seen else { return Ok(()) };
            snapshot.nodes.iter().try_for_each(|node| {
                let problem = node_problem(snapshot, &node, report);
                self.testcase(node.safe_id(), node.seconds(*seen_at), problem.as_ref(), xml)
            })
        })?;
        Ok(())
    }

    fn testcase(
        &self,
        name: String,
        seconds: Option<u64>,
        problem: Option<&NotPassed>,
        xml: &mut Xml<'_>,
    ) -> io::Result<()> {
        let seconds = seconds.map(|seconds| seconds.to_string());
        let case = [("classname", Some(self.name.clone())), ("name", Some(name)), ("time", seconds)];
        let case = element(xml, "testcase", &case);
        match problem {
            None => case.write_empty()?,
            Some(problem) => case.write_inner_content(|xml| {
                let attributes = [("type", Some(problem.kind.clone())), ("message", Some(problem.message.clone()))];
                let problem_element = element(xml, problem.element, &attributes);
                problem_element.write_text_content(BytesText::new(&problem.details)).map(drop)
            })?,
        };
        Ok(())
    }
}

/// Writes what there is to know of an invocation besides its nodes.
fn properties(outcome: &Outcome, report: &Report<'_>, xml: &mut Xml<'_>) -> io::Result<()> {
    let shown = |text: Option<&Text<'_>>| text.map(|text| text.safe().into_owned());
    let snapshot = outcome.snapshot();
    let properties = [
        ("verdict", snapshot.map(|snapshot| snapshot.verdict.word().to_owned())),
        ("status", snapshot.and_then(|snapshot| shown(snapshot.status.as_ref()))),
        ("ending", phrases::ending_words(report.ending)),
        ("max_failed", report.budget.map(|budget| budget.to_string())),
        ("node_count", snapshot.and_then(|snapshot| snapshot.node_count).map(|count| count.to_string())),
        ("region", report.region.map(|region| safe(region).into_owned())),
        ("request_id", snapshot.and_then(|snapshot| shown(snapshot.request_id.as_ref()))),
    ];
    for (name, value) in properties.into_iter().filter(|(_, value)| value.is_some()) {
        element(xml, "property", &[("name", Some(name.to_owned())), ("value", value)]).write_empty()?;
    }
    Ok(())
}

/// Gives what keeps an invocation from Success besides its nodes. `no_node_tells` says that no testcase of a node shows
/// that it is not Success.
fn own_problems(outcome: &Outcome, no_node_tells: bool) -> Vec<NotPassed> {
    let mut problems = Vec::new();
    if let Some(fault) = outcome.why_unanswered() {
        let kind = fault.code.as_ref().map_or_else(|| "no answer".into(), |code| code.safe());
        let details = super::fault_hint(fault).map(|hint| format!("do: {hint}")).unwrap_or_default();
        problems.push(NotPassed { details, ..NotPassed::error(&kind, fault.first_line().to_owned()) });
    }
    // Beside Success a short list is only warned of, and the report is green as the gate is.
    let Some(snapshot) = outcome.snapshot().filter(|snapshot| snapshot.verdict != Verdict::Success) else {
        return problems;
    };
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
    let failure = of_node(*node);
    let host = report.names.of(node).and_then(|row| row.get(Column::Hostname));
    let details = [
        ("status", Some(status.clone())),
        ("host", host.map(|host| host.safe_word())),
        ("said", failure.said()),
        ("means", failure.entry.map(|entry| entry.meaning.to_owned())),
        ("do", failure.entry.map(|entry| entry.remedy.to_owned())),
        ("again", Some(failure.resend().words().to_owned())),
    ];
    let details = details.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    Some(NotPassed {
        element: "failure",
        kind: node.error_code().map_or(status, |code| code.safe().into_owned()),
        message: failure.words(),
        details: details.collect::<Vec<_>>().join("\n"),
    })
}
