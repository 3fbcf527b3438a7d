//! `errors`: one look at each invocation, only what failed, by error.

use super::Context;
use super::ask::Ask;
use crate::cli::{ERRORS_FORMATS, ErrorsArgs};
use crate::output::View;

/// Runs `errors`.
pub(super) fn errors(args: &ErrorsArgs, context: &Context) -> anyhow::Result<u8> {
    let ask = Ask {
        node_names: args.node_names.as_deref(),
        asked: &args.asked,
        connection: &args.connection,
        output: args.output.as_deref(),
        formats: ERRORS_FORMATS,
        exit_status: args.exit_status,
        view: View::Errors { max: args.max_nodes },
    };
    ask.run(context)
}
