//! Text that a stranger wrote, in every field that comes from outside and through every output: nothing of it acts on
//! a terminal or commands a runner, none of it makes a line of its own, and JSON loses nothing of it.
//!
//! Each run is made twice: with hostile text, and with tame text of the same shape. Both must have the same lines.

mod answers;
#[cfg(unix)]
mod screen;
mod sizes;
mod strangers;
mod words;

use crate::support::answers::Answer;
use crate::support::cli::Run;
use serde_json::{Value, json};

/// What acts instead of being read: escape sequences, controls, bidi, what cannot be seen, no characters.
const ACTING: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{0}\u{8}\u{b}\u{c}\u{7f}\u{80}\u{202e}\u{2066}\u{200b}\u{200d}\u{ad}\
                      \u{e0041}\u{e0100}\u{fdd0}\u{ffff}\u{10ffff}\u{115f}\u{3164}\u{fe0f}\u{fff9}\u{1d173}\u{feff}";
/// What ends a line, here or elsewhere.
const ENDING: &str = "\r\n\u{b}\u{c}\u{85}\u{2028}\u{2029}";
/// What a runner, a Markdown page or an XML reader would obey.
const COMMANDS: &str = "::error::owned ##[error]owned ##vso[task.complete]owned ##teamcity[owned] %0A::error::owned \
                        <b>&amp;</b>]]>--><!-- \"'`*_~|# [x](http://evil.invalid) \\ {}";

/// How a text is written: as an attacker would, or as anybody.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hand {
    Hostile,
    Tame,
}

impl Hand {
    /// A text of this hand around a mark of its own.
    fn write(self, mark: &str) -> String {
        match self {
            Hand::Tame => format!("{mark} tame"),
            Hand::Hostile => {
                format!(
                    "{mark}{ACTING}{ENDING}::error::{mark}\n##[error]{mark}\nefloctl: error: {mark}\t{COMMANDS}\n{{\"x\":1}}"
                )
            }
        }
    }

    /// One answer with such text in every field. Its nodes are one that failed and one with a word off the API page.
    fn answer(self, status: &str) -> Answer {
        let node = |name: &str, status: &str| {
            let field = |field: &str| self.write(&format!("{name}-{field}"));
            json!({
                "NodeId": field("id"), "InvocationStatus": status, "ErrorCode": field("code"),
                "ErrorInfo": field("info"), "CreationTime": field("created"), "StartTime": field("started"),
                "UpdateTime": field("updated"), "FinishTime": field("finished"),
            })
        };
        let answer = Answer::new(status).request_id(&self.write("request"));
        let texts =
            ["Name", "Description", "TargetDir", "ContentType", "FileMode", "FileOwner", "FileGroup", "CreationTime"];
        let answer = texts.iter().fold(answer, |answer, field| answer.set(field, self.write(field)));
        answer.set("NodeCount", "2").node_as(node("a", "Failed")).node_as(node("b", &self.write("b-status")))
    }
}

/// Whether a character may stand in an output. The classes are those of the attack, named anew.
fn acts(c: char) -> bool {
    c.is_control() || ACTING.chars().chain(ENDING.chars()).any(|acting| acting == c && !"[]2J31m;0title".contains(c))
}

/// A text without efloctl's own colours.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(after.len());
        rest = match after[end..].strip_prefix('m') {
            Some(rest) => rest,
            None => {
                plain.push('\u{1b}');
                after
            }
        };
    }
    plain + rest
}

/// Asserts that nothing in a text acts. `own` is how the workflow commands begin that efloctl itself writes.
#[track_caller]
fn is_harmless(what: &str, text: &str, own: Option<&str>) {
    let found: Vec<String> =
        text.chars().filter(|c| *c != '\n' && acts(*c)).map(|c| format!("U+{:04X}", c as u32)).collect();
    assert!(found.is_empty(), "{what} holds {found:?}: {text:?}");
    for line in text.lines() {
        let is_own = own.is_some_and(|own| line.starts_with(own));
        assert!(is_own || !line.trim_start().starts_with("::"), "{what} commands a runner: {line:?}");
        assert!(!line.contains("##[") && !line.contains("##vso[") && !line.contains("##teamcity["), "{what}: {line:?}");
        // Errors of efloctl's own have no mark.
        assert!(!line.starts_with("efloctl: error: a-") && !line.starts_with("efloctl: error: b-"), "forged: {line:?}");
    }
}

/// Asserts that both outputs of a run are harmless.
#[track_caller]
fn run_is_harmless(run: &Run, own: Option<&str>) {
    is_harmless(&format!("stdout of {run}"), &without_colours(&run.out), None);
    is_harmless(&format!("stderr of {run}"), &without_colours(&run.err), own);
}

/// Asserts that two runs have the same lines, whatever stands in them. The log says how many milliseconds it took, and
/// a call that is tried again tells so: only lines are counted.
#[track_caller]
fn same_lines(hostile: &Run, tame: &Run) {
    let lines = |run: &Run| (run.code, run.out.lines().count(), run.err.lines().count());
    assert_eq!(lines(hostile), lines(tame), "hostile: {hostile}\ntame: {tame}");
}

/// What JSON must show of a text: all of it, but for white space around it.
fn trimmed(text: &str) -> Value {
    text.trim().into()
}
