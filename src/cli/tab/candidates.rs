//! Candidates that the definitions of the command line do not have: profiles, and files.

use crate::cli::typed::values_of;
use crate::settings::{Environment, ProfileSummary, Settings};
use crate::text::safe;
use clap::{Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::Path;

/// Asks the shell for names of files. No other candidate has a control character.
const FILE: &str = "\u{1}file";
/// Asks the shell for names of folders.
const FOLDER: &str = "\u{1}folder";

/// Gives the same definitions, with files of the shell offered wherever a file or a folder is wanted.
pub(super) fn with_places(command: Command) -> Command {
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
pub(super) fn place(candidate: &CompletionCandidate) -> Option<&'static str> {
    let value = candidate.get_value().to_str()?;
    [FILE, FOLDER].into_iter().find(|place| value.ends_with(place))
}

/// Gives the profiles of the config file, by default or named by `--config`, and of the official CLI.
pub fn profiles() -> Vec<CompletionCandidate> {
    let environment = Environment::of_process();
    let typed = super::TYPED.get().into_iter().flatten().cloned();
    let config = values_of("--config", typed).first().map(|path| environment.expand(Path::new(path)));
    offered(Settings::profiles_of_files(config.as_deref(), environment).unwrap_or_default())
}

/// Gives the profiles of the official CLI.
pub fn official_profiles() -> Vec<CompletionCandidate> {
    offered(Settings::official_profiles(Environment::of_process()).unwrap_or_default())
}

/// Gives the names that can be typed as they are shown, each once, and that the parser takes for a name.
fn offered(mut profiles: Vec<ProfileSummary>) -> Vec<CompletionCandidate> {
    let mut known = HashSet::new();
    profiles.retain(|ProfileSummary { name, .. }| {
        let can_be_given = !name.is_empty() && name.trim() == name && !name.starts_with('-') && safe(name) == *name;
        can_be_given && known.insert(name.clone())
    });
    let candidate = |ProfileSummary { name, region, file, .. }| {
        let place = region.map_or_else(String::new, |region| format!("{}, ", safe(&region))) + &file;
        CompletionCandidate::new(name).help(Some(place.into()))
    };
    profiles.into_iter().map(candidate).collect()
}
