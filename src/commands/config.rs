//! `config`: where the config file is, and which profiles there are. Never a secret.

use super::{Context, connect};
use crate::cli::{ConnectionArgs, ProfileArgs};
use crate::output::{named_json, profiles, settings_table};
use crate::settings::{Config, OutputFormat};
use crate::text::safe;
use std::io::{self, Write};
use std::path::Path;

/// Runs `config path`.
pub(super) fn path(flag: Option<&Path>, context: &Context) -> anyhow::Result<u8> {
    let (path, _) = Config::path(flag, &context.environment)?;
    context.terminal.answer(|out| path_line(&path, context, out));
    Ok(crate::exit::SUCCESS)
}

/// Writes a path: as it is for a script that opens it, safe to show on a terminal.
pub(super) fn path_line(path: &Path, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let shown = path.to_string_lossy();
    match context.terminal.stdout().width {
        Some(_) => writeln!(out, "{}", safe(&shown)),
        None => writeln!(out, "{}", path.display()),
    }
}

/// Runs `config list`.
pub(super) fn list(place: &ProfileArgs, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(place.flags(), context)?;
    let format = context.format(&settings)?;
    let lines = settings.profiles();
    let unreadable = settings.official.profiles().err();
    if let Some(fault) = &unreadable {
        context.terminal.warn(&fault.message);
    }
    if format == OutputFormat::Json {
        context.terminal.answer(|out| named_json("profiles", &lines, out));
    } else if lines.is_empty() {
        let shown = &settings.config.shown;
        let others = if unreadable.is_some() { "no other profiles" } else { "no profiles" };
        context
            .terminal
            .progress(&format!("efloctl: there are {others}; efloctl config init writes a first one to {shown}"));
    } else {
        context.terminal.answer(|out| profiles(&lines, context.terminal.stdout(), out));
    }
    Ok(crate::exit::SUCCESS)
}

/// Runs `config show`.
pub(super) fn show(connection: &ConnectionArgs, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(connection.flags(), context)?;
    let format = context.format(&settings)?;
    let lines = settings.shown()?;
    context.terminal.answer(|out| match format {
        OutputFormat::Json => named_json("settings", &lines, out),
        _ => settings_table(&lines, context.terminal.stdout(), out),
    });
    Ok(crate::exit::SUCCESS)
}
