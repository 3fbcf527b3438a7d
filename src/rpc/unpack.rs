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
    Plain(Taker<F>),
    /// The second part says whether a byte has come: an empty body is not packed.
    Gzip(Box<MultiGzDecoder<Taker<F>>>, bool),
}

/// Says why a body goes no further.
pub enum Stopped {
    /// Whoever takes the bytes refused them.
    Refused(Fault),
    /// It cannot be unpacked, and why.
    Broken(String),
}

impl Stopped {
    /// Gives the fault: that of the refusal, or the one that `broken` makes of the reason.
    pub fn into_fault(self, broken: impl FnOnce(String) -> Fault) -> Fault {
        match self {
            Stopped::Refused(fault) => fault,
            Stopped::Broken(why) => broken(why),
        }
    }
}

impl<F: FnMut(&[u8]) -> Result<(), Fault>> Unpacked<F> {
    /// Begins a body with these headers, which is handed to `take`.
    pub fn new(headers: &HeaderMap, take: F) -> Self {
        let taker = Taker { take, refused: None };
        let packed = headers.get(CONTENT_ENCODING).map_or(&b""[..], |value| value.as_bytes().trim_ascii());
        match packed.eq_ignore_ascii_case(b"gzip") || packed.eq_ignore_ascii_case(b"x-gzip") {
            true => Unpacked::Gzip(Box::new(MultiGzDecoder::new(taker)), false),
            false => Unpacked::Plain(taker),
        }
    }

    /// Takes the next bytes.
    pub fn chunk(&mut self, bytes: &[u8]) -> Result<(), Stopped> {
        let written = match self {
            Unpacked::Plain(taker) => taker.write_all(bytes),
            Unpacked::Gzip(decoder, has_begun) => {
                *has_begun |= !bytes.is_empty();
                // What is unpacked is handed on at once, and not when more has come.
                decoder.write_all(bytes).and_then(|()| decoder.flush())
            }
        };
        self.stopped(written)
    }

    /// Ends the body, which fails where a packed one is not whole.
    pub fn finish(&mut self) -> Result<(), Stopped> {
        let finished = match self {
            Unpacked::Gzip(decoder, true) => decoder.try_finish(),
            _ => Ok(()),
        };
        self.stopped(finished)
    }

    fn stopped(&mut self, done: io::Result<()>) -> Result<(), Stopped> {
        let taker = match self {
            Unpacked::Plain(taker) => taker,
            Unpacked::Gzip(decoder, _) => decoder.get_mut(),
        };
        done.map_err(|e| taker.refused.clone().map_or_else(|| Stopped::Broken(e.to_string()), Stopped::Refused))
    }
}

/// Makes a writer of what takes the bytes. After a refusal it takes no more, for the decoder writes once again when it
/// is dropped.
pub struct Taker<F> {
    take: F,
    refused: Option<Fault>,
}

impl<F: FnMut(&[u8]) -> Result<(), Fault>> Write for Taker<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.refused.is_none() {
            self.refused = (self.take)(bytes).err();
        }
        if self.refused.is_some() { Err(io::Error::other("refused")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
