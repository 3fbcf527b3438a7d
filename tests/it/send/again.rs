//! Sending again to what is left: who is sent to, what is asked about, and that nobody gets the file twice.

use super::{PATH, first, resend, send, send_id, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::reply::Reply;
use serde_json::json;

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

#[test]
fn a_node_that_a_send_does_not_have_is_told_once_however_long_another_id_is_watched() {
    let fleet = Fleet::of(2);
    fleet.trouble(1, Some(Trouble::Stuck));
    let (server, home) = set_up(&fleet);
    send(&home, "n-0").run().code(0);
    let other = Fleet::home(&server);
    send(&other, "n-1").args(["--timeout", "1s"]).run().code(124);
    let id = send_id(&home);
    let run = home.run(&["watch", "t-1", &id, "--node", "n-1", "--interval", "1s", "--timeout", "4s"]).code(6);
    let told = run.err.lines().filter(|line| line.ends_with(&format!("{id}: no answer: {id} has no node n-1")));
    assert_eq!(told.count(), 1, "{run}");
}
