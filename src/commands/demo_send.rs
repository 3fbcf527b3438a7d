//! `demo send`: a send that stops at its budget, and the resend that brings the file to every node: the same code as a
//! real one, with a service of its own that needs no network. Its log is gone when it ends.

use super::Context;
use super::feed::ask_first;
use super::resend::look;
use super::sending::{self, Job};
use super::watch::keep;
use crate::cli::{DeliveryArgs, WaitArgs};
use crate::clock;
use crate::eflo::{self, FileToSend, Location, Target};
use crate::exit::Budget;
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, SnapshotSource};
use crate::invocation::{Question, Snapshot};
use crate::names::NodeNames;
use crate::send::{Folder, Ledger, Lock, Log, Plan, Remaining, SendState, Sender};
use crate::settings::{self, Flags, OutputFormat, Settings};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SEND_ID: &str = "s-demo";

/// Says how often the demo polls: more often than a real send, for nobody waits for a demo.
const INTERVAL: &str = "1s";

/// Says how long the service takes for an answer, and a node for the file.
const LATENCY: Duration = Duration::from_millis(200);
const DELIVERY: Duration = Duration::from_secs(2);

/// Names the nodes that take the file only when it is sent to them again, and why.
const TROUBLE: [(usize, &str, &str); 2] = [
    (2, "ClientNotResponse", "the aliyun service in the instance does not response"),
    (3, "ClientIsUpgrading", "the aliyun service in the node is upgrading now"),
];

const NODES: usize = 16;

/// Runs it. Of both runs a program is told the second, which has all there is to tell.
pub(super) fn demo_send(format: OutputFormat, context: &Context) -> anyhow::Result<u8> {
    let dir =
        tempfile::tempdir().map_err(|e| Fault::new(Kind::Output, format!("no folder for the demo's log: {e}")))?;
    let folder = Folder::at(dir.path().join("sent"));
    let unwritten = |e: std::io::Error| Fault::new(Kind::Output, format!("the demo's log cannot be written: {e}"));
    let flags = Flags::default().with(&settings::INTERVAL, Some(INTERVAL)).with(&settings::TIMEOUT, Some("0"));
    let settings = Settings::without_files(flags, context.environment.clone())?;
    let service = Rc::new(DemoService::default());
    let terminal = &context.terminal;

    terminal.progress("$ efloctl send nccl.conf --to /etc --nodes @nodes.txt --batches 1,25%,100% --max-failed 1");
    let how = DeliveryArgs {
        delivery_timeout: None,
        batches: vec![Budget::Nodes(1), Budget::percent(25), Budget::percent(100)],
        max_failed: Some(Budget::Nodes(1)),
        fail_fast: false,
        nodes_per_call: 50,
        dry_run: false,
        yes: true,
        no_wait: false,
    };
    let (wait, plan) = (WaitArgs::default(), plan());
    let job = |how, together| Job {
        how,
        wait: &wait,
        connection: None,
        settings: &settings,
        format,
        file: None,
        plan: plan.clone(),
        schedule: sending::schedule(how, together, Vec::new()),
        uses_stdin: false,
        names: NodeNames::none(),
    };
    let nowhere = || Location { region: None, host: None };
    let send = job(&how, (0..NODES).collect());
    let watch_plan = send.watch_plan(nowhere())?;
    let log = folder.begin(&plan).map_err(unwritten)?;
    let mut sending = send.begin(Rc::clone(&service), SendState::new(Ledger::new(plan.clone())), Some(log), context)?;
    if format == OutputFormat::Table {
        send.watch(sending, &watch_plan, None, context);
    } else {
        ask_first(&mut sending, &watch_plan, context)?;
        // It lets go of the log.
        drop(sending);
    }

    terminal.progress(&format!("\n$ efloctl resend {SEND_ID}    # efloctl help sending tells the rest"));
    let lock = Lock::acquire(&folder.log(SEND_ID)).map_err(unwritten)?;
    let state = lock.read_log().map_err(unwritten)?;
    let state = look(Rc::clone(&service), state, Policy::default(), keep(format), context)?;
    let together = Remaining::of(&state, |_| true).together;
    let log = Log::resume(lock).map_err(unwritten)?;
    let how = DeliveryArgs { batches: Vec::new(), max_failed: None, ..how.clone() };
    let resend = job(&how, together);
    let watch_plan = resend.watch_plan(nowhere())?;
    let sending = resend.begin(service, state, Some(log), context)?;
    Ok(resend.watch(sending, &watch_plan, None, context))
}

fn plan() -> Plan {
    Plan {
        send_id: SEND_ID.to_owned(),
        planned_at: clock::stamp(Timestamp::now()),
        file: "nccl.conf".to_owned(),
        size: 19,
        target: Target { name: "nccl.conf".to_owned(), target_dir: "/etc".to_owned(), ..Target::default() },
        delivery_timeout: 60,
        nodes: (0..NODES).map(|node| format!("e01-cn-demo{node:03}")).collect(),
        ..Plan::default()
    }
}

/// Plays the service with a small fleet behind it.
#[derive(Default)]
struct DemoService {
    /// Of each call that was made its InvokeId, its nodes, and when it was made.
    calls: RefCell<Vec<(String, Vec<String>, Instant)>>,
}

impl Sender for DemoService {
    async fn send_file(&self, _: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        sleep(LATENCY).await;
        let mut calls = self.calls.borrow_mut();
        let id = format!("t-demo-{}", calls.len() + 1);
        calls.push((id.clone(), nodes.to_vec(), Instant::now()));
        Ok(id)
    }
}

impl SnapshotSource for DemoService {
    /// Answers as the API does.
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        sleep(LATENCY).await;
        let calls = self.calls.borrow();
        let Some(at) = calls.iter().position(|(id, ..)| question.invoke_id.as_written() == Some(id)) else {
            return Err(Fault::new(Kind::NotFound, "the demo has no such invocation"));
        };
        let (_, nodes, made_at) = &calls[at];
        let is_done = made_at.elapsed() >= DELIVERY;
        let node = |id: &String| {
            // What was in its way is gone when it is sent to again.
            let is_first = !calls[..at].iter().any(|(_, earlier, _)| earlier.contains(id));
            let trouble = TROUBLE.iter().find(|(node, ..)| is_first && id.ends_with(&format!("{node:03}")));
            match trouble {
                _ if !is_done => json!({ "NodeId": id, "InvocationStatus": "Running" }),
                None => json!({ "NodeId": id, "InvocationStatus": "Success" }),
                Some((_, code, info)) => {
                    json!({ "NodeId": id, "InvocationStatus": "Aborted", "ErrorCode": code, "ErrorInfo": info })
                }
            }
        };
        let nodes: Vec<Value> = nodes.iter().map(node).collect();
        let status = match nodes.iter().any(|node| node["ErrorCode"].is_string()) {
            _ if !is_done => "Running",
            false => "Success",
            true => "PartialFailed",
        };
        let answer = json!({ "Invocations": { "Invocation": [{
            "InvocationStatus": status, "NodeCount": nodes.len(), "InvokeNodes": { "InvokeNode": nodes }
        }] } });
        eflo::decode(answer.to_string().as_bytes(), question)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
