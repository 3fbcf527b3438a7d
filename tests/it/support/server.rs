//! A real HTTP server on the loopback, told by a script what to answer. It checks every signature,
//! because an answer to an unsigned call would prove nothing about the client, and it does not go
//! quietly: what it had to complain of fails the test when it is dropped.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::SignedDuration;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::DEADLINE;
use super::door::Door;
use super::http::{self, Request, Wire};
use super::reply::{Gate, Reply};
use super::signature::Key;
use super::tls::Identity;

pub(crate) const KEY_ID: &str = "LTAItestkey000000";
pub(crate) const KEY_SECRET: &str = "test-secret-never-shown-0000";

type Handler = Box<dyn Fn(&Request, usize) -> Reply + Send + Sync>;

pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    handler: Handler,
    tls: Option<Arc<ServerConfig>>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    door: Door,
    requests: Vec<Request>,
    answered: usize,
    /// How many connections were made.
    connections: usize,
    /// The sockets of connections still served; a second handle each, to end them by.
    open: HashMap<usize, TcpStream>,
    gates: Vec<Gate>,
    stopping: bool,
}

impl Server {
    pub(crate) fn always(reply: Reply) -> Self {
        Self::with(move |_, _| reply.clone())
    }

    /// One reply after the other; the last repeats.
    pub(crate) fn sequence(replies: Vec<Reply>) -> Self {
        assert!(!replies.is_empty(), "a script without a reply");
        Self::with(move |_, n| replies[n.min(replies.len() - 1)].clone())
    }

    /// `handler` gets each request that was let through, and its number from 0.
    pub(crate) fn with(handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Box::new(handler), None)
    }

    pub(crate) fn tls(identity: &Identity, handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Box::new(handler), Some(identity.server_config()))
    }

    /// Takes any request: for a metadata service, a credentials URI, a proxy.
    pub(crate) fn unsigned(handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(handler).unchecked()
    }

    /// Takes any request from now on.
    pub(crate) fn unchecked(self) -> Self {
        self.set(|door| door.keys = None)
    }

    fn start(handler: Handler, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
        let address = listener.local_addr().expect("the address listened on");
        let state = Mutex::new(State {
            door: Door::new(Key::new(KEY_ID, KEY_SECRET, None)),
            requests: Vec::new(),
            answered: 0,
            connections: 0,
            open: HashMap::new(),
            gates: Vec::new(),
            stopping: false,
        });
        let shared = Arc::new(Shared { handler, tls, state, changed: Condvar::new() });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept(&listener)
        });
        Self { address, shared, acceptor: Some(acceptor) }
    }

    fn set(self, change: impl FnOnce(&mut Door)) -> Self {
        change(&mut self.shared.lock().door);
        self
    }

    /// Another key that is taken, beside `KEY_ID`.
    pub(crate) fn accept(self, id: &str, secret: &str, token: Option<&str>) -> Self {
        self.set(|door| door.keys.get_or_insert_default().push(Key::new(id, secret, token)))
    }

    /// Serves another operation than DescribeSendFileResults.
    pub(crate) fn service(self, action: &str, version: &str) -> Self {
        self.set(|door| (door.actions, door.version) = (vec![action.to_owned()], version.to_owned()))
    }

    /// Serves another operation besides.
    pub(crate) fn also(self, action: &str) -> Self {
        self.set(|door| door.actions.push(action.to_owned()))
    }

    /// Serves another operation too.
    pub(crate) fn also_serving(self, action: &str) -> Self {
        self.set(|door| door.actions.push(action.to_owned()))
    }

    /// Sets the server's clock ahead of ours, or behind; a date too far off is then answered as the
    /// service answers it, and is no complaint.
    pub(crate) fn clock_ahead(self, by: SignedDuration) -> Self {
        self.set(|door| door.clock_ahead = by)
    }

    /// The same while it runs.
    pub(crate) fn move_clock(&self, by: SignedDuration) {
        self.shared.lock().door.clock_ahead = by;
    }

    pub(crate) fn expect_bad_signatures(self) -> Self {
        self.set(|door| door.bad_signatures_expected = true)
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All requests, the refused ones too.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.lock().requests.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.lock().requests.len()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Comes back when somebody has connected.
    pub(crate) fn wait_for_a_connection(&self) {
        let late = self.shared.wait_while(DEADLINE, |state| state.connections == 0);
        assert!(!late, "nobody connected");
    }

    pub(crate) fn form(&self, n: usize) -> BTreeMap<String, String> {
        self.requests()[n].form()
    }

    /// Why signatures were refused.
    pub(crate) fn bad_signatures(&self) -> Vec<String> {
        self.shared.lock().door.bad_signatures.clone()
    }

    /// Comes back when at least `count` requests have come in.
    pub(crate) fn wait_for_requests(&self, count: usize) {
        let late = self.shared.wait_while(DEADLINE, |state| state.requests.len() < count);
        assert!(!late, "{} requests came, not {count}", self.count());
    }
}

impl Shared {
    /// A handler panics without this lock, and a test that panics must still be able to drop the
    /// server: poison means nothing here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when it took too long.
    fn wait_while(&self, patience: Duration, unmet: impl Fn(&State) -> bool) -> bool {
        self.changed
            .wait_timeout_while(self.lock(), patience, |state| unmet(state))
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .timed_out()
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for (number, tcp) in listener.incoming().enumerate() {
            let Ok(tcp) = tcp else { continue };
            let Ok(handle) = tcp.try_clone() else { continue };
            let mut state = self.lock();
            if state.stopping {
                return;
            }
            state.open.insert(number, handle);
            state.connections += 1;
            drop(state);
            self.changed.notify_all();
            let shared = Arc::clone(self);
            thread::spawn(move || {
                let served = catch_unwind(AssertUnwindSafe(|| shared.serve(tcp, number)));
                let mut state = shared.lock();
                if let Err(panic) = served {
                    state.door.complaints.push(format!("a panic: {}", message(&*panic)));
                }
                state.open.remove(&number);
                drop(state);
                shared.changed.notify_all();
            });
        }
    }

    /// A connection from its first request to its last. A client that goes away, or does not trust
    /// the certificate, merely ends it.
    fn serve(&self, tcp: TcpStream, number: usize) {
        // Small writes are meant to be seen one by one.
        let _ = tcp.set_nodelay(true);
        let mut wire = match &self.tls {
            None => Wire::Plain(tcp),
            Some(config) => {
                let tls = ServerConnection::new(Arc::clone(config)).expect("a TLS connection");
                Wire::Tls(Box::new(StreamOwned::new(tls, tcp)))
            }
        };
        while let Ok(Some(request)) = http::read_request(&mut wire, number) {
            let last = request.is_last();
            let reply = self.answer(request);
            if let Some(gate) = reply.gate() {
                let mut state = self.lock();
                state.gates.push(gate.clone());
                if state.stopping {
                    gate.open();
                }
            }
            // A pause does not outlast the server.
            let pause = |pause| {
                self.wait_while(pause, |state| !state.stopping);
            };
            let played = reply.play(&mut wire, pause);
            if last || !matches!(played, Ok(true)) {
                return;
            }
        }
    }

    fn answer(&self, request: Request) -> Reply {
        let mut state = self.lock();
        state.requests.push(request.clone());
        let refusal = state.door.refusal(&request);
        let date = state.door.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let n = state.answered;
        state.answered += usize::from(refusal.is_none());
        drop(state);
        self.changed.notify_all();

        let reply = refusal.unwrap_or_else(|| (self.handler)(&request, n));
        if reply.headers.iter().any(|(name, _)| name == "date") {
            return reply;
        }
        reply.header("date", date)
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("of the server")
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.stopping = true;
        for socket in state.open.values() {
            let _ = socket.shutdown(Shutdown::Both);
        }
        for gate in &state.gates {
            gate.open();
        }
        drop(state);
        self.shared.changed.notify_all();
        // The acceptor waits in a call that only a connection ends.
        let _ = TcpStream::connect(self.address);
        let _ = self.acceptor.take().map(JoinHandle::join);

        // So that no complaint comes too late; a handler that never ends is not waited for.
        self.shared.wait_while(Duration::from_secs(5), |state| !state.open.is_empty());
        let complaints = self.shared.lock().door.take_complaints();
        assert!(complaints.is_empty() || thread::panicking(), "the server had to complain:\n{}", complaints.join("\n"));
    }
}
