//! The catalog for people and for programs.

use super::Page;
use super::paint::{faint, strong};
use super::table::field;
use crate::catalog::{Entry, Kind};
use crate::text::write_pretty_json;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a block an entry; of a whole catalog, under a heading a kind.
///
/// # Errors
/// The writer's own.
pub fn explanations(entries: &[&Entry], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut last: Option<Kind> = None;
    for entry in entries {
        if last.is_some() {
            writeln!(out)?;
        }
        last = Some(entry.kind);
        writeln!(out, "{}  {}", strong(page.colour, entry.word), faint(page.colour, entry.kind.words()))?;
        field("means", entry.meaning, page, out)?;
        if let Some(cause) = entry.cause {
            field("likely", cause, page, out)?;
        }
        field("do", entry.remedy, page, out)?;
        field("again", entry.resend.words(), page, out)?;
        if let Some(code) = entry.same_as {
            field("code", code, page, out)?;
        }
    }
    Ok(())
}

/// Writes the entries as one document.
///
/// # Errors
/// The writer's own.
pub fn explanations_json(entries: &[&Entry], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: u8,
        entries: &'a [&'a Entry],
    }
    write_pretty_json(&Document { schema_version: 1, entries }, out)?;
    writeln!(out)
}
