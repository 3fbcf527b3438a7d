//! `credential_process`: a key from what a command prints, as the official CLI's mode External has it.
//!
//! The command runs without a shell and without input; its stdout is secret and never shown, its stderr is shown when
//! it fails.

use super::temporary::still_valid;
use super::{Fresh, Tools};
use crate::fault::{Fault, Kind};
use crate::rpc::Key;
use crate::text::{safe, shortened};
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// As long as the official SDK waits.
const LIMIT: Duration = Duration::from_secs(60);
const LONGEST_OUTPUT: u64 = 64 << 10;

/// The keys that count; any other is not taken over.
#[derive(Deserialize)]
struct Output {
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
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let run = async { tokio::join!(read(stdout), read(stderr), child.wait()) };
    let Ok((stdout, stderr, status)) = tokio::time::timeout(LIMIT, run).await else {
        return Err(failed(format!("the credential process {name} did not end within {LIMIT:?}")));
    };
    let status = status.map_err(|e| failed(format!("the credential process {name} cannot be run: {e}")))?;
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        let said = said.trim();
        let said = if said.is_empty() { "it said nothing".to_owned() } else { safe(&tail(said)).into_owned() };
        return Err(failed(format!("the credential process {name} failed ({status}): {said}")));
    }
    key(&stdout, &format!("the credential process {name}"), tools.clock.now())
}

fn key(stdout: &[u8], from: &str, now: Timestamp) -> Result<Fresh, Fault> {
    let output: Output = serde_json::from_slice(stdout).map_err(|_| {
        failed(format!("{from} did not print one JSON object, as the official CLI's External mode wants"))
    })?;
    let lacks = |what: &str| failed(format!("the JSON of {from} has no {what}"));
    let id = output.access_key_id.filter(|id| !id.is_empty()).ok_or_else(|| lacks("access_key_id"))?;
    let filled = |secret: &SecretString| !secret.expose_secret().is_empty();
    let secret = output.access_key_secret.filter(filled).ok_or_else(|| lacks("access_key_secret"))?;
    let sts_token = output.sts_token.filter(filled);
    let token = match output.mode.as_deref() {
        Some("AK") => None,
        Some("StsToken") => Some(sts_token.ok_or_else(|| lacks("sts_token"))?),
        None => sts_token,
        Some(mode) => return Err(failed(format!("{from} gives mode {}, not AK or StsToken", shortened(mode)))),
    };
    let expires = match output.expiration.filter(|time| !time.is_empty()) {
        None => None,
        Some(time) => Some(time.parse().map_err(|_| lacks("expiration that can be read"))?),
    };
    still_valid(Fresh { key: Key { id, secret, token }, expires }, from, now)
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    // Never moved while it grows, for what is moved leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_OUTPUT as usize));
    if let Some(stream) = stream {
        // What cannot be read is missed below, as output that is not whole.
        let _ = stream.take(LONGEST_OUTPUT).read_to_end(&mut bytes).await;
    }
    bytes
}

/// The end of what a program said, where the reason usually is.
fn tail(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars[chars.len().saturating_sub(300)..].iter().collect()
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
