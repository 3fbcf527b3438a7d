//! A page for people: the writer, the surface that it is shown on, and the kinds of lines that every view is made of.

use crate::terminal::Surface;
use crate::text::{wrapped, wrapped_below};
use std::io::{self, Write};

/// Writes lines onto a surface.
pub struct Page<'o> {
    pub surface: Surface,
    out: &'o mut dyn Write,
    is_empty: bool,
}

impl<'o> Page<'o> {
    /// Columns before the text of a field.
    pub const INDENT: usize = 9;

    /// Begins a page.
    pub fn new(surface: Surface, out: &'o mut dyn Write) -> Self {
        Page { surface, out, is_empty: true }
    }

    /// Gives the columns of the surface, or more than any line has where it has no limit.
    pub fn width(&self) -> usize {
        self.surface.width.unwrap_or(usize::MAX)
    }

    /// Writes a line as it is.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        self.is_empty = false;
        writeln!(self.out, "{line}")
    }

    /// Writes an empty line, if something stands above it.
    pub fn gap(&mut self) -> io::Result<()> {
        if self.is_empty { Ok(()) } else { writeln!(self.out) }
    }

    /// Writes a heading and what belongs to it: beside it, or below it where there is no room.
    pub fn title(&mut self, parts: &[String]) -> io::Result<()> {
        let lines = wrapped_below(&parts.join("  "), self.width(), "  ");
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Writes a text behind its label.
    pub fn field(&mut self, label: &str, text: &str) -> io::Result<()> {
        let lines = wrapped(text, self.width().saturating_sub(Self::INDENT).max(1));
        for (at, line) in lines.iter().enumerate() {
            let label = self.surface.faint(&format!("{:<7}", if at == 0 { label } else { "" }));
            self.line(&format!("  {label}{line}"))?;
        }
        Ok(())
    }

    /// Writes a text behind its label, if there is one.
    pub fn field_of(&mut self, label: &str, text: Option<impl AsRef<str>>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.field(label, text.as_ref()))
    }

    /// Writes a line that may be overlooked, such as one that counts what is not listed.
    pub fn note(&mut self, note: &str) -> io::Result<()> {
        wrapped(note, self.width()).iter().try_for_each(|line| self.line(&self.surface.faint(line)))
    }

    /// Writes a part into memory, so that its lines can be counted before it is put on the page.
    pub fn part(&self, write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> io::Result<String> {
        let mut bytes = Vec::new();
        write(&mut Page::new(self.surface, &mut bytes))?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// Writes a part that was written into memory.
    pub fn put(&mut self, part: &str) -> io::Result<()> {
        self.is_empty &= part.is_empty();
        self.out.write_all(part.as_bytes())
    }
}
