//! From what a log says and what its invocations answer to one snapshot of the send, judged node by node. Pure.

use super::ledger::{Fate, Ledger, Reason};
use super::schedule::NodeState;
use crate::fault::Fault;
use crate::invocation::{
    CallSummary, Class, Doubt, Facts, InvokeId, Keep, Node, NodeFields, NodeStatus, Nodes, OverallStatus, Question,
    Record, Sent, Snapshot,
};
use crate::text::Text;
use std::collections::{BTreeSet, HashMap};

/// What is known of one invocation of a send.
#[derive(Debug, Default)]
pub struct Answer {
    snapshot: Option<Box<Snapshot>>,
    /// For each place in the plan that it lists, the place in the snapshot.
    rows: HashMap<usize, usize>,
    /// Nodes that it lists and that the send never asked for.
    strangers: Vec<String>,
    /// Whether it can no longer be asked about.
    is_gone: bool,
}

impl Answer {
    /// Takes in what an invocation of the send answered.
    pub fn see(&mut self, snapshot: Box<Snapshot>, ledger: &Ledger) {
        self.rows.clear();
        self.strangers.clear();
        for (row, id) in snapshot.nodes.iter().enumerate().filter_map(|(row, node)| Some((row, node.id()?))) {
            match ledger.place(id.as_written()) {
                Some(place) => drop(self.rows.insert(place, row)),
                None => self.strangers.push(id.as_written().to_owned()),
            }
        }
        self.snapshot = Some(snapshot);
    }

    /// Takes in that it can no longer be asked about.
    pub fn give_up(&mut self) {
        self.is_gone = true;
    }

    /// Whether it was answered, or will not be.
    pub fn is_answered(&self) -> bool {
        self.is_gone || self.snapshot.is_some()
    }

    /// Whether nothing more will be learnt of it.
    pub fn is_final(&self) -> bool {
        self.is_gone || self.snapshot.as_ref().is_some_and(|snapshot| snapshot.is_finished())
    }

    fn node(&self, place: usize) -> Option<Node<'_>> {
        let row = *self.rows.get(&place)?;
        self.snapshot.as_ref().map(|snapshot| snapshot.nodes.get(row))
    }

    /// Whether it calls itself failed though none of its nodes failed.
    fn is_doubtful(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.doubts.contains(&Doubt::FailedWithoutFailedNode))
    }
}

/// A send and what its invocations answered.
#[derive(Clone, Copy)]
pub struct Join<'a> {
    pub ledger: &'a Ledger,
    /// By InvokeId.
    pub answers: &'a HashMap<String, Answer>,
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
    /// Whether it may still change.
    pub is_open: bool,
    /// Whether its call's invocation may still change.
    is_unsettled: bool,
}

impl Standing<'_> {
    /// How it stands for whoever decides on the next call; and whether its invocation has come to its end.
    pub fn state(&self) -> (NodeState, bool) {
        let state = match self.status.class() {
            _ if self.is_open => NodeState::Open,
            Class::Success => NodeState::Success,
            _ => NodeState::Failed,
        };
        (state, !self.is_unsettled)
    }
}

impl<'a> Join<'a> {
    /// What is known of each node, in the plan's order.
    pub fn standings(self) -> impl Iterator<Item = Standing<'a>> {
        let (mut newest, mut last) =
            (vec![None; self.ledger.plan.nodes.len()], vec![None; self.ledger.plan.nodes.len()]);
        for (at, call) in self.ledger.calls.iter().enumerate() {
            for node in &call.nodes {
                last[*node] = Some(at);
                if call.may_be_carried_out() {
                    newest[*node] = Some(at);
                }
            }
        }
        newest.into_iter().zip(last).enumerate().map(move |(place, (newest, last))| match newest {
            _ if self.calls_follow() && self.ledger.is_awaiting(place) => Standing {
                status: NodeStatus::ToBeSent,
                call: None,
                listed: None,
                refused: None,
                is_open: true,
                is_unsettled: true,
            },
            Some(call) => self.of_call(place, call),
            None => self.without_a_call(last.and_then(|call| self.ledger.calls[call].fate.as_ref())),
        })
    }

    /// Whether calls may follow.
    fn calls_follow(self) -> bool {
        self.is_running && !self.ledger.is_stopped
    }

    /// A node whose newest call may have been carried out.
    fn of_call(self, place: usize, at: usize) -> Standing<'a> {
        let call = &self.ledger.calls[at];
        let plain = |status| Standing {
            status,
            call: Some(at),
            listed: None,
            refused: None,
            is_open: status == NodeStatus::Pending,
            is_unsettled: status == NodeStatus::Pending,
        };
        let answer = match &call.fate {
            Some(Fate::InvokeId(id)) => self.answers.get(id),
            // It is under way, and its answer may come.
            None if self.is_running => return plain(NodeStatus::Pending),
            _ => return plain(NodeStatus::Unconfirmed),
        };
        let Some(answer) = answer else { return plain(NodeStatus::Pending) };
        match answer.node(place) {
            // What it said last is not its last word.
            Some(node) if answer.is_gone && node.status().class() == Class::Open => plain(NodeStatus::Unconfirmed),
            Some(node) => {
                let class = node.status().class();
                let is_open = class == Class::Open || (class == Class::Unknown && !answer.is_final());
                let is_unsettled = !answer.is_final();
                Standing {
                    status: node.status(),
                    call: Some(at),
                    listed: Some(node),
                    refused: None,
                    is_open,
                    is_unsettled,
                }
            }
            None if answer.is_final() => plain(NodeStatus::Unconfirmed),
            None => plain(NodeStatus::Pending),
        }
    }

    /// A node that no call can have reached; with what became of the last call that named it.
    fn without_a_call(self, last: Option<&'a Fate>) -> Standing<'a> {
        let refused = match last {
            Some(Fate::Refused(reason)) => Some(reason),
            _ => None,
        };
        let status = match (self.ledger.is_damaged, self.calls_follow() && refused.is_none()) {
            (true, _) => NodeStatus::Unconfirmed,
            (false, true) => NodeStatus::ToBeSent,
            (false, false) => NodeStatus::NotSent,
        };
        let is_open = status == NodeStatus::ToBeSent;
        Standing { status, call: None, listed: None, refused, is_open, is_unsettled: is_open }
    }

    /// The snapshot of the whole send, or of one node of it. None where it has no such node.
    pub fn snapshot(self, keep: Keep, node: Option<&str>) -> Option<Snapshot> {
        let ledger = self.ledger;
        let mut nodes = Nodes::default();
        let (mut calls, mut used) = (Vec::new(), BTreeSet::new());
        for (id, standing) in ledger.plan.nodes.iter().zip(self.standings()) {
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

    /// The verdict on the nodes, by the rows of any invocation. `calls` has the call of each node, `used` those of all.
    fn judged(
        self,
        mut nodes: Nodes,
        calls: &[Option<usize>],
        used: &BTreeSet<usize>,
        keep: Keep,
        node: Option<&str>,
    ) -> Option<Snapshot> {
        let ledger = self.ledger;
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
        let mut strangers: Vec<String> = answers().flat_map(|answer| answer.strangers.iter().cloned()).collect();
        strangers.sort();
        strangers.dedup();
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
        snapshot.sent = Some(Box::new(sent(ledger, strangers)));
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
    let summary = |call: &super::ledger::Call| CallSummary {
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

/// The overall status: open while something is, then what the nodes say. `is_doubtful` tells that an invocation calls
/// itself failed though none of its nodes did.
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
