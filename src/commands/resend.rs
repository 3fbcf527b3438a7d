//! `resend`: sends a file again to the nodes of a send that did not get it, and waits for the verdict on all of them.

use super::feed::{self, ask_once, questions};
use super::sending::{self, Job, Start};
use super::sends::{self, NamedSend};
use super::{Context, foreign, ids, node_names};
use crate::cli::{IdArgs, ResendArgs, WATCH_FORMATS};
use crate::exit::{self, Ending};
use crate::fault::{Fault, Kind};
use crate::feed::Policy;
use crate::invocation::{InvokeId, Keep, Snapshot};
use crate::names::NodeNames;
use crate::send::{Answer, File, Followed, Ledger, Lock, Log, Looking, NodeList, Plan, Remaining, lock_of};
use crate::settings::{self, OutputFormat, Settings};
use crate::signals;
use crate::text::{count_of, safe};
use crate::watch::{Until, WatchPlan};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Runs `resend`.
pub(super) fn resend(args: &ResendArgs, context: &Context) -> anyhow::Result<u8> {
    if args.ids.iter().any(|id| id == "last") {
        return Err(Fault::usage("\"last\" is not for resend, for another send may be newer by now")
            .hint("name the send; efloctl sent lists them")
            .into());
    }
    let asked = IdArgs { ids: args.ids.clone(), ..IdArgs::default() };
    let mut ids = ids::invoke_ids(&asked)?;
    let mut wanted: Option<HashSet<String>> = None;
    let mut send = sends::find(&mut ids, &args.connection, context)?;
    if send.is_some() && ids.len() > 1 {
        return Err(Fault::usage("a send is taken up by itself").hint("name it alone").into());
    }
    if send.is_none()
        && let Some((found, nodes)) = sends::naming(&ids, context)?
    {
        (send, wanted) = (Some(found), Some(nodes));
    }
    match send {
        Some(send) => Resending { args, context, wanted }.take_up(send),
        None => foreign::resend(args, &ids, context),
    }
}

/// A send that is taken up.
pub(super) struct Resending<'a> {
    pub(super) args: &'a ResendArgs,
    pub(super) context: &'a Context,
    /// The nodes that it is about, if not all.
    pub(super) wanted: Option<HashSet<String>>,
}

impl Resending<'_> {
    fn take_up(self, mut send: NamedSend) -> anyhow::Result<u8> {
        let (args, context) = (self.args, self.context);
        let id = InvokeId::new(send.followed.ledger().plan.send_id.clone());
        let lock = Lock::acquire(&lock_of(&send.path)).map_err(|e| unlocked(&send.path, &e))?;
        let lock = lock.map_err(|holder| {
            Fault::usage(format!("{id} is being sent by process {}", safe(&holder)))
                .hint("wait for its end, or end that process; efloctl watch shows how it goes")
        })?;
        // What was read before may be older than the lock.
        send.followed = Followed::held(send.path.clone()).map_err(|e| unlocked(&send.path, &e))?;
        let flags = send.flags(&args.connection, context)?;
        let settings = sending::settings_of(flags, &args.wait, context)?;
        let format = context.format(&settings, WATCH_FORMATS)?;
        let snapshot = self.look(&mut send.followed, &settings, format)?;
        let (ledger, answers) = send.followed.into_parts();
        let path = send.path;
        let file = |ledger: &Ledger| self.file(ledger);
        let start = move |ledger: Ledger, answers| {
            let log = Log::resume(&path, lock).map(|(log, _)| log).map_err(|e| {
                Fault::new(Kind::Output, format!("the log of {} cannot be continued: {e}", safe(&ledger.plan.send_id)))
            })?;
            Ok(Start::Resumed { log: Some(log), ledger, answers })
        };
        self.go_on(&settings, format, Found { ledger, answers, snapshot }, file, start)
    }

    /// Asks once about everything. Fails where an id has no answer.
    pub(super) fn look(
        &self,
        followed: &mut Followed,
        settings: &Settings,
        format: OutputFormat,
    ) -> anyhow::Result<Snapshot> {
        let id = InvokeId::new(followed.ledger().plan.send_id.clone());
        let keep = if format == OutputFormat::Table { Keep::Outcomes } else { Keep::Everything };
        let policy = Policy::once(settings.value(&settings::RETRIES)?);
        let source = feed::live_source(settings, self.context)?;
        let mut looking = Looking::new(source, questions(std::slice::from_ref(&id), None, keep), policy, 0, followed);
        let plan = WatchPlan::new(vec![id], Until::Answered);
        let (outcomes, ending) = ask_once(&mut looking, &plan, self.context)?;
        if let Ending::Signal(signal) = ending {
            // Nothing was changed yet, and there is nothing to report.
            signals::end_at_once(signal);
        }
        let outcome = outcomes.into_iter().next();
        let fault = || Fault::new(Kind::Network, "no answer has come yet");
        let Some(outcome) = outcome else { return Err(fault().into()) };
        match (outcome.fault, outcome.seen) {
            (Some(fault), _) => Err(fault.into()),
            (None, Some((_, snapshot))) => Ok(snapshot),
            (None, None) => Err(outcome.last_error.unwrap_or_else(fault).into()),
        }
    }

    /// Sends to what is left, if there is anything, and waits for the verdict on all.
    pub(super) fn go_on(
        &self,
        settings: &Settings,
        format: OutputFormat,
        found: Found,
        file: impl FnOnce(&Ledger) -> Result<File, Fault>,
        start: impl FnOnce(Ledger, HashMap<String, Answer>) -> Result<Start, Fault>,
    ) -> anyhow::Result<u8> {
        let (args, context) = (self.args, self.context);
        let Found { mut ledger, answers, snapshot } = found;
        let names = NodeNames::in_file(node_names::path(settings, context)?);
        let except = self.except(&ledger, &names)?;
        let plan = &ledger.plan;
        let is_wanted = |place: usize| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&plan.nodes[place]));
        let remaining = Remaining::of(&ledger, &snapshot, is_wanted, |place| except.contains(&plan.nodes[place]));
        self.tell(&remaining, plan);
        let overwrite = args.overwrite || (plan.overwrite && !args.no_overwrite);
        if !remaining.may_hold.is_empty() && !plan.overwrite && !args.overwrite && !args.no_overwrite {
            let errors = remaining.may_hold.join(", ");
            return Err(Fault::usage(format!(
                "nodes may hold the file already ({errors}), and it was not to be replaced"
            ))
            .hint("say --overwrite to replace it, or --no-overwrite to leave it")
            .into());
        }
        let is_nothing = remaining.count() == 0;
        let file = if is_nothing { None } else { Some(file(&ledger)?) };
        if let Some(file) = file.as_ref().filter(|_| ledger.plan.sha256.is_empty()) {
            ledger.plan.file = file.path.to_string_lossy().into_owned();
            ledger.plan.size = file.bytes.len();
            ledger.plan.sha256.clone_from(&file.sha256);
        }
        let plan = &ledger.plan;
        let delivery_timeout = sending::delivery_timeout(&args.how)?.unwrap_or(plan.delivery_timeout);
        let job = Job {
            how: &args.how,
            wait: &args.wait,
            connection: &args.connection,
            settings,
            format,
            file,
            overwrite,
            delivery_timeout,
            plan: plan.clone(),
            together: remaining.together,
            alone: remaining.alone,
            uses_stdin: args.ids.iter().any(|id| id == "-"),
            names,
        };
        if is_nothing {
            context.terminal.progress("efloctl: nothing is left to send");
            if args.how.dry_run {
                return Ok(exit::SUCCESS);
            }
        } else if !job.is_wanted(context)? {
            return Ok(exit::SUCCESS);
        }
        let start = match is_nothing {
            true => Start::Resumed { log: None, ledger, answers },
            false => start(ledger, answers)?,
        };
        job.run(start, context)
    }

    /// The nodes that are not to be sent to.
    fn except(&self, ledger: &Ledger, names: &NodeNames) -> Result<HashSet<String>, Fault> {
        if self.args.except.is_empty() {
            return Ok(HashSet::new());
        }
        let list = NodeList::read(&self.args.except, |path| match path {
            Some(path) => std::fs::read_to_string(path),
            None => Err(std::io::Error::other("standard input is not for this list")),
        })?;
        node_names::check_ids(&list.ids, "--except", names)?;
        match list.ids.iter().find(|id| ledger.place(id).is_none()) {
            Some(id) => Err(Fault::usage(format!("{} is no node of {}", safe(id), safe(&ledger.plan.send_id)))),
            None => Ok(list.ids.into_iter().collect()),
        }
    }

    /// Tells which nodes are left out.
    fn tell(&self, remaining: &Remaining, plan: &Plan) {
        let terminal = &self.context.terminal;
        let mut by_error: Vec<(&str, Vec<&str>)> = Vec::new();
        for (place, error) in &remaining.pointless {
            let node = plan.nodes[*place].as_str();
            match by_error.iter_mut().find(|(known, _)| known == error) {
                Some((_, nodes)) => nodes.push(node),
                None => by_error.push((error, vec![node])),
            }
        }
        for (error, nodes) in by_error {
            let named = nodes.iter().take(10).copied().collect::<Vec<_>>().join(", ");
            let more = nodes.len().saturating_sub(10);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let count = count_of(nodes.len() as u64, "node");
            terminal.warn(&format!("{count} left out, for sending again does not mend {error}: {named}{more}"));
        }
        if remaining.open > 0 {
            terminal
                .progress(&format!("efloctl: {} still open: watched, not sent to", count_of(remaining.open, "node")));
        }
    }

    /// The file that was sent: where it was, or where it is now.
    fn file(&self, ledger: &Ledger) -> Result<File, Fault> {
        let plan = &ledger.plan;
        let given = self.args.file.as_deref().unwrap_or(Path::new(&plan.file));
        let file = File::read(given).map_err(|fault| match &self.args.file {
            Some(_) => fault,
            None => fault.hint(format!("say where it is now with --file; {}", way(plan, &plan.send_id))),
        })?;
        if file.sha256 == plan.sha256 {
            return Ok(file);
        }
        let shown = safe(&given.to_string_lossy()).into_owned();
        let message = format!("{shown} is not the file that {} sent", safe(&plan.send_id));
        Err(Fault::usage(message).hint(way(plan, &plan.send_id)))
    }
}

/// A send, what its invocations answered, and what it comes to.
pub(super) struct Found {
    pub(super) ledger: Ledger,
    pub(super) answers: HashMap<String, Answer>,
    pub(super) snapshot: Snapshot,
}

/// How another file is sent to the nodes that `id` did not reach.
pub(super) fn way(plan: &Plan, id: &str) -> String {
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
    format!("another file is another send: efloctl errors {} -o ids | {}", safe(id), safe(&line))
}

fn unlocked(path: &Path, e: &std::io::Error) -> Fault {
    Fault::usage(format!("the log {} cannot be used: {e}", safe(&path.to_string_lossy())))
}
