//! Reads what was typed. What cannot be read is told by the library, which quotes it; so it is made safe first.

use super::{Cli, HelpDetail, command};
use crate::terminal::ColorChoice;
use crate::text::safe;
use clap::FromArgMatches;
use clap::error::ErrorKind;
use std::ffi::OsString;

/// The command line of this process.
///
/// # Errors
/// It cannot be understood, or asks for help or the version; safe to show either way.
pub fn read(color: ColorChoice) -> Result<Cli, clap::Error> {
    parse(color, std::env::args_os().collect()).map_err(|e| showable(e, color))
}

/// `--color` before anything is parsed, for it rules how a parsing error looks too.
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

/// Never inlined: it is large, and is called twice.
#[inline(never)]
fn parse(color: ColorChoice, args: Vec<OsString>) -> Result<Cli, clap::Error> {
    let color = match color {
        ColorChoice::Auto => clap::ColorChoice::Auto,
        ColorChoice::Always => clap::ColorChoice::Always,
        ColorChoice::Never => clap::ColorChoice::Never,
    };
    let detail = if args.iter().skip(1).any(|arg| arg == "-h") { HelpDetail::Short } else { HelpDetail::Whole };
    command(color, detail).try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
}

/// A parsing error that can be shown: it quotes what was typed. So what was typed is made safe and parsed again, which
/// goes wrong in the same way.
fn showable(e: clap::Error, color: ColorChoice) -> clap::Error {
    let is_safe = |arg: OsString| arg.to_str().is_some_and(|arg| safe(arg) == arg);
    if std::env::args_os().all(is_safe) {
        return e;
    }
    let safe = |arg: OsString| safe(&arg.to_string_lossy()).into_owned().into();
    match parse(color, std::env::args_os().map(safe).collect()) {
        Err(again) if again.kind() == e.kind() => again,
        // Of what is no text nothing is quoted.
        _ if e.kind() == ErrorKind::InvalidUtf8 => e,
        _ => clap::Error::raw(e.kind(), "a word of the command line cannot be understood or shown\n"),
    }
}
