//! `errors`: one look at each invocation, only what failed, by error.

use super::Context;
use super::ask::Ask;
use crate::cli::ErrorsArgs;
use crate::output::View;

/// Runs `errors`.
pub(super) fn errors(args: &ErrorsArgs, context: &Context) -> anyhow::Result<u8> {
    Ask { asked: &args.asked, once: &args.once, view: View::Errors { max: args.max_nodes } }.run(context)
}
