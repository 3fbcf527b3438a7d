//! Counts and lists in words, where the rest of a long list is counted.

use std::fmt::Display;

/// Says how many things there are: `1 node`, `3 nodes`.
pub fn count_of(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// Lists the first `most` of some words, and counts the others: `a, b and 7 more`.
pub fn first_of(words: impl IntoIterator<Item: Display>, most: usize) -> String {
    let mut words = words.into_iter();
    let first: Vec<String> = words.by_ref().take(most).map(|word| word.to_string()).collect();
    first.join(", ") + &and_more(words.count())
}

/// Says how many more there are: ` and 7 more`; nothing for 0.
pub fn and_more(count: usize) -> String {
    if count > 0 { format!(" and {count} more") } else { String::new() }
}
