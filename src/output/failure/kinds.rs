//! Which texts of errors are of one kind: those that differ only in digits, hex, addresses or ids.

use crate::invocation::Node;
use crate::text::Text;

/// The length from which on a word of letters and digits is taken for an id.
const ID: usize = 8;

/// Gives the kind of a text: the text, in which `#` stands for whatever may differ from node to node.
pub(super) fn kind_of(text: &Text<'_>, node: &Node<'_>) -> String {
    let text = text.as_written().to_lowercase();
    let own = node.id().map(|id| id.as_written().to_lowercase()).filter(|id| !id.is_empty());
    let text = own.map_or_else(|| text.clone(), |id| text.replace(&id, "#"));
    let mut kind = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let len = rest.find(|c: char| !is_in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        add_word(word, &mut kind);
        let gap = after.find(is_in_word).unwrap_or(after.len());
        kind.push_str(&after[..gap]);
        rest = &after[gap..];
    }
    kind
}

fn is_in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_')
}

/// Adds a word, which may be an address, a UUID or an id as a whole, or have such parts.
fn add_word(word: &str, kind: &mut String) {
    let inner = word.trim_end_matches(['.', ':', '-', '_']);
    let is_number = inner.bytes().any(|byte| byte.is_ascii_digit())
        && inner.bytes().all(|byte| byte.is_ascii_hexdigit() || !byte.is_ascii_alphanumeric());
    if is_number {
        kind.push('#');
        return kind.push_str(&word[inner.len()..]);
    }
    let mut rest = word;
    while !rest.is_empty() {
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        add_part(&rest[..len], kind);
        let gap = rest[len..].chars().next().map_or(0, char::len_utf8);
        kind.push_str(&rest[len..len + gap]);
        rest = &rest[len + gap..];
    }
}

/// Adds a part of a word, which has only letters and digits.
fn add_part(part: &str, kind: &mut String) {
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    let is_hex = part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = part.len() >= ID && (has_digit || is_hex);
    if is_id || part.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
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
