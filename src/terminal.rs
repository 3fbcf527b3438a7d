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
use owo_colors::Style;
use screen::Screen;
use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use terminal_size::terminal_size_of;

/// Says how one stream can be written to.
#[derive(Clone, Copy, Debug)]
pub struct Surface {
    pub colour: bool,
    /// Its columns; `None` off a terminal, where no width is a limit.
    pub width: Option<usize>,
}

impl Surface {
    /// Paints what stands out.
    pub fn strong(self, word: &str) -> String {
        paint(self.colour, word, Style::new().bold())
    }

    /// Paints what may be overlooked.
    pub fn faint(self, word: &str) -> String {
        paint(self.colour, word, Style::new().dimmed())
    }
}

/// Writes to stdout and stderr of this process.
pub struct Terminal {
    /// Whether stdout and stderr take colour.
    out_colour: bool,
    err_colour: bool,
    is_quiet: bool,
    /// Whether live lines can be shown at all, and whether they are.
    is_screen: bool,
    is_live: Cell<bool>,
    stdout: RefCell<Writer>,
    /// stderr. Shared with the log, which any thread may write.
    screen: Arc<Mutex<Screen>>,
    reader_is_gone: Cell<bool>,
    failure: RefCell<Option<io::Error>>,
}

impl Terminal {
    /// Looks at both streams, and takes them over.
    pub fn new(color: ColorChoice, is_quiet: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let [out_is_screen, err_is_screen] = [io::stdout().is_terminal(), io::stderr().is_terminal()]
            .map(|is_terminal| is_terminal && system::console_takes_escapes());
        let terminal = Terminal {
            out_colour: colour::is_wanted(color, out_is_screen, variable),
            err_colour: colour::is_wanted(color, err_is_screen, variable),
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

    /// Sets whether progress is shown live. With `None` the variables `CI` and `TERM` decide. Off a terminal it never
    /// is.
    pub fn choose_progress(&self, live: Option<bool>) {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_pipeline = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        self.is_live.set(self.is_screen && live.unwrap_or(!is_pipeline && !is_dumb));
    }

    /// Writes a piece of the answer to stdout. A failure is kept for [`Terminal::take_failure`], because it must not
    /// hide the verdict; after one nothing more is written.
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

    /// Tells whether the reader of stdout went away.
    pub fn reader_is_gone(&self) -> bool {
        self.reader_is_gone.get()
    }

    /// Gives why stdout could not be written, if it could not, and forgets it.
    pub fn take_failure(&self) -> Option<io::Error> {
        self.failure.borrow_mut().take()
    }

    /// Writes a line about how it goes to stderr, wrapped to its width. Silent with `-q`.
    pub fn progress(&self, line: &str) {
        if !self.is_quiet {
            self.conclude(line);
        }
    }

    /// Writes a line about how it went to stderr, with `-q` too.
    pub fn conclude(&self, line: &str) {
        self.say(&wrapped_below(line, self.stderr().width.unwrap_or(usize::MAX), "    ").join("\n"));
    }

    /// Warns of something that changes nothing. Silent with `-q`.
    pub fn warn(&self, line: &str) {
        let label = paint(self.err_colour, "warning", Style::new().yellow().bold());
        self.progress(&format!("efloctl: {label}: {line}"));
    }

    /// Writes what went wrong to stderr, with `-q` too. Lines that are indented are taken to fit.
    pub fn error(&self, lines: &str) {
        let label = paint(self.err_colour, "error", Style::new().red().bold());
        let text = format!("efloctl: {label}: {lines}");
        let width = self.stderr().width.unwrap_or(usize::MAX);
        let fitting = |line: &str| match line.starts_with(' ') {
            true => line.to_owned(),
            false => wrapped_below(line, width, "  ").join("\n"),
        };
        self.say(&text.lines().map(fitting).collect::<Vec<_>>().join("\n"));
    }

    /// Writes a line to stderr as it is. That stderr is gone can be told to nobody.
    pub fn say(&self, line: &str) {
        self.screen().print(line);
    }

    /// Writes a question to stderr, and leaves the cursor behind it for the answer.
    pub fn prompt(&self, question: &str) {
        self.screen().prompt(question);
    }

    /// Tells how stdout can be written to now, for a terminal may change its size.
    pub fn stdout(&self) -> Surface {
        let width = || screen::size(terminal_size_of(io::stdout())).0;
        Surface { colour: self.out_colour, width: io::stdout().is_terminal().then(width) }
    }

    /// Tells how stderr can be written to now.
    pub fn stderr(&self) -> Surface {
        let width = || self.live_size().0;
        Surface { colour: self.err_colour, width: io::stderr().is_terminal().then(width) }
    }

    /// Tells whether progress is shown in lines that are redrawn in place.
    pub fn is_live(&self) -> bool {
        self.is_live.get()
    }

    /// Shows these live lines in place of the last ones; an empty list takes them away.
    pub fn show_live(&self, lines: &[String]) {
        self.screen().show(lines);
    }

    /// Gives the columns and rows that live lines have.
    pub fn live_size(&self) -> (usize, usize) {
        screen::size(terminal_size_of(io::stderr()))
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether `-q` was given.
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
