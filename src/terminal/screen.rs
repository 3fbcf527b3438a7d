//! stderr as what live lines are drawn on.
//!
//! Like the library's own, but for one thing: a row is ended by a newline, not by filling it with blanks up to the
//! edge. The terminal echoes Ctrl-C behind what stands there; at the edge the echo would wrap, and the wrong rows
//! would be erased.

use indicatif::TermLike;
use std::io::{self, Write};
use std::sync::Mutex;
use terminal_size::{Height, Width, terminal_size_of};

/// Where live lines are drawn.
#[derive(Debug, Default)]
pub(super) struct Screen(Mutex<Drawing>);

/// What is written in one piece at the next flush, so that nothing flickers.
#[derive(Debug, Default)]
struct Drawing {
    text: String,
    /// Whether the row is done, so that what comes next belongs below it.
    is_row_done: bool,
}

impl Screen {
    fn add(&self, text: &str) -> io::Result<()> {
        let mut drawing = self.0.lock().map_err(|_| io::ErrorKind::Other)?;
        drawing.is_row_done = false;
        drawing.text.push_str(text);
        Ok(())
    }

    fn size() -> (u16, u16) {
        terminal_size_of(io::stderr()).map_or((80, 24), |(Width(width), Height(height))| (width, height))
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        Self::size().0
    }

    fn height(&self) -> u16 {
        Self::size().1
    }

    fn move_cursor_up(&self, rows: usize) -> io::Result<()> {
        if rows == 0 { Ok(()) } else { self.add(&format!("\x1b[{rows}A")) }
    }

    fn move_cursor_down(&self, rows: usize) -> io::Result<()> {
        if rows == 0 { Ok(()) } else { self.add(&format!("\x1b[{rows}B")) }
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        if columns == 0 { Ok(()) } else { self.add(&format!("\x1b[{columns}C")) }
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        if columns == 0 { Ok(()) } else { self.add(&format!("\x1b[{columns}D")) }
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.add(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut drawing = self.0.lock().map_err(|_| io::ErrorKind::Other)?;
        // The library ends a row by filling it.
        if text.bytes().all(|byte| byte == b' ') {
            drawing.is_row_done = true;
            return Ok(());
        }
        if std::mem::take(&mut drawing.is_row_done) {
            drawing.text.push('\n');
        }
        drawing.text.push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.add("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let text = std::mem::take(&mut self.0.lock().map_err(|_| io::ErrorKind::Other)?.text);
        let mut err = io::stderr().lock();
        // Of a terminal that is gone nobody can be told, and the library would panic.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
        Ok(())
    }
}
