//! What `doctor` found, check by check, for people and for programs.

use super::paint::paint_health;
use crate::terminal::Surface;
use crate::text::{wrapped, write_pretty_json};
use serde::Serialize;
use std::io::{self, Write};

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
