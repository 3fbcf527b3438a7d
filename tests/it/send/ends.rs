//! Sends that end before their time: signals, the deadline, `--fail-fast`, and a process that is killed.

use super::{PATH, first, send, send_id, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::cli::{Home, PROGRAM, has_strace};
use crate::support::reply::Reply;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Duration;

#[cfg(unix)]
#[test]
fn a_signal_ends_the_sending_and_the_call_under_way_may_answer() {
    // Its answer takes two seconds to come.
    let slow = || Reply::ok(json!({ "InvokeId": "t-1", "RequestId": "R" })).drip(Duration::from_millis(50));
    let fleet = Fleet::of(4).open_answers(1000).script(move |number, _| match number {
        1 => Deed::CarryOut(slow()),
        _ => Deed::Accept,
    });
    let (server, home) = set_up(&fleet);
    let running = send(&home, &first(4)).args(["--nodes-per-call", "1", "-o", "json"]).spawn();
    while fleet.calls().len() < 2 {
        server.wait_for_requests(fleet.calls().len() + 1);
    }
    running.signal("TERM");
    let run = running.finish().code(143);
    assert_eq!(fleet.calls().len(), 2);
    let entry = &run.json()["invocations"][0];
    assert_eq!(entry["send"]["not_sent"], json!(["n-2", "n-3"]), "{run}");
    let open = ["Running", "Pending"].map(|status| entry["counts"][status].as_u64().unwrap());
    assert_eq!(open.iter().sum::<u64>(), 2, "{run}");
}

#[test]
fn a_call_that_does_not_answer_within_five_seconds_of_the_end_is_unconfirmed() {
    let fleet = Fleet::of(3).script(|number, _| match number {
        1 => Deed::CarryOut(Reply::hang()),
        _ => Deed::Accept,
    });
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(3)).args(["--nodes-per-call", "1", "--timeout", "2s", "-o", "json"]).run().code(3);
    let entry = &run.json()["invocations"][0];
    assert_eq!(
        (&entry["send"]["unconfirmed"], &entry["send"]["not_sent"]),
        (&json!(["n-1"]), &json!(["n-2"])),
        "{run}"
    );
}

#[test]
fn the_deadline_leaves_what_is_open_open_and_fail_fast_ends_the_waiting() {
    let fleet = Fleet::of(3);
    fleet.trouble(2, Some(Trouble::Stuck));
    let (_server, home) = set_up(&fleet);
    let run = send(&home, &first(3)).args(["--timeout", "2s"]).run().code(124);
    assert!(run.err.contains(&format!("efloctl watch {} goes on", send_id(&home))), "{run}");
    let fleet = Fleet::of(3);
    fleet.trouble(1, Some(Trouble::DiskFull));
    fleet.trouble(2, Some(Trouble::Stuck));
    let (_server, home) = set_up(&fleet);
    send(&home, &first(3)).args(["--fail-fast"]).run().code(3);
}

/// What `status` and the server say of a send that was ended, node by node.
fn checked(home: &Home, fleet: &Fleet, nodes: usize, when: &str) {
    let id = send_id(home);
    let run = home.efloctl().args(["status", &id, "-o", "json"]).run();
    if run.code == 2 {
        // Before the plan was on the disk nothing was sent.
        assert_eq!(fleet.calls().len(), 0, "{when}: {run}");
        return;
    }
    let document: Value = run.code(0).json();
    let entry = &document["invocations"][0];
    let writes = fleet.writes(PATH);
    let mut seen = 0;
    for node in entry["nodes"].as_array().unwrap() {
        seen += 1;
        let id = node["node_id"].as_str().unwrap();
        let has_it = writes[id] > 0;
        match node["status"].as_str().unwrap() {
            "Success" => assert!(has_it, "{when}: {id} is told to have it"),
            "NotSent" => assert!(!has_it, "{when}: {id} is told not to have been sent to"),
            "Unconfirmed" => {}
            other => panic!("{when}: {id} is {other}"),
        }
    }
    assert_eq!(seen, nodes, "{when}: every node once");
    // Taken up, it ends well, and nobody who was known to have the file gets it again.
    let known: Vec<&str> = entry["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["status"] == "Success")
        .map(|node| node["node_id"].as_str().unwrap())
        .collect();
    let before = fleet.writes(PATH);
    home.run(&["resend", &id, "--yes", "--overwrite", "--interval", "1s"]).code(0);
    let after = fleet.writes(PATH);
    assert!(known.iter().all(|id| before[*id] == after[*id]), "{when}");
    assert!(after.values().all(|writes| *writes > 0), "{when}");
}

/// Kills the program at its n-th call of each kind that touches the disk or the network, one after the other.
#[test]
fn killed_at_any_write_sync_or_read_a_send_tells_the_truth_and_can_be_taken_up() {
    if !has_strace() {
        return;
    }
    for call in ["write", "fdatasync", "fsync", "recvfrom", "writev", "sendto"] {
        let mut at = 1;
        loop {
            let fleet = Fleet::of(4);
            let (_server, home) = set_up(&fleet);
            let inject = format!("--inject={call}:signal=KILL:when={at}");
            let args = ["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), &inject, PROGRAM];
            let args = args.map(str::to_owned).into_iter();
            let own = ["send", "app.conf", "--to", "/etc/app", "--nodes", &first(4), "--yes"].map(str::to_owned);
            let more = ["--nodes-per-call", "2", "--interval", "1s"].map(str::to_owned);
            let status = Command::new("strace")
                .args(args.chain(own).chain(more))
                .env_clear()
                .envs(home.variables())
                .current_dir(home.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            if status.success() {
                break;
            }
            if home.path().join(".local/state/efloctl/sent").read_dir().is_ok_and(|mut files| {
                files.any(|file| file.unwrap().file_name().to_string_lossy().ends_with(".jsonl"))
            }) {
                checked(&home, &fleet, 4, &format!("{call} {at}"));
            } else {
                assert_eq!(fleet.calls().len(), 0, "{call} {at}: a call without a log");
            }
            at += 1;
            assert!(at < 400, "{call} does not end");
        }
    }
}
