//! Parsers of options and ids: they check a word, and suggest words for the Tab key to offer.

use crate::catalog;
use crate::eflo::REGIONS;
use crate::exit::Budget;
use crate::invocation::NodeStatus;
use crate::settings::{self, AnySetting, Definition, OutputFormat};
use crate::terminal::ProgressMode;
use crate::text::{odd_in_id, shortened, trimmed};
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error, ValueEnum};
use std::ffi::OsStr;

/// Checks a word as a setting is checked, and suggests words. Others than those can be right too.
#[derive(Clone)]
pub(super) struct Suggest {
    setting: Option<&'static AnySetting>,
    words: fn() -> Vec<PossibleValue>,
}

impl TypedValueParser for Suggest {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        let word = StringValueParser::new().parse_ref(command, arg, value)?;
        let Some(why) = self.setting.and_then(|setting| (setting.check)(&word).err()) else { return Ok(word) };
        let (word, name) = (settings::showable(&word), arg.map(ToString::to_string).unwrap_or_default());
        let message = format!("invalid value '{word}' for '{name}': it {why}\n");
        Err(Error::raw(ErrorKind::ValueValidation, message).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = (self.words)();
        if words.is_empty() { None } else { Some(Box::new(words.into_iter())) }
    }
}

/// Gives the parser of a setting's flag: a word is checked as in the config file.
pub(super) fn setting<T>(Definition { any, .. }: &'static Definition<T>) -> Suggest {
    let regions = || REGIONS.map(|(region, place)| PossibleValue::new(region).help(place)).to_vec();
    let is_region = any.key == settings::REGION.any.key;
    Suggest { setting: Some(any), words: if is_region { regions } else { Vec::new } }
}

/// Gives a parser of any word, which suggests those of the catalog.
pub(super) fn words() -> Suggest {
    let words = || {
        let mut words: Vec<&str> = catalog::all().map(|entry| entry.word).filter(|word| !word.contains(' ')).collect();
        words.sort_unstable();
        words.dedup();
        words.into_iter().map(PossibleValue::new).collect()
    };
    Suggest { setting: None, words }
}

/// Gives a parser of the formats that a command has.
pub(super) fn formats(formats: &'static [OutputFormat]) -> PossibleValuesParser {
    PossibleValuesParser::new(formats.iter().filter_map(ValueEnum::to_possible_value))
}

/// Gives a parser of the ways in which progress can be shown.
pub(super) fn modes() -> PossibleValuesParser {
    PossibleValuesParser::new(ProgressMode::value_variants().iter().filter_map(ValueEnum::to_possible_value))
}

/// Gives a parser of the statuses of nodes. `Unknown` stands for any status that the API page does not know.
pub(super) fn statuses() -> PossibleValuesParser {
    PossibleValuesParser::new(NodeStatus::LISTED.into_iter().chain([NodeStatus::Unknown]).map(NodeStatus::word))
}

/// Reads an id, without the white space that may stand around it in a file.
///
/// # Errors
/// When it is blank or has a character that ids do not have: what is wrong, and what to do.
pub fn id(word: &str) -> Result<String, (String, &'static str)> {
    let id = trimmed(word);
    if id.is_empty() {
        return Err(("is blank".to_owned(), "is the variable set that should hold it?"));
    }
    let Some(odd) = odd_in_id(id) else { return Ok(id.to_owned()) };
    let hint = match odd {
        ',' | ';' | ' ' | '\t' | '\n' => "write each id as a word of its own, or one a line on standard input",
        '"' | '\'' => "leave the quotes out",
        _ => "an id has letters, digits and - _ . : alone",
    };
    Err((format!("has a character that ids do not have: {}", shortened(id)), hint))
}

/// Reads the id of a node, as a parser of an option.
pub(super) fn node_id(word: &str) -> Result<String, String> {
    id(word).map_err(|(why, hint)| format!("it {why}; {hint}"))
}

/// Reads the size of a batch.
pub(super) fn batch(word: &str) -> Result<Budget, String> {
    if word.trim().is_empty() {
        return Err("a size of a batch is blank".to_owned());
    }
    match word.trim().parse()? {
        Budget::Nodes(0) | Budget::Share(0) => Err(format!("\"{word}\" is a batch without a node")),
        size => Ok(size),
    }
}

/// Reads a time of one second or more, in seconds.
pub(super) fn whole_seconds(word: &str) -> Result<u64, String> {
    let time = settings::parse_duration(word).map_err(|why| format!("it {why}"))?;
    let is_whole = !time.is_zero() && time.subsec_nanos() == 0;
    is_whole.then_some(time.as_secs()).ok_or_else(|| "it is no number of whole seconds, such as 60s".to_owned())
}

/// Gives a word without white space around it.
///
/// # Errors
/// When it is blank: most often a variable was not set.
pub(super) fn not_blank(word: &str) -> Result<String, String> {
    let word = Some(word.trim()).filter(|word| !word.is_empty());
    word.map(str::to_owned).ok_or_else(|| "it is blank; is the variable set that should hold it?".to_owned())
}
