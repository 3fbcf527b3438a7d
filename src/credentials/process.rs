//! `credential_process`: a key from what a command prints, as the official CLI's mode External has it.
//!
//! The command runs without a shell and without input. What it prints is secret and never shown; what it says on stderr
//! is shown when it fails.

use super::temporary::{still_valid, trimmed, word};
use super::{Fresh, Tools};
use crate::fault::Fault;
use crate::rpc::Key;
use crate::text::{safe, shortened};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// Limits how long the command may run: as long as the official SDK waits.
const LIMIT: Duration = Duration::from_secs(60);

/// Limits how long its streams are read on once the program has exited.
const AFTER_EXIT: Duration = Duration::from_millis(500);

/// Limits how much is kept of a stream, in bytes. No key is longer.
const KEPT: usize = 64 << 10;

/// Holds the fields that count; any other is ignored.
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
    let from = format!("the credential process {}", safe(program));
    let wrong = |why: String| failed(format!("{from} {why}"));
    let spawned = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = spawned.map_err(|e| wrong(format!("cannot be run: {e}")))?;
    let (mut printed, mut said) = (Vec::new(), Vec::new());
    let streams = (child.stdout.take(), child.stderr.take());
    let run = async {
        let reading = async { tokio::join!(read(streams.0, &mut printed), read(streams.1, &mut said)) };
        tokio::pin!(reading);
        tokio::select! {
            _ = &mut reading => child.wait().await,
            // All that it wrote is in the streams, which a program that it left behind may hold open for ever.
            status = child.wait() => {
                let _ = tokio::time::timeout(AFTER_EXIT, &mut reading).await;
                status
            }
        }
    };
    let status = tokio::time::timeout(LIMIT, run).await;
    let status = status.map_err(|_| wrong(format!("did not end within {LIMIT:?}")))?;
    let status = status.map_err(|e| wrong(format!("cannot be run: {e}")))?;
    let said = end_of(&said);
    if !status.success() {
        let said = if said.is_empty() { "it said nothing" } else { &said };
        return Err(wrong(format!("failed ({status}): {said}")));
    }
    key(&printed, &from, tools.clock.now()).map_err(|fault| {
        let told = if said.is_empty() { String::new() } else { format!("; it said: {said}") };
        Fault { message: format!("{}{told}", fault.message), ..fault }
    })
}

/// Reads the key that the command has printed.
fn key(stdout: &[u8], from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    let printed: Printed = serde_json::from_slice(stdout).map_err(|_| {
        failed(format!("{from} did not print one JSON object, as the official CLI's External mode wants"))
    })?;
    let lacks = |what: &str| failed(format!("the JSON of {from} has no {what}"));
    let id = word(printed.access_key_id).ok_or_else(|| lacks("access_key_id"))?;
    let secret = printed.access_key_secret.and_then(trimmed).ok_or_else(|| lacks("access_key_secret"))?;
    let sts_token = printed.sts_token.and_then(trimmed);
    let token = match printed.mode.as_deref() {
        Some("AK") => None,
        Some("StsToken") => Some(sts_token.ok_or_else(|| lacks("sts_token"))?),
        None => sts_token,
        Some(mode) => return Err(failed(format!("{from} gives mode {}, not AK or StsToken", shortened(mode)))),
    };
    let expires = word(printed.expiration).map(|time| time.parse()).transpose();
    let expires = expires.map_err(|_| lacks("expiration that can be read"))?;
    still_valid(Fresh { key: Key { id, secret, token }, expires }, from, now)
}

/// Reads a stream to its end, for a program that cannot write may die of it. Keeps the last [`KEPT`] bytes.
async fn read(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut chunk = [0; 4096];
    // Where reading fails the JSON is not whole, which is told when it is read.
    while let Ok(len @ 1..) = stream.read(&mut chunk).await {
        let excess = (kept.len() + len).saturating_sub(KEPT);
        kept.drain(..excess.min(kept.len()));
        kept.extend_from_slice(&chunk[..len]);
    }
}

/// Gives the end of a text as it may be shown: the reason of a failure usually stands there.
fn end_of(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let text = text.trim();
    let start = text.char_indices().rev().take(300).last().map_or(0, |(at, _)| at);
    safe(&text[start..]).into_owned()
}

fn failed(message: String) -> Fault {
    Fault::credentials(message).hint("run the command by hand to see what it prints")
}

#[cfg(test)]
mod tests {
    /// Takes no time: the paused clock jumps ahead where there is nothing to do but to wait.
    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn credential_process_that_does_not_end_times_out() {
        use super::*;
        let limits = crate::rpc::Limits { connect: LIMIT, request: LIMIT, bytes: 0 };
        let tools = Tools { clock: std::sync::Arc::default(), limits, network: std::sync::Arc::default() };
        let fault = fetch("sleep 600", &tools).await.unwrap_err();
        assert_eq!(fault.message, "the credential process sleep did not end within 60s");
    }
}
