//! Where a word that was typed stands for a whole send: its id, `last`, or the path of its log. Region, endpoint and
//! profile are then the log's.

use super::sending::folder;
use super::{Context, connect};
use crate::cli::{ConnectionArgs, IdArgs};
use crate::fault::{Fault, Kind};
use crate::invocation::{Call, InvokeId};
use crate::output::seconds;
use crate::rpc::Endpoint;
use crate::send::{Folder, Followed, Ledger, Listed};
use crate::settings::{self, Flags, Origin};
use crate::text::{safe, safe_path};
use jiff::Timestamp;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// Says whether a word stands for a send.
pub(super) fn is_send(word: &str) -> bool {
    word == "last" || word.starts_with("s-") || word.contains('/')
}

/// Finds the send among ids, and puts its own id in the place of the word for it. Gives the flags of the connection
/// besides: where there is a send, with what its log says. In a recording no word stands for a send.
///
/// # Errors
/// There is no such send; two are named; another region or endpoint than the log's was given.
pub(super) fn find(
    ids: &mut Vec<InvokeId>,
    asked: &IdArgs,
    connection: &ConnectionArgs,
    context: &Context,
) -> Result<(Option<Followed>, Flags), Fault> {
    let mut found: Option<Followed> = None;
    for id in ids.iter_mut().filter(|_| asked.from.is_none()) {
        let Some(word) = id.as_written().filter(|word| is_send(word)) else { continue };
        let send = read(path_of(word, connection, context)?, word, context)?;
        *id = send.id();
        let first = found.get_or_insert(send).id();
        if first != *id {
            return Err(Fault::usage(format!("{first} and {id} are two sends"))
                .hint("name one at a time; several InvokeIds can be named together"));
        }
    }
    // Several words may stand for one send.
    let mut known = HashSet::new();
    ids.retain(|id| known.insert(id.clone()));
    let flags = found.as_ref().map_or_else(|| Ok(connection.flags()), |send| flags(send, connection, context))?;
    Ok((found, flags))
}

/// Finds the send whose log names these InvokeIds, and the nodes that they stand for. Gives nothing where no log names
/// any.
///
/// # Errors
/// A log names some of them alone; they are of two sends.
pub(super) fn naming(ids: &[InvokeId], context: &Context) -> Result<Option<(Followed, HashSet<String>)>, Fault> {
    let folder = folder(context)?;
    let listed = folder.list().map_err(|e| unusable(folder.path(), &e))?;
    // A log that cannot be read may tell that they were mended since.
    let mentions = |listed: &&Listed| {
        listed.followed.is_err()
            && std::fs::read(folder.log(&listed.send_id)).is_ok_and(|bytes| {
                let text = String::from_utf8_lossy(&bytes);
                ids.iter().any(|id| text.contains(&format!("\"{id}\"")))
            })
    };
    if let Some(Listed { send_id, followed: Err(e) }) = listed.iter().find(mentions) {
        return Err(unusable(&folder.log(send_id), e));
    }
    let ledgers = || listed.iter().filter_map(|listed| Some(&listed.followed.as_ref().ok()?.state.ledger));
    let find = |id: &InvokeId| {
        let is_it = |call: &&Call| call.invoke_id().is_some_and(|own| id.as_written() == Some(own));
        ledgers().find_map(|ledger| Some((ledger, ledger.calls.iter().find(is_it)?)))
    };
    let found: Vec<Option<(&Ledger, &Call)>> = ids.iter().map(find).collect();
    let Some((Ledger { plan, .. }, _)) = found.iter().flatten().next() else { return Ok(None) };
    let mut nodes = HashSet::new();
    for (id, found) in ids.iter().zip(&found) {
        match found {
            Some((ledger, call)) if ledger.plan.send_id == plan.send_id => {
                nodes.extend(call.nodes.iter().map(|node| plan.nodes[*node].clone()));
            }
            other => {
                let other =
                    other.map_or_else(|| "in no log".to_owned(), |(of, _)| format!("of {}", safe(&of.plan.send_id)));
                return Err(Fault::usage(format!("not all ids are of {}: {id} is {other}", safe(&plan.send_id)))
                    .hint("send again to one send at a time"));
            }
        }
    }
    Ok(Some((read(folder.log(&plan.send_id), &plan.send_id, context)?, nodes)))
}

/// Gives where the log of a send is.
fn path_of(word: &str, connection: &ConnectionArgs, context: &Context) -> Result<PathBuf, Fault> {
    if word.contains('/') {
        return Ok(PathBuf::from(word));
    }
    let folder = folder(context)?;
    if word == "last" { last(&folder, connection, context) } else { Ok(folder.log(word)) }
}

/// Finds the newest send of the region in use, and tells which that is and how old.
fn last(folder: &Folder, connection: &ConnectionArgs, context: &Context) -> Result<PathBuf, Fault> {
    if context.terminal.stderr().width.is_none() {
        return Err(Fault::usage("\"last\" is for a terminal, for another job's send may be newer here")
            .hint("name the send; efloctl sent lists them"));
    }
    let settings = connect::settings(connection.flags(), context)?;
    let region = settings.location()?.region;
    let listed = folder.list().map_err(|e| unusable(folder.path(), &e))?;
    let mut plans = listed.into_iter().filter_map(|listed| Some(listed.followed.ok()?.state.ledger.plan));
    let Some(plan) = plans.find(|plan| plan.region == region) else {
        let region = region.map_or_else(String::new, |region| format!(" in {}", safe(&region)));
        let shown = safe_path(folder.path());
        return Err(Fault::new(Kind::NotFound, format!("nothing was sent{region}: {shown} has no log of it")));
    };
    let age = plan.planned_at.parse().ok().map(|at: Timestamp| Timestamp::now().duration_since(at).as_secs());
    let age =
        age.and_then(|age| u64::try_from(age).ok()).map_or_else(String::new, |age| format!(", {} old", seconds(age)));
    context.terminal.say(&format!("efloctl: last is {}{age}", safe(&plan.send_id)));
    Ok(folder.log(&plan.send_id))
}

/// Reads the log at a path, and warns of what cannot be read in it.
fn read(path: PathBuf, word: &str, context: &Context) -> Result<Followed, Fault> {
    let followed = Followed::read(path.clone()).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(&path).to_string_lossy();
            let message = format!("no send {} is known here: {} has no log of it", safe(word), safe(&folder));
            Fault::new(Kind::NotFound, message).hint("a send is known on the machine, and to the user, that made it")
        }
        _ => unusable(&path, &e),
    })?;
    if followed.state.ledger.is_damaged {
        let shown = safe_path(&path);
        context.terminal.warn(&format!("a line of {shown} cannot be read; nodes that it alone named are Unconfirmed"));
    }
    Ok(followed)
}

/// Says that a log, or the folder of the logs, cannot be used.
pub(super) fn unusable(path: &Path, e: &io::Error) -> Fault {
    Fault::usage(format!("the log {} cannot be used: {e}", safe_path(path)))
}

/// Gives the only invocation of a send, for an answer as it came is about one.
///
/// # Errors
/// It has no invocation, or several.
pub(super) fn only_invocation(send: &Followed) -> Result<InvokeId, Fault> {
    let mut ids = send.state.ledger.calls.iter().filter_map(|call| call.invoke_id());
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(InvokeId::new(id)),
        _ => Err(Fault::usage("raw is the answer about one ID, and this send has not just one")
            .hint("use -o json, or name one of its InvokeIds")),
    }
}

/// Gives the flags of a connection with what the log of a send says.
///
/// # Errors
/// Another region or endpoint was given.
pub(super) fn flags(send: &Followed, connection: &ConnectionArgs, context: &Context) -> Result<Flags, Fault> {
    let plan = &send.state.ledger.plan;
    let parsed = |url: &str| Endpoint::parse(url).map(|endpoint| endpoint.to_string()).unwrap_or_default();
    for (setting, flag, own) in [
        (&settings::REGION.any, &connection.region, &plan.region),
        (&settings::ENDPOINT.any, &connection.endpoint, &plan.endpoint),
    ] {
        let given = flag.as_deref().or_else(|| context.environment.variable(setting.variable)).unwrap_or_default();
        let given = given.trim();
        if !given.is_empty() && own.as_ref().is_none_or(|own| own != given && *own != parsed(given)) {
            let own = own.as_deref().map_or_else(|| "none".to_owned(), |own| safe(own).into_owned());
            let (id, what, given) = (safe(&plan.send_id), setting.key, safe(given));
            return Err(Fault::usage(format!("{id} was sent with the {what} {own}, and {given} was given"))
                .hint("leave it out: the log says where it was sent"));
        }
    }
    let is_given = connection.place.profile.is_some() || context.environment.variable("EFLOCTL_PROFILE").is_some();
    let profile = plan.profile.clone().filter(|_| !is_given);
    Ok(connection
        .flags()
        .logged_profile(profile, plan.is_profile_named)
        .with_origin(&settings::REGION, plan.region.as_deref(), Origin::Log)
        .with_origin(&settings::ENDPOINT, plan.endpoint.as_deref(), Origin::Log))
}
