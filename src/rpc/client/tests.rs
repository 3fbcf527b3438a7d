//! The limit on an answer's size, which is on its bytes as they are read and not as they came.

use super::*;
use crate::rpc::{Endpoint, Limits};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::net::TcpListener;
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
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0 += bytes.len();
        Ok(())
    }
}

async fn ask(blanks: usize, limit: u64) -> (Result<(), Fault>, usize) {
    let endpoint = Endpoint::parse(&packed(blanks)).unwrap();
    let limits = Limits { connect: Duration::from_secs(5), request: Duration::from_secs(20), bytes: limit };
    let client = Client::new(Transport::new(endpoint, limits, None).unwrap(), Arc::default());
    let key = Key { id: "id".to_owned(), secret: "secret".into(), token: None };
    let call = Call { action: "Any", version: "1", query: &[], form: Some(&[("InvokeId", "t-1")]) };
    let mut body = Count(0);
    let answered = client.attempt(&key, &call, &mut body).await;
    (answered, body.0)
}

#[tokio::test]
async fn an_answer_within_the_limit_is_read_whole() {
    let (answered, bytes) = ask(1 << 20, 1 << 20).await;
    assert_eq!((answered.is_ok(), bytes), (true, 1 << 20));
}

#[tokio::test]
async fn an_answer_that_unpacks_beyond_the_limit_is_refused_on_the_way() {
    let (answered, bytes) = ask(8 << 20, 1 << 20).await;
    let fault = answered.unwrap_err();
    assert_eq!((fault.kind, fault.passing), (Kind::Answer, false));
    assert!(fault.message.contains("larger than 1 MiB"), "{fault}");
    assert!(bytes <= 1 << 20, "{bytes} bytes were taken");
}
