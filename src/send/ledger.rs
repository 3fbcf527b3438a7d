//! What a log says of a send: its plan, its calls, and for each node the newest call that may have carried it out.
//!
//! The same fold serves the process that sends, as it writes, and whoever reads the file. Pure.

use super::Target;
use crate::fault::{Fault, Kind};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A line of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogEntry {
    /// The first line.
    Plan(Box<Plan>),
    /// A run begins: the send, or a resend.
    Run(Run),
    /// A call is about to be made.
    Call(CallBegun),
    /// What became of it.
    Called(CallEnded),
    /// No call follows in this run, and why.
    Stopped { why: String },
    /// The run ended with a verdict.
    Ended { verdict: String, exit_code: u8 },
}

/// What is sent where. The file's content is not in it, nor any key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub send_id: String,
    /// When it was planned, as the other lines are stamped.
    pub planned_at: String,
    pub region: Option<String>,
    /// Where the service was called, if that was set.
    pub endpoint: Option<String>,
    pub profile: Option<String>,
    /// Absolute.
    pub file: String,
    /// In bytes.
    pub size: usize,
    /// Of the content, in lower-case hex.
    pub sha256: String,
    #[serde(flatten)]
    pub target: Target,
    pub overwrite: bool,
    /// In seconds.
    pub delivery_timeout: u64,
    /// In the order given, each once.
    pub nodes: Vec<String>,
    /// Invocations of others that this send mends, each with its nodes.
    pub mends: Vec<Mended>,
}

/// An invocation that no log names, and its nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mended {
    pub invoke_id: String,
    pub nodes: Vec<String>,
}

/// How a run sends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// The nodes that it sends to, if not all.
    pub nodes: Option<Vec<String>>,
    /// The number of nodes of each batch.
    pub batches: Vec<usize>,
    pub overwrite: bool,
    /// In seconds.
    pub delivery_timeout: u64,
}

/// The nodes that a call is about to name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallBegun {
    /// From 1.
    pub number: u32,
    pub nodes: Vec<String>,
}

/// What became of a call. Its nodes are told again: if one of the two lines is lost, the other has them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallEnded {
    pub number: u32,
    pub nodes: Vec<String>,
    #[serde(flatten)]
    pub fate: Fate,
}

/// What became of a call, as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The service took it, and gave this InvokeId.
    InvokeId(String),
    /// The service refused it: no node gets the file by it.
    Refused(Reason),
    /// It was surely not carried out.
    NotMade(Reason),
    /// Its answer was lost: it may have been carried out, or not.
    Lost(Reason),
}

impl Fate {
    /// What went wrong, where the call was not accepted.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Fate::InvokeId(_) => None,
            Fate::Refused(reason) | Fate::NotMade(reason) | Fate::Lost(reason) => Some(reason),
        }
    }
}

/// A fault as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reason {
    pub kind: Kind,
    pub message: String,
    pub code: Option<String>,
    pub request_id: Option<String>,
}

impl Reason {
    fn new(message: &str) -> Self {
        Reason { kind: Kind::Answer, message: message.to_owned(), code: None, request_id: None }
    }
}

impl From<&Fault> for Reason {
    fn from(fault: &Fault) -> Self {
        let text = |text: &Option<Text<'static>>| text.as_ref().map(|text| text.as_written().to_owned());
        Reason {
            kind: fault.kind,
            message: fault.message.clone(),
            code: text(&fault.code),
            request_id: text(&fault.request_id),
        }
    }
}

impl From<&Reason> for Fault {
    fn from(reason: &Reason) -> Self {
        let mut fault = Fault::new(reason.kind, reason.message.clone());
        fault.code = reason.code.clone().map(Text::new);
        fault.request_id = reason.request_id.clone().map(Text::new);
        fault
    }
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// From 1; 0 for an invocation that is mended, and for lines that cannot be read.
    pub number: u32,
    /// Places of its nodes in the plan.
    pub nodes: Vec<usize>,
    /// None while it is under way, or when whoever made it was killed meanwhile.
    pub fate: Option<Fate>,
}

impl Call {
    /// Whether the nodes may have the file by it.
    pub fn may_be_carried_out(&self) -> bool {
        !matches!(self.fate, Some(Fate::Refused(_) | Fate::NotMade(_)))
    }

    /// Its InvokeId, where it was accepted.
    pub fn invoke_id(&self) -> Option<&str> {
        match &self.fate {
            Some(Fate::InvokeId(id)) => Some(id),
            _ => None,
        }
    }
}

/// A send as far as it is known.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub plan: Plan,
    places: HashMap<String, usize>,
    /// For each node whether the last run sends to it, and whether it is yet to be named in a call of that run.
    targets: Vec<bool>,
    awaiting: Vec<bool>,
    /// Of the last run.
    pub batches: Vec<usize>,
    /// In the order in which they were begun.
    pub calls: Vec<Call>,
    /// How many calls were made before the last run.
    pub calls_before: usize,
    /// Whether the last run makes no more calls.
    pub is_stopped: bool,
    /// The verdict and the exit code, where the last run ended with one.
    pub ended: Option<(String, u8)>,
    /// Whether a line cannot be read: what no other line names may have been in it.
    pub is_damaged: bool,
}

impl Ledger {
    pub fn new(plan: Plan) -> Self {
        let places: HashMap<String, usize> = plan.nodes.iter().cloned().zip(0..).collect();
        let place = |node: &String| places.get(node).copied();
        let mended = |mended: &Mended| Call {
            number: 0,
            nodes: mended.nodes.iter().filter_map(place).collect(),
            fate: Some(Fate::InvokeId(mended.invoke_id.clone())),
        };
        Ledger {
            calls: plan.mends.iter().map(mended).collect(),
            targets: vec![false; plan.nodes.len()],
            awaiting: vec![false; plan.nodes.len()],
            batches: Vec::new(),
            calls_before: 0,
            is_stopped: false,
            ended: None,
            is_damaged: false,
            places,
            plan,
        }
    }

    /// Takes in a line.
    pub fn apply(&mut self, entry: &LogEntry) {
        match entry {
            // It is the first line, and stands only there.
            LogEntry::Plan(_) => {}
            LogEntry::Run(run) => {
                self.batches.clone_from(&run.batches);
                self.targets = vec![run.nodes.is_none(); self.plan.nodes.len()];
                for node in run.nodes.iter().flatten().filter_map(|node| self.places.get(node)) {
                    self.targets[*node] = true;
                }
                self.awaiting.clone_from(&self.targets);
                self.calls_before = self.own_calls().count();
                (self.is_stopped, self.ended) = (false, None);
                // Whoever made them is gone.
                for call in self.calls.iter_mut().filter(|call| call.fate.is_none()) {
                    call.fate = Some(Fate::Lost(Reason::new("the process that made the call was ended meanwhile")));
                }
            }
            LogEntry::Call(call) => self.put(call.number, &call.nodes, None),
            LogEntry::Called(call) => self.put(call.number, &call.nodes, Some(call.fate.clone())),
            LogEntry::Stopped { .. } => self.is_stopped = true,
            LogEntry::Ended { verdict, exit_code } => {
                self.is_stopped = true;
                self.ended = Some((verdict.clone(), *exit_code));
            }
        }
    }

    fn put(&mut self, number: u32, nodes: &[String], fate: Option<Fate>) {
        // What may not have been carried out is made again, or the run makes no more calls.
        let is_again = matches!(fate, Some(Fate::NotMade(_) | Fate::Lost(_)));
        for node in nodes.iter().filter_map(|node| self.places.get(node)) {
            self.awaiting[*node] = is_again && self.targets[*node];
        }
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.number == number) {
            call.fate = fate;
            return;
        }
        let nodes = nodes.iter().filter_map(|node| self.place(node)).collect();
        self.calls.push(Call { number, nodes, fate });
    }

    /// Takes in a line that cannot be read: the nodes that it seems to name may have the file, or not.
    pub fn apply_unreadable(&mut self, line: &str) {
        self.is_damaged = true;
        let nodes: Vec<usize> = line.split('"').filter_map(|word| self.place(word)).collect();
        if !nodes.is_empty() {
            let reason = Reason::new("a line of the log cannot be read");
            self.calls.push(Call { number: 0, nodes, fate: Some(Fate::Lost(reason)) });
        }
    }

    /// Whether the last run has yet to name a node in a call, if it makes more.
    pub fn is_awaiting(&self, node: usize) -> bool {
        self.awaiting[node]
    }

    /// Where a node stands in the plan.
    pub fn place(&self, node: &str) -> Option<usize> {
        self.places.get(node).copied()
    }

    /// The number of the next call.
    pub fn next_number(&self) -> u32 {
        self.calls.iter().map(|call| call.number).max().unwrap_or_default() + 1
    }

    /// How many nodes of the last run are in a call that was accepted.
    pub fn accepted_in_run(&self) -> usize {
        let calls = self.own_calls().skip(self.calls_before).filter(|call| call.invoke_id().is_some());
        calls.map(|call| call.nodes.len()).sum()
    }

    /// The calls of the send itself: not the invocations that it mends.
    pub fn own_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.number > 0)
    }
}
