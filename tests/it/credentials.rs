//! Where keys come from: each kind of source against local servers that play it, with its failures.
//!
//! Whatever is secret here has `never-shown` in it, and every output is searched for that.

mod chain;
pub(crate) mod ecs;
mod endpoints;
mod ini;
mod official;
mod oidc;
mod process;
mod renewal;
mod role;
mod secrets;
mod sessions;
mod timeouts;
mod uri;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::answers::{Answer, REQUEST_ID};
use crate::support::cli::{Efloctl, Home, Run};
use crate::support::http::{Request, pairs};
use crate::support::reply::Reply;
use crate::support::server::{KEY_ID, KEY_SECRET, Server};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";
const ROLE: &str = "acs:ram::100000000000:role/ops";

/// A temporary key.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: String,
}

impl Session {
    /// One that lasts an hour.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            id: format!("STS.{name}-0000000000"),
            secret: format!("{name}-secret-never-shown"),
            token: format!("{name}-token-never-shown"),
            expires: from_now(3600),
        }
    }

    fn until(mut self, expires: &str) -> Self {
        self.expires = expires.to_owned();
        self
    }

    /// The four fields that all services give.
    pub(crate) fn fields(&self) -> Value {
        json!({
            "AccessKeyId": self.id,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "Expiration": self.expires,
        })
    }

    /// As the metadata service and a credentials URI answer.
    pub(crate) fn plain(&self) -> Value {
        let mut fields = self.fields();
        fields["Code"] = "Success".into();
        fields["LastUpdated"] = from_now(0).into();
        fields
    }

    /// As STS answers.
    pub(crate) fn of_sts(&self) -> Value {
        json!({
            "RequestId": REQUEST_ID,
            "AssumedRoleUser": {"Arn": format!("{ROLE}/session"), "AssumedRoleId": "1:session"},
            "Credentials": self.fields(),
        })
    }
}

/// A time so many seconds from now, as services write it.
fn from_now(seconds: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(seconds)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The API, for which the invocation `t-1` arrived everywhere; it takes these keys, and the permanent one.
fn api(sessions: &[&Session]) -> Server {
    let server = Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")));
    accepting(server, sessions)
}

fn accepting(server: Server, sessions: &[&Session]) -> Server {
    sessions.iter().fold(server, |server, of| server.accept(&of.id, &of.secret, Some(&of.token)))
}

/// A server that nobody may call.
fn unasked() -> Server {
    Server::unsigned(|request, _| panic!("{} {} was not expected", request.method, request.path))
}

/// STS, which checks the signature of every AssumeRole and gives this answer.
fn sts(reply: Reply) -> Server {
    Server::always(reply).service("AssumeRole", "2015-04-01")
}

/// A look at `t-1`; STS and the metadata service are nowhere unless the test says where.
fn status(home: &Home, api: &Server) -> Efloctl {
    asking("status", home, api)
}

/// The same with another command.
fn asking(command: &str, home: &Home, api: &Server) -> Efloctl {
    home.efloctl()
        .args([command, "t-1", "--endpoint", &api.url()])
        .env("EFLOCTL_RETRIES", "0")
        .env("EFLOCTL_STS_ENDPOINT", NOWHERE)
        .env("EFLOCTL_METADATA_ENDPOINT", NOWHERE)
}

/// Asserts that it was answered.
#[track_caller]
fn answered(call: Efloctl) -> Run {
    let run = call.run().code(0);
    shows_nothing_secret(&run);
    run
}

/// Asserts that the key is what is wrong, and that the reason is told.
#[track_caller]
fn refused(call: Efloctl, reasons: &[&str]) -> Run {
    ended(call, 4, reasons)
}

/// Asserts an exit code and that the reason is told.
#[track_caller]
fn ended(call: Efloctl, code: i32, reasons: &[&str]) -> Run {
    let run = call.run().code(code);
    shows_nothing_secret(&run);
    for reason in reasons {
        assert!(run.err.contains(reason), "{reason:?} is not told: {run}");
    }
    run
}

#[track_caller]
fn shows_nothing_secret(run: &Run) {
    for text in [&run.out, &run.err] {
        let lower = text.to_lowercase();
        assert!(!lower.contains("never-shown") && !text.contains("Signature="), "a secret is shown: {run}");
    }
}

/// The key ids that signed the calls, in order.
fn signers(server: &Server) -> Vec<String> {
    server.requests().iter().map(signer).collect()
}

pub(crate) fn signer(request: &Request) -> String {
    let authorization = request.header("authorization").unwrap_or_default();
    let (_, rest) = authorization.split_once("Credential=").unwrap_or_default();
    rest.split(',').next().unwrap_or_default().to_owned()
}

/// What the parameters of a query say, by name.
pub(crate) fn parameters(request: &Request) -> Vec<(String, String)> {
    let mut all = pairs(&request.query);
    all.sort();
    all
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    parameters(request).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
