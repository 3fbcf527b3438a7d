//! Profiles and settings as lists, for people and for programs.

use super::page::Page;
use crate::send::{Ledger, SendState};
use crate::settings::{ProfileSummary, SettingLine};
use crate::terminal::Surface;
use crate::text::{safe, write_pretty_json};
use serde::ser::{Serialize, SerializeStruct, Serializer};
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

/// Shows a send as it is listed. Nothing of it is safe to show yet.
pub struct SentLine(pub SendState);

impl Serialize for SentLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ledger { plan, verdict, .. } = &self.0.ledger;
        let mut fields = serializer.serialize_struct("Send", 12)?;
        fields.serialize_field("send_id", &plan.send_id)?;
        fields.serialize_field("sent_at", &plan.planned_at)?;
        fields.serialize_field("file", &plan.file)?;
        fields.serialize_field("sha256", &plan.sha256)?;
        fields.serialize_field("name", &plan.target.name)?;
        fields.serialize_field("target_dir", &plan.target.target_dir)?;
        fields.serialize_field("nodes", &plan.nodes.len())?;
        fields.serialize_field("region", &plan.region)?;
        fields.serialize_field("endpoint", &plan.endpoint)?;
        fields.serialize_field("profile", &plan.profile)?;
        fields.serialize_field("running", &self.0.is_running)?;
        fields.serialize_field("verdict", verdict)?;
        fields.end()
    }
}

/// Writes a row a send.
pub fn sends(sends: &[SentLine], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let row = |SentLine(state): &SentLine| {
        let Ledger { plan, verdict, .. } = &state.ledger;
        let when: String = plan.planned_at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let verdict = verdict.as_deref().unwrap_or(if state.is_running { "running" } else { "-" });
        let place = plan.region.as_deref().or(plan.endpoint.as_deref()).unwrap_or("-");
        let shown = |text: &str| safe(text).into_owned();
        [
            shown(&when),
            surface.strong(&safe(&plan.send_id)),
            shown(verdict),
            plan.nodes.len().to_string(),
            shown(place),
            shown(&plan.file),
            shown(&plan.target.path()),
        ]
    };
    let heads = ["WHEN (UTC)", "SEND", "VERDICT", "NODES", "REGION", "FILE", "TO"];
    Page::new(surface, out).grid(heads, sends.len(), |at| row(&sends[at]))
}

/// Writes a value as one document, under its name.
pub fn named_json(name: &'static str, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct NamedDocument<'a, T> {
        schema_version: u8,
        #[serde(flatten)]
        value: BTreeMap<&'static str, &'a T>,
    }
    write_pretty_json(&NamedDocument { schema_version: 1, value: BTreeMap::from([(name, value)]) }, out)
}
