//! Live polling: the schedule, the retries and how many requests are in flight, for any number of ids.
//!
//! A poll is measured from start to start, and one that is late is not caught up with. Whoever is due longest is asked
//! first, so that no id starves when there are more than can be asked in an interval.
//!
//! Who waits after a fault depends on whom it concerns:
//!
//! - Throttling and trouble with the key concern every call alike. They hold all ids back, and the id that met them
//!   keeps its turn: it is asked first again, so that the delays grow. If each of a thousand ids met them in its turn,
//!   all delays would be first ones.
//! - A 5xx, a network fault or an unusable answer may be about one id alone (an answer too large for its time, say),
//!   and if it is not, the others find out for themselves: only that id waits. But faults come back faster than answers
//!   do, and a thousand ids whose every connection is refused must not ask faster than a thousand that are answered.
//!   So a request that failed keeps its place among those in flight for a moment.
//!
//! Time in which the process did not run (it was stopped, or the machine paused) is no fault of anybody's: see
//! [`Feed::woke`].

use super::{Feed, FeedEvent};
use crate::fault::{Again, Fault, Kind};
use crate::invocation::{Question, Snapshot};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// More requests at once gain nothing and meet the API's rate limit sooner.
const IN_FLIGHT: usize = 8;

/// However often it failed, a poll is never further away than this, unless the interval or the server says so.
const SLOWEST: Duration = Duration::from_secs(60);

/// How long a request that failed keeps its place: eighty of them are made in a second, and no more.
const REST: Duration = Duration::from_millis(100);

/// What answers questions.
pub trait Source {
    /// Asks once.
    fn snapshot(&self, question: &Question) -> impl Future<Output = Result<Snapshot, Fault>>;

    /// The time that a snapshot is stamped with.
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
    /// When ids are asked about next, as [`Id::due`] has it, and who they are.
    queue: BTreeSet<(Instant, usize)>,
    flights: FuturesUnordered<LocalBoxFuture<'static, Landing>>,
    /// Nothing is asked before this, for what concerns all ids.
    held_until: Instant,
    /// Until when places are kept by requests that failed.
    resting: VecDeque<Instant>,
    /// When the process last went on after it had not run.
    woke_at: Instant,
    /// Seen, but not yet told.
    untold: VecDeque<FeedEvent>,
}

struct Landing {
    id: usize,
    /// When it was due.
    turn: Instant,
    started: Instant,
    result: Result<Snapshot, Fault>,
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
    /// Whether it was to be asked about while the process did not run, and was not since.
    is_behind: bool,
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
            is_behind: false,
        };
        Poll {
            source: Rc::new(source),
            ids: questions.iter().map(id).collect(),
            queue: (0..questions.len()).map(|id| (now, id)).collect(),
            questions: questions.into_iter().map(Rc::new).collect(),
            policy,
            flights: FuturesUnordered::new(),
            held_until: now,
            resting: VecDeque::new(),
            woke_at: now,
            untold: VecDeque::new(),
        }
    }

    /// Starts what is due, as far as requests may be in flight.
    fn take_off(&mut self, now: Instant) {
        if now < self.held_until {
            return;
        }
        while self.resting.front().is_some_and(|until| *until <= now) {
            self.resting.pop_front();
        }
        while self.room() > 0 {
            let Some((turn, id)) = self.queue.first().copied().filter(|(due, _)| *due <= now) else { return };
            self.set_due(id, None);
            self.ids[id].first_asked.get_or_insert(now);
            let (source, question) = (Rc::clone(&self.source), Rc::clone(&self.questions[id]));
            self.flights.push(Box::pin(async move {
                Landing { id, turn, started: now, result: source.snapshot(&question).await }
            }));
        }
    }

    /// How many things are kept of what is to come and what has been.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.queue.len() + self.flights.len() + self.resting.len() + self.untold.len()
    }

    /// How many more requests may be in flight.
    fn room(&self) -> usize {
        IN_FLIGHT.saturating_sub(self.flights.len() + self.resting.len())
    }

    fn land(&mut self, landing: Landing) {
        let Landing { id, turn, started, result } = landing;
        if self.ids[id].done {
            return;
        }
        let is_stale = started < self.woke_at;
        if result.as_ref().is_err_and(|fault| matches!(fault.kind, Kind::Network | Kind::Service | Kind::Answer)) {
            self.resting.push_back(Instant::now() + REST);
        }
        let is_answer = result.as_ref().map_or_else(|fault| fault.kind == Kind::NotFound, |_| true);
        self.ids[id].is_behind &= is_stale || !is_answer;
        match result {
            Ok(snapshot) => {
                let next = started + self.policy.interval;
                let state = &mut self.ids[id];
                state.is_behind &= next <= Instant::now();
                state.seen = true;
                (state.faults, state.unknown, state.delays) = (0, 0, None);
                self.ask_again(id, next);
                self.untold.push_back(FeedEvent::Snapshot { id, at: self.source.now(), snapshot: Box::new(snapshot) });
            }
            Err(fault) if fault.kind == Kind::Credentials && !fault.again.helps() => self.lose_all(id, &fault),
            // What broke meanwhile says nothing about the service, and what was not known then may be known now.
            Err(fault) if is_stale && (fault.again.helps() || fault.kind == Kind::NotFound) => {
                self.retry(id, fault, 1, Instant::now())
            }
            Err(fault) => self.fail(id, turn, started, fault),
        }
    }

    fn fail(&mut self, id: usize, turn: Instant, started: Instant, fault: Fault) {
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
        if fault.again == Again::AtOnce {
            return self.retry(id, fault, 1, now);
        }
        state.faults += 1;
        let attempt = state.faults;
        // An invocation that was there and is gone is a fault of the service, and passes.
        let is_passing = fault.again.helps() || (is_unknown && self.policy.persistent);
        let is_patient = state.seen && self.policy.persistent;
        if !is_passing || (!is_patient && state.faults > self.policy.retries) {
            let message =
                if attempt > 1 { format!("{} (tried {attempt} times)", fault.message) } else { fault.message };
            let fault = Fault { message, ..fault };
            return if fault.kind == Kind::Credentials { self.lose_all(id, &fault) } else { self.lose(id, fault) };
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
        let delay = delays.next().unwrap_or(slowest).min(slowest).max(fault.again.wait());
        let concerns_all = matches!(fault.again, Again::Throttled(_)) || fault.kind == Kind::Credentials;
        if concerns_all {
            self.held_until = self.held_until.max(now + delay);
        }
        self.retry(id, fault, attempt, now + delay);
        if concerns_all {
            self.set_due(id, Some(turn));
        }
    }

    fn retry(&mut self, id: usize, fault: Fault, attempt: u32, next: Instant) {
        self.ask_again(id, next);
        let delay = next.max(self.held_until).saturating_duration_since(Instant::now());
        self.untold.push_back(FeedEvent::Retry { id, fault, attempt, delay });
    }

    fn ask_again(&mut self, id: usize, at: Instant) {
        self.set_due(id, Some(at.max(Instant::now())));
    }

    fn set_due(&mut self, id: usize, due: Option<Instant>) {
        if let Some(old) = std::mem::replace(&mut self.ids[id].due, due) {
            self.queue.remove(&(old, id));
        }
        self.queue.extend(due.map(|due| (due, id)));
    }

    fn lose(&mut self, id: usize, fault: Fault) {
        self.done(id);
        self.untold.push_back(FeedEvent::GaveUp { id, fault });
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
    async fn next(&mut self) -> Option<FeedEvent> {
        loop {
            if let Some(seen) = self.untold.pop_front() {
                return Some(seen);
            }
            let now = Instant::now();
            self.take_off(now);
            let place_at = if self.room() > 0 { Some(now) } else { self.resting.front().copied() };
            let start_at = self.next_at().zip(place_at).map(|(due, place)| due.max(place));
            tokio::select! {
                Some(landing) = self.flights.next() => self.land(landing),
                () = tokio::time::sleep_until(start_at.unwrap_or(now)), if start_at.is_some() => {}
                else => return None,
            }
        }
    }

    fn done(&mut self, id: usize) {
        self.set_due(id, None);
        let state = &mut self.ids[id];
        (state.done, state.is_behind) = (true, false);
    }

    fn next_at(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _)| (*due).max(self.held_until))
    }

    fn woke(&mut self) {
        let now = Instant::now();
        self.woke_at = now;
        for id in self.ids.iter_mut().filter(|id| !id.done) {
            id.is_behind = id.due.is_none_or(|due| due <= now);
        }
    }

    fn is_behind(&self) -> bool {
        self.ids.iter().any(|id| id.is_behind)
    }
}

#[cfg(test)]
mod tests;
