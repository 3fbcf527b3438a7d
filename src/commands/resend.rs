//! `resend`: sends a file again to the nodes of a send that did not get it, and waits for the verdict on all of them.

use super::feed::{answers, live_source, questions};
use super::sending::{self, Job};
use super::sends::{self, NamedSend, unusable};
use super::watch::keep;
use super::{Context, connect, foreign, ids, node_names};
use crate::cli::{IdArgs, ResendArgs};
use crate::exit;
use crate::fault::{Fault, Kind};
use crate::feed::{Policy, SnapshotSource};
use crate::files;
use crate::invocation::{InvokeId, Keep};
use crate::names::NodeNames;
use crate::output::grouped;
use crate::send::{File, Followed, Lock, Log, Looking, NodeList, Plan, Remaining, SendState};
use crate::settings::{self, OutputFormat, Settings};
use crate::text::{count_of, first_of, safe, safe_path};
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
        flags = named.flags(&args.connection, context)?;
        (send, wanted) = (Some(named), Some(nodes));
    }
    let settings = connect::settings(args.wait.over(flags), context)?;
    let format = context.format(&settings)?;
    let resending = Resending { args, context, settings, format, wanted };
    match send {
        Some(send) => resending.take_up(send),
        None => foreign::resend(&resending, &ids),
    }
}

/// Holds what a resend goes by, whichever way its send is found.
pub(super) struct Resending<'a> {
    pub(super) args: &'a ResendArgs,
    pub(super) context: &'a Context,
    pub(super) settings: Settings,
    format: OutputFormat,
    /// The nodes that it is about, if not all.
    wanted: Option<HashSet<String>>,
}

impl Resending<'_> {
    /// Takes a send up: goes on in its log.
    fn take_up(&self, send: NamedSend) -> anyhow::Result<u8> {
        let path = send.followed.path;
        let lock = Lock::acquire(&path).map_err(|e| match e.kind() {
            ErrorKind::WouldBlock => {
                Fault::usage(format!("{} is being sent by {e}", safe(&send.followed.state.ledger.plan.send_id)))
                    .hint("wait for its end, or end that process; efloctl watch shows how it goes")
            }
            _ => unusable(&path, &e),
        })?;
        // What was read before may be older than the lock.
        let followed = Followed::held(path.clone()).map_err(|e| unusable(&path, &e))?;
        let state = self.look(followed)?;
        let begin_log = |plan: &Plan| {
            Log::resume(&path, lock).map(Some).map_err(|e| {
                Fault::new(Kind::Output, format!("the log of {} cannot be continued: {e}", safe(&plan.send_id)))
            })
        };
        self.go_on(state, |plan| self.file(plan), begin_log)
    }

    /// Asks once about everything.
    ///
    /// # Errors
    /// An invocation has no answer: whoever cannot see what became of it must not send again.
    fn look(&self, followed: Followed) -> Result<SendState, Fault> {
        let source = live_source(&self.settings, self.context)?;
        let state = look(Rc::new(source), followed, self.once()?, keep(self.format), self.context)?;
        let Some(gone) = state.first_gone() else { return Ok(state) };
        let plan = &state.ledger.plan;
        let message = format!("nothing was sent, for {} of {} is not known", safe(&gone), safe(&plan.send_id));
        let hint =
            format!("is it the account that sent it? If it was too long ago: {}", errors_and_send(plan, &plan.send_id));
        Err(Fault::new(Kind::NotFound, message).hint(hint))
    }

    /// Gives how the service is asked once.
    pub(super) fn once(&self) -> Result<Policy, Fault> {
        Ok(Policy::once(self.settings.value(&settings::RETRIES)?))
    }

    /// Sends to what is left, if there is anything, and waits for the verdict on all. `file` gives the file of a plan,
    /// and `begin_log` the log to go on in.
    pub(super) fn go_on(
        &self,
        mut state: SendState,
        file: impl FnOnce(&Plan) -> Result<File, Fault>,
        begin_log: impl FnOnce(&Plan) -> Result<Option<Log>, Fault>,
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
                delivery_timeout: sending::delivery_timeout(&args.how)?.unwrap_or(plan.delivery_timeout),
                ..plan
            },
            schedule: sending::schedule(&args.how, remaining.together, remaining.alone),
            uses_stdin: args.ids.iter().any(|id| id == "-"),
            names,
        };
        if !is_nothing {
            return if job.is_wanted(context)? { job.run(state, begin_log, context) } else { Ok(exit::SUCCESS) };
        }
        context.terminal.progress("efloctl: nothing is left to send");
        if args.how.dry_run { Ok(exit::SUCCESS) } else { job.run(state, |_| Ok(None), context) }
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
    fn file(&self, plan: &Plan) -> Result<File, Fault> {
        let given = self.args.file.as_deref().unwrap_or(Path::new(&plan.file));
        let file = File::read(given).map_err(|fault| match &self.args.file {
            Some(_) => fault,
            None => fault.hint(format!("say where it is now with --file; {}", another_file(plan, &plan.send_id))),
        })?;
        if file.sha256 == plan.sha256 {
            return Ok(file);
        }
        let shown = safe_path(given);
        let message = format!("{shown} is not the file that {} sent", safe(&plan.send_id));
        Err(Fault::usage(message).hint(another_file(plan, &plan.send_id)))
    }
}

/// Asks once about everything that decides on the nodes of a send.
pub(super) fn look<S: SnapshotSource + 'static>(
    source: Rc<S>,
    followed: Followed,
    policy: Policy,
    keep: Keep,
    context: &Context,
) -> Result<SendState, Fault> {
    let id = InvokeId::new(followed.state.ledger.plan.send_id.clone());
    let mut looking = Looking::new(source, questions(std::slice::from_ref(&id), None, keep), policy, 0, followed);
    answers(&mut looking, vec![id], context)?;
    Ok(looking.into_state())
}

/// Says how another file goes to the nodes that these ids did not reach.
pub(super) fn another_file(plan: &Plan, ids: &str) -> String {
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
