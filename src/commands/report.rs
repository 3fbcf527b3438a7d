//! The end of a command: what went wrong, and the exit code.

use super::Context;
use crate::exit::{self, Outcome};
use crate::fault::{Fault, Kind};
use crate::output::{Page, fault_json, fault_text};
use crate::terminal::Terminal;

/// What stdout is.
pub(super) fn page(context: &Context) -> Page {
    Page { width: context.terminal.out.width, colour: context.terminal.out.colour }
}

/// Tells why ids have no answer: as text each, as JSON the one that counts first. What was refused for all is told
/// once.
pub(super) fn faults(outcomes: &[Outcome], as_json: bool, terminal: &Terminal) {
    if as_json {
        if let Some(fault) = exit::worst(outcomes) {
            tell(fault, true, terminal);
        }
        return;
    }
    let mut last: Option<&Fault> = None;
    for fault in outcomes.iter().filter_map(|outcome| outcome.fault.as_ref()) {
        if last.is_none_or(|last| last.message != fault.message) {
            tell(fault, false, terminal);
        }
        last = Some(fault);
    }
}

/// Tells a fault: with JSON it is one line, the last.
pub(super) fn tell(fault: &Fault, as_json: bool, terminal: &Terminal) {
    if as_json {
        terminal.say(&fault_json(fault));
    } else {
        let page = Page { width: terminal.err.width, colour: terminal.err.colour };
        terminal.error(&fault_text(fault, page));
    }
}

/// Tells an answer that could not be written; it turns a 0 into a 5 and hides no other code.
pub(super) fn written(code: u8, as_json: bool, terminal: &Terminal) -> u8 {
    let Some(e) = terminal.take_failure() else { return code };
    tell(&Fault::new(Kind::Output, format!("the answer cannot be written: {e}")), as_json, terminal);
    exit::unwritten(code)
}
