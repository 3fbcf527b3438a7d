//! `help`: the help of a command by its name, the same as its `--help`.

use super::Context;
use crate::cli::{self, Help};
use crate::exit;
use crate::fault::Fault;
use crate::text::safe;
use clap::ColorChoice;

/// Runs `help`.
pub(super) fn help(args: &Help, context: &Context) -> anyhow::Result<u8> {
    let mut command = cli::command(ColorChoice::Never, cli::Detail::Whole);
    // The name of a command includes that of those above it only then.
    command.build();
    let mut found = &mut command;
    for word in &args.command {
        let known = found.find_subcommand_mut(word);
        found = known.ok_or_else(|| {
            Fault::usage(format!("there is no command '{}'", safe(word))).hint("efloctl --help lists them")
        })?;
    }
    let text = found.render_help();
    let text = if context.terminal.out.colour { text.ansi().to_string() } else { text.to_string() };
    context.terminal.answer(|out| out.write_all(text.as_bytes()));
    Ok(exit::SUCCESS)
}
