//! `resend`: sends a file again to the nodes of a send that did not get it, and waits for the verdict on all of them.
//! Of invocations that no log names it makes a send of its own, from what their answers tell.

use super::feed::{answers, live_source, questions};
use super::sending::{self, Job};
use super::sends::{self, unusable};
use super::watch::keep;
use super::{Context, connect, ids, node_names};
use crate::cli::{IdArgs, ResendArgs};
use crate::eflo::Target;
use crate::exit;
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, Poll, SnapshotSource};
use crate::files;
use crate::invocation::{InvokeId, Keep, Snapshot};
use crate::names::NodeNames;
use crate::output::grouped;
use crate::send::{File, Followed, Ledger, Lock, Looking, Mended, NodeList, Plan, Remaining, SendState};
use crate::settings::{self, OutputFormat, Settings};
use crate::text::{Text, count_of, first_of, safe, safe_path};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use std::rc::Rc;

/// Runs `resend`.
pub(super) fn resend(args: &ResendArgs, context: &Context) -> anyhow::Result<u8> {
    if args.ids.iter().any(|id| id == "last") {
        return Err(Fault::usage("\"last\" is not for resend, for another send may be newer by now")
            .hint("name the send; efloctl sent lists them")
            .into());
    }
    let asked = IdArgs { ids: args.ids.clone(), ..IdArgs::default() };
    let mut ids = ids::invoke_ids(&asked)?;
    let (mut send, mut flags) = sends::find(&mut ids, &asked, &args.connection, context)?;
    if send.is_some() && ids.len() > 1 {
        return Err(Fault::usage("a send is taken up by itself").hint("name it alone").into());
    }
    let mut wanted = None;
    if send.is_none()
        && let Some((named, nodes)) = sends::naming(&ids, context)?
    {
        flags = sends::flags(&named, &args.connection, context)?;
        (send, wanted) = (Some(named), Some(nodes));
    }
    let settings = connect::settings(args.wait.over(flags), context)?;
    let format = context.format(&settings)?;
    let resending = Resending { args, context, settings, format, wanted };
    match send {
        Some(send) => resending.take_up(send),
        None => resending.send_anew(&ids),
    }
}

/// Holds what a resend goes by, whichever way its send is found.
struct Resending<'a> {
    args: &'a ResendArgs,
    context: &'a Context,
    settings: Settings,
    format: OutputFormat,
    /// The nodes that it is about, if not all.
    wanted: Option<HashSet<String>>,
}

impl Resending<'_> {
    /// Takes a send up: goes on in its log.
    fn take_up(&self, send: Followed) -> anyhow::Result<u8> {
        let lock = Lock::acquire(&send.path).map_err(|e| match e.kind() {
            ErrorKind::WouldBlock => Fault::usage(format!("{} is being sent by {e}", send.id()))
                .hint("wait for its end, or end that process; efloctl watch shows how it goes"),
            _ => unusable(&send.path, &e),
        })?;
        // What was read before may be older than the lock.
        let state = lock.read_log().map_err(|e| unusable(&send.path, &e))?;
        let source = live_source(&self.settings, self.context)?;
        let state = look(Rc::new(source), state, self.once()?, keep(self.format), self.context)?;
        // Whoever cannot see what became of an invocation must not send again.
        if let Some(gone) = state.first_gone() {
            let plan = &state.ledger.plan;
            let message = format!("nothing was sent, for {} of {} is not known", safe(&gone), safe(&plan.send_id));
            let way = errors_and_send(plan, &plan.send_id);
            let hint = format!("is it the account that sent it? If it was too long ago: {way}");
            return Err(Fault::new(Kind::NotFound, message).hint(hint).into());
        }
        self.go_on(state, |plan| self.logged_file(plan), Some(lock))
    }

    /// Makes a send of its own, to what these invocations did not reach.
    fn send_anew(&self, ids: &[InvokeId]) -> anyhow::Result<u8> {
        let source = live_source(&self.settings, self.context)?;
        let mut poll = Poll::new(Rc::new(source), questions(ids, None, Keep::Everything), self.once()?);
        let snapshots = ids.iter().zip(answers(&mut poll, ids.to_vec(), self.context)?);
        let snapshots: Vec<(&InvokeId, Snapshot)> = snapshots.collect();
        let contents: Vec<_> = snapshots.iter().map(|(id, snapshot)| (*id, snapshot.contents.clone())).collect();
        let mut state = SendState::new(Ledger::new(plan(&snapshots, &self.settings)?));
        for (id, snapshot) in snapshots {
            state.see(id.as_written().unwrap_or_default(), Box::new(snapshot));
        }
        self.go_on(state, |plan| self.answered_file(plan, &contents), None)
    }

    /// Gives how the service is asked once.
    fn once(&self) -> Result<Policy, Fault> {
        Ok(Policy { retries: self.settings.value(&settings::RETRIES)?, ..Policy::default() })
    }

    /// Sends to what is left, if there is anything, and waits for the verdict on all. `file` gives the file of a plan;
    /// `lock` is that of the log to go on in, if there is one.
    fn go_on(
        &self,
        mut state: SendState,
        file: impl FnOnce(&Plan) -> Result<File, Fault>,
        lock: Option<Lock>,
    ) -> anyhow::Result<u8> {
        let (args, context) = (self.args, self.context);
        let names = NodeNames::in_file(node_names::path(&self.settings, context)?);
        let except = self.except(&state, &names)?;
        let is_wanted = |node: &str| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(node));
        let remaining = Remaining::of(&state, |node| is_wanted(node) && !except.contains(node));
        let plan = &state.ledger.plan;
        self.tell(&remaining, plan);
        if !remaining.may_hold.is_empty() && !plan.overwrite && !args.overwrite && !args.no_overwrite {
            let errors = remaining.may_hold.join(", ");
            return Err(Fault::usage(format!(
                "nodes may hold the file already ({errors}), and it was not to be replaced"
            ))
            .hint("say --overwrite to replace it, or --no-overwrite to leave it")
            .into());
        }
        let is_nothing = remaining.together.is_empty() && remaining.alone.is_empty();
        let file = if is_nothing { None } else { Some(file(plan)?) };
        if let Some(file) = &file {
            state.ledger.plan = plan.clone().of_file(file);
        }
        let plan = state.ledger.plan.clone();
        let job = Job {
            how: &args.how,
            wait: &args.wait,
            connection: Some(&args.connection),
            settings: &self.settings,
            format: self.format,
            file,
            plan: Plan {
                overwrite: args.overwrite || (plan.overwrite && !args.no_overwrite),
                delivery_timeout: args.how.delivery_timeout.unwrap_or(plan.delivery_timeout),
                ..plan
            },
            schedule: sending::schedule(&args.how, remaining.together, remaining.alone),
            uses_stdin: args.ids.iter().any(|id| id == "-"),
            names,
        };
        if is_nothing {
            context.terminal.progress("efloctl: nothing is left to send");
        }
        let goes_on = if is_nothing { !args.how.dry_run } else { job.is_wanted(context)? };
        if goes_on { job.run(state, lock, context) } else { Ok(exit::SUCCESS) }
    }

    /// Reads which nodes are not to be sent to.
    fn except(&self, state: &SendState, names: &NodeNames) -> Result<HashSet<String>, Fault> {
        if self.args.except.is_empty() {
            return Ok(HashSet::new());
        }
        let list = NodeList::read(&self.args.except, |path| match path {
            Some(_) => files::read_all(path).and_then(files::text),
            None => Err(std::io::Error::other("standard input is not for this list")),
        })?;
        node_names::check_ids(&list.ids, "--except", names)?;
        match list.ids.iter().find(|id| state.ledger.place(id).is_none()) {
            Some(id) => Err(Fault::usage(format!("{} is no node of {}", safe(id), safe(&state.ledger.plan.send_id)))),
            None => Ok(list.ids.into_iter().collect()),
        }
    }

    /// Tells which nodes are left out.
    fn tell(&self, remaining: &Remaining, plan: &Plan) {
        let terminal = &self.context.terminal;
        let pointless = remaining.pointless.iter();
        let pointless = pointless.map(|(place, error)| (error, safe(&plan.nodes[*place]).into_owned()));
        for (error, nodes) in grouped(pointless) {
            let (count, named) = (count_of(nodes.len() as u64, "node"), first_of(&nodes, 10));
            terminal.warn(&format!("{count} left out, for sending again does not mend {error}: {named}"));
        }
        if remaining.open > 0 {
            let count = count_of(remaining.open, "node");
            terminal.progress(&format!("efloctl: {count} still open: watched, not sent to"));
        }
    }

    /// Reads the file that was sent, where it was or where it is now.
    ///
    /// # Errors
    /// It cannot be read, or is another file than the log says.
    fn logged_file(&self, plan: &Plan) -> Result<File, Fault> {
        let another = another_file(plan, &plan.send_id);
        let given = self.args.file.as_deref();
        let path = given.unwrap_or(Path::new(&plan.file));
        let file = File::read(path).map_err(|fault| match given {
            Some(_) => fault,
            None => fault.hint(format!("say where it is now with --file; {another}")),
        })?;
        if file.sha256 == plan.sha256 {
            return Ok(file);
        }
        let message = format!("{} is not the file that {} sent", safe_path(path), safe(&plan.send_id));
        Err(Fault::usage(message).hint(another))
    }

    /// Reads the file that was given, if it is what the answers have as its content.
    ///
    /// # Errors
    /// It is another file; nothing tells which it was.
    fn answered_file(&self, plan: &Plan, contents: &[(&InvokeId, Vec<String>)]) -> Result<File, Fault> {
        let ids: Vec<String> = contents.iter().map(|(id, _)| id.to_string()).collect();
        let Some(path) = &self.args.file else {
            return Err(Fault::usage(format!("no log names {}, so nothing tells where its file is", ids[0]))
                .hint("say which file it was with --file"));
        };
        let file = File::read(path)?;
        let shown = safe_path(path);
        for (id, contents) in contents {
            let why = if contents.is_empty() {
                format!("the answer about {id} has no Content, so nothing tells whether {shown} is the file")
            } else if !contents.iter().all(|sha256| file.is_content(sha256)) {
                format!("{shown} is not the file that {id} sent")
            } else {
                continue;
            };
            return Err(Fault::usage(why).hint(another_file(plan, &ids.join(" "))));
        }
        Ok(file)
    }
}

/// Asks once about everything that decides on the nodes of a send.
pub(super) fn look<S: SnapshotSource + 'static>(
    source: Rc<S>,
    state: SendState,
    policy: Policy,
    keep: Keep,
    context: &Context,
) -> Result<SendState, Fault> {
    let ids = vec![state.ledger.plan.id()];
    let mut looking = Looking::new(source, questions(&ids, None, keep), policy, state, None);
    answers(&mut looking, ids, context)?;
    Ok(looking.state)
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

/// Says how another file goes to the nodes that these ids did not reach.
fn another_file(plan: &Plan, ids: &str) -> String {
    format!("another file is another send: {}", errors_and_send(plan, ids))
}

/// Gives the command that sends a file to the same place on the nodes that these ids did not reach.
fn errors_and_send(plan: &Plan, ids: &str) -> String {
    let target = &plan.target;
    let mut words = vec!["efloctl", "send", "FILE", "--to", &target.target_dir, "--nodes", "-", "--yes"];
    words.extend(["--file-name", &target.name]);
    for (flag, value) in [
        ("--file-mode", &target.file_mode),
        ("--file-owner", &target.file_owner),
        ("--file-group", &target.file_group),
        ("--description", &target.description),
    ] {
        words.extend(value.iter().flat_map(|value| [flag, value.as_str()]));
    }
    words.extend(plan.overwrite.then_some("--overwrite"));
    let line = shell_words::join(words);
    format!("efloctl errors {} -o ids | {}", safe(ids), safe(&line))
}
