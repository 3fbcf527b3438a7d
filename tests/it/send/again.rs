//! Sending again to what is left: who is sent to, what is asked about, and that nobody gets the file twice.

use super::{first, send, send_id, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::cli::{Home, Run};
use crate::support::reply::Reply;
use serde_json::json;
use std::time::Duration;

const PATH: &str = "/etc/app/app.conf";

fn resend(home: &Home, more: &[&str]) -> Run {
    let id = send_id(home);
    home.efloctl().args(["resend", &id, "--yes", "--interval", "1s"]).args(more).run()
}

#[test]
fn resend_sends_to_just_the_nodes_that_did_not_get_it_into_the_same_log() {
    let fleet = Fleet::of(10);
    fleet.trouble(3, Some(Trouble::AgentSilent));
    fleet.trouble(7, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    let id = {
        send(&home, &first(10)).run().code(3);
        send_id(&home)
    };
    fleet.trouble(3, None);
    let run = resend(&home, &["-o", "json"]).code(3);
    assert_eq!(fleet.calls()[1], ["n-3", "n-7"]);
    assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 9);
    fleet.trouble(7, None);
    let run = resend(&home, &["-o", "json"]).code(0);
    assert_eq!(fleet.calls()[2], ["n-7"]);
    let entry = &run.json()["invocations"][0];
    assert_eq!((&entry["invoke_id"], &entry["send"]["batches"]), (&json!(id), &json!([1])));
    assert_eq!(entry["send"]["calls"].as_array().unwrap().len(), 3);
    assert!(fleet.writes(PATH).values().all(|writes| *writes == 1));
    // The whole fleet has it: the gate on the send turns 0, and nothing is left.
    home.run(&["watch", &id, "--interval", "1s"]).code(0);
    home.run(&["status", &id, "--exit-status"]).code(0);
    let run = resend(&home, &[]).code(0);
    assert!(run.err.contains("nothing is left to send"), "{run}");
    assert_eq!(fleet.calls().len(), 3);
}

#[test]
fn a_refused_node_is_named_in_a_call_of_its_own() {
    let fleet = Fleet::of(6).script(|number, nodes| match number {
        0 => Deed::Accept,
        _ if nodes.iter().any(|node| node == "n-4") => Deed::Only(Reply::error(400, "InvalidNode.Bad", "bad")),
        _ => Deed::Accept,
    });
    let (_server, home) = set_up(&fleet);
    send(&home, &first(6)).args(["--nodes-per-call", "3"]).run().code(3);
    let run = resend(&home, &[]).code(3);
    assert_eq!(fleet.calls()[2..], [["n-3"], ["n-4"], ["n-5"]].map(|call| call.map(str::to_owned).to_vec()), "{run}");
    assert!(run.out.contains("5 ok, 1 not sent of 6"), "{run}");
}

#[test]
fn whether_a_file_that_may_be_there_is_replaced_must_be_said() {
    let fleet = Fleet::of(3).script(|number, _| match number {
        0 => Deed::CarryOut(Reply::close()),
        _ => Deed::Accept,
    });
    let (_server, home) = set_up(&fleet);
    send(&home, &first(3)).run().code(5);
    let run = resend(&home, &[]).code(2);
    assert!(run.err.contains("Unconfirmed") && run.err.contains("--overwrite"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
    let run = resend(&home, &["--no-overwrite"]).code(1);
    assert!(run.out.contains("FileAlreadyExists"), "{run}");
    resend(&home, &["--overwrite"]).code(0);
    assert_eq!(fleet.calls().len(), 3);
}

#[test]
fn what_a_resend_does_not_mend_is_left_out_and_told() {
    let fleet = Fleet::of(4);
    fleet.trouble(1, Some(Trouble::Released));
    fleet.trouble(2, Some(Trouble::FolderIsFile));
    fleet.trouble(3, Some(Trouble::AgentUpgrading));
    let (_server, home) = set_up(&fleet);
    send(&home, &first(4)).run().code(3);
    fleet.trouble(3, None);
    let run = resend(&home, &[]).code(3);
    assert_eq!(fleet.calls()[1], ["n-3"]);
    for word in ["NodeReleased: n-1", "FilePathInvalid: n-2"] {
        assert!(run.err.contains(word), "{word}: {run}");
    }
}

#[test]
fn nodes_that_are_excepted_count_as_they_are() {
    let fleet = Fleet::of(4);
    fleet.trouble(1, Some(Trouble::NotRunning));
    fleet.trouble(2, Some(Trouble::NotRunning));
    let (server, home) = set_up(&fleet);
    send(&home, &first(4)).run().code(3);
    let asked = server.count();
    resend(&home, &["--except", "n-9"]).code(2);
    resend(&home, &["--except", ""]).code(2);
    assert_eq!(fleet.calls().len(), 1);
    fleet.trouble(1, None);
    fleet.trouble(2, None);
    resend(&home, &["--except", "n-2"]).code(3);
    assert_eq!(fleet.calls()[1], ["n-1"]);
    assert!(server.count() > asked);
}

#[test]
fn a_second_resend_at_the_same_time_is_refused_with_the_process_id_of_the_first() {
    // The answer to the call of the first takes two seconds to come.
    let slow = || Reply::ok(json!({ "InvokeId": "t-1", "RequestId": "R" })).drip(Duration::from_millis(50));
    let fleet = Fleet::of(2).script(move |number, _| match number {
        1 => Deed::CarryOut(slow()),
        _ => Deed::Accept,
    });
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (server, home) = set_up(&fleet);
    send(&home, &first(2)).run().code(3);
    fleet.trouble(1, None);
    let id = send_id(&home);
    let before = server.count();
    let one = home.efloctl().args(["resend", &id, "--yes", "--interval", "1s"]).spawn();
    // It looks once, then it sends.
    server.wait_for_requests(before + 2);
    let other = resend(&home, &[]).code(2);
    assert!(other.err.contains(&format!("{id} is being sent by process {}", one.id())), "{other}");
    one.finish().code(0);
    assert_eq!(fleet.calls()[1..], [["n-1"]]);
}

#[test]
fn the_file_must_be_the_one_that_was_sent() {
    let fleet = Fleet::of(2);
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    send(&home, &first(2)).args(["--file-mode", "0640"]).run().code(3);
    fleet.trouble(1, None);
    let home = home.file("app.conf", "workers = 9\n").file("kept.conf", "workers = 8\n");
    let run = resend(&home, &[]).code(2);
    let way = "-o ids | efloctl send FILE --to /etc/app --nodes - --yes --file-name app.conf --file-mode 0640";
    assert!(run.err.contains(way), "{run}");
    resend(&home, &["--file", "app.conf"]).code(2);
    std::fs::remove_file(home.path().join("app.conf")).unwrap();
    let run = resend(&home, &[]).code(2);
    assert!(run.err.contains("--file"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
    resend(&home, &["--file", "kept.conf"]).code(0);
}

#[test]
fn an_invoke_id_of_a_log_stands_for_its_nodes_in_that_send() {
    let fleet = Fleet::of(4);
    fleet.trouble(0, Some(Trouble::NotRunning));
    fleet.trouble(3, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    send(&home, &first(4)).args(["--nodes-per-call", "2"]).run().code(3);
    fleet.trouble(0, None);
    fleet.trouble(3, None);
    home.run(&["resend", "t-1", "--yes", "--interval", "1s"]).code(3);
    assert_eq!(fleet.calls()[2..], [vec!["n-3".to_owned()]]);
}

#[test]
fn sends_are_looked_at_by_id_by_path_and_never_two_at_once() {
    let fleet = Fleet::of(60);
    let (server, home) = set_up(&fleet);
    send(&home, &first(60)).run().code(0);
    let id = send_id(&home);
    let run = home.run(&["status", &id, "-o", "json"]).code(0);
    assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 60);
    let path = format!(".local/state/efloctl/sent/{id}.jsonl");
    home.run(&["status", &format!("./{path}"), "--exit-status"]).code(0);
    let run = home.run(&["status", &id, "--node", "n-55", "-o", "json"]).code(0);
    assert_eq!(run.json()["invocations"][0]["nodes"].as_array().unwrap().len(), 1);
    home.run(&["status", &id, "--node", "n-99"]).code(6);
    home.run(&["status", &id, "-o", "raw"]).code(2);
    let run = home.run(&["status", "s-20200101T0000-abcdef"]).code(6);
    assert!(run.err.contains("sent has no log of it"), "{run}");
    let asked = server.count();
    home.run(&["status", &id, "--region", "cn-beijing"]).code(2);
    home.efloctl().args(["status", &id]).env("EFLOCTL_ENDPOINT", "http://127.0.0.1:9").run().code(2);
    home.run(&["status", "last"]).code(2);
    home.run(&["resend", "last"]).code(2);
    assert_eq!(server.count(), asked);
    let run = home.run(&["sent", "-o", "json"]).code(0);
    let sends = &run.json()["sends"];
    assert_eq!(
        (&sends[0]["send_id"], &sends[0]["verdict"], &sends[0]["nodes"]),
        (&json!(id), &json!("Success"), &json!(60))
    );
    let run = home.run(&["sent"]).code(0);
    assert!(run.out.contains(&id) && run.out.contains("/etc/app/app.conf"), "{run}");
}

/// A fleet to which somebody else sent: no log names its invocation.
fn sent_by_others(fleet: &Fleet, nodes: usize) -> (crate::support::server::Server, Home) {
    let (server, home) = set_up(fleet);
    let other = Fleet::home(&server);
    send(&other, &first(nodes)).args(["--file-mode", "0640"]).run();
    (server, home)
}

#[test]
fn invoke_ids_without_a_log_make_a_send_of_their_own() {
    let fleet = Fleet::of(4);
    fleet.trouble(2, Some(Trouble::NotRunning));
    let (_server, home) = sent_by_others(&fleet, 4);
    let again = |more: &[&str]| home.efloctl().args(["resend", "t-0", "--yes", "--interval", "1s"]).args(more).run();
    let run = again(&[]).code(2);
    assert!(run.err.contains("--file"), "{run}");
    std::fs::write(home.path().join("other.conf"), "workers = 9\n").unwrap();
    let run = again(&["--file", "other.conf"]).code(2);
    assert!(run.err.contains("efloctl errors t-0 -o ids | efloctl send FILE --to /etc/app"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
    fleet.trouble(2, None);
    let run = again(&["--file", "app.conf", "-o", "json"]).code(0);
    assert_eq!(fleet.calls()[1], ["n-2"]);
    let entry = &run.json()["invocations"][0];
    assert_eq!((&entry["send"]["mends"], &entry["counts"]["Success"]), (&json!(["t-0"]), &json!(4)));
    assert_eq!((&entry["nodes"][0]["invoke_id"], &entry["nodes"][2]["invoke_id"]), (&json!("t-0"), &json!("t-1")));
    assert_eq!(fleet.form("t-1")["FileMode"], "0640", "as the answer has it");
    // The send that it made is taken up like any other.
    home.run(&["watch", &send_id(&home), "--interval", "1s"]).code(0);
}

#[test]
fn invoke_ids_without_a_log_that_cannot_be_sent_again_are_told() {
    let fleet = Fleet::of(2);
    let (_server, home) = sent_by_others(&fleet, 2);
    home.run(&["resend", "t-7", "--yes", "--file", "app.conf"]).code(6);
    let answer = |name: &str| {
        let answer = crate::support::answers::Answer::new("Failed").failed("n-0", "Failed", "NodeNotRunning", "");
        Reply::ok(answer.name(name).without("Content"))
    };
    fleet.answer_looks(Some(answer("app.conf")));
    let run = home.run(&["resend", "t-0", "--yes", "--file", "app.conf"]).code(2);
    assert!(run.err.contains("has no Content"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
}

#[test]
fn resend_repeated_ends_with_every_node_or_with_what_cannot_be_mended() {
    use Trouble::{
        AgentNotRunning, AgentSilent, AgentTooOld, AgentUpgrading, DiskFull, DiskFullMeanwhile, Exception,
        FolderIsFile, NotExists, NotRunning, Released, Slow, Unlisted,
    };
    let passing = [
        NotRunning,
        AgentNotRunning,
        AgentSilent,
        AgentUpgrading,
        AgentTooOld,
        DiskFull,
        DiskFullMeanwhile,
        Slow,
        Exception,
        Unlisted,
    ];
    let lasting = [NotExists, Released, FolderIsFile];
    let fleet = Fleet::of(14);
    for (node, trouble) in passing.iter().chain(&lasting).enumerate() {
        fleet.trouble(node, Some(*trouble));
    }
    let (_server, home) = set_up(&fleet);
    send(&home, &first(14)).run().code(3);
    // Each time the cause of one more is gone.
    for node in 0..passing.len() {
        let before = fleet.writes(PATH);
        let known = home.run(&["status", &send_id(&home), "-o", "json"]).code(0).json();
        fleet.trouble(node, None);
        resend(&home, &["--overwrite"]).code(3);
        let after = fleet.writes(PATH);
        for one in known["invocations"][0]["nodes"].as_array().unwrap() {
            let id = one["node_id"].as_str().unwrap();
            assert!(one["status"] != "Success" || before[id] == after[id], "{id} has the file and got it again");
        }
    }
    let run = resend(&home, &["-o", "json"]).code(3);
    assert!(run.err.contains("nothing is left to send"), "{run}");
    assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 11, "all but what no resend mends");
}
