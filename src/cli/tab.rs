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

use super::{HelpDetail, command};
use crate::fault::Kind;
use crate::terminal::{ColorChoice, Terminal};
use candidates::with_places;
use clap_complete::CompleteEnv;
use clap_complete::engine::{CompletionCandidate, complete};
use clap_complete::env::{EnvCompleter, Shells};
use line::BashLine;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// The variable that names the shell that asks.
const VARIABLE: &str = "EFLOCTL_COMPLETE";

/// The shells that can ask, and the script for each.
const SHELLS: [(&str, &str); 4] = [
    ("bash", include_str!("tab/efloctl.bash")),
    ("elvish", include_str!("tab/efloctl.elv")),
    ("fish", include_str!("tab/efloctl.fish")),
    ("zsh", include_str!("tab/efloctl.zsh")),
];

/// The words typed so far, the command's name first; candidates may depend on them.
static TYPED: OnceLock<Vec<OsString>> = OnceLock::new();

/// Answers the shell, if it is a shell that started this process. Gives the exit code then.
pub fn answer_shell() -> Option<ExitCode> {
    let shell = std::env::var_os(VARIABLE)?;
    let args: Vec<OsString> = std::env::args_os().collect();
    let words = match args.get(1) {
        None => None,
        Some(arg) if arg == "--" => Some(args[2..].to_vec()),
        // A leftover variable must not let a gate of `watch` pass.
        Some(_) => return None,
    };
    match words {
        None => answer(args, None).unwrap_or_else(|_| {
            let known = SHELLS.map(|(shell, _)| shell).join(", ");
            Terminal::new(ColorChoice::Auto, false).error(&format!("{VARIABLE} names a shell other than {known}"));
            Some(ExitCode::from(crate::exit::code_of(Kind::Usage)))
        }),
        Some(words) => complete_line(&shell, words).unwrap_or(Some(ExitCode::FAILURE)),
    }
}

fn complete_line(shell: &OsStr, mut words: Vec<OsString>) -> clap::error::Result<Option<ExitCode>> {
    let mut line = None;
    if shell == "bash" {
        let mut read = BashLine::read(&words).ok_or_else(|| io::Error::other("no line of bash"))?;
        words = std::mem::take(&mut read.words);
        line = Some(read);
    }
    if words.is_empty() {
        return Err(io::Error::other("no word to complete").into());
    }
    let args = [OsString::from("efloctl"), OsString::from("--")].into_iter().chain(words.iter().cloned()).collect();
    let _ = TYPED.set(words);
    answer(args, line)
}

/// Lets the library answer. Gives `None` if the variable says that nobody asks.
fn answer(args: Vec<OsString>, line: Option<BashLine>) -> clap::error::Result<Option<ExitCode>> {
    let shells = SHELLS.map(|(shell, script)| Asking { shell, script, line: line.as_ref() });
    let shells = shells.each_ref().map(|shell| shell as &dyn EnvCompleter);
    let door = CompleteEnv::with_factory(|| with_places(command(clap::ColorChoice::Never, HelpDetail::Whole)));
    let folder = std::env::current_dir().ok();
    let is_answered = door.var(VARIABLE).shells(Shells(&shells)).try_complete(args, folder.as_deref())?;
    Ok(is_answered.then_some(ExitCode::SUCCESS))
}

/// A shell that asks.
struct Asking<'a> {
    shell: &'static str,
    script: &'static str,
    /// The line that bash hands over, which the other shells split into words.
    line: Option<&'a BashLine>,
}

impl EnvCompleter for Asking<'_> {
    fn name(&self) -> &'static str {
        self.shell
    }

    fn is(&self, name: &str) -> bool {
        name == self.shell
    }

    /// Writes the script, which calls `efloctl` by its name and not by its path today.
    fn write_registration(&self, _: &str, _: &str, _: &str, _: &str, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let at = args.len().saturating_sub(1);
        let found = complete(command, args, at, folder)?;
        if let Some(place) = found.iter().find_map(candidates::place) {
            // The shell completes files better: it knows quotes, ~ and hidden files.
            return writeln!(out, "{place}");
        }
        found.iter().try_for_each(|candidate| self.write(candidate, out))
    }
}

impl Asking<'_> {
    /// Writes a candidate as the shell's script reads it.
    fn write(&self, candidate: &CompletionCandidate, out: &mut dyn Write) -> io::Result<()> {
        let Some(value) = candidate.get_value().to_str() else { return Ok(()) };
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().unwrap_or_default();
        match (self.line, self.shell) {
            (Some(line), _) => line.quoted(value).map_or(Ok(()), |word| writeln!(out, "{word}")),
            (None, "zsh") => writeln!(out, "{}:{help}", value.replace('\\', "\\\\").replace(':', "\\:")),
            _ => writeln!(out, "{value}\t{help}"),
        }
    }
}
