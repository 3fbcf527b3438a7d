//! What benchmarks may reach: the hot paths, each as one plain function. Exists with the feature `bench` alone.

use crate::eflo;
use crate::exit::{self, Ending, Outcome};
use crate::invocation::{InvokeId, Keep, Question};
use crate::names::{Column, NameFile, NodeNames};
use crate::output::{self, Filter, Report, View};
use crate::rpc::{self, Body};
use crate::settings::OutputFormat;
use crate::terminal::Surface;
use jiff::Timestamp;
use std::io::{self, Write};

/// Gives an answer about so many nodes, of which one in a hundred failed, as the API would write it.
pub fn answer(nodes: usize) -> Vec<u8> {
    let node = |at: usize| {
        let (status, code) = if at.is_multiple_of(100) { ("Invalid", "FileAlreadyExists") } else { ("Success", "") };
        format!(
            r#"{{"InvocationStatus":"{status}","FinishTime":"2023-04-10T10:53:46.156+08:00","NodeId":"e01-cn-{at:011}","ErrorInfo":"","CreationTime":"2023-02-06T07:12:50Z","StartTime":"2023-03-30T16:00:00Z","UpdateTime":"2023-03-30T16:00:00Z","ErrorCode":"{code}"}}"#
        )
    };
    let nodes = (0..nodes).map(node).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"RequestId":"R","TotalCount":1,"Invocations":{{"Invocation":[{{"InvocationStatus":"PartialFailed","Name":"app.conf","TargetDir":"/etc","InvokeNodes":{{"InvokeNode":[{nodes}]}}}}]}}}}"#
    )
    .into_bytes()
}

/// Describes what an answer showed.
pub struct FeedEvent(Vec<Outcome>);

/// Decodes and judges an answer; `everything` keeps every field of every node.
pub fn decode(answer: &[u8], everything: bool) -> FeedEvent {
    let keep = if everything { Keep::Everything } else { Keep::Outcomes };
    let invoke_id = InvokeId::new("t-bench");
    let question = Question { invoke_id: invoke_id.clone(), node_id: None, keep };
    let snapshot = eflo::decode(answer, &question).expect("a benchmark's answer is one");
    FeedEvent(vec![Outcome { invoke_id, seen: Some((Timestamp::UNIX_EPOCH, snapshot)), fault: None, last_error: None }])
}

/// Decodes an answer as a network brings it, in chunks of 16 KiB.
pub fn decode_chunks(answer: &[u8]) {
    let question = Question { invoke_id: InvokeId::new("t-bench"), node_id: None, keep: Keep::Outcomes };
    let mut decoder = eflo::Decoder::new(&question);
    answer.chunks(16 << 10).try_for_each(|chunk| decoder.chunk(chunk)).expect("a benchmark's answer is one");
    std::hint::black_box(decoder.finish().expect("a benchmark's answer is one"));
}

/// Gives the exit code of what was seen.
pub fn sum(seen: &FeedEvent) -> u8 {
    exit::sum(None, &seen.0, Ending::Complete).code
}

/// Writes what was seen in a format.
///
/// # Errors
/// The writer's own.
pub fn write(seen: &FeedEvent, format: &str, out: &mut dyn Write) -> io::Result<()> {
    let names = NodeNames::none();
    let report = Report::new(None, &seen.0, None, Ending::Complete, &names);
    let surface = Surface { width: None, colour: false };
    let nodes = |max| View::Nodes { filter: Filter::All, max };
    let (format, view) = match format {
        "table" => (OutputFormat::Table, nodes(50)),
        "table of all" => (OutputFormat::Table, nodes(0)),
        "errors" => (OutputFormat::Table, View::Errors { max: 0 }),
        "json" => (OutputFormat::Json, nodes(0)),
        "jsonl" => (OutputFormat::Jsonl, nodes(0)),
        "tsv" => (OutputFormat::Tsv, nodes(0)),
        "ids" => (OutputFormat::Ids, View::Errors { max: 0 }),
        _ => unreachable!("no such format: {format}"),
    };
    output::render(format, &report, &view, surface, out)
}

/// Signs a call as it is signed for every poll.
pub fn sign() -> String {
    let form = rpc::canonical_pairs(&[("InvokeId", "t-bj038i0d6r8zoqo")]);
    let hash = rpc::hash(form.as_bytes());
    let headers = [
        ("host", "eflo-controller.cn-wulanchabu.aliyuncs.com"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-acs-action", "DescribeSendFileResults"),
        ("x-acs-content-sha256", &hash),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-signature-nonce", "00000000000000000000000000000001"),
        ("x-acs-version", "2022-12-15"),
    ];
    let request = rpc::RequestToSign { method: "POST", query: "", headers: &headers, body_hash: &hash };
    let key = rpc::Key { id: "LTAIbenchmark".to_owned(), secret: "no secret".into(), token: None };
    rpc::authorization(&request, &key)
}

/// Gives a file of names for so many nodes.
pub fn names(nodes: usize) -> Vec<u8> {
    let row = |at: usize| {
        format!(
            "e01-cn-{at:011}\tgpu-{at:05}\tng-{}\tA{}\thn-{}\ti118191731740041623425\tcn-wulanchabu\tefg2.NH60C5\tUsing\t10.1.{}.{}\t2026-01-02T03:04:05Z\n",
            at / 64,
            at / 1000,
            at / 8,
            at / 256,
            at % 256
        )
    };
    (0..nodes).map(row).collect::<String>().into_bytes()
}

/// Reads a file of names and looks up so many of them: how many have a hostname.
pub fn look_up(file: &[u8], nodes: usize) -> usize {
    let names = NameFile::of_bytes(file.to_vec()).0;
    (0..nodes)
        .filter_map(|at| names.get(&format!("e01-cn-{at:011}")))
        .filter(|node| node.get(Column::Hostname).is_some())
        .count()
}
