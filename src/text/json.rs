//! JSON that is safe to show and loses nothing: a character that acts instead of being read becomes its `\u` escape, and
//! so does the bracket of what the runner of a pipeline would take for a command.

use super::mended::len_of_cut;
use super::{ends_bracket_command, is_unsafe, mended};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

/// Writes a value as a line.
///
/// # Errors
/// When the writer fails.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all((to_json(value) + "\n").as_bytes())
}

/// Writes a value over several lines, for people's eyes too.
///
/// # Errors
/// When the writer fails.
pub fn write_pretty_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    // The pieces are small and many, and each would else be a call through `dyn Write`.
    let mut out = BufWriter::with_capacity(32 << 10, out);
    serde_json::to_writer_pretty(Escaping(&mut out), value)?;
    writeln!(out)?;
    out.flush()
}

/// Gives a value as one line of JSON.
pub fn to_json(value: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(256);
    serde_json::to_writer(Escaping(&mut json), value).expect("memory takes everything");
    String::from_utf8(json).expect("JSON is UTF-8")
}

/// Escapes more than JSON must. The library hands over text in whole pieces, and nothing that acts stands between texts
/// but the line breaks, which come in pieces of their own.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        // A fold looks at all bytes without a branch at each, which is faster on text as short as this.
        let is_plain = piece.iter().fold(true, |is_plain, &byte| is_plain & (byte < 0x7f) & (byte != b'#'));
        if is_plain {
            self.0.write_all(piece)?;
        } else {
            let text = String::from_utf8_lossy(piece);
            let begins_command = |at, c| c == '[' && ends_bracket_command(&text[..at]);
            self.0.write_all(escaped(&text, begins_command).as_bytes())?;
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Escapes what acts in a piece of somebody else's JSON that has no white space outside of its strings; and every `#`,
/// without which no runner reads a command, whatever piece stands beside it. Bytes that are no text become what
/// [`mended()`] makes of them. Gives also the bytes at the end that can only be read together with the next piece.
pub fn escaped_piece(piece: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let (piece, cut) = piece.split_at(piece.len() - len_of_cut(piece));
    let text = mended(piece);
    // Nearly all pieces are plain, and this is faster than to look at each character.
    let is_plain = text.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~') & (byte != b'#'));
    (if is_plain { text } else { escaped(&text, |_, c| c == '#').into() }, cut)
}

/// Escapes what acts instead of being read, and the characters that `is_command` says of at their places.
fn escaped(text: &str, is_command: impl Fn(usize, char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut done = 0;
    for (at, c) in text.char_indices().filter(|(at, c)| is_unsafe(*c) || is_command(*at, *c)) {
        escaped.push_str(&text[done..at]);
        for unit in c.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
        done = at + c.len_utf8();
    }
    escaped + &text[done..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;

    #[test]
    fn json_escapes_unsafe_characters() {
        assert_eq!(to_json(&"##[error]x[1] ##vso[a]"), r###""##\u005berror]x[1] ##vso\u005ba]""###);
        assert_eq!(to_json(&"a\u{202e}b\u{7f}\u{9b}\u{e0001}\x1b"), r#""a\u202eb\u007f\u009b\udb40\udc01\u001b""#);
    }

    proptest! {
        #![proptest_config(property_config(256))]
        #[test]
        fn json_loses_nothing_and_shows_nothing_unsafe(text in any::<String>()) {
            let json = to_json(&text);
            prop_assert!(!json.chars().any(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
