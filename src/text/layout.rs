//! Lines that fit a screen. They are broken at spaces, so that an id, a path or a code stays whole, and beside wide
//! letters, because Chinese has no spaces.

use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter, wrap};

/// Breaks a text into lines no wider than `width`. Only a word that is wider itself makes a wider line.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrapped_below(text, width, "")
}

/// Breaks a text into lines as [`wrapped`] does, and indents all but the first.
pub fn wrapped_below(text: &str, width: usize, indent: &str) -> Vec<String> {
    if display_width(text) <= width {
        return vec![text.to_owned()];
    }
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation)
        .subsequent_indent(indent);
    wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// Gives the pieces of a line that stay whole: words, and each wide letter by itself.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let is_wide = |c| columns_of(c) > 1;
    let begins = move |before: char, c: char| {
        c != ' ' && (before == ' ' || (columns_of(c) > 0 && (is_wide(before) || is_wide(c))))
    };
    let mut rest = line;
    Box::new(std::iter::from_fn(move || {
        let mut pairs = rest.chars().zip(rest.char_indices().skip(1));
        let end = pairs.find(|(before, (_, c))| begins(*before, *c)).map_or(rest.len(), |(_, (at, _))| at);
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then(|| Word::from(word))
    }))
}

/// Gives as much of a line as these columns hold.
pub fn cut(line: &str, columns: usize) -> String {
    let mut room = columns;
    let fits = |c: &char| {
        let width = columns_of(*c);
        let has_room = width <= room;
        room = room.saturating_sub(width);
        has_room
    };
    line.chars().take_while(fits).collect()
}

/// Gives how many columns a character takes; a mark on a letter takes 0.
pub(super) fn columns_of(c: char) -> usize {
    display_width(c.encode_utf8(&mut [0; 4]))
}

/// Adds blanks behind a text, up to these columns.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(display_width(text))))
}

/// Makes text from outside safe, and cuts it behind `most` characters.
pub(super) fn no_longer(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", super::safe(&text[..end])),
        None => super::safe(text).into_owned(),
    }
}

/// Makes text from outside fit for a message: safe, in one line, no longer than a person reads.
pub fn shortened(text: &str) -> String {
    no_longer(&text.split_whitespace().collect::<Vec<_>>().join(" "), 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_breaks_at_spaces_alone() {
        assert_eq!(wrapped("send e01-cn-9lb3c15m81j again", 12), ["send", "e01-cn-9lb3c15m81j", "again"]);
        assert_eq!(wrapped("short", 12), ["short"]);
        assert_eq!(wrapped_below("one two three", 8, "  "), ["one two", "  three"]);
        assert_eq!(wrapped("one  two   three", 9), ["one  two", "three"]);
    }

    #[test]
    fn wrapped_breaks_chinese_between_letters_and_keeps_words_whole() {
        assert_eq!(wrapped("目标目录中已存在", 7), ["目标目", "录中已", "存在"]);
        assert_eq!(wrapped("目录 /etc/app.conf 已存在", 14), ["目录", "/etc/app.conf", "已存在"]);
        let lines = wrapped("错误FileAlreadyExists：文件已存在，请检查", 20);
        assert_eq!(lines, ["错误", "FileAlreadyExists：", "文件已存在，请检查"]);
        assert!(lines.iter().all(|line| display_width(line) <= 20));
    }

    #[test]
    fn wrapped_gives_colours_no_room() {
        assert_eq!(wrapped("\x1b[31mFailed\x1b[0m here", 11).len(), 1);
    }
}
