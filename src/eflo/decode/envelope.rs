//! Finds the lists of nodes in an answer while it comes in, and sets everything else aside.
//!
//! Whether the text that it set aside is JSON is said by the JSON library, once the text is complete. A list whose key
//! is not recognised stays in the text, and is read with the rest. White space is kept as one blank: an answer of
//! nothing else must not fill the memory.

use crate::text::JsonScanner;

/// Leads to a list of nodes: each bracket from the outside in, with the key before it. The answer itself has no key,
/// nor has an item of a list.
const PATH: [(&[u8], Option<&[u8]>); 6] = [
    (b"{", None),
    (b"{", Some(b"\"Invocations\"")),
    (b"[", Some(b"\"Invocation\"")),
    (b"{", None),
    (b"{", Some(b"\"InvokeNodes\"")),
    (b"[", Some(b"\"InvokeNode\"")),
];

/// Holds what stands around the lists of nodes.
#[derive(Default)]
pub(super) struct Envelope {
    /// Holds the answer, in which a 0 stands for each list.
    pub(super) text: Vec<u8>,
    scanner: JsonScanner,
    /// Says how many of the open brackets, from the outside in, are on the path.
    on_path: usize,
}

impl Envelope {
    /// Takes bytes up to the beginning of a list of nodes. Gives how many it took, and whether a list begins then, for
    /// which it has put a 0.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let is_text = self.scanner.is_in_string;
            let piece = self.scanner.next(rest);
            rest = &rest[piece.len()..];
            if !is_text {
                self.follow(piece);
            }
            if !is_text && matches!(piece, b" " | b"\n" | b"\t" | b"\r") {
                if self.text.last() != Some(&b' ') {
                    self.text.push(b' ');
                }
            } else if self.on_path == PATH.len() {
                // The list is read elsewhere, with the bracket that closes it.
                self.scanner.next(b"]");
                self.on_path -= 1;
                self.text.push(b'0');
                return (bytes.len() - rest.len(), true);
            } else {
                self.text.extend_from_slice(piece);
            }
        }
        (bytes.len(), false)
    }

    /// Notes whether a piece is the next bracket of the path, or closes one.
    fn follow(&mut self, piece: &[u8]) {
        let (depth, key) = (self.scanner.depth(), &self.scanner.key);
        let is_next =
            |of_path: &&(&[u8], Option<&[u8]>)| of_path.0 == piece && of_path.1.is_none_or(|of_path| of_path == key);
        if depth == self.on_path + 1 && PATH.get(self.on_path).filter(is_next).is_some() {
            self.on_path = depth;
        }
        self.on_path = self.on_path.min(depth);
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
    fn bracket_within_a_text_is_not_on_the_path_to_the_nodes() {
        let pieces = [r#"{"a":{"Invocations":""#, "{", r#"","Invocation":[{"InvokeNodes":{"InvokeNode":[]}}]}}"#];
        assert_eq!(kept(&pieces), pieces.concat());
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
