//! Rows in columns, on a surface of any width: only the last column is wrapped, and what has no room beside the others is
//! stacked below the first. Nothing is ever cut.

use super::paint::faint;
use crate::terminal::Surface;
use crate::text::wrapped;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use std::io::{self, Write};
use textwrap::core::display_width;

/// Rows that are laid out at once, so that a long list costs time but no memory.
const CHUNK: usize = 200;

/// With fewer columns than these a text that is wrapped cannot be read.
const NARROWEST: usize = 24;

/// The first column is no wider: a name like that would only push the others off every screen.
const WIDEST: usize = 500;

/// What stands between two columns.
const GAP: usize = 2;

/// Writes so many rows below their heads. Colour may be in them already. A column that has no value anywhere is left
/// out. Where they are stacked, numbers stand beside their heads.
pub(super) fn grid<const N: usize>(
    heads: [&str; N],
    len: usize,
    row: impl Fn(usize) -> [String; N],
    surface: Surface,
    out: &mut dyn Write,
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
    let before: usize = fixed.iter().map(|&column| width(column) + GAP).sum();
    let room = surface.width.map(|surface| surface.saturating_sub(before));
    let is_crowded = room.is_some_and(|room| room < NARROWEST.min(width(last)));
    if is_crowded || widths[0] > WIDEST {
        return (0..len).try_for_each(|at| stacked(heads, &row(at), &shown, surface, out));
    }
    for start in (0..len).step_by(CHUNK) {
        let mut table = Table::new();
        table.force_no_tty().load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if start == 0 {
            table.set_header(shown.iter().map(|&column| faint(surface.colour, heads[column])));
        }
        for at in start..len.min(start + CHUNK) {
            let mut cells = row(at);
            if let Some(room) = room {
                cells[last] = wrapped(&cells[last], room).join("\n");
            }
            table.add_row(shown.iter().map(|&column| std::mem::take(&mut cells[column])));
        }
        let constraint = |&column: &usize| ColumnConstraint::Absolute(Width::Fixed(narrow(width(column) + GAP)));
        table.set_constraints(fixed.iter().map(constraint));
        for column in table.column_iter_mut() {
            column.set_padding((0, narrow(GAP)));
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// One row, a line for its name, one for what is short, then the text.
fn stacked<const N: usize>(
    heads: [&str; N],
    row: &[String; N],
    shown: &[usize],
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = surface.width.unwrap_or(usize::MAX);
    let mut cells = shown.iter().map(|&column| (heads[column], &row[column])).filter(|(_, cell)| !cell.is_empty());
    let Some((_, name)) = cells.next() else { return Ok(()) };
    writeln!(out, "{name}")?;
    let (short, long): (Vec<_>, Vec<_>) = cells.partition(|(head, _)| *head != heads[N - 1]);
    let labelled = |(head, cell): &(&str, &String)| {
        let is_number = cell.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { format!("{cell} {}", head.to_ascii_lowercase()) } else { (*cell).clone() }
    };
    let short = short.iter().map(labelled).collect::<Vec<_>>().join("  ");
    for (indent, text) in [(2, &short)].into_iter().chain(long.iter().map(|(_, text)| (4, *text))) {
        for line in wrapped(text, width.saturating_sub(indent).max(1)).iter().filter(|line| !line.is_empty()) {
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    Ok(())
}
