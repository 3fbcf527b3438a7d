//! Takes out of a stranger's words what they quote of our secrets: a server that refuses a signature likes to quote
//! what it was sent, the security token included.

use super::key::Key;
use crate::fault::Fault;
use crate::text::Text;
use secrecy::{ExposeSecret, SecretString};

const MASK: &str = "(masked)";

/// As many characters of a secret in a row tell it from any other text, be it cut or encoded further on.
const TELLING: usize = 8;

/// Where a text was visibly cut, fewer do. What is shorter is part of any text.
const TELLING_AT_A_CUT: usize = 4;

const CUT: &str = "…";

/// Secrets that must not be shown.
pub struct Secrets {
    secrets: Vec<SecretString>,
    pairs: Pairs,
}

impl Secrets {
    /// The secret parts of a key.
    pub fn of(key: &Key) -> Self {
        Self::new([Some(&key.secret), key.token.as_ref()].into_iter().flatten().map(ExposeSecret::expose_secret))
    }

    /// These, but for those that are too short to be told from other text.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| secret.len() >= TELLING_AT_A_CUT);
        let secrets: Vec<SecretString> = secrets.map(SecretString::from).collect();
        let pairs = Pairs::of(secrets.iter().map(ExposeSecret::expose_secret));
        Secrets { secrets, pairs }
    }

    /// A text of an answer without them. Nearly none quotes a secret, and a fleet has many texts.
    pub fn mask(&self, text: &mut Option<Text<'_>>) {
        if let Some(quoting) = text.as_ref().filter(|text| self.may_stand_in(text.as_written())) {
            *text = Some(self.masked_text(quoting));
        }
    }

    /// A text without them and without signatures. It must not have been made safe before.
    pub fn masked(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match self.quoted(rest, shown.ends_with(CUT)).or_else(|| signature(rest)) {
                Some((kept, len)) => {
                    shown.push_str(&rest[..kept]);
                    shown.push_str(MASK);
                    rest = &rest[len..];
                }
                None => {
                    shown.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        shown
    }

    /// Whether it is worth looking for them in a text.
    fn may_stand_in(&self, text: &str) -> bool {
        let is_short = |secret: &SecretString| secret.expose_secret().len() < TELLING;
        let is_cut = text.contains(CUT) || self.secrets.iter().any(is_short);
        let telling = if is_cut { TELLING_AT_A_CUT } else { TELLING };
        !self.secrets.is_empty() && (text.contains('%') || self.pairs.in_a_row(text) >= telling - 1)
    }

    /// The same of a text of the API.
    pub(super) fn masked_text(&self, text: &Text<'_>) -> Text<'static> {
        Text::new(self.masked(text.as_written()))
    }

    /// A fault without them.
    pub fn out_of(&self, fault: Fault) -> Fault {
        let message = self.masked(&fault.message);
        let text = |text: Option<Text<'static>>| text.map(|text| self.masked_text(&text));
        Fault { message, code: text(fault.code), request_id: text(fault.request_id), ..fault }
    }

    /// Finds whether a text begins with a secret or with a telling piece of one. Gives what is kept of it, which is
    /// nothing, and where it ends: behind the piece, and behind what may be its rest in another encoding.
    fn quoted(&self, text: &str, is_cut_before: bool) -> Option<(usize, usize)> {
        let first = *text.as_bytes().first()?;
        self.secrets.iter().map(ExposeSecret::expose_secret).find_map(|secret| {
            let bytes = secret.as_bytes();
            let starts = (0..bytes.len()).filter(|from| first == bytes[*from] || first == b'%');
            let len = starts.filter_map(|from| {
                let (same, at) = beginning(text, &bytes[from..]);
                let is_cut_behind = text.as_bytes()[at..].starts_with(CUT.as_bytes());
                let is_end = from + same == bytes.len();
                let is_cut = (from == 0 && is_cut_behind) || (is_end && is_cut_before);
                let telling = if is_cut { TELLING_AT_A_CUT } else { TELLING.min(bytes.len()) };
                (same >= telling).then_some(at)
            });
            let at = len.max()?;
            let mut end = if bytes.len() < TELLING { at } else { at.max(run(text, is_of_a_token)) };
            while !text.is_char_boundary(end) {
                end += 1;
            }
            Some((0, end))
        })
    }
}

/// Which pairs of neighbouring bytes stand in some secrets: a text without a few of them in a row quotes none.
struct Pairs(Box<[u64; 1024]>);

impl Pairs {
    fn of<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let mut pairs = Pairs(Box::new([0; 1024]));
        for pair in secrets.flat_map(|secret| secret.as_bytes().windows(2)) {
            let (word, bit) = Self::place(pair);
            pairs.0[word] |= 1 << bit;
        }
        pairs
    }

    fn place(pair: &[u8]) -> (usize, usize) {
        let number = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        (number / 64, number % 64)
    }

    /// How many of them stand in a row in a text, at most.
    fn in_a_row(&self, text: &str) -> usize {
        let (mut row, mut most) = (0, 0);
        for pair in text.as_bytes().windows(2) {
            let (word, bit) = Self::place(pair);
            row = if self.0[word] >> bit & 1 == 1 { row + 1 } else { 0 };
            most = most.max(row);
        }
        most
    }
}

/// How much of a secret a text begins with, be it written as in a URL; and how much of the text that is. In bytes.
fn beginning(text: &str, secret: &[u8]) -> (usize, usize) {
    let text = text.as_bytes();
    let escaped = |at: usize| {
        let digits = std::str::from_utf8(text.get(at + 1..at + 3)?).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    let (mut same, mut at) = (0, 0);
    for &byte in secret {
        match text.get(at) {
            Some(one) if *one == byte => at += 1,
            Some(b'%') if escaped(at) == Some(byte) => at += 3,
            _ => break,
        }
        same += 1;
    }
    (same, at)
}

/// The name that is kept, and the end of the signature behind it.
fn signature(text: &str) -> Option<(usize, usize)> {
    const NAME: &str = "Signature=";
    let digits = run(text.strip_prefix(NAME)?, |c| c.is_ascii_hexdigit());
    (digits > 0).then_some((NAME.len(), NAME.len() + digits))
}

/// How many bytes of a text such characters are.
fn run(text: &str, is_it: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_it(c)).unwrap_or(text.len())
}

/// What tokens are written with, in URLs too.
fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%' | '.' | '_' | '~' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "CAISabcdef+ghijkl/mnopqr==";

    #[test]
    fn secrets_are_masked_whole_cut_and_encoded() {
        let secrets = Secrets::new([TOKEN, "s3cret", "a b{c}d e f g", "x+y/zzzzz="]);
        for (text, shown) in [
            (format!("token:{TOKEN}\nnext"), "token:(masked)\nnext"),
            (format!("token:{} next", &TOKEN[..12]), "token:(masked) next"),
            ("token=CAISabcdef%2Bghijkl%2Fmnopqr%3D%3D&x".to_owned(), "token=(masked)&x"),
            (format!("it said {}…", &TOKEN[..5]), "it said (masked)…"),
            (format!("token:{} next", &TOKEN[4..]), "token:(masked) next"),
            (format!("token:{} next", &TOKEN[9..20]), "token:(masked) next"),
            (format!("it said …{}", &TOKEN[20..]), "it said …(masked)"),
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
    fn texts_of_an_answer_are_masked_where_they_quote_a_secret_and_stay_where_not() {
        let secrets = Secrets::new([TOKEN]);
        for (text, shown) in [(format!("bad {TOKEN}"), "bad (masked)"), ("no space left".to_owned(), "no space left")] {
            let mut text = Some(Text::new(text));
            secrets.mask(&mut text);
            assert_eq!(text.unwrap().as_written(), shown);
        }
    }

    #[test]
    fn short_words_are_no_secrets() {
        assert_eq!(Secrets::new(["", "a", "abc"]).masked("abc"), "abc");
    }
}
