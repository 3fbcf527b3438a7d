//! What each status and error means, and what to do about it: for `explain`, for the report of errors, for the hint
//! under a failed call. Data alone, with a row for each word.

mod entries;
mod spelling;
#[cfg(test)]
mod tests;

use entries::{API_ERRORS, ERROR_CODES, ERROR_TEXTS, NO_ERROR, NODE_STATUSES, OVERALL_STATUSES, usual_wording};
use serde::Serialize;
use std::iter;

/// Says whether it helps to send the file again, unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resend {
    Yes,
    Later,
    AfterFix,
    No,
    Unknown,
}

impl Resend {
    /// Words the advice for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes, once: the cause may have passed",
            Self::Later => "yes, but wait some minutes first",
            Self::AfterFix => "only after the cause is gone",
            Self::No => "no: it would change nothing",
            Self::Unknown => "not known: see first what became of the file",
        }
    }
}

/// Says where a word stands in an answer. The same word may stand in several places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    OverallStatus,
    NodeStatus,
    ErrorCode,
    ErrorText,
    ApiError,
    /// A number that efloctl ends with; [`all`] has none of them.
    ExitCode,
}

impl EntryKind {
    /// Names the place for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::OverallStatus => "overall status",
            Self::NodeStatus => "node status",
            Self::ErrorCode => "error code",
            Self::ErrorText => "error text",
            Self::ApiError => "API error",
            Self::ExitCode => "exit code",
        }
    }
}

/// Explains one word. The sentences stand behind a label (`means`, `do`), so they begin with a small letter and end
/// without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogEntry {
    pub kind: EntryKind,
    pub word: &'static str,
    pub meaning: &'static str,
    pub cause: Option<&'static str>,
    pub remedy: &'static str,
    /// What is on the node afterwards, as far as the published source of the Cloud Assistant Agent tells.
    pub afterwards: Option<&'static str>,
    pub resend: Resend,
    /// The error code that says the same as this text.
    pub same_as: Option<&'static str>,
}

/// Errors of what stays the same when the same file is sent again: its name, path, content and mode.
const OF_THE_FILE: [&str; 4] = ["FileNameInvalid", "FilePathInvalid", "FileContentInvalid", "FileAuthorityInvalid"];

/// Begins a row. What follows names its parts, so that the tables read as sentences.
pub const fn entry(kind: EntryKind, word: &'static str, resend: Resend) -> CatalogEntry {
    CatalogEntry { kind, word, meaning: "", cause: None, remedy: "", afterwards: None, resend, same_as: None }
}

impl CatalogEntry {
    const fn means(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    const fn because(self, cause: &'static str) -> Self {
        Self { cause: Some(cause), ..self }
    }

    const fn remedy(self, remedy: &'static str) -> Self {
        Self { remedy, ..self }
    }

    const fn leaves(self, afterwards: &'static str) -> Self {
        Self { afterwards: Some(afterwards), ..self }
    }

    /// Says whether it is one of these error codes, or a text that says the same as one.
    pub fn is_any_of(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| spelling::same(code, self.same_as.unwrap_or(self.word)))
    }

    /// Says whether sending the same file to the same place again is pointless.
    pub fn is_beyond_resend(&self) -> bool {
        self.resend == Resend::No || self.is_any_of(&OF_THE_FILE)
    }
}

/// Gives every entry, in the order in which people read an answer: overall status, node status, error.
pub fn all() -> impl Iterator<Item = &'static CatalogEntry> {
    [OVERALL_STATUSES, NODE_STATUSES, ERROR_CODES, &*ERROR_TEXTS, API_ERRORS].into_iter().flatten()
}

/// Explains a pasted word or line, in any spelling. Gives several entries when a word has several meanings, and none
/// when it is unknown.
pub fn find(pasted: &str) -> Vec<&'static CatalogEntry> {
    let whole = named(pasted);
    if !whole.is_empty() {
        return whole;
    }
    let mentioned: Vec<_> = spelling::parts(pasted).flat_map(named).collect();
    // "Error: FileAlreadyExists" asks about the code. The word before it is a label here, though it is a status too.
    let errors_alone = mentioned.iter().any(|entry| names_error(entry));
    all().filter(|entry| mentioned.contains(entry) && (!errors_alone || names_error(entry))).collect()
}

/// Guesses the word that was meant by one that [`find`] does not know.
pub fn nearest(pasted: &str) -> Option<&'static str> {
    let words: Vec<_> = all().map(|entry| entry.word).collect();
    iter::once(pasted).chain(spelling::parts(pasted)).find_map(|part| spelling::nearest(part, &words))
}

/// Explains why a node failed: by its code, or by its text if the code is absent or unknown. "No error" explains
/// nothing.
pub fn node_error(code: Option<&str>, info: Option<&str>) -> Option<&'static CatalogEntry> {
    let by_code = code.and_then(|code| row(ERROR_CODES, code));
    // A text may be a code written in words: `File already exists`.
    let by_text = |info| row(&*ERROR_TEXTS, usual_wording(info)).or_else(|| row(ERROR_CODES, info));
    by_code.filter(|entry| names_error(entry)).or_else(|| by_text(info?).filter(|entry| names_error(entry)))
}

/// Explains the status of a node.
pub fn node_status(word: &str) -> Option<&'static CatalogEntry> {
    row(NODE_STATUSES, word)
}

/// Explains why a call failed. A code that is not listed belongs to the longest listed code that it begins with, up to
/// one of its dots: `Throttling.Other` to `Throttling`. `MissingInvokeId` and its like belong to `MissingParameter`.
pub fn api_error(code: &str) -> Option<&'static CatalogEntry> {
    let code = spelling::bare(code);
    if !spelling::is_one_code(code) {
        return row(API_ERRORS, code);
    }
    let lower = code.to_ascii_lowercase();
    let names_parameter = lower.strip_prefix("missing").is_some_and(|parameter| !parameter.is_empty());
    iter::successors(Some(code), |code| code.rsplit_once('.').map(|(head, _)| head))
        .chain(names_parameter.then_some("MissingParameter"))
        .find_map(|head| row(API_ERRORS, head))
}

/// Gives the entries of one word, in reading order.
fn named(word: &str) -> Vec<&'static CatalogEntry> {
    let (usual, refusal) = (usual_wording(word), api_error(word));
    let is_named = |entry: &CatalogEntry| match entry.kind {
        EntryKind::ApiError => refusal == Some(entry),
        _ => spelling::same(entry.word, usual),
    };
    all().filter(|entry| is_named(entry)).collect()
}

fn names_error(entry: &CatalogEntry) -> bool {
    let is_error = matches!(entry.kind, EntryKind::ErrorCode | EntryKind::ErrorText | EntryKind::ApiError);
    is_error && entry.word != NO_ERROR
}

fn row(rows: &'static [CatalogEntry], word: &str) -> Option<&'static CatalogEntry> {
    rows.iter().find(|entry| spelling::same(entry.word, word))
}
