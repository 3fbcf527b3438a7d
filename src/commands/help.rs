//! `help`: the help of a command, the same as its `--help`, or a topic of the reference.

use super::Context;
use crate::cli;
use crate::exit;
use crate::fault::Fault;
use crate::text::safe;

/// Limits a line of text, however wide the screen is: a wider one would be hard to read.
const WIDEST: usize = 100;

/// Runs `help`.
pub(super) fn help(words: &[String], context: &Context) -> anyhow::Result<u8> {
    if let [word] = words
        && let Some(topic) = cli::topics::find(word)
    {
        let surface = context.terminal.stdout();
        context.terminal.answer(|out| topic.draw(surface.width.unwrap_or(WIDEST).min(WIDEST), surface.colour, out));
        return Ok(exit::SUCCESS);
    }
    let mut command = cli::command();
    // Only a built command has its whole name.
    command.build();
    let mut found = &mut command;
    for word in words {
        let known = found.find_subcommand_mut(word);
        found = known.ok_or_else(|| {
            Fault::usage(format!("there is no command or topic '{}'", safe(word)))
                .hint(format!("efloctl --help lists the commands; the topics are {}", cli::topics::names()))
        })?;
    }
    let text = found.render_help();
    let text = if context.terminal.stdout().colour { text.ansi().to_string() } else { text.to_string() };
    context.terminal.answer(|out| out.write_all(text.as_bytes()));
    Ok(exit::SUCCESS)
}
