//! What `send` and `resend` share: the plan is told and asked about, then the calls are made and waited for.

use super::connect::{self, clearance};
use super::feed::live_source;
use super::watch::{UNANSWERED, choose_progress, keep, run};
use super::watch_end::{SendEnd, WatchEnd, junit_file};
use super::{Context, next_step};
use crate::cli::{ConnectionArgs, DeliveryArgs, WaitArgs};
use crate::deadline;
use crate::eflo::FileToSend;
use crate::exit::Budget;
use crate::fault::{Fault, Kind};
use crate::feed::{LiveSource, Policy};
use crate::invocation::InvokeId;
use crate::names::NodeNames;
use crate::output::{self, PlannedCall, Report, SendPlan};
use crate::send::{
    Answer, File, Folder, Ledger, Log, LogEntry, Manner, Order, Plan, Run, Schedule, Sender, Sending, SharedLog,
};
use crate::settings::{self, Flags, OutputFormat, ProgressMode, Settings, parse_duration};
use crate::text::{count_of, safe};
use crate::watch::{Until, WatchPlan};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{BufRead, IsTerminal};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// From so many nodes in one batch on, batches are proposed.
const MANY: usize = 100;

/// The service takes a shorter delivery for this: in seconds.
const SHORTEST_DELIVERY: u64 = 10;

/// A run of a send that is about to begin.
pub(super) struct Job<'a> {
    pub(super) how: &'a DeliveryArgs,
    pub(super) wait: &'a WaitArgs,
    pub(super) connection: &'a ConnectionArgs,
    pub(super) settings: &'a Settings,
    pub(super) format: OutputFormat,
    /// None where there is nothing to send.
    pub(super) file: Option<File>,
    /// What is sent where, and the nodes of the whole send.
    pub(super) plan: Plan,
    pub(super) overwrite: bool,
    /// In seconds.
    pub(super) delivery_timeout: u64,
    /// The nodes that it sends to, by their places in the plan; those that are alone have a call each, after the
    /// others.
    pub(super) together: Vec<usize>,
    pub(super) alone: Vec<usize>,
    /// Whether standard input is taken by something else than an answer.
    pub(super) uses_stdin: bool,
    pub(super) names: NodeNames,
}

/// Where a run goes on from: nothing yet, or the log of the send.
pub(super) enum Start {
    New { folder: Folder, ledger: Ledger, answers: HashMap<String, Answer> },
    Resumed { log: Option<Log>, ledger: Ledger, answers: HashMap<String, Answer> },
}

impl Job<'_> {
    /// The number of nodes of each batch.
    fn batches(&self) -> Vec<usize> {
        self.how.batches.clone().unwrap_or_default().cut(self.together.len() + self.alone.len())
    }

    fn schedule(&self) -> Schedule {
        let manner = Manner {
            batches: self.batches(),
            nodes_per_call: usize::from(self.how.nodes_per_call),
            budget: self.how.max_failed,
        };
        Schedule::new(&self.together, &self.alone, &manner)
    }

    /// Tells the plan, and asks about it where somebody can answer. Gives whether the sending is to begin.
    pub(super) fn is_wanted(&self, context: &Context) -> Result<bool, Fault> {
        let terminal = &context.terminal;
        let batches = self.batches();
        let plan = self.view(&batches);
        let rule = clearance(self.settings, "SendFile", true, context)?;
        if self.how.dry_run {
            match self.format {
                OutputFormat::Json => terminal.answer(|out| output::send_plan_json(&plan, out)),
                OutputFormat::Jsonl => output::write_planned(&plan, terminal),
                _ => terminal.answer(|out| output::send_plan(&plan, terminal.stdout(), out)),
            }
            self.warn(&batches, context)?;
            return Ok(false);
        }
        choose_progress(self.settings, context)?;
        let mut text = Vec::new();
        // Writing to memory does not fail.
        let _ = output::send_plan(&plan, terminal.stderr(), &mut text);
        if !terminal.is_quiet() {
            terminal.say(String::from_utf8_lossy(&text).trim_end());
        }
        self.warn(&batches, context)?;
        if let Some(rule) = rule {
            terminal.progress(&format!("efloctl: {rule}"));
        }
        if self.how.yes {
            return Ok(true);
        }
        let is_auto = self.settings.value(&settings::PROGRESS)? == ProgressMode::Auto;
        if !is_auto || !terminal.is_live() || !std::io::stdin().is_terminal() || self.uses_stdin {
            return Err(Fault::usage("nothing was sent, for nobody can be asked here")
                .hint("look at the plan with --dry-run, then say --yes"));
        }
        let count = count_of((self.together.len() + self.alone.len()) as u64, "node");
        terminal.prompt(&format!("send to {count}? [y/N] "));
        let mut answer = String::new();
        let _ = std::io::stdin().lock().read_line(&mut answer);
        if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            return Ok(true);
        }
        Err(Fault::usage("nothing was sent, as you wish"))
    }

    fn view<'v>(&'v self, batches: &'v [usize]) -> SendPlan<'v> {
        let (plan, target) = (&self.plan, &self.plan.target);
        let nodes = self.together.iter().chain(&self.alone);
        let profile = self.settings.profile();
        SendPlan {
            send_id: None,
            file: &plan.file,
            size: plan.size,
            sha256: &plan.sha256,
            name: &target.name,
            target_dir: &target.target_dir,
            file_mode: target.file_mode.as_deref(),
            file_owner: target.file_owner.as_deref(),
            file_group: target.file_group.as_deref(),
            description: target.description.as_deref(),
            overwrite: self.overwrite,
            delivery_timeout: self.delivery_timeout,
            region: plan.region.as_deref(),
            endpoint: plan.endpoint.as_deref(),
            profile: plan.profile.as_deref(),
            profile_origin: profile.map(|chosen| chosen.origin.to_string()),
            mends: plan.mends.iter().map(|mended| mended.invoke_id.as_str()).collect(),
            batches,
            calls: self.schedule().sizes().map(PlannedCall::of).collect(),
            budget: self.how.max_failed,
            not_sent: nodes.map(|node| plan.nodes[*node].as_str()).collect(),
            unconfirmed: Vec::new(),
        }
    }

    /// Warns of what may go otherwise than it is meant.
    fn warn(&self, batches: &[usize], context: &Context) -> Result<(), Fault> {
        let terminal = &context.terminal;
        if let Some(file) = self.file.as_ref().filter(|file| file.may_be_too_large()) {
            let size = file.bytes.len();
            terminal.warn(&format!("the file has {size} bytes; above 24000 the service may refuse it"));
        }
        let nodes = self.together.iter().chain(&self.alone).map(|place| self.plan.nodes[*place].as_str());
        if let Some(text) = self.names.not_running(nodes) {
            terminal.warn(&text);
        }
        if batches.len() == 1 && batches[0] >= MANY {
            terminal.progress("efloctl: --batches 1,10%,100% would try it on a few nodes first");
        }
        let timeout = self.settings.value(&settings::TIMEOUT)?;
        let longest = Duration::from_secs(self.delivery_timeout.max(SHORTEST_DELIVERY)) * batches.len() as u32;
        if !timeout.is_zero() && longest > timeout && !self.how.no_wait {
            let count = batches.len();
            terminal.warn(&format!(
                "{count} batches of {} s each may take {longest:#?}, and the time ends after {timeout:#?}",
                self.delivery_timeout
            ));
        }
        Ok(())
    }

    /// Makes the calls, waits for what becomes of them, and gives the exit code.
    pub(super) fn run(self, start: Start, context: &Context) -> anyhow::Result<u8> {
        let begun = Instant::now();
        let timeout = self.settings.value(&settings::TIMEOUT)?;
        let patience = if timeout.is_zero() { UNANSWERED } else { Duration::MAX };
        let interval = self.settings.value(&settings::INTERVAL)?;
        let policy = Policy {
            interval,
            retries: self.settings.value(&settings::RETRIES)?,
            grace: self.settings.value(&settings::GRACE)?,
            patience,
        };
        let source = live_source(self.settings, context)?;
        let junit = self.wait.junit.as_deref().map(junit_file).transpose()?;
        let (mut log, mut ledger, answers) = self.begin(start, context);
        let nodes = || self.together.iter().chain(&self.alone).map(|node| self.plan.nodes[*node].clone());
        let is_all = self.together.len() + self.alone.len() == self.plan.nodes.len();
        let run_entry = LogEntry::Run(Run {
            nodes: (!is_all).then(|| nodes().collect()),
            batches: self.batches(),
            overwrite: self.overwrite,
            delivery_timeout: self.delivery_timeout,
        });
        if let Some(open) = &mut log
            && let Err(e) = open.append(&run_entry)
        {
            context.terminal.warn(&format!("the log cannot be written, so nothing of this send is kept: {e}"));
            log = None;
        }
        ledger.apply(&run_entry);
        let budget = self.how.max_failed;
        let waits = !self.how.no_wait;
        let has_log = log.is_some();
        let log: SharedLog = Rc::new(RefCell::new(log));
        let location = self.settings.location()?;
        let plan = WatchPlan {
            invoke_ids: vec![InvokeId::new(self.plan.send_id.clone())],
            until: if waits { Until::Finished } else { Until::Answered },
            region: location.region,
            host: location.host,
            interval,
            begun,
            timeout: Some(timeout).filter(|timeout| !timeout.is_zero()),
            fail_fast: self.how.fail_fast.then(|| budget.unwrap_or(Budget::NONE)),
        };
        deadline::set(plan.deadline().map(Instant::into_std));
        let next_step = |report: &Report<'_>| next_step::after_send(self.connection, report, has_log);
        let end = WatchEnd {
            format: self.format,
            budget,
            recorder: None,
            junit,
            github: self.wait.github,
            names: &self.names,
            next_step: &next_step,
            send: Some(SendEnd { waits, log: Rc::clone(&log) }),
        };
        if self.format == OutputFormat::Jsonl {
            let batches = self.batches();
            let view = SendPlan { send_id: Some(&self.plan.send_id), ..self.view(&batches) };
            output::write_planned(&view, &context.terminal);
        } else if has_log && context.terminal.is_live() {
            context.terminal.progress(&format!("sending as {}", self.plan.send_id));
        }
        let order = Order { file: self.file_to_send(), policy, waits, keep: keep(self.format), jitter_seed: None };
        let mut sending = Sending::new(Rc::new(source), order, self.schedule(), ledger, answers, log);
        Ok(run(&mut sending, &plan, &end, context))
    }

    /// The log, and what is known so far. Without a log it goes on all the same.
    fn begin(&self, start: Start, context: &Context) -> (Option<Log>, Ledger, HashMap<String, Answer>) {
        match start {
            Start::Resumed { log, ledger, answers } => (log, ledger, answers),
            Start::New { folder, ledger, answers } => {
                let _ = folder.clean(jiff::Timestamp::now());
                let log = folder.begin(&ledger.plan).map_err(|e| {
                    let path = safe(&folder.path().to_string_lossy()).into_owned();
                    context
                        .terminal
                        .warn(&format!("no log can be begun in {path}, so this send cannot be taken up: {e}"));
                });
                (log.ok(), ledger, answers)
            }
        }
    }

    fn file_to_send(&self) -> FileToSend {
        let target = &self.plan.target;
        let mut file =
            FileToSend::new(&target.name, &target.target_dir, self.file.as_ref().map_or(&[], |file| &file.bytes));
        file.file_mode.clone_from(&target.file_mode);
        file.file_owner.clone_from(&target.file_owner);
        file.file_group.clone_from(&target.file_group);
        file.description.clone_from(&target.description);
        file.overwrite = self.overwrite;
        file.timeout = self.delivery_timeout;
        file
    }
}

impl Sender for LiveSource {
    async fn send_file(&self, file: &FileToSend, nodes: &[String]) -> Result<String, Fault> {
        self.service.send_file(file, nodes).await
    }
}

/// Settings with what the options of waiting say.
pub(super) fn settings_of(flags: Flags, wait: &WaitArgs, context: &Context) -> Result<Settings, Fault> {
    let flags = flags
        .with(&settings::OUTPUT, wait.output.as_deref())
        .with(&settings::INTERVAL, wait.interval.as_deref())
        .with(&settings::TIMEOUT, wait.timeout.as_deref())
        .with(&settings::GRACE, wait.grace.as_deref())
        .with(&settings::PROGRESS, wait.progress.as_deref())
        .with(&settings::NODE_NAMES, wait.node_names.as_deref());
    connect::settings(flags, context)
}

/// How long a delivery may take, in seconds.
pub(super) fn delivery_timeout(how: &DeliveryArgs) -> Result<Option<u64>, Fault> {
    let Some(word) = &how.delivery_timeout else { return Ok(None) };
    let wrong = |why: &str| Fault::usage(format!("the delivery timeout \"{}\" {why}", safe(word)));
    let span = parse_duration(word).map_err(|why| wrong(&why))?;
    if span.is_zero() || span.subsec_nanos() > 0 {
        return Err(wrong("is no number of whole seconds, such as 60s"));
    }
    Ok(Some(span.as_secs()))
}

/// The folder of the logs.
pub(super) fn folder(context: &Context) -> Result<Folder, Fault> {
    let state = context.environment.state_dir();
    let state = state.ok_or_else(|| Fault::new(Kind::Output, "this system has no folder for the logs of sends"))?;
    Ok(Folder::at(state.join("efloctl").join("sent")))
}
