//! A resend that is run once too often: while the send runs, at the same time as another, or when all is mended.

use super::{PATH, first, pasted, proposed, resend, send, send_id, sent_by_others, set_up};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::reply::Reply;
use serde_json::json;
use std::time::Duration;

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
fn an_older_hint_that_is_pasted_again_sends_to_nobody_who_has_the_file() {
    let fleet = Fleet::of(4);
    fleet.trouble(1, Some(Trouble::AgentSilent));
    fleet.trouble(3, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    let paste = |line: &str| pasted(&home, &format!("{line} --yes --interval 1s")).run();
    let first_hint = proposed(&send(&home, &first(4)).run().code(3)).expect("a next step");
    assert_eq!(first_hint, format!("efloctl resend {}", send_id(&home)));
    fleet.trouble(1, None);
    let second_hint = proposed(&paste(&first_hint).code(3)).expect("a next step");
    fleet.trouble(3, None);
    paste(&second_hint).code(0);
    for hint in [first_hint, second_hint] {
        for more in ["", "--overwrite", "--nodes-per-call 1 --batches 1"] {
            let run = paste(&format!("{hint} {more}")).code(0);
            assert!(run.err.contains("nothing is left to send"), "{run}");
            assert_eq!(proposed(&run), None, "{run}");
            assert!(run.out.contains("  Success\n"), "its status is no other than its verdict: {run}");
        }
    }
    assert_eq!(fleet.calls()[1..], [vec!["n-1", "n-3"], vec!["n-3"]]);
    assert!(fleet.writes(PATH).values().all(|writes| *writes == 1));
}

#[test]
fn an_invoke_id_of_a_resend_stands_for_its_nodes_as_they_are_by_now() {
    let fleet = Fleet::of(5);
    for node in [1, 2, 3] {
        fleet.trouble(node, Some(Trouble::NotRunning));
    }
    let (_server, home) = set_up(&fleet);
    send(&home, &first(5)).run().code(3);
    fleet.trouble(1, None);
    resend(&home, &["--except", "n-3"]).code(3);
    let again = |id: &str| home.run(&["resend", id, "--yes", "--interval", "1s"]);
    // The call of the resend named n-1, which has the file by now, and n-2.
    fleet.trouble(2, None);
    again("t-1").code(3);
    let run = again("t-1").code(3);
    assert!(run.err.contains("nothing is left to send"), "{run}");
    // The first call named all, of which one is left.
    fleet.trouble(3, None);
    again("t-0").code(0);
    again("t-0").code(0);
    assert_eq!(fleet.calls()[1..], [vec!["n-1", "n-2"], vec!["n-2"], vec!["n-3"]]);
    assert!(fleet.writes(PATH).values().all(|writes| *writes == 1));
}

#[test]
fn an_invocation_of_others_that_was_mended_stands_for_its_nodes_in_that_resend() {
    let fleet = Fleet::of(4);
    fleet.trouble(2, Some(Trouble::NotRunning));
    fleet.trouble(3, Some(Trouble::NotRunning));
    let (_server, home) = sent_by_others(&fleet, 4);
    let hint = "efloctl resend t-0 --file app.conf --yes --interval 1s";
    fleet.trouble(2, None);
    pasted(&home, hint).run().code(3);
    fleet.trouble(3, None);
    pasted(&home, hint).run().code(0);
    let run = pasted(&home, hint).run().code(0);
    assert!(run.err.contains("nothing is left to send"), "{run}");
    assert_eq!(fleet.calls()[1..], [vec!["n-2", "n-3"], vec!["n-3"]]);
    assert_eq!(home.run(&["sent", "-o", "json"]).json()["sends"].as_array().unwrap().len(), 1, "it is one send");
}

#[test]
fn a_resend_while_the_send_runs_is_refused_with_the_process_id() {
    let fleet = Fleet::of(3);
    fleet.trouble(0, Some(Trouble::Stuck));
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (server, home) = set_up(&fleet);
    let running = send(&home, &first(3)).spawn();
    // It has sent, and looked twice.
    server.wait_for_requests(3);
    for id in [send_id(&home).as_str(), "t-0"] {
        let run = home.run(&["resend", id, "--yes", "--overwrite"]).code(2);
        assert!(run.err.contains(&format!("is being sent by process {}", running.id())), "{run}");
    }
    fleet.trouble(0, None);
    let hint = proposed(&running.finish().code(3)).expect("a next step");
    fleet.trouble(1, None);
    pasted(&home, &format!("{hint} --yes --interval 1s")).run().code(0);
    assert_eq!(fleet.calls()[1..], [["n-1"]]);
}

#[test]
fn two_resends_of_an_invocation_of_others_at_the_same_time_send_once() {
    let slow = || Reply::ok(json!({ "InvokeId": "t-1", "RequestId": "R" })).drip(Duration::from_millis(50));
    let fleet = Fleet::of(2).script(move |number, _| match number {
        1 => Deed::CarryOut(slow()),
        _ => Deed::Accept,
    });
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (_server, home) = sent_by_others(&fleet, 2);
    fleet.trouble(1, None);
    let again = || home.efloctl().args(["resend", "t-0", "--file", "app.conf", "--yes", "--interval", "1s"]).spawn();
    let ended = [again(), again()].map(crate::support::running::Running::finish);
    assert_eq!(fleet.calls()[1..], [["n-1"]]);
    let mut codes = ended.each_ref().map(|run| run.code);
    codes.sort_unstable();
    assert_eq!(codes, [0, 2], "{} {}", ended[0], ended[1]);
}

#[test]
fn a_resend_of_an_invocation_of_others_sends_nothing_while_another_is_being_begun() {
    let fleet = Fleet::of(2);
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (_server, home) = sent_by_others(&fleet, 2);
    fleet.trouble(1, None);
    let folder = home.path().join(".local/state/efloctl/sent");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mends.lock"), "4711").unwrap();
    let lock = std::fs::File::open(folder.join("mends.lock")).unwrap();
    lock.lock().unwrap();
    let again = || home.run(&["resend", "t-0", "--file", "app.conf", "--yes", "--interval", "1s"]);
    let run = again().code(2);
    assert!(run.err.contains("another resend is being begun by process 4711"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
    drop(lock);
    again().code(0);
    assert_eq!(fleet.calls()[1..], [["n-1"]]);
}
