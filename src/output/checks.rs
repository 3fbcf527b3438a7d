//! What `doctor` found, a line a check, for people and for programs.

use super::paint::{faint, mark, strong};
use crate::terminal::Surface;
use crate::text::{wrapped, write_pretty_json};
use serde::Serialize;
use std::io::{self, Write};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Ok,
    Warn,
    Fail,
}

/// One check. All its text is safe to show.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was checked: `credentials`.
    pub name: &'static str,
    pub health: Health,
    /// What was found.
    pub detail: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The exit code that a failure stands for.
    pub exit_code: Option<u8>,
}

/// Writes a line a check, its remedy below.
pub fn checks(checks: &[Check], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    const INDENT: usize = 19;
    let width = surface.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(24));
    for check in checks {
        let (word, health) = match check.health {
            Health::Ok => ("ok", check.health),
            Health::Warn => ("warn", check.health),
            Health::Fail => ("FAIL", check.health),
        };
        let word = mark(surface.colour, &format!("{word:<4}"), health);
        for (at, line) in check.detail.lines().flat_map(|line| wrapped(line, width)).enumerate() {
            if at == 0 {
                writeln!(out, "{word}  {}  {line}", strong(surface.colour, &format!("{:<11}", check.name)))?;
            } else {
                writeln!(out, "{:INDENT$}{line}", "")?;
            }
        }
        let remedy = check.remedy.iter().flat_map(|remedy| remedy.lines()).flat_map(|line| wrapped(line, width));
        for line in remedy {
            writeln!(out, "{:INDENT$}{}", "", faint(surface.colour, &line))?;
        }
    }
    Ok(())
}

/// Writes them as one document.
pub fn checks_json(checks: &[Check], exit_code: u8, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct ChecksDocument<'a> {
        schema_version: u8,
        exit_code: u8,
        checks: &'a [Check],
    }
    write_pretty_json(&ChecksDocument { schema_version: 1, exit_code, checks }, out)?;
    writeln!(out)
}
