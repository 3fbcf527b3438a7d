//! Profiles and settings as lists, for people and for programs.

use super::page::Page;
use crate::settings::{ProfileSummary, SettingLine};
use crate::terminal::Surface;
use crate::text::{safe, write_pretty_json};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes a row a profile; the one in use has a `*`.
pub fn profiles(profiles: &[ProfileSummary], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let row = |profile: &ProfileSummary| {
        let name = safe(&profile.name);
        [
            if profile.in_use { "*".to_owned() } else { String::new() },
            if profile.in_use { surface.strong(&name) } else { name.into_owned() },
            profile.region.as_deref().map_or_else(|| "-".to_owned(), |region| safe(region).into_owned()),
            profile.credentials.clone(),
            profile.file.clone(),
        ]
    };
    let heads = ["", "PROFILE", "REGION", "CREDENTIALS", "FILE"];
    Page::new(surface, out).grid(heads, profiles.len(), |at| row(&profiles[at]))
}

/// Writes a row a setting: its value and where that came from.
pub fn settings_table(settings: &[SettingLine], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let row = |line: &SettingLine| {
        let value = line.value.as_deref().map_or_else(|| "-".to_owned(), |value| safe(value).into_owned());
        [line.name.to_owned(), value, line.origin.clone()]
    };
    Page::new(surface, out).grid(["SETTING", "VALUE", "ORIGIN"], settings.len(), |at| row(&settings[at]))
}

/// Holds a send as it is listed. Nothing of it is safe to show yet.
#[derive(Clone, Debug, Serialize)]
pub struct SentLine {
    pub send_id: String,
    pub sent_at: String,
    pub file: String,
    pub sha256: String,
    pub name: String,
    pub target_dir: String,
    pub nodes: usize,
    pub region: Option<String>,
    pub endpoint: Option<String>,
    pub profile: Option<String>,
    /// Whether somebody sends or waits.
    pub running: bool,
    /// What it ended with, if it did.
    pub verdict: Option<String>,
}

/// Writes a row a send.
pub fn sends(sends: &[SentLine], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let row = |line: &SentLine| {
        let when: String = line.sent_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let verdict = line.verdict.as_deref().unwrap_or(if line.running { "running" } else { "-" });
        let place = line.region.as_deref().or(line.endpoint.as_deref()).unwrap_or("-");
        let shown = |text: &str| safe(text).into_owned();
        [
            shown(&when),
            surface.strong(&safe(&line.send_id)),
            shown(verdict),
            line.nodes.to_string(),
            shown(place),
            shown(&line.file),
            shown(&format!("{}/{}", line.target_dir.trim_end_matches('/'), line.name)),
        ]
    };
    let heads = ["WHEN (UTC)", "SEND", "VERDICT", "NODES", "REGION", "FILE", "TO"];
    Page::new(surface, out).grid(heads, sends.len(), |at| row(&sends[at]))
}

/// Writes a value as one document, under its name.
pub fn named_json(name: &'static str, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct NamedDocument<'a, T> {
        schema_version: u8,
        #[serde(flatten)]
        value: BTreeMap<&'static str, &'a T>,
    }
    write_pretty_json(&NamedDocument { schema_version: 1, value: BTreeMap::from([(name, value)]) }, out)
}
