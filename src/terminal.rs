//! The one writer: nothing else in the program writes to stdout or stderr.
//!
//! stdout carries the answer and nothing else; progress, warnings and errors go to stderr. Knows whether people are
//! looking, how wide their screen is and whether it takes colour, each stream on its own, and what happens when
//! whoever reads goes away.

mod colour;
mod live;
mod log;
mod screen;

pub use colour::ColorChoice;
pub use live::Live;
pub use log::start as start_log;

use crate::system;
use crate::text::{paint, wrapped_below};
use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, IsTerminal, Write};

/// What is known of one stream.
#[derive(Clone, Copy, Debug)]
pub struct Surface {
    pub colour: bool,
    /// Columns; none where nobody looks, for there no width is a limit.
    pub width: Option<usize>,
}

/// stdout and stderr of this process.
pub struct Terminal {
    pub out: Surface,
    pub err: Surface,
    is_quiet: bool,
    live: Live,
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
        let out_is_screen = out_is_terminal && system::stdout_takes_escapes();
        let err_is_screen = err_is_terminal && system::stderr_takes_escapes();
        let surface = |is_screen, width| Surface { colour: colour::is_wanted(color, is_screen, variable), width };
        let err = surface(err_is_screen, err_width);
        let is_alive = err_is_screen && !is_quiet && variable("TERM").is_some_and(|term| term != "dumb");
        Terminal {
            out: surface(out_is_screen, out_width),
            err,
            is_quiet,
            live: Live::new(is_alive),
            reader_is_gone: Cell::new(false),
            failure: RefCell::new(None),
        }
    }

    /// Writes a piece of the answer. Failures are kept for the end ([`Terminal::take_failure`]): what went wrong with
    /// the writing must not hide what the answer was.
    pub fn answer(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.reader_is_gone() || self.failure.borrow().is_some() {
            return;
        }
        let written = self.live.suspend(|| {
            let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
            let written = write(&mut out).and_then(|()| out.flush());
            // What could not be written must not be tried again when the buffer goes.
            let (mut stdout, _) = out.into_parts();
            written.and_then(|()| stdout.flush())
        });
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
        match self.err_width() {
            Some(width) => self.say(&wrapped_below(line, width, "    ").join("\n")),
            None => self.say(line),
        }
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
        let width = self.err_width();
        let fitting = |line: &str| match width {
            Some(width) if !line.starts_with(' ') => wrapped_below(line, width, "  ").join("\n"),
            _ => line.to_owned(),
        };
        self.say(&text.lines().map(fitting).collect::<Vec<_>>().join("\n"));
    }

    /// A line for stderr, whatever else is wanted. Nobody can be told that stderr is gone.
    pub fn say(&self, line: &str) {
        self.live.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{line}");
        });
    }

    /// A question, with the cursor left behind it for the answer.
    pub fn prompt(&self, question: &str) {
        let mut err = io::stderr().lock();
        let _ = write!(err, "{question}").and_then(|()| err.flush());
    }

    /// The columns of stderr by now, for a terminal may change its size; none where nobody looks.
    pub fn err_width(&self) -> Option<usize> {
        self.err.width.map(|_| width(terminal_size::terminal_size_of(io::stderr())))
    }

    /// The same of stdout.
    pub fn out_width(&self) -> Option<usize> {
        self.out.width.map(|_| width(terminal_size::terminal_size_of(io::stdout())))
    }

    /// The lines that are redrawn in place.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Whether only the answer and errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }
}

/// A terminal that does not say how wide it is is taken for a common one.
fn width(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(80, |(width, _)| usize::from(width.0)).max(1)
}
