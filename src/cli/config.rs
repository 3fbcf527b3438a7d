//! What was typed of `config`.

use super::parsers::{not_blank, setting};
use super::{ConnectionArgs, LookupArgs, ProfileArgs, tab};
use crate::settings;
use clap::{Args, Subcommand};
use clap_complete::ArgValueCandidates;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write a first config file, readable by its owner alone
    #[command(after_long_help = "  \
        efloctl config init\n  \
        efloctl config init --region cn-wulanchabu --access-key-id LTAI... < key.txt")]
    Init(InitArgs),
    /// Say where the config file is
    #[command(after_long_help = "  $EDITOR \"$(efloctl config path)\"")]
    Path {
        /// Config file
        #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        config: Option<PathBuf>,
    },
    /// Show the settings in effect and where each came from; secrets masked
    #[command(after_long_help = "  efloctl config show")]
    Show {
        #[command(flatten)]
        lookup: LookupArgs,
        #[command(flatten)]
        connection: ConnectionArgs,
    },
    /// List the profiles, the one in use marked
    #[command(after_long_help = "  efloctl config list")]
    List {
        #[command(flatten)]
        lookup: LookupArgs,
        #[command(flatten)]
        place: ProfileArgs,
    },
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Name of the profile [default: ops]
    #[arg(short, long, value_name = "NAME", value_parser = not_blank)]
    pub profile: Option<String>,
    /// Region of the profile
    #[arg(short, long, value_name = "REGION", value_parser = setting(&settings::REGION))]
    pub region: Option<String>,
    /// AccessKey id; the secret is read from stdin
    #[arg(long, value_name = "ID", value_parser = not_blank)]
    pub access_key_id: Option<String>,
    /// Use this profile of the official CLI
    #[arg(long, value_name = "NAME", conflicts_with = "access_key_id",
          add = ArgValueCandidates::new(tab::official_profiles))]
    pub aliyun_profile: Option<String>,
    /// Replace a file that is there, keep a copy
    #[arg(long)]
    pub force: bool,
    /// Config file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}
