//! The verdict once more, from the contract's two tables and its words on joining, told by no code of the program.

use super::script::{Accepted, NODE, Record};
use super::words::{Class, IDS, OVERALL, Overall, STATUSES};

/// What one answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    NotFound,
    Open,
    Success,
    Failed,
    PartialFailed,
}

type Joined = Vec<(Option<&'static str>, Class)>;

/// Adds nodes; one that is listed twice counts once, as its worst.
fn join(all: &mut Joined, more: impl Iterator<Item = (Option<&'static str>, Class)>) {
    for (id, class) in more {
        match all.iter_mut().find(|(other, _)| id.is_some() && *other == id) {
            Some((_, known)) => *known = class.max(*known),
            None => all.push((id, class)),
        }
    }
}

fn nodes(record: &Record) -> Joined {
    let mut joined = Joined::new();
    join(&mut joined, record.listed().iter().map(|(id, status, _)| (IDS[*id].1, STATUSES[*status].1)));
    joined
}

/// What an answer weighs against a budget.
#[derive(Clone, Copy, Debug)]
struct Weight {
    judged: Judged,
    failed: u64,
    /// Nodes in all.
    of: u64,
    is_complete: bool,
}

impl Weight {
    fn exceeds(self, accepted: Accepted) -> bool {
        match accepted {
            Accepted::Nodes(nodes) => self.failed > nodes,
            Accepted::Percent(percent) => self.failed * 100 > percent * self.of,
        }
    }
}

/// Whether more nodes failed than are accepted, whatever is open.
pub(super) fn exceeds(records: &[Record], is_about_node: bool, accepted: Accepted) -> bool {
    weigh(records, is_about_node).exceeds(accepted)
}

/// Whether failed nodes are accepted: of PartialFailed over a complete list, with some that are counted.
pub(super) fn is_accepted(records: &[Record], is_about_node: bool, accepted: Accepted) -> bool {
    let weight = weigh(records, is_about_node);
    weight.judged == Judged::PartialFailed && weight.is_complete && weight.failed > 0 && !weight.exceeds(accepted)
}

fn weigh(records: &[Record], is_about_node: bool) -> Weight {
    let judged = judge(records, is_about_node);
    let is_asked = |id: &Option<&str>| !is_about_node || *id == Some(NODE);
    let by_record: Vec<Joined> =
        records.iter().map(|record| nodes(record).into_iter().filter(|(id, _)| is_asked(id)).collect()).collect();
    let mut all = Joined::new();
    for nodes in &by_record {
        join(&mut all, nodes.iter().copied());
    }
    let repeated = by_record.iter().map(Vec::len).sum::<usize>() as u64 - all.len() as u64;
    let is_counted = records.iter().any(|record| record.node_count().is_some());
    let counts = records.iter().zip(&by_record).map(|(record, own)| record.node_count().unwrap_or(own.len() as u64));
    let of = if is_counted { counts.sum::<u64>().saturating_sub(repeated) } else { all.len() as u64 };
    let is_over = judged != Judged::Open && judged != Judged::NotFound;
    let has_failed = |class: Class| class == Class::Failed || (class == Class::Unknown && is_over);
    let failed = all.iter().filter(|(_, class)| has_failed(*class)).count() as u64;
    Weight { judged, failed, of, is_complete: all.len() as u64 >= of }
}

pub(super) fn judge(records: &[Record], is_about_node: bool) -> Judged {
    let Some(overall) = records.iter().map(|record| OVERALL[record.overall].1).min() else { return Judged::NotFound };
    let is_final = matches!(overall, Overall::Success | Overall::Failed | Overall::PartialFailed);
    let by_record: Vec<Joined> = records.iter().map(nodes).collect();
    let mut all = Joined::new();
    for nodes in &by_record {
        join(&mut all, nodes.iter().copied());
    }
    if is_about_node {
        return match all.iter().find(|(id, _)| *id == Some(NODE)) {
            None => Judged::NotFound,
            Some((_, Class::Open)) => Judged::Open,
            Some((_, Class::Unknown)) if !is_final => Judged::Open,
            Some((_, Class::Success)) => Judged::Success,
            Some((_, Class::Unknown | Class::Failed)) => Judged::Failed,
        };
    }
    // Of several records the counts are added up, and a node that is in two of them was counted twice.
    let listed: u64 = by_record.iter().map(|nodes| nodes.len() as u64).sum();
    let repeated = listed - all.len() as u64;
    let counts =
        records.iter().zip(&by_record).map(|(record, nodes)| record.node_count().unwrap_or(nodes.len() as u64));
    let is_counted = records.iter().any(|record| record.node_count().is_some());
    let is_complete = !is_counted || all.len() as u64 >= counts.sum::<u64>().saturating_sub(repeated);
    let count = |class| all.iter().filter(|(_, other)| *other == class).count();
    let (open, unknown, failed) = (count(Class::Open), count(Class::Unknown), count(Class::Failed));
    let success = all.len() - open - unknown - failed;
    match overall {
        Overall::Failed if all.is_empty() => Judged::Failed,
        Overall::PartialFailed if all.is_empty() => Judged::PartialFailed,
        Overall::Success if all.is_empty() => Judged::NotFound,
        _ if all.is_empty() || open > 0 => Judged::Open,
        _ if !is_final && (!is_complete || unknown > 0 || success == all.len()) => Judged::Open,
        Overall::Success if failed + unknown == 0 => Judged::Success,
        Overall::Failed if failed + unknown == 0 => Judged::Failed,
        _ if failed + unknown == 0 => Judged::PartialFailed,
        _ if success > 0 => Judged::PartialFailed,
        _ if is_complete || overall == Overall::Failed => Judged::Failed,
        _ => Judged::PartialFailed,
    }
}

/// Whether an answer proves that the file has arrived: all that is said of it is good, and something is.
pub(super) fn proves_success(records: &[Record], is_about_node: bool) -> bool {
    let overall_is_good = records.iter().all(|record| OVERALL[record.overall].1 == Overall::Success);
    let mut nodes = records.iter().flat_map(|record| record.listed());
    let is_good = |status: usize| STATUSES[status].1 == Class::Success;
    if is_about_node {
        let mut those = nodes.filter(|(id, ..)| IDS[*id].1 == Some(NODE)).peekable();
        return those.peek().is_some() && those.all(|(_, status, _)| is_good(*status));
    }
    let has_nodes = records.iter().any(|record| !record.listed().is_empty());
    has_nodes && overall_is_good && nodes.all(|(_, status, _)| is_good(*status))
}
