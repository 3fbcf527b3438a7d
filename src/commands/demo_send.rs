//! `demo send`: a send that stops at its budget, and the resend that brings the file to every node: the same code as a
//! real one, with a service of its own that needs no network. Its log is gone when it ends.

use super::Context;
use super::feed::{ask_once, questions};
use super::watch::{keep, run};
use super::watch_end::{SendEnd, WatchEnd};
use crate::clock;
use crate::eflo::FileToSend;
use crate::exit::Budget;
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, SnapshotSource};
use crate::invocation::{InvokeId, NodeFields, Nodes, Question, Record, Snapshot};
use crate::names::NodeNames;
use crate::output::Report;
use crate::send::{
    Batches, Folder, Followed, Ledger, Lock, Log, LogEntry, Looking, Manner, Order, Plan, Remaining, Run, Schedule,
    Sender, Sending, Target, lock_of,
};
use crate::settings::OutputFormat;
use crate::signals;
use crate::text::Text;
use crate::watch::{Until, WatchPlan};
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SEND_ID: &str = "s-demo";

/// A real send polls more slowly; nobody waits for a demo.
const POLICY: Policy =
    Policy { interval: Duration::from_secs(1), retries: 4, grace: Duration::from_secs(30), patience: Duration::MAX };

/// How long the service takes for an answer, and a node for the file.
const LATENCY: Duration = Duration::from_millis(200);
const DELIVERY: Duration = Duration::from_secs(2);

/// Nodes that do not take the file by the first send, and why.
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
    let plan = plan();
    let log = folder.begin(&plan).map_err(unwritten)?;
    let service = Rc::new(DemoService::default());
    let all: Vec<usize> = (0..NODES).collect();
    context
        .terminal
        .progress("$ efloctl send nccl.conf --to /etc --nodes @nodes.txt --batches 1,25%,100% --max-failed 1");
    let first = DemoRun { nodes: &all, batches: "1,25%,100%", budget: Some(Budget::Nodes(1)), next: "" };
    first.run(&service, log, Ledger::new(plan), Default::default(), format, context)?;

    // What was in their way is gone by now.
    service.is_mended.replace(true);
    let path = folder.log(SEND_ID);
    let lock = Lock::acquire(&lock_of(&path))
        .map_err(unwritten)?
        .map_err(|_| Fault::new(Kind::Output, "the log is in use"))?;
    let mut followed = Followed::held(path.clone()).map_err(unwritten)?;
    let snapshot = look(&service, &mut followed, format, context)?;
    let (ledger, answers) = followed.into_parts();
    let remaining = Remaining::of(&ledger, &snapshot, |_| true, |_| false);
    let (log, _) = Log::resume(&path, lock).map_err(unwritten)?;
    context.terminal.progress(&format!("\n$ efloctl resend {SEND_ID}"));
    let next = "efloctl help sending tells the rest";
    let second = DemoRun { nodes: &remaining.together, batches: "100%", budget: None, next };
    second.run(&service, log, ledger, answers, format, context)
}

/// One of the two runs.
struct DemoRun<'a> {
    nodes: &'a [usize],
    batches: &'static str,
    budget: Option<Budget>,
    /// What to do next; nothing where the demo goes on.
    next: &'static str,
}

impl DemoRun<'_> {
    fn run(
        &self,
        service: &Rc<DemoService>,
        mut log: Log,
        mut ledger: Ledger,
        answers: std::collections::HashMap<String, crate::send::Answer>,
        format: OutputFormat,
        context: &Context,
    ) -> anyhow::Result<u8> {
        let batches = self.batches.parse::<Batches>().map_err(Fault::usage)?.cut(self.nodes.len());
        let names = self.nodes.iter().map(|node| ledger.plan.nodes[*node].clone()).collect();
        let entry =
            LogEntry::Run(Run { nodes: Some(names), batches: batches.clone(), overwrite: false, delivery_timeout: 60 });
        log.append(&entry).map_err(|e| Fault::new(Kind::Output, e.to_string()))?;
        ledger.apply(&entry);
        let schedule = Schedule::new(self.nodes, &[], &Manner { batches, nodes_per_call: 50, budget: self.budget });
        let file = FileToSend::new("nccl.conf", "/etc", b"NCCL_IB_TIMEOUT=22\n");
        let order = Order { file, policy: POLICY, waits: true, keep: keep(format), jitter_seed: None };
        let log = Rc::new(RefCell::new(Some(log)));
        let mut sending = Sending::new(Rc::clone(service), order, schedule, ledger, answers, Rc::clone(&log));
        let ids = vec![InvokeId::new(SEND_ID)];
        let plan = WatchPlan { interval: POLICY.interval, ..WatchPlan::new(ids, Until::Finished) };
        if self.next.is_empty() && format != OutputFormat::Table {
            let (_, ending) = ask_once(&mut sending, &plan, context)?;
            if let crate::exit::Ending::Signal(signal) = ending {
                signals::end_at_once(signal);
            }
            return Ok(crate::exit::SUCCESS);
        }
        let next_step = |_: &Report<'_>| Some(self.next.to_owned()).filter(|next| !next.is_empty());
        let end = WatchEnd {
            format,
            budget: self.budget,
            recorder: None,
            junit: None,
            github: false,
            names: &NodeNames::none(),
            next_step: &next_step,
            send: Some(SendEnd { waits: true, log }),
        };
        Ok(run(&mut sending, &plan, &end, context))
    }
}

fn plan() -> Plan {
    Plan {
        send_id: SEND_ID.to_owned(),
        planned_at: clock::stamp(Timestamp::now()),
        region: None,
        endpoint: None,
        profile: None,
        file: "nccl.conf".to_owned(),
        size: 19,
        sha256: String::new(),
        target: Target {
            name: "nccl.conf".to_owned(),
            target_dir: "/etc".to_owned(),
            file_mode: None,
            file_owner: None,
            file_group: None,
            description: None,
        },
        overwrite: false,
        delivery_timeout: 60,
        nodes: (0..NODES).map(|node| format!("e01-cn-demo{node:03}")).collect(),
        mends: Vec::new(),
    }
}

/// Asks once about everything, as a resend does.
fn look(
    service: &Rc<DemoService>,
    followed: &mut Followed,
    format: OutputFormat,
    context: &Context,
) -> anyhow::Result<Snapshot> {
    let id = InvokeId::new(SEND_ID);
    let questions = questions(std::slice::from_ref(&id), None, keep(format));
    let mut looking = Looking::new(Rc::clone(service), questions, Policy::once(POLICY.retries), 0, followed);
    let plan = WatchPlan::new(vec![id], Until::Answered);
    let (outcomes, _) = ask_once(&mut looking, &plan, context)?;
    let seen = outcomes.into_iter().next().and_then(|outcome| outcome.seen);
    seen.map(|(_, snapshot)| snapshot).ok_or_else(|| Fault::new(Kind::Network, "no answer has come yet").into())
}

/// A service with a small fleet behind it.
#[derive(Default)]
struct DemoService {
    /// The nodes of each call, and when it was made.
    calls: RefCell<Vec<(Vec<String>, Instant)>>,
    is_mended: RefCell<bool>,
    /// Whether what was in the way of a call's nodes was gone when it was made.
    was_mended: RefCell<Vec<bool>>,
}

impl Sender for DemoService {
    async fn send_file(&self, _: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        sleep(LATENCY).await;
        self.calls.borrow_mut().push((nodes.to_vec(), Instant::now()));
        self.was_mended.borrow_mut().push(*self.is_mended.borrow());
        Ok(format!("t-demo-{}", self.calls.borrow().len()))
    }
}

impl SnapshotSource for Rc<DemoService> {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        DemoService::snapshot(self, question).await
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl SnapshotSource for DemoService {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        sleep(LATENCY).await;
        let unknown = || Fault::new(Kind::NotFound, format!("no invocation {} is known here", question.invoke_id));
        let number = question.invoke_id.as_written().and_then(|id| id.strip_prefix("t-demo-")?.parse::<usize>().ok());
        let number = number.and_then(|number| number.checked_sub(1)).ok_or_else(unknown)?;
        let (names, made) = self.calls.borrow().get(number).cloned().ok_or_else(unknown)?;
        let was_mended = self.was_mended.borrow()[number];
        let is_done = made.elapsed() >= DELIVERY;
        let mut nodes = Nodes::default();
        let mut failed = 0;
        for name in &names {
            let trouble = TROUBLE.iter().find(|(node, ..)| name.ends_with(&format!("{node:03}")) && !was_mended);
            let (status, code, info) = match trouble {
                _ if !is_done => ("Running", None, None),
                None => ("Success", None, None),
                Some((_, code, info)) => ("Aborted", Some(Text::new(*code)), Some(Text::new(*info))),
            };
            failed += usize::from(status == "Aborted");
            let fields = NodeFields {
                node_id: Some(Text::new(name.as_str())),
                status: Some(Text::new(status)),
                error_code: code,
                error_info: info,
                ..NodeFields::default()
            };
            nodes.push(&fields, question.keep);
        }
        let status = match failed {
            _ if !is_done => "Running",
            0 => "Success",
            failed if failed == names.len() => "Failed",
            _ => "PartialFailed",
        };
        let node_count = Some(names.len() as u64);
        let record = Record { status: Some(Text::new(status)), node_count, nodes, ..Record::default() };
        Snapshot::new(None, vec![record], question).ok_or_else(unknown)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
