//! What comes in over a connection, kept as it came: the signature is over these very bytes, so a
//! library that tidies headers or queries would hide what the tests are for.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use percent_encoding::percent_decode_str;
use rustls::{ServerConnection, StreamOwned};

/// Larger heads are a mistake in the client, not a case to test.
const HEAD_LIMIT: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As sent, without the question mark.
    pub(crate) query: String,
    /// In the order sent, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
    /// Which connection of the server, from 0: the same number twice is a connection kept.
    pub(crate) connection: usize,
}

impl Request {
    /// The value of a header sent once; `None` too when it was sent twice, for then there is no
    /// telling which is meant.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn body_text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is no UTF-8")
    }

    /// The fields of a form body.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        let mut form = BTreeMap::new();
        for (key, value) in pairs(self.body_text()) {
            let twice = form.insert(key.clone(), value);
            assert!(twice.is_none(), "{key} stands twice in {}", self.body_text());
        }
        form
    }

    /// Whether the client wants the connection closed after the answer.
    pub(crate) fn is_last(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// The decoded pairs of a query or a form.
pub(crate) fn pairs(encoded: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().unwrap_or_else(|_| panic!("{text} decodes to no UTF-8")).into_owned()
    };
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// A connection, plain or over TLS.
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    /// The last byte of a request. On a plain connection it stays in the socket until the answer is
    /// on its way: a socket closed over unread bytes sends a reset, and std knows no other way to one.
    fn last_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        let got = match self {
            Self::Plain(tcp) => tcp.peek(&mut byte)?,
            Self::Tls(tls) => tls.read(&mut byte)?,
        };
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(byte[0])
    }

    /// Takes the byte that [`Wire::last_byte`] left lying.
    pub(crate) fn take_last_byte(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.read_exact(&mut [0]),
            Self::Tls(_) => Ok(()),
        }
    }

    /// Comes back when the client has gone or the server is being dropped.
    pub(crate) fn wait_for_end(&mut self) {
        let mut ignored = [0; 512];
        while matches!(self.read(&mut ignored), Ok(n) if n > 0) {}
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

/// The next request of a connection but for its last byte, which [`Wire::take_last_byte`] takes;
/// `None` when the client hung up between two requests.
pub(crate) fn read_request(wire: &mut Wire, connection: usize) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    let mut byte = [0];
    // The newline that ends the head may be the last byte of the request: it is left for later.
    while !head.ends_with(b"\r\n\r") {
        if wire.read(&mut byte)? == 0 {
            return if head.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        head.push(byte[0]);
        if head.len() > HEAD_LIMIT {
            return Err(malformed("the head does not end"));
        }
    }
    let mut request = parse_head(&head, connection)?;
    if request.header("transfer-encoding").is_some() {
        return Err(malformed("a chunked request"));
    }
    let length = match request.header("content-length") {
        Some(text) => text.parse().map_err(|_| malformed("content-length"))?,
        None => 0,
    };
    if length > 0 {
        wire.read_exact(&mut byte)?;
        request.body.resize(length - 1, 0);
        wire.read_exact(&mut request.body)?;
        let last = wire.last_byte()?;
        request.body.push(last);
    } else {
        wire.last_byte()?;
    }
    request.at = Instant::now();
    Ok(Some(request))
}

fn parse_head(head: &[u8], connection: usize) -> io::Result<Request> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.trim_end().split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1"), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(malformed("the request line"));
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':').ok_or_else(|| malformed("a header"))?;
            Ok((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()))
        })
        .collect::<io::Result<_>>()?;
    Ok(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        at: Instant::now(),
        connection,
    })
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
