//! Text that is cut within a character, as half of a surrogate pair or as bytes that are no UTF-8: it hides neither the
//! verdict nor any node, and what is shown of it is text.

use serde_json::Value;

use super::support::answers::Answer;
use super::support::cli::Home;
use super::support::reply::Reply;
use super::support::server::Server;

/// An answer in which every `@` is broken like that.
fn answer(overall: &str, broken: &[u8]) -> Vec<u8> {
    let answer = Answer::new(overall).nodes(2, "Success").failures(1, "Failed", "FileCreateFail", "disk full @");
    let text = answer.set("Description", "a @ description").node("e01-cn-@", "Failed@").value().to_string();
    text.split('@').map(str::as_bytes).collect::<Vec<_>>().join(broken)
}

fn server(overall: &str, broken: &[u8]) -> Server {
    Server::always(Reply::bytes(200, "application/json; charset=utf-8", answer(overall, broken)))
}

const BROKEN: [(&[u8], &str); 2] = [(br"\ud83d", "\u{fffd}(d83d)"), (b"\xe7\x81", "\u{fffd}(e7)\u{fffd}(81)")];

#[test]
fn invalid_utf8_in_an_answer_hides_no_verdict_and_no_node() {
    for (broken, shown) in BROKEN {
        let server = server("PartialFailed", broken);
        let home = Home::for_server(&server);
        let run = home.run(&["watch", "t-1", "-o", "json"]).code(3);
        let nodes = run.json()["invocations"][0]["nodes"].clone();
        assert_eq!(nodes.as_array().map(Vec::len), Some(4), "{run}");
        assert_eq!(nodes[2]["error_info"], format!("disk full {shown}"), "{run}");
        assert_eq!(nodes[3]["node_id"], format!("e01-cn-{shown}"), "{run}");
        assert_eq!(nodes[3]["status"], format!("Failed{shown}"), "a status off the page: {run}");
        let run = home.run(&["errors", "t-1"]).code(0);
        assert!(run.out.contains(&format!("disk full {shown}")), "{run}");
        let run = home.run(&["status", "t-1", "--failed", "-o", "ids"]).code(0);
        assert_eq!(run.out, format!("e01-cn-00000002\ne01-cn-{shown}\n"), "{run}");
        let run = home.run(&["status", "t-1", "--node", "e01-cn-00000000", "--exit-status"]).code(0);
        assert!(run.out.contains("Success"), "{run}");
    }
}

#[test]
fn invalid_utf8_never_makes_a_verdict_success() {
    let nodes = Answer::new("Success@").nodes(1, "Success").node("e01-cn-x", "Success@").value().to_string();
    for (broken, _) in BROKEN {
        let body = nodes.split('@').map(str::as_bytes).collect::<Vec<_>>().join(broken);
        let server = Server::always(Reply::bytes(200, "application/json", body));
        Home::for_server(&server).run(&["status", "t-1", "--exit-status"]).code(8);
    }
}

#[test]
fn recording_of_an_answer_with_invalid_utf8_replays_the_same() {
    for (broken, shown) in BROKEN {
        let server = server("PartialFailed", broken);
        let home = Home::for_server(&server);
        home.run(&["watch", "t-1", "--record", "r.jsonl"]).code(3);
        let live = home.run(&["status", "t-1", "-o", "tsv"]).code(0);
        let recorded: Value = serde_json::from_str(&home.read("r.jsonl")).expect("one line of JSON");
        assert_eq!(
            recorded["response"]["Invocations"]["Invocation"][0]["Description"],
            format!("a {shown} description")
        );
        home.run(&["watch", "--from", "r.jsonl"]).code(3);
        let played = home.run(&["status", "--from", "r.jsonl", "-o", "tsv"]).code(0);
        assert_eq!(played.out, live.out, "{played}");
        // And what another program wrote down as it was.
        let bare = Home::new().file("bare.json", answer("PartialFailed", broken));
        let run = bare.run(&["status", "--from", "bare.json", "--exit-status", "-o", "tsv"]).code(3);
        assert_eq!(run.out.lines().count(), 4, "{run}");
    }
}

#[test]
fn api_error_with_invalid_utf8_is_told_with_its_code() {
    for (broken, shown) in BROKEN {
        let body = [&br#"{"Code":"Forbidden.RAM","Message":"not allowed "#[..], broken, br#"","RequestId":"R-7"}"#];
        let server = Server::always(Reply::bytes(403, "application/json", body.concat()));
        let run = Home::for_server(&server).run(&["status", "t-1"]).code(4);
        assert!(run.err.contains(&format!("allowed {shown} (Forbidden.RAM)")), "{run}");
        assert!(run.err.contains("R-7"), "{run}");
    }
}
