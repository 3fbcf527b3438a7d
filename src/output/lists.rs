//! Profiles and settings as lists, for people and for programs.

use super::Page;
use super::paint::{faint, strong};
use crate::settings::{ProfileSummary, SettingLine};
use crate::text::{safe, write_pretty_json};
use comfy_table::{ContentArrangement, Table, presets};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::io::{self, Write};

/// Writes a row a profile; the one in use has a `*`.
///
/// # Errors
/// The writer's own.
pub fn profiles(profiles: &[ProfileSummary], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let row = |profile: &ProfileSummary| {
        let name = safe(&profile.name);
        [
            if profile.in_use { "*".to_owned() } else { String::new() },
            if profile.in_use { strong(page.colour, &name) } else { name.into_owned() },
            profile.region.as_deref().map_or_else(|| "-".to_owned(), |region| safe(region).into_owned()),
            profile.credentials.clone(),
            profile.file.clone(),
        ]
    };
    rows(["", "PROFILE", "REGION", "CREDENTIALS", "FILE"], profiles.iter().map(row), page, out)
}

/// Writes a row a setting: its value and where that came from.
///
/// # Errors
/// The writer's own.
pub fn settings(settings: &[SettingLine], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let row = |line: &SettingLine| {
        let value = line.value.as_deref().map_or_else(|| "-".to_owned(), |value| safe(value).into_owned());
        [line.name.to_owned(), value, line.origin.clone()]
    };
    rows(["SETTING", "VALUE", "ORIGIN"], settings.iter().map(row), page, out)
}

/// Writes a list as one document, under its name.
///
/// # Errors
/// The writer's own.
pub fn list_json<T: Serialize>(name: &'static str, list: &[T], out: &mut dyn Write) -> io::Result<()> {
    write_pretty_json(&Document { name, list }, out)?;
    writeln!(out)
}

/// A list under a name of its own.
struct Document<'a, T> {
    name: &'static str,
    list: &'a [T],
}

impl<T: Serialize> Serialize for Document<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("schema_version", &1)?;
        map.serialize_entry(self.name, self.list)?;
        map.end()
    }
}

fn rows<const N: usize>(
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    page: Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = Table::new();
    table.force_no_tty().load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head.map(|head| faint(page.colour, head)));
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
