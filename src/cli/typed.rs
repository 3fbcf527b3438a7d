//! Reads the command line. The library's errors quote what was typed, so that is made safe first.

use super::{Cli, HelpDetail, command};
use crate::terminal::ColorChoice;
use crate::text::safe;
use clap::FromArgMatches;
use clap::error::ErrorKind;
use std::ffi::OsString;

/// Reads the command line of this process.
///
/// # Errors
/// It cannot be understood, or it asks for help or the version. The error is safe to show.
pub fn read(color: ColorChoice) -> Result<Cli, clap::Error> {
    parse(color, std::env::args_os().collect()).map_err(|e| showable(e, color))
}

/// Finds `--color` before anything is parsed, because it decides how a parsing error looks.
pub fn color() -> ColorChoice {
    let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    let mut args = args.take_while(|arg| arg != "--").peekable();
    while let Some(arg) = args.next() {
        let word = match arg.strip_prefix("--color") {
            Some("") => args.peek().cloned(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(choice) = word.and_then(|word| <ColorChoice as clap::ValueEnum>::from_str(&word, false).ok()) {
            return choice;
        }
    }
    ColorChoice::Auto
}

fn parse(color: ColorChoice, args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let color = match color {
        ColorChoice::Auto => clap::ColorChoice::Auto,
        ColorChoice::Always => clap::ColorChoice::Always,
        ColorChoice::Never => clap::ColorChoice::Never,
    };
    let detail = if args.iter().skip(1).any(|arg| arg == "-h") { HelpDetail::Short } else { HelpDetail::Whole };
    command(color, detail).try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
}

/// Makes a parsing error safe to show. It quotes what was typed, so that is made safe and parsed again, which fails in
/// the same way.
fn showable(e: clap::Error, color: ColorChoice) -> clap::Error {
    let is_safe = |arg: OsString| arg.to_str().is_some_and(|arg| safe(arg) == arg);
    if std::env::args_os().all(is_safe) {
        return e;
    }
    let safe = |arg: OsString| safe(&arg.to_string_lossy()).into_owned().into();
    match parse(color, std::env::args_os().map(safe).collect()) {
        Err(again) if again.kind() == e.kind() => again,
        // Nothing is quoted of what is not UTF-8.
        _ if e.kind() == ErrorKind::InvalidUtf8 => e,
        _ => clap::Error::raw(e.kind(), "a word of the command line cannot be understood or shown\n"),
    }
}
