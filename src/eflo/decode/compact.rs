//! The fast path: a node that is written without white space and whose values are strings of plain ASCII.
//!
//! The service writes nearly every node so, and a fleet has a million of them. Such a node is taken in one pass, a
//! string at a time. Whatever is written otherwise is left to the JSON library, which reads these nodes the same.

use super::nodes::{NodeTexts, place};
use crate::text::Text;
use memchr::memchr2;
use std::ops::Range;

/// Reads the node that begins here. Gives its texts and how many bytes it took; nothing if it is written otherwise, is
/// cut off, or has a key twice.
pub(super) fn read(bytes: &[u8]) -> Option<(NodeTexts<'_>, usize)> {
    let mut values: [Option<Range<usize>>; 8] = Default::default();
    let mut at = 0;
    let mut before = b'{';
    while *bytes.get(at)? == before {
        let key = string(bytes, at + 1)?;
        at = key.end + 1;
        if *bytes.get(at)? != b':' {
            return None;
        }
        let value = string(bytes, at + 1)?;
        at = value.end + 1;
        before = b',';
        if let Some(place) = place(&bytes[key])
            && values[place].replace(value).is_some()
        {
            return None;
        }
    }
    if bytes[at] != b'}' {
        return None;
    }
    let node = std::str::from_utf8(&bytes[..=at]).ok()?;
    // A fold looks at all bytes without a branch at each.
    if !node.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=0x7f)) {
        return None;
    }
    let text = |value: Option<Range<usize>>| Some(node[value?].trim_ascii()).filter(|text| !text.is_empty());
    Some((values.map(|value| text(value).map(Text::of_trimmed)), node.len()))
}

/// Finds the text of the string that begins here, if it has no escapes and ends here too.
fn string(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let start = at + 1;
    let end = start + memchr2(b'"', b'\\', &bytes[start..])?;
    (bytes[end] == b'"').then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_node_of_plain_text_is_read_to_its_end_and_no_further() {
        let node = br#"{"NodeId":" e01-cn-0000001 ","Extra":"x","ErrorCode":"","FinishTime":"12"}"#;
        let followed = [&node[..], br#",{"NodeId":"b"}]}"#].concat();
        let (texts, len) = read(&followed).unwrap();
        assert_eq!(len, node.len());
        let [node_id, status, error_code, .., finish_time] = texts.map(|text| text?.as_written().to_owned().into());
        assert_eq!((node_id, finish_time), (Some("e01-cn-0000001".to_owned()), Some("12".to_owned())));
        assert_eq!((status, error_code), (None, None));
        for len in 0..node.len() {
            assert!(read(&node[..len]).is_none(), "{len} bytes of it are cut off");
        }
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_the_library() {
        let others = [
            "{}",
            r#"{ "NodeId":"a"}"#,
            r#"{"NodeId": "a"}"#,
            r#"{"NodeId":"a" }"#,
            r#"{"NodeId":"a",}"#,
            r#"{"NodeId":1}"#,
            r#"{"NodeId":null}"#,
            r#"{"NodeId":"a","NodeId":"a"}"#,
            r#"{"Node\u0049d":"a"}"#,
            r#"{"NodeId":"a\n"}"#,
            "{\"NodeId\":\"a\n\"}",
            "{\"NodeId\":\"a\",\"Odd\":\"\t\"}",
            r#"{"NodeId":"ä"}"#,
            r#"["NodeId":"a"}"#,
            r#"{"NodeId":"a"]"#,
            r#"{"NodeId","a"}"#,
        ];
        for other in others {
            assert!(read(other.as_bytes()).is_none(), "{other}");
        }
    }
}
