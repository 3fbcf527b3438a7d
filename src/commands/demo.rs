//! `demo`: a recorded rollout through the same watch as a live one, with no account and no network.

use super::feed::questions;
use super::watch::{keep, run};
use super::watch_end::WatchEnd;
use super::{Context, demo_send};
use crate::cli::{DemoArgs, Rollout};
use crate::feed::{Recording, Replay};
use crate::names::NodeNames;
use crate::output::Report;
use crate::settings::{self, Flags, Settings};
use crate::watch::WatchPlan;
use clap::ValueEnum;
use std::path::Path;
use std::time::Duration;

/// Says how often the demo polls: more often than a real watch, for nobody waits for a demo.
const INTERVAL: Duration = Duration::from_secs(1);

/// Runs `demo`.
pub(super) fn demo(args: &DemoArgs, context: &Context) -> anyhow::Result<u8> {
    let format = context.format_without_file()?;
    let Some(recorded) = recorded(args.ending) else { return demo_send::demo_send(format, context) };
    let recording = Recording::read("the demo", recorded.as_bytes(), &[])?;
    let plan = WatchPlan { invoke_ids: recording.ids.clone(), interval: INTERVAL, ..WatchPlan::default() };
    let mut replay = Replay::new(recording, questions(&plan.invoke_ids, None, keep(format)), INTERVAL);
    let flags = Flags::default().with(&settings::PROGRESS, args.progress.as_deref());
    let settings = Settings::without_files(flags, context.environment.clone())?;
    context.terminal.choose_progress(settings.value(&settings::PROGRESS)?);
    let next_step = |_: &Report<'_>| Some(next_step(args.ending));
    let names = NodeNames::none();
    let end = WatchEnd {
        format,
        budget: None,
        recorder: None,
        junit: None,
        github: false,
        names: &names,
        next_step: &next_step,
        send_waits: None,
    };
    Ok(run(&mut replay, &plan, &end, context))
}

/// Gives the recording that `--from demo:partial` names; `None` for any other path.
pub(super) fn recording(path: &Path) -> Option<&'static str> {
    let name = path.to_str()?.strip_prefix("demo:")?;
    Rollout::from_str(name, false).ok().and_then(recorded)
}

fn recorded(rollout: Rollout) -> Option<&'static str> {
    Some(match rollout {
        Rollout::Partial => include_str!("../../tests/data/demo/partial.jsonl"),
        Rollout::Success => include_str!("../../tests/data/demo/success.jsonl"),
        Rollout::Failed => include_str!("../../tests/data/demo/failed.jsonl"),
        // It is carried out, and not recorded.
        Rollout::Send => return None,
    })
}

fn next_step(rollout: Rollout) -> String {
    match rollout {
        Rollout::Partial => "efloctl errors --from demo:partial shows what failed, and what to do".to_owned(),
        Rollout::Failed => "efloctl errors --from demo:failed shows what failed, and what to do".to_owned(),
        Rollout::Success | Rollout::Send => "efloctl doctor checks whether you can watch a file of yours".to_owned(),
    }
}
