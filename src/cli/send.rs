//! `send` and `resend`, and the options of waiting, which `watch` has too.

use super::parsers::{batch, formats, modes, setting, whole_seconds};
use super::{ConnectionArgs, DISPLAY, WAITING, WATCH_FORMATS};
use crate::exit::Budget;
use crate::settings::{self, Flags};
use clap::{ArgAction, Args};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct SendArgs {
    /// File to send: not empty, at most 24,576 bytes
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
    /// Folder on the nodes; made where missing
    #[arg(long, value_name = "DIR")]
    pub to: String,
    /// Node ids; @FILE and - have one a line
    #[arg(long, value_name = "ID,...|@FILE|-", required = true)]
    pub nodes: Vec<String>,
    /// Name there [default: the file's own]
    #[arg(long, value_name = "NAME")]
    pub file_name: Option<String>,
    /// Mode there, such as 0600 [default: 0644]
    #[arg(long, value_name = "MODE")]
    pub file_mode: Option<String>,
    /// Owner there [default: root]
    #[arg(long, value_name = "USER")]
    pub file_owner: Option<String>,
    /// Group there [default: root]
    #[arg(long, value_name = "GROUP")]
    pub file_group: Option<String>,
    /// Replace a file that is there
    #[arg(long)]
    pub overwrite: bool,
    /// What it is for; shown with its status
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    #[command(flatten)]
    pub how: DeliveryArgs,
    #[command(flatten, next_help_heading = WAITING)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub struct ResendArgs {
    /// A send's id, or InvokeIds
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// The same file, where it has moved
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, overrides_with = "no_overwrite")]
    pub overwrite: bool,
    /// Leave a file that is there: the node fails
    #[arg(long, overrides_with = "overwrite")]
    pub no_overwrite: bool,
    /// Nodes to leave out; @FILE has one id a line
    #[arg(long, value_name = "ID,...|@FILE")]
    pub except: Vec<String>,
    #[command(flatten)]
    pub how: DeliveryArgs,
    #[command(flatten, next_help_heading = WAITING)]
    pub wait: WaitArgs,
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

/// Says how it is sent.
#[derive(Clone, Debug, Args)]
pub struct DeliveryArgs {
    /// Longest delivery to a node [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = whole_seconds)]
    pub delivery_timeout: Option<u64>,
    /// Sizes of batches, such as 1,10%,100%
    #[arg(long, value_name = "N|N%,...", action = ArgAction::Set, value_delimiter = ',', value_parser = batch)]
    pub batches: Vec<Budget>,
    /// Failed nodes to accept, such as 5 or 2.5%
    #[arg(long, value_name = "N|N%")]
    pub max_failed: Option<Budget>,
    /// End once more nodes failed than accepted
    #[arg(long)]
    pub fail_fast: bool,
    /// Nodes in one call, 1 to 50
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub nodes_per_call: u8,
    /// Tell the plan and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without a question
    #[arg(short, long)]
    pub yes: bool,
    /// Do not wait for the verdict
    #[arg(long, conflicts_with_all = ["batches", "max_failed", "fail_fast", "junit", "github"])]
    pub no_wait: bool,
}

/// Says how long it is watched, and what is told of it.
#[derive(Debug, Default, Args)]
pub struct WaitArgs {
    /// Output: table, json or jsonl
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(WATCH_FORMATS))]
    pub output: Option<String>,
    /// Time between polls, 1s to 5m [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = setting(&settings::INTERVAL))]
    pub interval: Option<String>,
    /// Longest wait; 0 is no limit [default: 30m]
    #[arg(long, value_name = "TIME", value_parser = setting(&settings::TIMEOUT))]
    pub timeout: Option<String>,
    /// How long an id may be unknown [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = setting(&settings::GRACE))]
    pub grace: Option<String>,
    /// Write a JUnit report, a test case per node
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub junit: Option<PathBuf>,
    /// Annotate a GitHub Actions job, fill its summary
    #[arg(long)]
    pub github: bool,
    /// Progress: auto, live or plain [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = modes(), help_heading = DISPLAY)]
    pub progress: Option<String>,
    /// Name nodes by a file; none names no node
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = DISPLAY)]
    pub node_names: Option<String>,
}

impl WaitArgs {
    /// Adds what they say to these flags.
    pub fn over(&self, flags: Flags) -> Flags {
        flags
            .with(&settings::INTERVAL, self.interval.as_deref())
            .with(&settings::TIMEOUT, self.timeout.as_deref())
            .with(&settings::GRACE, self.grace.as_deref())
            .with(&settings::PROGRESS, self.progress.as_deref())
            .with(&settings::NODE_NAMES, self.node_names.as_deref())
    }
}
