//! `resend` of invocations that no log names: a send of its own, made from what their answers tell.

use super::feed::{answers, live_source, questions};
use super::resend::{Resending, another_file};
use super::sending;
use crate::eflo::Target;
use crate::fault::Fault;
use crate::feed::Poll;
use crate::invocation::{InvokeId, Keep, Snapshot};
use crate::send::{File, Ledger, Mended, Plan, SendState};
use crate::settings::Settings;
use crate::text::{Text, safe_path};
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

/// Sends again to what these invocations did not reach.
pub(super) fn resend(resending: &Resending<'_>, ids: &[InvokeId]) -> anyhow::Result<u8> {
    let (settings, context) = (&resending.settings, resending.context);
    let source = live_source(settings, context)?;
    let mut poll = Poll::new(Rc::new(source), questions(ids, None, Keep::Everything), resending.once()?);
    let snapshots = answers(&mut poll, ids.to_vec(), context)?;
    let snapshots: Vec<(&InvokeId, Snapshot)> = ids.iter().zip(snapshots).collect();
    let contents: Vec<Vec<String>> = snapshots.iter().map(|(_, snapshot)| snapshot.contents.clone()).collect();
    let mut state = SendState::new(Ledger::new(plan(&snapshots, settings)?));
    for (id, snapshot) in snapshots {
        state.see(id.as_written().unwrap_or_default(), Box::new(snapshot));
    }
    let file = |plan: &Plan| file(resending.args.file.as_deref(), plan, ids, &contents);
    resending.go_on(state, file, |plan| sending::begin_log(plan, context))
}

/// Gives the facts that must agree.
fn facts(snapshot: &Snapshot) -> [(&'static str, Option<&Text<'static>>); 6] {
    let facts = &snapshot.facts;
    [
        ("Name", facts.name.as_ref()),
        ("TargetDir", facts.target_dir.as_ref()),
        ("FileMode", facts.file_mode.as_ref()),
        ("FileOwner", facts.file_owner.as_ref()),
        ("FileGroup", facts.file_group.as_ref()),
        ("Description", facts.description.as_ref()),
    ]
}

/// Plans a send that mends these.
///
/// # Errors
/// They did not send the same to the same place; an answer does not tell enough.
fn plan(snapshots: &[(&InvokeId, Snapshot)], settings: &Settings) -> Result<Plan, Fault> {
    let (first_id, first) = &snapshots[0];
    for (id, snapshot) in &snapshots[1..] {
        for ((what, one), (_, other)) in facts(first).into_iter().zip(facts(snapshot)) {
            if one != other {
                let shown = |text: Option<&Text<'_>>| text.map_or_else(|| "none".to_owned(), Text::safe_line);
                let message = format!("{first_id} and {id} differ in {what}: {} and {}", shown(one), shown(other));
                return Err(Fault::usage(message).hint("send again to each by itself"));
            }
        }
    }
    let missing =
        |what: &str| Fault::usage(format!("the answer about {first_id} has no {what}, so nothing can be sent again"));
    let [name, target_dir, file_mode, file_owner, file_group, description] =
        facts(first).map(|(_, fact)| fact.map(|text| text.as_written().to_owned()));
    let target = Target {
        name: name.ok_or_else(|| missing("Name"))?,
        target_dir: target_dir.ok_or_else(|| missing("TargetDir"))?,
        file_mode,
        file_owner,
        file_group,
        description,
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
fn file(given: Option<&Path>, plan: &Plan, ids: &[InvokeId], contents: &[Vec<String>]) -> Result<File, Fault> {
    let Some(path) = given else {
        return Err(Fault::usage(format!("no log names {}, so nothing tells where its file is", ids[0]))
            .hint("say which file it was with --file"));
    };
    let file = File::read(path)?;
    let shown = safe_path(path);
    for (id, contents) in ids.iter().zip(contents) {
        let why = if contents.is_empty() {
            format!("the answer about {id} has no Content, so nothing tells whether {shown} is the file")
        } else if !contents.iter().all(|sha256| file.is_content(sha256)) {
            format!("{shown} is not the file that {id} sent")
        } else {
            continue;
        };
        let ids = ids.iter().map(InvokeId::to_string).collect::<Vec<_>>().join(" ");
        return Err(Fault::usage(why).hint(another_file(plan, &ids)));
    }
    Ok(file)
}
