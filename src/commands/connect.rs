//! From what was typed and set to a feed: who asks whom about what, live or from a recording.

use super::sends::NamedSend;
use super::{Context, demo};
use crate::cli::{self, Asked, trimmed};
use crate::clock::Clock;
use crate::credentials::{Keyring, Tools};
use crate::eflo::{Service, Target};
use crate::fault::{Fault, Kind};
use crate::feed::{Feed, FeedEvent, Live, Part, Policy, Poll, Recorder, Recording, Replay};
use crate::files::{self, read_small};
use crate::invocation::{InvokeId, Keep, Question};
use crate::names::{NameFile, NodeNames};
use crate::rpc::{Body, Client, Limits, Network, Transport};
use crate::send::Looking;
use crate::settings::{self, Flags, Origin, Settings};
use crate::text::{Text, safe};
use log::info;
use rustls::pki_types::CertificateDer;
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Larger answers are refused: in bytes, after decompression.
pub(super) const LARGEST_ANSWER: u64 = 512 << 20;

/// A feed of any kind.
pub(super) enum AnyFeed<'s> {
    Live(Box<Poll<Live>>),
    /// A whole send is among what is looked at.
    Send(Box<Looking<'s, Live>>),
    Recorded(Replay),
}

impl Feed for AnyFeed<'_> {
    async fn next(&mut self) -> Option<FeedEvent> {
        match self {
            AnyFeed::Live(feed) => feed.next().await,
            AnyFeed::Send(feed) => feed.next().await,
            AnyFeed::Recorded(feed) => feed.next().await,
        }
    }

    fn done(&mut self, id: usize) {
        match self {
            AnyFeed::Live(feed) => feed.done(id),
            AnyFeed::Send(feed) => feed.done(id),
            AnyFeed::Recorded(feed) => feed.done(id),
        }
    }

    fn next_at(&self) -> Option<Instant> {
        match self {
            AnyFeed::Live(feed) => feed.next_at(),
            AnyFeed::Send(feed) => feed.next_at(),
            AnyFeed::Recorded(feed) => feed.next_at(),
        }
    }

    async fn stop(&mut self) -> Vec<FeedEvent> {
        match self {
            AnyFeed::Live(feed) => feed.stop().await,
            AnyFeed::Send(feed) => feed.stop().await,
            AnyFeed::Recorded(feed) => feed.stop().await,
        }
    }
}

/// Settings for a command that asks, with what is doubtful about the config file told.
pub(super) fn settings(flags: Flags, context: &Context) -> Result<Settings, Fault> {
    let settings = Settings::load(flags, context.environment.clone())?;
    for doubt in settings.doubts() {
        context.terminal.warn(&doubt);
    }
    if let Some(chosen) = settings.profile() {
        info!("profile {} ({})", safe(&chosen.name), chosen.origin);
    }
    Ok(settings)
}

/// Where the ids are asked about. A recording is asked nowhere; the region that is set is told of it.
pub(super) fn target(settings: &Settings, asked: &Asked) -> Result<Target, Fault> {
    match asked.from {
        None => settings.target(),
        Some(_) => Ok(Target { region: settings.region()?.map(|region| region.value), host: None }),
    }
}

/// The ids asked about, each once, in the order given. `-` stands for the lines of standard input.
///
/// # Errors
/// A blank id, for it is most often a variable that was not set; standard input without any.
pub(super) fn ids(asked: &Asked) -> Result<Vec<InvokeId>, Fault> {
    let recording_is_stdin = asked.from.as_deref() == Some(Path::new("-"));
    let mut ids = Vec::new();
    for word in &asked.ids {
        if word != "-" {
            ids.push(id(word, "an ID")?);
        } else if !recording_is_stdin {
            let lines = files::read_all(None).and_then(|bytes| files::text(&bytes).map(str::to_owned));
            let lines = lines.map_err(|e| Fault::usage(format!("standard input cannot be read: {e}")))?;
            if trimmed(&lines).is_empty() {
                return Err(Fault::usage("standard input holds no ID").hint("write one InvokeId a line"));
            }
            for (at, line) in lines.lines().enumerate() {
                ids.push(id(line, &format!("line {} of standard input", at + 1))?);
            }
        }
    }
    let mut known = HashSet::new();
    ids.retain(|id| known.insert(id.clone()));
    Ok(ids)
}

fn id(word: &str, what: &str) -> Result<InvokeId, Fault> {
    // The path of a send's log.
    if word.contains('/') {
        return Ok(InvokeId::new(word));
    }
    cli::id(word).map(|id| InvokeId::new(&id)).map_err(|(why, hint)| Fault::usage(format!("{what} {why}")).hint(hint))
}

/// Questions about these ids.
pub(super) fn questions(ids: &[InvokeId], node: Option<&str>, keep: Keep) -> Vec<Question> {
    let node_id = node.map(str::to_owned);
    ids.iter().map(|id| Question { invoke_id: id.clone(), node_id: node_id.clone(), keep }).collect()
}

/// How the service is asked.
pub(super) struct Manner {
    pub(super) interval: Duration,
    pub(super) grace: Duration,
    /// How long an id that was seen is asked about through faults alone.
    pub(super) patience: Duration,
    /// Sees the answer's bytes; there is one id then.
    pub(super) raw: Option<Box<dyn Body>>,
    pub(super) recorder: Option<Rc<RefCell<Recorder>>>,
}

/// A live feed of these questions.
///
/// # Errors
/// Settings that cannot be used, before any call; no credentials.
pub(super) fn live<'s>(
    settings: &Settings,
    questions: Vec<Question>,
    manner: Manner,
    send: Option<&'s mut NamedSend>,
    context: &Context,
) -> Result<AnyFeed<'s>, Fault> {
    let policy = Policy {
        interval: manner.interval,
        retries: settings.value(&settings::RETRIES)?,
        grace: manner.grace,
        patience: manner.patience,
    };
    let source = source(settings, manner, context)?;
    Ok(match send {
        Some(send) => AnyFeed::Send(Box::new(Looking::new(source, questions, policy, send.at, &mut send.followed))),
        None => AnyFeed::Live(Box::new(Poll::new(source, questions, policy))),
    })
}

/// The service itself, with nothing asked yet.
pub(super) fn source(settings: &Settings, manner: Manner, context: &Context) -> Result<Live, Fault> {
    let service = service(settings, &["DescribeSendFileResults"], context)?;
    Ok(Live { service, raw: manner.raw.map(Mutex::new), recorder: manner.recorder })
}

/// The service, for calls of these operations, which change nothing.
///
/// # Errors
/// Settings that cannot be used, before any call; no credentials; an operation that the safety policy denies.
pub(super) fn service(settings: &Settings, operations: &[&str], context: &Context) -> Result<Service, Fault> {
    let endpoint = settings.endpoint()?;
    let limits = Limits {
        connect: settings.value(&settings::CONNECT_TIMEOUT)?,
        request: settings.value(&settings::REQUEST_TIMEOUT)?,
        bytes: LARGEST_ANSWER,
    };
    let tools = tools(settings)?;
    let chain = Arc::new(settings.chain()?);
    chain.check()?;
    info!("endpoint {} ({})", endpoint.value, endpoint.origin);
    for operation in operations {
        clearance(settings, operation, false, context)?;
    }
    let transport = Transport::new(endpoint.value, limits, &tools.network)?;
    let client = Client::new(transport, Arc::clone(&tools.clock));
    let asks_sts = chain.asks_sts();
    let service = Service::new(client, Keyring::new(chain, tools));
    Ok(if asks_sts { service.connecting_early() } else { service })
}

/// Looks whether the safety policy lets an operation be called, to be done before its first call; what cannot be
/// understood of it is warned of where nothing is changed. The rule that wants it confirmed comes back, if there is
/// one.
pub(super) fn clearance(
    settings: &Settings,
    operation: &str,
    changes: bool,
    context: &Context,
) -> Result<Option<String>, Fault> {
    let clearance = settings.clearance(operation, changes)?;
    if let Some(warning) = clearance.warning {
        context.terminal.warn(&warning);
    }
    Ok(clearance.confirm)
}

/// No source of keys is asked for longer than this, whatever the API may take; nor for longer than the API.
pub(super) const SOURCE_LIMITS: Limits =
    Limits { connect: Duration::from_secs(5), request: Duration::from_secs(10), bytes: 1 << 20 };

/// What sources of keys need.
///
/// # Errors
/// A CA file that cannot be used.
pub(super) fn tools(settings: &Settings) -> Result<Tools, Fault> {
    let roots = settings.path(&settings::CA_FILE).map_or(Ok(Vec::new()), |file| certificates(&file))?;
    let limits = Limits {
        connect: SOURCE_LIMITS.connect.min(settings.value(&settings::CONNECT_TIMEOUT)?),
        request: SOURCE_LIMITS.request.min(settings.value(&settings::REQUEST_TIMEOUT)?),
        ..SOURCE_LIMITS
    };
    let network = Arc::new(Network { roots, proxies: settings.proxies() });
    Ok(Tools { clock: Arc::new(Clock::default()), limits, network })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let shown = safe(&path.to_string_lossy()).into_owned();
    let pem = read_small(path).map_err(|e| {
        Fault::usage(format!("the CA file {shown} cannot be read: {e}"))
            .hint("see --ca-file, EFLOCTL_CA_FILE and ca_file in the config file")
    })?;
    let certificates = Transport::certificates(&pem);
    if certificates.is_empty() {
        return Err(Fault::usage(format!("the CA file {shown} holds no certificate"))
            .hint("it must be in PEM: -----BEGIN CERTIFICATE-----"));
    }
    Ok(certificates)
}

/// What nodes are called, as far as anybody has looked. The one node that is asked about has to be named by its id.
///
/// # Errors
/// A flag names a file that cannot be read; the one node is named by its hostname.
pub(super) fn names(asked: &Asked, settings: &Settings, context: &Context) -> Result<NodeNames, Fault> {
    let names = NodeNames::in_file(names_path(settings, context)?);
    if let Some(node) = &asked.node {
        is_id(node, "--node", &names)?;
    }
    Ok(names)
}

/// The file with the names that are meant, if any are: the one that is set, else what is remembered.
///
/// # Errors
/// A flag names one that cannot be read.
pub(super) fn names_path(settings: &Settings, context: &Context) -> Result<Option<PathBuf>, Fault> {
    let Some(set) = settings.get(&settings::NODE_NAMES)? else {
        return Ok(remembered_path(context).filter(|path| path.exists()));
    };
    let path = settings.path(&settings::NODE_NAMES).filter(|_| set.value != Path::new("none"));
    if let (Some(path), Origin::Flag(_)) = (&path, &set.origin) {
        let shown = safe(&path.to_string_lossy()).into_owned();
        NameFile::check(path).map_err(|e| Fault::usage(format!("the file of names {shown} cannot be read: {e}")))?;
    }
    Ok(path)
}

/// Where `nodes` remembers what it saw.
pub(super) fn remembered_path(context: &Context) -> Option<PathBuf> {
    context.environment.cache_dir().map(|folder| folder.join("efloctl").join("nodes.tsv"))
}

/// Refuses a hostname where the id of a node is wanted.
///
/// # Errors
/// The word is a hostname that is known, and no id that is.
pub(super) fn is_id(word: &str, flag: &str, names: &NodeNames) -> Result<(), Fault> {
    let ids: Vec<String> = names.ids_of_host(word).iter().map(Text::safe_word).collect();
    match ids.as_slice() {
        [] => Ok(()),
        [id] => Err(Fault::usage(format!("{flag} {} is the hostname of the node {id}", safe(word)))
            .hint(format!("nodes are named by id: {flag} {id}"))),
        several => Err(Fault::usage(format!("{flag} {} is the hostname of several nodes", safe(word)))
            .hint(format!("name the one that is meant by its id: {}", several.join(", ")))),
    }
}

/// Refuses a hostname in a list where the ids of nodes are wanted.
///
/// # Errors
/// One of the words is a hostname that is known, and no id that is.
pub(super) fn are_ids(words: &[String], flag: &str, names: &NodeNames) -> Result<(), Fault> {
    names.first_host(words.iter().map(String::as_str)).map_or(Ok(()), |host| is_id(host, flag, names))
}

/// Reads the recording that was named.
///
/// # Errors
/// It cannot be read, or is none.
pub(super) fn recording(path: &Path, ids: &[InvokeId], context: &Context) -> Result<Recording, Fault> {
    let (name, file) = match path == Path::new("-") {
        true => ("standard input".to_owned(), None),
        false => (safe(&path.to_string_lossy()).into_owned(), Some(path)),
    };
    let bytes = match demo::recording(path) {
        Some(demo) => demo.as_bytes().to_vec(),
        None => files::read_all(file).map_err(|e| {
            let fault = Fault::usage(format!("the recording {name} cannot be read: {e}"));
            fault.hint("check the path; - is standard input")
        })?,
    };
    let recording = Recording::read(&name, &bytes, ids)?;
    if recording.is_cut {
        context.terminal.warn(&format!("a line of {name} is cut and was passed over"));
    }
    Ok(recording)
}

/// The ids that are asked about.
pub(super) fn asked(parts: &[Part]) -> Vec<InvokeId> {
    parts.iter().map(|(question, _)| question.invoke_id.clone()).collect()
}

/// Opens the file that `--record` names.
///
/// # Errors
/// It cannot be written.
pub(super) fn recorder(path: &Path) -> Result<Rc<RefCell<Recorder>>, Fault> {
    let shown = safe(&path.to_string_lossy()).into_owned();
    let opened = Recorder::open(path);
    let recorder = opened.map_err(|e| Fault::usage(format!("the recording {shown} cannot be written: {e}")))?;
    Ok(Rc::new(RefCell::new(recorder)))
}

/// Looks whether the file that `--junit` names can be written.
///
/// # Errors
/// It cannot.
pub(super) fn junit(path: &Path) -> Result<files::ReportFile, Fault> {
    let shown = safe(&path.to_string_lossy()).into_owned();
    files::ReportFile::at(path).map_err(|e| {
        Fault::usage(format!("the JUnit report {shown} cannot be written: {e}"))
            .hint("name a file in a folder that is there and that you may write into")
    })
}

/// Runs something on the one thread that calls are made from.
///
/// # Errors
/// The system gives no runtime.
pub(super) fn block_on<F: Future>(future: F) -> Result<F::Output, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Fault::new(Kind::Network, format!("the system gives no event loop: {e}")))?;
    let output = runtime.block_on(future);
    // A name that is still being looked up must not keep the end waiting.
    runtime.shutdown_background();
    Ok(output)
}
