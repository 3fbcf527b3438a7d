//! Reads values of a config file, and words its mistakes with line, key and the nearest right key.

use super::super::words::Words;
use super::super::{Key, Origin};
use crate::fault::Fault;
use crate::text::safe;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads values and words mistakes.
pub(super) struct Reader<'t> {
    pub(super) shown: String,
    pub(super) text: &'t str,
}

/// A key with its place.
pub(super) type Name<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl<'t> Reader<'t> {
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    pub(super) fn wrong(&self, at: usize, what: &str) -> Fault {
        Fault::config(format!("{}:{}: {}", self.shown, self.line(at), safe(what)))
            .hint("config.example.toml shows every key with its meaning")
    }

    pub(super) fn unknown(&self, key: &Name<'t>, place: &str, known: impl Iterator<Item = &'static str>) -> Fault {
        let word = key.get_ref().as_ref();
        let nearest = known.map(|known| (strsim::jaro_winkler(word, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
        let fault = self.wrong(key.span().start, &format!("unknown key \"{word}\" {place}"));
        match nearest {
            Some((likeness, known)) if likeness > 0.7 => fault.hint(format!("did you mean {known}?")),
            _ => fault,
        }
    }

    pub(super) fn text<'v>(&self, key: &str, value: &'v Spanned<DeValue<'t>>) -> Result<&'v str, Fault> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(value.span().start, &format!("{key} must be text in quotes")))
    }

    pub(super) fn table<'v>(&self, key: &str, value: &'v Spanned<DeValue<'t>>) -> Result<&'v DeTable<'t>, Fault> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value.span().start, &format!("{key} must be a table")))
    }

    /// Takes one setting into a layer.
    pub(super) fn setting(
        &self,
        words: &mut Words,
        key: &Name<'t>,
        value: &Spanned<DeValue<'t>>,
        place: &str,
        others: &[&'static str],
    ) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        let Some(known) = Key::ALL.into_iter().find(|known| known.config_key() == Some(name)) else {
            let known = Key::ALL.into_iter().filter_map(Key::config_key).chain(others.iter().copied());
            return Err(self.unknown(key, &format!("in {place}"), known));
        };
        // A count, or the 0 that is without end, may stand without quotes.
        let word = match value.get_ref() {
            DeValue::String(word) => word.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(self.wrong(value.span().start, &format!("{name} must be text in quotes"))),
        };
        known
            .check(word)
            .map_err(|why| self.wrong(value.span().start, &format!("{name} \"{}\" {why}", known.shown(word))))?;
        let origin = Origin::File(format!("{place}, {}:{}", self.shown, self.line(key.span().start)));
        words.set(known, word, origin);
        Ok(())
    }
}
