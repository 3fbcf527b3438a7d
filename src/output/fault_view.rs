//! A fault for people and for programs: what happened, what to do next, the API's code and RequestId.

use super::hint::fault_hint;
use crate::fault::{Fault, Kind};
use crate::terminal::Surface;
use crate::text::{Text, to_json, wrapped};
use serde::Serialize;

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
    #[derive(Serialize)]
    struct Line<'a> {
        schema_version: u8,
        error: Failure<'a>,
    }
    #[derive(Serialize)]
    struct Failure<'a> {
        #[serde(flatten)]
        fault: FaultDocument<'a>,
        exit_code: u8,
    }
    to_json(&Line { schema_version: 1, error: Failure { fault: FaultDocument::of(fault), exit_code } })
}

/// Shows a fault within a document.
#[derive(Serialize)]
pub struct FaultDocument<'a> {
    kind: Kind,
    message: &'a str,
    code: Option<&'a Text<'static>>,
    request_id: Option<&'a Text<'static>>,
    hint: Option<String>,
}

impl<'a> FaultDocument<'a> {
    pub fn of(fault: &'a Fault) -> Self {
        FaultDocument {
            kind: fault.kind,
            message: &fault.message,
            code: fault.code.as_ref(),
            request_id: fault.request_id.as_ref(),
            hint: fault_hint(fault),
        }
    }
}
