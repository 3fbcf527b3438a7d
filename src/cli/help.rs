//! Examples and exit codes below the options, from the one place where each is declared.

use super::Cli;
use crate::exit::CODES;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{ColorChoice, Command, CommandFactory};

/// An example or two for each command, by its path.
const EXAMPLES: [(&[&str], &str); 13] = [
    (
        &[],
        "  efloctl demo                      see a rollout, without an account\n  \
           efloctl status t-bj038i0d6r8zoqo  look once\n  \
           efloctl watch t-bj038i0d6r8zoqo   wait for the verdict",
    ),
    (
        &["status"],
        "  efloctl status t-bj038i0d6r8zoqo\n  \
           efloctl status t-bj038i0d6r8zoqo --failed -o ids | xargs -n1 echo\n  \
           efloctl status --from answer.json   what the official CLI printed",
    ),
    (
        &["errors"],
        "  efloctl errors t-bj038i0d6r8zoqo\n  efloctl errors t-bj038i0d6r8zoqo -o json | jq '.invocations[].errors[].error_code'",
    ),
    (&["watch"], "  efloctl watch t-bj038i0d6r8zoqo --timeout 10m\n  efloctl watch - < ids.txt"),
    (&["explain"], "  efloctl explain FileAlreadyExists\n  efloctl explain the node is not running when create task"),
    (&["demo"], "  efloctl demo\n  efloctl demo success -o json"),
    (&["doctor"], "  efloctl doctor\n  efloctl doctor --profile ops -o json"),
    (
        &["config", "init"],
        "  efloctl config init\n  efloctl config init --region cn-wulanchabu --access-key-id LTAI... < secret.txt",
    ),
    (&["config", "show"], "  efloctl config show"),
    (&["config"], "  efloctl config path\n  efloctl config list"),
    (&["config", "path"], "  $EDITOR \"$(efloctl config path)\""),
    (&["config", "list"], "  efloctl config list"),
    (
        &["completions"],
        "  efloctl completions bash > ~/.local/share/bash-completion/completions/efloctl\n  \
           efloctl completions zsh  > \"${fpath[1]}/_efloctl\"\n  \
           efloctl completions fish > ~/.config/fish/completions/efloctl.fish",
    ),
];

/// The command line as it is understood, with colour as asked for.
pub fn command(color: ColorChoice) -> Command {
    let styles = Styles::styled()
        .header(AnsiColor::Green.on_default().bold())
        .usage(AnsiColor::Green.on_default().bold())
        .literal(AnsiColor::Cyan.on_default());
    let mut command = Cli::command().color(color).styles(styles);
    for (path, example) in EXAMPLES {
        command = with(command, path, &format!("Examples:\n{example}"));
    }
    command
}

fn with(command: Command, path: &[&'static str], example: &str) -> Command {
    if let [first, rest @ ..] = path {
        return command.mut_subcommand(*first, |command| with(command, rest, example));
    }
    let name = command.get_name();
    let has_codes = name == "efloctl" || name == "watch";
    let long = if has_codes {
        format!("{example}\n\nExit codes, the first that applies:\n{}", codes())
    } else {
        example.to_owned()
    };
    command.after_help(example.to_owned()).after_long_help(long)
}

fn codes() -> String {
    CODES.map(|(code, meaning)| format!("  {code:>3}  {meaning}")).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        command(ColorChoice::Never).debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{} has no example", command.get_name());
            command.get_subcommands().filter(|command| command.get_name() != "help").for_each(check);
        }
        check(&command(ColorChoice::Never));
    }
}
