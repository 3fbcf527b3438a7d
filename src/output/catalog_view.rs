//! The catalog for people and for programs.

use super::paint::{faint, strong};
use super::table::{field, title};
use crate::catalog::{CatalogEntry, EntryKind, Resend};
use crate::terminal::Surface;
use crate::text::write_pretty_json;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a block an entry.
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
        // A call that was refused says nothing about the file.
        if entry.kind != EntryKind::ApiError {
            field("again", entry.resend.words(), surface, out)?;
        }
        if let Some(code) = entry.same_as {
            field("code", code, surface, out)?;
        }
    }
    Ok(())
}

/// An exit code of ours, with the keys of an entry of the catalog.
#[derive(Serialize)]
pub struct ExitCode {
    kind: &'static str,
    word: String,
    meaning: &'static str,
    cause: Option<&'static str>,
    remedy: &'static str,
    afterwards: Option<&'static str>,
    resend: Resend,
    same_as: Option<&'static str>,
}

impl ExitCode {
    pub fn new(code: u8, meaning: &'static str, remedy: &'static str) -> Self {
        let (cause, afterwards, same_as) = (None, None, None);
        let (word, resend) = (code.to_string(), Resend::Unknown);
        ExitCode { kind: "exit_code", word, meaning, cause, remedy, afterwards, resend, same_as }
    }

    /// Writes it as a block of the catalog.
    pub fn write(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        title(&[strong(surface.colour, &self.word), faint(surface.colour, "exit code")], surface, out)?;
        field("means", self.meaning, surface, out)?;
        field("do", self.remedy, surface, out)
    }
}

/// Writes the entries as one document.
pub fn explanations_json(entries: &[impl Serialize], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct EntriesDocument<'a, T> {
        schema_version: u8,
        entries: &'a [T],
    }
    write_pretty_json(&EntriesDocument { schema_version: 1, entries }, out)?;
    writeln!(out)
}
