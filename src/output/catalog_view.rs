//! Entries of the catalog, and of the exit codes, for people and for programs.

use super::paint::{faint, strong};
use super::table::{field, title};
use crate::catalog::{CatalogEntry, EntryKind};
use crate::terminal::Surface;
use crate::text::write_pretty_json;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a block for each entry.
pub fn explanations(entries: &[&CatalogEntry], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        title(&[strong(surface.colour, entry.word), faint(surface.colour, entry.kind.words())], surface, out)?;
        field("means", entry.meaning, surface, out)?;
        if let Some(cause) = entry.cause {
            field("likely", cause, surface, out)?;
        }
        field("do", entry.remedy, surface, out)?;
        if let Some(afterwards) = entry.afterwards {
            field("there", afterwards, surface, out)?;
        }
        // A refused call and an exit code say nothing about sending again.
        if !matches!(entry.kind, EntryKind::ApiError | EntryKind::ExitCode) {
            field("again", entry.resend.words(), surface, out)?;
        }
        if let Some(code) = entry.same_as {
            field("code", code, surface, out)?;
        }
    }
    Ok(())
}

/// Writes the entries as one document.
pub fn explanations_json(entries: &[&CatalogEntry], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct EntriesDocument<'a, T> {
        schema_version: u8,
        entries: &'a [T],
    }
    write_pretty_json(&EntriesDocument { schema_version: 1, entries }, out)?;
    writeln!(out)
}
