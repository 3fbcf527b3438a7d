//! What a server answers, and all the ways in which it fails to.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::DEADLINE;
use super::http::Wire;

/// An answer as the script orders it.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    how: How,
    /// Whether the connection ends with a reset; over TLS it merely breaks off.
    resets: bool,
    gate: Option<Gate>,
}

#[derive(Clone, Debug)]
enum How {
    Whole,
    Chunked(Vec<Vec<u8>>),
    Drip(Duration),
    /// A chunked body of blanks, one at a time, that has no end.
    Trickle(Duration),
    /// A header, a byte at a time, that has no end.
    TrickleHead(Duration),
    /// Only so many bytes of the head come; then the connection ends.
    CutHead(usize),
    /// The body is all there is, without a head: no HTTP.
    Bare,
    /// The length is told in full, but only so many bytes come; then the connection ends.
    Cut(usize),
    /// As above, but then nothing more happens.
    Stall(usize),
    Hang,
    Close,
}

impl Reply {
    pub(crate) fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            how: How::Whole,
            resets: false,
            gate: None,
        }
    }

    /// JSON, or what claims to be JSON.
    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn ok(body: impl Into<Value>) -> Self {
        Self::json(200, body.into())
    }

    /// An error as the API writes it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, super::answers::api_error(code, message))
    }

    /// Never answers: the socket stays open until the client goes or the server is dropped.
    pub(crate) fn hang() -> Self {
        Self::fault(How::Hang)
    }

    /// Ends the connection in order, without a byte.
    pub(crate) fn close() -> Self {
        Self::fault(How::Close)
    }

    /// Ends the connection with a reset; over TLS it merely breaks off.
    pub(crate) fn reset() -> Self {
        Self::close().then_reset()
    }

    /// A head, and then blanks without end.
    pub(crate) fn trickle(status: u16, pause: Duration) -> Self {
        Self { status, ..Self::fault(How::Trickle(pause)) }
    }

    /// A head that never comes to its end.
    pub(crate) fn trickle_head(pause: Duration) -> Self {
        Self::fault(How::TrickleHead(pause))
    }

    /// Something that speaks another protocol.
    pub(crate) fn bare(bytes: impl Into<Vec<u8>>) -> Self {
        Self { body: bytes.into(), ..Self::fault(How::Bare) }
    }

    fn fault(how: How) -> Self {
        Self { how, ..Self::json(500, json!({})) }
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Only the first `sent` bytes of the body come, then the connection ends.
    pub(crate) fn cut(mut self, sent: usize) -> Self {
        self.how = How::Cut(sent);
        self
    }

    /// Only the first `sent` bytes of the head come, then the connection ends.
    pub(crate) fn cut_head(mut self, sent: usize) -> Self {
        self.how = How::CutHead(sent);
        self
    }

    /// Where the connection ends, it ends with a reset.
    pub(crate) fn then_reset(mut self) -> Self {
        self.resets = true;
        self
    }

    /// Only the first `sent` bytes of the body come, then silence.
    pub(crate) fn stall(mut self, sent: usize) -> Self {
        self.how = How::Stall(sent);
        self
    }

    /// The body comes a byte at a time.
    pub(crate) fn drip(mut self, pause: Duration) -> Self {
        self.how = How::Drip(pause);
        self
    }

    /// The body comes in chunks of `size` bytes, its length untold.
    pub(crate) fn chunked(self, size: usize) -> Self {
        let chunks = self.body.chunks(size).map(<[u8]>::to_vec).collect();
        self.chunks(chunks)
    }

    /// As [`Reply::chunked`], cut where the caller likes.
    pub(crate) fn chunks(mut self, chunks: Vec<Vec<u8>>) -> Self {
        self.how = How::Chunked(chunks);
        self
    }

    /// Waits for the gate before the first byte.
    pub(crate) fn held(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    pub(crate) fn gate(&self) -> Option<&Gate> {
        self.gate.as_ref()
    }

    /// Plays the answer; true when the connection may serve another request. `pause` waits as long
    /// as asked, or shorter when the server is being dropped.
    pub(crate) fn play(&self, wire: &mut Wire, pause: impl Fn(Duration)) -> io::Result<bool> {
        if let Some(gate) = &self.gate {
            gate.wait();
        }
        // What is left unread makes the reset.
        if !self.resets {
            wire.take_last_byte()?;
        }
        match &self.how {
            How::Hang => {
                wire.wait_for_end();
                return Ok(false);
            }
            How::Close => return Ok(false),
            How::CutHead(sent) => {
                wire.write_all(&self.head().as_bytes()[..*sent])?;
                wire.flush()?;
                return Ok(false);
            }
            How::TrickleHead(between) => {
                wire.write_all(b"HTTP/1.1 200 Scripted\r\nx-without-end: ")?;
                return drip_forever(wire, b"x", || pause(*between));
            }
            How::Bare => {}
            _ => wire.write_all(self.head().as_bytes())?,
        }
        let mut ends = self.closes();
        match &self.how {
            How::Chunked(chunks) => {
                for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
                    write!(wire, "{:x}\r\n", chunk.len())?;
                    wire.write_all(chunk)?;
                    wire.write_all(b"\r\n")?;
                    wire.flush()?;
                }
                wire.write_all(b"0\r\n\r\n")?;
            }
            How::Drip(between) => {
                for byte in &self.body {
                    wire.write_all(&[*byte])?;
                    wire.flush()?;
                    pause(*between);
                }
            }
            How::Trickle(between) => return drip_forever(wire, b"1\r\n \r\n", || pause(*between)),
            How::Cut(sent) => {
                wire.write_all(&self.body[..*sent])?;
                ends = true;
            }
            How::Stall(sent) => {
                wire.write_all(&self.body[..*sent])?;
                wire.flush()?;
                wire.wait_for_end();
                ends = true;
            }
            How::Bare => {
                wire.write_all(&self.body)?;
                ends = true;
            }
            _ => wire.write_all(&self.body)?,
        }
        wire.flush()?;
        Ok(!ends)
    }

    fn closes(&self) -> bool {
        self.headers.iter().any(|(name, value)| name == "connection" && value == "close")
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &match self.how {
            How::Chunked(_) | How::Trickle(_) => "transfer-encoding: chunked\r\n\r\n".to_owned(),
            _ => format!("content-length: {}\r\n\r\n", self.body.len()),
        };
        head
    }
}

/// Only an error ends it: the client has gone, or the server is being dropped.
fn drip_forever(wire: &mut Wire, drop: &[u8], pause: impl Fn()) -> io::Result<bool> {
    loop {
        wire.write_all(drop)?;
        wire.flush()?;
        pause();
    }
}

/// Shut until the test opens it, so that "while the answer is on its way" needs no sleep.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn open(&self) {
        let (open, changed) = &*self.0;
        *open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Comes back when the gate is open; a gate that nobody opens is a mistake in the test.
    pub(crate) fn wait(&self) {
        let (open, changed) = &*self.0;
        let guard = open.lock().unwrap_or_else(PoisonError::into_inner);
        let (_guard, late) =
            changed.wait_timeout_while(guard, DEADLINE, |open| !*open).unwrap_or_else(PoisonError::into_inner);
        assert!(!late.timed_out(), "nobody opened the gate");
    }
}
