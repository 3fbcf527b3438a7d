//! `completions`: prints what makes a shell ask efloctl when Tab is pressed.
//!
//! Where a shell can ask, a loader of a few lines is enough: the script proper comes from the program that is
//! installed by then ([`crate::cli`]), and profiles are among what it offers. PowerShell keeps a script with all the
//! words in it, for the library's way of asking there evaluates what was typed, a command in parentheses included.
//! That script lacks the values of options and arguments, which are added here.

use super::Context;
use crate::cli;
use clap::Command;
use clap_complete::Shell;
use clap_complete::shells::PowerShell;
use std::borrow::Cow;
use std::collections::HashSet;

/// Runs `completions`.
pub(super) fn completions(shell: Shell, context: &Context) -> anyhow::Result<u8> {
    let script = match shell {
        Shell::Bash => Cow::Borrowed(include_str!("../../completions/efloctl.bash")),
        Shell::Elvish => Cow::Borrowed(include_str!("../../completions/efloctl.elv")),
        Shell::Fish => Cow::Borrowed(include_str!("../../completions/efloctl.fish")),
        Shell::Zsh => Cow::Borrowed(include_str!("../../completions/_efloctl")),
        _ => Cow::Owned(for_powershell()?),
    };
    context.terminal.answer(|out| out.write_all(script.as_bytes()));
    Ok(crate::exit::SUCCESS)
}

fn for_powershell() -> anyhow::Result<String> {
    let mut command = cli::command();
    let mut script = Vec::new();
    clap_complete::generate(PowerShell, &mut command, "efloctl", &mut script);
    let mut script = String::from_utf8(script)?;
    insert(&command, "efloctl", &mut script);
    Ok(script)
}

/// Adds the values that commands take to the script, below the line at which each command's words begin.
fn insert(command: &Command, path: &str, script: &mut String) {
    for subcommand in command.get_subcommands() {
        let path = format!("{path};{}", subcommand.get_name());
        let start = format!("        '{path}' {{\n");
        if let Some(at) = script.find(&start) {
            script.insert_str(at + start.len(), &candidates(subcommand));
        }
        insert(subcommand, &path, script);
    }
}

/// Gives the values that a command's arguments take, each once, as candidates of PowerShell.
fn candidates(command: &Command) -> String {
    let arguments = command.get_arguments().filter(|argument| argument.get_action().takes_values());
    let mut known = HashSet::new();
    let mut lines = String::new();
    for value in arguments.flat_map(clap::Arg::get_possible_values) {
        let word = value.get_name();
        if known.insert(word.to_owned()) {
            let result = format!("'{word}', '{word}', [CompletionResultType]::ParameterValue, '{word}'");
            lines += &format!("            [CompletionResult]::new({result})\n");
        }
    }
    lines
}
