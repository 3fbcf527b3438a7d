//! What fuzzing may reach: whatever reads foreign bytes, one function a target, with what must hold whatever comes.
//!
//! A target panics when something does not hold, and does nothing else. `tests/fuzz` feeds them with bytes that it
//! makes up; the tests feed them with every case in `tests/data/fuzz`. Exists for these two alone.

mod names;
mod outputs;
mod settings;
mod texts;

pub use names::names;
pub use texts::text;

use super::decoder;
use super::shown::is_shown_safely;
use crate::eflo;
use crate::fault::{Fault, Kind};
use crate::feed::{Draft, Recorder, Recording};
use crate::invocation::{InvokeId, Keep, Question, Snapshot, Verdict};
use crate::output;
use crate::rpc::{self, Body};
use crate::text::mended;
use reqwest::StatusCode;
use reqwest::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::from_utf8;

/// Limits the length of a message in bytes: it may quote 300 characters from outside, each perhaps as an escape.
const LONGEST_MESSAGE: usize = 8000;

/// Reads an answer of the API.
pub fn answer(data: &[u8]) {
    let everything = question(None, Keep::Everything);
    let whole = eflo::decode(data, &everything);
    let seed = chance(data, 0);
    let most = [1, 7, 60, 400][(seed % 4) as usize];
    let pieces = decoder::decode_in_pieces(data, &everything, |rest| {
        1 + (chance(&[], seed ^ rest.len() as u64) % most) as usize
    });
    assert_eq!(format!("{whole:?}"), format!("{pieces:?}"), "whole or in pieces");
    let outcomes = eflo::decode(data, &question(None, Keep::Outcomes));
    let present = eflo::decode(data, &question(None, Keep::Presence));
    assert_eq!(outcomes.is_ok(), whole.is_ok());
    assert_eq!(present.is_ok(), whole.is_ok());
    let snapshot = match whole {
        Ok(snapshot) => snapshot,
        Err(fault) => return is_no_snapshot(&fault),
    };
    let kept = outcomes.expect("it is an answer");
    assert_eq!((snapshot.verdict, &snapshot.counts), (kept.verdict, &kept.counts));
    never_lies(&snapshot);
    if let Some(document) = plain_document(data) {
        decoder::assert_agrees(&snapshot, &document, &everything);
        decoder::assert_agrees(&kept, &document, &question(None, Keep::Outcomes));
        one_node(data, &snapshot, &document);
    }
    outputs::are_safe(snapshot);
}

/// Reads a recording; and records an answer, and plays it.
pub fn recording(data: &[u8]) {
    for wanted in [&[][..], &[InvokeId::new("t-1")], &[InvokeId::new("t-1"), InvokeId::new("t-2")]] {
        match Recording::read("the file", data, wanted) {
            Err(fault) => {
                assert_eq!(fault.kind, Kind::Usage);
                is_told_well(&fault);
            }
            Ok(recording) => {
                let is_cut = recording.is_cut;
                for invoke_id in if wanted.is_empty() { &recording.ids } else { wanted } {
                    let question = Question { invoke_id: invoke_id.clone(), node_id: None, keep: Keep::Outcomes };
                    let answers = recording.answers.get(invoke_id);
                    let is_empty = answers.is_some_and(Vec::is_empty);
                    assert!(!is_empty || is_cut, "an id without an answer had a line that is cut");
                    for entry in answers.into_iter().flatten() {
                        match eflo::decode(entry.answer.get().as_bytes(), &question) {
                            Ok(snapshot) => never_lies(&snapshot),
                            Err(fault) => is_no_snapshot(&fault),
                        }
                    }
                }
            }
        }
    }
    keeps(data);
}

/// Reads the config file.
pub fn config(data: &[u8]) {
    if let Ok(text) = from_utf8(data) {
        settings::config(text);
    }
}

/// Reads the config file of the official CLI.
pub fn official(data: &[u8]) {
    if let Ok(text) = from_utf8(data) {
        settings::official(text);
    }
}

/// Reads the credentials file of the official SDKs.
pub fn ini(data: &[u8]) {
    if let Ok(text) = from_utf8(data) {
        settings::ini(text);
    }
}

/// Reads the body of a refusal, and what stands in its headers.
pub fn refusal(data: &[u8]) {
    let header = from_utf8(data).ok();
    // A secret that the server may well quote: a piece of what it says.
    let secret = header.and_then(|text| text.get(text.len() / 3..)).unwrap_or_default();
    let secret: String = secret.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let secrets = rpc::Secrets::new([secret.as_str()]);
    for (status, header) in [(200, None), (302, header), (400, header), (403, None), (407, None), (500, header)] {
        let status = StatusCode::from_u16(status).expect("a status");
        let header = header.and_then(|header| HeaderValue::from_str(header).ok());
        let names = [RETRY_AFTER, LOCATION, HeaderName::from_static("x-acs-retry-after")];
        let headers = names.into_iter().filter_map(|name| Some((name, header.clone()?))).collect();
        let fault = rpc::refusal("api.test", &rpc::Answered { status, headers, body: data.to_vec() }, &secrets);
        assert!(matches!(fault.kind, Kind::Service | Kind::Credentials), "{fault:?}");
        assert!(fault.kind != Kind::Credentials || !fault.again.helps(), "another try needs another key: {fault:?}");
        assert!(fault.again.wait().as_secs() <= 120, "{fault:?}");
        is_told_well(&fault);
        let is_long = secret.len() >= 12;
        assert!(!is_long || !fault.message.contains(&secret), "{fault:?} shows {secret}");
    }
}

/// Asserts that an answer that was recorded shows the same when it is played.
fn keeps(answer: &[u8]) {
    let asked = question(Some("t-1"), Keep::Outcomes);
    let Ok(snapshot) = eflo::decode(answer, &asked) else { return };
    // What has a key twice, or is nested past all reason, is recorded as the JSON library has it, or not at all.
    if plain_document(answer).is_none() {
        return;
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    let mut recorder = Recorder::open(file.path()).expect("a recording");
    let mut draft = Draft::new();
    draft.chunk(answer).expect("it takes everything");
    recorder.keep(jiff::Timestamp::UNIX_EPOCH, &InvokeId::new("t-1"), draft);
    let bytes = std::fs::read(file.path()).expect("a recording");
    let recording = Recording::read("the file", &bytes, &[InvokeId::new("t-1")]).expect("what we wrote can be read");
    let entry = &recording.answers[&recording.ids[0]][0];
    let played = eflo::decode(entry.answer.get().as_bytes(), &asked).expect("what was an answer is one");
    assert_eq!((snapshot.verdict, snapshot.counts.total()), (played.verdict, played.counts.total()));
    assert_eq!((snapshot.node_count, snapshot.failed()), (played.node_count, played.failed()));
}

/// Asserts that the first nodes that are listed are found when each is asked for alone.
fn one_node(data: &[u8], snapshot: &Snapshot, document: &Value) {
    for id in snapshot.nodes.iter().filter_map(|node| node.id()).take(3) {
        let asked = Question { node_id: Some(id.as_written().to_owned()), ..question(None, Keep::Everything) };
        let one = eflo::decode(data, &asked).expect("it is an answer");
        decoder::assert_agrees(&one, document, &asked);
        assert_eq!(one.nodes.len(), 1);
    }
}

/// Asserts that nothing is Success unless all of it is.
fn never_lies(snapshot: &Snapshot) {
    let is_success = |word: &str| word.eq_ignore_ascii_case("success");
    if snapshot.verdict == Verdict::Success {
        assert!(snapshot.nodes.len() > 0);
        assert!(snapshot.nodes.iter().all(|node| node.status_word().is_some_and(|word| is_success(word.as_written()))));
    }
    assert_eq!(snapshot.counts.total(), snapshot.nodes.len() as u64);
}

/// Asserts that a fault tells of bytes that are no answer, or of an answer without the invocation.
fn is_no_snapshot(fault: &Fault) {
    match fault.code {
        // It tells of an error.
        Some(_) => assert!(matches!(fault.kind, Kind::Service | Kind::Credentials)),
        None => {
            assert!(matches!(fault.kind, Kind::Answer | Kind::NotFound));
            assert!(fault.again.helps() == (fault.kind == Kind::Answer) && fault.hint.is_some());
        }
    }
    is_told_well(fault);
}

fn is_told_well(fault: &Fault) {
    assert!(is_shown_safely(&fault.message), "{fault:?}");
    assert!(is_shown_safely(&output::fault_hint(fault).unwrap_or_default()), "{fault:?}");
    assert!(fault.message.len() < LONGEST_MESSAGE, "a message of {} bytes", fault.message.len());
}

/// Gives the document as the JSON library reads it. Gives nothing where the library reads less than the decoder, where
/// a key stands twice in an object, of which the library takes the last, or where it would write a number otherwise.
fn plain_document(data: &[u8]) -> Option<Value> {
    let text = mended(data);
    let document: Value = serde_json::from_str(&text).ok()?;
    let (mut colons, mut is_string, mut is_escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_string = !is_string,
            b':' if !is_string => colons += 1,
            _ => {}
        }
    }
    (colons == fields_of(&document) && has_numbers_of(&text, &document)).then_some(document)
}

fn has_numbers_of(text: &str, value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().all(|value| has_numbers_of(text, value)),
        Value::Array(list) => list.iter().all(|value| has_numbers_of(text, value)),
        Value::Number(number) if number.is_f64() => text.contains(&number.as_f64().unwrap_or_default().to_string()),
        _ => true,
    }
}

fn fields_of(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.len() + map.values().map(fields_of).sum::<usize>(),
        Value::Array(list) => list.iter().map(fields_of).sum(),
        _ => 0,
    }
}

fn question(invoke_id: Option<&str>, keep: Keep) -> Question {
    Question { invoke_id: invoke_id.map_or(InvokeId::UNNAMED, InvokeId::new), node_id: None, keep }
}

fn chance(data: &[u8], seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (data, seed).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Target = fn(&[u8]);

    const TARGETS: [(&str, Target); 8] = [
        ("answer", answer),
        ("config", config),
        ("ini", ini),
        ("names", names),
        ("official", official),
        ("recording", recording),
        ("refusal", refusal),
        ("text", text),
    ];

    #[test]
    fn every_fuzz_case_holds() {
        let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
        for (name, target) in TARGETS {
            let folder = cases.join(name);
            let files = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
            let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
            files.sort();
            assert!(!files.is_empty(), "{} has no cases", folder.display());
            for file in files {
                let case = std::fs::read(&file).unwrap();
                let held = std::panic::catch_unwind(|| target(&case));
                assert!(held.is_ok(), "{} does not hold", file.display());
            }
        }
    }

    #[test]
    fn every_fuzz_target_has_a_binary() {
        let fuzz = include_str!("../../tests/fuzz/Cargo.toml");
        let binaries = fuzz.matches("[[bin]]").count();
        assert_eq!(binaries, TARGETS.len());
        for (name, _) in TARGETS {
            assert!(fuzz.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }

    #[test]
    fn unsafe_code_is_forbidden_in_every_crate() {
        for manifest in [include_str!("../../Cargo.toml"), include_str!("../../tests/fuzz/Cargo.toml")] {
            assert!(manifest.contains("[lints.rust]\nunsafe_code = \"forbid\"\n"), "{manifest}");
        }
    }
}
