//! The helpers put to the test themselves: a server that let everything through would make every
//! test pass that stands on it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use super::answers::{self, Answer};
use super::cli::Home;
use super::http::Request;
use super::reply::{Gate, Reply};
use super::server::{KEY_ID, KEY_SECRET, Server};
use super::signature;
use super::tls::Identity;

mod vectors;

const NONCE: &str = "0123456789abcdef0123456789abcdef";

/// A request signed by hand, as it goes over the wire.
fn signed(host: &str, secret: &str, nonce: &str, date: Timestamp) -> Vec<u8> {
    let body = "InvokeId=t-1";
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut request = Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: vec![
            header("content-type", "application/x-www-form-urlencoded"),
            header("host", host),
            header("x-acs-action", "DescribeSendFileResults"),
            header("x-acs-content-sha256", &signature::sha256_hex(body.as_bytes())),
            header("x-acs-date", &date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            header("x-acs-signature-nonce", nonce),
            header("x-acs-version", "2022-12-15"),
        ],
        body: body.into(),
        at: Instant::now(),
        connection: 0,
    };
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    let canonical = signature::canonical_request(&request, &names);
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", signature::sha256_hex(canonical.as_bytes()));
    let signature = signature::hmac_hex(secret.as_bytes(), to_sign.as_bytes());
    let names = names.join(";");
    request.headers.push(header(
        "Authorization",
        &format!("ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={names},Signature={signature}"),
    ));
    request.headers.push(header("content-length", &body.len().to_string()));
    let headers: String = request.headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    format!("POST / HTTP/1.1\r\n{headers}\r\n{body}").into_bytes()
}

/// Sends a good request on a connection of its own and returns the answer to the end of its body,
/// or all there is before the connection ends.
fn call(server: &Server, nonce: &str) -> io::Result<String> {
    let mut tcp = TcpStream::connect(server.address())?;
    tcp.write_all(&signed(&server.address().to_string(), KEY_SECRET, nonce, Timestamp::now()))?;
    answer(&mut tcp)
}

fn answer(stream: &mut impl Read) -> io::Result<String> {
    let (mut text, mut byte) = (String::new(), [0]);
    let whole = |text: &str| {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.split("content-length: ").nth(1)?.lines().next()?;
        (body.len() == length.parse::<usize>().ok()?).then_some(())
    };
    while whole(&text).is_none() && stream.read(&mut byte)? > 0 {
        text.push(char::from(byte[0]));
    }
    Ok(text)
}

/// What a server complains of when it is dropped.
fn complaint(server: Server) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).expect_err("no complaint");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn test_server_answers_and_records_a_valid_request() {
    let server = Server::sequence(vec![Reply::ok(json!({"n": 0})), Reply::json(503, "{}")]);
    let mut tcp = TcpStream::connect(server.address()).unwrap();
    for nonce in ["0000000000000000", "0000000000000001"] {
        let request = signed(&server.address().to_string(), KEY_SECRET, nonce, Timestamp::now());
        tcp.write_all(&request).unwrap();
        let text = answer(&mut tcp).unwrap();
        assert!(text.contains("\r\ndate: ") && text.ends_with('}'), "{text}");
    }
    assert!(call(&server, NONCE).unwrap().starts_with("HTTP/1.1 503 "));
    let connections: Vec<usize> = server.requests().iter().map(|r| r.connection).collect();
    assert_eq!((server.count(), connections), (3, vec![0, 0, 1]));
    assert_eq!(server.form(0)["InvokeId"], "t-1");
    assert!(server.url().starts_with("http://127.0.0.1:"));
}

#[test]
fn test_server_refuses_an_invalid_request() {
    let send = |server: &Server, secret, date| {
        let mut tcp = TcpStream::connect(server.address()).unwrap();
        tcp.write_all(&signed(&server.address().to_string(), secret, NONCE, date)).unwrap();
        answer(&mut tcp).unwrap()
    };
    let now = Timestamp::now();
    let server = Server::always(Reply::ok(json!({})));
    assert!(send(&server, "another", now).contains("SignatureDoesNotMatch"));
    assert!(complaint(server).contains("the signature does not match"));

    let server = Server::always(Reply::ok(json!({}))).expect_bad_signatures();
    let early = now - SignedDuration::from_mins(16);
    assert!(send(&server, KEY_SECRET, early).contains("SignatureDoesNotMatch"));
    assert_eq!(server.bad_signatures().len(), 1);
    drop(server);

    let server = Server::always(Reply::ok(json!({}))).clock_ahead(SignedDuration::from_hours(1));
    assert!(send(&server, KEY_SECRET, now).contains("InvalidTimeStamp.Expired"));
    drop(server);

    let server = Server::always(Reply::ok(json!({})));
    assert!(call(&server, NONCE).unwrap().starts_with("HTTP/1.1 200 "));
    assert!(call(&server, NONCE).unwrap().contains("SignatureNonceUsed"));
    assert!(complaint(server).contains("came twice"));

    let server = Server::with(|_, n| panic!("request {n} was not expected"));
    assert_eq!(call(&server, NONCE).unwrap_or_default(), "");
    assert!(complaint(server).contains("request 0 was not expected"));
}

#[test]
fn test_server_faults_are_as_ordered() {
    let one = |reply: Reply| call(&Server::always(reply), NONCE);
    let body = Reply::json(200, "0123456789");
    assert_eq!(one(Reply::close()).unwrap(), "");
    assert_eq!(one(Reply::reset()).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(one(body.clone().cut(4)).unwrap().ends_with("content-length: 10\r\n\r\n0123"));
    assert!(one(body.clone().drip(Duration::from_millis(1))).unwrap().ends_with("\r\n0123456789"));
    let chunked = one(body.clone().chunked(6).header("connection", "close")).unwrap();
    assert!(chunked.ends_with("\r\n\r\n6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n"), "{chunked}");
}

#[test]
fn test_server_closes_its_connections() {
    let gate = Gate::new();
    for held in [Reply::hang(), Reply::json(200, "0123").stall(2), Reply::ok(json!({})).held(&gate)] {
        let server = Server::always(held);
        let mut tcp = TcpStream::connect(server.address()).unwrap();
        let host = server.address().to_string();
        tcp.write_all(&signed(&host, KEY_SECRET, NONCE, Timestamp::now())).unwrap();
        server.wait_for_requests(1);
        drop(server);
        let _ = answer(&mut tcp);
    }
    let server = Server::always(Reply::ok(json!({})).held(&gate));
    gate.open();
    assert!(call(&server, NONCE).unwrap().ends_with("{}"));
}

#[test]
fn test_server_tls_is_trusted_through_its_ca_alone() {
    let identity = Identity::loopback();
    let server = Server::tls(&identity, |_, _| Reply::ok(json!({"over": "tls"})));
    let client = |roots| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(tls, TcpStream::connect(server.address()).unwrap());
        let host = server.address().to_string();
        stream.write_all(&signed(&host, KEY_SECRET, NONCE, Timestamp::now()))?;
        answer(&mut stream)
    };
    let mut roots = RootCertStore::empty();
    roots.add(Identity::loopback().ca.clone()).unwrap();
    assert!(client(roots).unwrap_err().to_string().contains("certificate"));
    let mut roots = RootCertStore::empty();
    roots.add(identity.ca.clone()).unwrap();
    assert!(client(roots).unwrap().ends_with(r#"{"over":"tls"}"#));
    assert!(identity.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn test_answers_have_the_documented_fields() {
    let documented: Value = serde_json::from_str(include_str!("../../data/api-page-sample.json")).unwrap();
    let built = Answer::new("Pending").node_count(3).node("e01-cn-a", "Success").value();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let record = |value: &Value| value["Invocations"]["Invocation"][0].clone();
    let node = |value: &Value| record(value)["InvokeNodes"]["InvokeNode"][0].clone();
    assert_eq!(keys(&built), keys(&documented));
    assert_eq!(keys(&record(&built)), keys(&record(&documented)));
    assert_eq!(keys(&node(&built)), keys(&node(&documented)));
    assert_eq!(record(&Answer::new("Failed").nodes(2, "Failed").value())["NodeCount"], 2);
    assert_eq!(answers::no_record()["Invocations"]["Invocation"], json!([]));
}

#[cfg(unix)]
#[test]
fn running_program_can_be_read_while_it_runs() {
    let home = Home::new();
    // The shell that waits for a job is the one that a signal reaches at once.
    let script = "sleep 60 >&- 2>&- & trap 'kill $!; echo got it >&2; exit 7' INT; \
                  echo out; echo ready >&2; echo set >&2; wait";
    let mut running = home.program("sh").args(["-c", script]).spawn();
    running.wait_err(|line| line == "set");
    running.signal("INT");
    let run = running.finish().code(7);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("out\n", "ready\nset\ngot it\n"));
    home.program("sh").args(["-c", "kill -TERM $$"]).run().code(143);
    let inherited = home.program("sh").args(["-c", "cat; echo $CARGO"]).stdin("in").run().code(0);
    assert_eq!(inherited.out, "in\n");
}

#[cfg(unix)]
#[test]
fn test_terminal_shows_the_screen() {
    use super::pty::Pty;
    let home = Home::new();
    let script = r#"printf 'wrong\r\033[Kright  \n'; read key; stty size; kill -INT $$"#;
    let mut pty = Pty::start_with(&home, 40, 5, "sh", &["-c", script], &[]);
    assert_eq!(pty.wait_for(|screen| screen.contains("right")), "right");
    assert!(pty.raw().starts_with(b"wrong\r\x1b[Kright"));
    pty.resize(50, 6);
    pty.send(b"k\r");
    assert_eq!(pty.exit_code(), 130);
    assert_eq!(pty.screen(), "right\nk\n6 50");
}
