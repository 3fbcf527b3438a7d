//! What a watch of a script must have done, derived from the script and from when its requests ended. Written from the
//! contract (the verdict, the budget, the exit codes) and from nothing that is tested.

use super::play::{Known, Reported, Request, Run, What};
use super::script::{Record, Said, Script};
use super::walk::{Ended, Fate, Hold, Walk};
use crate::exit::{Ending, Signal};
use crate::fault::Kind;
use crate::invocation::Verdict;
use crate::testing::verdict::{Accepted, Past, proves_success};

/// Says what is wrong with a run.
pub(super) fn check(script: &Script, run: &Run) -> Result<(), String> {
    if run.ending.is_none() {
        return Err("it has no end".to_owned());
    }
    if run.most_in_flight > 8 {
        return Err(format!("{} requests in flight", run.most_in_flight));
    }
    // Where one key serves all, the loss for one is the loss for all: what was reported from there on is the same loss.
    let key_lost = run.reported.iter().position(|event| event.what == What::GaveUp(Kind::Credentials));
    let (own, after) = run.reported.split_at(key_lost.map_or(run.reported.len(), |at| at + 1));
    let mut holds: Vec<Hold> = Vec::new();
    let mut ended: Vec<Ended> = Vec::new();
    for id in 0..script.ids.len() {
        let reported: Vec<Reported> = own.iter().filter(|event| event.id == id).copied().collect();
        ended.push(Walk::new(script, run, id).walk(&reported, &mut holds).map_err(|why| format!("t-{id}: {why}"))?);
    }
    if let Some(at) = key_lost {
        lose_the_rest(&mut ended, own[at], after)?;
    }
    for (id, requests) in run.requests.iter().enumerate() {
        for Request { started, .. } in requests {
            if holds.iter().any(|hold| (hold.from + 1..hold.until.saturating_sub(1)).contains(started)) {
                return Err(format!("t-{id}: asked at {started} while all were to wait"));
            }
        }
    }
    check_ending(script, run, &ended)?;
    check_fail_fast(script, run, own, &ended)?;
    for (id, (ended, known)) in ended.iter().zip(&run.known).enumerate() {
        check_known(ended, known).map_err(|why| format!("t-{id}: {why}"))?;
    }
    let wanted = code(run.ending, &ended);
    if run.code != wanted {
        return Err(format!("exit {} where {wanted} is right", run.code));
    }
    if run.code == 0 {
        check_success(script, run)?;
    }
    Ok(())
}

/// The plainest rule of all, apart from the rest: 0 only if the last answer of every id proves it.
fn check_success(script: &Script, run: &Run) -> Result<(), String> {
    for (id, requests) in run.requests.iter().enumerate() {
        let last = requests.iter().rposition(|request| request.ended.is_some());
        let said = last.map(|last| script.reply(id, last).said);
        let is_accepted = |all: &[Record]| {
            script.accepted.is_some_and(|accepted| script.judge(&mut Past::default(), all).is_accepted(accepted))
        };
        let is_proof = matches!(&said, Some(Said::Records(all))
            if proves_success(&Record::all_as_read(all), script.node()) || is_accepted(all));
        if !is_proof {
            return Err(format!("t-{id}: exit 0 without proof"));
        }
    }
    Ok(())
}

/// Every id that was not at its end is reported as given up at once.
fn lose_the_rest(ended: &mut [Ended], first: Reported, after: &[Reported]) -> Result<(), String> {
    if ended[first.id].fate != Some((first.at, Fate::Lost(Kind::Credentials))) {
        return Err(format!("t-{}: the key is given up for no reason", first.id));
    }
    for event in after {
        if event.what != What::GaveUp(Kind::Credentials) || event.at != first.at || ended[event.id].fate.is_some() {
            return Err(format!("{event:?} after the key was lost"));
        }
        ended[event.id].fate = Some((event.at, Fate::Lost(Kind::Credentials)));
    }
    match ended.iter().position(|ended| ended.fate.is_none()) {
        Some(id) => Err(format!("t-{id} goes on without a key")),
        None => Ok(()),
    }
}

fn check_ending(script: &Script, run: &Run, ended: &[Ended]) -> Result<(), String> {
    let at = run.ended;
    if script.timeout.is_some_and(|timeout| at > timeout) {
        return Err(format!("it ends at {at}, after the deadline"));
    }
    let last = ended.iter().map(|ended| ended.fate.map(|(at, _)| at)).collect::<Option<Vec<u64>>>();
    let is_right = match run.ending {
        Some(Ending::Complete) => last.and_then(|all| all.into_iter().max()) == Some(at),
        Some(Ending::OutOfTime) => last.is_none() && script.timeout == Some(at),
        Some(Ending::Signal(signal)) => last.is_none() && script.signal == Some((at, number(signal))),
        Some(Ending::FailFast) => last.is_none() && script.is_fail_fast,
        Some(Ending::RecordingEnded | Ending::ReaderGone) | None => false,
    };
    if is_right { Ok(()) } else { Err(format!("{:?} at {at}, and ids ended as {ended:?}", run.ending)) }
}

/// The first look that shows more failed nodes than are accepted is the last thing that is seen.
fn check_fail_fast(script: &Script, run: &Run, reported: &[Reported], ended: &[Ended]) -> Result<(), String> {
    let accepted = script.accepted.unwrap_or(Accepted::Nodes(0));
    let mut before = vec![0; script.ids.len()];
    let mut pasts = vec![Past::default(); script.ids.len()];
    let first = reported.iter().position(|event| {
        let said = script.reply(event.id, before[event.id]).said;
        before[event.id] += 1;
        let is_snapshot = event.what == What::Snapshot && script.is_fail_fast;
        is_snapshot && matches!(said, Said::Records(all) if script.judge(&mut pasts[event.id], &all).exceeds(accepted))
    });
    let is_over = ended.iter().all(|ended| ended.fate.is_some());
    let wanted =
        first.map(|at| if is_over { (Ending::Complete, reported[at].at) } else { (Ending::FailFast, reported[at].at) });
    match wanted {
        Some(wanted)
            if first != Some(run.reported.len() - 1) || Some(wanted) != run.ending.map(|end| (end, run.ended)) =>
        {
            Err(format!("{wanted:?} is right where it ends with {:?} at {}", run.ending, run.ended))
        }
        None if run.ending == Some(Ending::FailFast) => Err("it ends early for no reason".to_owned()),
        _ => Ok(()),
    }
}

fn number(signal: Signal) -> u8 {
    match signal {
        Signal::Hangup => 129,
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    }
}

fn check_known(ended: &Ended, known: &Known) -> Result<(), String> {
    let lost = match ended.fate {
        Some((_, Fate::Lost(kind))) => Some(kind),
        _ => None,
    };
    if (known.verdict.map(Verdict::word), known.lost) == (ended.last, lost) {
        Ok(())
    } else {
        Err(format!("{known:?} where {ended:?} is right"))
    }
}

/// The first that applies, from the top.
fn code(ending: Option<Ending>, ended: &[Ended]) -> u8 {
    if let Some(Ending::Signal(signal)) = ending {
        return number(signal);
    }
    let weighty = || ended.iter().filter(|ended| !ended.is_accepted);
    let any = |verdict| weighty().any(|ended| ended.last == Some(verdict));
    let lost = |kinds: &[Kind]| {
        ended.iter().any(|ended| matches!(ended.fate, Some((_, Fate::Lost(kind))) if kinds.contains(&kind)))
    };
    match ending {
        _ if any("Failed") => 1,
        _ if any("PartialFailed") || ending == Some(Ending::FailFast) => 3,
        _ if lost(&[Kind::Credentials]) => 4,
        _ if lost(&[Kind::Network, Kind::Service, Kind::Answer]) => 5,
        _ if lost(&[Kind::NotFound]) => 6,
        _ if weighty().all(|ended| ended.last == Some("Success")) => 0,
        Some(Ending::OutOfTime) => 124,
        _ => 8,
    }
}
