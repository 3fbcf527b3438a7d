//! How the process is asked to end: SIGINT, SIGTERM, SIGHUP.
//!
//! They are heard on a thread of their own, so that they are heard while a write blocks. The first ends the command in
//! order, with what is known; a second one, or ten seconds, end it at once.

use crate::deadline;
use crate::exit::Signal;
use crate::files;
use crate::system;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Limits how long the end may take after a signal: a call under way and a report.
const PATIENCE: Duration = Duration::from_secs(10);

/// Says how long a report has to wait after Ctrl-C: the terminal throws away what is written to it sooner.
const FLUSH: Duration = Duration::from_millis(20);

/// Starts to listen. Gives the signals as they come.
pub fn listen() -> UnboundedReceiver<Signal> {
    let (sender, receiver) = unbounded_channel();
    // Registered before this returns, for an early signal would end the process without a word.
    let Some(mut heard) = system::signals() else { return receiver };
    let mut next = move || heard().and_then(Signal::of_number);
    // Without a thread there is nobody to listen, and a second signal is as good as the first.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(first) = next() else { return };
        // Nothing that blocks is waited for much longer.
        deadline::set(Some(std::time::Instant::now()));
        let _ = std::thread::Builder::new().spawn(move || {
            std::thread::sleep(PATIENCE);
            end_at_once(first);
        });
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

/// Ends the process: the one place that does not return through `main`, for whoever waits for a blocked write, or for
/// somebody to type, cannot. Temporary files go with it.
pub fn end_at_once(signal: Signal) -> ! {
    files::remove_temporary();
    std::process::exit(i32::from(signal.code()))
}
