//! What can go wrong between asking and an answer, as tables: a fault is a row, and each row is tried with `status` and
//! with `watch`, over HTTP and over HTTPS, against a real server.
//!
//! Every run must end by itself, with its exit code, one error in words that say what is the matter and what to do, and
//! no more requests than could help.

mod answers;
mod codes;
mod messages;
mod network;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod roots;
mod transient;
mod transport;

use std::collections::VecDeque;
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::support::answers::Answer;
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;
use super::support::tls::Identity;

const COMMANDS: [&str; 2] = ["status", "watch"];

/// Most of a run is waiting for a retry, so that many go well together.
const AT_ONCE: usize = 12;

/// One way to fail. `status` and `watch` make the same of it, for no answer was seen yet; what a watch makes of it
/// later is in `seen`.
struct Case {
    name: String,
    fault: Fault,
    code: i32,
    /// What the error must say, the hint included.
    words: &'static [&'static str],
    more_words: Vec<String>,
    /// With one retry allowed: 1 where trying again does not help, else 2; 0 where nothing may be sent.
    requests: usize,
    args: &'static [&'static str],
}

enum Fault {
    /// A server that is reached, over HTTP and over HTTPS, and answers so.
    Reply(Reply),
    /// A server whose certificate is not taken, and the arguments that name its authority if that is trusted.
    Certificate { identity: Identity, is_trusted: bool },
    /// Another place to ask; a socket that makes it so lives as long as the case.
    Place { endpoint: String, _held: Option<Held> },
}

enum Held {
    Listener { _it: TcpListener },
    Stream { _it: TcpStream },
}

impl Case {
    /// Something that trying again does not help: told after one request, with exit code 5.
    fn new(name: impl ToString, fault: impl Into<Fault>, words: &'static [&'static str]) -> Self {
        Case {
            name: name.to_string(),
            fault: fault.into(),
            code: 5,
            words,
            more_words: Vec::new(),
            requests: 1,
            args: &[],
        }
    }

    fn code(self, code: i32) -> Self {
        Case { code, ..self }
    }

    /// Something that may pass.
    fn passing(self) -> Self {
        Case { requests: 2, ..self }
    }

    /// Something that only a limit on the time ends.
    fn within(self, args: &'static [&'static str]) -> Self {
        Case { args, ..self }
    }

    /// Words that a table cannot hold.
    fn also(self, words: impl Into<Vec<String>>) -> Self {
        Case { more_words: words.into(), ..self }
    }

    fn check(&self) {
        for command in COMMANDS {
            match &self.fault {
                Fault::Reply(reply) => {
                    let server = Server::always(reply.clone());
                    let run = home(&server).run(&self.line(command));
                    self.check_run(&run, Some(server.count()));
                    let (identity, reply) = (Identity::loopback(), reply.clone());
                    let server = Server::tls(&identity, move |_, _| reply.clone());
                    let run = trusting(&identity, home(&server)).run(&self.line(command));
                    self.check_run(&run, Some(server.count()));
                }
                Fault::Certificate { identity, is_trusted } => {
                    let server = Server::tls(identity, |_, _| done());
                    let home = self::home(&server);
                    let home = if *is_trusted { trusting(identity, home) } else { home };
                    let run = home.run(&self.line(command));
                    assert_eq!(server.count(), 0, "{}: a key was shown to a stranger: {run}", self.name);
                    self.check_run(&run, None);
                }
                Fault::Place { endpoint, .. } => {
                    // It has the keys; nobody asks it.
                    let server = Server::always(done());
                    let home = self::home(&server);
                    let run = home.efloctl().args(self.line(command)).env("EFLOCTL_ENDPOINT", endpoint).run();
                    assert_eq!(server.count(), 0, "{run}");
                    self.check_run(&run, None);
                }
            }
        }
    }

    fn line(&self, command: &'static str) -> Vec<&'static str> {
        [&[command, "t-1", "--retries", "1"], self.args].concat()
    }

    /// `sent` is the number of requests, where there is a server to count them.
    #[track_caller]
    fn check_run(&self, run: &Run, sent: Option<usize>) {
        let name = &self.name;
        assert_eq!((run.code, run.out.as_str()), (self.code, ""), "{name}: {run}");
        assert_eq!(sent.unwrap_or(self.requests), self.requests, "{name}: requests of {run}");
        assert_eq!(run.err.matches("; attempt 2 in ").count(), self.requests - 1, "{name}: {run}");
        let [error] = errors(run)[..] else { panic!("{name}: one error: {run}") };
        assert!(error.contains("\n  next: "), "{name} leaves the reader alone: {run}");
        for word in self.words.iter().copied().chain(self.more_words.iter().map(String::as_str)) {
            assert!(error.contains(word), "{name}: {word:?} is not told: {run}");
        }
        assert_eq!(error.contains(" (tried 2 times)"), self.requests == 2, "{name}: {run}");
        assert!(!error.contains(['<', '\u{1b}']), "{name}: a page is quoted: {run}");
    }
}

impl From<Reply> for Fault {
    fn from(reply: Reply) -> Self {
        Fault::Reply(reply)
    }
}

/// Tries each case; the first that fails ends it, with its name.
fn check(cases: impl IntoIterator<Item = Case>) {
    let cases = Mutex::new(cases.into_iter().collect::<VecDeque<Case>>());
    let next = || cases.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| std::iter::from_fn(next).for_each(|case| case.check()));
        }
    });
}

/// A flag would do for `watch` alone; `status` has no grace.
fn home(server: &Server) -> Home {
    Home::for_server(server).config_more("grace = 0\n")
}

/// A home whose profile trusts the authority of that certificate.
fn trusting(identity: &Identity, home: Home) -> Home {
    let ca = identity.write_ca(home.path());
    home.config_more(&format!("ca_file = {:?}\n", ca.to_str().expect("a path in UTF-8")))
}

fn done() -> Reply {
    Reply::ok(Answer::new("Success").nodes(2, "Success"))
}

fn page(status: u16, body: &str) -> Reply {
    Reply::bytes(status, "text/html", body)
}

/// The errors told on stderr, each with the lines that belong to it.
fn errors(run: &Run) -> Vec<&str> {
    run.err.split("efloctl: error: ").skip(1).collect()
}
