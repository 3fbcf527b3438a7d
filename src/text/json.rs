//! JSON that is safe to show and loses nothing: a character that acts instead of being read becomes its `\u` escape,
//! and so does the bracket of what the runner of a pipeline would take for a command.

use super::mended::len_of_cut;
use super::{ends_bracket_command, is_unsafe, mended};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
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
    value.serialize(&mut Serializer::with_formatter(&mut out, Safe(PrettyFormatter::new())))?;
    writeln!(out)?;
    out.flush()
}

/// Gives a value as one line of JSON.
pub fn to_json(value: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut json, Safe(CompactFormatter));
    value.serialize(&mut serializer).expect("memory takes everything");
    String::from_utf8(json).expect("JSON is UTF-8")
}

/// Formats JSON as the inner formatter does, and escapes more than JSON must.
struct Safe<F>(F);

macro_rules! as_the_inner_one {
    ($($name:ident($($argument:ident: $type:ty),*)),* $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Safe<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        // A fold looks at all bytes without a branch at each, which is faster on text as short as this.
        if text.bytes().fold(true, |is_plain, byte| is_plain & (byte < 0x7f) & (byte != b'#')) {
            return writer.write_all(text.as_bytes());
        }
        let begins_command = |at, c| c == '[' && ends_bracket_command(&text[..at]);
        writer.write_all(escaped(text, begins_command).as_bytes())
    }

    as_the_inner_one! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
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
