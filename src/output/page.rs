//! A page for people: the writer, the surface that it is shown on, and the kinds of lines that every view is made of.
//! Nothing on it is ever cut: a text is wrapped, and of rows in columns, which fit a page of any width, only the last
//! column is; what has no room beside the others is stacked below the first.

use crate::terminal::Surface;
use crate::text::{wrapped, wrapped_below};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io::{self, Write};
use textwrap::core::display_width;

/// Says how many rows are laid out at once, so that a long list costs time but no memory.
const CHUNK: usize = 200;

/// Says how many columns it takes: with fewer a wrapped text cannot be read.
const NARROWEST: usize = 24;

/// Limits the first column: a longer name would push the others off every screen.
const WIDEST: usize = 500;

/// Counts the blanks between two columns.
const GAP: usize = 2;

/// Writes lines onto a surface.
pub struct Page<'o> {
    pub surface: Surface,
    out: &'o mut dyn Write,
    is_empty: bool,
}

impl<'o> Page<'o> {
    /// Columns before the text of a field.
    pub const INDENT: usize = 9;

    /// Stands for a blank within a word of a field, at which no line is broken. No text from outside has this character
    /// once it is made safe.
    pub const NO_BREAK: &'static str = "\u{1f}";

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

    /// Writes a text behind its label. A word that is too long for that has a line of its own, so that no terminal
    /// breaks it.
    pub fn field(&mut self, label: &str, text: &str) -> io::Result<()> {
        let room = self.width().saturating_sub(Self::INDENT).max(1);
        for (at, line) in wrapped(text, room).iter().enumerate() {
            let (line, label) = (line.replace(Self::NO_BREAK, " "), if at == 0 { label } else { "" });
            if display_width(&line) <= room {
                self.line(&format!("  {}{line}", self.surface.faint(&format!("{label:<7}"))))?;
                continue;
            }
            if at == 0 {
                self.line(&format!("  {}", self.surface.faint(label)))?;
            }
            self.line(&line)?;
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

    /// Writes parts that were written into memory.
    pub fn put(&mut self, part: &str) -> io::Result<()> {
        self.out.write_all(part.as_bytes())
    }

    /// Writes `len` rows below their heads. The cells may be coloured already. A column without any value is left out.
    /// Where the columns have no room the rows are stacked, with numbers beside their heads.
    pub fn grid<const N: usize>(
        &mut self,
        heads: [&str; N],
        len: usize,
        row: impl Fn(usize) -> [String; N],
    ) -> io::Result<()> {
        let mut widths = [0; N];
        for at in 0..len {
            for (width, cell) in widths.iter_mut().zip(row(at)) {
                *width = display_width(&cell).max(*width);
            }
        }
        let shown: Vec<usize> = (0..N).filter(|&column| widths[column] > 0).collect();
        let Some((&last, fixed)) = shown.split_last() else { return Ok(()) };
        let width = |column: usize| widths[column].max(display_width(heads[column]));
        let room = self.width().saturating_sub(fixed.iter().map(|&column| width(column) + GAP).sum());
        if room < NARROWEST.min(width(last)) || widths[0] > WIDEST {
            return (0..len).try_for_each(|at| self.stacked(heads, &row(at), &shown));
        }
        let narrow = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
        for start in (0..len).step_by(CHUNK) {
            let mut table = Table::new();
            table.force_no_tty().load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
            if start == 0 {
                table.set_header(shown.iter().map(|&column| self.surface.faint(heads[column])));
            }
            for at in start..len.min(start + CHUNK) {
                let mut cells = row(at);
                cells[last] = wrapped(&cells[last], room).join("\n");
                table.add_row(shown.iter().map(|&column| std::mem::take(&mut cells[column])));
            }
            let constraint = |&column: &usize| ColumnConstraint::Absolute(Width::Fixed(narrow(width(column) + GAP)));
            table.set_constraints(fixed.iter().map(constraint));
            for column in table.column_iter_mut() {
                column.set_padding((0, narrow(GAP)));
            }
            for line in table.lines() {
                self.line(line.trim_end())?;
            }
        }
        Ok(())
    }

    /// Writes one row over several lines: its name, then the words, then the last cell if it is a text.
    fn stacked<const N: usize>(&mut self, heads: [&str; N], row: &[String; N], shown: &[usize]) -> io::Result<()> {
        let mut cells = shown.iter().map(|&column| (heads[column], &row[column])).filter(|(_, cell)| !cell.is_empty());
        let Some((_, name)) = cells.next() else { return Ok(()) };
        self.line(name)?;
        let (short, long): (Vec<_>, Vec<_>) =
            cells.partition(|(head, cell)| *head != heads[N - 1] || !cell.contains(' '));
        let labelled = |(head, cell): &(&str, &String)| {
            let is_number = cell.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { format!("{cell} {}", head.to_ascii_lowercase()) } else { (*cell).clone() }
        };
        let short = short.iter().map(labelled).collect::<Vec<_>>().join("  ");
        for (indent, text) in [(2, &short)].into_iter().chain(long.iter().map(|(_, text)| (4, *text))) {
            let lines = wrapped(text, self.width().saturating_sub(indent).max(1));
            for line in lines.iter().filter(|line| !line.is_empty()) {
                self.line(&format!("{:indent$}{line}", ""))?;
            }
        }
        Ok(())
    }
}
