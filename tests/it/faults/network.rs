//! No connection, no trust, no answer: what the network does to a call.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::*;

/// An end that only a limit brings.
const LIMITED: &[&str] = &["--request-timeout", "1s", "--connect-timeout", "1s"];
const SOME: Duration = Duration::from_millis(20);

fn at(scheme: &str, address: std::net::SocketAddr, held: Held) -> Fault {
    Fault::Place { endpoint: format!("{scheme}://{address}"), _held: Some(held) }
}

/// The near end of a connection is a port that nobody listens on and nobody else gets.
fn closed_port(scheme: &str) -> Fault {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let stream = TcpStream::connect(listener.local_addr().expect("its address")).expect("a connection");
    at(scheme, stream.local_addr().expect("its address"), Held::Stream { _it: stream })
}

/// The system accepts connections for it, and nobody ever reads from them.
fn mute_port(scheme: &str) -> Fault {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    at(scheme, listener.local_addr().expect("its address"), Held::Listener { _it: listener })
}

/// Something that says this to whoever connects, and hangs up. It goes with the process.
fn says(scheme: &str, words: &'static [u8]) -> Fault {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("{scheme}://{}", listener.local_addr().expect("its address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // What is left unread would make a reset of the end.
            let _ = stream.read(&mut [0; 16 << 10]).and_then(|_| stream.write_all(words));
        }
    });
    Fault::Place { endpoint, _held: None }
}

fn certificate(identity: Identity, is_trusted: bool) -> Fault {
    Fault::Certificate { identity, is_trusted }
}

#[test]
fn connection_refused_exits_5() {
    let nowhere = || Fault::Place { endpoint: "https://x.invalid".to_owned(), _held: None };
    check([
        Case::new("refused", closed_port("http"), &["cannot connect to 127.0.0.1:", "Connection refused"]).passing(),
        Case::new("refused, TLS", closed_port("https"), &["cannot connect to 127.0.0.1:", "Connection refused"])
            .passing(),
        Case::new("no such name", nowhere(), &["x.invalid cannot be resolved", "region"]).passing().within(LIMITED),
        Case::new("nobody accepts", mute_port("http"), &["no complete answer within 1s"]).passing().within(LIMITED),
        Case::new("no handshake", mute_port("https"), &["within 1s"]).passing().within(LIMITED),
    ]);
}

#[test]
fn untrusted_certificate_exits_5() {
    let unknown = certificate(Identity::loopback(), false);
    let other = certificate(Identity::new(&["other.example"]), true);
    let expired = certificate(Identity::untimely([2019, 2020]), true);
    let early = certificate(Identity::untimely([2090, 2091]), true);
    check([
        Case::new("unknown issuer", unknown, &["no trusted connection to 127.0.0.1:", "UnknownIssuer", "--ca-file"]),
        Case::new("other host", other, &["no trusted connection", "not valid for name \"127.0.0.1\"", "--endpoint"]),
        Case::new("expired", expired, &["no trusted connection", "certificate expired", "clock", "renewed"]),
        Case::new("no TLS", says("https", b"HTTP/1.1 400 Bad Request\r\n\r\n"), &["speaks no TLS", "--endpoint"]),
        Case::new("hung up", says("https", b""), &["cannot connect to 127.0.0.1:", "network"]).passing(),
        Case::new("not yet valid", early, &["no trusted connection", "not valid yet", "clock"]),
    ]);
}

#[test]
fn request_timeout_ends_an_answer_that_drips() {
    let late = |name, reply| {
        Case::new(name, reply, &["gave no complete answer within 1s", "--request-timeout"]).passing().within(LIMITED)
    };
    let body = Answer::new("Success").nodes(20, "Success").value().to_string();
    check([
        late("no answer at all", Reply::hang()),
        late("a head without end", Reply::trickle_head(SOME)),
        late("silence within a body", Reply::json(200, &body).stall(100)),
        late("a body a byte at a time", Reply::json(200, &body).drip(SOME)),
        late("a body without end", Reply::trickle(200, SOME)),
        Case::new("silence within a refusal", Reply::json(503, &body).stall(10), &["503 Service Unavailable"])
            .passing()
            .within(LIMITED),
        // What it says would be more, and its status is enough.
        Case::new("a refusal without end", Reply::trickle(403, SOME), &["403 Forbidden"]).within(LIMITED),
    ]);
}

#[test]
fn connection_that_breaks_off_exits_5() {
    let broken = |name, reply| Case::new(name, reply, &["127.0.0.1:", "try again"]).passing();
    check([
        broken("before the head", Reply::close()),
        broken("before the head, reset", Reply::reset()),
        broken("within the head", done().cut_head(20)),
        broken("within the head, reset", done().cut_head(20).then_reset()),
        broken("after the head", done().cut(0)),
        broken("after the head, reset", done().cut(0).then_reset()),
        broken("within the body", done().cut(30)),
        broken("within the body, reset", done().cut(30).then_reset()),
        broken("no gzip", done().chunked(20).header("content-encoding", "gzip")),
    ]);
}
