//! Finds the file's content in an answer while its bytes pass by: it is all that tells which file an invocation sent,
//! and the answer may be large.

use crate::fault::Fault;
use crate::rpc::{Body, Key};

/// No content is longer, however it is escaped: in bytes.
const LONGEST: usize = 512 << 10;

/// Of a key so much is enough.
const LONGEST_KEY: usize = 16;

/// How deep a record stands: in the list of invocations, in what holds that, in the answer.
const DEPTH_OF_RECORD: usize = 4;

/// Takes an answer's bytes and gives what its records have as `Content`.
#[derive(Debug, Default)]
pub struct ContentScanner {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    /// The string that is being read, or was read last, as it is written.
    string: Vec<u8>,
    /// Whether the string that was read last is the name of a content.
    is_named: bool,
    /// Whether the next string is a content.
    is_next: bool,
    contents: Vec<Option<String>>,
}

impl Body for ContentScanner {
    fn start(&mut self, _: &Key) {
        *self = ContentScanner::default();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for byte in bytes {
            if self.is_in_string { self.in_string(*byte) } else { self.between(*byte) }
        }
        Ok(())
    }
}

impl ContentScanner {
    fn in_string(&mut self, byte: u8) {
        let longest = if self.is_next { LONGEST } else { LONGEST_KEY };
        if byte == b'"' && !self.is_escaped {
            self.is_in_string = false;
            if self.is_next {
                self.contents.push(unescaped(&self.string));
            }
            self.is_named = !self.is_next && self.depth == DEPTH_OF_RECORD && self.string == b"Content";
            self.is_next = false;
            return;
        }
        self.is_escaped = byte == b'\\' && !self.is_escaped;
        if self.string.len() <= longest {
            self.string.push(byte);
        }
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.string.clear();
                (self.is_in_string, self.is_escaped) = (true, false);
            }
            b':' => self.is_next = std::mem::take(&mut self.is_named),
            b'{' | b'[' => (self.depth, self.is_next) = (self.depth + 1, false),
            b'}' | b']' => (self.depth, self.is_next) = (self.depth.saturating_sub(1), false),
            b',' => self.is_next = false,
            _ => {}
        }
    }

    /// Gives the contents of the records that have one; `None` for a content that cannot be read.
    pub fn finish(self) -> Vec<Option<String>> {
        self.contents
    }
}

/// Gives a string without its escapes.
fn unescaped(written: &[u8]) -> Option<String> {
    if written.len() > LONGEST {
        return None;
    }
    let written = std::str::from_utf8(written).ok()?;
    serde_json::from_str(&format!("\"{written}\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::property_config;
    use proptest::prelude::*;
    use serde_json::json;

    fn found(answer: &str, chunk: usize) -> Vec<Option<String>> {
        let mut scanner = ContentScanner::default();
        answer.as_bytes().chunks(chunk).for_each(|bytes| scanner.chunk(bytes).unwrap());
        scanner.finish()
    }

    #[test]
    fn content_is_found_where_a_record_has_it_and_nowhere_else() {
        let record = |content: serde_json::Value| {
            json!({ "Name": "Content", "Content": content, "InvokeNodes":
            { "InvokeNode": [{ "NodeId": "n-1", "Content": "of a node" }] } })
        };
        let answer = json!({ "Content": "outside", "Invocations": { "Invocation": [
            record(json!("a\"\\\n灵")), record(json!(null)), record(json!({ "Content": "deeper" })), record(json!("b")) ] } });
        let expected = [Some("a\"\\\n灵".to_owned()), Some("b".to_owned())];
        for chunk in [1, 7, 10_000] {
            assert_eq!(found(&answer.to_string(), chunk), expected);
        }
        assert_eq!(found("{\"Invocations\":{\"Invocation\":[{\"Name\":\"a\"}]}}", 3), []);
        assert_eq!(found("{\"Invocations\":{\"Invocation\":[{\"Content\":\"cut", 3), []);
    }

    proptest! {
        #![proptest_config(property_config(256))]
        #[test]
        fn any_content_is_read_as_the_json_library_reads_it(content in any::<String>(), chunk in 1..40_usize) {
            let answer = json!({ "Invocations": { "Invocation": [{ "Content": content.clone() }] } });
            prop_assert_eq!(found(&answer.to_string(), chunk), [Some(content)]);
        }
    }
}
