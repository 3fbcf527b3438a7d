//! The joined snapshot, row by row, and held to an oracle that was written apart from it.

use super::*;
use crate::fault::Kind;
use crate::invocation::{InvokeId, Nodes, Verdict};
use crate::send::ledger::LogEntry;
use crate::send::testing::{name, plan};
use crate::testing::property_config;
use proptest::prelude::*;

fn fault(code: Option<&'static str>) -> Fault {
    Fault { code: code.map(Text::new), ..Fault::new(Kind::Service, "it went wrong") }
}

/// What an invocation answers: its overall status, and its nodes with theirs.
fn seen(status: &str, nodes: &[(usize, &str)], count: usize) -> Box<Snapshot> {
    let mut list = Nodes::default();
    for (node, status) in nodes {
        let id = name(*node);
        let fields = NodeFields {
            node_id: Some(Text::new(id.as_str())),
            status: Some(Text::new(*status)),
            ..NodeFields::default()
        };
        list.push(&fields, Keep::Outcomes);
    }
    let record = Record {
        status: Some(Text::new(status.to_owned())),
        node_count: Some(count as u64),
        nodes: list,
        ..Record::default()
    };
    let question = Question { invoke_id: InvokeId::new("t-1"), node_id: None, keep: Keep::Outcomes };
    Box::new(Snapshot::new(None, vec![record], &question).unwrap())
}

/// What became of a call, and of its invocation.
#[derive(Clone, Debug)]
enum Fated {
    Accepted { status: usize, nodes: Vec<usize>, listed: usize, is_gone: bool, is_answered: bool },
    Refused,
    NotMade,
    Lost,
    UnderWay,
}

#[derive(Clone, Debug)]
struct Case {
    nodes: usize,
    calls: Vec<(Vec<usize>, Fated)>,
    is_running: bool,
    is_stopped: bool,
}

const OVERALL: [&str; 6] = ["Pending", "Running", "Success", "Failed", "PartialFailed", "Odd"];
const STATUSES: [&str; 6] = ["Pending", "Running", "Success", "Invalid", "Timeout", "Odd"];

impl Case {
    fn state(&self) -> SendState {
        let ledger = Ledger::new(plan(self.nodes));
        let mut state = SendState { is_running: self.is_running, ..SendState::new(ledger) };
        for (at, (nodes, fated)) in self.calls.iter().enumerate() {
            let number = u32::try_from(at).unwrap() + 1;
            let nodes: Vec<usize> = nodes.iter().map(|node| node % self.nodes).collect();
            let names: Vec<String> = nodes.iter().copied().map(name).collect();
            state.ledger.apply(&LogEntry::Call { number, nodes: names.clone() });
            let fate = match fated {
                Fated::Accepted { status, nodes: statuses, listed, is_gone, is_answered } => {
                    let id = format!("t-{number}");
                    state.ask(&id);
                    if *is_answered {
                        let listed = &nodes[..(*listed).min(nodes.len())];
                        let listed: Vec<(usize, &str)> =
                            listed.iter().zip(statuses).map(|(node, status)| (*node, STATUSES[*status])).collect();
                        // An answer without a node that calls itself Success is none.
                        if !listed.is_empty() || OVERALL[*status] != "Success" {
                            state.see(&id, seen(OVERALL[*status], &listed, listed.len()));
                        }
                    }
                    if *is_gone {
                        state.give_up(&id, &Fault::new(Kind::NotFound, "gone"));
                    }
                    Fate::InvokeId(id)
                }
                Fated::Refused => Fate::Refused(fault(Some("Bad.Node"))),
                Fated::NotMade => Fate::NotMade(fault(None)),
                Fated::Lost => Fate::Lost(fault(None)),
                Fated::UnderWay => continue,
            };
            state.ledger.apply(&LogEntry::Called { number, nodes: names, fate });
        }
        if self.is_stopped {
            state.ledger.apply(&LogEntry::Stopped { why: "over".to_owned() });
        }
        state
    }

    /// What the contract says of a node: its word, and whether it is open.
    fn oracle(&self, node: usize) -> (String, bool) {
        let mut word = None;
        let mut last_refused = false;
        for (nodes, fated) in &self.calls {
            let Some(place) = nodes.iter().position(|one| one % self.nodes == node) else { continue };
            last_refused = matches!(fated, Fated::Refused);
            match fated {
                Fated::Refused | Fated::NotMade => {}
                Fated::Lost => word = Some(("Unconfirmed".to_owned(), false)),
                Fated::UnderWay if self.is_running => word = Some(("Pending".to_owned(), true)),
                Fated::UnderWay => word = Some(("Unconfirmed".to_owned(), false)),
                Fated::Accepted { status, nodes: statuses, listed, is_gone, is_answered } => {
                    let listed = (*listed).min(nodes.len()).min(statuses.len());
                    let is_nothing = listed == 0 && OVERALL[*status] == "Success";
                    let words: Vec<&str> = statuses[..listed].iter().map(|status| STATUSES[*status]).collect();
                    let is_final = ["Success", "Failed", "PartialFailed"].contains(&OVERALL[*status]);
                    let is_open = |word: &&str| ["Pending", "Running"].contains(word);
                    let ends = match listed {
                        0 => is_final,
                        _ if words.iter().any(is_open) => false,
                        _ if is_final => true,
                        _ => !words.contains(&"Odd") && words.iter().any(|word| *word != "Success"),
                    };
                    let ends = *is_gone || (*is_answered && !is_nothing && ends);
                    let own = words.get(place).filter(|_| *is_answered && !is_nothing);
                    word = Some(match own {
                        Some(word) if *is_gone && is_open(word) => ("Unconfirmed".to_owned(), false),
                        Some(word) => ((*word).to_owned(), is_open(word)),
                        None if ends => ("Unconfirmed".to_owned(), false),
                        None => ("Pending".to_owned(), true),
                    });
                }
            }
        }
        word.unwrap_or_else(|| {
            let follows = self.is_running && !self.is_stopped && !last_refused;
            ("NotSent".to_owned(), follows)
        })
    }
}

fn fated() -> impl Strategy<Value = Fated> {
    let accepted = (0..6_usize, prop::collection::vec(0..6_usize, 4), 0..5_usize, any::<bool>(), any::<bool>());
    let accepted = accepted.prop_map(|(status, nodes, listed, is_gone, is_answered)| Fated::Accepted {
        status,
        nodes,
        listed,
        is_gone: is_gone && status == 0,
        is_answered,
    });
    prop_oneof![6 => accepted, 1 => Just(Fated::Refused), 1 => Just(Fated::NotMade), 1 => Just(Fated::Lost),
                1 => Just(Fated::UnderWay)]
}

fn case() -> impl Strategy<Value = Case> {
    let call = (0..10_usize, 1..4_usize).prop_map(|(first, count)| (first..first + count).collect::<Vec<_>>());
    let calls = prop::collection::vec((call, fated()), 0..6);
    (4..10_usize, calls, any::<bool>(), any::<bool>()).prop_map(|(nodes, calls, is_running, is_stopped)| Case {
        nodes,
        calls,
        is_running,
        is_stopped,
    })
}

proptest! {
    #![proptest_config(property_config(2000))]
    #[test]
    fn every_node_is_judged_by_its_newest_call(case in case()) {
        let state = case.state();
        let snapshot = state.snapshot(Keep::Outcomes, None).unwrap();
        prop_assert_eq!(snapshot.nodes.len(), case.nodes, "every node once");
        prop_assert_eq!(snapshot.counts.total(), case.nodes as u64);
        let mut open = 0;
        for (at, node) in snapshot.nodes.iter().enumerate() {
            let (word, is_open) = case.oracle(at);
            let said = node.status_word();
            let said = said.as_ref().map_or("", Text::as_written);
            prop_assert_eq!((said, node.status().class() == Class::Open), (word.as_str(), is_open), "node {}", at);
            open += u64::from(is_open);
        }
        let all = |word: &str| (0..case.nodes).all(|node| case.oracle(node).0 == word);
        prop_assert!(open == 0 || !snapshot.is_finished());
        prop_assert!(snapshot.verdict != Verdict::Success || all("Success"));
        let nothing_follows = !case.is_running && state.is_final();
        prop_assert!(!nothing_follows || snapshot.is_finished(), "{:?}", snapshot.verdict);
    }
}

fn accepted(status: usize, nodes: &[usize], listed: usize) -> Fated {
    Fated::Accepted { status, nodes: nodes.to_vec(), listed, is_gone: false, is_answered: true }
}

fn snapshot(nodes: usize, calls: Vec<(Vec<usize>, Fated)>) -> Snapshot {
    let case = Case { nodes, calls, is_running: false, is_stopped: true };
    case.state().snapshot(Keep::Everything, None).unwrap()
}

#[test]
fn counts_of_a_send_have_both_words_besides() {
    let calls = vec![(vec![0, 1], accepted(2, &[2, 2], 2)), (vec![2], Fated::Lost), (vec![3], Fated::Refused)];
    let snapshot = snapshot(6, calls);
    let counts: Vec<(String, u64)> = snapshot.counts.iter().map(|(word, count)| (word.safe_word(), count)).collect();
    let counts: Vec<(&str, u64)> = counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    assert_eq!(&counts[8..], [("NotSent", 3), ("Unconfirmed", 1)]);
    assert_eq!((snapshot.verdict, snapshot.failed(), snapshot.open()), (Verdict::PartialFailed, 4, 0));
    let node = snapshot.nodes.get(3);
    assert_eq!(node.error_code().unwrap().as_written(), "Bad.Node");
    assert_eq!(
        snapshot.nodes.iter().map(|node| node.invoke_id()).collect::<Vec<_>>(),
        [Some("t-1"), Some("t-1"), None, None, None, None]
    );
}

#[test]
fn an_invocation_that_calls_itself_failed_without_a_failed_node_makes_success_partial_and_is_never_forgiven() {
    use crate::exit::{Budget, Weighed};
    let good = || (vec![0, 1], accepted(2, &[2, 2], 2));
    let odd = (vec![2, 3], accepted(3, &[2, 2], 2));
    let doubted = snapshot(4, vec![good(), odd.clone()]);
    assert_eq!(
        (doubted.verdict, doubted.doubts.as_slice()),
        (Verdict::PartialFailed, &[Doubt::FailedWithoutFailedNode][..])
    );
    let with_a_failure = snapshot(5, vec![good(), odd.clone(), (vec![4], accepted(3, &[3], 1))]);
    assert_eq!(Budget::Nodes(5).weigh(&with_a_failure), Weighed::NotForgivable);
    let forgiven = snapshot(3, vec![good(), (vec![2], accepted(3, &[3], 1))]);
    assert_eq!(Budget::Nodes(5).weigh(&forgiven), Weighed::Forgiven);
    let mended = snapshot(4, vec![good(), odd, (vec![2, 3], accepted(2, &[2, 2], 2))]);
    assert_eq!(mended.verdict, Verdict::Success, "an older call counts no more");
}

#[test]
fn a_node_that_was_never_asked_for_is_told_and_not_counted() {
    let mut state = SendState::new(Ledger::new(plan(1)));
    let fate = Fate::InvokeId("t-1".to_owned());
    state.ledger.apply(&LogEntry::Called { number: 1, nodes: vec![name(0)], fate });
    state.see("t-1", seen("PartialFailed", &[(0, "Success"), (7, "Failed")], 2));
    let snapshot = state.snapshot(Keep::Outcomes, None).unwrap();
    assert_eq!((snapshot.verdict, snapshot.doubts.as_slice()), (Verdict::Success, &[Doubt::NeverAskedFor][..]));
    assert_eq!(snapshot.sent.as_ref().unwrap().strangers, ["n-7"]);
    assert!(state.snapshot(Keep::Outcomes, Some("n-7")).is_none(), "it is no node of the send");
    assert_eq!(state.snapshot(Keep::Outcomes, Some("n-0")).unwrap().verdict, Verdict::Success);
}
