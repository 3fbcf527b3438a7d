//! Completion by the Tab key. The shell asks the program itself, so that the profiles of the config file are offered.
//!
//! A variable asks for it. Without arguments the program prints the script that makes a shell ask; behind `--` come
//! the words typed so far, and candidates go back, one a line. What may stand where is found by the library from the
//! definitions of the command line. The scripts are our own, for what is offered must not act on the shell: those of
//! the library let bash expand and split it. Nothing is written to stderr, no secret is read that settings
//! do not read, and no call is made.

mod candidates;
mod line;

pub(super) use candidates::{official_profiles, profiles};

use super::command;
use crate::exit;
use crate::fault::Kind;
use crate::terminal::Terminal;
use candidates::with_places;
use clap::ColorChoice;
use clap_complete::engine::{CompletionCandidate, complete};
use line::BashLine;
use std::ffi::OsString;
use std::sync::OnceLock;

/// Names the variable in which a shell says which one it is.
const VARIABLE: &str = "EFLOCTL_COMPLETE";

/// Lists the shells that can ask, and the script for each.
const SHELLS: [(&str, &str); 4] = [
    ("bash", include_str!("tab/efloctl.bash")),
    ("elvish", include_str!("tab/efloctl.elv")),
    ("fish", include_str!("tab/efloctl.fish")),
    ("zsh", include_str!("tab/efloctl.zsh")),
];

/// Holds the words typed so far, the command's name first; candidates may depend on them.
static TYPED: OnceLock<Vec<OsString>> = OnceLock::new();

/// Answers the shell, if it is a shell that started this process. Gives the exit code then.
pub fn answer_shell() -> Option<u8> {
    let asking = std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty() && shell != "0")?;
    let shell = SHELLS.into_iter().find(|(name, _)| asking == *name);
    let terminal = Terminal::new(ColorChoice::Auto, false);
    let mut args = std::env::args_os().skip(1);
    let answer = match args.next() {
        None if shell.is_none() => {
            let known = SHELLS.map(|(name, _)| name).join(", ");
            terminal.error(&format!("{VARIABLE} names a shell other than {known}"));
            return Some(exit::code_of(Kind::Usage));
        }
        None => shell.map(|(_, script)| script.to_owned()),
        Some(arg) if arg == "--" => shell.and_then(|(name, _)| candidates_for(name, args.collect())),
        // A leftover variable must not let a gate of `watch` pass.
        Some(_) => return None,
    };
    let Some(answer) = answer else { return Some(1) };
    terminal.answer(|out| out.write_all(answer.as_bytes()));
    Some(match terminal.take_failure() {
        None => exit::SUCCESS,
        Some(unwritten) => {
            terminal.error(&format!("the answer cannot be written: {unwritten}"));
            exit::code_when_unwritten(exit::SUCCESS)
        }
    })
}

/// Gives the lines that the script of a shell reads. Gives `None` if the words are no line that can be completed.
fn candidates_for(shell: &str, mut words: Vec<OsString>) -> Option<String> {
    let mut line = None;
    if shell == "bash" {
        let read = BashLine::read(&words)?;
        words.clone_from(&read.words);
        line = Some(read);
    }
    let at = words.len().checked_sub(1)?;
    let _ = TYPED.set(words.clone());
    let mut command = with_places(command());
    let found = complete(&mut command, words, at, std::env::current_dir().ok().as_deref()).ok()?;
    // The shell completes files better: it knows quotes, ~ and hidden files.
    if let Some(place) = found.iter().find_map(candidates::place) {
        return Some(format!("{place}\n"));
    }
    let written = |candidate: &CompletionCandidate| {
        let value = candidate.get_value().to_str()?;
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().unwrap_or_default();
        match (&line, shell) {
            (Some(line), _) => line.quoted(value),
            (None, "zsh") => Some(format!("{}:{help}", value.replace('\\', "\\\\").replace(':', "\\:"))),
            _ => Some(format!("{value}\t{help}")),
        }
    };
    Some(found.iter().filter_map(written).map(|line| line + "\n").collect())
}
