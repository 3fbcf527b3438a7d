//! Fields of absurd length: people are shown the beginning, programs get all of it, and nothing takes for ever.

use super::*;
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;

const LONG: usize = 2 << 20;

/// So much is more than a person reads, and far less than one field.
const ENOUGH: usize = 20_000;

fn long(mark: &str) -> String {
    format!("{mark}{}", "x ".repeat(LONG / 2))
}

#[test]
fn long_text_is_cut_for_people_and_whole_for_programs() {
    let texts =
        ["Name", "Description", "TargetDir", "ContentType", "FileMode", "FileOwner", "FileGroup", "CreationTime"];
    let fields = texts.iter().map(|name| (Some(*name), None));
    let of_node = ["InvocationStatus", "ErrorCode", "ErrorInfo", "StartTime", "FinishTime"];
    for (of_record, of_node) in fields.chain(of_node.iter().map(|name| (None, Some(*name)))) {
        let mut node = json!({"NodeId": "e01", "InvocationStatus": "Failed", "ErrorCode": "Code", "ErrorInfo": "info"});
        let mut answer = Answer::new("Failed");
        if let Some(field) = of_record {
            answer = answer.set(field, long("begin-"));
        }
        if let Some(field) = of_node {
            node[field] = long("begin-").into();
        }
        let server = Server::always(Reply::ok(answer.node_as(node)));
        let home = Home::for_server(&server);
        let name = of_record.or(of_node);
        for args in [&["status", "t-1"][..], &["errors", "t-1"], &["watch", "t-1"]] {
            let run = home.run(args);
            let shown = run.out.len() + run.err.len();
            assert!(shown < ENOUGH, "{name:?}: {shown} bytes of {args:?}");
        }
        let run = home.run(&["status", "t-1", "-o", "json"]).code(0);
        assert!(run.out.len() > LONG, "{name:?}: {} bytes", run.out.len());
    }
}

#[test]
fn long_id_stays_whole() {
    let id = "e01".repeat(LONG / 3);
    let answer = Answer::new("PartialFailed").node("e02", "Success").failed(&id, "Failed", "Code", "info");
    let server = Server::always(Reply::ok(answer));
    let run = Home::for_server(&server).run(&["status", "t-1"]).code(0);
    assert!(run.out.lines().any(|line| line == id), "{} lines", run.out.lines().count());
    // The others are not pushed aside by it.
    assert!(run.out.len() < LONG + ENOUGH, "{} bytes", run.out.len());
}

#[test]
fn long_api_error_is_cut() {
    let body = json!({"Code": long("Code"), "Message": long("message"), "RequestId": long("R")});
    let server = Server::unsigned(move |_, _| Reply::json(400, &body));
    let home = Home::for_server(&server);
    for args in [&["status", "t-1"][..], &["watch", "t-1"], &["doctor"]] {
        let run = home.efloctl().args(args).env("EFLOCTL_STS_ENDPOINT", "http://127.0.0.1:1").run();
        assert!(run.out.len() + run.err.len() < ENOUGH, "{args:?}: {} bytes", run.err.len());
    }
}
