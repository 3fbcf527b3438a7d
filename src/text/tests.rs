//! What is shown and what is escaped.

use super::*;
use crate::testing::property_config;
use proptest::prelude::*;

#[test]
fn safe_borrows_plain_text_and_escapes_the_rest() {
    assert!(matches!(safe("e01-cn-9lb3c15m81j 灵骏"), Cow::Borrowed(_)));
    assert_eq!(safe("a\x1b[31mb"), "a\\u{1b}[31mb");
    assert_eq!(safe("abc\u{202e}fed"), "abc\\u{202e}fed");
    assert_eq!(safe("one\ntwo\tthree\r"), "one two three ");
    assert_eq!(safe("\u{7f}\u{9b}2J\u{200b}"), "\\u{7f}\\u{9b}2J\\u{200b}");
}

#[test]
fn safe_escapes_runner_commands() {
    assert_eq!(safe("::error::x"), "\\u{3a}:error::x");
    assert_eq!(safe(" \n::add-mask::x"), "  \\u{3a}:add-mask::x");
    assert_eq!(safe("a ##[group]b##[c]"), "a ##\\u{5b}group]b##\\u{5b}c]");
    assert_eq!(safe("##vso[task.complete]x##teamcity[y"), "##vso\\u{5b}task.complete]x##teamcity\\u{5b}y");
    // A narrow screen may begin a line with any word.
    assert_eq!(safe("a ::error::b"), "a \\u{3a}:error::b");
    assert_eq!(safe("a::b ## [c] x[1]"), "a::b ## [c] x[1]");
}

#[test]
fn text_is_trimmed_like_the_api_page_sample() {
    assert_eq!(Text::new("\t/home/user").as_written(), "/home/user");
    assert_eq!(Text::new("Description\n".to_owned()).as_written(), "Description");
}

#[test]
fn lenient_field_takes_any_json_type() {
    let read = |json: &str| serde_json::from_str::<Lenient>(json).unwrap().0.map(|t| t.as_written().to_owned());
    assert_eq!(read("3").as_deref(), Some("3"));
    assert_eq!(read("\" a\\n\"").as_deref(), Some("a"));
    assert_eq!(read("true").as_deref(), Some("true"));
    assert_eq!(read("1.50e300").as_deref(), Some("1.50e300"));
    for none in ["null", "\"\"", "[1,[2]]", "{\"a\":{}}"] {
        assert_eq!(read(none), None, "{none}");
    }
}

/// The classes as the Unicode Character Database has them (17.0), so that the ranges of [`is_unsafe`] can be checked by
/// eye against its files.
#[rustfmt::skip]
const FORMAT: &[(u32, u32)] = &[
    (0xad, 0xad), (0x600, 0x605), (0x61c, 0x61c), (0x6dd, 0x6dd), (0x70f, 0x70f), (0x890, 0x891), (0x8e2, 0x8e2),
    (0x180e, 0x180e), (0x200b, 0x200f), (0x202a, 0x202e), (0x2060, 0x2064), (0x2066, 0x206f), (0xfeff, 0xfeff),
    (0xfff9, 0xfffb), (0x110bd, 0x110bd), (0x110cd, 0x110cd), (0x13430, 0x1343f), (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a), (0xe0001, 0xe0001), (0xe0020, 0xe007f),
];
const CONTROLS_AND_SEPARATORS: &[(u32, u32)] = &[(0, 0x1f), (0x7f, 0x9f), (0x2028, 0x2029)];
#[rustfmt::skip]
const DEFAULT_IGNORABLE: &[(u32, u32)] = &[
    (0xad, 0xad), (0x34f, 0x34f), (0x61c, 0x61c), (0x115f, 0x1160), (0x17b4, 0x17b5), (0x180b, 0x180f),
    (0x200b, 0x200f), (0x202a, 0x202e), (0x2060, 0x206f), (0x3164, 0x3164), (0xfe00, 0xfe0f), (0xfeff, 0xfeff),
    (0xffa0, 0xffa0), (0xfff0, 0xfff8), (0x1bca0, 0x1bca3), (0x1d173, 0x1d17a), (0xe0000, 0xe0fff),
];

#[test]
fn unsafe_characters_are_those_of_the_unicode_classes() {
    let classes = [FORMAT, CONTROLS_AND_SEPARATORS, DEFAULT_IGNORABLE].concat();
    let is_none = |n: u32| (0xfdd0..=0xfdef).contains(&n) || n & 0xfffe == 0xfffe;
    for c in '\0'..=char::MAX {
        let n = c as u32;
        let acts = is_none(n) || classes.iter().any(|(first, last)| (*first..=*last).contains(&n));
        assert_eq!(is_unsafe(c), acts, "U+{n:04X}");
    }
}

#[test]
fn safe_keeps_visible_characters() {
    for text in ["Pérez灵骏안녕مرحبا", "e\u{301}\u{302}", "ก็ที่", "100\u{a0}%", "🚀\u{e000}", "\u{1112}\u{1161}\u{11ab}"]
    {
        assert!(matches!(safe(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn safe_limits_combining_marks() {
    let piled = |count| format!("a{}b", "\u{301}".repeat(count));
    assert_eq!(safe(&piled(8)), piled(8));
    assert_eq!(safe(&piled(10)), format!("a{}\\u{{301}}\\u{{301}}b", "\u{301}".repeat(8)));
}

proptest! {
    #![proptest_config(property_config(256))]
    #[test]
    fn safe_leaves_nothing_unsafe(text in any::<String>()) {
        prop_assert!(!safe(&text).chars().any(is_unsafe));
    }

    #[test]
    fn safe_leaves_safe_text_alone(text in "[ -~é灵🚀]{0,40}") {
        prop_assume!(!text.contains("##") && !text.starts_with("::") && !text.contains(" ::"));
        prop_assert_eq!(safe(&text), text.as_str());
    }
}
