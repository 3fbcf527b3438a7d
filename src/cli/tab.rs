//! Completion by the Tab key. The shell asks the program itself, so that the profiles of the config file are offered.
//!
//! A variable asks for it. Without arguments the program prints the script that makes a shell ask; behind `--` come
//! the words typed so far, and candidates go back, one a line. What may stand where is found by the library from the
//! definitions of the command line. The scripts are our own, for what is offered must not act on the shell: those of
//! the library let bash expand and split it. Nothing is written to stderr, no secret is read that settings
//! do not read, and no call is made.

mod line;

use super::command;
use super::typed::values_of;
use crate::exit;
use crate::fault::Kind;
use crate::settings::{Environment, ProfileSummary, Settings};
use crate::terminal::Terminal;
use crate::text::safe;
use clap::{ColorChoice, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};
use line::BashLine;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;
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

/// Asks the shell for names of files. No other candidate has a control character.
const FILE: &str = "\u{1}file";
/// Asks the shell for names of folders.
const FOLDER: &str = "\u{1}folder";

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
fn candidates_for(shell: &str, words: Vec<OsString>) -> Option<String> {
    let line = if shell == "bash" { Some(BashLine::read(&words)?) } else { None };
    let words = line.as_ref().map_or(words, |line| line.words.clone());
    let at = words.len().checked_sub(1)?;
    let _ = TYPED.set(words.clone());
    let mut command = with_places(command());
    let found = complete(&mut command, words, at, std::env::current_dir().ok().as_deref()).ok()?;
    // The shell completes files better: it knows quotes, ~ and hidden files.
    if let Some(place) = found.iter().find_map(place) {
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

/// Gives the same definitions, with files of the shell offered wherever a file or a folder is wanted.
fn with_places(command: Command) -> Command {
    let command = command.mut_args(|arg| match arg.get_value_hint() {
        ValueHint::FilePath => arg.add(stand_in(FILE)),
        ValueHint::DirPath => arg.add(stand_in(FOLDER)),
        _ => arg,
    });
    command.mut_subcommands(with_places)
}

fn stand_in(place: &'static str) -> ArgValueCompleter {
    ArgValueCompleter::new(move |_: &OsStr| vec![CompletionCandidate::new(place)])
}

/// Gives what a candidate asks the shell for, if it does; the option's name may stand before it.
fn place(candidate: &CompletionCandidate) -> Option<&'static str> {
    let value = candidate.get_value().to_str()?;
    [FILE, FOLDER].into_iter().find(|place| value.ends_with(place))
}

/// Gives the profiles of the config file, by default or named by `--config`, and of the official CLI.
pub fn profiles() -> Vec<CompletionCandidate> {
    let environment = Environment::of_process();
    let typed = TYPED.get().into_iter().flatten().cloned();
    let config = values_of("--config", typed).first().map(|path| environment.expand(Path::new(path)));
    offered(Settings::profiles_of_files(config.as_deref(), environment).unwrap_or_default())
}

/// Gives the profiles of the official CLI.
pub fn official_profiles() -> Vec<CompletionCandidate> {
    offered(Settings::official_profiles(Environment::of_process()).unwrap_or_default())
}

/// Gives the names that can be typed as they are shown, each once, and that the parser takes for a name.
fn offered(profiles: Vec<ProfileSummary>) -> Vec<CompletionCandidate> {
    let mut known = HashSet::new();
    let candidate = |ProfileSummary { name, region, file, .. }| {
        let can_be_given = !name.is_empty() && name.trim() == name && !name.starts_with('-') && safe(&name) == name;
        let place = region.map_or_else(String::new, |region| format!("{}, ", safe(&region))) + &file;
        let is_offered = can_be_given && known.insert(name.clone());
        is_offered.then(|| CompletionCandidate::new(name).help(Some(place.into())))
    };
    profiles.into_iter().filter_map(candidate).collect()
}
