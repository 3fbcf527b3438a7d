//! The limit on an answer's size, which is on its bytes as they are read and not as they came; and what is known of a
//! call whose answer did not come.

use super::*;
use crate::fault::CallOutcome;
use crate::rpc::{Endpoint, Limits, Network};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// Answers one request with a packed body of so many blanks.
fn packed(blanks: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"InvokeId=t-1") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b' '; blanks]).unwrap();
        let body = encoder.finish().unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
        // The client may have had enough before the end.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    });
    format!("http://{address}")
}

struct Count(usize);

impl Body for Count {
    fn start(&mut self, _: &Key) {}

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0 += bytes.len();
        Ok(())
    }
}

async fn ask(blanks: usize, limit: u64) -> (Result<(), Fault>, usize) {
    let limits = Limits { connect: Duration::from_secs(5), request: Duration::from_secs(20), bytes: limit };
    ask_at(&packed(blanks), limits).await
}

async fn ask_at(url: &str, limits: Limits) -> (Result<(), Fault>, usize) {
    let endpoint = Endpoint::parse(url).unwrap();
    let transport = Transport::new(endpoint, limits, &Network::default(), &Arc::default()).unwrap();
    let key = Key { id: "id".to_owned(), secret: "secret".into(), token: None };
    let call = ApiCall { action: "Any", version: "1", query: &[], form: Some(&[("InvokeId", "t-1")]) };
    let mut body = Count(0);
    let answered = transport.attempt(&key, &call, &mut body).await;
    (answered, body.0)
}

#[tokio::test]
async fn response_within_the_limit_is_read_whole() {
    let (answered, bytes) = ask(1 << 20, 1 << 20).await;
    assert_eq!((answered.is_ok(), bytes), (true, 1 << 20));
}

#[tokio::test]
async fn response_that_unpacks_beyond_the_limit_is_refused() {
    let (answered, bytes) = ask(8 << 20, 1 << 20).await;
    let fault = answered.unwrap_err();
    assert_eq!((fault.kind, fault.again.helps()), (Kind::Answer, false));
    assert!(fault.message.contains("larger than 1 MiB"), "{fault}");
    assert!(bytes <= 1 << 20, "{bytes} bytes were taken");
}

/// Takes one connection, reads what comes first, says something and hangs up.
fn says(scheme: &str, answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(answer);
    });
    format!("{scheme}://{address}")
}

#[tokio::test]
async fn refusal_whose_packed_body_breaks_is_read_as_far_as_it_came() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(br#"{"Code":"Throttling"}"#).unwrap();
    let head = b"HTTP/1.1 400 Bad Request\r\ncontent-encoding: gzip\r\n\r\n".to_vec();
    let answer = [head, encoder.finish().unwrap(), b"no second body".to_vec()].concat();
    let limits = Limits { connect: Duration::from_secs(5), request: Duration::from_secs(20), bytes: 1 << 20 };
    let (answered, _) = ask_at(&says("http", answer.leak()), limits).await;
    assert_eq!(answered.unwrap_err().code(), "Throttling");
}

#[tokio::test]
async fn only_a_call_that_never_had_its_connection_is_known_to_be_not_carried_out() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().unwrap();
    for (name, url, outcome) in [
        ("no connection", format!("http://{closed}"), CallOutcome::NotCarriedOut),
        ("hung up in the handshake", says("https", b""), CallOutcome::NotCarriedOut),
        ("no TLS there", says("https", b"HTTP/1.1 400 Bad Request\r\n\r\n"), CallOutcome::NotCarriedOut),
        ("an alert in the handshake", says("https", b"\x15\x03\x03\x00\x02\x02\x28"), CallOutcome::NotCarriedOut),
        ("hung up before the answer", says("http", b""), CallOutcome::Lost),
        ("hung up within its head", says("http", b"HTTP/1.1 200 OK\r\ncontent-le"), CallOutcome::Lost),
        ("hung up within it", says("http", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"), CallOutcome::Lost),
        ("no answer in time", format!("http://{silent}"), CallOutcome::Lost),
    ] {
        let limits = Limits { connect: Duration::from_secs(5), request: Duration::from_secs(1), bytes: 100 };
        let fault = ask_at(&url, limits).await.0.unwrap_err();
        assert_eq!(fault.outcome, outcome, "{name}: {fault}");
    }
}
