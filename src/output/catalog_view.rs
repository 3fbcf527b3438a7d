//! Entries of the catalog, and of the exit codes, for people.

use super::page::Page;
use crate::catalog::{CatalogEntry, EntryKind};
use crate::terminal::Surface;
use std::io::{self, Write};

/// Writes a block for each entry.
pub fn explanations(entries: &[&CatalogEntry], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(surface, out);
    for entry in entries {
        page.gap()?;
        page.title(&[page.surface.strong(entry.word), page.surface.faint(entry.kind.words())])?;
        page.field("means", entry.meaning)?;
        page.field_of("likely", entry.cause)?;
        page.field("do", entry.remedy)?;
        page.field_of("there", entry.afterwards)?;
        // A refused call and an exit code say nothing about sending again.
        if !matches!(entry.kind, EntryKind::ApiError | EntryKind::ExitCode) {
            page.field("again", entry.resend.words())?;
        }
        page.field_of("code", entry.same_as)?;
    }
    Ok(())
}
