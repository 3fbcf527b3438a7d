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
    values_of("--color", words).find_map(choice).unwrap_or_default()
}

/// Gives the values of a flag in a line that is not parsed yet.
pub(super) fn values_of(flag: &str, words: impl Iterator<Item = OsString>) -> impl Iterator<Item = String> {
    let mut words = words.map(|word| word.to_string_lossy().into_owned()).peekable();
    std::iter::from_fn(move || {
        loop {
            match words.next()?.strip_prefix(flag) {
                Some("") => return words.peek().cloned(),
                Some(rest) if rest.starts_with('=') => return Some(rest[1..].to_owned()),
                _ => {}
            }
        }
    })
}

fn parse(color: ColorChoice, args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let is_short = args.iter().skip(1).any(|arg| arg == "-h");
    definition(color, is_short).try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
}
