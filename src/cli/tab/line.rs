//! The line of bash as it was typed, for bash would hand over words that are cut at `=` and `:`, and with their quotes.

use std::ffi::OsString;

/// Marks the cursor, so that a word is there even where it has only begun.
const CURSOR: char = '\u{1}';

/// Tells what bash asks about.
pub(super) struct BashLine {
    /// The words up to the cursor, without their quotes.
    pub(super) words: Vec<OsString>,
    /// The beginning of the last word, which bash does not replace.
    kept: String,
    /// Whether the part that bash replaces stands in quotes.
    is_quoted: bool,
}

impl BashLine {
    /// Reads the line up to the cursor, and the part of it that bash replaces. Gives `None` if it is no line.
    pub(super) fn read(args: &[OsString]) -> Option<Self> {
        let [line, replaced] = args else { return None };
        let (mut words, is_quoted) = split(line.to_str()?)?;
        let replaced = match replaced.to_str()? {
            // bash may have cut off the open quote.
            replaced if is_quoted => replaced.trim_start_matches(['\'', '"']).to_owned(),
            replaced => split(replaced)?.0.pop()?,
        };
        // Variables may stand before the command.
        let before = words.iter().take_while(|word| word.contains('=')).count();
        words.drain(..before.min(words.len() - 1));
        let kept = words.last()?.strip_suffix(&replaced).unwrap_or_default().to_owned();
        Some(BashLine { words: words.into_iter().map(OsString::from).collect(), kept, is_quoted })
    }

    /// Quotes a word so that bash neither expands nor splits it. Gives `None` if it cannot stand in the open quotes.
    pub(super) fn quoted(&self, word: &str) -> Option<String> {
        let word = word.strip_prefix(&self.kept).unwrap_or(word);
        let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "_.,:=@%+/-".contains(c);
        if self.is_quoted {
            return word.chars().all(|c| is_plain(c) || c == ' ').then(|| word.to_owned());
        }
        let escaped = |c: char| (!is_plain(c)).then_some('\\').into_iter().chain([c]);
        Some(word.chars().flat_map(escaped).collect())
    }
}

/// Splits a line into words without quotes, and tells whether the last word's quotes are still open.
fn split(line: &str) -> Option<(Vec<String>, bool)> {
    let close = |quote: &str| Some((shell_words::split(&format!("{line}{CURSOR}{quote}")).ok()?, !quote.is_empty()));
    let (mut words, is_quoted) = ["", "'", "\""].into_iter().find_map(close)?;
    let last = words.last_mut()?;
    // In a comment the mark is not found.
    last.truncate(last.strip_suffix(CURSOR)?.len());
    Some((words, is_quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, replaced: &str) -> Option<BashLine> {
        BashLine::read(&[line.into(), replaced.into()])
    }

    #[track_caller]
    fn check(line: &str, replaced: &str, words: &[&str], kept: &str) {
        let found = read(line, replaced).unwrap();
        assert_eq!((found.words, found.kept.as_str()), (words.iter().map(OsString::from).collect(), kept), "{line}");
    }

    #[test]
    fn completion_line_ends_in_a_word_that_has_only_begun() {
        check("efloctl ", "", &["efloctl", ""], "");
        check("efloctl st", "st", &["efloctl", "st"], "");
        check("efloctl status -p 'night sh", "night sh", &["efloctl", "status", "-p", "night sh"], "");
        check("efloctl status -p \"night sh", "\"night sh", &["efloctl", "status", "-p", "night sh"], "");
        check("efloctl status -p night\\ sh", "night\\ sh", &["efloctl", "status", "-p", "night sh"], "");
    }

    #[test]
    fn completion_line_splits_words_as_bash_does() {
        check("efloctl status --profile=o", "o", &["efloctl", "status", "--profile=o"], "--profile=");
        check("efloctl status --profile=", "", &["efloctl", "status", "--profile="], "--profile=");
        check("efloctl status -p a:b", "b", &["efloctl", "status", "-p", "a:b"], "a:");
    }

    #[test]
    fn completion_line_skips_variables_before_the_command() {
        check("EFLOCTL_REGION=cn-x efloctl st", "st", &["efloctl", "st"], "");
    }

    #[test]
    fn completion_line_that_cannot_be_read_gives_nothing() {
        assert!(read("efloctl # st", "st").is_none());
        assert!(BashLine::read(&["efloctl".into()]).is_none());
    }

    #[test]
    fn completion_word_is_quoted_against_bash_expansion() {
        let quoted = |line: &str, replaced: &str, word: &str| read(line, replaced).unwrap().quoted(word);
        for word in ["a b", "$(x)", "`x`", "a'b\"c", "\\", "*?[x]", "~me", "{a,b}", "#x", "!x", "a;b|c&d<e>f", "ü:é"]
        {
            let typed = quoted("efloctl -p ", "", word).unwrap();
            assert_eq!(shell_words::split(&typed).unwrap(), [word], "{typed}");
            assert!(!typed.contains(" $") && typed.matches('$').count() == typed.matches("\\$").count(), "{typed}");
        }
        assert_eq!(quoted("efloctl --profile=", "", "--profile=a b").unwrap(), "a\\ b");
        assert_eq!(quoted("efloctl -p 'a", "a", "a b").unwrap(), "a b");
        assert_eq!(quoted("efloctl -p \"a", "a", "a$b"), None);
        assert_eq!(quoted("efloctl -p 'a", "a", "a'b"), None);
    }
}
