//! The end of a command: collects what went wrong, tells it once, and gives the exit code.

use super::Context;
use crate::deadline;
use crate::exit::{self, Outcome};
use crate::fault::{Fault, Kind};
use crate::invocation::InvokeId;
use crate::output::{Report, View, fault_json, fault_text, grouped, render};
use crate::settings::OutputFormat;
use crate::text::first_of;
use std::io;

/// Says what is told of an answer that could not be written to stdout.
pub(super) const UNWRITTEN: &str = "the answer cannot be written";

/// Collects what went wrong, and the exit code.
pub(super) struct Finish {
    pub(super) faults: Vec<Fault>,
    pub(super) code: u8,
}

impl Finish {
    /// Begins with what ended the command before it had an answer.
    pub(super) fn with(fault: Fault) -> Self {
        // What blocked up to the deadline ran out of time, whatever its fault says.
        let code = if deadline::is_over() { exit::OUT_OF_TIME } else { exit::code_of(fault.kind) };
        Finish { code, faults: vec![fault] }
    }

    /// Adds a fault that kept a part of the answer from coming. Of several exit codes the smallest counts.
    pub(super) fn add(&mut self, fault: Fault) {
        let code = exit::code_of(fault.kind);
        self.code = if self.code == exit::SUCCESS { code } else { self.code.min(code) };
        self.faults.push(fault);
    }

    /// Adds that something could not be written, if so. It turns exit code 0 into 5.
    pub(super) fn unwritten(&mut self, what: &str, e: Option<io::Error>) {
        if let Some(e) = e {
            self.code = exit::code_when_unwritten(self.code);
            let hint = match e.kind() {
                io::ErrorKind::TimedOut => "see that somebody reads it",
                _ => "see whether the disk is full",
            };
            self.faults.push(Fault::new(Kind::Output, format!("{what}: {e}")).hint(hint));
        }
    }

    /// Tells what went wrong: each fault as text, or the first as a line of JSON.
    pub(super) fn tell(&self, context: &Context) {
        let terminal = &context.terminal;
        if context.as_json.get() {
            if let Some(fault) = self.faults.first() {
                terminal.say(&fault_json(fault, self.code));
            }
            return;
        }
        for fault in &self.faults {
            terminal.error(&fault_text(fault, terminal.stderr()));
        }
    }
}

/// Writes the answer to stdout.
///
/// # Errors
/// It could not be written.
pub(super) fn answer(format: OutputFormat, report: &Report<'_>, view: &View, context: &Context) -> io::Result<()> {
    context.terminal.answer(|out| render(format, report, view, context.terminal.stdout(), out));
    context.terminal.take_failure().map_or(Ok(()), Err)
}

/// Gives the faults that left ids without an answer, the worst first. A fault that several ids share is told once, with
/// the first of these ids; a refused key names no id, for all have it. A program gets only the faults that ended the
/// asking.
pub(super) fn faults_of<'a>(outcomes: &'a [Outcome], context: &Context) -> Vec<Fault> {
    let is_told_by_verdict = context.as_json.get() || outcomes.len() == 1;
    let fault = |outcome: &'a Outcome| {
        let fault = if is_told_by_verdict { outcome.fault.as_ref() } else { outcome.why_unanswered() }?;
        Some(((exit::code_of(fault.kind), &fault.message), (&outcome.invoke_id, fault)))
    };
    let mut faults = grouped(outcomes.iter().filter_map(fault));
    faults.sort_by_key(|((code, _), _)| *code);
    let named = |(_, same): (_, Vec<(&InvokeId, &Fault)>)| {
        let mut fault = same[0].1.clone();
        let is_named = same.iter().all(|(id, _)| fault.message.contains(&id.to_string()));
        let is_of_all = outcomes.len() == 1 || (same.len() == outcomes.len() && fault.kind == Kind::Credentials);
        if !is_named && !is_of_all {
            fault.message = format!("{}: {}", first_of(same.iter().map(|(id, _)| id), 5), fault.message);
        }
        fault
    };
    faults.into_iter().map(named).collect()
}
