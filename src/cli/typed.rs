//! Reads the command line, and tells what is wrong with one as any other fault is told: one sentence, and the one line
//! that helps. The library's errors quote what was typed: what it refuses is made safe and parsed again, which fails in
//! the same way.

use super::help::definition;
use super::{Cli, command};
use crate::fault::Fault;
use crate::text::safe;
use clap::error::{ContextKind, ErrorKind};
use clap::{ColorChoice, Command, Error, FromArgMatches, ValueEnum};
use std::ffi::OsString;

/// Reads the command line of this process.
///
/// # Errors
/// When it cannot be understood, or asks for help or the version. The error is safe to show.
pub fn read(color: ColorChoice) -> Result<Cli, Error> {
    parse(color, std::env::args_os().collect()).or_else(|e| {
        let shown = |word: OsString| safe(&word.to_string_lossy()).into_owned();
        parse(color, std::env::args_os().map(|word| shown(word).into()).collect()).and_then(|_| {
            let odd = std::env::args_os().skip(1).find(|word| word.to_str().is_none()).map(shown).unwrap_or_default();
            Err(Error::raw(e.kind(), format!("the word '{odd}' is no UTF-8 text\n")))
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

fn parse(color: ColorChoice, args: Vec<OsString>) -> Result<Cli, Error> {
    let is_short = args.iter().skip(1).any(|arg| arg == "-h");
    definition(color, is_short).try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
}

/// Gives the parser's error as a fault. What it quotes has been made safe.
pub fn mistake(e: &Error) -> Fault {
    let text = e.to_string();
    let told = text.split("\n\n").next().unwrap_or_default();
    let told = told.strip_prefix("error: ").unwrap_or(told);
    let message = told.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: "));
    // The message names all values that there are.
    let tip = tip.filter(|_| e.kind() != ErrorKind::InvalidValue);
    let hint = advice(e).or_else(|| tip.map(str::to_owned));
    Fault::usage(message).hint(hint.unwrap_or_else(|| format!("{} --help shows what it takes", typed_command())))
}

/// Gives the command that was typed, as far as it is one: `efloctl config show`.
fn typed_command() -> String {
    let root = command();
    let (mut found, mut path) = (&root, vec!["efloctl"]);
    for word in std::env::args_os().skip(1) {
        if let Some(subcommand) = word.to_str().and_then(|word| found.find_subcommand(word)) {
            path.push(subcommand.get_name());
            found = subcommand;
        }
    }
    path.join(" ")
}

/// Says what helps with a mistake that people make.
fn advice(e: &Error) -> Option<String> {
    let word = |kind| e.get(kind).map(ToString::to_string);
    match e.kind() {
        ErrorKind::InvalidSubcommand => {
            let id = word(ContextKind::InvalidSubcommand)?;
            if id == "version" {
                return Some("efloctl --version tells it".to_owned());
            }
            let is_id = id.split_once(['-', ':']).is_some_and(|(start, rest)| start.len() <= 3 && !rest.is_empty());
            is_id.then(|| format!("efloctl status {id} looks once, efloctl watch {id} waits for the verdict"))
        }
        ErrorKind::UnknownArgument => {
            let typed = word(ContextKind::InvalidArg)?;
            let flag = typed.trim_start_matches('-').split('=').next().unwrap_or_default();
            match flag {
                "json" | "jsonl" | "tsv" | "ids" | "raw" | "table" => Some(format!("write -o {flag}")),
                "id" | "invoke-id" | "invocation-id" => Some("the id stands alone: efloctl status ID".to_owned()),
                _ => of_other_commands(flag),
            }
        }
        ErrorKind::MissingRequiredArgument if e.to_string().contains("<DIR>") => {
            Some("name a folder, such as: efloctl man ~/.local/share/man/man1".to_owned())
        }
        _ => None,
    }
}

/// Names the commands that have an option, for whoever gave it to another.
fn of_other_commands(flag: &str) -> Option<String> {
    let root = command();
    let has =
        |command: &&Command| command.get_arguments().any(|arg| !arg.is_global_set() && arg.get_long() == Some(flag));
    let names: Vec<&str> = root.get_subcommands().filter(has).map(Command::get_name).collect();
    let (last, others) = names.split_last()?;
    let names = if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
    Some(format!("--{flag} is an option of {names}"))
}
