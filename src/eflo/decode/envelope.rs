//! Finds the lists of nodes in an answer while it comes in, byte by byte, and sets everything else aside.
//!
//! It follows brackets, strings and keys, no more. Whether the text that it set aside is JSON is said by the JSON
//! library, once the text is complete. A key that is written with escapes is not recognised; its list then stays in the
//! text, and is read with the rest. White space is kept as one blank: an answer of nothing else must not fill the
//! memory.

/// Holds the path to a list of nodes: the key before each bracket, from the outside in. A list's item has no key.
const PATH: [Option<&[u8]>; 6] =
    [None, Some(b"Invocations"), Some(b"Invocation"), None, Some(b"InvokeNodes"), Some(b"InvokeNode")];
/// Holds the brackets that open along the path.
const BRACKETS: &[u8; 6] = b"{{[{{[";
/// Limits what is kept of a string, in bytes: the keys of the path are shorter.
const LONGEST_KEY: usize = 16;

/// Holds what stands around the lists of nodes.
#[derive(Default)]
pub(super) struct Envelope {
    /// Holds the answer, in which a 0 stands for each list.
    pub(super) text: Vec<u8>,
    /// Says how many brackets are open, and how many of them, from the outside, are on the path.
    depth: usize,
    on_path: usize,
    is_string: bool,
    is_escaped: bool,
    /// Holds the last string that ended, or as much of it as a key of the path could have.
    string: Vec<u8>,
    /// Holds the key whose value comes next.
    key: Option<Vec<u8>>,
}

impl Envelope {
    /// Takes bytes up to the beginning of a list of nodes. Gives how many it took, and whether a list begins then, for
    /// which it has put a 0.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        // Where the piece begins that is not copied yet.
        let mut kept = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            if self.is_string {
                self.string_byte(byte);
            } else if matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                self.text.extend_from_slice(&bytes[kept..at]);
                if self.text.last() != Some(&b' ') {
                    self.text.push(b' ');
                }
                kept = at + 1;
            } else if byte == b'[' && self.is_on_path(byte) && self.depth == PATH.len() - 1 {
                self.text.extend_from_slice(&bytes[kept..at]);
                self.text.push(b'0');
                self.key = None;
                return (at + 1, true);
            } else {
                self.byte(byte);
            }
        }
        self.text.extend_from_slice(&bytes[kept..]);
        (bytes.len(), false)
    }

    fn string_byte(&mut self, byte: u8) {
        if self.is_escaped {
            self.is_escaped = false;
        } else if byte == b'\\' {
            self.is_escaped = true;
        } else if byte == b'"' {
            self.is_string = false;
            return;
        }
        if self.string.len() < LONGEST_KEY {
            self.string.push(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.is_string = true;
                self.string.clear();
            }
            b':' => self.key = Some(std::mem::take(&mut self.string)),
            b',' => self.key = None,
            b'{' | b'[' => {
                if self.is_on_path(byte) {
                    self.on_path += 1;
                }
                self.depth += 1;
                self.key = None;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.on_path = self.on_path.min(self.depth);
                self.key = None;
            }
            _ => {}
        }
    }

    /// Tells whether a bracket that opens here is the next one of the path.
    fn is_on_path(&self, bracket: u8) -> bool {
        self.on_path == self.depth
            && BRACKETS.get(self.depth) == Some(&bracket)
            && PATH[self.depth] == self.key.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(pieces: &[&str]) -> String {
        let mut envelope = Envelope::default();
        for piece in pieces {
            assert_eq!(envelope.take(piece.as_bytes()), (piece.len(), false));
        }
        String::from_utf8(envelope.text).unwrap()
    }

    #[test]
    fn envelope_folds_white_space_outside_of_text() {
        assert_eq!(kept(&["{ \r\n\t\"a  b\"", "  ", " :  [1 ", " 2]\n"]), "{ \"a  b\" : [1 2] ");
        assert_eq!(kept(&["{\"a ", " \\\"  b\" ", "}"]), "{\"a  \\\"  b\" }");
        assert_eq!(kept(&["\"ends in a blank \"", " 1"]), "\"ends in a blank \" 1");
    }

    #[test]
    fn envelope_of_blanks_takes_no_memory() {
        let mut envelope = Envelope::default();
        for _ in 0..1000 {
            envelope.take(&[b'\n'; 1000]);
        }
        assert_eq!(envelope.text.len(), 1);
        assert!(envelope.text.capacity() < 1000);
    }
}
