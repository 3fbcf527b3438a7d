//! How the process is asked to end: SIGINT, SIGTERM, SIGHUP.
//!
//! They are heard on a thread of their own, so that they are heard while a write blocks. The first ends the command in
//! order, with what is known; a second one, or ten seconds, end it at once.

use crate::deadline;
use crate::exit::Signal;
use crate::files;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long the end may take after a signal: a call under way and a report.
const PATIENCE: Duration = Duration::from_secs(10);

/// A terminal that sends SIGINT for Ctrl-C then throws away what was written to it and not shown yet. A report that
/// comes sooner than this would be lost.
#[cfg(unix)]
const FLUSH: Duration = Duration::from_millis(20);

/// Starts to listen. Gives the signals as they come.
pub fn listen() -> UnboundedReceiver<Signal> {
    let (sender, receiver) = unbounded_channel();
    // Registered before this returns, for an early signal would end the process without a word.
    let Some(mut next) = register() else { return receiver };
    // Without a thread there is nobody to listen, and a second signal is as good as the first.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(first) = next() else { return };
        // Nothing that blocks is waited for much longer.
        deadline::set(Some(std::time::Instant::now()));
        let _ = std::thread::Builder::new().spawn(move || {
            std::thread::sleep(PATIENCE);
            end_at_once(first);
        });
        #[cfg(unix)]
        if first == Signal::Interrupt {
            std::thread::sleep(FLUSH);
        }
        let _ = sender.send(first);
        if let Some(second) = next() {
            end_at_once(second);
        }
    });
    receiver
}

/// Gives a function that waits for the next signal. A signal that was ignored when the process began stays ignored: so
/// `nohup` keeps a watch alive, and a script that traps Ctrl-C keeps its watch in the background.
#[cfg(unix)]
fn register() -> Option<impl FnMut() -> Option<Signal> + Send + 'static> {
    let ignored = ignored();
    let all = [Signal::Hangup, Signal::Interrupt, Signal::Terminate];
    let numbers = all.map(number).into_iter().filter(|number| ignored & (1 << (number - 1)) == 0);
    let mut signals = signal_hook::iterator::Signals::new(numbers).ok()?;
    Some(move || {
        let number_heard = signals.forever().next()?;
        all.into_iter().find(|signal| number(*signal) == number_heard)
    })
}

#[cfg(unix)]
fn number(signal: Signal) -> i32 {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    match signal {
        Signal::Hangup => SIGHUP,
        Signal::Interrupt => SIGINT,
        Signal::Terminate => SIGTERM,
    }
}

/// Gives the signals that were ignored when the process began, a bit each. Only Linux tells; elsewhere there are none.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Windows has Ctrl-C alone, and no way to wait for it without a flag that is looked at now and then.
#[cfg(not(unix))]
fn register() -> Option<impl FnMut() -> Option<Signal> + Send + 'static> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let pressed = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&pressed)).ok()?;
    Some(move || {
        while !pressed.swap(false, Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(Signal::Interrupt)
    })
}

/// Ends the process: the one place that does not return through `main`, for whoever waits for a blocked write, or for
/// somebody to type, cannot. Temporary files go with it.
pub fn end_at_once(signal: Signal) -> ! {
    files::remove_temporary();
    std::process::exit(i32::from(signal.code()))
}
