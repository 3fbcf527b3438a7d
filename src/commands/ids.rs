//! The ids that a command is about: words of the command line, or lines of standard input.

use crate::cli::{self, IdArgs};
use crate::fault::Fault;
use crate::files;
use crate::invocation::InvokeId;
use crate::text::trimmed;
use std::collections::HashSet;
use std::path::Path;

/// Reads the ids, each once, in the order given. `-` stands for the lines of standard input.
///
/// # Errors
/// An id is blank, for then most often a variable was not set; or standard input holds no id.
pub(super) fn invoke_ids(args: &IdArgs) -> Result<Vec<InvokeId>, Fault> {
    let recording_is_stdin = args.from.as_deref() == Some(Path::new("-"));
    let mut ids = Vec::new();
    for word in &args.ids {
        if word != "-" {
            ids.push(invoke_id(word, "an ID")?);
        } else if !recording_is_stdin {
            let lines = files::read_all(None).and_then(files::text);
            let lines = lines.map_err(|e| Fault::usage(format!("standard input cannot be read: {e}")))?;
            if trimmed(&lines).is_empty() {
                return Err(Fault::usage("standard input holds no ID").hint("write one InvokeId a line"));
            }
            for (at, line) in lines.lines().enumerate() {
                ids.push(invoke_id(line, &format!("line {} of standard input", at + 1))?);
            }
        }
    }
    let mut known = HashSet::new();
    ids.retain(|id| known.insert(id.clone()));
    Ok(ids)
}

fn invoke_id(word: &str, what: &str) -> Result<InvokeId, Fault> {
    // The path of a send's log.
    if word.contains('/') {
        return Ok(InvokeId::new(word));
    }
    cli::id(word).map(|id| InvokeId::new(&id)).map_err(|(why, hint)| Fault::usage(format!("{what} {why}")).hint(hint))
}
