//! `completions`: a script for a shell, made from the same definitions as the command line.
//!
//! The library offers the values of options and arguments, such as formats, regions and error codes, in bash and zsh.
//! In fish it leaves out those of arguments, in PowerShell and elvish all of them; they are added here.

use super::Context;
use crate::cli;
use clap::{Arg, Command};
use clap_complete::Shell;

/// Runs `completions`.
pub(super) fn completions(shell: Shell, context: &Context) -> anyhow::Result<u8> {
    let mut command = cli::command(clap::ColorChoice::Never, cli::Detail::Whole);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "efloctl", &mut script);
    let script = with_values(shell, &command, String::from_utf8(script)?);
    context.terminal.answer(|out| out.write_all(script.as_bytes()));
    Ok(crate::exit::SUCCESS)
}

fn with_values(shell: Shell, command: &Command, mut script: String) -> String {
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let name = subcommand.get_name();
        match shell {
            Shell::Fish => {
                let words = values(subcommand.get_positionals());
                if !words.is_empty() {
                    let words = words.join(" ");
                    let condition = format!("__fish_efloctl_using_subcommand {name}");
                    script.push_str(&format!("complete -c efloctl -n \"{condition}\" -f -a \"{words}\"\n"));
                }
            }
            Shell::PowerShell => {
                let candidate = |word: &String| {
                    format!(
                        "            [CompletionResult]::new('{word}', '{word}', [CompletionResultType]::ParameterValue, '{word}')\n"
                    )
                };
                insert(&mut script, &format!("        'efloctl;{name}' {{\n"), subcommand, candidate);
            }
            Shell::Elvish => {
                let candidate = |word: &String| format!("            cand {word} '{word}'\n");
                insert(&mut script, &format!("        &'efloctl;{name}'= {{\n"), subcommand, candidate);
            }
            _ => {}
        }
    }
    script
}

/// Puts a candidate for each value behind the line that begins a subcommand's.
fn insert(script: &mut String, start: &str, subcommand: &Command, candidate: impl Fn(&String) -> String) {
    if let Some(at) = script.find(start) {
        let candidates: String = values(subcommand.get_arguments()).iter().map(candidate).collect();
        script.insert_str(at + start.len(), &candidates);
    }
}

/// The values that arguments suggest, each once.
fn values<'a>(arguments: impl Iterator<Item = &'a Arg>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in arguments.filter(|argument| argument.get_action().takes_values()).flat_map(Arg::get_possible_values) {
        if !words.iter().any(|known| known == word.get_name()) {
            words.push(word.get_name().to_owned());
        }
    }
    words
}
