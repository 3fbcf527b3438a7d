//! The exit code against the contract's table, for every two outcomes and every way in which a command can end.

use super::*;
use crate::invocation::{InvokeId, Keep, Question, Record};
use crate::text::Text;
use std::collections::BTreeSet;

const VERDICTS: [Verdict; 5] =
    [Verdict::Failed, Verdict::PartialFailed, Verdict::Running, Verdict::Pending, Verdict::Success];

/// Faults that an id can come to while a command runs; those of usage are told before any call.
const OF_A_CALL: [Kind; 5] = [Kind::Credentials, Kind::Network, Kind::Service, Kind::Answer, Kind::NotFound];

const ENDINGS: [Ending; 7] = [
    Ending::Complete,
    Ending::OutOfTime,
    Ending::RecordingEnded,
    Ending::ReaderGone,
    Ending::Signal(Signal::Interrupt),
    Ending::Signal(Signal::Terminate),
    Ending::Signal(Signal::Hangup),
];

/// What is known of one id, before it is made an [`Outcome`].
#[derive(Clone, Copy, Debug)]
struct Told {
    verdict: Option<Verdict>,
    fault: Option<Kind>,
}

impl Told {
    fn seen(verdict: Verdict) -> Self {
        Told { verdict: Some(verdict), fault: None }
    }

    fn lost(kind: Kind) -> Self {
        Told { verdict: None, fault: Some(kind) }
    }

    fn outcome(self) -> Outcome {
        let mut outcome = Outcome::unseen(InvokeId::new("t-1"));
        outcome.seen = self.verdict.map(|verdict| (Timestamp::UNIX_EPOCH, snapshot(verdict)));
        outcome.fault = self.fault.map(|kind| Fault::new(kind, "it went wrong"));
        outcome
    }

    fn is_finished(self) -> bool {
        matches!(self.verdict, Some(Verdict::Failed | Verdict::PartialFailed | Verdict::Success))
    }
}

/// A snapshot with this verdict: Success needs a node to prove it, the others only the overall status.
fn snapshot(verdict: Verdict) -> Snapshot {
    let mut record = Record { status: Some(Text::new(verdict.word())), ..Record::default() };
    if verdict == Verdict::Success {
        let node = crate::invocation::NodeFields { status: Some(Text::new("Success")), ..<_>::default() };
        record.nodes.push(&node, Keep::Outcomes);
    }
    let question = Question { invoke_id: InvokeId::UNNAMED, node_id: None, keep: Keep::Outcomes };
    let snapshot = Snapshot::new(None, vec![record], &question).unwrap();
    assert_eq!(snapshot.verdict, verdict);
    snapshot
}

/// What outcomes add up to where no failed node is accepted.
fn sum(outcomes: &[Outcome], ending: Ending) -> Sum {
    super::sum(None, outcomes, ending)
}

/// Everything that can be known of an id that was asked about.
fn all_told() -> Vec<Told> {
    let mut told = vec![Told { verdict: None, fault: None }];
    for verdict in [None].into_iter().chain(VERDICTS.map(Some)) {
        for fault in [None].into_iter().chain(OF_A_CALL.map(Some)) {
            told.extend((verdict.is_some() || fault.is_some()).then_some(Told { verdict, fault }));
        }
    }
    told
}

type Row = (u8, fn(&[Told], Ending) -> bool);

fn any_verdict(told: &[Told], verdict: Verdict) -> bool {
    told.iter().any(|told| told.verdict == Some(verdict))
}

fn any_fault(told: &[Told], kinds: &[Kind]) -> bool {
    told.iter().any(|told| told.fault.is_some_and(|kind| kinds.contains(&kind)))
}

fn is_open(told: &[Told]) -> bool {
    !told.iter().all(|told| told.is_finished())
}

/// The contract's table: the first row that applies, from the top.
const TABLE: [Row; 11] = [
    (130, |_, ending| ending == Ending::Signal(Signal::Interrupt)),
    (143, |_, ending| ending == Ending::Signal(Signal::Terminate)),
    (129, |_, ending| ending == Ending::Signal(Signal::Hangup)),
    (1, |told, _| any_verdict(told, Verdict::Failed)),
    (3, |told, _| any_verdict(told, Verdict::PartialFailed)),
    (4, |told, _| any_fault(told, &[Kind::Credentials])),
    (5, |told, _| any_fault(told, &[Kind::Network, Kind::Service, Kind::Answer])),
    (6, |told, _| any_fault(told, &[Kind::NotFound])),
    (124, |told, ending| is_open(told) && ending == Ending::OutOfTime),
    (8, |told, _| is_open(told)),
    (0, |_, _| true),
];

fn expected_code(told: &[Told], ending: Ending) -> u8 {
    TABLE.iter().find(|(_, applies)| applies(told, ending)).unwrap().0
}

/// Of several ids the first of Failed, PartialFailed, Running, Pending, Success; Success only if it is that of all.
fn expected_verdict(told: &[Told]) -> Option<Verdict> {
    let [open_or_failed @ .., success] = VERDICTS;
    let first = open_or_failed.into_iter().find(|verdict| any_verdict(told, *verdict));
    first.or_else(|| told.iter().all(|told| told.verdict == Some(success)).then_some(success))
}

fn outcomes(told: &[Told]) -> Vec<Outcome> {
    told.iter().map(|told| told.outcome()).collect()
}

#[test]
fn one_outcome_and_two_add_up_as_the_table_has_it_however_it_ended() {
    let all = all_told();
    assert_eq!(all.len(), 36);
    let mut codes = BTreeSet::new();
    for first in &all {
        let alone = [*first];
        let pairs = all.iter().map(|second| vec![*first, *second]);
        for told in pairs.chain([alone.to_vec()]) {
            let outcomes = outcomes(&told);
            for ending in ENDINGS {
                let sum = sum(&outcomes, ending);
                assert_eq!(sum.code, expected_code(&told, ending), "{told:?}, {ending:?}");
                assert_eq!(sum.verdict, expected_verdict(&told), "{told:?}, {ending:?}");
                assert_eq!(sum.finished, !is_open(&told), "{told:?}, {ending:?}");
                codes.insert(sum.code);
            }
        }
    }
    let expected: BTreeSet<u8> = TABLE.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, expected, "each row is met");
}

#[test]
fn among_many_the_first_row_that_applies_to_any_of_them_counts() {
    let mut told = vec![Told::seen(Verdict::Success); 100];
    assert_eq!(sum(&outcomes(&told), Ending::Complete).code, 0);
    for (next, code) in [
        (Told::seen(Verdict::Pending), 8),
        (Told::lost(Kind::NotFound), 6),
        (Told::lost(Kind::Answer), 5),
        (Told::lost(Kind::Credentials), 4),
        (Told::seen(Verdict::PartialFailed), 3),
        (Told::seen(Verdict::Failed), 1),
    ] {
        told.insert(told.len() / 2, next);
        assert_eq!(sum(&outcomes(&told), Ending::Complete).code, code, "{next:?}");
    }
}

#[test]
fn success_is_told_only_when_every_id_was_answered() {
    let success = Told::seen(Verdict::Success);
    for other in [Told { verdict: None, fault: None }, Told::lost(Kind::NotFound), Told::lost(Kind::Network)] {
        let sum = sum(&outcomes(&[success, other]), Ending::Complete);
        assert_eq!((sum.verdict, sum.finished), (None, false), "{other:?}");
        assert_ne!(sum.code, 0, "{other:?}");
    }
    assert_eq!(sum(&outcomes(&[success, success]), Ending::Complete).verdict, Some(Verdict::Success));
}

#[test]
fn wrong_usage_comes_before_every_verdict() {
    for kind in [Kind::Usage, Kind::Config] {
        for other in all_told() {
            let outcomes = outcomes(&[other, Told::lost(kind)]);
            assert_eq!(code_of_faults(&outcomes), 2, "{kind:?} beside {other:?}");
            assert_eq!(sum(&outcomes, Ending::Complete).code, 2, "{kind:?} beside {other:?}");
        }
    }
}

#[test]
fn output_that_cannot_be_written_turns_0_into_5_and_hides_no_other_code() {
    for (code, _) in CODES {
        assert_eq!(code_when_unwritten(code), if code == 0 { 5 } else { code });
    }
}

#[test]
fn whoever_did_not_ask_for_the_verdict_hears_of_faults_alone() {
    let all = all_told();
    for first in &all {
        for second in &all {
            let told = [*first, *second];
            let rows = TABLE.iter().filter(|(code, _)| [4, 5, 6].contains(code));
            let mut applying = rows.filter(|(_, applies)| applies(&told, Ending::Complete));
            assert_eq!(code_of_faults(&outcomes(&told)), applying.next().map_or(0, |(code, _)| *code), "{told:?}");
        }
    }
    assert_eq!(code_of_faults(&[]), 0);
}

#[test]
fn the_worst_fault_is_the_one_whose_code_comes_first() {
    let kinds = [Kind::NotFound, Kind::Service, Kind::Credentials, Kind::Network];
    let outcomes = outcomes(&kinds.map(Told::lost));
    assert_eq!(worst(&outcomes).unwrap().kind, Kind::Credentials);
    assert_eq!(worst(&outcomes[..2]).unwrap().kind, Kind::Service);
    assert!(worst(&[Told::seen(Verdict::Failed).outcome()]).is_none());
}

#[test]
fn every_kind_of_fault_has_its_code() {
    for (kind, code) in [
        (Kind::Usage, 2),
        (Kind::Config, 2),
        (Kind::Credentials, 4),
        (Kind::Network, 5),
        (Kind::Service, 5),
        (Kind::Answer, 5),
        (Kind::NotFound, 6),
        (Kind::Output, 5),
    ] {
        assert_eq!(code_of(kind), code, "{kind:?}");
    }
}

#[test]
fn the_codes_are_listed_in_the_order_in_which_the_first_applies() {
    assert_eq!(CODES.map(|(code, _)| code), [130, 143, 129, 2, 1, 3, 4, 5, 6, 124, 8, 0]);
    let without_usage: Vec<u8> = CODES.iter().map(|(code, _)| *code).filter(|code| *code != 2).collect();
    assert_eq!(without_usage, TABLE.map(|(code, _)| code));
}

#[test]
fn a_signal_is_told_as_a_shell_reports_it() {
    let told = |signal: Signal| (signal.name(), signal.code());
    assert_eq!(told(Signal::Hangup), ("SIGHUP", 128 + 1));
    assert_eq!(told(Signal::Interrupt), ("SIGINT", 128 + 2));
    assert_eq!(told(Signal::Terminate), ("SIGTERM", 128 + 15));
}
