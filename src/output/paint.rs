//! Colours of statuses, verdicts and checks. Colour only repeats what the word says.

use super::Health;
use crate::invocation::{Class, NodeStatus, Verdict};
use crate::terminal::paint;
use owo_colors::Style;

/// Paints the word for a node's status in the colour of its class.
pub fn paint_status(colour: bool, word: &str, status: NodeStatus) -> String {
    let style = match status.class() {
        Class::Success => Style::new().green(),
        Class::Failed => Style::new().red().bold(),
        Class::Open => Style::new().cyan(),
        Class::Unknown => Style::new().magenta(),
    };
    paint(colour, word, style)
}

/// Paints a verdict.
pub fn paint_verdict(colour: bool, verdict: Verdict) -> String {
    let style = match verdict {
        Verdict::Success => Style::new().green().bold(),
        Verdict::Failed | Verdict::PartialFailed => Style::new().red().bold(),
        Verdict::Running | Verdict::Pending => Style::new().cyan().bold(),
    };
    paint(colour, verdict.word(), style)
}

/// Paints the word for how a check went, four columns wide.
pub(super) fn paint_health(colour: bool, health: Health) -> String {
    let (word, style) = match health {
        Health::Ok => ("ok  ", Style::new().green()),
        Health::Warn => ("warn", Style::new().yellow().bold()),
        Health::Fail => ("FAIL", Style::new().red().bold()),
    };
    paint(colour, word, style)
}
