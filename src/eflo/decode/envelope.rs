//! Finds the lists of nodes in an answer while it comes in, byte by byte, and sets everything else aside.
//!
//! It follows brackets, strings and keys, no more: whether what it set aside is JSON at all is for the JSON library to
//! say, once it is whole. A key that is written with escapes is not recognised; its list then stays where it is, and
//! is read with the rest. Of white space one blank is kept, wherever it stands: an answer of nothing else must not fill
//! the memory.

/// The keys that lead to a list of nodes, from the outside in; none where the way leads through a list.
const WAY: [Option<&[u8]>; 6] =
    [None, Some(b"Invocations"), Some(b"Invocation"), None, Some(b"InvokeNodes"), Some(b"InvokeNode")];
/// The brackets that open on the way.
const BRACKETS: &[u8; 6] = b"{{[{{[";
/// No key on the way is longer.
const LONGEST_KEY: usize = 16;

/// What stands around the lists of nodes.
#[derive(Default)]
pub(super) struct Envelope {
    /// The answer without the lists: each is replaced by its number.
    text: Vec<u8>,
    /// How many brackets are open, and how many of them, from the outside, are on the way.
    depth: usize,
    on_way: usize,
    is_string: bool,
    is_escaped: bool,
    /// The last string that ended, as far as it could be a key on the way.
    string: Vec<u8>,
    /// The key whose value comes.
    key: Option<Vec<u8>>,
}

impl Envelope {
    /// Takes bytes up to the beginning of a list of nodes. Gives how many it took, and whether a list begins then.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        // What is kept is copied in pieces as long as they come.
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
            } else if byte == b'[' && self.is_on_way(byte) && self.depth == WAY.len() - 1 {
                self.text.extend_from_slice(&bytes[kept..at]);
                return (at + 1, true);
            } else {
                self.byte(byte);
            }
        }
        self.text.extend_from_slice(&bytes[kept..]);
        (bytes.len(), false)
    }

    /// Puts a list's number in its place.
    pub(super) fn put_list(&mut self, number: usize) {
        self.text.extend_from_slice(number.to_string().as_bytes());
        self.key = None;
    }

    /// How much of it there is so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The answer without its lists.
    pub(super) fn into_text(self) -> Vec<u8> {
        self.text
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
                if self.is_on_way(byte) {
                    self.on_way += 1;
                }
                self.depth += 1;
                self.key = None;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.on_way = self.on_way.min(self.depth);
                self.key = None;
            }
            _ => {}
        }
    }

    /// Whether a bracket that opens here leads on to a list of nodes.
    fn is_on_way(&self, bracket: u8) -> bool {
        self.on_way == self.depth
            && BRACKETS.get(self.depth) == Some(&bracket)
            && WAY[self.depth] == self.key.as_deref()
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
        String::from_utf8(envelope.into_text()).unwrap()
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
