//! `demo send`: a send that stops at its budget, and the resend that brings the file to every node: the same code as a
//! real one, with a service of its own that needs no network. Its log is gone when it ends.

use super::Context;
use super::feed::{answers, ask_first, questions};
use super::sending::Job;
use super::watch::keep;
use crate::cli::{DeliveryArgs, WaitArgs};
use crate::clock;
use crate::eflo::{FileToSend, Location};
use crate::exit::Budget;
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, SnapshotSource};
use crate::invocation::{InvokeId, NodeFields, Nodes, Question, Record, Snapshot};
use crate::names::NodeNames;
use crate::send::{Folder, Followed, Ledger, Lock, Log, Looking, Plan, Remaining, SendState, Sender, Target, lock_of};
use crate::settings::{self, Flags, OutputFormat, Settings};
use crate::text::Text;
use jiff::Timestamp;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const SEND_ID: &str = "s-demo";

/// A real send polls more slowly; nobody waits for a demo.
const INTERVAL: &str = "1s";

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
    let flags = Flags::default().with(&settings::INTERVAL, Some(INTERVAL)).with(&settings::TIMEOUT, Some("0"));
    let settings = Settings::without_files(flags, context.environment.clone())?;
    let service = Rc::new(DemoService::default());
    let terminal = &context.terminal;

    terminal.progress("$ efloctl send nccl.conf --to /etc --nodes @nodes.txt --batches 1,25%,100% --max-failed 1");
    let how = DeliveryArgs {
        batches: Some("1,25%,100%".parse().map_err(Fault::usage)?),
        max_failed: Some(Budget::Nodes(1)),
        ..HOW
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
        together,
        alone: Vec::new(),
        uses_stdin: false,
        names: NodeNames::none(),
    };
    let log = folder.begin(&plan).map_err(unwritten)?;
    let state = SendState::new(Ledger::new(plan.clone()));
    run(&job(&how, (0..NODES).collect()), &service, state, log, format == OutputFormat::Table, context)?;

    // What was in their way is gone by now.
    service.is_mended.set(true);
    terminal.progress(&format!("\n$ efloctl resend {SEND_ID}    # efloctl help sending tells the rest"));
    let path = folder.log(SEND_ID);
    let lock = Lock::acquire(&lock_of(&path)).map_err(unwritten)?;
    let lock = lock.map_err(|_| Fault::new(Kind::Output, "the log is in use"))?;
    let mut followed = Followed::held(path.clone()).map_err(unwritten)?;
    let id = InvokeId::new(SEND_ID);
    let questions = questions(std::slice::from_ref(&id), None, keep(format));
    let mut looking = Looking::new(Rc::clone(&service), questions, Policy::once(0), 0, &mut followed);
    answers(&mut looking, vec![id], context)?;
    drop(looking);
    let together = Remaining::of(&followed.state, |_| true).together;
    let log = Log::resume(&path, lock).map_err(unwritten)?;
    run(&job(&HOW, together), &service, followed.state, log, true, context)
}

/// As it is where nobody says anything else.
const HOW: DeliveryArgs = DeliveryArgs {
    delivery_timeout: None,
    batches: None,
    max_failed: None,
    fail_fast: false,
    nodes_per_call: 50,
    dry_run: false,
    yes: true,
    no_wait: false,
};

/// Makes the calls of a run, and gives the exit code. What becomes of them is told to people, or where it is all there
/// is to tell.
fn run(
    job: &Job<'_>,
    service: &Rc<DemoService>,
    state: SendState,
    log: Log,
    is_told: bool,
    context: &Context,
) -> anyhow::Result<u8> {
    let plan = job.watch_plan(Location { region: None, host: None })?;
    let (mut sending, log) = job.begin(Rc::clone(service), state, Some(log), context)?;
    if is_told {
        return Ok(job.watch(sending, log, &plan, None, context));
    }
    ask_first(&mut sending, &plan, context)?;
    Ok(crate::exit::SUCCESS)
}

fn plan() -> Plan {
    Plan {
        send_id: SEND_ID.to_owned(),
        planned_at: clock::stamp(Timestamp::now()),
        region: None,
        endpoint: None,
        profile: None,
        is_profile_named: false,
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

/// A service with a small fleet behind it.
#[derive(Default)]
struct DemoService {
    calls: RefCell<Vec<DemoCall>>,
    /// Whether what was in the way of some nodes is gone.
    is_mended: Cell<bool>,
}

/// A call that was made.
#[derive(Clone)]
struct DemoCall {
    nodes: Vec<String>,
    made_at: Instant,
    was_mended: bool,
}

impl Sender for DemoService {
    async fn send_file(&self, _: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        sleep(LATENCY).await;
        let call = DemoCall { nodes: nodes.to_vec(), made_at: Instant::now(), was_mended: self.is_mended.get() };
        self.calls.borrow_mut().push(call);
        Ok(format!("t-demo-{}", self.calls.borrow().len()))
    }
}

impl SnapshotSource for DemoService {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        sleep(LATENCY).await;
        let unknown = || Fault::new(Kind::NotFound, format!("no invocation {} is known here", question.invoke_id));
        let number = question.invoke_id.as_written().and_then(|id| id.strip_prefix("t-demo-")?.parse::<usize>().ok());
        let call = number.and_then(|number| self.calls.borrow().get(number.checked_sub(1)?).cloned());
        let call = call.ok_or_else(unknown)?;
        let is_done = call.made_at.elapsed() >= DELIVERY;
        let mut nodes = Nodes::default();
        let mut failed = 0;
        for name in &call.nodes {
            let trouble = TROUBLE.iter().find(|(node, ..)| name.ends_with(&format!("{node:03}")) && !call.was_mended);
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
        let node_count = call.nodes.len();
        let status = match failed {
            _ if !is_done => "Running",
            0 => "Success",
            failed if failed == node_count => "Failed",
            _ => "PartialFailed",
        };
        let node_count = Some(node_count as u64);
        let record = Record { status: Some(Text::new(status)), node_count, nodes, ..Record::default() };
        Snapshot::new(None, vec![record], question).ok_or_else(unknown)
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
