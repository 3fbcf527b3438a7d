//! Text from outside: shown only when made safe.
//!
//! A server, a node or a file may write anything: escape sequences that repaint a terminal, bidi overrides that
//! turn a line around, newlines that forge another line. [`Text`] therefore has no `Display`; whoever wants to show
//! it must say [`Text::safe`]. Serialising loses nothing: the JSON writer escapes instead. Knows nothing of ours.

mod colour;
mod json;
mod layout;
mod mended;

pub use colour::paint;
pub use json::{to_json, write_json, write_pretty_json};
pub use layout::{cut, shortened, wrapped, wrapped_below};
pub use mended::mended;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

/// A piece of text from outside, without white space at its ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// The text, trimmed: the API's own sample ends a time in a newline and begins a path with a tab.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Text(match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        })
    }

    /// Text that was trimmed before.
    pub fn of_trimmed(text: &'a str) -> Self {
        Text(Cow::Borrowed(text))
    }

    /// The text for people's eyes: see [`safe`].
    pub fn safe(&self) -> Cow<'_, str> {
        safe(&self.0)
    }

    /// The text as it was written, for comparing and looking up. Never print it.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Whether nothing but white space was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text, owned.
    pub fn into_owned(self) -> Text<'static> {
        Text(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.safe())
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A key as it is written, without a copy where it has no escapes.
pub struct Name<'a>(Cow<'a, str>);

impl Name<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> de::Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

/// A field as lenient as the API is with types: a string, a number or a boolean is its text; null, an empty string,
/// a list or an object is none.
#[derive(Default)]
pub struct Lenient<'a>(pub Option<Text<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Lenient<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor)
    }
}

struct LenientVisitor;

impl<'de> de::Visitor<'de> for LenientVisitor {
    type Value = Lenient<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a boolean or null")
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(text)).filter(|text| !text.is_empty())))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(text.to_owned())).filter(|text| !text.is_empty())))
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(number.to_string()))))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(number.to_string()))))
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(number.to_string()))))
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Lenient(Some(Text::new(value.to_string()))))
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Lenient(None))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Lenient(None))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
        Ok(Lenient(None))
    }
}

/// Makes text safe to show: white space becomes a space, and whatever could act on a terminal, command the runner of a
/// pipeline that reads the log, hide or turn text around stands as its escape, `\u{202e}`. The one such function; every output but `raw` goes through it, or through
/// JSON's escapes of the same characters ([`is_unsafe`]).
pub fn safe(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let is_command = commands_a_runner(text);
    if !is_command && (is_plain || !text.chars().any(is_unsafe)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push(' '),
            c if is_unsafe(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    if is_command {
        shown = shown.replace("##[", "##\\u{5b}");
        if shown.trim_start().starts_with("::") {
            shown = shown.replacen(':', "\\u{3a}", 1);
        }
    }
    Cow::Owned(shown)
}

/// Whether the runner of a pipeline would read a command in a line that begins with this text: `::error::` where it
/// begins, `##[error]` anywhere.
fn commands_a_runner(text: &str) -> bool {
    text.trim_start().starts_with("::") || text.contains("##[")
}

/// Whether a character acts instead of being read: controls, bidi marks and overrides, what has no width, and what
/// is no character at all.
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_borrowed_and_the_rest_is_escaped() {
        assert!(matches!(safe("e01-cn-9lb3c15m81j 灵骏"), Cow::Borrowed(_)));
        assert_eq!(safe("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(safe("abc\u{202e}fed"), "abc\\u{202e}fed");
        assert_eq!(safe("one\ntwo\tthree\r"), "one two three ");
        assert_eq!(safe("\u{7f}\u{9b}2J\u{200b}"), "\\u{7f}\\u{9b}2J\\u{200b}");
        assert_eq!(safe("\u{1d173}\u{1bca0}\u{13430}"), "\\u{1d173}\\u{1bca0}\\u{13430}");
    }

    #[test]
    fn no_log_commands_a_runner() {
        assert_eq!(safe("::error::x"), "\\u{3a}:error::x");
        assert_eq!(safe(" \n::add-mask::x"), "  \\u{3a}:add-mask::x");
        assert_eq!(safe("a ##[group]b##[c]"), "a ##\\u{5b}group]b##\\u{5b}c]");
        assert_eq!(safe("a::b ## [c]"), "a::b ## [c]");
    }

    #[test]
    fn trims_like_the_sample_of_the_api_page() {
        assert_eq!(Text::new("\t/home/user").as_written(), "/home/user");
        assert_eq!(Text::new("Description\n".to_owned()).as_written(), "Description");
    }

    #[test]
    fn a_lenient_field_takes_any_type() {
        let read = |json: &str| serde_json::from_str::<Lenient<'_>>(json).unwrap().0.map(|t| t.as_written().to_owned());
        assert_eq!(read("3").as_deref(), Some("3"));
        assert_eq!(read("\" a\\n\"").as_deref(), Some("a"));
        assert_eq!(read("true").as_deref(), Some("true"));
        for none in ["null", "\"\"", "[1,[2]]", "{\"a\":{}}"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in any::<String>()) {
            prop_assert!(!safe(&text).chars().any(is_unsafe));
        }

        #[test]
        fn safe_text_is_left_alone(text in "[ -~é灵🚀]{0,40}") {
            prop_assume!(!commands_a_runner(&text));
            prop_assert_eq!(safe(&text), text.as_str());
        }
    }
}
