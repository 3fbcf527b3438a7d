//! `watch`: polls until every invocation has come to its end, then exits with the verdict.

use super::feed::{self, live_source, questions};
use super::watch_end::{WatchEnd, junit_file};
use super::{Context, connect, ids, next_step, node_names, sends};
use crate::cli::WatchArgs;
use crate::deadline;
use crate::eflo::Location;
use crate::exit::{Budget, Ending, Outcome};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, LiveSource, Policy, Replay};
use crate::files;
use crate::invocation::{InvokeId, Keep};
use crate::output::Report;
use crate::progress::{EventReporter, LiveReporter, LogReporter, RetryReporter};
use crate::settings::{self, Config, OutputFormat, Settings};
use crate::text::safe_path;
use crate::watch::{Reporter, Until, WatchPlan};
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// Says after how long with faults alone an id is given up where there is no deadline.
const UNANSWERED: Duration = Duration::from_secs(3600);

/// Runs `watch`.
pub(super) fn watch(args: &WatchArgs, context: &Context) -> anyhow::Result<u8> {
    let begun = Instant::now();
    // Reading the config file may block. Until then the timeout holds that is known without it.
    let known = Settings::without_files(args.wait.over(args.connection.flags()), context.environment.clone())?;
    let timeout = known.value(&settings::TIMEOUT)?;
    deadline::set(begun.checked_add(timeout).filter(|_| !timeout.is_zero()).map(Instant::into_std));
    let mut ids = ids::invoke_ids(&args.asked)?;
    let (send, flags) = sends::find(&mut ids, &args.asked, &args.connection, context)?;
    let settings = connect::settings(args.wait.over(flags), context)?;
    let format = context.format(&settings)?;
    let location = feed::location(&settings, &args.asked)?;
    let fail_fast = args.fail_fast.then(|| args.max_failed.unwrap_or(Budget::NONE));
    let mut plan = watch_plan(&settings, ids, location, begun, fail_fast)?;
    let keep = keep(format);
    let node = args.asked.node.as_deref();
    check_files(args, context)?;
    let names = node_names::node_names(&args.asked, &settings, context)?;
    let recorder = args.record.as_deref().map(feed::recorder).transpose()?;
    let next_step = |report: &Report<'_>| next_step::after_watch(&args.asked, &args.connection, report);
    let end = WatchEnd {
        format,
        budget: args.max_failed,
        recorder: recorder.as_deref(),
        junit: args.wait.junit.as_deref().map(junit_file).transpose()?,
        github: args.wait.github,
        names: &names,
        next_step: &next_step,
        send_waits: None,
    };
    let mut feed = match &args.asked.from {
        Some(path) => {
            let recording = feed::recording(path, &mut plan.invoke_ids, context)?;
            Box::new(Replay::new(recording, questions(&plan.invoke_ids, node, keep), plan.interval))
        }
        None => match live_source(&settings, context) {
            Ok(source) => {
                let source = LiveSource { recorder: recorder.clone(), ..source };
                feed::live(source, questions(&plan.invoke_ids, node, keep), policy(&settings)?, send)
            }
            Err(fault) if fault.kind == Kind::Config || fault.kind == Kind::Usage => return Err(fault.into()),
            Err(fault) => return Ok(refused(fault, &plan, &end, context)),
        },
    };
    context.terminal.choose_progress(settings.value(&settings::PROGRESS)?);
    Ok(run(feed.as_mut(), &plan, &end, context))
}

/// Refuses a file to write that another flag names too, or that is read here: it would be lost.
fn check_files(args: &WatchArgs, context: &Context) -> Result<(), Fault> {
    let connection = &args.connection;
    let config = Config::path(connection.place.config.as_deref(), &context.environment).ok().map(|(path, _)| path);
    // The first two are written.
    let named = [
        ("--record", args.record.as_deref()),
        ("--junit", args.wait.junit.as_deref()),
        ("the config file", config.as_deref()),
        ("--from", args.asked.from.as_deref()),
        ("--ca-file", connection.ca_file.as_deref().map(Path::new)),
    ];
    for (at, (flag, path)) in named.iter().enumerate().take(2) {
        for (other, other_path) in &named[at + 1..] {
            if let Some((path, other_path)) = path.zip(*other_path)
                && files::is_same(path, other_path)
            {
                let shown = safe_path(path);
                let fault = Fault::usage(format!("{flag} and {other} are one file, {shown}"));
                return Err(fault.hint("name another file to write"));
            }
        }
    }
    Ok(())
}

/// Plans a watch of these ids, whose deadline holds from now on.
pub(super) fn watch_plan(
    settings: &Settings,
    invoke_ids: Vec<InvokeId>,
    location: Location,
    begun: Instant,
    fail_fast: Option<Budget>,
) -> Result<WatchPlan, Fault> {
    let plan = WatchPlan {
        invoke_ids,
        until: Until::Finished,
        region: location.region,
        host: location.host,
        interval: settings.value(&settings::INTERVAL)?,
        begun: Some(begun),
        timeout: Some(settings.value(&settings::TIMEOUT)?).filter(|timeout| !timeout.is_zero()),
        fail_fast,
    };
    deadline::set(plan.deadline().map(Instant::into_std));
    Ok(plan)
}

/// Gives how often and how patiently a watch asks.
pub(super) fn policy(settings: &Settings) -> Result<Policy, Fault> {
    Ok(Policy {
        interval: settings.value(&settings::INTERVAL)?,
        retries: settings.value(&settings::RETRIES)?,
        grace: settings.value(&settings::GRACE)?,
        patience: if settings.value(&settings::TIMEOUT)?.is_zero() { UNANSWERED } else { Duration::MAX },
    })
}

/// Gives what has to be kept of a node for a format.
pub(super) fn keep(format: OutputFormat) -> Keep {
    if format == OutputFormat::Table { Keep::Outcomes } else { Keep::Everything }
}

/// Watches a feed to its end and reports: for `watch` and `demo` alike.
pub(super) fn run(feed: &mut dyn Feed, plan: &WatchPlan, end: &WatchEnd<'_>, context: &Context) -> u8 {
    let terminal = &context.terminal;
    let mut reporter: Box<dyn Reporter> = match end.format {
        OutputFormat::Jsonl => Box::new(EventReporter { terminal, names: end.names }),
        _ if terminal.is_quiet() => Box::new(RetryReporter(terminal)),
        _ if terminal.is_live() => Box::new(LiveReporter::new(terminal, end.names)),
        _ => Box::new(LogReporter::new(terminal, end.names)),
    };
    match feed::watched(feed, plan, reporter.as_mut(), context) {
        Ok((outcomes, ending)) => end.report(&outcomes, ending, plan, context),
        Err(fault) => refused(fault, plan, end, context),
    }
}

/// Reports that nothing could be asked, as the end of every id, so that a program that reads events gets its result.
fn refused(fault: Fault, plan: &WatchPlan, end: &WatchEnd<'_>, context: &Context) -> u8 {
    let lost = |id: &InvokeId| Outcome { fault: Some(fault.clone()), ..Outcome::unseen(id.clone()) };
    let outcomes: Vec<Outcome> = plan.invoke_ids.iter().map(lost).collect();
    end.report(&outcomes, Ending::Complete, plan, context)
}
