//! Large fleets and many invocations: what is asked for, and over how many connections.

use crate::support::answers::{Answer, no_record};
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;

#[test]
fn gzip_answer_is_asked_for_and_read() {
    let answer = Answer::new("Success").nodes(5_000, "Success").value().to_string();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(answer.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert!(packed.len() * 10 < answer.len());
    for word in ["gzip", "GZIP", "x-gzip"] {
        let reply = Reply::bytes(200, "application/json", packed.clone()).header("content-encoding", word);
        let server = Server::always(reply);
        let home = Home::for_server(&server);
        let run = home.run(&["status", "t-1", "-o", "json"]).code(0);
        assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 5_000);
        assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip"));
        // Byte for byte is what the API wrote, and not how it was packed.
        assert_eq!(home.run(&["status", "t-1", "-o", "raw"]).code(0).out, answer);
    }
}

#[test]
fn hundred_ids_share_a_few_connections() {
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

#[test]
fn thousand_ids_are_one_watch_with_one_verdict() {
    let server = Server::with(|request, _| {
        let id = request.form()["InvokeId"].clone();
        match id.as_str() {
            "t-7" => Reply::ok(no_record()),
            "t-500" => {
                Reply::ok(Answer::new("PartialFailed").nodes(2, "Success").failures(1, "Failed", "FileCreateFail", ""))
            }
            _ => Reply::ok(Answer::new("Success").nodes(3, "Success").name(&id)),
        }
    });
    let ids: String = (0..1000).map(|id| format!("t-{id}\n")).collect();
    let home = Home::for_server(&server);
    let run = home.efloctl().args(["watch", "-", "-o", "json", "--grace", "0"]).stdin(ids).run().code(3);
    let document = run.json();
    let invocations = document["invocations"].as_array().unwrap();
    assert_eq!(invocations.len(), 1000);
    for (at, one) in invocations.iter().enumerate() {
        assert_eq!(one["invoke_id"], format!("t-{at}"));
        let verdict = match at {
            7 => Value::Null,
            500 => "PartialFailed".into(),
            _ => "Success".into(),
        };
        assert_eq!(one["verdict"], verdict, "{one}");
    }
    assert_eq!(invocations[7]["error"]["kind"], "not_found", "one that is not found stops no other");
    assert_eq!(server.count(), 1000);
    let connections: BTreeSet<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert!(connections.len() <= 8, "{connections:?}");
    let verdict = "efloctl: PartialFailed: 1000 invocations: 1 PartialFailed, 998 Success, 1 without an answer; exit 3";
    assert_eq!(run.err.lines().rev().nth(1), Some(verdict), "{run}");
}

#[test]
fn refused_key_ends_a_watch_of_a_thousand_ids() {
    let server = Server::always(Reply::error(403, "Forbidden.RAM", "not authorized"));
    let ids: String = (0..1000).map(|id| format!("t-{id}\n")).collect();
    let run = Home::for_server(&server).efloctl().args(["watch", "-"]).stdin(ids).run().code(4);
    assert!(server.count() <= 8, "no more than were in flight: {}", server.count());
    assert_eq!(run.err.matches("Forbidden.RAM").count(), 1, "told once: {run}");
}
