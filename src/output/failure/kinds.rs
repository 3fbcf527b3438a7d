//! Which texts of errors are of one kind: those that differ only in digits, hex, addresses or ids.

use crate::invocation::Node;
use crate::text::Text;

/// Says from which length on a word of letters and digits is taken for an id.
const ID: usize = 8;

/// Gives the kind of a text: the text, in which `#` stands for whatever may differ from node to node.
pub(super) fn kind_of(text: &Text<'_>, node: &Node<'_>) -> String {
    let mut text = text.as_written().to_lowercase();
    if let Some(id) = node.id().filter(|id| !id.is_empty()) {
        text = text.replace(&id.as_written().to_lowercase(), "#");
    }
    let mut kind = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"-.:_".contains(c)) {
        let (stem, end) = stem_of(word);
        // An address or a UUID as a whole.
        if has_digit(stem) && stem.bytes().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_punctuation()) {
            kind.push('#');
        } else {
            for part in stem.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
                let (part, end) = stem_of(part);
                add_part(part, &mut kind);
                kind.push_str(end);
            }
        }
        kind.push_str(end);
    }
    kind
}

/// Parts a word from the signs behind it.
fn stem_of(word: &str) -> (&str, &str) {
    word.split_at(word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len())
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Adds a part of a word, which has only letters and digits.
fn add_part(part: &str, kind: &mut String) {
    let is_id = part.len() >= ID && (has_digit(part) || is_hex(part));
    if is_id || part.strip_prefix("0x").is_some_and(is_hex) {
        return kind.push('#');
    }
    for c in part.chars() {
        if !c.is_ascii_digit() {
            kind.push(c);
        } else if !kind.ends_with('#') {
            kind.push('#');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::{Keep, NodeFields, Nodes};

    fn kind(text: &str, id: &str) -> String {
        let mut nodes = Nodes::default();
        nodes.push(&NodeFields { node_id: Some(Text::new(id.to_owned())), ..<_>::default() }, Keep::Outcomes);
        kind_of(&Text::new(text.to_owned()), &nodes.get(0))
    }

    #[test]
    fn failure_texts_that_differ_in_digits_hex_addresses_or_ids_are_of_one_kind() {
        for (one, other) in [
            ("no route to 10.0.0.1:22", "No route to 192.168.17.254:2222"),
            ("no route to fe80::1", "no route to 2001:db8:0:a::ff"),
            ("process 7 ended with 0x1f", "process 12345 ended with 0xfe01"),
            ("at deadbeef", "at 00c0ffee"),
            (
                "request 4FD06DF0-9167-5C6F-A145-F30CA4A15D54 failed",
                "request 00000000-aaaa-bbbb-cccc-dddddddddddd failed",
            ),
            ("node e01-cn-zvp2tgykr08 is gone", "node e01-cn-9lb3c15m81j is gone"),
            ("task t-hz03la52z1zkvls.", "task t-hz03xyz1ab2c3d4."),
            ("after 3s, 10 of 20", "after 48s, 9 of 1000"),
        ] {
            assert_eq!(kind(one, "n"), kind(other, "n"));
        }
        assert_eq!(kind("node plain-name is gone", "plain-name"), kind("node other is gone", "other"), "its own id");
    }

    #[test]
    fn failure_texts_that_differ_in_words_are_of_several_kinds() {
        let words =
            ["no space left on device", "permission denied", "read-only file system", "a bad decade", "disk1 full"];
        let kinds = words.map(|text| kind(text, "n"));
        for (at, one) in kinds.iter().enumerate() {
            assert!(kinds[..at].iter().all(|other| other != one), "{kinds:?}");
        }
        assert_eq!(kind("磁盘 3 已满", "n"), kind("磁盘 14 已满", "n"));
    }
}
