//! `explain`: the catalog and our exit codes, offline.

use super::Context;
use crate::catalog::{self, CatalogEntry};
use crate::exit;
use crate::fault::Fault;
use crate::output::{EXIT_CODES, explanations, named_json};
use crate::settings::OutputFormat;
use crate::text::safe;

/// Runs `explain`.
pub(super) fn explain(words: &[String], context: &Context) -> anyhow::Result<u8> {
    let format = context.format_without_file()?;
    let pasted = words.join(" ");
    let entries: Vec<_> = match exit_code(&pasted) {
        Some(code) => vec![code],
        None if words.is_empty() => catalog::all().collect(),
        None => catalog::find(&pasted),
    };
    if entries.is_empty() {
        let fault = Fault::usage(format!("\"{}\" is not in the catalog", safe(&pasted)));
        let hint = match catalog::nearest(&pasted) {
            Some(word) => format!("did you mean {word}?"),
            None => "efloctl explain lists all it knows".to_owned(),
        };
        return Err(fault.hint(hint).into());
    }
    if format == OutputFormat::Json {
        context.terminal.answer(|out| named_json("entries", &entries, out));
    } else {
        context.terminal.answer(|out| explanations(&entries, context.terminal.stdout(), out));
    }
    Ok(exit::SUCCESS)
}

/// Finds the exit code that is meant by `5`, `exit 5` or `exit code 5`.
fn exit_code(pasted: &str) -> Option<&'static CatalogEntry> {
    let is_no_label = |word: &&str| !["exit", "code", "status"].iter().any(|label| word.eq_ignore_ascii_case(label));
    let words = pasted.split(|c: char| c.is_whitespace() || ":=\"',.".contains(c)).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.filter(is_no_label).collect();
    let [number] = words[..] else { return None };
    EXIT_CODES.iter().find(|code| code.word == number)
}
