//! Live polling: the schedule, the retries and how many requests are in flight, for any number of ids.
//!
//! A poll is measured from start to start, and one that is late is not caught up with. Faults of the network or the
//! service hold all ids back together, for they all call the same service.

use super::{Feed, Recorder, Seen, found};
use crate::eflo::{Service, Tap};
use crate::fault::{Fault, Kind};
use crate::invocation::{Look, Question};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// More requests at once gain nothing and meet the API's rate limit sooner.
const IN_FLIGHT: usize = 8;

/// However often it failed, a poll is never further away than this, unless the interval or the server says so.
const SLOWEST: Duration = Duration::from_secs(60);

/// What answers questions.
pub trait Source {
    /// Asks once.
    fn look(&self, question: &Question) -> impl Future<Output = Result<Look, Fault>>;

    /// The time that a look is stamped with.
    fn now(&self) -> Timestamp;
}

/// How long and how patiently is asked.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// From the start of one poll of an id to the start of its next.
    pub interval: Duration,
    /// Further attempts at an answer that has not come yet.
    pub retries: u32,
    /// How long an id may be unknown at first.
    pub grace: Duration,
    /// Whether an id that was seen once is asked about through passing faults, without end.
    pub persistent: bool,
}

/// Live polling of some questions.
pub struct Poll<S> {
    source: Rc<S>,
    questions: Vec<Rc<Question>>,
    policy: Policy,
    ids: Vec<Id>,
    flights: FuturesUnordered<LocalBoxFuture<'static, Landing>>,
    /// Nothing is asked before this, for the service or the network is in trouble.
    held_until: Instant,
    /// Seen, but not yet told.
    untold: VecDeque<Seen>,
}

struct Landing {
    id: usize,
    started: Instant,
    result: Result<Look, Fault>,
}

/// Where an id stands.
struct Id {
    /// When it is asked about next; none while a request is in flight, or when nothing more is to be asked.
    due: Option<Instant>,
    done: bool,
    seen: bool,
    first_asked: Option<Instant>,
    /// Faults in a row, and how often in a row it was not known.
    faults: u32,
    unknown: u32,
    delays: Option<ExponentialBackoff>,
}

impl<S: Source + 'static> Poll<S> {
    /// A feed of these questions, all due at once.
    pub fn new(source: S, questions: Vec<Question>, policy: Policy) -> Self {
        let now = Instant::now();
        let id = |_: &Question| Id {
            due: Some(now),
            done: false,
            seen: false,
            first_asked: None,
            faults: 0,
            unknown: 0,
            delays: None,
        };
        Poll {
            source: Rc::new(source),
            ids: questions.iter().map(id).collect(),
            questions: questions.into_iter().map(Rc::new).collect(),
            policy,
            flights: FuturesUnordered::new(),
            held_until: now,
            untold: VecDeque::new(),
        }
    }

    /// Starts what is due, as far as requests may be in flight.
    fn take_off(&mut self, now: Instant) {
        if now < self.held_until {
            return;
        }
        let mut due: Vec<usize> =
            (0..self.ids.len()).filter(|&id| self.ids[id].due.is_some_and(|at| at <= now)).collect();
        due.sort_by_key(|&id| self.ids[id].due);
        for id in due.into_iter().take(IN_FLIGHT.saturating_sub(self.flights.len())) {
            self.ids[id].due = None;
            self.ids[id].first_asked.get_or_insert(now);
            let (source, question) = (Rc::clone(&self.source), Rc::clone(&self.questions[id]));
            self.flights
                .push(Box::pin(async move { Landing { id, started: now, result: source.look(&question).await } }));
        }
    }

    fn land(&mut self, landing: Landing) {
        let Landing { id, started, result } = landing;
        if self.ids[id].done {
            return;
        }
        match result.and_then(|look| found(look, &self.questions[id])) {
            Ok(look) => {
                self.ids[id].seen = true;
                self.ids[id].faults = 0;
                self.ids[id].unknown = 0;
                self.ids[id].delays = None;
                self.ask_again(id, started + self.policy.interval);
                self.untold.push_back(Seen::Look { id, at: self.source.now(), look: Box::new(look) });
            }
            Err(fault) if fault.kind == Kind::Credentials && !fault.passing => self.lose_all(id, &fault),
            Err(fault) => self.fail(id, started, fault),
        }
    }

    fn fail(&mut self, id: usize, started: Instant, fault: Fault) {
        let now = Instant::now();
        let is_unknown = fault.kind == Kind::NotFound;
        let state = &mut self.ids[id];
        if is_unknown && !state.seen {
            // Waiting for an id to appear is no trouble, and uses up no retries.
            state.unknown += 1;
            // The service did answer.
            (state.faults, state.delays) = (0, None);
            let attempt = state.unknown;
            let waited = now - state.first_asked.unwrap_or(now);
            if waited >= self.policy.grace {
                return self.lose(id, fault);
            }
            let wait = (started + self.policy.interval).saturating_duration_since(now).min(self.policy.grace - waited);
            return self.retry(id, fault, attempt, now + wait);
        }
        if fault.is_mended() {
            return self.retry(id, fault, 1, now);
        }
        state.faults += 1;
        let attempt = state.faults;
        // An invocation that was there and is gone is a fault of the service, and passes.
        let is_passing = fault.passing || (is_unknown && self.policy.persistent);
        let is_patient = state.seen && self.policy.persistent;
        if !is_passing || (!is_patient && state.faults > self.policy.retries) {
            let message =
                if attempt > 1 { format!("{} (tried {attempt} times)", fault.message) } else { fault.message };
            let fault = Fault { message, ..fault };
            let is_about_all = fault.kind == Kind::Credentials;
            return if is_about_all { self.lose_all(id, &fault) } else { self.lose(id, fault) };
        }
        let slowest = SLOWEST.max(self.policy.interval);
        let first = if is_patient { self.policy.interval } else { Duration::from_millis(500) };
        let delays = state.delays.get_or_insert_with(|| {
            ExponentialBuilder::default()
                .with_min_delay(first)
                .with_max_delay(slowest)
                .without_max_times()
                .with_jitter()
                .build()
        });
        let delay = delays.next().unwrap_or(slowest).min(slowest).max(fault.retry_after.unwrap_or_default());
        if matches!(fault.kind, Kind::Network | Kind::Service | Kind::Credentials) {
            self.held_until = self.held_until.max(now + delay);
        }
        self.retry(id, fault, attempt, now + delay);
    }

    fn retry(&mut self, id: usize, fault: Fault, attempt: u32, next: Instant) {
        self.ask_again(id, next);
        let delay = next.max(self.held_until).saturating_duration_since(Instant::now());
        self.untold.push_back(Seen::Retry { id, fault, attempt, delay });
    }

    fn ask_again(&mut self, id: usize, at: Instant) {
        self.ids[id].due = Some(at.max(Instant::now()));
    }

    fn lose(&mut self, id: usize, fault: Fault) {
        self.done(id);
        self.untold.push_back(Seen::Lost { id, fault });
    }

    /// Every id has the same key: what is refused for one is refused for all.
    fn lose_all(&mut self, first: usize, fault: &Fault) {
        self.lose(first, fault.clone());
        for id in 0..self.ids.len() {
            if !self.ids[id].done {
                self.lose(id, fault.clone());
            }
        }
        self.flights.clear();
    }
}

impl<S: Source + 'static> Feed for Poll<S> {
    async fn next(&mut self) -> Option<Seen> {
        loop {
            if let Some(seen) = self.untold.pop_front() {
                return Some(seen);
            }
            self.take_off(Instant::now());
            let next_at = self.next_at();
            let has_room = self.flights.len() < IN_FLIGHT;
            tokio::select! {
                Some(landing) = self.flights.next() => self.land(landing),
                () = tokio::time::sleep_until(next_at.unwrap_or_else(Instant::now)), if next_at.is_some() && has_room => {}
                else => return None,
            }
        }
    }

    fn done(&mut self, id: usize) {
        self.ids[id].done = true;
        self.ids[id].due = None;
    }

    fn next_at(&self) -> Option<Instant> {
        self.ids.iter().filter_map(|id| id.due).min().map(|due| due.max(self.held_until))
    }
}

/// The service itself as a source.
pub struct Live {
    pub service: Service,
    /// Sees the bytes of every answer; there is one id then.
    pub raw: Option<Mutex<Box<dyn Tap>>>,
    /// Keeps every answer that differs from the last.
    pub recorder: Option<Rc<RefCell<Recorder>>>,
}

impl Source for Live {
    async fn look(&self, question: &Question) -> Result<Look, Fault> {
        if let Some(recorder) = &self.recorder {
            let mut copy = Copy(Vec::new());
            let look = self.service.look(question, Some(&mut copy)).await?;
            recorder.borrow_mut().keep(self.now(), question.invoke_id.as_deref(), &copy.0);
            return Ok(look);
        }
        match &self.raw {
            None => self.service.look(question, None).await,
            Some(raw) => self.service.look(question, Some(&mut **raw.lock().await)).await,
        }
    }

    fn now(&self) -> Timestamp {
        self.service.clock().now()
    }
}

struct Copy(Vec<u8>);

impl Tap for Copy {
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
