//! `man`: writes the manual pages, each whole or not at all.

use super::Context;
use crate::cli;
use crate::fault::{Fault, Kind};
use crate::files::write_whole;
use std::path::Path;

/// Runs `man`. The folder is made where it is missing, as `mkdir -p` does: packages write into one that is new.
pub(super) fn man(folder: &Path, context: &Context) -> anyhow::Result<u8> {
    let shown = context.environment.shown(folder);
    std::fs::create_dir_all(folder).map_err(|e| {
        Fault::usage(format!("the folder {shown} cannot be made: {e}")).hint("name one that you may write into")
    })?;
    let pages = cli::manual_pages()?;
    for page in &pages {
        write_whole(&folder.join(&page.file), page.text.as_bytes(), 0o644).map_err(|e| {
            Fault::new(Kind::Output, format!("the page {} cannot be written into {shown}: {e}", page.file))
                .hint("name a folder that you may write into, on a disk with room")
        })?;
    }
    context.terminal.progress(&format!("{} manual pages are in {shown}", pages.len()));
    Ok(crate::exit::SUCCESS)
}
