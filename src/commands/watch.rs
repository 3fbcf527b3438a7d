//! `watch`: polls until every invocation has come to its end, then exits with the verdict.

use super::connect::{self, AnyFeed, Manner};
use super::report::{self, Faults};
use super::{Context, UNWRITTEN};
use crate::cli::{WATCH_FORMATS, Watch};
use crate::exit::{self, Ending, Outcome, Sum};
use crate::fault::{Fault, Kind};
use crate::feed::{Recorder, Replay};
use crate::invocation::{Keep, Verdict};
use crate::output::{self, Filter, Part, Report, Rows};
use crate::settings::{Key, OutputFormat, Settings};
use crate::signals;
use crate::watch::{self, Jsonl, Lines, Plan, Retries, Teller, Until, View};
use std::cell::RefCell;
use std::rc::Rc;

/// Runs `watch`.
pub(super) fn watch(args: &Watch, context: &Context) -> anyhow::Result<u8> {
    let ids = connect::ids(&args.asked)?;
    let flags = args
        .connection
        .flags()
        .with(Key::Output, args.output.as_deref())
        .with(Key::Interval, args.interval.as_deref())
        .with(Key::Timeout, args.timeout.as_deref())
        .with(Key::Grace, args.grace.as_deref());
    let settings = connect::settings(flags, context)?;
    let format = context.format(&settings, "watch", WATCH_FORMATS)?;
    let timeout = settings.timeout()?.value;
    let mut plan = Plan {
        invoke_ids: ids.iter().cloned().map(Some).collect(),
        until: Until::Finished,
        region: settings.region()?.map(|region| region.value),
        interval: settings.interval()?.value,
        timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
    };
    let keep = keep(format);
    let node = args.asked.node.as_deref();
    let recorder = args.record.as_deref().map(connect::recorder).transpose()?;
    let feed = match &args.asked.from {
        Some(path) => {
            let recording = connect::recording(path, &ids, context)?;
            let parts = recording.parts(&ids, node, keep);
            plan.invoke_ids = connect::asked(&parts);
            AnyFeed::Recorded(Replay::new(parts, plan.interval))
        }
        None => match live(&settings, &plan, node, keep, recorder.clone()) {
            Ok(feed) => feed,
            Err(fault) if fault.kind == Kind::Config || fault.kind == Kind::Usage => return Err(fault.into()),
            Err(fault) => return Ok(refused(fault, &plan, format, context)),
        },
    };
    Ok(run(feed, &plan, format, recorder.as_deref(), context)?)
}

fn live(
    settings: &Settings,
    plan: &Plan,
    node: Option<&str>,
    keep: Keep,
    recorder: Option<Rc<RefCell<Recorder>>>,
) -> Result<AnyFeed, Fault> {
    let manner =
        Manner { interval: plan.interval, grace: settings.grace()?.value, persistent: true, raw: None, recorder };
    connect::live(settings, connect::questions(&plan.invoke_ids, node, keep), manner)
}

/// What has to be kept of a node for a format.
pub(super) fn keep(format: OutputFormat) -> Keep {
    if format == OutputFormat::Table { Keep::Outcomes } else { Keep::Everything }
}

/// Watches a feed to its end and reports: for `watch` and `demo` alike.
pub(super) fn run(
    feed: AnyFeed,
    plan: &Plan,
    format: OutputFormat,
    recorder: Option<&RefCell<Recorder>>,
    context: &Context,
) -> Result<u8, Fault> {
    let terminal = &context.terminal;
    let mut teller: Box<dyn Teller> = match format {
        OutputFormat::Jsonl => Box::new(Jsonl),
        _ if terminal.is_quiet() => Box::new(Retries),
        _ if terminal.live().is_alive() => Box::new(View::default()),
        _ => Box::new(Lines::default()),
    };
    let mut signals = signals::listen();
    let watched = watch::watch(feed, plan, teller.as_mut(), terminal, &mut signals);
    let (outcomes, ending) = connect::block_on(watched)?;
    let unrecorded = recorder.and_then(|recorder| recorder.borrow_mut().take_failure());
    Ok(end(&outcomes, ending, plan, format, unrecorded, context))
}

/// The report at the end, on every path.
fn end(
    outcomes: &[Outcome],
    ending: Ending,
    plan: &Plan,
    format: OutputFormat,
    unrecorded: Option<std::io::Error>,
    context: &Context,
) -> u8 {
    let terminal = &context.terminal;
    let sum = exit::sum(outcomes, ending);
    let mut faults = Faults::of(outcomes, sum.code);
    faults.unwritten("the recording is not complete", unrecorded);
    let report = Report { region: plan.region.as_deref(), outcomes, sum: Sum { code: faults.code, ..sum } };
    match format {
        OutputFormat::Jsonl => Jsonl::result(report, terminal),
        OutputFormat::Json => terminal.answer(|out| output::document(&report, Part::Nodes(&Filter::All), out)),
        _ => {
            let filter = if sum.finished { Filter::Failed } else { Filter::NotSuccess };
            let rows = Rows { filter, max: 50, more: "efloctl errors lists all that failed" };
            terminal.answer(|out| output::table(&report, &rows, report::page(context), out));
        }
    }
    faults.unwritten(UNWRITTEN, terminal.take_failure());
    let verdict = format!("efloctl: {}; exit {}", verdict(outcomes, ending, sum, plan), faults.code);
    // The last line is the verdict's, or the one that a program reads.
    if context.as_json.get() {
        terminal.progress(&verdict);
        faults.tell(context);
    } else {
        faults.tell(context);
        terminal.progress(&verdict);
    }
    faults.code
}

/// How it ended and with what, in one line.
fn verdict(outcomes: &[Outcome], ending: Ending, sum: Sum, plan: &Plan) -> String {
    let why = match ending {
        Ending::Complete => String::new(),
        Ending::OutOfTime => format!("out of time after {:#?}: ", plan.timeout.unwrap_or_default()),
        Ending::RecordingEnded => "the recording ends here: ".to_owned(),
        Ending::ReaderGone => "the reader went away: ".to_owned(),
        Ending::Signal(signal) => format!("ended by {}: ", signal.name()),
    };
    if let [one] = outcomes {
        return format!("{why}{}", output::verdict_line(one));
    }
    let word = sum.verdict.map_or("no verdict", Verdict::word);
    let count = |verdict: Option<Verdict>| {
        outcomes.iter().filter(|outcome| outcome.look().and_then(|look| look.verdict) == verdict).count()
    };
    let kinds = [Verdict::Failed, Verdict::PartialFailed, Verdict::Running, Verdict::Pending, Verdict::Success];
    let counts = kinds.map(|verdict| (count(Some(verdict)), verdict.word()));
    let counts = counts.into_iter().chain([(count(None), "without an answer")]).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    format!("{why}{word}: {}: {}", output::count_of(outcomes.len() as u64, "invocation"), counts.join(", "))
}

/// Nothing was asked, for there was no way to: told as the end of every id, so that a program that reads events gets
/// its result.
fn refused(fault: Fault, plan: &Plan, format: OutputFormat, context: &Context) -> u8 {
    let lost = |id: &Option<String>| Outcome { fault: Some(fault.clone()), ..Outcome::unseen(id.clone()) };
    let outcomes: Vec<Outcome> = plan.invoke_ids.iter().map(lost).collect();
    end(&outcomes, Ending::Complete, plan, format, None, context)
}
