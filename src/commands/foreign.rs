//! `resend` of invocations that no log names: a send of its own, made from what their answers tell.

use super::feed::{self, ask_once, questions};
use super::resend::{Found, Resending};
use super::sending::{self, Start};
use super::{Context, watch::keep};
use crate::cli::{ResendArgs, WATCH_FORMATS};
use crate::clock;
use crate::eflo::FileToSend;
use crate::exit::{Ending, Outcome};
use crate::fault::{Fault, Kind};
use crate::feed::{LiveSource, Policy, Poll, SnapshotSource};
use crate::invocation::{Facts, InvokeId, Keep, Question, Snapshot};
use crate::rpc::{Body, Key};
use crate::send::{Answer, ContentScanner, File, Join, Ledger, Mended, Plan, Target, new_send_id};
use crate::settings::{self, Settings};
use crate::signals;
use crate::text::{Text, safe};
use crate::watch::{Until, WatchPlan};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What answers have as the file's content, a list for each InvokeId.
type Contents = Rc<RefCell<HashMap<InvokeId, Vec<Option<String>>>>>;

/// Sends again to what these invocations did not reach.
pub(super) fn resend(args: &ResendArgs, ids: &[InvokeId], context: &Context) -> anyhow::Result<u8> {
    let settings = sending::settings_of(args.connection.flags(), &args.wait, context)?;
    let format = context.format(&settings, WATCH_FORMATS)?;
    let contents = Contents::default();
    let outcomes = look(ids, &settings, keep(format), &contents, context)?;
    let mut snapshots: Vec<(&InvokeId, Snapshot)> = Vec::new();
    for (id, outcome) in ids.iter().zip(outcomes) {
        match (outcome.fault, outcome.seen) {
            (Some(fault), _) => return Err(fault.into()),
            (None, Some((_, snapshot))) => snapshots.push((id, snapshot)),
            (None, None) => return Err(outcome.last_error.unwrap_or_else(unanswered).into()),
        }
    }
    let plan = plan(&snapshots, &settings)?;
    let ledger = Ledger::new(plan);
    let mut answers: HashMap<String, Answer> = HashMap::new();
    for (id, snapshot) in snapshots {
        let id = id.as_written().unwrap_or_default().to_owned();
        answers.entry(id).or_default().see(Box::new(snapshot), &ledger);
    }
    let join = Join { ledger: &ledger, answers: &answers, is_running: false };
    let snapshot = join.snapshot(Keep::Everything, None).ok_or_else(unanswered)?;
    let file = |ledger: &Ledger| file(args, ledger, &contents.borrow());
    let start = |ledger: Ledger, answers| Ok(Start::New { folder: sending::folder(context)?, ledger, answers });
    let resending = Resending { args, context, wanted: None };
    resending.go_on(&settings, format, Found { ledger, answers, snapshot }, file, start)
}

fn unanswered() -> Fault {
    Fault::new(Kind::Network, "no answer has come yet")
}

/// Asks once about each, and reads on the way what content the answers have.
fn look(
    ids: &[InvokeId],
    settings: &Settings,
    keep: Keep,
    contents: &Contents,
    context: &Context,
) -> anyhow::Result<Vec<Outcome>> {
    let live = feed::live_source(settings, context)?;
    let policy = Policy::once(settings.value(&settings::RETRIES)?);
    let source = Scanning { live, contents: Rc::clone(contents) };
    let mut poll = Poll::new(source, questions(ids, None, keep), policy);
    let plan = WatchPlan::new(ids.to_vec(), Until::Answered);
    let (outcomes, ending) = ask_once(&mut poll, &plan, context)?;
    if let Ending::Signal(signal) = ending {
        signals::end_at_once(signal);
    }
    Ok(outcomes)
}

/// The service, and what content its answers have.
struct Scanning {
    live: LiveSource,
    contents: Contents,
}

impl SnapshotSource for Scanning {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        let mut scan = Scan::default();
        let snapshot = self.live.service.describe_send_file_results(question, Some(&mut scan)).await?;
        self.contents.borrow_mut().insert(question.invoke_id.clone(), scan.0.finish());
        Ok(snapshot)
    }

    fn now(&self) -> Timestamp {
        self.live.now()
    }
}

#[derive(Default)]
struct Scan(ContentScanner);

impl Body for Scan {
    fn start(&mut self, _: &Key) {
        self.0 = ContentScanner::default();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0.chunk(bytes);
        Ok(())
    }
}

/// One of the facts that must agree.
type Field = fn(&Facts) -> Option<&Text<'static>>;

/// The plan of a send that mends these. Fails where they did not send the same to the same place.
fn plan(snapshots: &[(&InvokeId, Snapshot)], settings: &Settings) -> Result<Plan, Fault> {
    let (first_id, first) = &snapshots[0];
    for (id, snapshot) in &snapshots[1..] {
        let fields: [(&str, Field); 6] = [
            ("Name", |facts| facts.name.as_ref()),
            ("TargetDir", |facts| facts.target_dir.as_ref()),
            ("FileMode", |facts| facts.file_mode.as_ref()),
            ("FileOwner", |facts| facts.file_owner.as_ref()),
            ("FileGroup", |facts| facts.file_group.as_ref()),
            ("Description", |facts| facts.description.as_ref()),
        ];
        for (what, of) in fields {
            let (one, other) = (of(&first.facts), of(&snapshot.facts));
            if one != other {
                let shown = |text: Option<&Text<'_>>| text.map_or_else(|| "none".to_owned(), Text::safe_line);
                let message = format!("{first_id} and {id} differ in {what}: {} and {}", shown(one), shown(other));
                return Err(Fault::usage(message).hint("send again to each by itself"));
            }
        }
    }
    let owned = |text: &Option<Text<'static>>| text.as_ref().map(|text| text.as_written().to_owned());
    let missing =
        |what: &str| Fault::usage(format!("the answer about {first_id} has no {what}, so nothing can be sent again"));
    let facts = &first.facts;
    let target = Target {
        name: owned(&facts.name).ok_or_else(|| missing("Name"))?,
        target_dir: owned(&facts.target_dir).ok_or_else(|| missing("TargetDir"))?,
        file_mode: owned(&facts.file_mode),
        file_owner: owned(&facts.file_owner),
        file_group: owned(&facts.file_group),
        description: owned(&facts.description),
    };
    target.check()?;
    let mut nodes: Vec<String> = Vec::new();
    let mut mends = Vec::new();
    for (id, snapshot) in snapshots {
        let ids = snapshot.nodes.iter().filter_map(|node| node.id().map(|id| id.as_written().to_owned()));
        let own: Vec<String> = ids.collect();
        nodes.extend(own.iter().cloned());
        mends.push(Mended { invoke_id: id.as_written().unwrap_or_default().to_owned(), nodes: own });
    }
    let mut known = std::collections::HashSet::new();
    nodes.retain(|node| known.insert(node.clone()));
    if nodes.is_empty() {
        return Err(missing("node"));
    }
    let now = Timestamp::now();
    let endpoint = settings.endpoint()?;
    Ok(Plan {
        send_id: new_send_id(now).map_err(|e| Fault::new(Kind::Network, e.to_string()))?,
        planned_at: clock::stamp(now),
        region: settings.region()?.map(|region| region.value),
        endpoint: settings.is_endpoint_given().then(|| endpoint.value.to_string()),
        profile: settings.profile().map(|chosen| chosen.name.clone()),
        file: String::new(),
        size: 0,
        sha256: String::new(),
        target,
        overwrite: snapshots.iter().all(|(_, snapshot)| snapshot.facts.overwrite == Some(true)),
        delivery_timeout: 60,
        nodes,
        mends,
    })
}

/// The file that was given, if it is what the answers have.
fn file(args: &ResendArgs, ledger: &Ledger, contents: &HashMap<InvokeId, Vec<Option<String>>>) -> Result<File, Fault> {
    let ids = || ledger.plan.mends.iter().map(|mended| InvokeId::new(mended.invoke_id.clone()));
    let first = ids().next().unwrap_or(InvokeId::UNNAMED);
    let way = || super::resend::way(&ledger.plan, &first.to_string());
    let Some(path) = &args.file else {
        return Err(Fault::usage(format!("no log names {first}, so nothing tells where its file is"))
            .hint("say which file it was with --file"));
    };
    let file = File::read(path)?;
    let shown = safe(&path.to_string_lossy()).into_owned();
    let to_send = FileToSend::new(&ledger.plan.target.name, &ledger.plan.target.target_dir, &file.bytes);
    for id in ids() {
        let found = contents.get(&id).map_or(&[] as &[Option<String>], Vec::as_slice);
        if found.is_empty() {
            let message = format!("the answer about {id} has no Content, so nothing tells whether {shown} is the file");
            return Err(Fault::usage(message).hint(way()));
        }
        let is_it =
            |content: &Option<String>| content.as_ref().is_some_and(|text| to_send.has_content(text.as_bytes()));
        if !found.iter().all(is_it) {
            return Err(Fault::usage(format!("{shown} is not the file that {id} sent")).hint(way()));
        }
    }
    Ok(file)
}
