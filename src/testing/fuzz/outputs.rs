//! What holds of every output of a snapshot, whatever the server wrote into it.

use crate::exit::{self, Ending, Outcome};
use crate::invocation::{InvokeId, Snapshot, Verdict};
use crate::names::NodeNames;
use crate::output::{self, Filter, Report, View};
use crate::settings::OutputFormat;
use crate::terminal::Surface;
use crate::testing::shown::is_shown_safely;
use jiff::Timestamp;
use quick_xml::events::Event;
use serde_json::Value;
use std::io::{self, Write};

/// Asserts that every format of a snapshot is safe to show, and has all nodes.
pub fn are_safe(snapshot: Snapshot) {
    let ids: Vec<Option<String>> =
        snapshot.nodes.iter().map(|node| node.id().map(|id| id.as_written().to_owned())).collect();
    let verdict = snapshot.verdict;
    let outcomes = [Outcome {
        invoke_id: InvokeId::new("t-1"),
        seen: Some((Timestamp::UNIX_EPOCH, snapshot)),
        fault: None,
        last_error: None,
    }];
    let names = NodeNames::none();
    let report = Report::new(None, &outcomes, None, Ending::Complete, &names);
    assert_eq!(report.sum.code == exit::SUCCESS, verdict == Verdict::Success);

    let tsv = rendered(OutputFormat::Tsv, &report, &NODES);
    assert_eq!(tsv.len(), ids.len(), "a line a node");
    for line in &tsv {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 7, "{line:?}");
        assert!(fields.iter().all(|field| is_shown_safely(field)), "{line:?}");
    }
    let bare = rendered(OutputFormat::Ids, &report, &NODES);
    assert_eq!(bare.len(), ids.iter().flatten().count(), "a line an id");
    assert!(bare.iter().all(|line| is_shown_safely(line)), "{bare:?}");
    json(&report, &ids);
    pipelines(&report);
    for width in [None, Some(20), Some(80)] {
        let surface = Surface { width, colour: false };
        for view in [NODES, View::Errors { max: 0 }, View::End] {
            for line in lines(|out| output::render(OutputFormat::Table, &report, &view, surface, out)) {
                assert!(is_shown_safely(&line), "{line:?}");
            }
        }
    }
}

/// Shows every node, as many as there are.
const NODES: View = View::Nodes { filter: Filter::All, max: 0 };

fn rendered(format: OutputFormat, report: &Report<'_>, view: &View) -> Vec<String> {
    lines(|out| output::render(format, report, view, Surface { width: None, colour: false }, out))
}

/// Asserts that JSON loses nothing, and shows nothing that acts.
fn json(report: &Report<'_>, ids: &[Option<String>]) {
    let node_ids =
        |nodes: &[Value]| nodes.iter().map(|node| node["node_id"].as_str().map(str::to_owned)).collect::<Vec<_>>();
    let document = rendered(OutputFormat::Json, report, &NODES);
    assert!(document.iter().all(|line| is_shown_safely(line)), "{document:?}");
    let document: Value = serde_json::from_str(&document.concat()).expect("the document is JSON");
    assert_eq!(node_ids(document["invocations"][0]["nodes"].as_array().expect("a list of nodes")), ids);
    let errors = rendered(OutputFormat::Json, report, &View::Errors { max: 0 });
    serde_json::from_str::<Value>(&errors.concat()).expect("the document of errors is JSON");
    let jsonl = rendered(OutputFormat::Jsonl, report, &NODES);
    assert!(jsonl.iter().all(|line| is_shown_safely(line)), "{jsonl:?}");
    let nodes: Vec<Value> = jsonl.iter().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(node_ids(&nodes), ids);
}

/// Asserts that what a pipeline reads is well-formed, and that a server can forge nothing in it.
fn pipelines(report: &Report<'_>) {
    let junit = lines(|out| output::junit(report, out)).join("\n");
    let allowed = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(junit.chars().all(allowed), "{junit:?}");
    let mut xml = quick_xml::Reader::from_str(&junit);
    let mut cases = 0;
    loop {
        match xml.read_event().expect("well-formed XML") {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == "testcase" => cases += 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(junit.contains(&format!("<testsuites name=\"efloctl\" tests=\"{cases}\" ")), "{junit}");
    for line in output::annotations(report) {
        assert!(line.starts_with("::error title=efloctl") || line.starts_with("::warning title=efloctl"), "{line:?}");
        assert!(is_shown_safely(&line), "{line:?}");
    }
    let surface = output::summary(report, output::SUMMARY_LIMIT).unwrap_or_default();
    assert!(surface.len() <= output::SUMMARY_LIMIT);
    let ours =
        ["### efloctl", "exit code ", "| ", "#### ", "- do: ", "- again: ", "<details><summary>", "</details>", "and "];
    for line in surface.lines().filter(|line| !ours.iter().any(|ours| line.starts_with(ours))) {
        let forged = |c: char| c.is_ascii_punctuation() && !matches!(c, '&' | '#' | ';' | ',' | '-');
        assert!(!line.contains(forged) && !line.starts_with(['-', '#', ';']), "{line:?}");
    }
    assert_eq!(output::step_outputs(report).lines().count(), 3);
}

pub(super) fn lines(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Vec<String> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes everything");
    let text = String::from_utf8(bytes).expect("output is UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line has no end");
    text.split_terminator('\n').map(str::to_owned).collect()
}
