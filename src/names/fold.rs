//! Hostnames in short: `gpu-[012-031,040]` for twenty-one of them.
//!
//! Folded on the last number of each, with its zeros, and only over numbers that are there: what is shown unfolds to
//! the very names that were given.

use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Limits the digits that are folded; a name with more in a row stands by itself.
const MOST_DIGITS: usize = 18;

/// Folds hostnames. Gives at most `most` ranges and names, safe to show, and how many hosts are left out.
pub fn folded<'a>(hosts: impl Iterator<Item = Text<'a>>, most: usize) -> (String, usize) {
    let hosts: Vec<Text<'a>> = hosts.collect();
    // A name without a number stands by itself, before all that begin with it.
    let mut families = BTreeMap::<_, BTreeSet<(usize, &str)>>::new();
    for host in &hosts {
        let (before, digits, behind) = split(host.as_written());
        families.entry((before, behind, !digits.is_empty())).or_default().insert((digits.len(), digits));
    }
    let mut words: Vec<String> = Vec::new();
    let (mut room, mut left_out) = (most, 0);
    for ((before, behind, _), numbers) in families {
        let mut ranges = ranges(&numbers);
        left_out += ranges.iter().skip(room).map(|range| range.count).sum::<usize>();
        ranges.truncate(room);
        room -= ranges.len();
        match ranges.as_slice() {
            [] => {}
            [Range { first, count: 1, .. }] => words.push(shown(&format!("{before}{first}{behind}"))),
            several => {
                let list: Vec<String> = several.iter().map(|range| range.words()).collect();
                words.push(format!("{before}[{}]{behind}", list.join(",")));
            }
        }
    }
    (words.join(" "), left_out)
}

/// Holds numbers that follow one another, as they are written.
struct Range<'a> {
    first: &'a str,
    last: &'a str,
    count: usize,
}

impl Range<'_> {
    fn words(&self) -> String {
        match self.count {
            1 => self.first.to_owned(),
            _ => format!("{}-{}", self.first, self.last),
        }
    }

    /// Tells whether a number is the next one, written as wide as the first.
    fn goes_on_with(&self, digits: &str) -> bool {
        let last: u64 = self.last.parse().unwrap_or(u64::MAX);
        last.checked_add(1).is_some_and(|next| format!("{next:0width$}", width = self.first.len()) == digits)
    }
}

fn ranges<'a>(numbers: &BTreeSet<(usize, &'a str)>) -> Vec<Range<'a>> {
    let mut ranges: Vec<Range<'a>> = Vec::new();
    for (_, digits) in numbers {
        match ranges.last_mut() {
            Some(range) if range.goes_on_with(digits) => {
                range.last = digits;
                range.count += 1;
            }
            _ => ranges.push(Range { first: digits, last: digits, count: 1 }),
        }
    }
    ranges
}

/// Splits a name into what stands before its last number, the number, and what stands behind. A name without a number,
/// or with signs that mean something in the folded form, is all before.
fn split(name: &str) -> (&str, &str, &str) {
    let end = name.rfind(|c: char| c.is_ascii_digit()).filter(|_| is_plain(name));
    let Some(end) = end else { return (name, "", "") };
    let start = name[..=end].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    if end + 1 - start > MOST_DIGITS {
        return (name, "", "");
    }
    (&name[..start], &name[start..=end], &name[end + 1..])
}

/// Shows one name: in quotes where it has signs that could be taken for those of a range or for two names.
fn shown(name: &str) -> String {
    let safe = Text::new(name).safe_word();
    if is_plain(name) { safe } else { format!("{safe:?}") }
}

fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests;
