//! `credential_process`: a key from what a command prints, as the official CLI's mode External has it.
//!
//! The command runs without a shell and without input; its stdout is secret and never shown, its stderr is shown when
//! it fails.

use super::temporary::{still_valid, trimmed};
use super::{Fresh, Tools};
use crate::fault::{Fault, Kind};
use crate::rpc::Key;
use crate::text::{safe, shortened};
use jiff::Timestamp;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// As long as the official SDK waits.
const LIMIT: Duration = Duration::from_secs(60);

/// How long the streams are read on once the program has exited.
const AFTER_EXIT: Duration = Duration::from_millis(500);

const LONGEST_OUTPUT: usize = 64 << 10;

/// As much of a stream's end is kept.
const TAIL: usize = 4096;

/// The keys that count; any other is not taken over.
#[derive(Deserialize)]
struct Printed {
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<SecretString>,
    sts_token: Option<SecretString>,
    expiration: Option<String>,
}

/// Runs the command and reads its key.
pub(super) async fn fetch(command: &str, tools: &Tools) -> Result<Fresh, Fault> {
    let words = shell_words::split(command)
        .map_err(|_| failed("the credential process is not a command: a quote is not closed".to_owned()))?;
    let [program, args @ ..] = words.as_slice() else {
        return Err(failed("the credential process is an empty command".to_owned()));
    };
    let name = safe(program).into_owned();
    let spawned = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = spawned.map_err(|e| failed(format!("the credential process {name} cannot be run: {e}")))?;
    let (mut printed, mut said) = (Output::default(), Output::default());
    let streams = (child.stdout.take(), child.stderr.take());
    let status = {
        let reading = async { tokio::join!(printed.read(streams.0), said.read(streams.1)) };
        tokio::pin!(reading);
        let run = async {
            tokio::select! {
                _ = &mut reading => child.wait().await,
                // What it wrote is there. A program that it left behind may hold its streams for ever.
                status = child.wait() => {
                    let _ = tokio::time::timeout(AFTER_EXIT, &mut reading).await;
                    status
                }
            }
        };
        tokio::time::timeout(LIMIT, run).await
    };
    let Ok(status) = status else {
        return Err(failed(format!("the credential process {name} did not end within {LIMIT:?}")));
    };
    let status = status.map_err(|e| failed(format!("the credential process {name} cannot be run: {e}")))?;
    let said = said.tail();
    if !status.success() {
        let said = if said.is_empty() { "it said nothing" } else { &said };
        return Err(failed(format!("the credential process {name} failed ({status}): {said}")));
    }
    key(&printed.start, &format!("the credential process {name}"), tools.clock.now()).map_err(|fault| {
        let told = if said.is_empty() { String::new() } else { format!("; it said: {said}") };
        Fault { message: format!("{}{told}", fault.message), ..fault }
    })
}

fn key(stdout: &[u8], from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    let printed: Printed = serde_json::from_slice(stdout).map_err(|_| {
        failed(format!("{from} did not print one JSON object, as the official CLI's External mode wants"))
    })?;
    let lacks = |what: &str| failed(format!("the JSON of {from} has no {what}"));
    let id = printed.access_key_id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| lacks("access_key_id"))?;
    let secret = printed.access_key_secret.and_then(trimmed).ok_or_else(|| lacks("access_key_secret"))?;
    let sts_token = printed.sts_token.and_then(trimmed);
    let token = match printed.mode.as_deref() {
        Some("AK") => None,
        Some("StsToken") => Some(sts_token.ok_or_else(|| lacks("sts_token"))?),
        None => sts_token,
        Some(mode) => return Err(failed(format!("{from} gives mode {}, not AK or StsToken", shortened(mode)))),
    };
    let expires = match printed.expiration.filter(|time| !time.trim().is_empty()) {
        None => None,
        Some(time) => Some(time.trim().parse().map_err(|_| lacks("expiration that can be read"))?),
    };
    still_valid(Fresh { key: Key { id, secret, token }, expires }, from, now)
}

/// What a program writes on a stream: its beginning, which never moves while it grows, for what is moved leaves a copy
/// behind; and its end.
#[derive(Default)]
struct Output {
    start: Zeroizing<Vec<u8>>,
    end: Zeroizing<Vec<u8>>,
}

impl Output {
    /// Reads a stream to its end, however long: a program whose output nobody takes dies of it.
    async fn read(&mut self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        self.start.reserve_exact(LONGEST_OUTPUT);
        let mut chunk = Zeroizing::new([0; 4096]);
        // What cannot be read is missed later, as output that is not whole.
        while let Ok(len @ 1..) = stream.read(&mut chunk[..]).await {
            let room = LONGEST_OUTPUT - self.start.len();
            self.start.extend_from_slice(&chunk[..len.min(room)]);
            let too_much = (self.end.len() + len).saturating_sub(TAIL);
            let too_much = too_much.min(self.end.len());
            self.end.drain(..too_much);
            self.end.extend_from_slice(&chunk[..len]);
        }
    }

    /// The end of it as it may be shown: the reason usually stands there.
    fn tail(&self) -> String {
        let text = String::from_utf8_lossy(&self.end);
        let chars: Vec<char> = text.trim().chars().collect();
        safe(&chars[chars.len().saturating_sub(300)..].iter().collect::<String>()).into_owned()
    }
}

fn failed(message: String) -> Fault {
    Fault::new(Kind::Credentials, message).hint("run the command by hand to see what it prints")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::rpc::Limits;
    use std::sync::Arc;

    /// The test's clock runs ahead by itself when there is nothing to do but to wait.
    #[tokio::test(start_paused = true)]
    async fn credential_process_that_does_not_end_times_out() {
        let limits = Limits { connect: LIMIT, request: LIMIT, bytes: 0 };
        let tools = Tools { clock: Arc::default(), limits, network: Arc::default() };
        let fault = fetch("sleep 600", &tools).await.unwrap_err();
        assert_eq!(fault.message, "the credential process sleep did not end within 60s");
    }
}
