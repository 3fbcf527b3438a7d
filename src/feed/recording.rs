//! Reads a recording: lines that `watch --record` wrote, or what the official CLI printed.

use crate::fault::{Fault, Hint};
use crate::invocation::InvokeId;
use crate::text::{Lenient, Text, mended};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Holds one recorded answer.
#[derive(Debug)]
pub struct RecordedAnswer {
    /// When it came; `None` for an answer that carries no time.
    pub at: Option<Timestamp>,
    /// The API's answer, as JSON.
    pub answer: Box<RawValue>,
}

/// Describes a whole recording.
#[derive(Debug, Default)]
pub struct Recording {
    /// The ids, in the order in which they appear.
    pub ids: Vec<InvokeId>,
    /// The answers about each id, in order. There is no answer where the only line about an id is cut.
    pub answers: HashMap<InvokeId, Vec<RecordedAnswer>>,
    /// Whether a line was cut and passed over.
    pub is_cut: bool,
}

/// Describes a line of `watch --record`; a bare answer has no `response`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RecordingLine<'a> {
    at: Lenient,
    invoke_id: Lenient,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

impl Recording {
    /// Reads a recording. Messages call it `name`. `wanted` are the ids asked for: bare answers have no id, and take
    /// the one that is wanted.
    ///
    /// # Errors
    /// It is empty or no JSON, or several ids are wanted of bare answers.
    pub fn read(name: &str, bytes: &[u8], wanted: &[InvokeId]) -> Result<Self, Fault> {
        let unusable =
            |why: String| Fault::usage(format!("{name} is not a recording: {why}")).hint(Hint::NotARecording);
        let text = mended(bytes);
        let mut rest = text.trim_start_matches('\u{feff}');
        let mut recording = Recording::default();
        loop {
            let mut documents = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            match documents.next() {
                None => break,
                Some(Ok(document)) => {
                    recording.add(document, wanted).map_err(&unusable)?;
                    rest = &rest[documents.byte_offset()..];
                }
                Some(Err(e)) => {
                    // What the recorder wrote and a crash has cut is passed over, be it the last line or not.
                    let (line, next) = rest.trim_start().split_once('\n').unwrap_or((rest.trim_start(), ""));
                    let is_cut = serde_json::from_str::<&RawValue>(line).is_err_and(|e| e.is_eof());
                    let is_own = is_cut && line.starts_with("{\"at\":\"");
                    let is_last = e.is_eof() && recording.has_answers();
                    if !is_own && !is_last {
                        if std::str::from_utf8(bytes).is_err() {
                            return Err(unusable("it is not UTF-8 text".to_owned()));
                        }
                        let line = text[..text.len() - rest.len()].matches('\n').count() + e.line();
                        return Err(unusable(format!("line {line} is not JSON")));
                    }
                    recording.is_cut = true;
                    let id = line.split_once(r#","invoke_id":""#).and_then(|(_, rest)| rest.split_once('"'));
                    if let Some((id, _)) = id {
                        recording.answers(InvokeId::new(id));
                    }
                    rest = next;
                }
            }
        }
        if !recording.has_answers() {
            let why = if recording.is_cut { "its only line is cut off" } else { "it is empty" };
            return Err(unusable(why.to_owned()));
        }
        Ok(recording)
    }

    fn add(&mut self, document: &RawValue, wanted: &[InvokeId]) -> Result<(), String> {
        let json = document.get();
        // A struct would be read from a list too.
        let line = if json.starts_with('{') { serde_json::from_str::<RecordingLine<'_>>(json).ok() } else { None };
        let line = line.ok_or("it holds JSON that is no object")?;
        let (invoke_id, answer) = match (line.response, wanted) {
            (Some(response), _) => {
                (line.invoke_id.0.map_or(InvokeId::UNNAMED, |id| InvokeId::new(id.as_written())), response)
            }
            (None, []) => (InvokeId::UNNAMED, document),
            (None, [one]) => (one.clone(), document),
            (None, _) => return Err("bare answers carry no id, so they can be named by one ID alone".to_owned()),
        };
        let at = line.at.0.as_ref().map(Text::as_written).and_then(|at| at.parse().ok());
        self.answers(invoke_id).push(RecordedAnswer { at, answer: answer.to_owned() });
        Ok(())
    }

    /// Gives the answers about an id, which is there from now on.
    fn answers(&mut self, invoke_id: InvokeId) -> &mut Vec<RecordedAnswer> {
        self.answers.entry(invoke_id).or_insert_with_key(|id| {
            self.ids.push(id.clone());
            Vec::new()
        })
    }

    fn has_answers(&self) -> bool {
        self.answers.values().any(|answers| !answers.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"RequestId":"R","Invocations":{}}"#;

    fn line(id: &str) -> String {
        format!("{{\"at\":\"2026-01-02T03:04:05Z\",\"invoke_id\":\"{id}\",\"response\":{ANSWER}}}\n")
    }

    fn tracks(text: &str, wanted: &[&str]) -> Vec<(InvokeId, usize)> {
        let wanted: Vec<InvokeId> = wanted.iter().map(|id| InvokeId::new(*id)).collect();
        let recording = Recording::read("file", text.as_bytes(), &wanted).unwrap();
        let ids = if wanted.is_empty() { &recording.ids } else { &wanted };
        ids.iter().map(|id| (id.clone(), recording.answers[id].len())).collect()
    }

    #[test]
    fn recording_lines_are_read_by_id() {
        let text = line("t-1") + &line("t-2") + &line("t-1");
        assert_eq!(tracks(&text, &[]), [(InvokeId::new("t-1"), 2), (InvokeId::new("t-2"), 1)]);
        assert_eq!(tracks(&text, &["t-2"]), [(InvokeId::new("t-2"), 1)]);
    }

    #[test]
    fn recording_of_bare_answers_is_one_invocation() {
        let pretty = "{\n  \"RequestId\": \"R\",\n  \"Invocations\": {}\n}\n";
        assert_eq!(tracks(&format!("{pretty}{ANSWER}\n{ANSWER}"), &[]), [(InvokeId::UNNAMED, 3)]);
        assert_eq!(tracks(pretty, &["t-9"]), [(InvokeId::new("t-9"), 1)]);
        assert!(Recording::read("file", ANSWER.as_bytes(), &[InvokeId::new("a"), InvokeId::new("b")]).is_err());
    }

    #[test]
    fn recording_skips_a_cut_last_line() {
        let text = line("t-1") + &line("t-1")[..40];
        let recording = Recording::read("file", text.as_bytes(), &[]).unwrap();
        assert!(recording.is_cut);
        assert_eq!(recording.answers[&InvokeId::new("t-1")].len(), 1);
    }

    #[test]
    fn recording_id_with_only_a_cut_line_has_no_answer() {
        let of_two = line("t-2").replace('\n', "");
        for cut in ["t-2\",", "response\":{"] {
            let at = of_two.find(cut).unwrap() + cut.len();
            for text in [line("t-1") + &of_two[..at], of_two[..at].to_owned() + "\n" + &line("t-1")] {
                let mut all = tracks(&text, &[]);
                all.sort_by_key(|(id, _)| id.to_string());
                assert_eq!(all, [(InvokeId::new("t-1"), 1), (InvokeId::new("t-2"), 0)], "{text}");
            }
        }
    }

    #[test]
    fn recording_with_broken_text_can_be_read() {
        let broken = line(r"t-\ud83d") + &line("t-1") + &ANSWER.replace('R', r"\ude00");
        let ids = [InvokeId::new("t-\u{fffd}(d83d)"), InvokeId::new("t-1"), InvokeId::UNNAMED].map(|id| (id, 1));
        assert_eq!(tracks(&broken, &[]), ids);
        let mut bytes = line("t-1").into_bytes();
        bytes.splice(..0, line("t-@").bytes().map(|byte| if byte == b'@' { 0xff } else { byte }));
        let recording = Recording::read("file", &bytes, &[]).unwrap();
        assert_eq!(recording.ids, ["t-\u{fffd}(ff)", "t-1"].map(InvokeId::new));
    }

    #[test]
    fn recording_with_deep_nesting_can_be_read() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let odd = line("t-1").replace("{\"at\"", &format!("{{\"odd\":{deep},\"at\"")).replace("\"R\"", &deep);
        assert_eq!(tracks(&odd, &[]), [(InvokeId::new("t-1"), 1)]);
        for text in [deep.clone(), "{\"at\":".repeat(100_000), "{\"response\":[".repeat(100_000)] {
            assert!(Recording::read("file", text.as_bytes(), &[]).is_err());
        }
    }

    #[test]
    fn recording_refuses_what_is_none() {
        for text in ["", "  \n", "{\"cut\":", "not json", "[1]", "3", "\u{feff}"] {
            assert!(Recording::read("file", text.as_bytes(), &[]).is_err(), "{text}");
        }
        let fault = Recording::read("file", &[0xff, 0xfe, b'{', 0, b'}', 0], &[]).unwrap_err();
        assert!(fault.message.ends_with("it is not UTF-8 text"), "{}", fault.message);
        let broken = line("t-1") + "{\"at\": oops}\n" + &line("t-1");
        let fault = Recording::read("file", broken.as_bytes(), &[]).unwrap_err();
        assert!(fault.message.contains("line 2"), "{}", fault.message);
    }
}
