//! The catalog for people and for programs.

use super::Page;
use super::paint::{faint, strong};
use super::table::{field, title};
use crate::catalog::{Entry, Kind};
use crate::text::write_pretty_json;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a block an entry.
pub fn explanations(entries: &[&Entry], page: Page, out: &mut dyn Write) -> io::Result<()> {
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        title(&[strong(page.colour, entry.word), faint(page.colour, entry.kind.words())], page, out)?;
        field("means", entry.meaning, page, out)?;
        if let Some(cause) = entry.cause {
            field("likely", cause, page, out)?;
        }
        field("do", entry.remedy, page, out)?;
        if let Some(afterwards) = entry.afterwards {
            field("there", afterwards, page, out)?;
        }
        // A call that was refused says nothing about the file.
        if entry.kind != Kind::ApiError {
            field("again", entry.resend.words(), page, out)?;
        }
        if let Some(code) = entry.same_as {
            field("code", code, page, out)?;
        }
    }
    Ok(())
}

/// Writes the entries as one document.
pub fn explanations_json(entries: &[&Entry], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct EntriesDocument<'a> {
        schema_version: u8,
        entries: &'a [&'a Entry],
    }
    write_pretty_json(&EntriesDocument { schema_version: 1, entries }, out)?;
    writeln!(out)
}
