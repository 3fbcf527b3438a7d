//! `errors`: one look at each invocation, only what failed, by error.

use super::Context;
use super::ask::ask;
use crate::cli::ErrorsArgs;
use crate::output::View;

/// Runs `errors`.
pub(super) fn errors(args: &ErrorsArgs, context: &Context) -> anyhow::Result<u8> {
    ask(&args.asked, &args.once, &View::Errors { max: args.max_nodes }, context)
}
