//! A send: what it is going to do, for people who have to say yes and for programs; and in the document what became of
//! its calls, and the nodes that no call reached or that nobody knows about.

use super::fault_view::FaultDocument;
use super::page::Page;
use super::write_event;
use crate::eflo::Target;
use crate::exit::Budget;
use crate::invocation::{Call, NodeStatus, Snapshot};
use crate::send::Schedule;
use crate::terminal::{Surface, Terminal};
use crate::text::{Text, count_of, first_of, safe};
use serde::Serialize;
use std::io::{self, Write};

/// Says how many nodes are named.
const NAMED: usize = 10;

/// Holds a send that is planned. All of it is as it was given, and not safe to show yet.
#[derive(Serialize)]
pub struct SendPlan<'a> {
    pub send_id: Option<&'a str>,
    pub file: &'a str,
    pub size: usize,
    pub sha256: &'a str,
    #[serde(flatten)]
    pub target: &'a Target,
    pub overwrite: bool,
    /// How long the delivery to a node may take, in seconds.
    pub delivery_timeout: u64,
    pub region: Option<&'a str>,
    /// Where the service is called, if that was set.
    pub endpoint: Option<&'a str>,
    pub profile: Option<&'a str>,
    /// Where the profile was named.
    #[serde(skip)]
    pub profile_origin: Option<String>,
    pub mends: Vec<&'a str>,
    /// The number of nodes of each batch.
    pub batches: Vec<usize>,
    pub calls: Vec<CallDocument<'a>>,
    #[serde(skip)]
    pub budget: Option<Budget>,
    /// The nodes that it sends to.
    pub not_sent: Vec<&'a str>,
    pub unconfirmed: Vec<&'a str>,
}

/// Writes a plan for people.
pub fn send_plan(plan: &SendPlan<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(surface, out);
    let (count, target) = (plan.not_sent.len(), plan.target);
    page.line(&format!("send {} to {}", safe(&target.name), count_of(count as u64, "node")))?;
    page.field("file", &format!("{}, {}", safe(plan.file), count_of(plan.size as u64, "byte")))?;
    page.field("sha256", plan.sha256)?;
    page.field("to", &safe(&target.path()))?;
    let or = |word: &Option<String>, default: &str| word.clone().unwrap_or_else(|| default.to_owned());
    let owner = format!("{}:{}", or(&target.file_owner, "root"), or(&target.file_group, "root"));
    let overwrite = if plan.overwrite { "replaces a file that is there" } else { "leaves a file that is there" };
    page.field("mode", &safe(&format!("{}, {owner}, {overwrite}", or(&target.file_mode, "0644"))))?;
    if let Some(text) = &target.description {
        page.field("about", &safe(text))?;
    }
    let place = match (plan.endpoint, plan.region) {
        (Some(endpoint), _) => format!("at {}", safe(endpoint)),
        (None, region) => format!("in {}", safe(region.unwrap_or("-"))),
    };
    let origin = plan.profile_origin.as_ref().map_or_else(String::new, |origin| format!(" ({})", safe(origin)));
    let profile = plan.profile.map_or_else(|| ", no profile".to_owned(), |name| format!(", profile {}", safe(name)));
    page.field("where", &format!("{place}{profile}{origin}"))?;
    let named = first_of(plan.not_sent.iter().map(|id| safe(id)), NAMED);
    page.field("nodes", &format!("{count}: {named}"))?;
    let (calls, batches) = (plan.calls.len(), batches(&plan.batches));
    page.field("calls", &format!("{calls}, in {batches}; {} s for each node", plan.delivery_timeout))?;
    let budget = match plan.budget {
        Some(budget) => format!("at most {budget} of {} may fail before the next call", count_of(count as u64, "node")),
        None => "no node may fail before the next batch".to_owned(),
    };
    page.field("budget", &budget)
}

/// Tells the sizes of batches; like ones are counted.
fn batches(batches: &[usize]) -> String {
    if batches.len() == 1 {
        return "one batch".to_owned();
    }
    let runs = batches.chunk_by(|one, next| one == next).map(|run| match run {
        [size] => size.to_string(),
        run => format!("{} times {}", run.len(), run[0]),
    });
    let sizes = runs.collect::<Vec<_>>().join(", ");
    format!("batches of {sizes} nodes")
}

/// Writes the event that a send is planned. A send that is not carried out has no id.
pub fn write_planned(send_id: Option<&str>, schedule: &Schedule, terminal: &Terminal) {
    #[derive(Serialize)]
    struct Planned<'a> {
        send_id: Option<&'a str>,
        nodes: usize,
        batches: Vec<usize>,
        calls: usize,
    }
    let (nodes, calls) = (schedule.nodes().len(), schedule.calls().count());
    let planned = Planned { send_id, nodes, batches: schedule.batches(), calls };
    terminal.answer(|out| write_event("planned", &planned, out));
}

/// Shows the calls of a send.
#[derive(Serialize)]
pub(super) struct SendDocument<'a> {
    send_id: &'a str,
    file: &'a str,
    sha256: &'a str,
    mends: &'a [String],
    batches: &'a [usize],
    calls: Vec<CallDocument<'a>>,
    not_sent: Vec<Text<'a>>,
    unconfirmed: Vec<Text<'a>>,
}

impl<'a> SendDocument<'a> {
    /// Takes a snapshot, if it is of a send.
    pub(super) fn of(snapshot: &'a Snapshot) -> Option<Self> {
        let sent = snapshot.sent.as_ref()?;
        let with = |wanted: &[NodeStatus]| {
            let nodes = snapshot.nodes.iter().filter(|node| wanted.contains(&node.status()));
            nodes.filter_map(|node| node.id()).collect()
        };
        Some(SendDocument {
            send_id: &sent.send_id,
            file: &sent.file,
            sha256: &sent.sha256,
            mends: &sent.mends,
            batches: &sent.batches,
            calls: sent.calls.iter().map(CallDocument::made).collect(),
            not_sent: with(&[NodeStatus::ToBeSent, NodeStatus::NotSent]),
            unconfirmed: with(&[NodeStatus::Unconfirmed]),
        })
    }
}

/// Shows a call of a send.
#[derive(Serialize)]
pub struct CallDocument<'a> {
    invoke_id: Option<&'a str>,
    nodes: usize,
    error: Option<FaultDocument<'a>>,
}

impl<'a> CallDocument<'a> {
    /// Shows a call that is planned, to this many nodes.
    pub fn planned(nodes: usize) -> Self {
        CallDocument { invoke_id: None, nodes, error: None }
    }

    fn made(call: &'a Call) -> Self {
        let error = call.error().map(FaultDocument::new);
        CallDocument { invoke_id: call.invoke_id(), nodes: call.nodes.len(), error }
    }
}
