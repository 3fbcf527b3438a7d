//! The one writer: nothing else in the program writes to stdout or stderr.
//!
//! stdout carries the answer and nothing else; progress, warnings and errors go to stderr. Knows whether people are
//! looking, how wide their screen is and whether it takes colour, each stream on its own, and what happens when
//! whoever reads goes away.

mod colour;
mod log;
mod screen;

pub use colour::ColorChoice;
pub use log::start_log;

use crate::deadline::Writer;
use crate::system;
use crate::text::{paint, wrapped_below};
use screen::Screen;
use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of one stream.
#[derive(Clone, Copy, Debug)]
pub struct Surface {
    pub colour: bool,
    /// Columns; none where nobody looks, for there no width is a limit.
    pub width: Option<usize>,
}

/// stdout and stderr of this process.
pub struct Terminal {
    out: Surface,
    err: Surface,
    is_quiet: bool,
    /// Whether live lines can be shown, and whether they are.
    is_screen: bool,
    is_live: Cell<bool>,
    stdout: RefCell<Writer>,
    /// Shared with the log, which any thread may write.
    screen: Arc<Mutex<Screen>>,
    reader_is_gone: Cell<bool>,
    failure: RefCell<Option<io::Error>>,
}

impl Terminal {
    /// Looks at both streams once.
    pub fn new(color: ColorChoice, is_quiet: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let out_is_terminal = io::stdout().is_terminal();
        let err_is_terminal = io::stderr().is_terminal();
        let out_width = out_is_terminal.then(|| width(terminal_size::terminal_size_of(io::stdout())));
        let err_width = err_is_terminal.then(|| width(terminal_size::terminal_size_of(io::stderr())));
        let out_is_screen = out_is_terminal && system::console_takes_escapes();
        let err_is_screen = err_is_terminal && system::console_takes_escapes();
        let surface = |is_screen, width| Surface { colour: colour::is_wanted(color, is_screen, variable), width };
        let err = surface(err_is_screen, err_width);
        let terminal = Terminal {
            out: surface(out_is_screen, out_width),
            err,
            is_quiet,
            is_screen: err_is_screen && !is_quiet,
            is_live: Cell::new(false),
            stdout: RefCell::new(Writer::new(io::stdout())),
            screen: Arc::new(Mutex::new(Screen::new())),
            reader_is_gone: Cell::new(false),
            failure: RefCell::new(None),
        };
        terminal.choose_progress(None);
        terminal
    }

    /// Takes over whether progress is to be shown live; `None` where the surroundings decide. Without a terminal it
    /// never is.
    pub fn choose_progress(&self, live: Option<bool>) {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_pipeline = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        self.is_live.set(self.is_screen && live.unwrap_or(!is_pipeline && !is_dumb));
    }

    /// Writes a piece of the answer. Failures are kept for the end ([`Terminal::take_failure`]): what went wrong with
    /// the writing must not hide what the answer was.
    pub fn answer(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.reader_is_gone() || self.failure.borrow().is_some() {
            return;
        }
        // The screen is not held meanwhile, for what is written may warn.
        let live = self.screen().take_live();
        let mut stdout = self.stdout.borrow_mut();
        let mut out = BufWriter::with_capacity(64 << 10, &mut *stdout);
        let written = write(&mut out).and_then(|()| out.flush());
        // What could not be written must not be tried again when the buffer goes.
        let (stdout, _) = out.into_parts();
        let written = written.and_then(|()| stdout.flush());
        self.screen().put_back(live);
        match written {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => self.reader_is_gone.set(true),
            Err(e) => *self.failure.borrow_mut() = Some(e),
        }
    }

    /// Whether whoever read stdout went away.
    pub fn reader_is_gone(&self) -> bool {
        self.reader_is_gone.get()
    }

    /// Why stdout could not be written, if it could not.
    pub fn take_failure(&self) -> Option<io::Error> {
        self.failure.borrow_mut().take()
    }

    /// A line about how it goes, for stderr; on a narrow screen, several. Silent when only the answer is wanted.
    pub fn progress(&self, line: &str) {
        if self.is_quiet {
            return;
        }
        self.conclude(line);
    }

    /// The last line about how it went, of what did not go well. Never silent.
    pub fn conclude(&self, line: &str) {
        let width = self.stderr().width;
        self.say(&width.map_or_else(|| line.to_owned(), |width| wrapped_below(line, width, "    ").join("\n")));
    }

    /// Something to look at that changes nothing.
    pub fn warn(&self, line: &str) {
        let label = paint(self.err.colour, "warning", owo_colors::Style::new().yellow().bold());
        self.progress(&format!("efloctl: {label}: {line}"));
    }

    /// Something that went wrong, over several lines where that helps. Never silent.
    pub fn error(&self, lines: &str) {
        let label = paint(self.err.colour, "error", owo_colors::Style::new().red().bold());
        let text = format!("efloctl: {label}: {lines}");
        // What is indented fits already.
        let width = self.stderr().width;
        let fitting = |line: &str| match width {
            Some(width) if !line.starts_with(' ') => wrapped_below(line, width, "  ").join("\n"),
            _ => line.to_owned(),
        };
        self.say(&text.lines().map(fitting).collect::<Vec<_>>().join("\n"));
    }

    /// A line for stderr, whatever else is wanted. Nobody can be told that stderr is gone.
    pub fn say(&self, line: &str) {
        self.screen().print(line);
    }

    /// A question, with the cursor left behind it for the answer.
    pub fn prompt(&self, question: &str) {
        self.screen().prompt(question);
    }

    /// Gives what is known of stdout by now, for a terminal may change its size.
    pub fn stdout(&self) -> Surface {
        Surface { width: self.out.width.map(|_| width(terminal_size::terminal_size_of(io::stdout()))), ..self.out }
    }

    /// Gives what is known of stderr by now.
    pub fn stderr(&self) -> Surface {
        Surface { width: self.err.width.map(|_| screen::size().0), ..self.err }
    }

    /// Whether progress is shown in lines that are redrawn in place.
    pub fn is_live(&self) -> bool {
        self.is_live.get()
    }

    /// Shows these live lines in place of the last ones; no lines takes them away.
    pub fn show_live(&self, lines: &[String]) {
        self.screen().show(lines);
    }

    /// The columns and rows that live lines have.
    pub fn live_size(&self) -> (usize, usize) {
        screen::size()
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether only the answer and errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.show_live(&[]);
        self.screen().flush();
    }
}

/// A terminal that does not say how wide it is is taken for a common one.
fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(80, |(width, _)| usize::from(width.0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn warning_while_an_answer_is_written_does_not_block() {
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let terminal = Terminal::new(ColorChoice::Never, false);
            terminal.answer(|_| {
                terminal.warn("told while the answer is written");
                Ok(())
            });
            sender.send(())
        });
        assert!(receiver.recv_timeout(Duration::from_secs(30)).is_ok());
    }
}
