//! Large fleets and many invocations: what is asked for, and over how many connections.

use crate::support::answers::Answer;
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::io::Write;

#[test]
fn a_compressed_answer_is_asked_for_and_read() {
    let answer = Answer::new("Success").nodes(5_000, "Success").value().to_string();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(answer.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert!(packed.len() * 10 < answer.len());
    let reply = Reply::bytes(200, "application/json", packed).header("content-encoding", "gzip");
    let server = Server::always(reply.clone());
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "-o", "json"]).code(0);
    assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 5_000);
    assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip"));
    // Byte for byte is what the API wrote, and not how it was packed.
    assert_eq!(home.run(&["status", "t-1", "-o", "raw"]).code(0).out, answer);
}

#[test]
fn a_hundred_invocations_share_a_few_connections() {
    let server = Server::with(|request, _| {
        let id = request.form()["InvokeId"].clone();
        Reply::ok(Answer::new("Success").nodes(100, "Success").name(&id))
    });
    let ids: Vec<String> = (0..100).map(|id| format!("t-{id}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let run = Home::for_server(&server).run(&[&["status", "-o", "json"], &ids[..]].concat()).code(0);
    let names = run.json()["invocations"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names, ids, "each id has its own answer");
    assert_eq!(server.count(), 100);
    let connections: BTreeSet<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert!(connections.len() <= 8, "{connections:?}");
}
