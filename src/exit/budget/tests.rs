//! Every edge of the budget: 0, N exactly, shares that do not divide, a canary, a short list, what is never forgiven.

use super::*;
use crate::invocation::{InvokeId, Keep, NodeFields, Question, Record};
use crate::text::Text;

/// Makes a snapshot with this many nodes of each status.
fn snapshot(overall: &str, node_count: Option<u64>, nodes: &[(&str, usize)]) -> Snapshot {
    let mut record = Record { status: Some(Text::new(overall.to_owned())), node_count, ..Record::default() };
    for (status, count) in nodes {
        for at in 0..*count {
            let id = format!("{status}-{at}");
            let (node_id, status) = (Some(Text::new(id.as_str())), Some(Text::new(*status)));
            record.nodes.push(&NodeFields { node_id, status, ..NodeFields::default() }, Keep::Outcomes);
        }
    }
    Snapshot::new(None, vec![record], &Question { invoke_id: InvokeId::UNNAMED, node_id: None, keep: Keep::Outcomes })
        .unwrap()
}

/// Makes a snapshot that is PartialFailed and lists all nodes.
fn partial(failed: usize, of: usize) -> Snapshot {
    snapshot("PartialFailed", Some(of as u64), &[("Failed", failed), ("Success", of - failed)])
}

fn weigh(budget: &str, snapshot: &Snapshot) -> Weighed {
    budget.parse::<Budget>().unwrap().weigh(snapshot)
}

#[test]
fn budget_of_a_number_accepts_no_node_more() {
    assert_eq!(weigh("0", &partial(1, 20)), Weighed::Exceeded);
    assert_eq!(weigh("4", &partial(5, 20)), Weighed::Exceeded);
    assert_eq!(weigh("5", &partial(5, 20)), Weighed::Forgiven);
    assert_eq!(weigh("6", &partial(5, 20)), Weighed::Forgiven);
    assert_eq!(Budget::NONE.weigh(&partial(1, 20)), Weighed::Exceeded);
}

#[test]
fn budget_of_a_percentage_is_exact() {
    assert_eq!(weigh("0%", &partial(1, 1_000)), Weighed::Exceeded);
    assert_eq!(weigh("25%", &partial(5, 20)), Weighed::Forgiven);
    assert_eq!(weigh("24.999999999%", &partial(5, 20)), Weighed::Exceeded);
    // A third of three is one, and 33.3% of it is less.
    assert_eq!(weigh("33.3%", &partial(1, 3)), Weighed::Exceeded);
    assert_eq!(weigh("33.4%", &partial(1, 3)), Weighed::Forgiven);
    assert_eq!(weigh("99.9%", &partial(999, 1_000)), Weighed::Forgiven);
    assert_eq!(weigh("99.8%", &partial(999, 1_000)), Weighed::Exceeded);
    // 0.1 has no end in binary digits.
    assert_eq!(weigh("0.1%", &partial(1, 1_000)), Weighed::Forgiven);
    assert_eq!(weigh("0.1%", &partial(1, 999)), Weighed::Exceeded);
    assert_eq!(weigh("100%", &partial(19, 20)), Weighed::Forgiven);
}

#[test]
fn budget_never_forgives_failed() {
    for overall in ["Failed", "PartialFailed", "Success"] {
        let canary = snapshot(overall, Some(3), &[("Failed", 3)]);
        assert_eq!(canary.verdict, Verdict::Failed);
        for budget in ["3", "100%", "18446744073709551615"] {
            assert_eq!(weigh(budget, &canary), Weighed::NotForgivable, "{budget}, {overall}");
        }
        assert_eq!(weigh("99.9%", &canary), Weighed::Exceeded, "{overall}");
    }
}

#[test]
fn budget_never_forgives_a_short_list() {
    let short = snapshot("PartialFailed", Some(20), &[("Failed", 1), ("Success", 18)]);
    assert_eq!(short.verdict, Verdict::PartialFailed);
    assert_eq!(weigh("100%", &short), Weighed::NotForgivable);
    let all_failed = snapshot("PartialFailed", Some(20), &[("Failed", 1)]);
    assert_eq!(all_failed.verdict, Verdict::PartialFailed);
    assert_eq!(weigh("100%", &all_failed), Weighed::NotForgivable);
}

#[test]
fn budget_never_forgives_uncounted_failures() {
    let none_listed = snapshot("PartialFailed", None, &[]);
    let none_failed = snapshot("PartialFailed", Some(2), &[("Success", 2)]);
    for snapshot in [none_listed, none_failed] {
        assert_eq!(snapshot.verdict, Verdict::PartialFailed);
        assert_eq!(weigh("100%", &snapshot), Weighed::NotForgivable);
    }
}

#[test]
fn budget_can_be_exceeded_before_the_end() {
    let open = snapshot("Running", Some(4), &[("Failed", 2), ("Success", 1), ("Running", 1)]);
    assert_eq!(weigh("2", &open), Weighed::NotForgivable);
    assert_eq!(weigh("1", &open), Weighed::Exceeded);
    // A share is one of all nodes, listed or not.
    let short = snapshot("Running", Some(100), &[("Failed", 2), ("Running", 1)]);
    assert_eq!(weigh("2%", &short), Weighed::NotForgivable);
    assert_eq!(weigh("1%", &short), Weighed::Exceeded);
}

#[test]
fn budget_counts_an_unknown_status_as_failed_once_finished() {
    let strange = snapshot("PartialFailed", Some(4), &[("Cancelled", 2), ("Success", 2)]);
    assert_eq!(weigh("2", &strange), Weighed::Forgiven);
    assert_eq!(weigh("1", &strange), Weighed::Exceeded);
}

#[test]
fn budget_percentage_without_node_count_is_of_the_listed_nodes() {
    let counted = snapshot("PartialFailed", None, &[("Timeout", 1), ("Success", 3)]);
    assert_eq!(weigh("25%", &counted), Weighed::Forgiven);
    assert_eq!(weigh("24%", &counted), Weighed::Exceeded);
}

#[test]
fn budget_is_parsed_and_printed_alike() {
    for (word, told) in
        [("0", "0"), ("12", "12"), ("007", "7"), ("5%", "5%"), ("0.5%", "0.5%"), ("2.50%", "2.5%"), ("100.0%", "100%")]
    {
        assert_eq!(word.parse::<Budget>().unwrap().to_string(), told, "{word}");
    }
    for word in [
        "",
        "%",
        "-1",
        "+1",
        "1.5",
        "1e2",
        " 5",
        "5 %",
        "5%%",
        ".5%",
        "5.%",
        "0.0000000001%",
        "１",
        "99999999999999999999",
    ] {
        let why = word.parse::<Budget>().unwrap_err();
        assert!(why.contains("neither a number of nodes"), "{word}: {why}");
    }
    for word in ["101%", "100.000000001%", "18446744073709551615%"] {
        assert!(word.parse::<Budget>().unwrap_err().contains("at most 100%"), "{word}");
    }
}
