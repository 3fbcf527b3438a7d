//! Who tells how a watch goes, while it goes: to a person at a terminal, to a log, to a program.
//!
//! Decides nothing: what happened comes in as events of [`crate::watch`], and words for it come from
//! [`crate::output`]. All of it goes to the [`Terminal`].

mod events;
mod failures;
mod live;
mod log;
mod pending;
mod phrases;
mod retries;

pub use events::EventReporter;
pub use live::LiveReporter;
pub use log::LogReporter;

use crate::exit::Outcome;
use crate::feed::SendNews;
use crate::output;
use crate::terminal::Terminal;
use crate::watch::{Change, Event, Reporter};

/// Reports retries and doubts alone: enough for a command that asks once, and for one that is to be quiet.
pub struct RetryReporter<'a>(pub &'a Terminal);

impl Reporter for RetryReporter<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Snapshot { outcome, change } => warn_of_doubts(outcome, change, self.0),
            Event::Retry { invoke_id, fault, attempt, delay } => {
                self.0.progress(&format!("efloctl: {}", phrases::retry(invoke_id, fault, *attempt, *delay)));
            }
            Event::GaveUp { .. } => {}
            Event::Send { outcome, news } => send_news(outcome, news, self.0),
        }
    }

    fn reader_is_gone(&self) -> bool {
        self.0.reader_is_gone()
    }
}

/// Reports what happens to a send. Where nobody looks at once, an InvokeId is told whatever else is wanted: whoever
/// loses the log has it there.
fn send_news(outcome: &Outcome, news: &SendNews, terminal: &Terminal) {
    match news {
        SendNews::Sent { invoke_id, nodes } => {
            let line = phrases::sent(outcome, invoke_id, nodes.len());
            if terminal.is_live() { terminal.progress(&line) } else { terminal.say(&line) }
        }
        SendNews::Unsent { fault, nodes } => terminal.progress(&phrases::unsent(outcome, fault, nodes.len())),
        SendNews::Warning(text) => terminal.warn(text),
    }
}

/// Warns of what has become doubtful about an invocation.
fn warn_of_doubts(outcome: &Outcome, change: &Change, terminal: &Terminal) {
    let Some(snapshot) = outcome.snapshot() else { return };
    for doubt in &change.doubts {
        terminal.warn(&format!("{}: {}", outcome.invoke_id, output::doubt(*doubt, snapshot)));
    }
}
