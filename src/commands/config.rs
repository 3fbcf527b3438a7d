//! `config`: where the config file is, and which profiles there are. Never a secret.

use super::{Context, connect, report};
use crate::cli::{LOOKUP_FORMATS, Place};
use crate::output::{profiles, profiles_json};
use crate::settings::{Config, Key, OutputFormat};
use std::path::Path;

/// Runs `config path`.
pub(super) fn path(flag: Option<&Path>, context: &Context) -> anyhow::Result<u8> {
    let (path, _) = Config::path(flag, &context.environment)?;
    // As it is, for a script opens it.
    context.terminal.answer(|out| writeln!(out, "{}", path.display()));
    Ok(crate::exit::SUCCESS)
}

/// Runs `config list`.
pub(super) fn list(place: &Place, output: Option<&str>, context: &Context) -> anyhow::Result<u8> {
    let settings = connect::settings(place.flags().with(Key::Output, output), context)?;
    let format = settings.output("config list", LOOKUP_FORMATS)?;
    let lines = settings.profiles();
    if format == OutputFormat::Json {
        context.terminal.answer(|out| profiles_json(&lines, out));
    } else if lines.is_empty() {
        let shown = &settings.config().shown;
        context
            .terminal
            .progress(&format!("there are no profiles; {shown} would hold them, and the README has a first one"));
    } else {
        context.terminal.answer(|out| profiles(&lines, report::page(context), out));
    }
    Ok(crate::exit::SUCCESS)
}
