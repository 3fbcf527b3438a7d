//! `sent`: what was sent from this machine, newest first.

use super::{Context, sending};
use crate::fault::Fault;
use crate::output::{named_json, sends};
use crate::send::Listed;
use crate::settings::OutputFormat;
use crate::text::safe;

/// Runs `sent`.
pub(super) fn sent(context: &Context) -> anyhow::Result<u8> {
    let format = context.format_without_file()?;
    let folder = sending::folder(context)?;
    let shown = context.environment.shown(folder.path());
    let listed =
        folder.list().map_err(|e| Fault::usage(format!("the logs of sends in {shown} cannot be listed: {e}")))?;
    let mut lines = Vec::new();
    for Listed { send_id, followed } in listed {
        match followed {
            Ok(send) => lines.push(send.state),
            Err(e) => context.terminal.warn(&format!("the log of {} cannot be used: {e}", safe(&send_id))),
        }
    }
    if format == OutputFormat::Json {
        context.terminal.answer(|out| named_json("sends", &lines, out));
    } else if lines.is_empty() {
        context.terminal.progress(&format!("efloctl: nothing was sent from here; {shown} has no log"));
    } else {
        context.terminal.answer(|out| sends(&lines, context.terminal.stdout(), out));
    }
    Ok(crate::exit::SUCCESS)
}
