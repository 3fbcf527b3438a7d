//! `status` and `errors`: each id is asked about once, or its last recorded answer is read.

use super::feed::{live, live_source, location, questions, recording, watched};
use super::finish::{Finish, UNWRITTEN, answer, faults_of};
use super::{Context, connect, ids, node_names, sends};
use crate::cli::{ErrorsArgs, IdArgs, OnceArgs, StatusArgs};
use crate::eflo::Location;
use crate::exit::{self, Ending};
use crate::fault::Fault;
use crate::feed::{LiveSource, Policy, Replay};
use crate::invocation::Keep;
use crate::output::{Filter, Report, View, nameless};
use crate::progress::RetryReporter;
use crate::settings::{self, OutputFormat};
use crate::watch::{Until, WatchPlan};
use std::rc::Rc;

/// Runs `status`.
pub(super) fn status(args: &StatusArgs, context: &Context) -> anyhow::Result<u8> {
    let filter = match (args.failed, args.only.is_empty()) {
        (true, _) => Filter::Failed,
        (false, true) => Filter::All,
        (false, false) => Filter::Only(args.only.clone()),
    };
    ask(&args.asked, &args.once, &View::Nodes { filter, max: args.max_nodes }, context)
}

/// Runs `errors`.
pub(super) fn errors(args: &ErrorsArgs, context: &Context) -> anyhow::Result<u8> {
    ask(&args.asked, &args.once, &View::Errors { max: args.max_nodes }, context)
}

/// Asks, shows what was answered, and gives the exit code.
fn ask(asked: &IdArgs, once: &OnceArgs, view: &View, context: &Context) -> anyhow::Result<u8> {
    let mut ids = ids::invoke_ids(asked)?;
    let (mut send, flags) = sends::find(&mut ids, asked, &once.connection, context)?;
    let flags = flags.with(&settings::NODE_NAMES, once.node_names.as_deref());
    let settings = connect::settings(flags, context)?;
    let format = context.format(&settings)?;
    let not_one = |hint: &'static str| Fault::usage("raw is the answer about one ID").hint(hint);
    if format == OutputFormat::Raw && ids.len() > 1 {
        return Err(not_one("ask about one at a time, or use -o json").into());
    }
    if format == OutputFormat::Raw
        && let Some(send) = send.take()
    {
        ids = vec![sends::only_invocation(&send)?];
    }
    let Location { region, host } = location(&settings, asked)?;
    let names = node_names::node_names(asked, &settings, context)?;
    let (node, keep) = (asked.node.as_deref(), keep(format, once));
    let mut feed = match &asked.from {
        Some(path) => {
            let recording = recording(path, &mut ids, context)?;
            if format == OutputFormat::Raw {
                let only = if let [id] = ids.as_slice() { recording.answers.get(id) } else { None };
                let answers = only.ok_or_else(|| not_one("name one of those recorded"))?;
                let answer = answers.last().map_or("", |entry| entry.answer.get());
                context.terminal.answer(|out| out.write_all(answer.as_bytes()));
            }
            Box::new(Replay::last(recording, questions(&ids, node, keep)))
        }
        None => {
            let raw = (format == OutputFormat::Raw).then(|| Rc::clone(&context.terminal));
            let source = LiveSource { raw, ..live_source(&settings, context)? };
            let policy = Policy { retries: settings.value(&settings::RETRIES)?, ..Policy::default() };
            live(source, questions(&ids, node, keep), policy, send)
        }
    };
    let plan = WatchPlan { invoke_ids: ids, until: Until::Answered, region, host, ..WatchPlan::default() };
    let (outcomes, ending) = watched(feed.as_mut(), &plan, &mut RetryReporter(&context.terminal), context)?;
    let report = Report::new(plan.region.as_deref(), &outcomes, None, ending, &names);
    let is_verdict = once.exit_status || matches!(ending, Ending::Signal(_));
    let code = if is_verdict { report.sum.code } else { exit::code_of_faults(&outcomes) };
    let mut finish = Finish { code, faults: faults_of(&outcomes, context) };
    finish.unwritten(UNWRITTEN, answer(format, &report, view, context).err());
    let nameless = if format == OutputFormat::Ids { nameless(&report, view) } else { Vec::new() };
    for warning in nameless.into_iter().chain(names.doubts()) {
        context.terminal.warn(&warning);
    }
    finish.tell(context);
    Ok(finish.code)
}

/// Says what has to be kept of nodes.
fn keep(format: OutputFormat, once: &OnceArgs) -> Keep {
    match format {
        OutputFormat::Json | OutputFormat::Jsonl | OutputFormat::Tsv => Keep::Everything,
        // The answer goes by; all that is asked is whether there is one.
        OutputFormat::Raw if !once.exit_status => Keep::Presence,
        OutputFormat::Table | OutputFormat::Ids | OutputFormat::Raw => Keep::Outcomes,
    }
}
