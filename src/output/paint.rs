//! Colours of statuses and verdicts. Colour only repeats what the word says.

use super::Health;
use crate::invocation::{Class, NodeStatus, Verdict};
use crate::text::paint;
use owo_colors::Style;

/// A node's status word in its class's colour.
pub fn paint_status(colour: bool, word: &str, status: NodeStatus) -> String {
    let style = match status.class() {
        Class::Success => Style::new().green(),
        Class::Failed => Style::new().red().bold(),
        Class::Open => Style::new().cyan(),
        Class::Unknown => Style::new().magenta(),
    };
    paint(colour, word, style)
}

/// A verdict in its colour.
pub fn paint_verdict(colour: bool, word: &str, verdict: Verdict) -> String {
    let style = match verdict {
        Verdict::Success => Style::new().green().bold(),
        Verdict::Failed | Verdict::PartialFailed => Style::new().red().bold(),
        Verdict::Running | Verdict::Pending => Style::new().cyan().bold(),
    };
    paint(colour, word, style)
}

/// How a check went.
pub(super) fn mark(colour: bool, word: &str, health: Health) -> String {
    let style = match health {
        Health::Ok => Style::new().green(),
        Health::Warn => Style::new().yellow().bold(),
        Health::Fail => Style::new().red().bold(),
    };
    paint(colour, word, style)
}

/// What stands out.
pub(super) fn strong(colour: bool, word: &str) -> String {
    paint(colour, word, Style::new().bold())
}

/// What may be overlooked.
pub(super) fn faint(colour: bool, word: &str) -> String {
    paint(colour, word, Style::new().dimmed())
}
