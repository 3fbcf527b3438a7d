//! What a log says of a send: its plan, its calls, and for each node the newest call that may have carried it out.
//!
//! The same fold serves the process that sends, as it writes, and whoever reads the file. Pure.

use super::File;
use crate::eflo::Target;
use crate::fault::{Fault, Kind};
use crate::invocation::{Call, Fate, InvokeId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Holds a line of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogEntry {
    /// The first line.
    Plan(Box<Plan>),
    /// A run begins, the send or a resend: the nodes that it sends to, if not all, and how many are in each batch.
    Run { nodes: Option<Vec<String>>, batches: Vec<usize> },
    /// A call is about to name these nodes. Calls are numbered from 1.
    Call { number: u32, nodes: Vec<String> },
    /// What became of it. Its nodes are told again: if one of the two lines is lost, the other has them.
    Called {
        number: u32,
        nodes: Vec<String>,
        #[serde(flatten)]
        fate: Fate,
    },
    /// No call follows in this run, and why.
    Stopped { why: String },
    /// The run ended with a verdict.
    Ended { verdict: String },
}

/// Says what is sent where. It holds neither the file's content nor any key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub send_id: String,
    /// When it was planned, as the other lines are stamped.
    pub planned_at: String,
    pub region: Option<String>,
    /// Where the service was called, if that was set.
    pub endpoint: Option<String>,
    pub profile: Option<String>,
    /// Whether the profile was asked for, so that its credentials count and no others.
    pub is_profile_named: bool,
    /// Its absolute path.
    pub file: String,
    /// How many bytes the file has.
    pub size: usize,
    /// The SHA-256 of its content, in lower-case hex.
    pub sha256: String,
    #[serde(flatten)]
    pub target: Target,
    pub overwrite: bool,
    /// How long the delivery to a node may take, in seconds.
    pub delivery_timeout: u64,
    /// The ids of the nodes in the order given, each once.
    pub nodes: Vec<String>,
    /// Invocations of others that this send mends, each with its nodes.
    pub mends: Vec<Mended>,
}

impl Plan {
    /// Gives the id that stands for the whole send where an InvokeId may stand.
    pub fn id(&self) -> InvokeId {
        InvokeId::new(self.send_id.clone())
    }

    /// Gives the same plan, of this file.
    #[must_use]
    pub fn of_file(self, file: &File) -> Self {
        let path = file.path.to_string_lossy().into_owned();
        Plan { file: path, size: file.bytes.len(), sha256: file.sha256.clone(), ..self }
    }
}

/// Holds an invocation that no other log names, and its nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mended {
    pub invoke_id: String,
    pub nodes: Vec<String>,
}

/// Holds a send as far as its log tells.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub plan: Plan,
    /// Where each node stands in the plan.
    places: HashMap<String, usize>,
    /// For each node, whether the last run sends to it.
    targets: Vec<bool>,
    /// For each node, whether the last run has yet to name it in a call.
    awaiting: Vec<bool>,
    /// The number of nodes of each batch of the last run.
    pub batches: Vec<usize>,
    /// The calls in the order in which they were begun.
    pub calls: Vec<Call>,
    /// How many calls were made before the last run.
    pub calls_before: usize,
    /// Whether the last run makes no more calls.
    pub is_stopped: bool,
    /// The verdict with which the last run ended.
    pub verdict: Option<String>,
    /// Whether a line cannot be read: it may have named a node that no other line names.
    pub is_damaged: bool,
}

impl Ledger {
    /// Begins with the plan alone: no run has begun.
    pub fn new(plan: Plan) -> Self {
        let nodes = plan.nodes.len();
        let mut ledger = Ledger {
            places: plan.nodes.iter().cloned().zip(0..).collect(),
            targets: vec![false; nodes],
            awaiting: vec![false; nodes],
            batches: Vec::new(),
            calls: Vec::new(),
            calls_before: 0,
            is_stopped: false,
            verdict: None,
            is_damaged: false,
            plan,
        };
        for Mended { invoke_id, nodes } in &ledger.plan.mends {
            let nodes = ledger.places_of(nodes);
            ledger.calls.push(Call { number: 0, nodes, fate: Some(Fate::InvokeId(invoke_id.clone())) });
        }
        ledger
    }

    /// Takes in a line.
    pub fn apply(&mut self, entry: &LogEntry) {
        match entry {
            // It is the first line, and stands only there.
            LogEntry::Plan(_) => {}
            LogEntry::Run { nodes, batches } => {
                self.batches.clone_from(batches);
                self.targets.fill(nodes.is_none());
                for place in self.places_of(nodes.as_deref().unwrap_or_default()).iter() {
                    self.targets[*place] = true;
                }
                self.awaiting.clone_from(&self.targets);
                self.calls_before = self.own_calls().count();
                (self.is_stopped, self.verdict) = (false, None);
                for call in &mut self.calls {
                    call.fate.get_or_insert_with(|| lost("the process that made the call was ended meanwhile"));
                }
            }
            LogEntry::Call { number, nodes } => self.put(*number, nodes, None),
            LogEntry::Called { number, nodes, fate } => self.put(*number, nodes, Some(fate.clone())),
            LogEntry::Stopped { .. } => self.is_stopped = true,
            LogEntry::Ended { verdict } => {
                self.is_stopped = true;
                self.verdict = Some(verdict.clone());
            }
        }
    }

    /// Takes in how a call stands.
    fn put(&mut self, number: u32, nodes: &[String], fate: Option<Fate>) {
        let nodes = self.places_of(nodes);
        // What may not have been carried out is made again, or the run makes no more calls.
        let is_again = matches!(fate, Some(Fate::NotMade(_) | Fate::Lost(_)));
        for place in nodes.iter() {
            self.awaiting[*place] = is_again && self.targets[*place];
        }
        match self.calls.iter_mut().rev().find(|call| call.number == number) {
            Some(call) => call.fate = fate,
            None => self.calls.push(Call { number, nodes, fate }),
        }
    }

    /// Takes in a line that cannot be read: the nodes that it seems to name may have the file, or not.
    pub fn apply_unreadable(&mut self, line: &str) {
        self.is_damaged = true;
        let nodes: Arc<[usize]> = line.split('"').filter_map(|word| self.place(word)).collect();
        if !nodes.is_empty() {
            self.calls.push(Call { number: 0, nodes, fate: Some(lost("a line of the log cannot be read")) });
        }
    }

    /// Says whether the last run has yet to name a node in a call, if it makes more.
    pub fn is_awaiting(&self, node: usize) -> bool {
        self.awaiting[node]
    }

    /// Gives where a node stands in the plan.
    pub fn place(&self, node: &str) -> Option<usize> {
        self.places.get(node).copied()
    }

    /// Gives where these nodes stand in the plan; one that does not is left out.
    fn places_of(&self, nodes: &[String]) -> Arc<[usize]> {
        nodes.iter().filter_map(|node| self.place(node)).collect()
    }

    /// Gives the number of the next call.
    pub fn next_number(&self) -> u32 {
        self.calls.iter().map(|call| call.number).max().unwrap_or_default() + 1
    }

    /// Gives the calls of the send itself, without the invocations that it mends.
    pub fn own_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.number > 0)
    }
}

/// Makes the fate of a call whose answer will never be known.
fn lost(why: &str) -> Fate {
    Fate::Lost(Fault::new(Kind::Answer, why))
}
