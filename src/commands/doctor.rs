//! `doctor`: why it does not work, step by step, each with its remedy. Runs every check that can still run.

mod network;

use super::connect::{self, KEY_LIMITS, LARGEST_ANSWER, tools};
use super::{Context, node_names};
use crate::cli::DoctorArgs;
use crate::credentials::{Candidate, Keyring, Tools, caller_identity};
use crate::eflo::Service;
use crate::exit;
use crate::fault::{Fault, Kind};
use crate::invocation::{InvokeId, Keep, Question};
use crate::names::{Column, NameFile};
use crate::output::{Check, Health, checks, checks_json, fault_hint};
use crate::rpc::{Endpoint, Key, Limits, Network, Transport};
use crate::settings::{OutputFormat, Settings};
use crate::text::{count_of, safe, shortened};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// Is an id that no invocation has: the API answers that it is not found, or refuses the caller.
const NO_SUCH_ID: &str = "efloctl-doctor-no-such-invocation";
/// Lists the operations that commands call, and whether each changes something.
const OPERATIONS: [(&str, bool); 4] =
    [("DescribeSendFileResults", false), ("SendFile", true), ("ListClusters", false), ("ListClusterNodes", false)];
/// Says after how many days the names of nodes may be wrong.
const OLD_NAMES: i64 = 30;

/// Runs `doctor`.
pub(super) fn doctor(args: &DoctorArgs, context: &Context) -> anyhow::Result<u8> {
    let flags = context.with_output(args.connection.flags());
    let mut found = Vec::new();
    let mut format = context.format_without_file()?;
    match Settings::load(flags, context.environment.clone()) {
        Err(fault) => found.push(failed("config", &fault)),
        Ok(settings) => {
            format = context.format(&settings)?;
            let names = node_names::path(&settings, context)?;
            connect::block_on(Checks { settings: &settings, names, found: &mut found }.run())?;
        }
    }
    let code = found.iter().find_map(|check| check.exit_code).unwrap_or(exit::SUCCESS);
    context.terminal.answer(|out| match format {
        OutputFormat::Json => checks_json(&found, code, out),
        _ => checks(&found, context.terminal.stdout(), out),
    });
    Ok(code)
}

/// Checks a set-up, in the order in which one check needs another.
struct Checks<'a> {
    settings: &'a Settings,
    /// The file with the names of nodes.
    names: Option<PathBuf>,
    found: &'a mut Vec<Check>,
}

impl Checks<'_> {
    async fn run(mut self) {
        self.config();
        self.profile();
        self.names();
        let tools = self.take("ca file", tools(self.settings)).unwrap_or_else(|| {
            let network = Network { roots: Vec::new(), proxies: self.settings.proxies() };
            Tools { clock: Arc::default(), limits: KEY_LIMITS, network: Arc::new(network) }
        });
        let key = self.credentials(&tools).await;
        self.safety_policy();
        let endpoint = self.endpoint();
        if let Some(endpoint) = &endpoint {
            self.network(endpoint, &tools).await;
        }
        if let Some(key) = &key {
            self.identity(key, &tools).await;
        }
        if let (Some(endpoint), Some(key)) = (endpoint, key) {
            self.permission(endpoint, key, &tools).await;
        }
    }

    /// Gives the limits of a call of the API, also where a setting of them is wrong.
    fn limits(&self) -> Limits {
        connect::limits(self.settings).unwrap_or(Limits { bytes: LARGEST_ANSWER, ..KEY_LIMITS })
    }

    fn ok(&mut self, name: &'static str, detail: impl Into<String>) {
        self.found.push(Check { name, health: Health::Ok, detail: detail.into(), remedy: None, exit_code: None });
    }

    fn warn(&mut self, name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) {
        let (detail, remedy) = (detail.into(), Some(remedy.into()));
        self.found.push(Check { name, health: Health::Warn, detail, remedy, exit_code: None });
    }

    fn fail(&mut self, name: &'static str, fault: &Fault) {
        self.found.push(failed(name, fault));
    }

    /// Gives what a check needs, or tells why it is missing.
    fn take<T>(&mut self, name: &'static str, taken: Result<T, Fault>) -> Option<T> {
        taken.inspect_err(|fault| self.fail(name, fault)).ok()
    }

    fn config(&mut self) {
        let config = &self.settings.config;
        let shown = config.shown.clone();
        match (config.exists, config.is_exposed) {
            (false, _) => self.ok("config", format!("{shown} is not there, and need not be")),
            (true, Some(false)) => self.ok("config", format!("{shown}, for its owner alone")),
            (true, None) => self.ok("config", format!("{shown}; who else may read it is not looked at here")),
            (true, Some(true)) => self.warn("config", format!("others can read {shown}"), format!("chmod 600 {shown}")),
        }
    }

    fn profile(&mut self) {
        let detail = match &self.settings.profile {
            Some(chosen) => format!("{} ({})", safe(&chosen.value), chosen.origin),
            None => "none is named".to_owned(),
        };
        self.ok("profile", detail);
    }

    /// Checks whether names of nodes are known. They are never needed, so that this never fails.
    fn names(&mut self) {
        const LOOK_UP: &str = "efloctl nodes looks them up";
        let Some(path) = &self.names else { return self.ok("node names", format!("none are known; {LOOK_UP}")) };
        let (names, problem) = NameFile::read(path);
        if let Some(problem) = problem {
            return self.warn("node names", problem, LOOK_UP);
        }
        let days = |time: Timestamp| Timestamp::now().duration_since(time).as_hours() / 24;
        let seen = names.nodes().filter_map(|node| node.get(Column::SeenAt)?.as_written().parse().ok());
        let (count, oldest) = (names.nodes().count(), seen.map(days).max());
        let known = format!("those of {} are known", count_of(count as u64, "node"));
        match oldest {
            Some(days) if days > OLD_NAMES => {
                self.warn("node names", format!("{known}, seen up to {days} days ago"), LOOK_UP);
            }
            Some(days) => self.ok("node names", format!("{known}, seen within {}", count_of(days as u64 + 1, "day"))),
            None => self.ok("node names", known),
        }
    }

    async fn credentials(&mut self, tools: &Tools) -> Option<Key> {
        let chain = self.take("credentials", self.settings.chain())?;
        let fetched = twice(|| chain.fetch(tools)).await;
        let fresh = self.take("credentials", fetched)?;
        let source = match chain.chosen() {
            Some(Candidate { place, offer: Ok(spec) }) => format!("{place}, {}", spec.described()),
            _ => "unknown".to_owned(),
        };
        let until = fresh.expires.map(|at| format!(", until {at}"));
        let id = crate::rpc::masked(&fresh.key.id);
        // The description of a permanent key names it already.
        let key = if source.contains(&id) { String::new() } else { format!(": key {id}") };
        self.ok("credentials", format!("{source}{key}{}", until.unwrap_or_default()));
        if let Some((signs, profile)) = self.settings.other_key() {
            let detail = format!("the official CLI would sign as its profile {}, not by {signs}", safe(&profile));
            self.warn("credentials", detail, "name a profile with --profile, or unset the one that is not meant");
        }
        Some(fresh.key)
    }

    fn endpoint(&mut self) -> Option<Endpoint> {
        let endpoint = self.take("endpoint", self.settings.endpoint())?;
        match self.settings.misspelt_region() {
            Some(doubt) => self.warn("endpoint", doubt, "correct the region, or leave it if it is new"),
            None => self.ok("endpoint", format!("{} ({})", endpoint.value, endpoint.origin)),
        }
        Some(endpoint.value)
    }

    /// Checks what the official CLI's safety policy says of the operations that commands call.
    fn safety_policy(&mut self) {
        let mut has_rule = false;
        for (operation, changes) in OPERATIONS {
            let (detail, remedy) = match self.settings.clearance(operation, changes) {
                Ok(Some(rule)) if changes => (
                    format!("{rule} wants {operation} confirmed"),
                    Some("answer its question, or give --yes".to_owned()),
                ),
                Ok(_) => continue,
                Err(fault) => (fault.message.clone(), fault_hint(&fault)),
            };
            has_rule = true;
            self.warn("safety policy", detail, remedy.unwrap_or_default());
        }
        if !has_rule {
            self.ok("safety policy", "no rule stands in the way");
        }
    }

    async fn identity(&mut self, key: &Key, tools: &Tools) {
        let Some(sts) = self.take("identity", self.settings.sts()) else { return };
        match twice(|| caller_identity(&sts, key, tools)).await {
            Ok(identity) => {
                let part = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), shortened);
                self.ok("identity", format!("account {}, {}", part(&identity.account_id), part(&identity.arn)));
            }
            // It was not asked, or not heard: the key may be right all the same.
            Err(fault) if fault.code.is_none() => {
                self.warn("identity", fault.message, "STS need not be reached; sts_endpoint names another");
            }
            Err(fault) => self.fail("identity", &fault),
        }
    }

    async fn permission(&mut self, endpoint: Endpoint, key: Key, tools: &Tools) {
        let transport = Transport::new(endpoint, self.limits(), &tools.network, &tools.clock);
        let Some(transport) = self.take("permission", transport) else { return };
        let service = Service::new(transport, Keyring::new(key), false);
        let question = Question { invoke_id: InvokeId::new(NO_SUCH_ID), node_id: None, keep: Keep::Outcomes };
        match twice(|| service.describe_send_file_results(&question, None)).await {
            Err(fault) if !is_about_the_id(&fault) => self.fail("permission", &fault),
            _ => self.ok("permission", "DescribeSendFileResults is allowed"),
        }
    }
}

/// Tells whether the API refuses the id, and not the caller.
fn is_about_the_id(fault: &Fault) -> bool {
    let code = fault.code.as_ref().map_or("", |code| code.as_written()).to_ascii_lowercase();
    let is_refused = code.starts_with("invalidparameter") || code.contains("invokeid");
    fault.kind == Kind::NotFound || fault.kind == Kind::Service && is_refused
}

/// Asks, and once more where the API refuses what may go better then: its first answer corrects a clock that is off.
async fn twice<T, F: Future<Output = Result<T, Fault>>>(ask: impl Fn() -> F) -> Result<T, Fault> {
    match ask().await {
        Err(fault) if fault.again.helps() && fault.code.is_some() => ask().await,
        answered => answered,
    }
}

/// Gives the check that failed with a fault.
fn failed(name: &'static str, fault: &Fault) -> Check {
    let code = fault.code.as_ref().map(|code| format!(" ({})", code.safe_word())).unwrap_or_default();
    let code = if code.len() > 3 && fault.message.contains(code.trim()) { String::new() } else { code };
    Check {
        name,
        health: Health::Fail,
        detail: format!("{}{code}", fault.message),
        remedy: fault_hint(fault),
        exit_code: Some(exit::code_of(fault.kind)),
    }
}
