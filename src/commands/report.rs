//! The end of a command: what went wrong, told once, and the exit code.

use super::Context;
use crate::deadline;
use crate::exit::{self, Outcome};
use crate::fault::{Fault, Kind};
use crate::output::{Page, fault_json, fault_text};
use std::collections::HashSet;

/// What stdout is.
pub(super) fn page(context: &Context) -> Page {
    Page { width: context.terminal.out_width(), colour: context.terminal.out.colour }
}

/// Everything that went wrong by the end of a command, and the code that it ends with.
pub(super) struct Faults {
    faults: Vec<Fault>,
    pub(super) code: u8,
}

impl Faults {
    /// Why ids have no answer; `code` is what it all adds up to. What was refused for all is told once.
    pub(super) fn of(outcomes: &[Outcome], code: u8) -> Self {
        let mut faults: Vec<Fault> = outcomes.iter().filter_map(|outcome| outcome.fault.clone()).collect();
        faults.sort_by_key(|fault| exit::code_of(fault.kind));
        let mut told = HashSet::new();
        faults.retain(|fault| told.insert(fault.message.clone()));
        Faults { faults, code }
    }

    /// Adds what ended the command before it had an answer.
    pub(super) fn ended_by(fault: Fault) -> Self {
        // What blocked until the deadline ends as anything does that runs out of time.
        let code = if deadline::is_over() { exit::OUT_OF_TIME } else { exit::code_of(fault.kind) };
        Faults { code, faults: vec![fault] }
    }

    /// Adds something that could not be written. It turns a 0 into a 5 and hides no other code.
    pub(super) fn unwritten(&mut self, what: &str, e: Option<std::io::Error>) {
        if let Some(e) = e {
            self.code = exit::unwritten(self.code);
            let hint = match e.kind() {
                std::io::ErrorKind::TimedOut => "see that somebody reads it",
                _ => "see whether the disk is full",
            };
            self.faults.push(Fault::new(Kind::Output, format!("{what}: {e}")).hint(hint));
        }
    }

    /// Tells them: as text each, as JSON the one that counts first, in the last line.
    pub(super) fn tell(&self, context: &Context) {
        let terminal = &context.terminal;
        if context.as_json.get() {
            if let Some(fault) = self.faults.first() {
                terminal.say(&fault_json(fault, self.code));
            }
            return;
        }
        let page = Page { width: terminal.err_width(), colour: terminal.err.colour };
        for fault in &self.faults {
            terminal.error(&fault_text(fault, page));
        }
    }
}
