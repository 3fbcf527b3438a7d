//! The exit code against the contract's table, for every two outcomes and every way in which a command can end.

use super::*;
use crate::invocation::{InvokeId, Keep, Question, Record};
use crate::text::Text;
use std::collections::BTreeSet;

const VERDICTS: [Verdict; 5] =
    [Verdict::Failed, Verdict::PartialFailed, Verdict::Running, Verdict::Pending, Verdict::Success];

/// Kinds of faults that an id can end with while a command runs; faults of usage are known before any call.
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

/// Says what is known of one id; an [`Outcome`] is made of it.
#[derive(Clone, Copy, Debug)]
struct Known {
    verdict: Option<Verdict>,
    fault: Option<Kind>,
}

impl Known {
    fn seen(verdict: Verdict) -> Self {
        Known { verdict: Some(verdict), fault: None }
    }

    fn lost(kind: Kind) -> Self {
        Known { verdict: None, fault: Some(kind) }
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

/// Makes a snapshot with this verdict. Success needs a node to prove it, the others need the overall status alone.
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

/// Adds up outcomes without a budget.
fn sum(outcomes: &[Outcome], ending: Ending) -> Sum {
    super::sum(None, outcomes, ending)
}

/// Lists everything that can be known of an id that was asked about.
fn all_known() -> Vec<Known> {
    let mut known = vec![Known { verdict: None, fault: None }];
    for verdict in [None].into_iter().chain(VERDICTS.map(Some)) {
        for fault in [None].into_iter().chain(OF_A_CALL.map(Some)) {
            known.extend((verdict.is_some() || fault.is_some()).then_some(Known { verdict, fault }));
        }
    }
    known
}

type Row = (u8, fn(&[Known], Ending) -> bool);

fn any_verdict(known: &[Known], verdict: Verdict) -> bool {
    known.iter().any(|known| known.verdict == Some(verdict))
}

fn any_fault(known: &[Known], kinds: &[Kind]) -> bool {
    known.iter().any(|known| known.fault.is_some_and(|kind| kinds.contains(&kind)))
}

fn is_open(known: &[Known]) -> bool {
    !known.iter().all(|known| known.is_finished())
}

/// The contract's table; the first row that applies counts.
const TABLE: [Row; 11] = [
    (130, |_, ending| ending == Ending::Signal(Signal::Interrupt)),
    (143, |_, ending| ending == Ending::Signal(Signal::Terminate)),
    (129, |_, ending| ending == Ending::Signal(Signal::Hangup)),
    (1, |known, _| any_verdict(known, Verdict::Failed)),
    (3, |known, _| any_verdict(known, Verdict::PartialFailed)),
    (4, |known, _| any_fault(known, &[Kind::Credentials])),
    (5, |known, _| any_fault(known, &[Kind::Network, Kind::Service, Kind::Answer])),
    (6, |known, _| any_fault(known, &[Kind::NotFound])),
    (124, |known, ending| is_open(known) && ending == Ending::OutOfTime),
    (8, |known, _| is_open(known)),
    (0, |_, _| true),
];

fn expected_code(known: &[Known], ending: Ending) -> u8 {
    TABLE.iter().find(|(_, applies)| applies(known, ending)).unwrap().0
}

/// Gives the first of Failed, PartialFailed, Running, Pending, Success that any id has; Success only if all have it.
fn expected_verdict(known: &[Known]) -> Option<Verdict> {
    let [open_or_failed @ .., success] = VERDICTS;
    let first = open_or_failed.into_iter().find(|verdict| any_verdict(known, *verdict));
    first.or_else(|| known.iter().all(|known| known.verdict == Some(success)).then_some(success))
}

fn outcomes(known: &[Known]) -> Vec<Outcome> {
    known.iter().map(|known| known.outcome()).collect()
}

#[test]
fn exit_code_verdict_and_finished_of_one_and_two_outcomes_follow_the_table() {
    let all = all_known();
    assert_eq!(all.len(), 36);
    let mut codes = BTreeSet::new();
    for first in &all {
        let alone = [*first];
        let pairs = all.iter().map(|second| vec![*first, *second]);
        for known in pairs.chain([alone.to_vec()]) {
            let outcomes = outcomes(&known);
            for ending in ENDINGS {
                let sum = sum(&outcomes, ending);
                assert_eq!(sum.code, expected_code(&known, ending), "{known:?}, {ending:?}");
                assert_eq!(sum.verdict, expected_verdict(&known), "{known:?}, {ending:?}");
                assert_eq!(sum.finished, !is_open(&known), "{known:?}, {ending:?}");
                codes.insert(sum.code);
            }
        }
    }
    let expected: BTreeSet<u8> = TABLE.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, expected, "each row is met");
}

#[test]
fn exit_code_of_many_outcomes_is_that_of_the_first_row_that_applies_to_any() {
    let mut known = vec![Known::seen(Verdict::Success); 100];
    assert_eq!(sum(&outcomes(&known), Ending::Complete).code, 0);
    for (next, code) in [
        (Known::seen(Verdict::Pending), 8),
        (Known::lost(Kind::NotFound), 6),
        (Known::lost(Kind::Answer), 5),
        (Known::lost(Kind::Credentials), 4),
        (Known::seen(Verdict::PartialFailed), 3),
        (Known::seen(Verdict::Failed), 1),
    ] {
        known.insert(known.len() / 2, next);
        assert_eq!(sum(&outcomes(&known), Ending::Complete).code, code, "{next:?}");
    }
}

#[test]
fn verdict_is_success_only_when_every_id_was_answered() {
    let success = Known::seen(Verdict::Success);
    for other in [Known { verdict: None, fault: None }, Known::lost(Kind::NotFound), Known::lost(Kind::Network)] {
        let sum = sum(&outcomes(&[success, other]), Ending::Complete);
        assert_eq!((sum.verdict, sum.finished), (None, false), "{other:?}");
        assert_ne!(sum.code, 0, "{other:?}");
    }
    assert_eq!(sum(&outcomes(&[success, success]), Ending::Complete).verdict, Some(Verdict::Success));
}

#[test]
fn exit_code_of_wrong_usage_comes_before_that_of_every_verdict() {
    for kind in [Kind::Usage, Kind::Config] {
        for other in all_known() {
            let outcomes = outcomes(&[other, Known::lost(kind)]);
            assert_eq!(code_of_faults(&outcomes), 2, "{kind:?} beside {other:?}");
            assert_eq!(sum(&outcomes, Ending::Complete).code, 2, "{kind:?} beside {other:?}");
        }
    }
}

#[test]
fn output_that_cannot_be_written_turns_exit_code_0_into_5_and_no_other() {
    for code in ALL {
        assert_eq!(code_when_unwritten(code), if code == 0 { 5 } else { code });
    }
}

#[test]
fn exit_code_without_exit_status_is_that_of_faults_alone() {
    let all = all_known();
    for first in &all {
        for second in &all {
            let known = [*first, *second];
            let rows = TABLE.iter().filter(|(code, _)| [4, 5, 6].contains(code));
            let mut applying = rows.filter(|(_, applies)| applies(&known, Ending::Complete));
            assert_eq!(code_of_faults(&outcomes(&known)), applying.next().map_or(0, |(code, _)| *code), "{known:?}");
        }
    }
    assert_eq!(code_of_faults(&[]), 0);
}

#[test]
fn worst_fault_is_the_one_whose_exit_code_comes_first() {
    let kinds = [Kind::NotFound, Kind::Service, Kind::Credentials, Kind::Network];
    let outcomes = outcomes(&kinds.map(Known::lost));
    assert_eq!(code_of_faults(&outcomes), CREDENTIALS);
    assert_eq!(code_of_faults(&outcomes[..2]), NO_ANSWER);
    assert_eq!(code_of_faults(&[Known::seen(Verdict::Failed).outcome()]), SUCCESS);
}

#[test]
fn every_kind_of_fault_has_its_exit_code() {
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
fn exit_codes_are_listed_in_the_order_in_which_the_first_applies() {
    assert_eq!(ALL, [130, 143, 129, 2, 1, 3, 4, 5, 6, 124, 8, 0]);
    let without_usage: Vec<u8> = ALL.into_iter().filter(|code| *code != 2).collect();
    assert_eq!(without_usage, TABLE.map(|(code, _)| code));
}

#[test]
fn exit_code_of_a_signal_is_128_and_its_number() {
    let known = |signal: Signal| (signal.name(), signal.code());
    assert_eq!(known(Signal::Hangup), ("SIGHUP", 128 + 1));
    assert_eq!(known(Signal::Interrupt), ("SIGINT", 128 + 2));
    assert_eq!(known(Signal::Terminate), ("SIGTERM", 128 + 15));
}
