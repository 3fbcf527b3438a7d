//! Folding of hostnames, held to an oracle that unfolds.

use super::*;
use crate::testing::property_config;
use proptest::prelude::*;

fn fold(names: &[&str]) -> String {
    folded(names.iter().map(|name| Text::new(*name)), usize::MAX).0
}

#[test]
fn folded_hostnames_keep_the_zeros_of_their_last_number() {
    for (names, folded) in [
        (&["gpu-012", "gpu-013", "gpu-014", "gpu-040"][..], "gpu-[012-014,040]"),
        (&["gpu-098", "gpu-099", "gpu-100", "gpu-101"], "gpu-[098-101]"),
        (&["gpu-8", "gpu-9", "gpu-10", "gpu-11"], "gpu-[8-11]"),
        (&["gpu-08", "gpu-09", "gpu-9", "gpu-10"], "gpu-[9,08-10]"),
        (&["gpu-99", "gpu-0100"], "gpu-[99,0100]"),
        (&["a1-2", "a1-3", "a2-2"], "a1-[2-3] a2-2"),
        (&["rack3-a", "rack4-a", "rack3-b"], "rack[3-4]-a rack3-b"),
        (&["10.0.0.7", "10.0.0.8"], "10.0.0.[7-8]"),
        (&["login", "gpu-1", "gpu-"], "gpu- gpu-1 login"),
        (&["gpu-2", "gpu-2"], "gpu-2"),
        (&["gpu-1"], "gpu-1"),
        (&[], ""),
    ] {
        assert_eq!(fold(names), folded);
    }
}

#[test]
fn folded_hostnames_quote_a_name_that_looks_like_a_range_or_two_names() {
    assert_eq!(fold(&["gpu-[1-3]", "gpu-1", "a b7", "x,y8"]), r#""a b7" gpu-1 "gpu-[1-3]" "x,y8""#);
    assert_eq!(fold(&["gpu\u{202e}-1"]), r#""gpu\\u{202e}-1""#);
    assert_eq!(fold(&["7777777777777777777"]), "7777777777777777777", "more digits than any number of a node");
}

#[test]
fn folded_hostnames_count_those_that_are_left_out() {
    let names = ["a1", "a2", "a4", "b1", "b2", "b3", "c"].map(Text::new);
    assert_eq!(folded(names.clone().into_iter(), 2), ("a[1-2,4]".to_owned(), 4));
    assert_eq!(folded(names.clone().into_iter(), 1), ("a[1-2]".to_owned(), 5));
    assert_eq!(folded(names.into_iter(), 4), ("a[1-2,4] b[1-3] c".to_owned(), 0));
}

/// Unfolds what is shown, written apart from the folding.
fn unfolded(shown: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for word in shown.split(' ').filter(|word| !word.is_empty()) {
        let Some((before, rest)) = word.split_once('[') else {
            assert!(names.insert(word.to_owned()), "{word} stands twice");
            continue;
        };
        let (list, behind) = rest.split_once(']').unwrap();
        for range in list.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let width = first.len();
            for number in first.parse::<u64>().unwrap()..=last.parse().unwrap() {
                assert!(names.insert(format!("{before}{number:0width$}{behind}")), "{word} names one twice");
            }
        }
    }
    names
}

proptest! {
    #![proptest_config(property_config(256))]
    #[test]
    fn folded_hostnames_unfold_to_the_same_hostnames(
        names in proptest::collection::btree_set("(gpu|a1|b)?[-.]?(0{0,2}[0-9]{1,2}|9[89]|10[01])?(-x|s)?", 0..60)
    ) {
        let names: BTreeSet<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let shown = folded(names.iter().map(|name| Text::new(name.as_str())), usize::MAX).0;
        prop_assert_eq!(unfolded(&shown), names);
    }

    #[test]
    fn folded_hostnames_that_are_cut_name_only_given_hosts_and_count_the_rest(
        names in proptest::collection::btree_set("[ab]-0{0,1}[0-9]{1,2}", 0..40), most in 0..10_usize
    ) {
        let (shown, left_out) = folded(names.iter().map(|name| Text::new(name.as_str())), most);
        let unfolded = unfolded(&shown);
        prop_assert!(unfolded.is_subset(&names));
        prop_assert_eq!(unfolded.len() + left_out, names.len());
    }

    #[test]
    fn folded_hostnames_are_safe_to_show(names in proptest::collection::vec(any::<String>(), 0..10)) {
        let shown = folded(names.iter().map(|name| Text::new(name.as_str())), usize::MAX).0;
        prop_assert!(crate::testing::shown::is_shown_safely(&shown));
    }
}
