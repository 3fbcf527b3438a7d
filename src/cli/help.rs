//! The help texts, `-h` and `--help`, with examples and exit codes from the one place where each is declared. `-h` fits
//! the smallest screen, and leaves out options that are the same everywhere; `--help` leaves out nothing.

use super::topics::TOPICS;
use super::{CONNECTION, Cli, DISPLAY, GLOBAL, WAITING};
use crate::output::EXIT_CODES;
use crate::text::wrapped;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Arg, ArgAction, ColorChoice, Command, CommandFactory};

/// An example or two for each command, by its path.
const EXAMPLES: [(&[&str], &str); 18] = [
    (
        &[],
        "  efloctl demo                      see a rollout, without an account\n  \
           efloctl status t-bj038i0d6r8zoqo  look once\n  \
           efloctl watch t-bj038i0d6r8zoqo   wait for the verdict",
    ),
    (
        &["status"],
        "  efloctl status t-bj038i0d6r8zoqo\n  \
           efloctl status t-bj038i0d6r8zoqo --failed -o ids > failed.txt\n  \
           efloctl status --from answer.json   what the official CLI printed",
    ),
    (&["errors"], "  efloctl errors t-bj038i0d6r8zoqo\n  efloctl errors t-bj038i0d6r8zoqo -o ids > failed.txt"),
    (&["watch"], "  efloctl watch t-bj038i0d6r8zoqo --timeout 10m\n  efloctl watch - < ids.txt"),
    (
        &["nodes"],
        "  efloctl nodes\n  \
           efloctl nodes --group ng-b --state Using -o ids > nodes.txt",
    ),
    (
        &["send"],
        "  efloctl send app.conf --to /etc/app --nodes n-1,n-2 --dry-run\n  \
           efloctl send app.conf --to /etc/app --nodes @nodes.txt --batches 1,10%,100%",
    ),
    (&["resend"], "  efloctl resend s-20260102T0304-k3f9qx\n  efloctl resend s-20260102T0304-k3f9qx --overwrite --yes"),
    (&["sent"], "  efloctl sent\n  efloctl sent -o json"),
    (&["explain"], "  efloctl explain FileAlreadyExists\n  efloctl explain the node is not running when create task"),
    (&["demo"], "  efloctl demo\n  efloctl demo success -o json"),
    (&["doctor"], "  efloctl doctor\n  efloctl doctor --profile ops -o json"),
    (
        &["config", "init"],
        "  efloctl config init\n  efloctl config init --region cn-wulanchabu --access-key-id LTAI... < key.txt",
    ),
    (&["man"], "  efloctl man ~/.local/share/man/man1\n  efloctl man pages && man -l pages/efloctl.1"),
    (&["config", "show"], "  efloctl config show"),
    (&["config"], "  efloctl config path\n  efloctl config list"),
    (&["config", "path"], "  $EDITOR \"$(efloctl config path)\""),
    (&["config", "list"], "  efloctl config list"),
    (
        &["completions"],
        "  source <(efloctl completions bash)   in ~/.bashrc\n  \
           source <(efloctl completions zsh)    in ~/.zshrc, after compinit\n  \
           efloctl completions fish > ~/.config/fish/completions/efloctl.fish\n  \
           efloctl completions elvish >> ~/.config/elvish/rc.elv\n  \
           efloctl completions powershell >> $PROFILE\n\n\
           Files that are loaded at the first Tab, in folders that must be there:\n  \
           bash  ~/.local/share/bash-completion/completions/efloctl\n  \
           zsh   _efloctl in a folder of $fpath",
    ),
];

/// How much a help text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpDetail {
    /// `-h`.
    Short,
    /// `--help`.
    Whole,
}

/// Gives the definition of the command line, with its help texts.
pub fn command(color: ColorChoice, detail: HelpDetail) -> Command {
    let styles = Styles::styled()
        .header(AnsiColor::Green.on_default().bold())
        .usage(AnsiColor::Green.on_default().bold())
        .literal(AnsiColor::Cyan.on_default());
    let mut command = helped(Cli::command().color(color).styles(styles), detail);
    for (path, example) in EXAMPLES {
        command = with(command, path, &format!("Examples:\n{example}"), detail);
    }
    command
}

/// Gives each command our own `--help` and `-h`. The library's long help takes three lines an option, which no screen
/// holds.
fn helped(command: Command, detail: HelpDetail) -> Command {
    // `--version` is an option of the program alone.
    let is_first = command.get_name() == "efloctl";
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort);
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(help.help_heading(None).help("Print help; with --help, of every option"))
        .args(is_first.then(|| version.help_heading(GLOBAL).help("Print version")))
        .mut_subcommands(|command| helped(command, detail));
    let is_everywhere = |arg: &Arg| matches!(arg.get_help_heading(), Some(CONNECTION | DISPLAY | GLOBAL | WAITING));
    command.mut_args(|arg| {
        let is_hidden = detail == HelpDetail::Short && is_everywhere(&arg);
        // The help of an option names its values.
        let names_values = !arg.is_positional() && arg.get_action().takes_values();
        let hides_values = names_values || arg.is_hide_possible_values_set();
        arg.hide(is_hidden).hide_possible_values(hides_values)
    })
}

/// Adds an example, and exit codes where they belong, to the help of the command at a path.
fn with(command: Command, path: &[&'static str], example: &str, detail: HelpDetail) -> Command {
    if let [first, rest @ ..] = path {
        return command.mut_subcommand(*first, |command| with(command, rest, example, detail));
    }
    let codes = match (detail, command.get_name()) {
        (HelpDetail::Whole, "efloctl") => {
            format!("\n\n{}\n\nExit codes, the first that applies:\n{}", topics(), codes())
        }
        (HelpDetail::Whole, "watch") => format!("\n\n{GATE_CODES}"),
        _ => String::new(),
    };
    command.after_help(format!("{example}{codes}"))
}

/// Gives the examples of the command at a path.
pub(super) fn example(path: &[&str]) -> &'static str {
    EXAMPLES.iter().find(|(of, _)| *of == path).map_or("", |(_, example)| example)
}

/// Tells whether the manual page of a command has exit codes.
pub(super) fn has_codes(command: &str) -> bool {
    matches!(command, "efloctl" | "status" | "errors" | "watch")
}

/// Names the topics.
fn topics() -> String {
    let names = wrapped(&TOPICS.each_ref().map(|topic| topic.name).join(", "), 78);
    format!("Topics, for efloctl help TOPIC:\n  {}", names.join("\n  "))
}

fn codes() -> String {
    EXIT_CODES.map(|code| format!("  {:>3}  {}", code.word, code.meaning)).join("\n")
}

/// The exit codes that a gate meets. The help of `watch` has no room for all of them.
const GATE_CODES: &str = "Exit codes; efloctl --help has all of them:\n  \
    0 Success, 1 Failed, 3 PartialFailed, 4 credentials, 5 no usable answer,\n  \
    6 no such invocation, 124 out of time, 130 Ctrl-C";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cli_definitions_pass_the_checks_of_clap() {
        for detail in [HelpDetail::Short, HelpDetail::Whole] {
            command(ColorChoice::Never, detail).debug_assert();
        }
    }

    #[test]
    fn help_of_every_command_has_examples() {
        fn check(command: &Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{} has no example", command.get_name());
            command.get_subcommands().filter(|command| command.get_name() != "help").for_each(check);
        }
        check(&command(ColorChoice::Never, HelpDetail::Short));
    }
}
