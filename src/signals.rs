//! How the process is told to end: SIGINT, SIGTERM, SIGHUP.
//!
//! They are heard on a thread of their own, so that they stay alive while stdout is stalled by a reader that does not
//! read. The first ends the command in order, with what is known; a second, or five seconds, end it at once.

use crate::exit::Signal;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a report may take after a signal.
const PATIENCE: Duration = Duration::from_secs(5);

/// A terminal that sends SIGINT for Ctrl-C then throws away what was written to it and not yet shown: a report that
/// is quicker than that would be lost.
#[cfg(unix)]
const FLUSH: Duration = Duration::from_millis(20);

/// Starts to listen. Gives the signals as they come.
pub fn listen() -> UnboundedReceiver<Signal> {
    let (sender, receiver) = unbounded_channel();
    // Handlers are in place before this returns, or an early signal would end the process without a word.
    let (ready, is_ready) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime {
            runtime.block_on(hear(&sender, ready));
        }
    });
    if thread.is_ok() {
        let _ = is_ready.recv();
    }
    receiver
}

#[cfg(unix)]
async fn hear(sender: &UnboundedSender<Signal>, ready: std::sync::mpsc::Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    let [Ok(mut interrupt), Ok(mut terminate)] = kinds else { return };
    let mut hangup = if ignores_hangup() { None } else { signal(SignalKind::hangup()).ok() };
    drop(ready);
    let mut next = async || {
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => Signal::Interrupt,
            _ = terminate.recv() => Signal::Terminate,
            _ = hung_up => Signal::Hangup,
        }
    };
    let first = next().await;
    if first == Signal::Interrupt {
        tokio::time::sleep(FLUSH).await;
    }
    let _ = sender.send(first);
    let second = tokio::time::timeout(PATIENCE, next()).await;
    end_at_once(second.unwrap_or(first));
}

/// Whether whoever started this process wants it to live on without its terminal, as `nohup` does. Only Linux tells.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
async fn hear(sender: &UnboundedSender<Signal>, ready: std::sync::mpsc::Sender<()>) {
    drop(ready);
    let _ = tokio::signal::ctrl_c().await;
    let _ = sender.send(Signal::Interrupt);
    let _ = tokio::time::timeout(PATIENCE, tokio::signal::ctrl_c()).await;
    end_at_once(Signal::Interrupt);
}

/// The one place that does not return through `main`: whoever waits for a stalled reader, or for somebody to type,
/// cannot.
pub fn end_at_once(signal: Signal) -> ! {
    std::process::exit(i32::from(signal.code()))
}
