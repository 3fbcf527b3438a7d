//! What holds of text made safe, of JSON that is written, and of JSON that is mended.

use crate::testing::shown::is_shown_safely;
use crate::text::{cut, mended, safe, shortened, to_json, wrapped, write_pretty_json};
use serde::de::IgnoredAny;
use serde_json::Value;
use textwrap::core::display_width;

/// Shows and writes any text, as text and as JSON.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = safe(&text);
    assert!(is_shown_safely(&shown), "{shown:?}");
    assert_eq!(safe(&shown), shown, "what is safe is left alone");
    let short = shortened(&text);
    assert!(is_shown_safely(&short) && short.len() < super::LONGEST_MESSAGE, "{short:?}");

    let json = to_json(&text);
    assert!(is_shown_safely(&json), "{json:?}");
    assert_eq!(serde_json::from_str::<String>(&json).expect("what we write is JSON"), text);
    let mut pretty = Vec::new();
    write_pretty_json(&[&text], &mut pretty).expect("memory takes everything");
    assert_eq!(serde_json::from_slice::<Vec<String>>(&pretty).expect("what we write is JSON")[0], text);

    fits(&shown);
    mends(data);
}

/// Asserts that lines are no wider than they may be, and lose nothing but spaces.
fn fits(shown: &str) {
    for width in [1, 9, 40] {
        let lines = wrapped(shown, width);
        let spaceless = |text: &str| text.replace(' ', "");
        assert_eq!(spaceless(&lines.concat()), spaceless(shown));
        let is_one_word = |line: &str| !line.trim().contains(' ');
        assert!(lines.iter().all(|line| display_width(line) <= width || is_one_word(line)), "{lines:?}");
        let cut = cut(shown, width);
        assert!(shown.starts_with(&cut) && display_width(&cut) <= width, "{cut:?}");
    }
}

/// Asserts that what the library can skip as JSON it can read once it is mended, and that whole JSON is not changed.
fn mends(data: &[u8]) {
    let text = mended(data);
    assert_eq!(mended(text.as_bytes()), text);
    if serde_json::from_slice::<Value>(data).is_ok() {
        assert_eq!(text.as_bytes(), data);
    }
    if serde_json::from_slice::<IgnoredAny>(data).is_ok()
        && let Err(e) = serde_json::from_str::<Value>(&text)
    {
        let why = e.to_string();
        assert!(why.starts_with("number out of range") || why.starts_with("recursion limit"), "{why}");
    }
}
