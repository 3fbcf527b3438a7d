//! JSON whose writer cut text in the middle of a character: it has half of a surrogate pair as an escape, or bytes that
//! are no UTF-8. One such text must not make a whole answer unreadable.

use std::borrow::Cow;
use std::fmt::Write;

/// Gives the JSON as text that the JSON library can read, if all else about it is right. What is no character becomes
/// U+FFFD with the original in hex behind it, so that two ids that are broken in different ways stay two.
pub fn mended(json: &[u8]) -> Cow<'_, str> {
    let text = std::str::from_utf8(json).map_or_else(|_| Cow::Owned(utf8(json)), Cow::Borrowed);
    match whole_pairs(&text) {
        Some(whole) => Cow::Owned(whole),
        None => text,
    }
}

/// Gives how many bytes at the end of a piece of a string can only be mended together with the next piece: they are the
/// beginning of a character, of an escape or of a pair of escapes.
pub(super) fn len_of_cut(piece: &[u8]) -> usize {
    let mut rest = piece;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at..];
        let len = if rest.get(1) == Some(&b'u') { 6 } else { 2 };
        let text = std::str::from_utf8(&rest[..rest.len().min(6)]).unwrap_or_default();
        // The first half of a pair waits for the other.
        let is_half = matches!(escape(text, 0), Some(0xd800..=0xdbff))
            && rest.len() < 12
            && b"\\u".starts_with(&rest[6..rest.len().min(8)]);
        if rest.len() < len || is_half {
            return rest.len();
        }
        rest = &rest[2..];
    }
    let last = rest.utf8_chunks().last().map_or(&b""[..], |chunk| chunk.invalid());
    let is_cut = std::str::from_utf8(last).is_err_and(|e| e.error_len().is_none());
    if is_cut { last.len() } else { 0 }
}

fn utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            put(&mut text, format_args!("{byte:02x}"));
        }
    }
    text
}

/// Replaces each half of a surrogate pair that stands alone. Gives nothing where there is nothing to replace.
fn whole_pairs(text: &str) -> Option<String> {
    let mut whole = String::new();
    let (mut at, mut done) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match (escape(text, at), escape(text, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(half @ 0xd800..=0xdfff), _) => {
                whole.push_str(&text[done..at]);
                put(&mut whole, format_args!("{half:04x}"));
                at += 6;
                done = at;
            }
            // The character behind a backslash begins no escape itself.
            _ => at += if text.as_bytes().get(at + 1).is_some_and(u8::is_ascii) { 2 } else { 1 },
        }
    }
    (done > 0).then(|| whole + &text[done..])
}

/// Reads the number of an escape like `\u00e4` that stands at a place.
fn escape(text: &str, at: usize) -> Option<u16> {
    let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
    // The parser of numbers would also take a sign.
    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(hex, 16).ok()).flatten()
}

fn put(text: &mut String, hex: std::fmt::Arguments<'_>) {
    write!(text, "\u{fffd}({hex})").expect("memory takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended_leaves_valid_json_as_it_is() {
        for json in ["", r#"{"a":"\ud83d\ude00 \u00e4 \\ud83d \" 灵骏"}"#, r"\", r"\u", r"\ud8", r"\u+d83", "\\灵"] {
            assert!(matches!(mended(json.as_bytes()), Cow::Borrowed(text) if text == json), "{json}");
        }
    }

    #[test]
    fn mended_replaces_a_lone_surrogate() {
        for (json, text) in [
            (r#""\ud83d""#, "\u{fffd}(d83d)"),
            (r#""a\uDE00b""#, "a\u{fffd}(de00)b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}(d83d)😀"),
            (r#""\ud83d\n""#, "\u{fffd}(d83d)\n"),
            (r#""\ud83d\\ude00""#, "\u{fffd}(d83d)\\ude00"),
            (r#""\ude00\ud83d""#, "\u{fffd}(de00)\u{fffd}(d83d)"),
        ] {
            assert_eq!(serde_json::from_str::<String>(&mended(json.as_bytes())).unwrap(), text, "{json}");
        }
    }

    #[test]
    fn mended_replaces_invalid_utf8() {
        assert_eq!(mended(b"\"a\xff\xe7\x81\" \xe7\x81\xb5"), "\"a\u{fffd}(ff)\u{fffd}(e7)\u{fffd}(81)\" 灵");
        assert_eq!(mended(b"\xff\\ud83d"), "\u{fffd}(ff)\u{fffd}(d83d)");
    }

    #[test]
    fn mended_keeps_different_broken_texts_different() {
        let ids = [&b"\"a\\ud83d\""[..], b"\"a\\ud83e\"", b"\"a\xd8\"", b"\"a\xd8(3d)\"", b"\"a\""];
        let mended: std::collections::BTreeSet<String> = ids.iter().map(|id| mended(id).into_owned()).collect();
        assert_eq!(mended.len(), ids.len());
    }
}
