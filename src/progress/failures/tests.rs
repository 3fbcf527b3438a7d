//! Failures by error: the first ten of each are named, the rest counted.

use super::*;
use crate::invocation::NodeFields;
use crate::names::NodeNames;
use crate::testing::feed::{failed, node, snapshot};
use crate::text::Text;
use std::ops::Range;

/// The names `n-0`, `n-1` and so on.
fn names(range: Range<usize>) -> Vec<String> {
    range.map(|at| format!("n-{at}")).collect()
}

/// Adds some newly failed nodes of an invocation: of each error its words up to the colon, the named nodes, how
/// many are not named, and how many there are so far.
fn add(
    counts: &mut FailureCounts,
    invoke_id: &str,
    nodes: &[NodeFields<'_>],
) -> Vec<(String, Vec<String>, usize, usize)> {
    let snapshot = snapshot("Running", nodes);
    let places: Vec<usize> = (0..nodes.len()).collect();
    let failures = counts.add(&InvokeId::new(invoke_id), &snapshot, &places);
    let short = |error: &str| error.split(':').next().unwrap_or_default().to_owned();
    failures
        .iter()
        .map(|one| {
            (
                short(&one.error),
                one.named.iter().map(|node| NodeNames::none().called(node)).collect(),
                one.unnamed,
                one.total,
            )
        })
        .collect()
}

/// The same for nodes with one error code, without the code.
fn add_one(counts: &mut FailureCounts, code: &str, range: Range<usize>) -> (Vec<String>, usize, usize) {
    let names = names(range);
    let nodes: Vec<_> = names.iter().map(|name| failed(name, code)).collect();
    let mut failures = add(counts, "t-0", &nodes);
    assert_eq!(failures.len(), 1);
    let (error, named, unnamed, total) = failures.remove(0);
    assert_eq!(error, code);
    (named, unnamed, total)
}

#[test]
fn progress_names_ten_failed_nodes_of_an_error_and_counts_the_rest() {
    assert_eq!(add_one(&mut FailureCounts::default(), "Code", 0..1), (names(0..1), 0, 1));
    assert_eq!(add_one(&mut FailureCounts::default(), "Code", 0..10), (names(0..10), 0, 10));
    assert_eq!(add_one(&mut FailureCounts::default(), "Code", 0..11), (names(0..10), 1, 11));
}

#[test]
fn progress_counts_failed_nodes_of_an_error_over_all_snapshots() {
    let mut counts = FailureCounts::default();
    assert_eq!(add_one(&mut counts, "Code", 0..6), (names(0..6), 0, 6));
    assert_eq!(add_one(&mut counts, "Code", 6..12), (names(6..10), 2, 12));
    assert_eq!(add_one(&mut counts, "Code", 12..15), (Vec::new(), 3, 15));
}

#[test]
fn progress_names_ten_failed_nodes_for_each_error_and_invocation() {
    let mut counts = FailureCounts::default();
    add_one(&mut counts, "Code", 0..12);
    assert_eq!(add_one(&mut counts, "Other", 20..23), (names(20..23), 0, 3));
    assert_eq!(add(&mut counts, "t-1", &[failed("n-0", "Code")])[0].1, ["n-0"]);
}

#[test]
fn progress_tells_the_largest_error_first() {
    let nodes = [failed("n-0", "Rare"), failed("n-1", "Often"), failed("n-2", "Often")];
    let failures = add(&mut FailureCounts::default(), "t-0", &nodes);
    assert_eq!(failures[0], ("Often".to_owned(), names(1..3), 0, 2));
    assert_eq!(failures[1], ("Rare".to_owned(), names(0..1), 0, 1));
}

#[test]
fn progress_names_an_error_by_code_else_text_else_status() {
    let text = |id| NodeFields { error_info: Some(Text::new("disk on fire")), ..node(id, "Error") };
    let nodes = [text("n-0"), node("n-1", "Timeout"), text("n-2"), node("n-3", "Aborted")];
    let failures = add(&mut FailureCounts::default(), "t-0", &nodes);
    assert_eq!(failures[0], ("disk on fire".to_owned(), vec!["n-0".to_owned(), "n-2".to_owned()], 0, 2));
    assert_eq!((failures[1].1.as_slice(), failures[2].1.as_slice()), (&names(1..2)[..], &names(3..4)[..]));
}

#[test]
fn progress_writes_errors_in_words_and_makes_names_safe() {
    let snapshot = snapshot("Running", &[failed("n-\u{202e}1", "FileAlreadyExists"), node("", "Failed")]);
    let mut counts = FailureCounts::default();
    let failures = counts.add(&InvokeId::UNNAMED, &snapshot, &[0, 1]);
    assert_eq!(failures[0].error, "FileAlreadyExists: a file of that name is already in the directory");
    assert_eq!(NodeNames::none().called(&failures[0].named[0]), "n-\\u{202e}1");
    assert_eq!(NodeNames::none().called(&failures[1].named[0]), "-");
}

#[test]
fn progress_tells_twenty_errors_and_counts_nodes_with_further_ones() {
    let names = names(0..60);
    let codes: Vec<String> = (0..60).map(|code| format!("Code{}", "x".repeat(1 + code))).collect();
    let mut counts = FailureCounts::default();
    let mut told = 0;
    for range in [0..15, 15..40, 40..60] {
        let nodes: Vec<_> = range.map(|at| failed(&names[at], &codes[at])).collect();
        let failures = add(&mut counts, "t-0", &nodes);
        told += failures.iter().filter(|(.., named, _, _)| !named.is_empty()).count();
    }
    assert_eq!(told, 20);
    let last = add(&mut counts, "t-0", &[failed("n-99", "Another")]);
    assert_eq!(last, [("with other errors".to_owned(), Vec::new(), 1, 41)]);
}
