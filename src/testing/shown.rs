//! For fuzzing and its tests: a second opinion on what is safe to show, written apart from the first.

/// Tells whether nothing in a text acts on a terminal, breaks the line or turns it around.
pub(crate) fn is_shown_safely(text: &str) -> bool {
    !text.chars().any(acts)
}

/// Tells whether Unicode itself calls a character a control, a line end, or a format character that is not seen (Arabic
/// and Kaithi number signs are). It is a second list, so that a hole in the first shows.
fn acts(c: char) -> bool {
    const FORMAT: [std::ops::RangeInclusive<char>; 14] = [
        '\u{ad}'..='\u{ad}',
        '\u{61c}'..='\u{61c}',
        '\u{180e}'..='\u{180e}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{2064}',
        '\u{2066}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
        '\u{fff9}'..='\u{fffb}',
        '\u{13430}'..='\u{1343f}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0001}'..='\u{e0001}',
        '\u{e0020}'..='\u{e007f}',
    ];
    c.is_control() || FORMAT.iter().any(|range| range.contains(&c))
}
