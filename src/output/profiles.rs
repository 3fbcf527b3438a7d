//! The list of profiles, for people and for programs.

use super::Page;
use super::paint::{faint, strong};
use crate::settings::ProfileSummary;
use crate::text::{safe, write_pretty_json};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a row a profile; the one in use has a `*`.
///
/// # Errors
/// The writer's own.
pub fn profiles(profiles: &[ProfileSummary], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.force_no_tty().load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["", "PROFILE", "REGION", "CREDENTIALS", "FILE"].map(|head| faint(page.colour, head)));
    for profile in profiles {
        let name = safe(&profile.name);
        table.add_row([
            if profile.in_use { "*".to_owned() } else { String::new() },
            if profile.in_use { strong(page.colour, &name) } else { name.into_owned() },
            profile.region.as_deref().map_or_else(|| "-".to_owned(), |region| safe(region).into_owned()),
            profile.credentials.clone(),
            profile.file.clone(),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes them as one document.
///
/// # Errors
/// The writer's own.
pub fn profiles_json(profiles: &[ProfileSummary], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: u8,
        profiles: &'a [ProfileSummary],
    }
    write_pretty_json(&Document { schema_version: 1, profiles }, out)?;
    writeln!(out)
}
