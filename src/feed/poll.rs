//! Live polling: the schedule, the retries and how many requests are in flight, for any number of ids.
//!
//! A poll is measured from start to start, and one that is late is not caught up with. Whoever is due longest is asked
//! first, so that no id starves when there are more than can be asked in an interval.
//!
//! Who waits after a fault depends on whom it concerns:
//!
//! - Throttling and problems with the key concern every call alike. They hold all ids back, and the id that met them
//!   keeps its turn: it is asked first again, so that the delays grow. If each of a thousand ids met them in its turn,
//!   all delays would be first ones.
//! - A 5xx, a network fault or an unusable answer may be about one id alone (an answer too large for its time, say),
//!   and if it is not, the others find out for themselves: only that id waits. But faults come back faster than answers
//!   do, and a thousand ids whose every connection is refused must not ask faster than a thousand that are answered.
//!   So a request that failed keeps its slot among those in flight for a moment.

use super::{Backoff, FIRST_DELAY, Feed, FeedEvent, IN_FLIGHT, LONGEST_DELAY, News};
use crate::fault::{Again, Fault, Kind};
use crate::invocation::{Question, Snapshot};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Says how long a request that failed still counts as in flight. With eight in flight, at most eighty requests fail in
/// a second.
const FAILED_IN_FLIGHT: Duration = Duration::from_millis(100);

/// Gives snapshots of invocations: the service, or a fake of it.
pub trait SnapshotSource {
    /// Makes one attempt at an answer.
    fn snapshot(&self, question: &Question) -> impl Future<Output = Result<Snapshot, Fault>>;

    /// Gives the time that a snapshot is stamped with.
    fn now(&self) -> Timestamp;
}

/// Says how often ids are polled, and for how long through faults. The default is for one answer of each id.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    /// From the start of one poll of an id to the start of its next.
    pub interval: Duration,
    /// Further attempts at an answer that has not come yet.
    pub retries: u32,
    /// How long an id may be unknown at first.
    pub grace: Duration,
    /// How long an id that was seen is polled while nothing but faults comes. Zero: its retries end it, as they end an
    /// id that was not seen.
    pub patience: Duration,
}

/// Polls the service about some questions.
pub struct Poll<S> {
    source: Rc<S>,
    questions: Vec<Rc<Question>>,
    policy: Policy,
    ids: Vec<Id>,
    /// When each id is due, the earliest first: the same times as in [`Id::due`].
    queue: BTreeSet<(Instant, usize)>,
    in_flight: FuturesUnordered<LocalBoxFuture<'static, PollAnswer>>,
    /// No request is made before this: throttling, or a problem with the key, concerns all ids.
    held_until: Instant,
    /// Ends when a request that failed no longer counts as in flight.
    failed: FuturesUnordered<Sleep>,
    /// Events that nobody has taken yet.
    events: VecDeque<FeedEvent>,
}

/// Holds a request that was answered, or failed.
struct PollAnswer {
    id: usize,
    /// When it was due.
    due: Instant,
    started: Instant,
    result: Result<Snapshot, Fault>,
}

/// Tells what the poll knows of one id.
#[derive(Default)]
struct Id {
    /// When it is asked about next; `None` while a request is in flight, and once nothing more is asked.
    due: Option<Instant>,
    done: bool,
    seen: bool,
    first_asked: Option<Instant>,
    /// Faults in a row.
    faults: u32,
    /// Answers in a row that say that it is not found, before its first snapshot.
    unknown: u32,
    /// How many times the API itself refused to answer since the last snapshot.
    refusals: u32,
    /// When the first of its faults in a row began.
    faulty_since: Option<Instant>,
    backoff: Option<Backoff>,
}

impl<S: SnapshotSource + 'static> Poll<S> {
    /// Gives a feed of these questions, all due at once.
    pub fn new(source: Rc<S>, questions: Vec<Question>, policy: Policy) -> Self {
        let mut poll = Poll {
            source,
            questions: Vec::new(),
            policy,
            ids: Vec::new(),
            queue: BTreeSet::new(),
            in_flight: FuturesUnordered::new(),
            held_until: Instant::now(),
            failed: FuturesUnordered::new(),
            events: VecDeque::new(),
        };
        for question in questions {
            poll.add(question);
        }
        poll
    }

    /// Adds a question that is due at once, and gives its id.
    pub fn add(&mut self, question: Question) -> usize {
        let id = self.ids.len();
        self.questions.push(Rc::new(question));
        self.ids.push(Id::default());
        self.set_due(id, Some(Instant::now()));
        id
    }

    /// Adds a question about an invocation that surely exists: that it is not found yet is a fault that passes.
    pub fn add_seen(&mut self, question: Question) -> usize {
        let id = self.add(question);
        self.ids[id].seen = true;
        id
    }

    /// Tells whether there is more to ask, or an event that nobody has taken yet.
    pub fn is_polling(&self) -> bool {
        !(self.queue.is_empty() && self.in_flight.is_empty() && self.events.is_empty())
    }

    /// Makes the requests that are due, as far as there is room for more in flight.
    fn start(&mut self, now: Instant) {
        if now < self.held_until {
            return;
        }
        while self.slots() > 0 {
            let Some((due, id)) = self.queue.first().copied().filter(|(due, _)| *due <= now) else { return };
            self.set_due(id, None);
            self.ids[id].first_asked.get_or_insert(now);
            let (source, question) = (Rc::clone(&self.source), Rc::clone(&self.questions[id]));
            self.in_flight.push(Box::pin(async move {
                PollAnswer { id, due, started: now, result: source.snapshot(&question).await }
            }));
        }
    }

    /// Gives how many more requests may be made.
    fn slots(&self) -> usize {
        IN_FLIGHT.saturating_sub(self.in_flight.len() + self.failed.len())
    }

    /// Takes in what came of a request.
    fn take_in(&mut self, PollAnswer { id, due, started, result }: PollAnswer) {
        if self.ids[id].done {
            return;
        }
        if result.as_ref().is_err_and(|fault| matches!(fault.kind, Kind::Network | Kind::Service | Kind::Answer)) {
            self.failed.push(sleep(FAILED_IN_FLIGHT));
        }
        match result {
            Ok(snapshot) => {
                self.ids[id] = Id { seen: true, ..Id::default() };
                let next = started + self.policy.interval;
                self.set_due(id, Some(next.max(Instant::now())));
                let news = News::Snapshot { at: self.source.now(), snapshot: Box::new(snapshot) };
                self.events.push_back(FeedEvent { id, news });
            }
            Err(fault) if fault.kind == Kind::Credentials && !fault.again.helps() => self.give_up(id, &fault),
            Err(fault) => self.fail(id, due, started, fault),
        }
    }

    /// Decides what a fault means for its id: another attempt, and when, or its end.
    fn fail(&mut self, id: usize, due: Instant, started: Instant, fault: Fault) {
        let now = Instant::now();
        let is_unknown = fault.kind == Kind::NotFound;
        let state = &mut self.ids[id];
        if is_unknown && !state.seen {
            // Waiting for an id to appear is no fault, and uses up no retries.
            state.unknown += 1;
            // The service did answer, so that its faults are over.
            (state.faults, state.backoff) = (0, None);
            let attempt = state.unknown;
            let waited = now - state.first_asked.unwrap_or(now);
            if waited >= self.policy.grace {
                return self.give_up(id, &fault);
            }
            // One more attempt is made as the grace ends, however long the interval is.
            let wait = (started + self.policy.interval).saturating_duration_since(now).min(self.policy.grace - waited);
            return self.retry(id, fault, attempt, now + wait);
        }
        if fault.again == Again::AtOnce {
            return self.retry(id, fault, 1, now);
        }
        state.faults += 1;
        let attempt = state.faults;
        let is_patient = state.seen && !self.policy.patience.is_zero();
        let is_over = if is_patient {
            // That a seen invocation is not found passes, and so does whatever does not come from the API itself.
            let is_refusal = fault.code.is_some() && !is_unknown && !fault.again.helps();
            state.refusals += u32::from(is_refusal);
            let since = *state.faulty_since.get_or_insert(started);
            (is_refusal && state.refusals > self.policy.retries) || now - since >= self.policy.patience
        } else {
            // That an invocation which surely exists is not found passes too.
            !(fault.again.helps() || is_unknown) || state.faults > self.policy.retries
        };
        if is_over {
            let message =
                if attempt > 1 { format!("{} (tried {attempt} times)", fault.message) } else { fault.message };
            return self.give_up(id, &Fault { message, ..fault });
        }
        let first = if is_patient { self.policy.interval } else { FIRST_DELAY };
        let longest = LONGEST_DELAY.max(self.policy.interval);
        let delay = state.backoff.get_or_insert_with(|| Backoff::new(first, longest, None)).delay(&fault);
        let concerns_all = matches!(fault.again, Again::Throttled(_)) || fault.kind == Kind::Credentials;
        if concerns_all {
            self.held_until = self.held_until.max(now + delay);
        }
        self.retry(id, fault, attempt, now + delay);
        if concerns_all {
            self.set_due(id, Some(due));
        }
    }

    fn retry(&mut self, id: usize, fault: Fault, attempt: u32, next: Instant) {
        self.set_due(id, Some(next));
        let delay = next.max(self.held_until).saturating_duration_since(Instant::now());
        self.events.push_back(FeedEvent { id, news: News::Retry { fault, attempt, delay, call: None } });
    }

    fn set_due(&mut self, id: usize, due: Option<Instant>) {
        if let Some(old) = std::mem::replace(&mut self.ids[id].due, due) {
            self.queue.remove(&(old, id));
        }
        self.queue.extend(due.map(|due| (due, id)));
    }

    /// Gives up an id; for the sake of the key every id, because all have the same.
    fn give_up(&mut self, id: usize, fault: &Fault) {
        let mut others = 0;
        if fault.kind == Kind::Credentials {
            others = self.ids.len();
            self.in_flight.clear();
        }
        for id in std::iter::once(id).chain(0..others) {
            if !self.ids[id].done {
                self.done(id);
                self.events.push_back(FeedEvent { id, news: News::GaveUp(fault.clone()) });
            }
        }
    }
}

impl<S: SnapshotSource + 'static> Feed for Poll<S> {
    fn next(&mut self) -> LocalBoxFuture<'_, Option<FeedEvent>> {
        Box::pin(async move {
            loop {
                if let Some(event) = self.events.pop_front() {
                    return Some(event);
                }
                let now = Instant::now();
                self.start(now);
                let start_at = self.next_at().filter(|_| self.slots() > 0);
                tokio::select! {
                    biased;
                    Some(()) = self.failed.next() => {}
                    Some(answered) = self.in_flight.next() => self.take_in(answered),
                    () = sleep_until(start_at.unwrap_or(now)), if start_at.is_some() => {}
                    else => return None,
                }
            }
        })
    }

    fn done(&mut self, id: usize) {
        self.set_due(id, None);
        self.ids[id].done = true;
    }

    fn next_at(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _)| (*due).max(self.held_until))
    }
}

#[cfg(test)]
mod tests;
