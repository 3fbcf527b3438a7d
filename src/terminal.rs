//! The one writer: nothing else in the program writes to stdout or stderr.
//!
//! stdout carries the answer and nothing else; progress, warnings and errors go to stderr. Knows whether people are
//! looking, how wide their screen is and whether it takes colour, each stream on its own, and what happens when
//! whoever reads goes away.

mod log;
mod screen;

pub use log::start_log;

use crate::deadline::Writer;
use crate::system;
use crate::text::wrapped_below;
use clap::ColorChoice;
use owo_colors::Style;
use screen::Screen;
use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
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

/// Paints a word in a style, where colour is wanted.
pub fn paint(colour: bool, word: &str, style: Style) -> String {
    if colour { style.style(word).to_string() } else { word.to_owned() }
}

/// Says how progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressMode {
    /// live on a terminal, unless a pipeline runs it
    Auto,
    /// lines that are redrawn in place
    Live,
    /// a line for each change
    Plain,
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
    /// Why stdout could not be written, if it could not.
    failure: RefCell<Option<io::Error>>,
}

impl Terminal {
    /// Looks at both streams, and takes them over.
    pub fn new(color: ColorChoice, is_quiet: bool) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let [out_is_screen, err_is_screen] = [io::stdout().is_terminal(), io::stderr().is_terminal()]
            .map(|is_terminal| is_terminal && system::console_takes_escapes());
        let terminal = Terminal {
            out_colour: wants_colour(color, out_is_screen, variable),
            err_colour: wants_colour(color, err_is_screen, variable),
            is_quiet,
            is_screen: err_is_screen && !is_quiet,
            is_live: Cell::new(false),
            stdout: RefCell::new(Writer::new(io::stdout())),
            screen: Arc::new(Mutex::new(Screen::new())),
            failure: RefCell::new(None),
        };
        terminal.choose_progress(ProgressMode::Auto);
        terminal
    }

    /// Sets how progress is shown. With `Auto` the variables `CI` and `TERM` decide. Off a terminal it is never live.
    pub fn choose_progress(&self, mode: ProgressMode) {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_pipeline = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        let is_wanted = mode == ProgressMode::Live || (mode == ProgressMode::Auto && !is_pipeline && !is_dumb);
        self.is_live.set(self.is_screen && is_wanted);
    }

    /// Writes a piece of the answer to stdout, in place of the live lines. A failure is kept for
    /// [`Terminal::take_failure`], because it must not hide the verdict; after one nothing more is written.
    pub fn answer(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.failure.borrow().is_some() {
            return;
        }
        // The screen is not held meanwhile, for what is written may warn.
        self.settle();
        let written = self.stdout.borrow_mut().write_with(write);
        *self.failure.borrow_mut() = written.err();
    }

    /// Tells whether the reader of stdout went away.
    pub fn reader_is_gone(&self) -> bool {
        self.failure.borrow().as_ref().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Gives why stdout could not be written, if it could not, and forgets it. That the reader went away is no failure.
    pub fn take_failure(&self) -> Option<io::Error> {
        self.failure.borrow_mut().take_if(|e| e.kind() != io::ErrorKind::BrokenPipe)
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
        let mut screen = self.screen();
        screen.post(question);
        screen.flush();
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

    /// Takes the live lines away, and waits until stderr has what was written to it.
    fn settle(&self) {
        self.show_live(&[]);
        self.screen().flush();
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
        self.settle();
    }
}

/// Tells whether a stream gets colour: by the flag, else by NO_COLOR, CLICOLOR_FORCE and CLICOLOR, else by whether it
/// is a terminal. `variable` gives a variable that is set and not empty.
fn wants_colour(choice: ColorChoice, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
        ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => {
            is_terminal
                && variable("CLICOLOR").is_none_or(|value| value != "0")
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
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

    #[test]
    fn colour_flag_comes_before_variables_and_those_before_the_terminal() {
        type Case = (ColorChoice, bool, &'static [(&'static str, &'static str)], bool);
        let cases: [Case; 10] = [
            (ColorChoice::Auto, true, &[], true),
            (ColorChoice::Auto, false, &[], false),
            (ColorChoice::Always, false, &[("NO_COLOR", "1")], true),
            (ColorChoice::Never, true, &[("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, true, &[("NO_COLOR", "0")], false),
            (ColorChoice::Auto, false, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColorChoice::Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (ColorChoice::Auto, true, &[("CLICOLOR", "0")], false),
            (ColorChoice::Auto, true, &[("TERM", "dumb")], false),
        ];
        for (choice, is_terminal, set, wanted) in cases {
            let variable = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(wants_colour(choice, is_terminal, variable), wanted, "{choice:?} {is_terminal} {set:?}");
        }
    }
}
