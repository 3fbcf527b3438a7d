//! Reads the command line. The library's errors quote what was typed: what it refuses is made safe and parsed again,
//! which fails in the same way.

use super::Cli;
use super::help::definition;
use crate::text::safe;
use clap::{ColorChoice, FromArgMatches, ValueEnum};
use std::ffi::OsString;

/// Reads the command line of this process.
///
/// # Errors
/// When it cannot be understood, or asks for help or the version. The error is safe to show.
pub fn read(color: ColorChoice) -> Result<Cli, clap::Error> {
    parse(color, std::env::args_os().collect()).or_else(|e| {
        let shown = |word: OsString| safe(&word.to_string_lossy()).into_owned();
        parse(color, std::env::args_os().map(|word| shown(word).into()).collect()).and_then(|_| {
            let odd = std::env::args_os().find(|word| word.to_str().is_none()).map(shown).unwrap_or_default();
            Err(clap::Error::raw(e.kind(), format!("the word '{odd}' is no UTF-8 text\n")))
        })
    })
}

/// Finds `--color` before anything is parsed, because it decides how a parsing error looks.
pub fn color() -> ColorChoice {
    let words = std::env::args_os().skip(1).take_while(|word| word != "--");
    let choice = |word: String| ColorChoice::from_str(&word, false).ok();
    values_of("--color", words).into_iter().find_map(choice).unwrap_or_default()
}

/// Gives the values of a flag in a line that is not parsed yet.
pub(super) fn values_of(flag: &str, words: impl Iterator<Item = OsString>) -> Vec<String> {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let value = |(at, word): (usize, &String)| match word.strip_prefix(flag)? {
        "" => words.get(at + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_owned),
    };
    words.iter().enumerate().filter_map(value).collect()
}

fn parse(color: ColorChoice, args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let is_short = args.iter().skip(1).any(|arg| arg == "-h");
    definition(color, is_short).try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
}
