//! efloctl tells whether a file sent to a fleet of Alibaba Cloud PAI Lingjun nodes arrived, where it did not, and why.
//!
//! The floors, from the ground up; each may use only those before it, and `commands` alone wires them together.

#![cfg_attr(not(test), warn(unused_crate_dependencies))]

mod catalog;
mod clock;
mod crash;
mod files;
mod text;

mod fault;
mod invocation;

mod exit;
mod rpc;
mod signals;
mod terminal;

mod credentials;
mod eflo;

mod feed;
mod settings;

mod output;

mod cli;
mod watch;

mod commands;

#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "fuzz")]
pub mod fuzz;
#[cfg(all(test, not(feature = "fuzz")))]
mod fuzz;

use clap::FromArgMatches;
use std::ffi::OsString;
use std::process::ExitCode;
use std::rc::Rc;
use terminal::{ColorChoice, Terminal};

/// Runs the program: answers the Tab key, or reads the command line, runs the command, tells what went wrong. The one door.
pub fn main() -> ExitCode {
    crash::leave_no_memory_behind();
    if let Some(code) = cli::answer_shell() {
        return code;
    }
    let color = color_flag(std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()));
    let is_short = std::env::args_os().skip(1).any(|arg| arg == "-h");
    let detail = if is_short { cli::Detail::Short } else { cli::Detail::Whole };
    let parse = |args: Vec<OsString>| {
        let parsed = cli::command(clap_choice(color), detail).try_get_matches_from(args);
        parsed.and_then(|matches| cli::Cli::from_arg_matches(&matches))
    };
    let cli = match parse(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(e) => {
            let e = showable(e, parse);
            // Help goes to stdout, and a reader that goes away is no error.
            if let Err(unwritten) = e.print()
                && unwritten.kind() != std::io::ErrorKind::BrokenPipe
                && !e.use_stderr()
            {
                Terminal::new(color, false).error(&format!("the help cannot be written: {unwritten}"));
                return ExitCode::from(exit::unwritten(exit::SUCCESS));
            }
            return u8::try_from(e.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let terminal = Rc::new(Terminal::new(cli.global.color, cli.global.quiet));
    terminal::start_log(&terminal, cli.global.verbose);
    ExitCode::from(commands::run(cli.command, &terminal))
}

/// A parsing error that can be shown: it quotes what was typed. So what was typed is made safe and parsed again, which
/// goes wrong in the same way.
fn showable(e: clap::Error, parse: impl Fn(Vec<OsString>) -> Result<cli::Cli, clap::Error>) -> clap::Error {
    let is_safe = |arg: OsString| arg.to_str().is_some_and(|arg| text::safe(arg) == arg);
    if std::env::args_os().all(is_safe) {
        return e;
    }
    let safe = |arg: OsString| text::safe(&arg.to_string_lossy()).into_owned().into();
    match parse(std::env::args_os().map(safe).collect()) {
        Err(again) if again.kind() == e.kind() => again,
        // Of what is no text nothing is quoted.
        _ if e.kind() == clap::error::ErrorKind::InvalidUtf8 => e,
        _ => clap::Error::raw(e.kind(), "a word of the command line cannot be understood or shown\n"),
    }
}

/// `--color` before anything is parsed, for it rules how a parsing error looks too.
fn color_flag(args: impl Iterator<Item = String>) -> ColorChoice {
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

fn clap_choice(color: ColorChoice) -> clap::ColorChoice {
    match color {
        ColorChoice::Auto => clap::ColorChoice::Auto,
        ColorChoice::Always => clap::ColorChoice::Always,
        ColorChoice::Never => clap::ColorChoice::Never,
    }
}
