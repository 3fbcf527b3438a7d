//! From what a log says and what its invocations answer to one snapshot of the send, judged node by node. Pure.

use super::ledger::Ledger;
use crate::fault::Fault;
use crate::invocation::{
    Class, Counts, Doubt, Facts, Fate, Keep, Node, NodeFields, NodeStatus, Nodes, Question, Record, Sent, Snapshot,
    Verdict,
};
use crate::text::{Text, safe};
use std::collections::{BTreeSet, HashMap};

/// Holds a send as far as it is known: what its log says, and what its invocations answered.
pub struct SendState {
    pub ledger: Ledger,
    /// The answers, by InvokeId.
    answers: HashMap<String, Answer>,
    /// Whether somebody makes calls: one may be under way, and others follow until it is said that they do not.
    pub is_running: bool,
}

/// Holds what one invocation of a send answered.
#[derive(Default)]
struct Answer {
    snapshot: Option<Box<Snapshot>>,
    /// For each place in the plan that it lists, the place in the snapshot.
    rows: HashMap<usize, usize>,
    /// Nodes that it lists and that the send never asked for.
    strangers: Vec<String>,
    /// Whether it can no longer be asked about.
    is_gone: bool,
}

impl Answer {
    /// Says whether nothing more will be learnt of it.
    fn is_final(&self) -> bool {
        self.is_gone || self.snapshot.as_ref().is_some_and(|snapshot| snapshot.is_finished())
    }

    /// Gives a node as it is listed, where it is.
    fn node(&self, place: usize) -> Option<Node<'_>> {
        Some(self.snapshot.as_ref()?.nodes.get(*self.rows.get(&place)?))
    }

    /// Says whether it calls itself failed though none of its nodes failed.
    fn is_doubtful(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.doubts.contains(&Doubt::FailedWithoutFailedNode))
    }
}

/// Says what a node's newest call tells of it.
pub struct Standing<'a> {
    pub status: NodeStatus,
    /// The place of its newest call that may have been carried out.
    pub call: Option<usize>,
    /// As that call's invocation lists it.
    listed: Option<Node<'a>>,
    /// Why the service refused the last call that named it, if it did.
    pub refused: Option<&'a Fault>,
    /// Whether nothing more will be learnt from its newest call.
    pub is_settled: bool,
}

impl Standing<'_> {
    /// Says how it stands for whoever decides on the next call. A status that is not on the API page counts as open,
    /// and as failed once nothing more will be learnt.
    pub fn class(&self) -> Class {
        match self.status.class() {
            Class::Unknown if self.is_settled => Class::Failed,
            Class::Unknown => Class::Open,
            class => class,
        }
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

    /// Notes that an invocation is being asked about.
    pub fn ask(&mut self, invoke_id: &str) {
        self.answers.entry(invoke_id.to_owned()).or_default();
    }

    /// Takes in what an invocation answered, in place of what it answered before. Says whether it has come to its end.
    pub fn see(&mut self, invoke_id: &str, snapshot: Box<Snapshot>) -> bool {
        let answer = self.answers.entry(invoke_id.to_owned()).or_default();
        answer.rows.clear();
        answer.strangers.clear();
        for (row, id) in snapshot.nodes.iter().enumerate().filter_map(|(row, node)| Some((row, node.id()?))) {
            match self.ledger.place(id.as_written()) {
                Some(place) => drop(answer.rows.insert(place, row)),
                None => answer.strangers.push(id.as_written().to_owned()),
            }
        }
        answer.snapshot = Some(snapshot);
        answer.is_final()
    }

    /// Takes in that an invocation can no longer be asked about. Gives the warning of it.
    pub fn give_up(&mut self, invoke_id: &str, fault: &Fault) -> String {
        self.answers.entry(invoke_id.to_owned()).or_default().is_gone = true;
        format!("{} can no longer be asked about: {fault}", safe(invoke_id))
    }

    /// Says whether every invocation that was asked about has an answer, or will have none.
    pub fn is_answered(&self) -> bool {
        self.answers.values().all(|answer| answer.is_gone || answer.snapshot.is_some())
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
        let mut named = vec![(None, None); self.ledger.plan.nodes.len()];
        for (at, call) in self.ledger.calls.iter().enumerate() {
            let refusal = match &call.fate {
                Some(Fate::Refused(fault)) => Some(fault),
                _ => None,
            };
            for node in call.nodes.iter() {
                let (newest, refused) = &mut named[*node];
                *refused = refusal;
                if call.may_be_carried_out() {
                    *newest = Some(at);
                }
            }
        }
        named.into_iter().enumerate().map(|(place, (newest, refused))| self.standing(place, newest, refused))
    }

    /// Says whether calls may follow.
    fn calls_follow(&self) -> bool {
        self.is_running && !self.ledger.is_stopped
    }

    /// Judges a node by its newest call that may have been carried out.
    fn standing<'s>(&'s self, place: usize, newest: Option<usize>, refused: Option<&'s Fault>) -> Standing<'s> {
        let is_awaiting = self.calls_follow() && self.ledger.is_awaiting(place);
        let call = newest.filter(|_| !is_awaiting);
        let fate = call.map(|at| &self.ledger.calls[at].fate);
        let answer = match fate {
            Some(Some(Fate::InvokeId(id))) => self.answers.get(id),
            _ => None,
        };
        let listed = answer.and_then(|answer| answer.node(place));
        let is_final = answer.is_some_and(Answer::is_final);
        // What an invocation that is gone said last of an open node is not its last word.
        let listed = listed.filter(|node| !is_final || node.status().class() != Class::Open);
        let status = match (fate, listed) {
            (Some(_), Some(node)) => node.status(),
            (Some(Some(Fate::InvokeId(_))), None) if !is_final => NodeStatus::Pending,
            // It is under way, and its answer may come.
            (Some(None), None) if self.is_running => NodeStatus::Pending,
            (Some(_), None) => NodeStatus::Unconfirmed,
            (None, _) if is_awaiting => NodeStatus::ToBeSent,
            (None, _) if self.ledger.is_damaged => NodeStatus::Unconfirmed,
            (None, _) if self.calls_follow() && refused.is_none() => NodeStatus::ToBeSent,
            (None, _) => NodeStatus::NotSent,
        };
        let is_settled = status.class() != Class::Open && (listed.is_none() || is_final);
        Standing { status, call, listed, refused, is_settled }
    }

    /// Gives the snapshot of the whole send, or of one node of it, judged by the rows of any invocation; nothing where
    /// it has no such node.
    pub fn snapshot(&self, keep: Keep, node: Option<&str>) -> Option<Snapshot> {
        let ledger = &self.ledger;
        let mut nodes = Nodes::default();
        let (mut calls, mut newest) = (Vec::new(), BTreeSet::new());
        for (id, standing) in ledger.plan.nodes.iter().zip(self.standings()) {
            newest.extend(standing.call);
            if node.is_some_and(|node| node != id) {
                continue;
            }
            let mut fields = standing.listed.map_or_else(NodeFields::default, |node| node.fields());
            fields.node_id = Some(Text::new(id.as_str()));
            if let (None, Some(fault)) = (standing.call, standing.refused)
                && standing.status != NodeStatus::ToBeSent
            {
                fields.error_code.clone_from(&fault.code);
                fields.error_info = Some(Text::new(fault.message.as_str()));
            }
            nodes.push_listed(standing.status, &fields, standing.listed, keep);
            calls.push(standing.call);
        }
        nodes.set_calls(ledger.calls.iter().map(|call| call.invoke_id().map(str::to_owned)).collect(), calls);
        let newest: Vec<&str> = newest.iter().filter_map(|call| ledger.calls[*call].invoke_id()).collect();
        let answers: Vec<&Answer> = newest.iter().filter_map(|id| self.answers.get(*id)).collect();
        let is_under_way = self.is_running && ledger.calls.iter().any(|call| call.fate.is_none());
        let is_open = self.calls_follow()
            || is_under_way
            || answers.len() < newest.len()
            || answers.iter().any(|answer| !answer.is_final());
        let is_doubtful = answers.iter().any(|answer| answer.is_doubtful());
        let strangers: BTreeSet<&String> = answers.iter().flat_map(|answer| &answer.strangers).collect();
        let record = Record {
            facts: facts(ledger),
            status: Some(Text::new(overall(&nodes, is_open, is_doubtful).word())),
            node_count: Some(nodes.len() as u64),
            nodes,
            ..Record::default()
        };
        let question = Question { invoke_id: ledger.plan.id(), node_id: node.map(str::to_owned), keep };
        let mut snapshot = Snapshot::new(None, vec![record], &question)?;
        let doubts = &mut snapshot.doubts;
        if is_doubtful && !doubts.contains(&Doubt::FailedWithoutFailedNode) {
            doubts.push(Doubt::FailedWithoutFailedNode);
        }
        if !strangers.is_empty() && node.is_none() {
            doubts.push(Doubt::NeverAskedFor);
        }
        snapshot.sent = Some(Box::new(sent(ledger, strangers.into_iter().cloned().collect())));
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
    Sent {
        send_id: ledger.plan.send_id.clone(),
        has_log: true,
        file: ledger.plan.file.clone(),
        sha256: ledger.plan.sha256.clone(),
        mends: ledger.plan.mends.iter().map(|mended| mended.invoke_id.clone()).collect(),
        batches: ledger.batches.clone(),
        calls: ledger.own_calls().cloned().collect(),
        calls_before: ledger.calls_before,
        failed_in_run: None,
        strangers,
    }
}

/// Gives the overall status: open while something is, then what the nodes say. `is_doubtful` tells that an invocation
/// calls itself failed though none of its nodes did.
fn overall(nodes: &Nodes, is_open: bool, is_doubtful: bool) -> Verdict {
    let counts = Counts::of(nodes.iter());
    match counts.of_class(Class::Success) {
        _ if is_open || counts.of_class(Class::Open) > 0 => match counts.get(NodeStatus::Pending) == counts.total() {
            true => Verdict::Pending,
            false => Verdict::Running,
        },
        success if success == counts.total() && !is_doubtful => Verdict::Success,
        0 => Verdict::Failed,
        _ => Verdict::PartialFailed,
    }
}

#[cfg(test)]
mod tests;
