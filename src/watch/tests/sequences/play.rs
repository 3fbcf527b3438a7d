//! Plays a script through the real loop, the real polling and the real decoder, and keeps a book of what happened.

use super::script::{Problem, Said, Script};
use crate::eflo::decode;
use crate::exit::{self, Budget, Ending, Outcome, Signal};
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, Poll, SnapshotSource};
use crate::invocation::{InvokeId, Keep, Question, Snapshot, Verdict};
use crate::testing::feed::throttled;
use crate::testing::verdict::Accepted;
use crate::text::Text;
use crate::watch::{Event, Reporter, Until, WatchPlan, watch};
use jiff::Timestamp;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep, timeout};

/// No script takes that long.
const ENDLESS: Duration = Duration::from_secs(3600);

/// One request; times are in milliseconds from the beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) started: u64,
    /// None: it was dropped.
    pub(super) ended: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Snapshot,
    Retry { attempt: u32 },
    GaveUp(Kind),
}

/// What was reported of an id, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reported {
    pub(super) id: usize,
    pub(super) at: u64,
    pub(super) what: What,
}

/// What is known of an id at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) verdict: Option<Verdict>,
    pub(super) lost: Option<Kind>,
}

/// All that happened.
#[derive(Default)]
pub(super) struct Run {
    /// By id.
    pub(super) requests: Vec<Vec<Request>>,
    pub(super) reported: Vec<Reported>,
    pub(super) most_in_flight: usize,
    pub(super) known: Vec<Known>,
    /// None: it had no end.
    pub(super) ending: Option<Ending>,
    pub(super) ended: u64,
    pub(super) code: u8,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, requests) in self.requests.iter().enumerate() {
            let time = |request: &Request| match request.ended {
                Some(ended) if ended == request.started => ended.to_string(),
                Some(ended) => format!("{}..{ended}", request.started),
                None => format!("{}..", request.started),
            };
            writeln!(f, "  t-{id} was asked about at {}", requests.iter().map(time).collect::<Vec<_>>().join(", "))?;
        }
        for Reported { id, at, what } in &self.reported {
            writeln!(f, "  {at}: t-{id} {what:?}")?;
        }
        writeln!(f, "  {}: {:?}, exit {}, {:?}", self.ended, self.ending, self.code, self.known)
    }
}

/// A watch of a script, from its beginning to its end.
pub(super) fn play(script: &Script) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(run(script))
}

async fn run(script: &Script) -> Run {
    let book = Rc::new(RefCell::new(Book::default()));
    book.borrow_mut().run.requests = vec![Vec::new(); script.ids.len()];
    let start = Instant::now();
    let source = Service { script: Rc::new(script.clone()), book: Rc::clone(&book), start };
    let millis = Duration::from_millis;
    let policy = Policy {
        interval: millis(script.interval),
        retries: script.retries,
        grace: millis(script.grace),
        patience: if script.is_one_look { Duration::ZERO } else { Duration::MAX },
    };
    let node_id = script.node().map(str::to_owned);
    let question =
        |id| Question { invoke_id: InvokeId::new(format!("t-{id}")), node_id: node_id.clone(), keep: Keep::Outcomes };
    let budget = match script.accepted {
        None => Budget::NONE,
        Some(Accepted::Nodes(nodes)) => Budget::Nodes(nodes),
        Some(Accepted::Percent(percent)) => Budget::percent(percent),
    };
    let plan = WatchPlan {
        invoke_ids: (0..script.ids.len()).map(|id| InvokeId::new(format!("t-{id}"))).collect(),
        until: if script.is_one_look { Until::Answered } else { Until::Finished },
        interval: policy.interval,
        timeout: script.timeout.map(millis),
        fail_fast: script.is_fail_fast.then_some(budget),
        ..WatchPlan::default()
    };
    let (sender, mut signals) = unbounded_channel();
    if let Some((at, code)) = script.signal {
        let all = [Signal::Hangup, Signal::Interrupt, Signal::Terminate];
        let signal = all[usize::from(code == 130) + 2 * usize::from(code == 143)];
        tokio::spawn(async move {
            sleep(millis(at)).await;
            sender.send(signal)
        });
    }
    let mut poll = Poll::new(Rc::new(source), (0..script.ids.len()).map(question).collect(), policy);
    let mut scribe = Scribe { book: Rc::clone(&book), start };
    let watched = timeout(ENDLESS, watch(&mut poll, &plan, &mut scribe, &mut signals, || false)).await;
    let mut run = std::mem::take(&mut book.borrow_mut().run);
    run.ended = since(start);
    let Ok((outcomes, ending)) = watched else { return run };
    run.known = outcomes.iter().map(known).collect();
    run.ending = Some(ending);
    run.code = exit::sum(Some(budget), &outcomes, ending).code;
    run
}

fn known(outcome: &Outcome) -> Known {
    Known {
        verdict: outcome.snapshot().map(|snapshot| snapshot.verdict),
        lost: outcome.fault.as_ref().map(|fault| fault.kind),
    }
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).expect("no watch is that long")
}

#[derive(Default)]
struct Book {
    run: Run,
    in_flight: usize,
}

/// Answers as the script has it.
struct Service {
    script: Rc<Script>,
    book: Rc<RefCell<Book>>,
    start: Instant,
}

/// Counts a request for as long as it is under way.
struct Flight(Rc<RefCell<Book>>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.borrow_mut().in_flight -= 1;
    }
}

impl SnapshotSource for Service {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        let id = question.invoke_id.as_written().and_then(|id| id.strip_prefix("t-")?.parse::<usize>().ok());
        let id = id.expect("an id of the script");
        let before = {
            let book = &mut *self.book.borrow_mut();
            book.in_flight += 1;
            book.run.most_in_flight = book.run.most_in_flight.max(book.in_flight);
            book.run.requests[id].push(Request { started: since(self.start), ended: None });
            book.run.requests[id].len() - 1
        };
        let _flight = Flight(Rc::clone(&self.book));
        let reply = self.script.reply(id, before);
        if reply.latency > 0 {
            sleep(Duration::from_millis(reply.latency)).await;
        }
        self.book.borrow_mut().run.requests[id][before].ended = Some(since(self.start));
        said(&reply.said, question)
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

fn said(said: &Said, question: &Question) -> Result<Snapshot, Fault> {
    let fault = |kind| Fault::new(kind, "it went wrong");
    Err(match said.json() {
        Ok(json) => return decode(json.as_bytes(), question),
        Err(Problem::Network) => fault(Kind::Network).later(),
        Err(Problem::NetworkForGood) => fault(Kind::Network),
        Err(Problem::Service) => fault(Kind::Service).later(),
        Err(Problem::Refused) => Fault { code: Some(Text::new("InvalidParameter")), ..fault(Kind::Service) },
        Err(Problem::Answer) => fault(Kind::Answer).later(),
        Err(Problem::AnswerForGood) => fault(Kind::Answer),
        Err(Problem::Throttled(wait)) => throttled(Duration::from_millis(wait)),
        Err(Problem::KeyRefused) => fault(Kind::Credentials),
        Err(Problem::KeySource) => fault(Kind::Credentials).later(),
        Err(Problem::NotFound) => fault(Kind::NotFound),
        Err(Problem::Mended) => Fault { again: crate::fault::Again::AtOnce, ..fault(Kind::Credentials) },
    })
}

/// Writes down what is reported.
struct Scribe {
    book: Rc<RefCell<Book>>,
    start: Instant,
}

impl Reporter for Scribe {
    fn event(&mut self, event: &Event<'_>) {
        let (id, what) = match event {
            Event::Snapshot { invoke_id, .. } => (*invoke_id, What::Snapshot),
            Event::Retry { invoke_id, attempt, .. } => (*invoke_id, What::Retry { attempt: *attempt }),
            Event::GaveUp { outcome } => (
                &outcome.invoke_id,
                What::GaveUp(outcome.fault.as_ref().map(|fault| fault.kind).expect("a loss has its fault")),
            ),
            Event::Send { .. } => unreachable!("no send is in the script"),
            Event::SlowRound { .. } => return,
        };
        let id = id.as_written().and_then(|id| id.strip_prefix("t-")?.parse().ok());
        let reported = Reported { id: id.expect("an id of the script"), at: since(self.start), what };
        self.book.borrow_mut().run.reported.push(reported);
    }
}
