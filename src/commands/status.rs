//! `status`: one look at each invocation, a summary and its nodes.

use super::Context;
use super::ask::Ask;
use crate::cli::StatusArgs;
use crate::output::{Filter, View};

/// Runs `status`.
pub(super) fn status(args: &StatusArgs, context: &Context) -> anyhow::Result<u8> {
    let filter = match (args.failed, args.only.is_empty()) {
        (true, _) => Filter::Failed,
        (false, true) => Filter::All,
        (false, false) => Filter::Only(args.only.clone()),
    };
    Ask { asked: &args.asked, once: &args.once, view: View::Nodes { filter, max: args.max_nodes } }.run(context)
}
