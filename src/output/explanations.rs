//! What `explain` shows: entries of the catalog, and the exit codes, each in words as the catalog has them.

use super::page::Page;
use crate::catalog::{self, CatalogEntry, EntryKind, Resend};
use crate::terminal::Surface;
use std::io::{self, Write};

/// Lists every exit code, in the order in which the first that applies counts. Help and manual print it, `explain`
/// looks codes up in it, and the table of the topic `exit-codes` is held to it.
pub static EXIT_CODES: [CatalogEntry; 12] = [
    exit_code("130", "SIGINT (Ctrl-C); what is known is still reported", AFTER_A_SIGNAL),
    exit_code("143", "SIGTERM", AFTER_A_SIGNAL),
    exit_code("129", "SIGHUP", AFTER_A_SIGNAL),
    exit_code(
        "2",
        "wrong usage or configuration, told before any call",
        "read the error: it names the word that is wrong, and what to write instead",
    ),
    exit_code("1", "Failed", AFTER_A_FAILURE),
    exit_code("3", "PartialFailed; or ended by --fail-fast", AFTER_A_FAILURE),
    exit_code(
        "4",
        "credentials missing, refused or without permission; clock too wrong",
        "read the error: it names the key, the permission or the clock that is to be mended",
    ),
    exit_code(
        "5",
        "no usable answer, after retries; or output that cannot be written",
        "read the error, and ask again once its cause is gone: what became of the file is not known",
    ),
    exit_code(
        "6",
        "no such invocation, or no such node in it",
        "check the id, the region and the account: an id is known only where the file was sent from",
    ),
    exit_code("124", "not finished: watch ran out of time", WHILE_UNFINISHED),
    exit_code("8", "not finished: --exit-status, end of a recording, reader gone", WHILE_UNFINISHED),
    exit_code(
        "0",
        "Success; or an answer was printed and nobody asked for its verdict",
        "nothing: every node has the file, or the answer is there to be read",
    ),
];

const AFTER_A_SIGNAL: &str = "ask again: what the API had begun goes on without efloctl";
const AFTER_A_FAILURE: &str = "see which nodes failed and why, mend that, then send the file again to those nodes";
const WHILE_UNFINISHED: &str = "ask again, or give it more time: the nodes that are open have not failed";

const fn exit_code(word: &'static str, meaning: &'static str, remedy: &'static str) -> CatalogEntry {
    CatalogEntry { meaning, remedy, ..catalog::entry(EntryKind::ExitCode, word, Resend::Unknown) }
}

/// Writes a block for each entry.
pub fn explanations(entries: &[&CatalogEntry], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(surface, out);
    for entry in entries {
        page.gap()?;
        page.title(&[page.surface.strong(entry.word), page.surface.faint(entry.kind.words())])?;
        page.field("means", entry.meaning)?;
        page.field_of("likely", entry.cause)?;
        page.field("do", entry.remedy)?;
        page.field_of("there", entry.afterwards)?;
        // A refused call and an exit code say nothing about sending again.
        if !matches!(entry.kind, EntryKind::ApiError | EntryKind::ExitCode) {
            page.field("again", entry.resend.words())?;
        }
        page.field_of("code", entry.same_as)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit;

    #[test]
    fn exit_code_words_are_those_of_all_exit_codes_in_order() {
        assert_eq!(EXIT_CODES.map(|entry| entry.word.to_owned()), exit::ALL.map(|code| code.to_string()));
    }
}
