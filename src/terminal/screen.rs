//! stderr: lines that stay, and below them the live lines. Only the live lines are ever redrawn.

use crate::deadline::Writer;
use std::io::{self, Write};
use std::time::{Duration, Instant};
use terminal_size::{Height, Width, terminal_size_of};
use textwrap::core::display_width;

/// Says how long it is between two redraws: more often would only load the terminal.
const REDRAW: Duration = Duration::from_millis(100);

/// Writes to stderr, and knows which live lines stand there.
pub(super) struct Screen {
    stderr: Writer,
    /// The live lines, in the last rows from the first column on. The cursor stands behind the last one.
    lines: Vec<String>,
    drawn_at: Option<Instant>,
}

impl Screen {
    pub(super) fn new() -> Self {
        Screen { stderr: Writer::new(io::stderr()), lines: Vec::new(), drawn_at: None }
    }

    /// Writes lines that stay, above the live ones.
    pub(super) fn print(&mut self, lines: &str) {
        let text = format!("{}{lines}\n{}", self.erasure(), self.lines.join("\n"));
        self.post(&text);
    }

    /// Waits until all of it is written.
    pub(super) fn flush(&mut self) {
        let _ = self.stderr.flush();
    }

    /// Shows these live lines in place of the last ones, if they read differently and the last redraw is long enough
    /// ago. A line must leave room for what Ctrl-C echoes.
    pub(super) fn show(&mut self, lines: &[String]) {
        let is_soon = self.drawn_at.is_some_and(|drawn| drawn.elapsed() < REDRAW);
        if lines == self.lines || (is_soon && !lines.is_empty()) {
            return;
        }
        let text = format!("{}{}", self.erasure(), lines.join("\n"));
        self.lines = lines.to_vec();
        self.drawn_at = Some(Instant::now());
        self.post(&text);
    }

    /// Gives what erases the live lines. On a terminal that was narrowed since, a line may fill several rows.
    fn erasure(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let (width, _) = size(terminal_size_of(io::stderr()));
        let rows: usize = self.lines.iter().map(|line| display_width(line).div_ceil(width).max(1)).sum();
        let up = if rows > 1 { format!("\x1b[{}A", rows - 1) } else { String::new() };
        format!("\r{up}\x1b[J")
    }

    /// Writes a text as it is, and leaves the cursor behind it.
    pub(super) fn post(&mut self, text: &str) {
        if !text.is_empty() {
            let _ = self.stderr.post(text.as_bytes());
        }
    }
}

/// Gives columns and rows of a terminal. One that does not say is taken for a common one.
pub(super) fn size(known: Option<(Width, Height)>) -> (usize, usize) {
    let (Width(columns), Height(rows)) = known.unwrap_or((Width(80), Height(24)));
    (usize::from(columns).max(1), usize::from(rows).max(1))
}
