//! JSON that is safe to show and loses nothing: a character that acts instead of being read becomes its `\u` escape, and
//! so does the bracket of what the runner of a pipeline would take for a command.

use super::{ends_bracket_command, is_unsafe, mended};
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

/// Writes a value as a line.
///
/// # Errors
/// The writer fails.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all((to_json(value) + "\n").as_bytes())
}

/// Writes a value over several lines, for people's eyes too.
///
/// # Errors
/// The writer fails.
pub fn write_pretty_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    // The pieces are small and many, and each would else be a call through `dyn Write`.
    let mut out = BufWriter::with_capacity(32 << 10, out);
    let mut json = Serializer::with_formatter(&mut out, Safe(PrettyFormatter::new()));
    value.serialize(&mut json).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()
}

/// Gives a value as one line of JSON.
pub fn to_json(value: &impl Serialize) -> String {
    let mut json = Vec::with_capacity(256);
    value
        .serialize(&mut Serializer::with_formatter(&mut json, Safe(CompactFormatter)))
        .expect("memory takes everything");
    String::from_utf8(json).expect("JSON is UTF-8")
}

/// Escapes what acts in a piece of a string. The library has taken out what JSON itself must escape; of ASCII only DEL
/// is left.
fn safe(fragment: &str) -> Cow<'_, str> {
    // A fold looks at all bytes without a branch at each, which is faster on text as short as this.
    let is_plain = fragment.bytes().fold(true, |is_plain, byte| is_plain & (byte < 0x7f) & (byte != b'#'));
    if is_plain { Cow::Borrowed(fragment) } else { escaped(fragment) }
}

fn escaped(fragment: &str) -> Cow<'_, str> {
    let is_command = fragment.contains("##") && fragment.contains('[');
    let mut escaped = String::with_capacity(fragment.len() + 16);
    for (at, c) in fragment.char_indices() {
        if is_unsafe(c) || (is_command && c == '[' && ends_bracket_command(&fragment[..at])) {
            escape(c, &mut escaped);
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Escapes what acts in a piece of a string of somebody else's JSON, and every `#`, without which no runner reads a
/// command, whatever piece stands beside it. Bytes that are no text become what [`mended()`] makes of them.
pub fn escaped_piece(bytes: &[u8]) -> String {
    let mut escaped = String::with_capacity(bytes.len() + 16);
    for c in mended(bytes).chars() {
        match c {
            c if c == '#' || is_unsafe(c) => escape(c, &mut escaped),
            c => escaped.push(c),
        }
    }
    escaped
}

fn escape(c: char, escaped: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        escaped.push_str(&format!("\\u{unit:04x}"));
    }
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
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(safe(fragment).as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    as_the_inner_one! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
    }
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
