//! JSON that comes in piece by piece: its brackets, strings and keys as they pass by. Whether it is JSON at all is for
//! the JSON library to say, once the text is complete.

use memchr::memchr2;

/// Knows how far into some JSON the bytes have come that it was shown.
#[derive(Default)]
pub struct JsonScanner {
    /// Holds the bracket of each object and list that is open.
    open: Vec<u8>,
    pub is_in_string: bool,
    is_escaped: bool,
    /// Says whether the string that is passing by, or else the next one, is a key.
    pub is_at_key: bool,
    /// Holds the last key as it is written, with its quotes.
    pub key: Vec<u8>,
}

impl JsonScanner {
    /// Gives how many brackets are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Goes on by one byte outside of strings, or by as much of a string as is here. Gives those bytes.
    ///
    /// # Panics
    /// There are no bytes.
    pub fn next<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if !self.is_in_string {
            self.outside(bytes[0]);
            return &bytes[..1];
        }
        let mark = if self.is_escaped { Some(0) } else { memchr2(b'"', b'\\', bytes) };
        self.is_in_string = self.is_escaped || mark.is_none_or(|at| bytes[at] != b'"');
        self.is_escaped = !self.is_escaped && mark.is_some_and(|at| bytes[at] == b'\\');
        let piece = &bytes[..mark.map_or(bytes.len(), |at| at + 1)];
        if self.is_at_key {
            self.key.extend_from_slice(piece);
        }
        piece
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.is_in_string = true;
                if self.is_at_key {
                    self.key.clear();
                    self.key.push(byte);
                }
            }
            b'{' | b'[' => {
                self.open.push(byte);
                self.is_at_key = byte == b'{';
            }
            b'}' | b']' => {
                self.open.pop();
                self.is_at_key = false;
            }
            b',' => self.is_at_key = self.open.last() == Some(&b'{'),
            b':' => self.is_at_key = false,
            _ => {}
        }
    }
}
