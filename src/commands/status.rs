//! `status`: one look at each invocation, a summary and its nodes.

use super::Context;
use super::ask::ask;
use crate::cli::StatusArgs;
use crate::output::{Filter, View};

/// Runs `status`.
pub(super) fn status(args: &StatusArgs, context: &Context) -> anyhow::Result<u8> {
    let filter = match (args.failed, args.only.is_empty()) {
        (true, _) => Filter::Failed,
        (false, true) => Filter::All,
        (false, false) => Filter::Only(args.only.clone()),
    };
    ask(&args.asked, &args.once, &View::Nodes { filter, max: args.max_nodes }, context)
}
