//! How people write the words that they paste: in another case, with other separators, behind a label, with a typo.
//! Knows strings, and nothing of what they mean.

/// Says how much of a typed word is compared: twice the length of the longest word of the catalog.
const LONGEST: usize = 100;

/// Lists the characters between the parts of a log line, a table row or a piece of JSON.
const SEPARATORS: [char; 12] = [':', '=', ',', ';', '|', '(', ')', '[', ']', '\t', '\r', '\n'];

/// Tells whether two words are spellings of one: only letters and digits count, in any case.
pub(super) fn same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// Takes away the white space, quotes and punctuation around a text.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Tells a dotted code from a sentence, in which a dot means something else.
pub(super) fn is_one_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Gives what a pasted line may be about: the parts behind its labels, and in them the words that look like a code.
pub(super) fn parts(pasted: &str) -> impl Iterator<Item = &str> {
    pasted
        .split(SEPARATORS)
        .flat_map(|part| std::iter::once(part).chain(part.split_whitespace().filter(|word| looks_like_code(word))))
}

/// Finds the word that is most like what was typed, or else the first that begins with it. Gives nothing where no word
/// is like it.
pub(super) fn nearest<'a>(typed: &str, words: &[&'a str]) -> Option<&'a str> {
    let typed: String = letters(typed).take(LONGEST).collect();
    let spelled = |word: &str| letters(word).collect::<String>();
    let likeness = |word: &'a str| (strsim::normalized_damerau_levenshtein(&typed, &spelled(word)), word);
    let closest =
        words.iter().map(|word| likeness(word)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    match closest {
        // One wrong letter in four is too many: "full" is no misspelling of "null".
        Some((score, word)) if score > 0.75 => Some(word),
        _ if typed.chars().count() < 4 => None,
        _ => words.iter().copied().find(|word| spelled(word).starts_with(&typed)),
    }
}

/// Tells a word like `FileAlreadyExists` or `Forbidden.RAM` from a word of a sentence.
fn looks_like_code(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).nth(1).is_some()
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
