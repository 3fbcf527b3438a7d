//! A fault for people and for programs: what happened, what to do next, the API's code and RequestId.

use super::hint::fault_hint;
use crate::fault::Fault;
use crate::terminal::Surface;
use crate::text::{to_json, wrapped};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// Gives a fault as the lines that follow `efloctl: error: `.
pub fn fault_text(fault: &Fault, surface: Surface) -> String {
    let width = surface.width.map_or(usize::MAX, |width| width.saturating_sub(11).max(20));
    let mut text = fault.message.clone();
    // A line with an indentation of its own is to be copied as it is.
    let broken = |line: &str| if line.starts_with(' ') { vec![line.to_owned()] } else { wrapped(line, width) };
    let mut add = |label: &str, value: &str| {
        for (at, line) in value.lines().flat_map(broken).enumerate() {
            let label = if at == 0 { label } else { "" };
            text.push_str(&format!("\n  {label:<9}{line}"));
        }
    };
    if let Some(hint) = fault_hint(fault) {
        add("next:", &hint);
    }
    if let Some(request_id) = &fault.request_id {
        add("request:", &request_id.safe_word());
    }
    text
}

/// Gives a failure of efloctl itself as one line of JSON, with the code that the process ends with.
pub fn fault_json(fault: &Fault, exit_code: u8) -> String {
    #[derive(serde::Serialize)]
    struct Line<'a> {
        schema_version: u8,
        error: Failure<'a>,
    }
    #[derive(serde::Serialize)]
    struct Failure<'a> {
        #[serde(flatten)]
        fault: FaultDocument<'a>,
        exit_code: u8,
    }
    to_json(&Line { schema_version: 1, error: Failure { fault: FaultDocument(fault), exit_code } })
}

/// Shows a fault within a document.
pub struct FaultDocument<'a>(pub &'a Fault);

impl Serialize for FaultDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FaultDocument(fault) = self;
        let mut fields = serializer.serialize_struct("Fault", 5)?;
        fields.serialize_field("kind", &fault.kind)?;
        fields.serialize_field("message", &fault.message)?;
        fields.serialize_field("code", &fault.code)?;
        fields.serialize_field("request_id", &fault.request_id)?;
        fields.serialize_field("hint", &fault_hint(fault))?;
        fields.end()
    }
}
