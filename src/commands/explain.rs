//! `explain`: the catalog, offline.

use super::Context;
use crate::catalog;
use crate::cli::{Explain, LOOKUP_FORMATS};
use crate::fault::Fault;
use crate::output::{explanations, explanations_json};
use crate::settings::OutputFormat;
use crate::text::safe;

/// Runs `explain`.
pub(super) fn explain(args: &Explain, context: &Context) -> anyhow::Result<u8> {
    let format = context.format_without_file(args.output.as_deref(), LOOKUP_FORMATS)?;
    let pasted = args.words.join(" ");
    let entries: Vec<_> = if args.words.is_empty() { catalog::all().collect() } else { catalog::find(&pasted) };
    if entries.is_empty() {
        let fault = Fault::usage(format!("\"{}\" is not in the catalog", safe(&pasted)));
        let hint = match catalog::nearest(&pasted) {
            Some(word) => format!("did you mean {word}?"),
            None => "efloctl explain lists all it knows".to_owned(),
        };
        return Err(fault.hint(hint).into());
    }
    if format == OutputFormat::Json {
        context.terminal.answer(|out| explanations_json(&entries, out));
    } else {
        context.terminal.answer(|out| explanations(&entries, context.page(), out));
    }
    Ok(crate::exit::SUCCESS)
}
