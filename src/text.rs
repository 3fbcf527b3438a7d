//! Text from outside: shown only when made safe.
//!
//! A server, a node or a file may write anything: escape sequences that repaint a terminal, bidi overrides that turn a
//! line around, newlines that forge another line. [`Text`] therefore has no `Display`; whoever shows it must call
//! [`Text::safe`]. Serialising loses nothing, because the JSON writer escapes instead.

mod counted;
mod json;
mod layout;
mod lenient;
mod mended;
mod scanner;

pub use counted::{and_more, count_of, first_of};
pub use json::{escaped_piece, to_json, write_json, write_pretty_json};
pub use layout::{cut, padded, shortened, wrapped, wrapped_below};
pub use lenient::{Lenient, each_field, lenient};
pub use mended::mended;
pub use scanner::JsonScanner;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// Holds a piece of text from outside, without white space at its ends.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// Takes a text and trims it: the API's own sample ends a time in a newline and begins a path with a tab.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Text(match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        })
    }

    /// Takes a text that is trimmed already.
    pub fn of_trimmed(text: &'a str) -> Self {
        Text(Cow::Borrowed(text))
    }

    /// Gives the text for people's eyes: see [`safe`].
    pub fn safe(&self) -> Cow<'_, str> {
        safe(&self.0)
    }

    /// Gives the text for people's eyes, cut where it is longer than a line of a report should be.
    pub fn safe_line(&self) -> String {
        layout::no_longer(&self.0, 1000)
    }

    /// Gives the text for people's eyes, cut where it is longer than one word such as a status or a code should be.
    pub fn safe_word(&self) -> String {
        layout::no_longer(&self.0, 100)
    }

    /// Gives the text as it was written, for comparing and looking up. Never print it.
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Tells whether nothing but white space was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Copies the text, if it is only borrowed.
    pub fn into_owned(self) -> Text<'static> {
        Text(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.safe())
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text::new(text)
    }
}

/// Gives a line without the white space and the byte order mark that files have around words.
pub fn trimmed(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Finds the first character that no id has, of an invocation or of a node.
pub fn odd_in_id(word: &str) -> Option<char> {
    word.chars().find(|c| !(c.is_ascii_alphanumeric() || "-_.:".contains(*c)))
}

/// Gives a path, safe to show.
pub fn safe_path(path: &Path) -> String {
    safe(&path.to_string_lossy()).into_owned()
}

/// Makes text safe to show. White space becomes a space. Whatever could act on a terminal, command the runner of a
/// pipeline that reads the log, hide text or turn it around becomes its escape, `\u{202e}`. Every output but `raw` goes
/// through this one function, or through JSON's escapes of the same characters ([`is_unsafe`]).
pub fn safe(text: &str) -> Cow<'_, str> {
    // Nearly all text is plain, and a fleet has much of it.
    let bytes = text.as_bytes();
    let is_plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'#');
    if is_plain && !bytes.windows(2).any(|pair| pair == b"::") { Cow::Borrowed(text) } else { escaped(text) }
}

fn escaped(text: &str) -> Cow<'_, str> {
    let mut shown = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        let is_mark = !c.is_ascii() && layout::columns_of(c) == 0;
        marks = if is_mark { marks + 1 } else { 0 };
        match c {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push(' '),
            ':' if begins_word_command(&shown, &text[at..]) => shown.extend(c.escape_unicode()),
            '[' if ends_bracket_command(&shown) => shown.extend(c.escape_unicode()),
            // No script needs more marks on one letter, and more would cover the lines above and below.
            c if is_unsafe(c) || marks > 8 => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Says whether the runner of a pipeline could read a command like `::error::`, which stands where a line begins, as
/// any word may once a narrow screen has wrapped it.
fn begins_word_command(before: &str, rest: &str) -> bool {
    rest.starts_with("::") && before.chars().next_back().is_none_or(|c| c.is_whitespace() || c.is_control())
}

/// Says whether a bracket could make a command like `##[error]`, `##vso[...]` or `##teamcity[...]`, which the runner of
/// a pipeline reads anywhere.
fn ends_bracket_command(before: &str) -> bool {
    before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// Tells whether a character acts instead of being read. By its class in Unicode 17 that is a control (`Cc`), a format
/// character (`Cf`: bidi marks and overrides, joiners, tags, annotations), a separator of lines or paragraphs (`Zl`,
/// `Zp`), one that shows as nothing (`Default_Ignorable_Code_Point`: fillers, variation selectors), or a number that is
/// no character. All others take the columns that the layout counts, and no two texts look the same though they differ.
/// Marks on letters, blanks of other widths and private characters are not unsafe: they show.
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
        || c as u32 & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests;
