//! One id of a script from request to request: what must be reported of each, and when the next may come.

use super::play::{Reported, Run, What};
use super::script::{Problem, Said, Script};
use crate::fault::Kind;
use crate::testing::verdict::Past;

/// Timers are a millisecond coarse.
const COARSE: u64 = 2;

/// How the asking about an id came to its end, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Over(&'static str),
    Lost(Kind),
}

/// What is known of an id from what it was answered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ended {
    pub(super) fate: Option<(u64, Fate)>,
    pub(super) last: Option<&'static str>,
    /// Whether the failed nodes of the last answer are accepted.
    pub(super) is_accepted: bool,
}

/// When an id may be asked about again: not before, and if nothing holds it back not after.
#[derive(Clone, Copy)]
struct Next {
    earliest: u64,
    latest: u64,
}

/// A time in which nothing may be asked about any id.
pub(super) struct Hold {
    pub(super) from: u64,
    pub(super) until: u64,
}

/// Goes with one id from request to request.
pub(super) struct Walk<'a> {
    script: &'a Script,
    run: &'a Run,
    id: usize,
    seen: bool,
    faults: u32,
    unknown: u32,
    /// By the API itself, since the last answer.
    refusals: u32,
    past: Past<'static>,
    ended: Ended,
}

impl<'a> Walk<'a> {
    pub(super) fn new(script: &'a Script, run: &'a Run, id: usize) -> Self {
        Walk {
            script,
            run,
            id,
            seen: false,
            faults: 0,
            unknown: 0,
            refusals: 0,
            past: Past::default(),
            ended: Ended::default(),
        }
    }

    pub(super) fn walk(mut self, reported: &[Reported], holds: &mut Vec<Hold>) -> Result<Ended, String> {
        let requests = &self.run.requests[self.id];
        let mut may_start = Some(Next { earliest: 0, latest: 0 });
        for (at, request) in requests.iter().enumerate() {
            let Some(next) = may_start.take() else {
                return Err(format!("asked at {} after its end", request.started));
            };
            self.check_start(next, request.started)?;
            // What ended in the last moment may not have been seen any more.
            let Some(event) = reported.get(at) else {
                return match request.ended {
                    Some(ended) if ended < self.run.ended => Err(format!("the answer of {ended} was not reported")),
                    _ if at + 1 < requests.len() => Err("asked twice at a time".to_owned()),
                    _ => Ok(self.ended),
                };
            };
            if request.ended != Some(event.at) {
                return Err(format!("{event:?}, and the request was {request:?}"));
            }
            let (what, next) = self.step(at, request.started, event.at, holds);
            if event.what != what {
                return Err(format!("{event:?} where {what:?} is right"));
            }
            may_start = next;
        }
        if reported.len() > requests.len() {
            return Err("more was reported than asked".to_owned());
        }
        if let Some(next) = may_start
            && self.is_prompt()
            && next.latest + COARSE < self.run.ended
        {
            return Err(format!("not asked again by {}", next.latest));
        }
        Ok(self.ended)
    }

    fn check_start(&self, next: Next, started: u64) -> Result<(), String> {
        if started < next.earliest {
            return Err(format!("asked at {started}, before {}", next.earliest));
        }
        if self.is_prompt() && started > next.latest + COARSE {
            return Err(format!("asked at {started}, after {}", next.latest));
        }
        Ok(())
    }

    /// Whether nothing makes an id wait for others: there are places for all, and no problem that concerns all.
    fn is_prompt(&self) -> bool {
        let concerns_all = |said: &Said| matches!(said, Said::Problem(Problem::Throttled(_) | Problem::KeySource));
        self.script.ids.len() <= 8 && !self.script.ids.iter().flatten().any(|reply| concerns_all(&reply.said))
    }

    /// What is reported of an answer, and when the id is asked about again.
    fn step(&mut self, before: usize, started: u64, now: u64, holds: &mut Vec<Hold>) -> (What, Option<Next>) {
        let judged = match self.script.reply(self.id, before).said {
            Said::Records(records) => {
                let answer = self.script.judge(&mut self.past, &records);
                if answer.verdict.is_some() {
                    let accepted = self.script.accepted;
                    self.ended.is_accepted = accepted.is_some_and(|accepted| answer.is_accepted(accepted));
                }
                answer.verdict.map(|verdict| (verdict, answer.finished))
            }
            Said::Nothing(_) | Said::Problem(Problem::NotFound) => None,
            Said::Rubbish(_) => return self.pass(Kind::Answer, now, 0, None),
            Said::Problem(problem) => return self.problem(problem, now, holds),
        };
        match judged {
            None => self.not_found(started, now),
            Some((verdict, is_finished)) => {
                (self.seen, self.faults, self.unknown, self.refusals) = (true, 0, 0, 0);
                self.ended.last = Some(verdict);
                if is_finished || self.script.is_one_look {
                    self.ended.fate = Some((now, Fate::Over(verdict)));
                    return (What::Snapshot, None);
                }
                (What::Snapshot, Some(exactly(now.max(started + self.script.interval))))
            }
        }
    }

    /// An id that is not known, or no longer.
    fn not_found(&mut self, started: u64, now: u64) -> (What, Option<Next>) {
        if self.seen {
            return self.pass(Kind::NotFound, now, 0, None);
        }
        (self.faults, self.unknown) = (0, self.unknown + 1);
        let over = self.run.requests[self.id][0].started + self.script.grace;
        if now >= over {
            return self.lose(Kind::NotFound, now);
        }
        let next = over.min(now.max(started + self.script.interval));
        (What::Retry { attempt: self.unknown }, Some(exactly(next)))
    }

    fn problem(&mut self, problem: Problem, now: u64, holds: &mut Vec<Hold>) -> (What, Option<Next>) {
        match problem {
            Problem::Network => self.pass(Kind::Network, now, 0, None),
            Problem::Service => self.pass(Kind::Service, now, 0, None),
            Problem::Answer => self.pass(Kind::Answer, now, 0, None),
            Problem::Throttled(wait) => self.pass(Kind::Service, now, wait, Some(holds)),
            Problem::KeySource => self.pass(Kind::Credentials, now, 0, Some(holds)),
            // Once it was seen, what does not come from the API itself passes.
            Problem::NetworkForGood if self.is_patient() => self.pass(Kind::Network, now, 0, None),
            Problem::NetworkForGood => self.lose(Kind::Network, now),
            Problem::AnswerForGood if self.is_patient() => self.pass(Kind::Answer, now, 0, None),
            Problem::AnswerForGood => self.lose(Kind::Answer, now),
            Problem::Refused => {
                self.refusals += 1;
                let is_asked_again = self.is_patient() && self.refusals <= self.script.retries;
                if is_asked_again { self.pass(Kind::Service, now, 0, None) } else { self.lose(Kind::Service, now) }
            }
            Problem::KeyRefused => self.lose(Kind::Credentials, now),
            Problem::Mended => (What::Retry { attempt: 1 }, Some(exactly(now))),
            Problem::NotFound => unreachable!("handled before"),
        }
    }

    fn is_patient(&self) -> bool {
        self.seen && !self.script.is_one_look
    }

    /// A fault that may pass: retries before the first answer, patience after it.
    fn pass(&mut self, kind: Kind, now: u64, wait: u64, holds: Option<&mut Vec<Hold>>) -> (What, Option<Next>) {
        self.faults += 1;
        let is_patient = self.is_patient();
        if !is_patient && self.faults > self.script.retries {
            return self.lose(kind, now);
        }
        let first = if is_patient { self.script.interval } else { 500 };
        let doubled = first.saturating_mul(1 << (self.faults - 1).min(20));
        // Up to as much again by chance, up to a minute, and never before the server's word.
        let (least, most) = (doubled.min(60_000).max(wait), (2 * doubled).min(60_000).max(wait));
        if let Some(holds) = holds {
            holds.push(Hold { from: now, until: now + least });
        }
        (What::Retry { attempt: self.faults }, Some(Next { earliest: now + least, latest: now + most }))
    }

    fn lose(&mut self, kind: Kind, now: u64) -> (What, Option<Next>) {
        self.ended.fate = Some((now, Fate::Lost(kind)));
        (What::GaveUp(kind), None)
    }
}

fn exactly(at: u64) -> Next {
    Next { earliest: at, latest: at }
}
