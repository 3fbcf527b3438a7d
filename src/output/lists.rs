//! Profiles and settings as lists, for people and for programs.

use super::Page;
use super::grid::grid;
use super::paint::strong;
use crate::settings::{ProfileSummary, SettingLine};
use crate::text::{safe, write_pretty_json};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::io::{self, Write};

/// Writes a row a profile; the one in use has a `*`.
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
    let heads = ["", "PROFILE", "REGION", "CREDENTIALS", "FILE"];
    grid(heads, profiles.len(), |at| row(&profiles[at]), page, out)
}

/// Writes a row a setting: its value and where that came from.
pub fn settings(settings: &[SettingLine], page: Page, out: &mut dyn Write) -> io::Result<()> {
    let row = |line: &SettingLine| {
        let value = line.value.as_deref().map_or_else(|| "-".to_owned(), |value| safe(value).into_owned());
        [line.name.to_owned(), value, line.origin.clone()]
    };
    grid(["SETTING", "VALUE", "ORIGIN"], settings.len(), |at| row(&settings[at]), page, out)
}

/// Writes a list as one document, under its name.
pub fn list_json<T: Serialize>(name: &'static str, list: &[T], out: &mut dyn Write) -> io::Result<()> {
    write_pretty_json(&ListDocument { name, list }, out)?;
    writeln!(out)
}

/// A list under a name of its own.
struct ListDocument<'a, T> {
    name: &'static str,
    list: &'a [T],
}

impl<T: Serialize> Serialize for ListDocument<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("schema_version", &1)?;
        map.serialize_entry(self.name, self.list)?;
        map.end()
    }
}
