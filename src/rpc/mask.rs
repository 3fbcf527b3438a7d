//! Takes out of a stranger's words what they quote of our secrets: a server that refuses a signature likes to quote
//! what it was sent, the security token included.

use super::key::Key;
use crate::fault::Fault;
use crate::text::Text;
use secrecy::ExposeSecret;

const MASK: &str = "(masked)";

/// So much of a secret tells it from any other text, be it cut or encoded further on.
const HEAD: usize = 8;

/// What is shorter is part of any text.
const LEAST: usize = 4;

/// Secrets that must not be shown, borrowed from where they are held.
pub struct Secrets<'a>(Vec<&'a str>);

impl<'a> Secrets<'a> {
    /// The secret parts of a key.
    pub fn of(key: &'a Key) -> Self {
        Self::new([Some(&key.secret), key.token.as_ref()].into_iter().flatten().map(ExposeSecret::expose_secret))
    }

    /// These, but for those that are too short to be told from other text.
    pub fn new(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        Secrets(secrets.into_iter().filter(|secret| secret.len() >= LEAST).collect())
    }

    /// A text without them and without signatures. It must not have been made safe before.
    pub fn masked(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match self.quoted(rest).or_else(|| signature(rest)) {
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

    /// What is kept of a secret that a text begins with, which is nothing, and where it ends: behind all of it, and what
    /// else may be its end in another encoding.
    fn quoted(&self, text: &str) -> Option<(usize, usize)> {
        let len = |secret: &&str| {
            let (same, at) = beginning(text, secret);
            if same < HEAD.min(secret.len()) {
                // Where a text was cut, less of it tells enough.
                return (same >= LEAST && text.as_bytes()[at..].starts_with("…".as_bytes())).then_some((0, at));
            }
            let mut end = if secret.len() < HEAD { at } else { at.max(run(text, is_of_a_token)) };
            while !text.is_char_boundary(end) {
                end += 1;
            }
            Some((0, end))
        };
        self.0.iter().find_map(len)
    }
}

/// How much of a secret a text begins with, be it written as in a URL; and how much of the text that is. In bytes.
fn beginning(text: &str, secret: &str) -> (usize, usize) {
    let text = text.as_bytes();
    let escaped = |at: usize| {
        let digits = std::str::from_utf8(text.get(at + 1..at + 3)?).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    let (mut same, mut at) = (0, 0);
    for byte in secret.bytes() {
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
    fn short_words_are_no_secrets() {
        assert_eq!(Secrets::new(["", "a", "abc"]).masked("abc"), "abc");
    }
}
