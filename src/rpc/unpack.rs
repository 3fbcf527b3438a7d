//! A body as it was before it was packed. The HTTP library unpacks too, but only where the server writes `gzip` in
//! small letters, which HTTP does not ask for.

use crate::fault::Fault;
use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use std::io::{self, Write};

/// Names what a server may pack a body with.
pub const ACCEPTED: &str = "gzip";

/// Takes a body as it comes and hands it on unpacked, in pieces of bounded size.
pub enum Unpacked<F: FnMut(&[u8]) -> Result<(), Fault>> {
    Plain(F),
    /// The second part says whether a byte has come: an empty body is not packed.
    Gzip(Box<MultiGzDecoder<Taker<F>>>, bool),
}

impl<F: FnMut(&[u8]) -> Result<(), Fault>> Unpacked<F> {
    /// Begins a body with these headers, which is handed to `take`.
    pub fn new(headers: &HeaderMap, take: F) -> Self {
        let packed = headers.get(CONTENT_ENCODING).map_or(&b""[..], |value| value.as_bytes().trim_ascii());
        match packed.eq_ignore_ascii_case(b"gzip") || packed.eq_ignore_ascii_case(b"x-gzip") {
            true => Unpacked::Gzip(Box::new(MultiGzDecoder::new(Taker { take, has_refused: false })), false),
            false => Unpacked::Plain(take),
        }
    }

    /// Takes the next bytes. Fails with the refusal of what they are handed to, or with what `broken` makes of the reason
    /// why they cannot be unpacked.
    pub fn chunk(&mut self, bytes: &[u8], broken: impl FnOnce(String) -> Fault) -> Result<(), Fault> {
        match self {
            Unpacked::Plain(take) => take(bytes),
            Unpacked::Gzip(decoder, has_begun) => {
                *has_begun |= !bytes.is_empty();
                // A flush hands on at once what is unpacked so far.
                let written = decoder.write_all(bytes).and_then(|()| decoder.flush());
                written.map_err(|e| refusal_or(e, broken))
            }
        }
    }

    /// Ends the body, which fails where a packed one is not whole.
    pub fn finish(&mut self, broken: impl FnOnce(String) -> Fault) -> Result<(), Fault> {
        match self {
            Unpacked::Gzip(decoder, true) => decoder.try_finish().map_err(|e| refusal_or(e, broken)),
            _ => Ok(()),
        }
    }
}

fn refusal_or(e: io::Error, broken: impl FnOnce(String) -> Fault) -> Fault {
    e.downcast().unwrap_or_else(|e| broken(e.to_string()))
}

/// Makes a writer of what takes the bytes. After a refusal it takes no more, for the decoder writes once again when it
/// is dropped.
pub struct Taker<F> {
    take: F,
    has_refused: bool,
}

impl<F: FnMut(&[u8]) -> Result<(), Fault>> Write for Taker<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_refused {
            return Err(io::Error::other("refused"));
        }
        let taken = (self.take)(bytes);
        self.has_refused = taken.is_err();
        taken.map(|()| bytes.len()).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
