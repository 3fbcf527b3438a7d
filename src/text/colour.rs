//! A word in a style. Whether colour is wanted is for the terminal to say.

use owo_colors::Style;

/// Paints a word in a style, where colour is wanted.
pub fn paint(colour: bool, word: &str, style: Style) -> String {
    if colour { style.style(word).to_string() } else { word.to_owned() }
}
