//! From what a log says and what its invocations answer to one snapshot of the send, judged node by node. Pure.

mod answer;

use super::ledger::{Call, Fate, Ledger, Reason};
use super::schedule::NodeState;
use crate::fault::Fault;
use crate::invocation::{
    CallSummary, Class, Doubt, Facts, InvokeId, Keep, Node, NodeFields, NodeStatus, Nodes, OverallStatus, Question,
    Record, Sent, Snapshot,
};
use crate::text::{Text, safe};
use answer::Answer;
use std::collections::{BTreeSet, HashMap};

/// A send as far as it is known: what its log says, and what its invocations answered.
pub struct SendState {
    pub ledger: Ledger,
    /// By InvokeId.
    answers: HashMap<String, Answer>,
    /// Whether somebody makes calls: one may be under way, and others follow until it is said that they do not.
    pub is_running: bool,
}

/// What a node's newest call says of it.
pub struct Standing<'a> {
    pub status: NodeStatus,
    /// The place of its newest call that may have been carried out.
    pub call: Option<usize>,
    /// As that call's invocation lists it.
    listed: Option<Node<'a>>,
    /// Why it is NotSent, if the service said so.
    refused: Option<&'a Reason>,
    /// Whether nothing more will be learnt from that call.
    is_settled: bool,
}

impl Standing<'_> {
    /// Judges a node that no invocation lists.
    fn unlisted(status: NodeStatus, call: Option<usize>) -> Self {
        Standing { status, call, listed: None, refused: None, is_settled: status.class() != Class::Open }
    }

    /// Says how it stands for whoever decides on the next call, and whether its invocation has come to its end.
    pub fn state(&self) -> (NodeState, bool) {
        let state = match self.status.class() {
            Class::Open => NodeState::Open,
            Class::Unknown if !self.is_settled => NodeState::Open,
            Class::Success => NodeState::Success,
            _ => NodeState::Failed,
        };
        (state, self.is_settled)
    }
}

impl SendState {
    /// Begins with a ledger and no answer.
    pub fn new(ledger: Ledger) -> Self {
        SendState { ledger, answers: HashMap::new(), is_running: false }
    }

    /// Gives the InvokeIds that decide on the nodes, or on this one alone: those of their newest calls.
    pub fn newest_invocations(&self, node: Option<&str>) -> Vec<String> {
        let place = node.map(|node| self.ledger.place(node));
        let standings = self.standings().enumerate().filter(|(at, _)| place.is_none_or(|place| place == Some(*at)));
        let calls: BTreeSet<usize> = standings.filter_map(|(_, standing)| standing.call).collect();
        calls.into_iter().filter_map(|call| self.ledger.calls[call].invoke_id()).map(str::to_owned).collect()
    }

    /// Notes that an invocation is being asked about. Says whether it was not before.
    pub fn ask(&mut self, invoke_id: &str) -> bool {
        let is_new = !self.answers.contains_key(invoke_id);
        self.answers.entry(invoke_id.to_owned()).or_default();
        is_new
    }

    /// Takes in what an invocation answered. Says whether it has come to its end.
    pub fn see(&mut self, invoke_id: &str, snapshot: Box<Snapshot>) -> bool {
        let answer = self.answers.entry(invoke_id.to_owned()).or_default();
        answer.see(snapshot, &self.ledger);
        answer.is_final()
    }

    /// Takes in that an invocation can no longer be asked about. Gives the warning of it.
    pub fn give_up(&mut self, invoke_id: &str, fault: &Fault) -> String {
        self.answers.entry(invoke_id.to_owned()).or_default().is_gone = true;
        format!("{} can no longer be asked about: {fault}", safe(invoke_id))
    }

    /// Says whether every invocation that was asked about has an answer, or will have none.
    pub fn is_answered(&self) -> bool {
        self.answers.values().all(Answer::is_answered)
    }

    /// Says whether every invocation that was asked about has come to its end.
    pub fn is_final(&self) -> bool {
        self.answers.values().all(Answer::is_final)
    }

    /// Says whether this invocation has come to its end.
    pub fn has_ended(&self, invoke_id: &str) -> bool {
        self.answers.get(invoke_id).is_some_and(Answer::is_final)
    }

    /// Gives the first invocation that can no longer be asked about.
    pub fn first_gone(&self) -> Option<String> {
        let is_gone = |id: &String| self.answers.get(id).is_some_and(|answer| answer.is_gone);
        self.newest_invocations(None).into_iter().find(is_gone)
    }

    /// Gives what is known of each node, in the plan's order.
    pub fn standings(&self) -> impl Iterator<Item = Standing<'_>> {
        let nodes = self.ledger.plan.nodes.len();
        let (mut newest, mut last) = (vec![None; nodes], vec![None; nodes]);
        for (at, call) in self.ledger.calls.iter().enumerate() {
            for node in &call.nodes {
                last[*node] = Some(call);
                if call.may_be_carried_out() {
                    newest[*node] = Some(at);
                }
            }
        }
        newest.into_iter().zip(last).enumerate().map(move |(place, (newest, last))| match newest {
            _ if self.calls_follow() && self.ledger.is_awaiting(place) => {
                Standing::unlisted(NodeStatus::ToBeSent, None)
            }
            Some(call) => self.of_call(place, call),
            None => self.without_call(last),
        })
    }

    /// Says whether calls may follow.
    fn calls_follow(&self) -> bool {
        self.is_running && !self.ledger.is_stopped
    }

    /// Judges a node whose newest call may have been carried out.
    fn of_call(&self, place: usize, at: usize) -> Standing<'_> {
        let unlisted = |status| Standing::unlisted(status, Some(at));
        let answer = match &self.ledger.calls[at].fate {
            Some(Fate::InvokeId(id)) => self.answers.get(id),
            // It is under way, and its answer may come.
            None if self.is_running => return unlisted(NodeStatus::Pending),
            _ => return unlisted(NodeStatus::Unconfirmed),
        };
        let Some(answer) = answer else { return unlisted(NodeStatus::Pending) };
        match answer.node(place) {
            // What it said last is not its last word.
            Some(node) if answer.is_gone && node.status().class() == Class::Open => unlisted(NodeStatus::Unconfirmed),
            Some(node) => Standing {
                listed: Some(node),
                is_settled: answer.is_final(),
                ..Standing::unlisted(node.status(), Some(at))
            },
            None if answer.is_final() => unlisted(NodeStatus::Unconfirmed),
            None => unlisted(NodeStatus::Pending),
        }
    }

    /// Judges a node that no call can have reached, by the last call that named it.
    fn without_call<'s>(&self, last: Option<&'s Call>) -> Standing<'s> {
        let refused = match last.and_then(|call| call.fate.as_ref()) {
            Some(Fate::Refused(reason)) => Some(reason),
            _ => None,
        };
        let status = match (self.ledger.is_damaged, self.calls_follow() && refused.is_none()) {
            (true, _) => NodeStatus::Unconfirmed,
            (false, true) => NodeStatus::ToBeSent,
            (false, false) => NodeStatus::NotSent,
        };
        Standing { refused, ..Standing::unlisted(status, None) }
    }

    /// Gives the snapshot of the whole send, or of one node of it; nothing where it has no such node.
    pub fn snapshot(&self, keep: Keep, node: Option<&str>) -> Option<Snapshot> {
        let mut nodes = Nodes::default();
        let (mut calls, mut used) = (Vec::new(), BTreeSet::new());
        for (id, standing) in self.ledger.plan.nodes.iter().zip(self.standings()) {
            used.extend(standing.call);
            if node.is_some_and(|node| node != id) {
                continue;
            }
            let mut fields = standing.listed.map_or_else(NodeFields::default, |node| node.fields());
            fields.node_id = Some(Text::new(id.as_str()));
            if let Some(reason) = standing.refused {
                fields.error_code = reason.code.as_deref().map(Text::new);
                fields.error_info = Some(Text::new(reason.message.as_str()));
            }
            nodes.push_listed(standing.status, &fields, standing.listed, keep);
            calls.push(standing.call);
        }
        self.judged(nodes, &calls, &used, keep, node)
    }

    /// Gives the verdict on the nodes, by the rows of any invocation. `calls` has the call of each node, `used` those
    /// of all.
    fn judged(
        &self,
        mut nodes: Nodes,
        calls: &[Option<usize>],
        used: &BTreeSet<usize>,
        keep: Keep,
        node: Option<&str>,
    ) -> Option<Snapshot> {
        let ledger = &self.ledger;
        let mut invoke_ids = Vec::new();
        let places: Vec<Option<usize>> = ledger
            .calls
            .iter()
            .map(|call| {
                invoke_ids.push(call.invoke_id()?.to_owned());
                Some(invoke_ids.len() - 1)
            })
            .collect();
        nodes.set_calls(invoke_ids, calls.iter().map(|call| call.and_then(|call| places[call])));
        let accepted = || used.iter().filter_map(|call| ledger.calls[*call].invoke_id());
        let answers = || accepted().filter_map(|id| self.answers.get(id));
        let is_open = answers().count() < accepted().count() || answers().any(|answer| !answer.is_final());
        let is_doubtful = answers().any(Answer::is_doubtful);
        let strangers: BTreeSet<String> = answers().flat_map(|answer| answer.strangers.iter().cloned()).collect();
        let is_under_way = self.is_running && ledger.calls.iter().any(|call| call.fate.is_none());
        let status = overall(&nodes, is_open || is_under_way || self.calls_follow(), is_doubtful);
        let record = Record {
            facts: facts(ledger),
            status: Some(Text::new(status.word())),
            node_count: Some(nodes.len() as u64),
            nodes,
            ..Record::default()
        };
        let question =
            Question { invoke_id: InvokeId::new(ledger.plan.send_id.clone()), node_id: node.map(str::to_owned), keep };
        let mut snapshot = Snapshot::new(None, vec![record], &question)?;
        let doubts = &mut snapshot.doubts;
        if is_doubtful && !doubts.contains(&Doubt::FailedWithoutFailedNode) {
            doubts.push(Doubt::FailedWithoutFailedNode);
        }
        if !strangers.is_empty() && node.is_none() {
            doubts.push(Doubt::NeverAskedFor);
        }
        snapshot.sent = Some(Box::new(sent(ledger, strangers.into_iter().collect())));
        Some(snapshot)
    }
}

fn facts(ledger: &Ledger) -> Facts {
    let plan = &ledger.plan;
    let text = |text: &Option<String>| text.clone().map(Text::new);
    Facts {
        name: Some(Text::new(plan.target.name.clone())),
        description: text(&plan.target.description),
        target_dir: Some(Text::new(plan.target.target_dir.clone())),
        content_type: Some(Text::new("Base64")),
        file_mode: text(&plan.target.file_mode),
        file_owner: text(&plan.target.file_owner),
        file_group: text(&plan.target.file_group),
        overwrite: Some(plan.overwrite),
        creation_time: Some(Text::new(plan.planned_at.clone())),
    }
}

fn sent(ledger: &Ledger, strangers: Vec<String>) -> Sent {
    let summary = |call: &Call| CallSummary {
        invoke_id: call.invoke_id().map(str::to_owned),
        nodes: call.nodes.len(),
        error: call.fate.as_ref().and_then(Fate::reason).map(Fault::from),
    };
    Sent {
        send_id: ledger.plan.send_id.clone(),
        has_log: true,
        file: ledger.plan.file.clone(),
        sha256: ledger.plan.sha256.clone(),
        mends: ledger.plan.mends.iter().map(|mended| mended.invoke_id.clone()).collect(),
        batches: ledger.batches.clone(),
        calls: ledger.own_calls().map(summary).collect(),
        calls_before: ledger.calls_before,
        accepted: ledger.accepted_in_run(),
        failed_in_run: None,
        strangers,
    }
}

/// Gives the overall status: open while something is, then what the nodes say. `is_doubtful` tells that an invocation
/// calls itself failed though none of its nodes did.
fn overall(nodes: &Nodes, is_open: bool, is_doubtful: bool) -> OverallStatus {
    let count = |class| nodes.iter().filter(|node| node.status().class() == class).count();
    if is_open || count(Class::Open) > 0 {
        let all_pending = nodes.iter().all(|node| node.status() == NodeStatus::Pending);
        return if all_pending { OverallStatus::Pending } else { OverallStatus::Running };
    }
    match count(Class::Success) {
        success if success == nodes.len() && !is_doubtful => OverallStatus::Success,
        0 => OverallStatus::Failed,
        _ => OverallStatus::PartialFailed,
    }
}

#[cfg(test)]
mod tests;
