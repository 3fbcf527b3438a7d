//! `watch`: polls until every invocation has come to its end, then exits with the verdict.

use super::Context;
use super::connect;
use super::feed::{self, live_source, questions};
use super::next_step;
use super::sends::{self, NamedSend};
use super::watch_end::{WatchEnd, junit_file};
use super::{ids, node_names};
use crate::cli::{WATCH_FORMATS, WatchArgs};
use crate::deadline;
use crate::exit::{Budget, Ending, Outcome};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, LiveSource, Policy, Recorder, Replay};
use crate::files;
use crate::invocation::{InvokeId, Keep};
use crate::output::Report;
use crate::progress::{EventReporter, LiveReporter, LogReporter, RetryReporter};
use crate::settings::{self, Config, Flags, OutputFormat, ProgressMode, Settings};
use crate::signals;
use crate::text::safe;
use crate::watch::{self, Reporter, Until, WatchPlan};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Without a deadline an id is given up after this long with faults alone.
pub(super) const UNANSWERED: Duration = Duration::from_secs(3600);

/// Runs `watch`.
pub(super) fn watch(args: &WatchArgs, context: &Context) -> anyhow::Result<u8> {
    let begun = Instant::now();
    let with_own = |flags: Flags| {
        flags
            .with(&settings::OUTPUT, args.output.as_deref())
            .with(&settings::INTERVAL, args.interval.as_deref())
            .with(&settings::TIMEOUT, args.timeout.as_deref())
            .with(&settings::GRACE, args.grace.as_deref())
            .with(&settings::PROGRESS, args.progress.as_deref())
            .with(&settings::NODE_NAMES, args.node_names.as_deref())
    };
    // Until the config file is read, which may block, what is known without it holds.
    let known = Settings::without_files(with_own(args.connection.flags()), context.environment.clone())?;
    let timeout = known.value(&settings::TIMEOUT)?;
    deadline::set(begun.checked_add(timeout).filter(|_| !timeout.is_zero()).map(Instant::into_std));
    let mut ids = ids::invoke_ids(&args.asked)?;
    let mut send = match args.asked.from {
        Some(_) => None,
        None => sends::find(&mut ids, &args.connection, context)?,
    };
    let flags = match &send {
        Some(send) => send.flags(&args.connection, context)?,
        None => args.connection.flags(),
    };
    let settings = connect::settings(with_own(flags), context)?;
    let format = context.format(&settings, WATCH_FORMATS)?;
    let timeout = settings.value(&settings::TIMEOUT)?;
    let location = feed::location(&settings, &args.asked)?;
    let mut plan = WatchPlan {
        invoke_ids: ids.clone(),
        until: Until::Finished,
        region: location.region,
        host: location.host,
        interval: settings.value(&settings::INTERVAL)?,
        begun,
        timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
        fail_fast: args.fail_fast.then(|| args.max_failed.unwrap_or(Budget::NONE)),
    };
    deadline::set(plan.deadline().map(Instant::into_std));
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
        junit: args.junit.as_deref().map(junit_file).transpose()?,
        github: args.github,
        names: &names,
        next_step: &next_step,
        send: None,
    };
    let mut feed = match &args.asked.from {
        Some(path) => {
            let recording = feed::recording(path, &ids, context)?;
            let replay = Replay::new(recording.questions(&ids, node, keep), plan.interval);
            plan.invoke_ids = replay.invoke_ids();
            Box::new(replay)
        }
        None => match live(&settings, &plan, node, keep, recorder.clone(), send.as_mut(), context) {
            Ok(feed) => feed,
            Err(fault) if fault.kind == Kind::Config || fault.kind == Kind::Usage => return Err(fault.into()),
            Err(fault) => return Ok(refused(fault, &plan, &end, context)),
        },
    };
    choose_progress(&settings, context)?;
    Ok(run(feed.as_mut(), &plan, &end, context))
}

/// Refuses a file to write that another flag names too, or that is read here: it would be lost.
fn check_files(args: &WatchArgs, context: &Context) -> Result<(), Fault> {
    let connection = &args.connection;
    let config = Config::path(connection.place.config.as_deref(), &context.environment).ok().map(|(path, _)| path);
    let written = [("--record", args.record.as_deref()), ("--junit", args.junit.as_deref())];
    let read = [
        ("the config file", config.as_deref()),
        ("--from", args.asked.from.as_deref()),
        ("--ca-file", connection.ca_file.as_deref().map(Path::new)),
    ];
    for (at, (flag, path)) in written.iter().enumerate() {
        for (other, other_path) in written[at + 1..].iter().chain(&read) {
            if let Some((path, other_path)) = path.zip(*other_path)
                && files::is_same(path, other_path)
            {
                let shown = safe(&path.to_string_lossy()).into_owned();
                let fault = Fault::usage(format!("{flag} and {other} are one file, {shown}"));
                return Err(fault.hint("name another file to write"));
            }
        }
    }
    Ok(())
}

/// Takes over how progress is to be shown.
pub(super) fn choose_progress(settings: &Settings, context: &Context) -> Result<(), Fault> {
    context.terminal.choose_progress(match settings.value(&settings::PROGRESS)? {
        ProgressMode::Auto => None,
        ProgressMode::Live => Some(true),
        ProgressMode::Plain => Some(false),
    });
    Ok(())
}

fn live<'s>(
    settings: &Settings,
    plan: &WatchPlan,
    node: Option<&str>,
    keep: Keep,
    recorder: Option<Rc<RefCell<Recorder>>>,
    send: Option<&'s mut NamedSend>,
    context: &Context,
) -> Result<Box<dyn Feed + 's>, Fault> {
    let policy = Policy {
        interval: plan.interval,
        retries: settings.value(&settings::RETRIES)?,
        grace: settings.value(&settings::GRACE)?,
        patience: if plan.timeout.is_some() { Duration::MAX } else { UNANSWERED },
    };
    let source = LiveSource { recorder, ..live_source(settings, context)? };
    Ok(feed::live(source, questions(&plan.invoke_ids, node, keep), policy, send))
}

/// What has to be kept of a node for a format.
pub(super) fn keep(format: OutputFormat) -> Keep {
    if format == OutputFormat::Table { Keep::Outcomes } else { Keep::Everything }
}

/// Watches a feed to its end and reports: for `watch` and `demo` alike.
pub(super) fn run(feed: &mut dyn Feed, plan: &WatchPlan, end: &WatchEnd<'_>, context: &Context) -> u8 {
    let terminal = &context.terminal;
    let mut reporter: Box<dyn Reporter> = match end.format {
        OutputFormat::Jsonl => Box::new(EventReporter::new(terminal, end.names)),
        _ if terminal.is_quiet() => Box::new(RetryReporter(terminal)),
        _ if terminal.is_live() => Box::new(LiveReporter::new(terminal, end.names)),
        _ => Box::new(LogReporter::new(terminal, end.names)),
    };
    let mut signals = signals::listen();
    let watched = watch::watch(feed, plan, reporter.as_mut(), &mut signals);
    let (outcomes, ending) = match connect::block_on(watched) {
        Ok(watched) => watched,
        Err(fault) => return refused(fault, plan, end, context),
    };
    end.report(&outcomes, ending, plan, context)
}

/// Nothing was asked, for there was no way to: told as the end of every id, so that a program that reads events gets
/// its result.
fn refused(fault: Fault, plan: &WatchPlan, end: &WatchEnd<'_>, context: &Context) -> u8 {
    let lost = |id: &InvokeId| Outcome { fault: Some(fault.clone()), ..Outcome::unseen(id.clone()) };
    let outcomes: Vec<Outcome> = plan.invoke_ids.iter().map(lost).collect();
    end.report(&outcomes, Ending::Complete, plan, context)
}
