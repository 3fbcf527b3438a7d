//! Profiles, settings, sends and the checks of `doctor` as lists, for people and for programs.

use super::page::Page;
use super::paint::paint_health;
use crate::send::{Ledger, SendState};
use crate::settings::{ProfileSummary, SettingLine};
use crate::terminal::Surface;
use crate::text::{safe, wrapped, write_pretty_json};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
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
impl Serialize for SendState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ledger { plan, verdict, .. } = &self.ledger;
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
        fields.serialize_field("running", &self.is_running)?;
        fields.serialize_field("verdict", verdict)?;
        fields.end()
    }
}

/// Writes a row a send.
pub fn sends(sends: &[SendState], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let row = |state: &SendState| {
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
    #[derive(Serialize)]
    struct NamedDocument<'a, T> {
        schema_version: u8,
        #[serde(flatten)]
        value: BTreeMap<&'static str, &'a T>,
    }
    write_pretty_json(&NamedDocument { schema_version: 1, value: BTreeMap::from([(name, value)]) }, out)
}

/// Says how a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Ok,
    Warn,
    Fail,
}

/// Says what one check found. All its text is safe to show.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was checked: `credentials`.
    pub name: &'static str,
    pub health: Health,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The exit code that `doctor` ends with if it failed.
    pub exit_code: Option<u8>,
}

/// Writes a line for each check, and its remedy below.
pub fn checks(checks: &[Check], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    const INDENT: usize = 19;
    let width = surface.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(24));
    let lines = |text: &str| text.lines().flat_map(|line| wrapped(line, width)).collect::<Vec<_>>();
    for check in checks {
        let name = surface.strong(&format!("{:<11}", check.name));
        let mut before = format!("{}  {name}  ", paint_health(surface.colour, check.health));
        let remedy = lines(check.remedy.as_deref().unwrap_or_default());
        let remedy = remedy.iter().map(|line| surface.faint(line));
        for line in lines(&check.detail).into_iter().chain(remedy) {
            writeln!(out, "{before}{line}")?;
            before = " ".repeat(INDENT);
        }
    }
    Ok(())
}

/// Writes the checks as one document.
pub fn checks_json(checks: &[Check], exit_code: u8, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct ChecksDocument<'a> {
        schema_version: u8,
        exit_code: u8,
        checks: &'a [Check],
    }
    write_pretty_json(&ChecksDocument { schema_version: 1, exit_code, checks }, out)
}
