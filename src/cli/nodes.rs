//! What was typed of `nodes`.

use super::ConnectionArgs;
use super::parsers::{formats, not_blank};
use crate::names::NodeFilter;
use crate::settings::OutputFormat;
use clap::Args;

/// Lists the formats of `nodes`.
pub(super) const NODES_FORMATS: &[OutputFormat] =
    &[OutputFormat::Table, OutputFormat::Json, OutputFormat::Tsv, OutputFormat::Ids];

#[derive(Debug, Args)]
pub struct NodesArgs {
    /// List this cluster alone; may be given several times
    #[arg(long = "cluster", value_name = "ID", value_parser = not_blank)]
    pub clusters: Vec<String>,
    /// Show a node group alone: its name, its id or CLUSTER/NAME
    #[arg(long, value_name = "GROUP", value_parser = not_blank)]
    pub group: Option<String>,
    /// Show a zone alone, such as A1
    #[arg(long, value_name = "ZONE", value_parser = not_blank)]
    pub zone: Option<String>,
    /// Show nodes in this state alone, such as Using
    #[arg(long, value_name = "STATE", value_parser = not_blank)]
    pub state: Option<String>,
    /// Show hostnames like this alone, such as 'gpu-*'
    #[arg(long = "match", value_name = "PATTERN", value_parser = not_blank)]
    pub pattern: Option<String>,
    /// Show what is remembered, without a call
    #[arg(long)]
    pub cached: bool,
    /// Output: table, json, tsv or ids
    #[arg(short, long, value_name = "FORMAT", value_parser = formats(NODES_FORMATS))]
    pub output: Option<String>,
    #[command(flatten)]
    pub connection: ConnectionArgs,
}

impl NodesArgs {
    /// Says which nodes are to be shown.
    pub fn filter(&self) -> NodeFilter {
        NodeFilter {
            group: self.group.clone(),
            zone: self.zone.clone(),
            state: self.state.clone(),
            pattern: self.pattern.clone(),
        }
    }
}
