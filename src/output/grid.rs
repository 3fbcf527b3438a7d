//! Rows in columns, on a page of any width: only the last column is wrapped, and what has no room beside the others is
//! stacked below the first. Nothing is ever cut.

use super::page::Page;
use crate::text::wrapped;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io;
use textwrap::core::display_width;

/// Says how many rows are laid out at once, so that a long list costs time but no memory.
const CHUNK: usize = 200;

/// Says how many columns it takes: with fewer a wrapped text cannot be read.
const NARROWEST: usize = 24;

/// Limits the first column: a longer name would push the others off every screen.
const WIDEST: usize = 500;

/// Counts the blanks between two columns.
const GAP: usize = 2;

impl Page<'_> {
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
