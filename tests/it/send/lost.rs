//! Answers that are lost in every way there is: the requests are counted at the server.

use super::{PATH, first, send, set_up};
use crate::fleet_server::{Deed, Fleet};
use crate::support::reply::Reply;
use serde_json::json;
use std::time::Duration;

/// Every way to lose an answer after the request has come in.
fn ways() -> Vec<(&'static str, Reply)> {
    let answer = || Reply::ok(json!({ "InvokeId": "t-9", "RequestId": "R" }));
    vec![
        ("closed before the answer", Reply::close()),
        ("reset before the answer", Reply::reset()),
        ("reset within the answer", answer().cut(12).then_reset()),
        ("cut within the head", answer().cut_head(9)),
        ("half JSON", Reply::json(200, "{\"InvokeId\":\"t-9")),
        ("no InvokeId", Reply::ok(json!({ "RequestId": "R" }))),
        ("an answer that takes too long", Reply::hang()),
        ("an answer that stalls", answer().stall(5)),
        ("500", Reply::error(500, "InternalError", "an error")),
        ("503", Reply::error(503, "ServiceUnavailable", "busy")),
        ("400 of load", Reply::error(400, "SystemBusy", "busy")),
        ("a repeated nonce", Reply::error(400, "SignatureNonceUsed", "again")),
        ("200 with a code", Reply::ok(json!({ "RequestId": "R", "Code": "InternalError", "Message": "no" }))),
        ("a page of a proxy", Reply::bytes(502, "text/html", "<html><title>Bad Gateway</title></html>")),
        ("a login page", Reply::bytes(200, "text/html", "<html>login</html>")),
        ("a refusal of a proxy", Reply::bytes(403, "text/html", "<html>no</html>")),
        ("a redirect", Reply::bytes(302, "text/html", "").header("location", "https://login.invalid/")),
        ("another protocol", Reply::bare("SSH-2.0-OpenSSH\r\n")),
    ]
}

#[test]
fn a_lost_answer_is_never_asked_for_again_and_no_call_follows() {
    for (way, reply) in ways() {
        // On a fresh connection, and on one that another call has used.
        for lost in [0, 1] {
            let reply = reply.clone();
            let fleet = Fleet::of(6).script(move |number, _| match number {
                number if number == lost => Deed::CarryOut(reply.clone()),
                _ => Deed::Accept,
            });
            let (_server, home) = set_up(&fleet);
            let args = ["--nodes-per-call", "2", "--request-timeout", "2s", "-o", "json"];
            let run = send(&home, &first(6)).args(args).run().code(if lost == 0 { 5 } else { 3 });
            assert_eq!(fleet.calls().len(), lost + 1, "{way}: {run}");
            let entry = &run.json()["invocations"][0];
            let unconfirmed = json!([format!("n-{}", 2 * lost), format!("n-{}", 2 * lost + 1)]);
            assert_eq!(entry["send"]["unconfirmed"], unconfirmed, "{way}");
            assert_eq!(entry["counts"]["Success"], 2 * lost, "{way}: what was accepted is watched to its end");
            assert_eq!(entry["counts"]["NotSent"], 4 - 2 * lost, "{way}");
        }
    }
}

#[test]
fn with_overwrite_a_lost_answer_is_asked_for_again() {
    for (way, reply) in ways() {
        let fleet = Fleet::of(2).script(move |number, _| match number {
            0 => Deed::CarryOut(reply.clone()),
            _ => Deed::Accept,
        });
        let (_server, home) = set_up(&fleet);
        let run = send(&home, &first(2)).args(["--overwrite", "--request-timeout", "2s"]).run();
        let is_asked_again = !["a login page", "a refusal of a proxy", "a redirect", "another protocol"].contains(&way);
        if is_asked_again {
            assert_eq!((run.code, fleet.calls().len()), (0, 2), "{way}: {run}");
            assert!(fleet.writes(PATH).values().all(|writes| *writes == 2), "{way}");
        } else {
            assert!(run.code == 0 || fleet.calls().len() == 1, "{way}: {run}");
        }
    }
}

#[test]
fn what_surely_was_not_carried_out_is_made_again() {
    let ways = [
        ("throttling", Reply::error(400, "Throttling.User", "too many")),
        ("429", Reply::error(429, "TooManyRequests", "too many")),
        ("throttling that says when", Reply::error(400, "Throttling", "too many").header("x-acs-retry-after", 50)),
    ];
    for (way, reply) in ways {
        let fleet = Fleet::of(2).script(move |number, _| match number {
            0 | 1 => Deed::Only(reply.clone()),
            _ => Deed::Accept,
        });
        let (_server, home) = set_up(&fleet);
        let run = send(&home, &first(2)).run().code(0);
        assert_eq!(fleet.calls().len(), 3, "{way}: {run}");
        assert!(fleet.writes(PATH).values().all(|writes| *writes == 1), "{way}");
        let fleet = Fleet::of(2).script(|_, _| Deed::Only(Reply::error(400, "Throttling", "too many")));
        let (_server, home) = set_up(&fleet);
        send(&home, &first(2)).args(["--retries", "2"]).run().code(5);
        assert_eq!(fleet.calls().len(), 3, "before the first accepted call as often as --retries says");
    }
}

#[test]
fn where_there_is_no_connection_nothing_was_sent() {
    let fleet = Fleet::of(2);
    let (server, home) = set_up(&fleet);
    drop(server);
    let run =
        send(&home, &first(2)).args(["--retries", "1", "-o", "json"]).timeout(Duration::from_secs(20)).run().code(5);
    assert_eq!(run.json()["invocations"][0]["send"]["not_sent"], json!(["n-0", "n-1"]), "{run}");
}
