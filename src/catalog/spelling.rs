//! How people write the words that they paste: another case, another separator, a label before, a typo.
//! Knows strings only, and nothing of what they mean.

/// Twice as long as any word of the catalog: what goes on beyond is like none, and need not be compared to know it.
const LONGEST: usize = 100;

/// What stands between the parts of a log line, a table row or a piece of JSON.
const SEPARATORS: [char; 12] = [':', '=', ',', ';', '|', '(', ')', '[', ']', '\t', '\r', '\n'];

/// Two spellings of one word: only letters and digits count, in any case.
pub(super) fn same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// Without the white space, quotes and punctuation around it.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// One dotted code and no sentence, in which a dot would mean something else.
pub(super) fn is_one_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// What a pasted line may be about: its labelled parts, and in them the single words that look like a code.
pub(super) fn parts(pasted: &str) -> impl Iterator<Item = &str> {
    pasted
        .split(SEPARATORS)
        .flat_map(|part| std::iter::once(part).chain(part.split_whitespace().filter(|word| has_humps(word))))
}

/// The word that `typed` is a typo or the beginning of; of two that are as near, the first.
pub(super) fn nearest<'a>(typed: &str, words: &[&'a str]) -> Option<&'a str> {
    let typed: String = letters(typed).take(LONGEST).collect();
    let spelled = |word: &str| letters(word).collect::<String>();
    let likeness = |word: &'a str| (strsim::normalized_damerau_levenshtein(&typed, &spelled(word)), word);
    let closest =
        words.iter().map(|word| likeness(word)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    match closest {
        // A letter in four is too much: "full" is not a misspelt "null".
        Some((score, word)) if score > 0.75 => Some(word),
        _ if typed.chars().count() < 4 => None,
        _ => words.iter().copied().find(|word| spelled(word).starts_with(&typed)),
    }
}

/// Written like `FileAlreadyExists` or `Forbidden.RAM`, not like a word of a sentence.
fn has_humps(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).nth(1).is_some()
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
