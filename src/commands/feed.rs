//! From ids to a feed: live, live and with a whole send among them, or from a recording.

use super::{Context, connect, demo};
use crate::cli::IdArgs;
use crate::eflo::Location;
use crate::exit::{Ending, Outcome};
use crate::fault::Fault;
use crate::feed::{Feed, LiveSource, Policy, Poll, Recorder, Recording};
use crate::files;
use crate::invocation::{InvokeId, Keep, Question, Snapshot};
use crate::progress::RetryReporter;
use crate::send::{Followed, Looking};
use crate::settings::{REGION, Settings};
use crate::signals;
use crate::text::safe_path;
use crate::watch::{self, Reporter, Until, WatchPlan};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

/// Gives where the ids are asked about. A recording is asked nowhere: of it the region is told that is set.
pub(super) fn location(settings: &Settings, ids: &IdArgs) -> Result<Location, Fault> {
    match ids.from {
        None => settings.location(),
        Some(_) => Ok(Location { region: settings.get(&REGION)?.map(|region| region.value), host: None }),
    }
}

/// Makes the service ready to be polled. Makes no call itself.
pub(super) fn live_source(settings: &Settings, context: &Context) -> Result<LiveSource, Fault> {
    let service = connect::service(settings, &["DescribeSendFileResults"], context)?;
    Ok(LiveSource { service, raw: None, recorder: None })
}

/// Gives a live feed of these questions; `send` is the send that one of them is about.
pub(super) fn live(
    source: LiveSource,
    questions: Vec<Question>,
    policy: Policy,
    send: Option<Followed>,
) -> Box<dyn Feed> {
    let source = Rc::new(source);
    match send {
        Some(send) => Box::new(Looking::new(source, questions, policy, send.state, Some(send.path))),
        None => Box::new(Poll::new(source, questions, policy)),
    }
}

/// Gives the question about each id: about all of its nodes, or about one.
pub(super) fn questions(ids: &[InvokeId], node: Option<&str>, keep: Keep) -> Vec<Question> {
    let question = |id: &InvokeId| Question { invoke_id: id.clone(), node_id: node.map(str::to_owned), keep };
    ids.iter().map(question).collect()
}

/// Watches a feed for as long as the plan says, at most until a signal or until nobody reads the answer any more.
pub(super) fn watched(
    feed: &mut dyn Feed,
    plan: &WatchPlan,
    reporter: &mut dyn Reporter,
    context: &Context,
) -> Result<(Vec<Outcome>, Ending), Fault> {
    let mut signals = signals::listen();
    connect::block_on(watch::watch(feed, plan, reporter, &mut signals, || context.terminal.reader_is_gone()))
}

/// Watches a feed for a command that goes on from what is known then, and tells of retries and doubts alone. A signal
/// ends the program at once, for there is nothing to report yet.
pub(super) fn ask_first(feed: &mut dyn Feed, plan: &WatchPlan, context: &Context) -> Result<Vec<Outcome>, Fault> {
    let (outcomes, ending) = watched(feed, plan, &mut RetryReporter(&context.terminal), context)?;
    if let Ending::Signal(signal) = ending {
        signals::end_at_once(signal);
    }
    Ok(outcomes)
}

/// Asks about each id once before something is changed.
///
/// # Errors
/// An id has no answer.
pub(super) fn answers(feed: &mut dyn Feed, ids: Vec<InvokeId>, context: &Context) -> Result<Vec<Snapshot>, Fault> {
    let plan = WatchPlan { invoke_ids: ids, until: Until::Answered, ..WatchPlan::default() };
    let outcomes = ask_first(feed, &plan, context)?;
    match outcomes.iter().find_map(Outcome::why_unanswered) {
        Some(fault) => Err(fault.clone()),
        // Each has an answer, so that as many come back as ids were asked about, in their order.
        None => Ok(outcomes.into_iter().filter_map(|outcome| Some(outcome.seen?.1)).collect()),
    }
}

/// Reads the recording that `--from` names; `-` is standard input. Without ids, all that were recorded are asked for.
///
/// # Errors
/// It cannot be read, or is no recording.
pub(super) fn recording(path: &Path, ids: &mut Vec<InvokeId>, context: &Context) -> Result<Recording, Fault> {
    let (name, file) = match path == Path::new("-") {
        true => ("standard input".to_owned(), None),
        false => (safe_path(path), Some(path)),
    };
    let bytes = match demo::recording(path) {
        Some(demo) => demo.as_bytes().to_vec(),
        None => files::read_all(file).map_err(|e| {
            let fault = Fault::usage(format!("the recording {name} cannot be read: {e}"));
            fault.hint("check the path; - is standard input")
        })?,
    };
    let recording = Recording::read(&name, &bytes, ids)?;
    if ids.is_empty() {
        ids.clone_from(&recording.ids);
    }
    if recording.is_cut {
        context.terminal.warn(&format!("a line of {name} is cut and was passed over"));
    }
    Ok(recording)
}

/// Opens the file that `--record` names.
///
/// # Errors
/// It cannot be written.
pub(super) fn recorder(path: &Path) -> Result<Rc<RefCell<Recorder>>, Fault> {
    let recorder = Recorder::open(path).map(|recorder| Rc::new(RefCell::new(recorder)));
    recorder.map_err(|e| Fault::usage(format!("the recording {} cannot be written: {e}", safe_path(path))))
}
