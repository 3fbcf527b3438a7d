//! `sent`: what was sent from this machine, newest first.

use super::{Context, sending};
use crate::output::{SentLine, named_json, sends};
use crate::send::Listed;
use crate::settings::OutputFormat;
use crate::text::safe;

/// Runs `sent`.
pub(super) fn sent(context: &Context) -> anyhow::Result<u8> {
    let format = context.format_without_file()?;
    let folder = sending::folder(context)?;
    let shown = context.environment.shown(folder.path());
    let listed = folder
        .list()
        .map_err(|e| crate::fault::Fault::usage(format!("the logs of sends in {shown} cannot be listed: {e}")))?;
    let lines: Vec<SentLine> = listed.into_iter().filter_map(|listed| line(listed, context)).collect();
    if format == OutputFormat::Json {
        context.terminal.answer(|out| named_json("sends", &lines, out));
    } else if lines.is_empty() {
        context.terminal.progress(&format!("efloctl: nothing was sent from here; {shown} has no log"));
    } else {
        context.terminal.answer(|out| sends(&lines, context.terminal.stdout(), out));
    }
    Ok(crate::exit::SUCCESS)
}

/// Gives a log as a line. One that cannot be read is told and left out.
fn line(listed: Listed, context: &Context) -> Option<SentLine> {
    let state = match listed.followed {
        Ok(send) => send.state,
        Err(e) => {
            context.terminal.warn(&format!("the log of {} cannot be used: {e}", safe(&listed.send_id)));
            return None;
        }
    };
    let plan = state.ledger.plan;
    Some(SentLine {
        send_id: plan.send_id,
        sent_at: plan.planned_at,
        file: plan.file,
        sha256: plan.sha256,
        name: plan.target.name,
        target_dir: plan.target.target_dir,
        nodes: plan.nodes.len(),
        region: plan.region,
        endpoint: plan.endpoint,
        profile: plan.profile,
        running: state.is_running,
        verdict: state.ledger.verdict,
    })
}
