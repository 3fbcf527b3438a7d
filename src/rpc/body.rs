//! What takes an answer's bytes as they come.

use super::sign::Key;
use crate::fault::{Fault, Kind};
use crate::text::mended;

/// Takes an answer's bytes.
pub trait Body {
    /// Begins an attempt that is signed with a key, which the answer may quote. Whatever was taken before came from an
    /// attempt that failed.
    fn start(&mut self, key: &Key);

    /// Takes some bytes, or refuses them, which ends the attempt.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault>;

    /// Says whether some of the bytes are out of our hands already, so that the call must not be repeated.
    fn has_let_out(&self) -> bool {
        false
    }
}

/// Holds an answer whole, for it is short. One that is longer than `limit` is refused.
pub struct ShortBody {
    pub bytes: Vec<u8>,
    limit: usize,
}

impl ShortBody {
    /// Begins an empty one.
    pub fn new(limit: usize) -> Self {
        ShortBody { bytes: Vec::new(), limit }
    }

    /// Gives the answer as JSON that can be read: see [`mended`].
    pub fn text(&self) -> String {
        mended(&self.bytes).trim_start_matches('\u{feff}').to_owned()
    }
}

impl Body for ShortBody {
    fn start(&mut self, _: &Key) {
        self.bytes.clear();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room {
            let message = format!("the answer is far too long: it has more than {} KiB", self.limit >> 10);
            return Err(Fault::new(Kind::Answer, message));
        }
        Ok(())
    }
}
