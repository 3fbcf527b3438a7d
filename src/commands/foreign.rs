//! `resend` of invocations that no log names: a send of its own, made from what their answers tell.

use super::feed::{answers, live_source, questions};
use super::resend::{Resending, another_file};
use super::sending;
use crate::eflo::FileToSend;
use crate::fault::Fault;
use crate::feed::{LiveSource, Poll, SnapshotSource};
use crate::invocation::{Facts, InvokeId, Keep, Question, Snapshot};
use crate::send::{ContentScanner, File, Ledger, Mended, Plan, SendState, Target};
use crate::settings::Settings;
use crate::text::{Text, safe};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

/// What answers have as the file's content, a list for each InvokeId.
type Contents = Rc<RefCell<HashMap<InvokeId, Vec<Option<String>>>>>;

/// Sends again to what these invocations did not reach.
pub(super) fn resend(resending: &Resending<'_>, ids: &[InvokeId]) -> anyhow::Result<u8> {
    let (settings, context) = (&resending.settings, resending.context);
    let contents = Contents::default();
    let source = Scanning { live: live_source(settings, context)?, contents: Rc::clone(&contents) };
    let mut poll = Poll::new(source, questions(ids, None, Keep::Everything), resending.once()?);
    let snapshots = answers(&mut poll, ids.to_vec(), context)?;
    let snapshots: Vec<(&InvokeId, Snapshot)> = ids.iter().zip(snapshots).collect();
    let mut state = SendState::new(Ledger::new(plan(&snapshots, settings)?));
    for (id, snapshot) in snapshots {
        state.see(id.as_written().unwrap_or_default(), Box::new(snapshot));
    }
    let file = |plan: &Plan| file(resending.args.file.as_deref(), plan, ids, &contents.borrow());
    resending.go_on(state, file, |plan| sending::begin_log(plan, context))
}

/// The service, and what content its answers have.
struct Scanning {
    live: LiveSource,
    contents: Contents,
}

impl SnapshotSource for Scanning {
    async fn snapshot(&self, question: &Question) -> Result<Snapshot, Fault> {
        let mut scanner = ContentScanner::default();
        let snapshot = self.live.service.describe_send_file_results(question, Some(&mut scanner)).await?;
        self.contents.borrow_mut().insert(question.invoke_id.clone(), scanner.finish());
        Ok(snapshot)
    }

    fn now(&self) -> Timestamp {
        self.live.now()
    }
}

/// One of the facts that must agree.
type Field = fn(&Facts) -> Option<&Text<'static>>;

/// Plans a send that mends these.
///
/// # Errors
/// They did not send the same to the same place; an answer does not tell enough.
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
    let mends: Vec<Mended> = snapshots
        .iter()
        .map(|(id, snapshot)| Mended {
            invoke_id: id.as_written().unwrap_or_default().to_owned(),
            nodes: snapshot.nodes.iter().filter_map(|node| Some(node.id()?.as_written().to_owned())).collect(),
        })
        .collect();
    let mut known = HashSet::new();
    let nodes = mends.iter().flat_map(|mended| &mended.nodes).filter(|node| known.insert(*node)).cloned().collect();
    if known.is_empty() {
        return Err(missing("node"));
    }
    let overwrite = snapshots.iter().all(|(_, snapshot)| snapshot.facts.overwrite == Some(true));
    Ok(Plan { overwrite, ..sending::plan(settings, target, nodes, mends)? })
}

/// Reads the file that was given, if it is what the answers have.
///
/// # Errors
/// It is another file; nothing tells which it was.
fn file(
    given: Option<&Path>,
    plan: &Plan,
    ids: &[InvokeId],
    contents: &HashMap<InvokeId, Vec<Option<String>>>,
) -> Result<File, Fault> {
    let Some(path) = given else {
        return Err(Fault::usage(format!("no log names {}, so nothing tells where its file is", ids[0]))
            .hint("say which file it was with --file"));
    };
    let file = File::read(path)?;
    let shown = safe(&path.to_string_lossy()).into_owned();
    let to_send = FileToSend::new(&plan.target.name, &plan.target.target_dir, &file.bytes);
    let is_it = |content: &Option<String>| content.as_ref().is_some_and(|text| to_send.has_content(text.as_bytes()));
    for id in ids {
        let found = contents.get(id).map_or(&[][..], Vec::as_slice);
        let why = match found {
            [] => format!("the answer about {id} has no Content, so nothing tells whether {shown} is the file"),
            found if found.iter().all(is_it) => continue,
            _ => format!("{shown} is not the file that {id} sent"),
        };
        let ids = ids.iter().map(InvokeId::to_string).collect::<Vec<_>>().join(" ");
        return Err(Fault::usage(why).hint(another_file(plan, &ids)));
    }
    Ok(file)
}
