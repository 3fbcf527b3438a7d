//! What `send` and `resend` share: the plan is told and asked about, then the calls are made and waited for.

use super::feed::live_source;
use super::watch::{keep, policy, run, watch_plan};
use super::watch_end::{WatchEnd, junit_file};
use super::{Context, next_step};
use crate::cli::{ConnectionArgs, DeliveryArgs, IdArgs, WaitArgs};
use crate::clock;
use crate::eflo::{FileToSend, Location, Target};
use crate::exit::Budget;
use crate::fault::{Fault, Kind};
use crate::feed::LiveSource;
use crate::files::ReportFile;
use crate::names::NodeNames;
use crate::output::{self, CallDocument, Report, SendPlan};
use crate::send::{
    File, Folder, Lock, Log, LogEntry, Mended, Order, Plan, Schedule, SendState, Sender, Sending, new_send_id,
};
use crate::settings::{self, OutputFormat, Settings};
use crate::terminal::ProgressMode;
use crate::text::{count_of, safe_path};
use crate::watch::{Until, WatchPlan};
use jiff::Timestamp;
use std::io::{BufRead, ErrorKind, IsTerminal};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Says from how many nodes in one batch on batches are proposed.
const MANY: usize = 100;

/// Says how long the service lets the shortest delivery take, in seconds, whatever is asked for.
const SHORTEST_DELIVERY: u64 = 10;

/// Holds a run of a send that is about to begin.
pub(super) struct Job<'a> {
    pub(super) how: &'a DeliveryArgs,
    pub(super) wait: &'a WaitArgs,
    /// Whose flags a proposed step repeats; without them none is proposed.
    pub(super) connection: Option<&'a ConnectionArgs>,
    pub(super) settings: &'a Settings,
    pub(super) format: OutputFormat,
    /// The file, unless there is nothing to send.
    pub(super) file: Option<File>,
    /// What this run sends where, and the nodes of the whole send.
    pub(super) plan: Plan,
    /// The calls to the nodes that it sends to.
    pub(super) schedule: Schedule,
    /// Whether standard input is taken by something else than an answer.
    pub(super) uses_stdin: bool,
    pub(super) names: NodeNames,
}

impl Job<'_> {
    /// Gives the nodes that it sends to.
    fn nodes(&self) -> impl Iterator<Item = &str> {
        self.schedule.nodes().iter().map(|node| self.plan.nodes[*node].as_str())
    }

    /// Tells the plan, and asks about it where somebody can answer. Gives whether the sending is to begin.
    pub(super) fn is_wanted(&self, context: &Context) -> Result<bool, Fault> {
        let terminal = &context.terminal;
        let plan = self.view();
        let rule = self.settings.clearance("SendFile", true)?;
        if self.how.dry_run {
            match self.format {
                OutputFormat::Json => terminal.answer(|out| output::named_json("send", &plan, out)),
                OutputFormat::Jsonl => output::write_planned(None, &self.schedule, terminal),
                _ => terminal.answer(|out| output::send_plan(&plan, terminal.stdout(), out)),
            }
            self.warn(context)?;
            return Ok(false);
        }
        let mode = self.settings.value(&settings::PROGRESS)?;
        terminal.choose_progress(mode);
        let mut text = Vec::new();
        // Writing to memory does not fail.
        let _ = output::send_plan(&plan, terminal.stderr(), &mut text);
        if !terminal.is_quiet() {
            terminal.say(String::from_utf8_lossy(&text).trim_end());
        }
        self.warn(context)?;
        if let Some(rule) = rule {
            terminal.progress(&format!("efloctl: {rule}"));
        }
        if self.how.yes {
            return Ok(true);
        }
        if mode != ProgressMode::Auto || !terminal.is_live() || !std::io::stdin().is_terminal() || self.uses_stdin {
            return Err(Fault::usage("nothing was sent, for nobody can be asked here")
                .hint("look at the plan with --dry-run, then say --yes"));
        }
        let count = count_of(self.schedule.nodes().len() as u64, "node");
        terminal.prompt(&format!("send to {count}? [y/N] "));
        let mut answer = String::new();
        let _ = std::io::stdin().lock().read_line(&mut answer);
        if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            return Ok(true);
        }
        Err(Fault::usage("nothing was sent, as you wish"))
    }

    fn view(&self) -> SendPlan<'_> {
        let plan = &self.plan;
        SendPlan {
            send_id: None,
            file: &plan.file,
            size: plan.size,
            sha256: &plan.sha256,
            target: &plan.target,
            overwrite: plan.overwrite,
            delivery_timeout: plan.delivery_timeout,
            region: plan.region.as_deref(),
            endpoint: plan.endpoint.as_deref(),
            profile: self.settings.profile.as_ref().map(|chosen| chosen.value.as_str()),
            profile_origin: self.settings.profile.as_ref().map(|chosen| chosen.origin.to_string()),
            mends: plan.mends.iter().map(|mended| mended.invoke_id.as_str()).collect(),
            batches: self.schedule.batches(),
            calls: self.schedule.calls().map(CallDocument::planned).collect(),
            budget: self.how.max_failed,
            not_sent: self.nodes().collect(),
            unconfirmed: Vec::new(),
        }
    }

    /// Warns of what may go otherwise than it is meant.
    fn warn(&self, context: &Context) -> Result<(), Fault> {
        let (terminal, batches) = (&context.terminal, self.schedule.batches());
        if let Some(file) = self.file.as_ref().filter(|file| file.may_be_too_large()) {
            let size = file.bytes.len();
            terminal.warn(&format!("the file has {size} bytes; above 24000 the service may refuse it"));
        }
        if let Some(text) = self.names.not_running(self.nodes()) {
            terminal.warn(&text);
        }
        if batches.len() == 1 && batches[0] >= MANY {
            terminal.progress("efloctl: --batches 1,10%,100% would try it on a few nodes first");
        }
        let timeout = self.settings.value(&settings::TIMEOUT)?;
        let longest = Duration::from_secs(self.plan.delivery_timeout.max(SHORTEST_DELIVERY)) * batches.len() as u32;
        if !timeout.is_zero() && longest > timeout && !self.how.no_wait {
            let count = batches.len();
            terminal.warn(&format!(
                "{count} batches of {} s each may take {longest:#?}, and the time ends after {timeout:#?}",
                self.plan.delivery_timeout
            ));
        }
        Ok(())
    }

    /// Makes the calls, waits for what becomes of them, and gives the exit code. `state` tells what was done before,
    /// `lock` is that of the log to go on in; without it a log is begun.
    pub(super) fn run(self, state: SendState, lock: Option<Lock>, context: &Context) -> anyhow::Result<u8> {
        let plan = self.watch_plan(self.settings.location()?)?;
        let source = live_source(self.settings, context)?;
        let junit = self.wait.junit.as_deref().map(junit_file).transpose()?;
        let log = match lock {
            // There is nothing to send, and nothing to write down.
            _ if self.file.is_none() => None,
            Some(lock) => Some(Log::resume(lock).map_err(|e| {
                let id = state.ledger.plan.id();
                Fault::new(Kind::Output, format!("the log of {id} cannot be continued: {e}"))
            })?),
            None => begin_log(&state.ledger.plan, context)?,
        };
        let sending = self.begin(Rc::new(source), state, log, context)?;
        Ok(self.watch(sending, &plan, junit, context))
    }

    /// Plans how the run is watched. Its deadline holds from now on.
    pub(super) fn watch_plan(&self, location: Location) -> Result<WatchPlan, Fault> {
        let fail_fast = self.how.fail_fast.then(|| self.how.max_failed.unwrap_or(Budget::NONE));
        let until = if self.how.no_wait { Until::Answered } else { Until::Finished };
        let ids = vec![self.plan.id()];
        Ok(WatchPlan { until, ..watch_plan(self.settings, ids, location, Instant::now(), fail_fast)? })
    }

    /// Writes down that the run begins, and gives the feed that makes the calls.
    pub(super) fn begin<S: Sender + 'static>(
        &self,
        service: Rc<S>,
        mut state: SendState,
        mut log: Option<Log>,
        context: &Context,
    ) -> Result<Sending<S>, Fault> {
        let is_all = self.schedule.nodes().len() == self.plan.nodes.len();
        let entry = LogEntry::Run {
            nodes: (!is_all).then(|| self.nodes().map(str::to_owned).collect()),
            batches: self.schedule.batches(),
        };
        if let Some(Err(e)) = log.as_mut().map(|log| log.append(&entry)) {
            context.terminal.warn(&format!("the log cannot be written, so nothing of this send is kept: {e}"));
            log = None;
        }
        state.ledger.apply(&entry);
        let order = Order {
            file: FileToSend::new(
                self.plan.target.clone(),
                self.file.as_ref().map_or(&[], |file| &file.bytes),
                self.plan.overwrite,
                self.plan.delivery_timeout,
            ),
            policy: policy(self.settings)?,
            waits: !self.how.no_wait,
            keep: keep(self.format),
            jitter_seed: None,
        };
        Ok(Sending::new(service, order, self.schedule.clone(), state, log))
    }

    /// Watches the run to its end, reports, and gives the exit code.
    pub(super) fn watch<S: Sender + 'static>(
        &self,
        mut sending: Sending<S>,
        plan: &WatchPlan,
        junit: Option<ReportFile>,
        context: &Context,
    ) -> u8 {
        let has_log = sending.has_log();
        if self.format == OutputFormat::Jsonl {
            output::write_planned(Some(&self.plan.send_id), &self.schedule, &context.terminal);
        } else if has_log && context.terminal.is_live() {
            context.terminal.progress(&format!("sending as {}", self.plan.send_id));
        }
        let next_step = |report: &Report<'_>| {
            let connection = self.connection.filter(|_| has_log)?;
            next_step::after_watch(&IdArgs::default(), connection, report)
        };
        let end = WatchEnd {
            format: self.format,
            budget: self.how.max_failed,
            recorder: None,
            junit,
            github: self.wait.github,
            names: &self.names,
            next_step: &next_step,
            send_waits: Some(!self.how.no_wait),
        };
        run(&mut sending, plan, &end, context)
    }
}

impl Sender for LiveSource {
    async fn send_file(&self, file: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        self.service.send_file(file, nodes).await
    }
}

/// Plans a send to these nodes, as far as it does not depend on the file: not overwriting, with the service's own
/// delivery timeout.
pub(super) fn plan(settings: &Settings, target: Target, nodes: Vec<String>, mends: Vec<Mended>) -> Result<Plan, Fault> {
    let now = Timestamp::now();
    let endpoint = settings.endpoint()?;
    let profile = settings.profile.as_ref();
    Ok(Plan {
        send_id: new_send_id(now).map_err(|e| Fault::new(Kind::Network, e.to_string()))?,
        planned_at: clock::stamp(now),
        region: settings.location()?.region,
        endpoint: settings.get(&settings::ENDPOINT)?.map(|_| endpoint.value.to_string()),
        profile: profile.map(|profile| profile.value.clone()),
        is_profile_named: profile.is_some_and(|profile| profile.origin.is_named()),
        target,
        delivery_timeout: 60,
        nodes,
        mends,
        ..Plan::default()
    })
}

/// Plans the calls to these nodes; those that are `alone` have a call each.
pub(super) fn schedule(how: &DeliveryArgs, together: Vec<usize>, alone: Vec<usize>) -> Schedule {
    Schedule::new(together, alone, &how.batches, usize::from(how.nodes_per_call), how.max_failed)
}

/// Begins the log of a send. Without a log it goes on all the same.
///
/// # Errors
/// Another send has taken up an invocation that this one mends, or may be about to.
fn begin_log(plan: &Plan, context: &Context) -> Result<Option<Log>, Fault> {
    let folder = folder(context)?;
    let _ = folder.clean(Timestamp::now());
    match folder.begin(plan) {
        Ok(log) => Ok(Some(log)),
        Err(e) if e.kind() == ErrorKind::AlreadyExists && !plan.mends.is_empty() => {
            Err(Fault::usage(e.to_string()).hint("run the same again once that has ended; efloctl sent lists it"))
        }
        // It may be about to send to the same nodes.
        Err(e) if e.kind() == ErrorKind::WouldBlock && !plan.mends.is_empty() => {
            Err(Fault::usage(format!("another resend is being begun by {e}")).hint("run the same again"))
        }
        Err(e) => {
            let path = safe_path(folder.path());
            let text = format!("no log can be begun in {path}, so this send cannot be taken up: {e}");
            context.terminal.warn(&text);
            Ok(None)
        }
    }
}

/// Gives the folder of the logs.
pub(super) fn folder(context: &Context) -> Result<Folder, Fault> {
    let state = context.environment.state_dir.as_ref();
    let state = state.ok_or_else(|| Fault::new(Kind::Output, "this system has no folder for the logs of sends"))?;
    Ok(Folder::at(state.join("efloctl").join("sent")))
}
