//! Takes our secrets out of what others write: a server that refuses a signature likes to quote what it was sent, the
//! security token included.

use super::sign::{Key, encoded};
use crate::fault::Fault;
use crate::text::Text;
use secrecy::{ExposeSecret, SecretString};

const MASK: &str = "(masked)";

/// Says how long a piece of a secret must be, in bytes, for the word that it stands in to be masked.
const PIECE: usize = 8;

/// Says how long a secret must be, in bytes, and what is left of one beside a cut: a shorter one could be any word.
const SHORTEST: usize = 4;

/// Marks where a server cut a text.
const CUT: &str = "…";

/// Holds secrets that must not be shown.
pub struct Secrets {
    /// Holds each as it is, and as a URL has it.
    secrets: Vec<SecretString>,
    /// Says of each pair of bytes whether it stands in a secret: a quick first look at a text.
    pairs: Box<[bool]>,
    /// Says how many pairs in a row the shortest quote of a secret has.
    row: usize,
}

impl Secrets {
    /// Gives the secret parts of a key.
    pub fn of(key: &Key) -> Self {
        Self::new([Some(&key.secret), key.token.as_ref()].into_iter().flatten().map(ExposeSecret::expose_secret))
    }

    /// Takes secrets, without those that are too short to be told from any word.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST);
        let spellings = secrets.flat_map(|secret| [secret.to_owned(), encoded(secret).to_string()]);
        let secrets: Vec<SecretString> = spellings.map(SecretString::from).collect();
        let mut pairs = vec![false; 1 << 16].into_boxed_slice();
        for pair in secrets.iter().flat_map(|secret| secret.expose_secret().as_bytes().windows(2)) {
            pairs[index(pair)] = true;
        }
        let row = secrets.iter().map(|secret| secret.expose_secret().len().min(PIECE) - 1).min();
        Secrets { secrets, pairs, row: row.unwrap_or(usize::MAX) }
    }

    /// Masks a text of an answer. An answer has a text for each node, and nearly none quotes a secret.
    pub fn mask(&self, text: &mut Option<Text<'_>>) {
        if let Some(quoting) = text.as_ref().filter(|text| self.may_stand_in(text.as_written())) {
            *text = Some(self.masked_text(quoting));
        }
    }

    /// Masks each secret that stands whole in a text, each word that has a piece of one or is what a cut left of one,
    /// and each signature. The text must not have been shortened before: too short a piece would be left of a secret.
    pub fn masked(&self, text: &str) -> String {
        let whole = |text: String, secret: &SecretString| text.replace(secret.expose_secret(), MASK);
        let text = self.secrets.iter().fold(text.to_owned(), whole);
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for piece in text.split_inclusive(|c| !is_of_a_word(c)) {
            let word = piece.trim_end_matches(|c| !is_of_a_word(c));
            let is_after_cut = masked.ends_with(CUT) && self.has_end(&text[at..]);
            let is_before_cut = piece.ends_with(CUT) && self.has_start(word);
            let is_signature = masked.ends_with("Signature=");
            let is_secret = is_signature || is_after_cut || is_before_cut || self.has_piece(word);
            masked.push_str(if is_secret && !word.is_empty() { MASK } else { word });
            masked.push_str(&piece[word.len()..]);
            at += piece.len();
        }
        masked
    }

    /// Masks a text of the API.
    pub(super) fn masked_text(&self, text: &Text<'_>) -> Text<'static> {
        Text::new(self.masked(text.as_written()))
    }

    /// Masks all that a fault shows.
    pub fn out_of(&self, fault: Fault) -> Fault {
        let message = self.masked(&fault.message);
        let text = |text: Option<Text<'static>>| text.map(|text| self.masked_text(&text));
        Fault { message, code: text(fault.code), request_id: text(fault.request_id), ..fault }
    }

    /// Says whether a word, which is ASCII, has a piece of a secret.
    fn has_piece(&self, word: &str) -> bool {
        let mut pieces = (PIECE..=word.len()).map(|end| &word[end - PIECE..end]);
        self.may_stand_in(word)
            && pieces.any(|piece| self.secrets.iter().any(|secret| secret.expose_secret().contains(piece)))
    }

    /// Says whether a text begins with the end of a secret.
    fn has_end(&self, text: &str) -> bool {
        let mut secrets = self.secrets.iter().map(|secret| secret.expose_secret().as_bytes());
        secrets.any(|secret| {
            (SHORTEST..=secret.len()).any(|len| text.as_bytes().starts_with(&secret[secret.len() - len..]))
        })
    }

    /// Says whether a text ends with the start of a secret.
    fn has_start(&self, text: &str) -> bool {
        let mut secrets = self.secrets.iter().map(|secret| secret.expose_secret().as_bytes());
        secrets.any(|secret| (SHORTEST..=secret.len()).any(|len| text.as_bytes().ends_with(&secret[..len])))
    }

    /// Says whether a text may quote a secret: whether as many pairs in a row as a quote has at least are pairs of a
    /// secret.
    fn may_stand_in(&self, text: &str) -> bool {
        let row = if text.contains(CUT) { self.row.min(SHORTEST - 1) } else { self.row };
        let is_of_secret = text.as_bytes().windows(2).map(|pair| self.pairs[index(pair)]);
        // Every such row has one of these pairs, and nearly no text has any.
        if !is_of_secret.clone().skip(row - 1).step_by(row).any(|is_it| is_it) {
            return false;
        }
        let longest = is_of_secret.fold((0, 0), |(now, most), is_it| {
            let now = if is_it { now + 1 } else { 0 };
            (now, most.max(now))
        });
        longest.1 >= row
    }
}

/// Gives the place of a pair of bytes among all pairs.
fn index(pair: &[u8]) -> usize {
    usize::from(pair[0]) << 8 | usize::from(pair[1])
}

/// Says whether tokens are written with a character, in URLs too.
fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '%' | '.' | '_' | '~' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "CAISabcdef+ghijkl/mnopqr==";

    #[test]
    fn secrets_are_masked_whole_cut_and_url_encoded() {
        let secrets = Secrets::new([TOKEN, "s3cret", "a b{c}d e f g", "x+y/zzzzz="]);
        for (text, shown) in [
            (format!("token:{TOKEN}\nnext"), "token:(masked)\nnext"),
            (format!("token:{} next", &TOKEN[..12]), "token:(masked) next"),
            ("token=CAISabcdef%2Bghijkl%2Fmnopqr%3D%3D&x".to_owned(), "token=(masked)&x"),
            (format!("token:{} next", &TOKEN[4..]), "token:(masked)== next"),
            (format!("token:{} next", &TOKEN[9..20]), "token:(masked) next"),
            (format!("it said {}…", &TOKEN[..9]), "it said (masked)…"),
            (format!("it said {}…", &TOKEN[..5]), "it said (masked)…"),
            (format!("it said {}…, and CAI…", &TOKEN[..4]), "it said (masked)…, and CAI…"),
            (format!("it said …{}", &TOKEN[19..]), "it said …(masked)=="),
            ("token=x%2By%2Fzzzzz%3D&x".to_owned(), "token=(masked)&x"),
            ("the s3cret, s3cre".to_owned(), "the (masked), s3cre"),
            ("<a b{c}d e f g>".to_owned(), "<(masked)>"),
            ("Signature=00af, Signature=".to_owned(), "Signature=(masked), Signature="),
            ("CAISother 灵".to_owned(), "CAISother 灵"),
        ] {
            assert_eq!(secrets.masked(&text), shown);
        }
    }

    #[test]
    fn node_text_is_masked_only_where_it_quotes_a_secret() {
        let secrets = Secrets::new([TOKEN, "s3cret"]);
        for (text, shown) in [
            (format!("bad {TOKEN}"), "bad (masked)"),
            (format!("bad {}", &TOKEN[9..20]), "bad (masked)"),
            (format!("bad {}…", &TOKEN[..4]), "bad (masked)…"),
            ("bad s3cret".to_owned(), "bad (masked)"),
            ("no space left".to_owned(), "no space left"),
        ] {
            let mut text = Some(Text::new(text));
            secrets.mask(&mut text);
            assert_eq!(text.unwrap().as_written(), shown);
        }
    }

    #[test]
    fn secret_shorter_than_four_bytes_is_not_masked() {
        assert_eq!(Secrets::new(["", "a", "abc"]).masked("abc"), "abc");
    }
}
