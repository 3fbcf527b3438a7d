//! The help texts, `-h` and `--help`, with examples and exit codes from the one place where each is declared. `-h` fits
//! the smallest screen, and leaves out options that are the same everywhere; `--help` leaves out nothing.

use super::{CONNECTION, Cli, DISPLAY, GLOBAL, WAITING, topics};
use crate::output::EXIT_CODES;
use crate::text::wrapped;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Arg, ArgAction, ColorChoice, Command, CommandFactory};

/// Gives the definition of the command line, with the help texts of `--help` without colour.
pub fn command() -> Command {
    definition(ColorChoice::Never, false)
}

/// Gives the definition of the command line, with the help texts of `-h` or of `--help`.
pub(super) fn definition(color: ColorChoice, is_short: bool) -> Command {
    let styles = Styles::styled()
        .header(AnsiColor::Green.on_default().bold())
        .usage(AnsiColor::Green.on_default().bold())
        .literal(AnsiColor::Cyan.on_default());
    helped(Cli::command().color(color).styles(styles), is_short)
}

/// Gives each command our own `--help` and `-h`, with its examples, and exit codes where they belong. The library's
/// long help takes three lines an option, which no screen holds.
fn helped(command: Command, is_short: bool) -> Command {
    let codes = match command.get_name() {
        "efloctl" if !is_short => {
            let topics = wrapped(&topics::names(), 78).join("\n  ");
            let codes = EXIT_CODES.map(|code| format!("  {:>3}  {}", code.word, code.meaning)).join("\n");
            format!("\n\nTopics, for efloctl help TOPIC:\n  {topics}\n\nExit codes, the first that applies:\n{codes}")
        }
        "watch" if !is_short => format!("\n\n{GATE_CODES}"),
        _ => String::new(),
    };
    let examples = command.get_after_long_help().map(|examples| format!("Examples:\n{examples}{codes}"));
    // `--version` is an option of the program alone.
    let is_first = command.get_name() == "efloctl";
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort);
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .after_help(examples.unwrap_or_default())
        .arg(help.help_heading(None).help("Print help; with --help, of every option"))
        .args(is_first.then(|| version.help_heading(GLOBAL).help("Print version")))
        .mut_subcommands(|command| helped(command, is_short));
    command.mut_args(|arg| {
        let is_everywhere = matches!(arg.get_help_heading(), Some(CONNECTION | DISPLAY | GLOBAL | WAITING));
        // The help of an option names its values.
        let names_values = !arg.is_positional() && arg.get_action().takes_values();
        let hides_values = names_values || arg.is_hide_possible_values_set();
        arg.hide(is_short && is_everywhere).hide_possible_values(hides_values)
    })
}

/// Tells of the exit codes that a gate meets. The help of `watch` has no room for all of them.
const GATE_CODES: &str = "Exit codes; efloctl --help has all of them:\n  \
    0 Success, 1 Failed, 3 PartialFailed, 4 credentials, 5 no usable answer,\n  \
    6 no such invocation, 124 out of time, 130 Ctrl-C";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cli_definitions_pass_the_checks_of_clap() {
        for is_short in [true, false] {
            definition(ColorChoice::Never, is_short).debug_assert();
        }
    }

    #[test]
    fn help_of_every_command_has_examples() {
        fn check(command: &Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{} has no example", command.get_name());
            command.get_subcommands().filter(|command| command.get_name() != "help").for_each(check);
        }
        check(&definition(ColorChoice::Never, true));
    }
}
