//! A service that keeps a book of the calls that came in and of what it told.

use super::Case;
use crate::eflo::FileToSend;
use crate::fault::{Again, CallOutcome, Fault, Kind};
use crate::feed::SnapshotSource;
use crate::invocation::{NodeFields, Nodes, Question, Record, Snapshot};
use crate::send::sending::Sender;
use crate::send::testing::name;
use crate::text::Text;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What the service does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Accept,
    /// No connection, or throttled: surely not carried out.
    NotMade,
    RefuseParameter,
    RefuseKey,
    RefusePermission,
    /// Carried out, and the answer lost.
    LoseAnswer,
    /// The answer is lost, and so was the call.
    LoseCall,
}

/// What becomes of a node that the file is sent to, and after how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    pub(super) status: &'static str,
    pub(super) after: Duration,
}

/// A call as the service had it.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) nodes: Vec<usize>,
    pub(super) deed: Deed,
    pub(super) at: Instant,
    /// Failed nodes that answers had told of by then.
    pub(super) failed_before: usize,
    /// Whether all that was sent to had been told of as final by then.
    pub(super) all_final: bool,
    pub(super) is_answered: bool,
}

#[derive(Default)]
pub(super) struct Book {
    pub(super) made: Vec<Made>,
    /// The nodes that answers have told of as final, and whether they failed.
    pub(super) told: HashMap<usize, bool>,
}

pub(super) struct Service {
    pub(super) case: Case,
    pub(super) book: RefCell<Book>,
    pub(super) born: Instant,
}

impl Service {
    fn delivery(&self, node: usize) -> Delivery {
        self.case.deliveries[node % self.case.deliveries.len()]
    }
}

pub(super) fn place(name: &str) -> usize {
    name.strip_prefix("n-").unwrap().parse().unwrap()
}

fn fault(kind: Kind, outcome: CallOutcome, code: Option<&'static str>, again: Again) -> Fault {
    Fault { outcome, again, code: code.map(Text::new), ..Fault::new(kind, "it went wrong") }
}

impl Sender for Service {
    async fn send_file(&self, _: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        let nodes: Vec<usize> = nodes.iter().map(|name| place(name)).collect();
        let number = {
            let mut book = self.book.borrow_mut();
            let sent: BTreeSet<usize> = book
                .made
                .iter()
                .filter(|made| made.deed == Deed::Accept)
                .flat_map(|made| made.nodes.iter().copied())
                .collect();
            let refused: BTreeSet<usize> = book
                .made
                .iter()
                .filter(|made| made.deed == Deed::RefuseParameter)
                .flat_map(|made| made.nodes.iter().copied())
                .collect();
            let lost = book.made.iter().filter(|made| matches!(made.deed, Deed::LoseAnswer | Deed::LoseCall));
            let lost: BTreeSet<usize> = lost.flat_map(|made| made.nodes.iter().copied()).collect();
            let failed_before = book.told.values().filter(|failed| **failed).count()
                + refused
                    .union(&(&lost - &sent))
                    .filter(|node| refused.contains(node) || !nodes.contains(node))
                    .count();
            let all_final = sent.iter().all(|node| book.told.contains_key(node));
            let deed = self.case.deeds.get(book.made.len()).copied().unwrap_or(Deed::Accept);
            let at = Instant::now();
            book.made.push(Made { nodes, deed, at, failed_before, all_final, is_answered: false });
            book.made.len() - 1
        };
        sleep(self.case.latency).await;
        let deed = {
            let made = &mut self.book.borrow_mut().made[number];
            made.is_answered = true;
            made.deed
        };
        let later = Again::Later(Duration::ZERO);
        match deed {
            Deed::Accept => Ok(format!("t-{number}")),
            Deed::NotMade => Err(fault(Kind::Network, CallOutcome::NotCarriedOut, None, later)),
            Deed::RefuseParameter => Err(fault(Kind::Service, CallOutcome::Refused, Some("Bad.Node"), Again::Never)),
            Deed::RefuseKey => {
                Err(fault(Kind::Credentials, CallOutcome::Refused, Some("InvalidAccessKeyId.NotFound"), Again::Never))
            }
            Deed::RefusePermission => {
                Err(fault(Kind::Credentials, CallOutcome::Refused, Some("Forbidden.RAM"), Again::Never))
            }
            Deed::LoseAnswer | Deed::LoseCall => Err(fault(Kind::Network, CallOutcome::Lost, None, later)),
        }
    }
}

impl SnapshotSource for Service {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        sleep(self.case.latency).await;
        if self.case.look_refused_at.is_some_and(|at| self.born.elapsed() >= at) {
            return Err(fault(Kind::Credentials, CallOutcome::Refused, Some("Forbidden.RAM"), Again::Never));
        }
        let number: usize = question.invoke_id.as_written().unwrap().strip_prefix("t-").unwrap().parse().unwrap();
        let made = self.book.borrow().made[number].clone();
        let mut nodes = Nodes::default();
        let (mut open, mut failed) = (0, 0);
        for node in &made.nodes {
            let delivery = self.delivery(*node);
            let is_final = made.at.elapsed() >= delivery.after;
            let status = if is_final { delivery.status } else { "Running" };
            if is_final {
                self.book.borrow_mut().told.insert(*node, status != "Success");
            }
            open += usize::from(!is_final);
            failed += usize::from(is_final && status != "Success");
            let name = name(*node);
            let fields = NodeFields {
                node_id: Some(Text::new(name.as_str())),
                status: Some(Text::new(status)),
                ..NodeFields::default()
            };
            nodes.push(&fields, question.keep);
        }
        let status = match (open, failed) {
            (1.., _) => "Running",
            (0, 0) => "Success",
            (0, failed) if failed == made.nodes.len() => "Failed",
            _ => "PartialFailed",
        };
        let count = Some(made.nodes.len() as u64);
        let record = Record { status: Some(Text::new(status)), node_count: count, nodes, ..Record::default() };
        Ok(Snapshot::new(None, vec![record], question).unwrap())
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}
