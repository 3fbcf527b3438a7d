//! The verdict against the tables of the contract, in every combination of what an answer can say.

mod records;

use crate::invocation::{Counts, Doubt, InvokeId, Keep, NodeFields, NodeStatus, Question, Record, Snapshot, Verdict};
use crate::testing::verdict as oracle;
use crate::text::Text;
use std::collections::BTreeMap;

/// Overall statuses: the API page's, one off the page, an empty one and none.
const OVERALL: [Option<&str>; 8] = [
    Some("Pending"),
    Some("Running"),
    Some("Success"),
    Some("Failed"),
    Some("PartialFailed"),
    Some("Stopped"),
    Some(""),
    None,
];

/// Statuses of a node: the API page's, one off the page, one that only an invocation can have, and none.
const NODE: [Option<&str>; 11] = [
    Some("Pending"),
    Some("Running"),
    Some("Success"),
    Some("Invalid"),
    Some("Aborted"),
    Some("Failed"),
    Some("Error"),
    Some("Timeout"),
    Some("Cancelled"),
    Some("PartialFailed"),
    None,
];

/// Makes a record of nodes given as id and status; `None` leaves the field out.
fn record(overall: Option<&str>, node_count: Option<u64>, nodes: &[(Option<&str>, Option<&str>)]) -> Record {
    let mut record = Record { status: overall.map(owned), node_count, ..Record::default() };
    for (node_id, status) in nodes {
        let node = NodeFields { node_id: node_id.map(Text::new), status: status.map(Text::new), ..<_>::default() };
        record.nodes.push(&node, Keep::Outcomes);
    }
    record
}

fn owned(text: &str) -> Text<'static> {
    Text::new(text.to_owned())
}

fn found(records: Vec<Record>) -> Option<Snapshot> {
    Snapshot::new(None, records, &Question { invoke_id: InvokeId::new("t-1"), node_id: None, keep: Keep::Outcomes })
}

fn snapshot(records: Vec<Record>) -> Snapshot {
    found(records).expect("the invocation is there")
}

fn snapshot_of_node(records: Vec<Record>) -> Option<Snapshot> {
    let question = Question { invoke_id: InvokeId::new("t-1"), node_id: Some("node-0".into()), keep: Keep::Outcomes };
    Snapshot::new(None, records, &question)
}

/// Makes one record whose nodes have these statuses, each a node of its own.
fn case<'a>(overall: Option<&'a str>, nodes: &[Option<&'a str>], node_count: Option<u64>) -> oracle::Record<'a> {
    oracle::Record {
        overall,
        node_count,
        is_count_unreadable: false,
        nodes: nodes.iter().map(|status| (None, *status)).collect(),
    }
}

/// Asks the oracle about `node-0`, which the record lists with this status, if any.
fn judge_node(overall: Option<&str>, status: Option<Option<&str>>) -> oracle::Answer {
    let nodes = status.map(|status| (Some("node-0"), status)).into_iter().collect();
    oracle::judge(&[oracle::Record { overall, node_count: None, is_count_unreadable: false, nodes }], Some("node-0"))
}

/// Gives the snapshot of a case, if it is found.
fn found_case(case: &oracle::Record<'_>) -> Option<Snapshot> {
    let ids: Vec<String> = (0..case.nodes.len()).map(|at| format!("node-{at}")).collect();
    let nodes: Vec<_> = ids.iter().zip(&case.nodes).map(|(id, (_, status))| (Some(id.as_str()), *status)).collect();
    found(vec![record(case.overall, case.node_count, &nodes)])
}

fn snapshot_of(case: &oracle::Record<'_>) -> Snapshot {
    found_case(case).expect("the invocation is there")
}

fn sorted(mut doubts: Vec<Doubt>) -> Vec<Doubt> {
    doubts.sort_unstable();
    doubts
}

/// Makes every mixture of 0, 1 and 2 nodes of each kind that the tables tell apart; of the failed ones each status
/// alone, one of them twice, and two of them together.
fn mixtures() -> Vec<Vec<Option<&'static str>>> {
    let mut failed: Vec<Vec<Option<&str>>> =
        vec![vec![], vec![Some("Failed"); 2], vec![Some("Invalid"), Some("Error")]];
    failed.extend(["Invalid", "Aborted", "Failed", "Error", "Timeout"].map(|word| vec![Some(word)]));
    let mut mixtures = failed;
    for others in [
        vec![Some("Pending"), Some("Pending")],
        vec![Some("Running"), Some("Running")],
        vec![Some("Success"), Some("Success")],
        vec![Some("Cancelled"), None],
    ] {
        let with = |count: usize| others[..count].to_vec();
        mixtures = mixtures
            .iter()
            .flat_map(|nodes| [0, 1, 2].map(|count| nodes.iter().copied().chain(with(count)).collect()))
            .collect();
    }
    mixtures
}

/// Gives no NodeCount, then those that the list reaches, falls short of, and exceeds.
fn node_counts(listed: usize) -> Vec<Option<u64>> {
    let listed = listed as u64;
    let mut counts = vec![None, Some(listed), Some(listed + 1), Some(listed + 1000)];
    counts.extend(listed.checked_sub(1).map(Some));
    counts
}

#[test]
fn verdict_of_every_combination_follows_the_table() {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for nodes in mixtures() {
        for overall in OVERALL {
            for node_count in node_counts(nodes.len()) {
                let case = case(overall, &nodes, node_count);
                let expected = oracle::judge(std::slice::from_ref(&case), None);
                let snapshot = found_case(&case);
                let verdict = snapshot.as_ref().map(|snapshot| snapshot.verdict.word());
                assert_eq!(verdict, expected.verdict, "row {}: {case:?}", expected.row);
                *met.entry(expected.row).or_default() += 1;
                let Some(snapshot) = snapshot else { continue };
                assert_eq!(snapshot.is_finished(), expected.finished, "row {}: {case:?}", expected.row);
                assert_eq!(sorted(snapshot.doubts), expected.doubts, "row {}: {case:?}", expected.row);
            }
        }
    }
    let rows: Vec<&str> = met.keys().copied().collect();
    assert_eq!(rows, ["10", "11", "2", "3", "4", "5", "6", "7", "8", "9"], "each row is met");
}

#[test]
fn verdict_of_one_node_follows_the_table() {
    for overall in OVERALL {
        for status in NODE {
            for node_count in [None, Some(1), Some(3)] {
                let expected = judge_node(overall, Some(status));
                let snapshot =
                    snapshot_of_node(vec![record(overall, node_count, &[(Some("node-0"), status)])]).unwrap();
                let told = format!("row {}: {status:?} in {overall:?}", expected.row);
                assert_eq!(Some(snapshot.verdict.word()), expected.verdict, "{told}");
                assert_eq!(snapshot.is_finished(), expected.finished, "{told}");
                assert_eq!(snapshot.doubts, expected.doubts, "{told}");
            }
        }
        let absent = snapshot_of_node(vec![record(overall, Some(3), &[])]);
        assert!(absent.is_none() && judge_node(overall, None).verdict.is_none());
    }
}

#[test]
fn verdict_without_a_record_is_not_found() {
    assert!(found(vec![]).is_none() && snapshot_of_node(vec![]).is_none());
}

#[test]
fn verdict_takes_statuses_in_any_case() {
    let upper = |word: Option<&str>| word.map(str::to_uppercase);
    let lower = |word: Option<&str>| word.map(str::to_lowercase);
    for respelt in [upper, lower] {
        for overall in OVERALL {
            for status in NODE {
                let (overall_respelt, status_respelt) = (respelt(overall), respelt(status));
                let nodes = [status_respelt.as_deref(), Some("sUCCESS")];
                let respelt = case(overall_respelt.as_deref(), &nodes, Some(2));
                let nodes = [status, Some("Success")];
                let as_written = case(overall, &nodes, Some(2));
                let (respelt, as_written) = (snapshot_of(&respelt), snapshot_of(&as_written));
                assert_eq!(respelt.verdict, as_written.verdict, "{status:?} in {overall:?}");
                assert_eq!(respelt.doubts, as_written.doubts, "{status:?} in {overall:?}");
            }
        }
    }
}

#[test]
fn verdict_warns_of_a_short_list_except_for_one_node() {
    for nodes in mixtures() {
        for overall in OVERALL {
            let case = case(overall, &nodes, Some(nodes.len() as u64 + 1));
            let snapshot = found_case(&case);
            assert!(snapshot.is_none_or(|snapshot| snapshot.doubts.contains(&Doubt::ShortList)), "{case:?}");
        }
    }
    let one = snapshot_of_node(vec![record(Some("Success"), Some(2), &[(Some("node-0"), Some("Success"))])]).unwrap();
    assert_eq!(one.doubts, []);
}

#[test]
fn verdict_is_not_changed_by_an_error_code_beside_success() {
    let mut record = record(Some("Success"), Some(1), &[]);
    let node = NodeFields {
        node_id: Some(Text::new("node-0")),
        status: Some(Text::new("Success")),
        error_code: Some(Text::new("AccountNotExists")),
        ..<_>::default()
    };
    record.nodes.push(&node, Keep::Outcomes);
    let snapshot = snapshot(vec![record]);
    assert_eq!((snapshot.verdict, snapshot.failed()), (Verdict::Success, 0));
    assert_eq!(snapshot.nodes.get(0).error_code(), Some(owned("AccountNotExists")), "and it is shown");
}

#[test]
fn counts_of_failed_open_and_success_add_up_to_all_nodes() {
    for nodes in mixtures() {
        for overall in OVERALL {
            let case = case(overall, &nodes, None);
            let Some(snapshot) = found_case(&case) else { continue };
            let failed = snapshot.nodes.iter().filter(|node| snapshot.is_failed(node)).count() as u64;
            let expected = oracle::judge(std::slice::from_ref(&case), None);
            assert_eq!((snapshot.failed(), snapshot.open()), (expected.failed, expected.open), "{case:?}");
            assert_eq!(snapshot.failed(), failed, "{case:?}");
        }
    }
}

#[test]
fn counts_are_by_status_and_unknown_statuses_under_their_own_name() {
    let words = ["Success", "SUCCESS", "Cancelled", "Stopped", "Cancelled", "failed"].map(Some);
    let nodes: Vec<_> = words.into_iter().chain([None]).collect();
    let counts: Counts = snapshot_of(&case(None, &nodes, None)).counts;
    let told: Vec<(String, u64)> = counts.iter().map(|(word, count)| (word.as_written().to_owned(), count)).collect();
    let expected = [
        ("Pending", 0),
        ("Running", 0),
        ("Success", 2),
        ("Invalid", 0),
        ("Aborted", 0),
        ("Failed", 1),
        ("Error", 0),
        ("Timeout", 0),
        ("Cancelled", 2),
        ("Stopped", 1),
        ("Unknown", 1),
    ];
    assert_eq!(told, expected.map(|(word, count)| (word.to_owned(), count)));
    assert_eq!(counts.total(), 7);
    assert_eq!((counts.get(NodeStatus::Success), counts.get(NodeStatus::Failed)), (2, 1));
    assert_eq!(counts.get(NodeStatus::Unknown), 4, "all that are off the page");
}
