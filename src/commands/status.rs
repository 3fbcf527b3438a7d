//! `status`: one look at each invocation, a summary and its nodes.

use super::Context;
use super::ask::Ask;
use crate::cli::{STATUS_FORMATS, StatusArgs};
use crate::output::{Filter, View};

/// Runs `status`.
pub(super) fn status(args: &StatusArgs, context: &Context) -> anyhow::Result<u8> {
    let filter = match (args.failed, args.only.is_empty()) {
        (true, _) => Filter::Failed,
        (false, true) => Filter::All,
        (false, false) => Filter::Only(args.only.clone()),
    };
    let ask = Ask {
        node_names: args.node_names.as_deref(),
        asked: &args.asked,
        connection: &args.connection,
        output: args.output.as_deref(),
        formats: STATUS_FORMATS,
        exit_status: args.exit_status,
        view: View::Nodes { filter, max: args.max_nodes },
    };
    ask.run(context)
}
