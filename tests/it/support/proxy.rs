//! A proxy that leads every name to one address of the loopback: so a test asks hosts by their real names, and none of
//! them.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use super::http::{Wire, read_request};

/// Starts one, for `HTTPS_PROXY`. Gives its URL; it serves until the tests end.
pub(crate) fn leading_to(address: SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
    let url = format!("http://{}", listener.local_addr().expect("the address listened on"));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || lead(client, address));
        }
    });
    url
}

/// Answers a CONNECT, then carries bytes to and fro until both sides have ended.
fn lead(mut client: TcpStream, address: SocketAddr) -> io::Result<()> {
    let mut wire = Wire::Plain(client.try_clone()?);
    let Some(asked) = read_request(&mut wire, 0)? else { return Ok(()) };
    assert_eq!(asked.method, "CONNECT");
    wire.take_last_byte()?;
    let mut server = TcpStream::connect(address)?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut sent, mut taken) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut sent, &mut taken).and_then(|_| taken.shutdown(Shutdown::Write)));
    io::copy(&mut server, &mut client)?;
    client.shutdown(Shutdown::Write)
}
