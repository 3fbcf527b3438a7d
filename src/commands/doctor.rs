//! `doctor`: why it does not work, step by step, each with its remedy. Runs every check that can still run.

use super::connect::{self, KEY_LIMITS, LARGEST_ANSWER, tools};
use super::{Context, node_names};
use crate::cli::ConnectionArgs;
use crate::clock::skew;
use crate::credentials::{Keyring, Tools, caller_identity};
use crate::eflo::Service;
use crate::exit;
use crate::fault::{Fault, Hint, Kind};
use crate::invocation::{InvokeId, Keep, Question};
use crate::names::{self, Column, NameFile};
use crate::output::{Check, Health, checks, checks_json, fault_hint};
use crate::rpc::{Endpoint, Key, Limits, Network, Transport};
use crate::settings::{OutputFormat, Settings};
use crate::text::{count_of, safe, shortened};
use jiff::{SignedDuration, Timestamp};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;

/// Is an id that no invocation has: the API answers that it is not found, or refuses the caller.
const NO_SUCH_ID: &str = "efloctl-doctor-no-such-invocation";
/// Lists the operations that commands call, and whether each changes something.
const OPERATIONS: [(&str, bool); 4] =
    [("DescribeSendFileResults", false), ("SendFile", true), ("ListClusters", false), ("ListClusterNodes", false)];
/// Says how far off the date of a request may be before the API refuses it.
const CLOCK_LIMIT: SignedDuration = SignedDuration::from_mins(15);
/// Says how far off a clock may be before it is warned of.
const CLOCK_DOUBT: SignedDuration = SignedDuration::from_mins(1);

/// Runs `doctor`.
pub(super) fn doctor(connection: &ConnectionArgs, context: &Context) -> anyhow::Result<u8> {
    let flags = context.with_output(connection.flags());
    let mut format = context.format_without_file()?;
    let found = match Settings::load(flags, context.environment.clone()) {
        Err(fault) => vec![failed("config", &fault)],
        Ok(settings) => {
            format = context.format(&settings)?;
            let names = node_names::path(&settings, context)?;
            connect::block_on(Checks { settings: &settings, names, found: Vec::new() }.run())?
        }
    };
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
    found: Vec<Check>,
}

impl Checks<'_> {
    async fn run(mut self) -> Vec<Check> {
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
        self.found
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
            Some(days) if days > names::OLD.as_hours() / 24 => {
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
        let (place, spec) = chain.chosen()?;
        let source = format!("{place}, {}", spec.described());
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
                Ok(Some(rule)) if changes => {
                    (format!("{rule} wants {operation} confirmed"), "answer its question, or give --yes".to_owned())
                }
                Ok(_) => continue,
                Err(fault) => (fault.message.clone(), fault_hint(&fault).unwrap_or_default()),
            };
            has_rule = true;
            self.warn("safety policy", detail, remedy);
        }
        if !has_rule {
            self.ok("safety policy", "no rule stands in the way");
        }
    }

    /// Checks the way to the endpoint.
    async fn network(&mut self, endpoint: &Endpoint, tools: &Tools) {
        match tools.network.proxies.before(endpoint) {
            // What lies behind it is the proxy's to reach.
            Ok(Some(proxy)) => {
                self.ok("proxy", format!("{} stands before it", safe(&proxy.origin().ascii_serialization())))
            }
            Err(fault) => return self.fail("proxy", &fault),
            Ok(None) => {
                self.ok("proxy", "none");
                if !self.direct(endpoint) {
                    return;
                }
            }
        }
        let transport = Transport::new(endpoint.clone(), self.limits(), &tools.network, &tools.clock);
        let Some(transport) = self.take("tls", transport) else { return };
        let ahead = transport.server_clock().await;
        if let Some(ahead) = self.take("tls", ahead) {
            let trusted = "the certificate is trusted";
            self.ok("tls", if endpoint.is_https() { trusted } else { "none: plain http on this machine" });
            self.clock(ahead);
        }
    }

    /// Checks the host's name and a connection to it, and says whether there is one.
    fn direct(&mut self, endpoint: &Endpoint) -> bool {
        let (host, port) = (endpoint.host(), endpoint.port());
        let shown = safe(host).into_owned();
        let resolved = (host, port).to_socket_addrs().map_err(|e| {
            let fault = Fault::new(Kind::Network, format!("the name {shown} cannot be resolved: {e}"));
            fault.hint(Hint::NoSuchHost)
        });
        let Some(addresses) = self.take("name", resolved) else { return false };
        let addresses: Vec<_> = addresses.take(3).collect();
        let shown_addresses: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
        self.ok("name", format!("{shown} is {}", shown_addresses.join(", ")));
        let mut last = None;
        for address in &addresses {
            match TcpStream::connect_timeout(address, self.limits().connect) {
                Ok(_) => {
                    self.ok("tcp", format!("connected to {address}"));
                    return true;
                }
                Err(e) => last = Some(e),
            }
        }
        let why = last.map_or_else(|| "it has no address".to_owned(), |e| e.to_string());
        let fault = Fault::new(Kind::Network, format!("cannot connect to {shown} at port {port}: {why}"));
        self.fail("tcp", &fault.hint("see whether a firewall is in the way; inside a VPC set endpoint_type = \"vpc\""));
        false
    }

    /// Tells how far the server's clock is ahead of this machine's.
    fn clock(&mut self, ahead: Option<SignedDuration>) {
        match ahead {
            None => self.warn("clock", "the server tells no time", "compare this clock with another"),
            Some(off) if off.abs() >= CLOCK_LIMIT => {
                let skew = skew(off).unwrap_or_default();
                let fault = Fault::credentials(format!("{skew}: too much to sign"));
                self.fail("clock", &fault.hint("set the clock, for example by NTP"));
            }
            Some(off) if off.abs() >= CLOCK_DOUBT => {
                self.warn("clock", skew(off).unwrap_or_default(), "set the clock, for example by NTP");
            }
            Some(_) => self.ok("clock", "as the server's"),
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
