//! What is wrong with a command line, told as any other fault is: one sentence, and the one line that helps.

use super::command;
use crate::fault::Fault;
use clap::error::{ContextKind, ErrorKind};
use clap::{Command, Error};

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
            let word = word(ContextKind::InvalidSubcommand)?;
            let is_id = word.split_once(['-', ':']).is_some_and(|(start, rest)| start.len() <= 3 && !rest.is_empty());
            match word.as_str() {
                "version" => Some("efloctl --version tells it".to_owned()),
                id if is_id => {
                    Some(format!("efloctl status {id} looks once, efloctl watch {id} waits for the verdict"))
                }
                _ => None,
            }
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
