//! `completions`: a script for a shell, made from the same definitions as the command line.

use super::Context;
use crate::cli;
use clap_complete::Shell;

/// Runs `completions`.
pub(super) fn completions(shell: Shell, context: &Context) -> anyhow::Result<u8> {
    let mut command = cli::command(clap::ColorChoice::Never);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "efloctl", &mut script);
    context.terminal.answer(|out| out.write_all(&script));
    Ok(crate::exit::SUCCESS)
}
