//! What was typed: commands, flags and their help texts. No logic; what it means is for settings and commands.

mod config;
mod help;
mod manual;
mod nodes;
mod parsers;
mod send;
mod tab;
pub mod topics;
mod typed;

pub use config::{ConfigCommand, InitArgs};
pub use help::command;
pub use manual::manual_pages;
pub use nodes::NodesArgs;
pub use parsers::id;
pub use send::{DeliveryArgs, ResendArgs, SendArgs, WaitArgs};
pub use tab::answer_shell;
pub use typed::{color, mistake, read};

use crate::exit::Budget;
use crate::settings::{self, Flags, OutputFormat};
use clap::{Args, ColorChoice, Parser, Subcommand};
use clap_complete::engine::ArgValueCandidates;
use nodes::NODES_FORMATS;
use parsers::{formats, modes, node_id, not_blank, setting, statuses, words};
use std::path::PathBuf;

/// Lists the formats of `status`, of `errors`, of commands that watch, and of those that look something up.
const STATUS_FORMATS: &[OutputFormat] = &[
    OutputFormat::Table,
    OutputFormat::Json,
    OutputFormat::Jsonl,
    OutputFormat::Tsv,
    OutputFormat::Ids,
    OutputFormat::Raw,
];
const ERRORS_FORMATS: &[OutputFormat] = &[OutputFormat::Table, OutputFormat::Json, OutputFormat::Ids];
const WATCH_FORMATS: &[OutputFormat] = &[OutputFormat::Table, OutputFormat::Json, OutputFormat::Jsonl];
const LOOKUP_FORMATS: &[OutputFormat] = &[OutputFormat::Table, OutputFormat::Json];

/// Lists the headings of options that several commands have.
const DISPLAY: &str = "Display";
const CONNECTION: &str = "Connection";
const WAITING: &str = "Waiting";
const GLOBAL: &str = "Global options";

/// Tells whether a file sent to a fleet of PAI Lingjun nodes arrived, and why not
#[derive(Debug, Parser)]
#[command(after_long_help = "  \
    efloctl demo                      see a rollout, without an account\n  \
    efloctl status t-bj038i0d6r8zoqo  look once\n  \
    efloctl watch t-bj038i0d6r8zoqo   wait for the verdict")]
#[command(name = "efloctl", bin_name = "efloctl", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: CliCommand,
    #[command(flatten)]
    pub global: GlobalArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = GLOBAL)]
pub struct GlobalArgs {
    /// Colour: auto, always or never [default: auto]
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", hide_default_value = true)]
    pub color: ColorChoice,
    /// Say what is being done; twice, show the requests too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print only the answer and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Look once: a summary and a table of the nodes
    #[command(after_long_help = "  \
        efloctl status t-bj038i0d6r8zoqo\n  \
        efloctl status t-bj038i0d6r8zoqo --failed -o ids > failed.txt\n  \
        efloctl status --from answer.json   what the official CLI printed")]
    Status(StatusArgs),
    /// Look once: what failed, by error, and what to do
    #[command(after_long_help = "  \
        efloctl errors t-bj038i0d6r8zoqo\n  \
        efloctl errors t-bj038i0d6r8zoqo -o ids > failed.txt")]
    Errors(ErrorsArgs),
    /// Poll until all have finished, then exit with the verdict
    #[command(after_long_help = "  \
        efloctl watch t-bj038i0d6r8zoqo --timeout 10m\n  \
        efloctl watch - < ids.txt")]
    Watch(WatchArgs),
    /// List the nodes of the account, and remember what they are called
    #[command(after_long_help = "  \
        efloctl nodes\n  \
        efloctl nodes --group ng-b --state Using -o ids > nodes.txt")]
    Nodes(NodesArgs),
    /// Send a file to nodes, in batches if asked, and wait for the verdict
    #[command(after_long_help = "  \
        efloctl send app.conf --to /etc/app --nodes n-1,n-2 --dry-run\n  \
        efloctl send app.conf --to /etc/app --nodes @nodes.txt --batches 1,10%,100%")]
    Send(SendArgs),
    /// Send it again to the nodes that did not get it
    #[command(after_long_help = "  \
        efloctl resend s-20260102T0304-k3f9qx\n  \
        efloctl resend s-20260102T0304-k3f9qx --overwrite --yes")]
    Resend(ResendArgs),
    /// List what was sent from this machine, newest first
    #[command(after_long_help = "  efloctl sent\n  efloctl sent -o json")]
    Sent(LookupArgs),
    /// Say what a status, an error code or an error text means, offline
    #[command(after_long_help = "  \
        efloctl explain FileAlreadyExists\n  \
        efloctl explain the node is not running when create task")]
    Explain {
        /// A status, an error code or an error text, in any spelling, or an exit code; without it, the whole catalog
        #[arg(value_name = "WORD", value_parser = words(), hide_possible_values = true)]
        words: Vec<String>,
        #[command(flatten)]
        lookup: LookupArgs,
    },
    /// Play a recorded rollout: no account, no network
    #[command(after_long_help = "  efloctl demo\n  efloctl demo success -o json")]
    Demo(DemoArgs),
    /// Check the set-up step by step, and say what to do
    #[command(after_long_help = "  efloctl doctor\n  efloctl doctor --profile ops -o json")]
    Doctor {
        #[command(flatten)]
        lookup: LookupArgs,
        #[command(flatten)]
        connection: ConnectionArgs,
    },
    /// Write, find and show the config file
    #[command(subcommand, after_long_help = "  efloctl config path\n  efloctl config list")]
    Config(ConfigCommand),
    /// Print a completion script
    #[command(after_long_help = "  \
        source <(efloctl completions bash)   in ~/.bashrc\n  \
        source <(efloctl completions zsh)    in ~/.zshrc, after compinit\n  \
        efloctl completions fish > ~/.config/fish/completions/efloctl.fish\n  \
        efloctl completions elvish >> ~/.config/elvish/rc.elv\n  \
        efloctl completions powershell >> $PROFILE\n\n\
        Files that are loaded at the first Tab, in folders that must be there:\n  \
        bash  ~/.local/share/bash-completion/completions/efloctl\n  \
        zsh   _efloctl in a folder of $fpath")]
    Completions {
        /// Shell to complete in
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    #[command(after_long_help = "  \
        efloctl man ~/.local/share/man/man1\n  \
        efloctl man pages && man -l pages/efloctl.1")]
    Man {
        /// Folder for the pages of commands and topics; made where it is missing
        #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
        folder: PathBuf,
    },
    /// Print the help of a command, or a topic of the reference
    Help {
        /// A command, word by word, or a topic; without it, the list of all
        #[arg(value_name = "COMMAND|TOPIC", add = ArgValueCandidates::new(topics::candidates))]
        command: Vec<String>,
    },
}

impl CliCommand {
    /// Gives the output format that was typed, and the formats that the command has.
    pub fn output(&self) -> (Option<&str>, &'static [OutputFormat]) {
        let (output, formats) = match self {
            CliCommand::Status(args) => (&args.output, STATUS_FORMATS),
            CliCommand::Errors(args) => (&args.output, ERRORS_FORMATS),
            CliCommand::Nodes(args) => (&args.output, NODES_FORMATS),
            CliCommand::Watch(WatchArgs { wait: WaitArgs { output, .. }, .. })
            | CliCommand::Send(SendArgs { wait: WaitArgs { output, .. }, .. })
            | CliCommand::Resend(ResendArgs { wait: WaitArgs { output, .. }, .. })
            | CliCommand::Demo(DemoArgs { output, .. }) => (output, WATCH_FORMATS),
            CliCommand::Sent(lookup)
            | CliCommand::Explain { lookup, .. }
            | CliCommand::Doctor { lookup, .. }
            | CliCommand::Config(ConfigCommand::List { lookup, .. } | ConfigCommand::Show { lookup, .. }) => {
                (&lookup.output, LOOKUP_FORMATS)
            }
            CliCommand::Config(_)
            | CliCommand::Completions { .. }
            | CliCommand::Man { .. }
            | CliCommand::Help { .. } => return (None, &[]),
        };
        (output.as_deref(), formats)
    }
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub asked: IdArgs,
    /// Output: table, json, jsonl, tsv, ids or raw
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(STATUS_FORMATS))]
    pub output: Option<String>,
    /// Show only failed nodes
    #[arg(long, conflicts_with = "only")]
    pub failed: bool,
    /// Show only nodes in these statuses, such as Failed
    #[arg(long, value_name = "STATUS,...", value_delimiter = ',', value_parser = statuses(), ignore_case = true)]
    pub only: Vec<String>,
    /// Show at most N nodes an invocation; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub max_nodes: usize,
    #[command(flatten)]
    pub once: OnceArgs,
}

#[derive(Debug, Args)]
pub struct ErrorsArgs {
    #[command(flatten)]
    pub asked: IdArgs,
    /// Output: table, json or ids
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(ERRORS_FORMATS))]
    pub output: Option<String>,
    /// Show at most N nodes an error; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub max_nodes: usize,
    #[command(flatten)]
    pub once: OnceArgs,
}

/// Holds the option of a command that looks something up.
#[derive(Debug, Args)]
pub struct LookupArgs {
    /// Output: table or json
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(LOOKUP_FORMATS))]
    pub output: Option<String>,
}

/// Holds the options of a command that asks once.
#[derive(Debug, Args)]
pub struct OnceArgs {
    /// Exit with the verdict; 8 is not finished yet
    #[arg(long)]
    pub exit_status: bool,
    /// Name nodes by a file; none names no node
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = DISPLAY)]
    pub node_names: Option<String>,
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub struct WatchArgs {
    #[command(flatten)]
    pub asked: IdArgs,
    #[command(flatten)]
    pub wait: WaitArgs,
    /// Failed nodes to accept, such as 5 or 2.5%
    #[arg(long, value_name = "N|N%")]
    pub max_failed: Option<Budget>,
    /// End once more nodes failed than are accepted
    #[arg(long)]
    pub fail_fast: bool,
    /// Append each new answer to a file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "from")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Holds the ids that a command is about.
#[derive(Debug, Default, Args)]
pub struct IdArgs {
    /// InvokeIds as SendFile gave them; - reads them from stdin, one a line
    #[arg(value_name = "ID", required_unless_present = "from")]
    pub ids: Vec<String>,
    /// Ask about this node only
    #[arg(long, value_name = "ID", value_parser = node_id)]
    pub node: Option<String>,
    /// Read a recording; - is stdin, demo:partial the demo
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub from: Option<PathBuf>,
}

/// Holds the config file, and the profile in it.
#[derive(Debug, Args)]
#[command(next_help_heading = CONNECTION)]
pub struct ProfileArgs {
    /// Config file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Profile of the config file or the official CLI
    #[arg(short, long, value_name = "NAME", value_parser = not_blank, add = ArgValueCandidates::new(tab::profiles))]
    pub profile: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = CONNECTION)]
pub struct ConnectionArgs {
    #[command(flatten)]
    pub place: ProfileArgs,
    /// Region the file was sent in
    #[arg(short, long, value_name = "REGION", value_parser = setting(&settings::REGION))]
    pub region: Option<String>,
    /// Host, host:port or URL to call instead
    #[arg(long, value_name = "URL", value_parser = setting(&settings::ENDPOINT), value_hint = clap::ValueHint::Url)]
    pub endpoint: Option<String>,
    /// Further attempts without an answer [default: 4]
    #[arg(long, value_name = "N", value_parser = setting(&settings::RETRIES))]
    pub retries: Option<String>,
    /// Limit for connecting [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = setting(&settings::CONNECT_TIMEOUT))]
    pub connect_timeout: Option<String>,
    /// Limit for one whole request [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = setting(&settings::REQUEST_TIMEOUT))]
    pub request_timeout: Option<String>,
    /// Certificates to trust too, in PEM
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub ca_file: Option<String>,
}

impl ProfileArgs {
    /// Gives them as flags of settings.
    pub fn flags(&self) -> Flags {
        Flags::new(self.config.clone(), self.profile.clone())
    }
}

impl ConnectionArgs {
    /// Gives them as flags of settings.
    pub fn flags(&self) -> Flags {
        self.place
            .flags()
            .with(&settings::REGION, self.region.as_deref())
            .with(&settings::ENDPOINT, self.endpoint.as_deref())
            .with(&settings::RETRIES, self.retries.as_deref())
            .with(&settings::CONNECT_TIMEOUT, self.connect_timeout.as_deref())
            .with(&settings::REQUEST_TIMEOUT, self.request_timeout.as_deref())
            .with(&settings::CA_FILE, self.ca_file.as_deref())
    }
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How the rollout ends
    #[arg(value_enum, default_value_t)]
    pub ending: Rollout,
    /// Output: table, json or jsonl
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(WATCH_FORMATS))]
    pub output: Option<String>,
    /// Progress: auto, live or plain [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = modes(), help_heading = DISPLAY)]
    pub progress: Option<String>,
}

/// Names the recorded rollouts.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub enum Rollout {
    /// Some nodes fail
    #[default]
    Partial,
    /// Every node gets the file
    Success,
    /// No node does
    Failed,
    /// A send that stops at its budget, and the resend that reaches every node
    Send,
}
