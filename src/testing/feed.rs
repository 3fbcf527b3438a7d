//! For tests: looks made by hand, and a service that answers as it is told to and keeps a book of what it was asked.

use crate::fault::{Again, Fault, Kind};
use crate::feed::{Feed, FeedEvent, Policy, Poll, SnapshotSource};
use crate::invocation::{InvokeId, Keep, NodeFields, Nodes, Question, Record, Snapshot};
use crate::text::Text;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Gives so many seconds.
pub(crate) const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Gives a node without an error.
pub(crate) fn node<'a>(id: &'a str, status: &'a str) -> NodeFields<'a> {
    NodeFields { node_id: Some(Text::new(id)), status: Some(Text::new(status)), ..NodeFields::default() }
}

/// Gives a node that failed with an error code.
pub(crate) fn failed<'a>(id: &'a str, code: &'a str) -> NodeFields<'a> {
    NodeFields { error_code: Some(Text::new(code)), ..node(id, "Failed") }
}

/// Gives a snapshot of an invocation with all its nodes listed.
pub(crate) fn snapshot(status: &str, nodes: &[NodeFields<'_>]) -> Snapshot {
    counted(status, nodes.len() as u64, nodes)
}

/// Gives a snapshot of an invocation whose `NodeCount` is given.
pub(crate) fn counted(status: &str, node_count: u64, nodes: &[NodeFields<'_>]) -> Snapshot {
    let mut all = Nodes::default();
    for node in nodes {
        all.push(node, Keep::Outcomes);
    }
    let record = Record {
        status: Some(Text::new(status.to_owned())),
        node_count: Some(node_count),
        nodes: all,
        ..Record::default()
    };
    Snapshot::new(None, vec![record], &question(0)).expect("an invocation that is there")
}

/// Gives a look at an invocation that is still running.
pub(crate) fn running() -> Snapshot {
    snapshot("Running", &[node("n-1", "Running")])
}

/// Gives a look at an invocation that went well.
pub(crate) fn success() -> Snapshot {
    snapshot("Success", &[node("n-1", "Success")])
}

/// Gives the fault of an id that the service does not know.
pub(crate) fn unknown() -> Fault {
    fault(Kind::NotFound)
}

/// Gives a fault that trying again does not mend.
pub(crate) fn fault(kind: Kind) -> Fault {
    Fault::new(kind, "it went wrong")
}

/// Gives a fault that may pass by itself.
pub(crate) fn passing(kind: Kind) -> Fault {
    fault(kind).later()
}

/// Gives the service's word that too much is asked, and when to come back.
pub(crate) fn throttled(wait: Duration) -> Fault {
    Fault { again: Again::Throttled(wait), ..fault(Kind::Service) }
}

/// Gives the question about the id at a place: `t-0`, `t-1` and so on.
pub(crate) fn question(id: usize) -> Question {
    Question { invoke_id: InvokeId::new(format!("t-{id}")), node_id: None, keep: Keep::Outcomes }
}

/// Describes one answer of the service: how long it takes, and what it is.
pub(crate) type Reply = (Duration, Result<Snapshot, Fault>);

/// Describes a service that answers as a function says, which gets the id's place and how often that id was asked about
/// before.
#[derive(Clone)]
pub(crate) struct Fake {
    reply: Rc<dyn Fn(usize, usize) -> Reply>,
    book: Rc<RefCell<Book>>,
    born: Instant,
}

#[derive(Default)]
struct Book {
    /// When each id was asked about, in seconds from the fake's birth on.
    asked: BTreeMap<usize, Vec<f64>>,
    in_flight: usize,
    most_in_flight: usize,
}

impl Fake {
    pub(crate) fn new(reply: impl Fn(usize, usize) -> Reply + 'static) -> Self {
        Fake { reply: Rc::new(reply), book: Rc::default(), born: Instant::now() }
    }

    /// Gives a service that answers at once.
    pub(crate) fn quick(reply: impl Fn(usize, usize) -> Result<Snapshot, Fault> + 'static) -> Self {
        Fake::new(move |id, before| (Duration::ZERO, reply(id, before)))
    }

    /// Gives a feed of it for the first ids.
    pub(crate) fn poll(&self, ids: usize, policy: Policy) -> Poll<Fake> {
        Poll::new(Rc::new(self.clone()), (0..ids).map(question).collect(), policy)
    }

    /// Says when an id was asked about, from the fake's birth on, in seconds.
    pub(crate) fn asked(&self, id: usize) -> Vec<f64> {
        self.book.borrow().asked.get(&id).cloned().unwrap_or_default()
    }

    /// Counts how often anything was asked.
    pub(crate) fn asked_in_all(&self) -> usize {
        self.book.borrow().asked.values().map(Vec::len).sum()
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.book.borrow().in_flight
    }

    pub(crate) fn most_in_flight(&self) -> usize {
        self.book.borrow().most_in_flight
    }
}

impl Book {
    /// Gives how often the id was asked about before.
    fn take_off(&mut self, id: usize, at: Duration) -> usize {
        self.in_flight += 1;
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
        let asked = self.asked.entry(id).or_default();
        asked.push(at.as_secs_f64());
        asked.len() - 1
    }
}

/// Counts a request for as long as it is not answered or dropped.
struct Flight(Rc<RefCell<Book>>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.borrow_mut().in_flight -= 1;
    }
}

impl SnapshotSource for Fake {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        let id = question.invoke_id.as_written().and_then(|id| id.strip_prefix("t-")?.parse().ok()).unwrap();
        let before = self.book.borrow_mut().take_off(id, self.born.elapsed());
        let _flight = Flight(Rc::clone(&self.book));
        let (latency, answer) = (self.reply)(id, before);
        if !latency.is_zero() {
            sleep(latency).await;
        }
        answer
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// Tells what a feed shows before some time is over.
pub(crate) async fn seen_within(feed: &mut impl Feed, time: Duration) -> Vec<FeedEvent> {
    let mut seen = Vec::new();
    let over = sleep(time);
    tokio::pin!(over);
    loop {
        tokio::select! {
            biased;
            () = &mut over => return seen,
            Some(one) = feed.next() => seen.push(one),
        }
    }
}

/// Tells what a feed shows until it ends.
pub(crate) async fn seen_to_the_end(feed: &mut impl Feed) -> Vec<FeedEvent> {
    let mut seen = Vec::new();
    while let Some(one) = feed.next().await {
        seen.push(one);
    }
    seen
}
