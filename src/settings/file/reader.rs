//! Reads values of a config file, and words its mistakes with line, key and the nearest right key.

use super::super::definitions::in_files;
use super::super::{Layer, Origin, Setting, showable};
use crate::fault::Fault;
use crate::text::safe;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Lists the options that a file must not give, for a forgotten line in it would weaken a gate.
const FLAGS_ALONE: [&str; 12] = [
    "node",
    "from",
    "failed",
    "only",
    "max_nodes",
    "exit_status",
    "fail_fast",
    "max_failed",
    "record",
    "junit",
    "github",
    "batches",
];

/// Holds the file's text, in which mistakes are placed.
pub(super) struct TableReader<'t> {
    pub(super) shown: String,
    pub(super) text: &'t str,
}

/// Is a key with its place in the text.
pub(super) type SpannedKey<'t> = Spanned<std::borrow::Cow<'t, str>>;
/// Is a value with its place in the text.
pub(super) type SpannedValue<'t> = Spanned<DeValue<'t>>;

impl<'t> TableReader<'t> {
    /// Gives the line of a place.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// Says where something was set: in which part of the file, and at which key.
    pub(super) fn origin(&self, part: &str, key: &SpannedKey<'t>) -> Origin {
        Origin::File(format!("{part}, {}:{}", self.shown, self.line(key.span().start)))
    }

    /// Says what is wrong with a key or a value.
    pub(super) fn wrong<T>(&self, at: &Spanned<T>, what: &str) -> Fault {
        self.wrong_at(at.span().start, what)
    }

    /// Says what is wrong at a place.
    pub(super) fn wrong_at(&self, at: usize, what: &str) -> Fault {
        Fault::config(format!("{}:{}: {}", self.shown, self.line(at), safe(what)))
            .hint("config.example.toml shows every key with its meaning")
    }

    /// Says that a key is not known, and which one was meant.
    pub(super) fn unknown(
        &self,
        key: &SpannedKey<'t>,
        place: &str,
        known: impl Iterator<Item = &'static str>,
    ) -> Fault {
        let word = key.get_ref().as_ref();
        let fault = self.wrong(key, &format!("unknown key \"{word}\" {place}"));
        if FLAGS_ALONE.contains(&word.replace('-', "_").as_str()) {
            return fault.hint("it is an option of the command line alone, so that no forgotten line weakens a gate");
        }
        let nearest = known.map(|known| (strsim::jaro_winkler(word, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
        match nearest {
            Some((likeness, known)) if likeness > 0.7 => fault.hint(format!("did you mean {known}?")),
            _ => fault,
        }
    }

    /// Reads a value that must be text.
    pub(super) fn text<'v>(&self, key: &str, value: &'v SpannedValue<'t>) -> Result<&'v str, Fault> {
        value.get_ref().as_str().ok_or_else(|| self.wrong(value, &format!("{key} must be text in quotes")))
    }

    /// Reads a value that must be a table.
    pub(super) fn table<'v>(&self, key: &str, value: &'v SpannedValue<'t>) -> Result<&'v DeTable<'t>, Fault> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value, &format!("{key} must be a table")))
    }

    /// Takes one setting into a layer. `others` are the keys that may stand beside settings there.
    pub(super) fn setting(
        &self,
        layer: &mut Layer,
        key: &SpannedKey<'t>,
        value: &SpannedValue<'t>,
        place: &str,
        others: &[&'static str],
    ) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        let Some(setting) = in_files().find(|setting| setting.key == name) else {
            let known = in_files().map(|setting| setting.key).chain(others.iter().copied());
            return Err(self.unknown(key, &format!("in {place}"), known));
        };
        // A count, or the 0 of a timeout that never comes, may stand without quotes.
        let word = match value.get_ref() {
            DeValue::String(word) => word.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(self.wrong(value, &format!("{name} must be text in quotes"))),
        };
        (setting.check)(word).map_err(|why| self.wrong(value, &format!("{name} \"{}\" {why}", showable(word))))?;
        layer.insert(setting.key, Setting { value: word.to_owned(), origin: self.origin(place, key) });
        Ok(())
    }
}
