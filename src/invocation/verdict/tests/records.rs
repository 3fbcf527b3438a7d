//! What is joined before it is judged: a node listed twice, and several records of one id.

use super::{Doubt, NODE, OVERALL, Verdict, case, judge_node, oracle, record, snapshot, snapshot_of_node};
use crate::invocation::Snapshot;

fn ids(snapshot: &Snapshot) -> Vec<String> {
    snapshot.nodes.iter().map(|node| node.id().unwrap().as_written().to_owned()).collect()
}

#[test]
fn verdict_counts_a_node_listed_twice_once_as_its_worst() {
    for first in NODE {
        for second in NODE {
            let worst = if oracle::class(second) > oracle::class(first) { second } else { first };
            let nodes = [
                (Some("before"), Some("Success")),
                (Some("twice"), first),
                (Some("after"), None),
                (Some("twice"), second),
            ];
            for overall in OVERALL {
                let snapshot = snapshot(vec![record(overall, None, &nodes)]);
                assert_eq!(ids(&snapshot), ["before", "twice", "after"]);
                assert_eq!(snapshot.nodes.get(1).status_word().as_ref().map(|word| word.as_written()), worst);
                assert_eq!(snapshot.counts.total(), 3);
                let statuses = [Some("Success"), worst, None];
                let expected = oracle::judge(&[case(overall, &statuses, None)], None);
                assert_eq!(Some(snapshot.verdict.word()), expected.verdict, "{first:?}, {second:?} in {overall:?}");
            }
        }
    }
}

#[test]
fn verdict_of_one_node_listed_twice_is_that_of_its_worst() {
    for first in NODE {
        for second in NODE {
            let worst = if oracle::class(second) > oracle::class(first) { second } else { first };
            let nodes = [(Some("node-0"), first), (Some("node-0"), second)];
            let snapshot = snapshot_of_node(vec![record(Some("Failed"), None, &nodes)]).unwrap();
            let expected = judge_node(Some("Failed"), Some(worst));
            assert_eq!(Some(snapshot.verdict.word()), expected.verdict, "{first:?}, {second:?}");
            assert_eq!(snapshot.nodes.len(), 1);
        }
    }
}

#[test]
fn verdict_takes_no_node_listed_twice_for_two() {
    let nodes = [(Some("a"), Some("Failed")), (Some("a"), Some("Failed")), (Some("b"), Some("Failed"))];
    let running = snapshot(vec![record(Some("Running"), Some(3), &nodes)]);
    assert_eq!(running.node_count, Some(3), "the third node is out there");
    assert_eq!(running.doubts, [Doubt::ShortList]);
    assert_eq!(running.verdict, Verdict::Running, "row 6");
    let ended = snapshot(vec![record(Some("PartialFailed"), Some(3), &nodes)]);
    assert_eq!((ended.verdict, ended.doubts), (Verdict::PartialFailed, vec![Doubt::ShortList]), "row 11");
}

#[test]
fn verdict_counts_every_node_without_an_id() {
    let nodes = [(None, Some("Success")), (None, Some("Failed")), (None, Some("Success"))];
    let snapshot = snapshot(vec![record(Some("PartialFailed"), Some(3), &nodes)]);
    assert_eq!((snapshot.nodes.len(), snapshot.node_count), (3, Some(3)));
    assert_eq!((snapshot.verdict, snapshot.doubts), (Verdict::PartialFailed, vec![]));
}

#[test]
fn overall_status_of_several_records_is_the_first_in_order() {
    for one in OVERALL {
        for two in OVERALL {
            for three in OVERALL {
                let words = [one, two, three];
                let snapshot = snapshot(words.map(|overall| record(overall, None, &[(None, Some("Success"))])).into());
                let told = snapshot.status.as_ref().map(|status| status.as_written());
                assert_eq!(
                    oracle::rank(told),
                    words.into_iter().map(oracle::rank).min().unwrap(),
                    "{words:?} gave {told:?}"
                );
                assert!(words.iter().any(|word| word.unwrap_or_default() == told.unwrap_or_default()), "{words:?}");
            }
        }
    }
}

#[test]
fn verdict_of_several_records_is_of_all_nodes() {
    let success = || record(Some("Success"), None, &[(Some("a"), Some("Success"))]);
    let failed = || record(Some("Failed"), None, &[(Some("b"), Some("Timeout"))]);
    for records in [vec![success(), failed()], vec![failed(), success()]] {
        let snapshot = snapshot(records);
        assert_eq!(snapshot.verdict, Verdict::PartialFailed);
        assert_eq!(snapshot.status.unwrap().as_written(), "Failed");
        assert_eq!(snapshot.nodes.len(), 2);
    }
    let open = || record(Some("Running"), Some(1), &[]);
    assert_eq!(snapshot(vec![success(), open()]).verdict, Verdict::Running, "one has not finished");
    assert_eq!(snapshot(vec![open(), failed()]).verdict, Verdict::Running);
}

#[test]
fn verdict_counts_a_node_in_two_records_once_as_its_worst() {
    let first = record(Some("Success"), Some(2), &[(Some("a"), Some("Success")), (Some("b"), Some("Success"))]);
    let second = record(Some("Failed"), Some(2), &[(Some("b"), Some("Error")), (Some("c"), Some("Success"))]);
    let snapshot = snapshot(vec![first, second]);
    assert_eq!(ids(&snapshot), ["a", "b", "c"]);
    assert_eq!(snapshot.nodes.get(1).status().word(), "Error");
    assert_eq!(snapshot.node_count, Some(3), "both records counted it");
    assert_eq!((snapshot.verdict, snapshot.doubts), (Verdict::PartialFailed, vec![]));
}

#[test]
fn node_counts_of_several_records_add_up() {
    let nodes = |ids: &'static [&'static str]| ids.iter().map(|id| (Some(*id), Some("Success"))).collect::<Vec<_>>();
    for (counts, expected, is_short) in [
        ([None, None], None, false),
        ([Some(2), Some(1)], Some(3), false),
        ([Some(2), Some(5)], Some(7), true),
        // A record without a count has the nodes that it lists.
        ([None, Some(1)], Some(3), false),
        ([Some(2), None], Some(3), false),
        ([Some(9), None], Some(10), true),
        ([None, Some(9)], Some(11), true),
        ([Some(u64::MAX), Some(u64::MAX)], Some(u64::MAX), true),
    ] {
        let first = record(Some("Success"), counts[0], &nodes(&["a", "b"]));
        let second = record(Some("Success"), counts[1], &nodes(&["c"]));
        let snapshot = snapshot(vec![first, second]);
        assert_eq!(snapshot.node_count, expected, "{counts:?}");
        assert_eq!(snapshot.doubts.contains(&Doubt::ShortList), is_short, "{counts:?}");
    }
}
