//! `demo`: a recorded rollout through the same watch as a live one, with no account and no network.

use super::Context;
use super::connect::{self, AnyFeed};
use super::ending::Reporting;
use super::watch::{choose_progress, keep, run};
use crate::cli::{Demo, Rollout, WATCH_FORMATS};
use crate::feed::{Recording, Replay};
use crate::settings::{self, Flags, Settings};
use crate::watch::{Plan, Until};
use std::time::Duration;
use tokio::time::Instant;

/// A real rollout polls more slowly; nobody waits for a demo.
const INTERVAL: Duration = Duration::from_secs(1);

/// Runs `demo`.
pub(super) fn demo(args: &Demo, context: &Context) -> anyhow::Result<u8> {
    let recording = match args.ending {
        Rollout::Partial => include_str!("../../tests/data/demo/partial.jsonl"),
        Rollout::Success => include_str!("../../tests/data/demo/success.jsonl"),
        Rollout::Failed => include_str!("../../tests/data/demo/failed.jsonl"),
    };
    let format = context.format_without_file(args.output.as_deref(), WATCH_FORMATS)?;
    let parts = Recording::read("the demo", recording.as_bytes(), &[])?.parts(&[], None, keep(format));
    let invoke_ids = connect::asked(&parts);
    let plan = Plan {
        invoke_ids,
        until: Until::Finished,
        region: None,
        host: None,
        interval: INTERVAL,
        begun: Instant::now(),
        timeout: None,
        fail_fast: None,
    };
    let flags = Flags::default().with(&settings::PROGRESS, args.progress.as_deref());
    choose_progress(&Settings::without_files(flags, context.environment.clone())?, context)?;
    Ok(run(AnyFeed::Recorded(Replay::new(parts, INTERVAL)), &plan, &Reporting::plain(format), context))
}
