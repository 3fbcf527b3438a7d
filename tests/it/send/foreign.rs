//! Invocations that no log names: what their answers tell is enough to send again, or what is missing is said.

use super::{send, send_id, sent_by_others, set_up};
use crate::fleet_server::{Fleet, Trouble};
use crate::support::answers::Answer;
use crate::support::reply::Reply;
use serde_json::json;

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
    for (content, is_it) in [
        (json!("workers = 8\n"), true),
        (json!("d29ya2VycyA9IDgK"), true),
        (json!("workers = 9\n"), false),
        (json!("workers = "), false),
        (json!("d29ya2Vy"), false),
        (json!("workers = 8\n, and more"), false),
        (json!(""), false),
        (json!(8), false),
        (json!(null), false),
    ] {
        let answer =
            Answer::new("Failed").failed("n-0", "Failed", "NodeNotRunning", "").set("Content", content.clone());
        fleet.answer_looks(Some(Reply::ok(answer)));
        let run = home.run(&["resend", "t-0", "--dry-run", "--file", "app.conf"]).code(if is_it { 0 } else { 2 });
        assert!(is_it || run.err.contains("efloctl errors t-0 -o ids | efloctl send FILE"), "{content}: {run}");
    }
    assert_eq!(fleet.calls().len(), 1);
}

#[test]
fn invoke_ids_that_did_not_send_the_same_to_the_same_place_are_refused_with_the_difference() {
    let fleet = Fleet::of(4);
    let (server, home) = set_up(&fleet);
    let other = Fleet::home(&server);
    fleet.trouble(0, Some(Trouble::NotRunning));
    for (nodes, more, code) in
        [("n-0", &[][..], 1), ("n-1", &["--file-mode", "0640"], 0), ("n-2", &["--file-name", "b.conf"], 0)]
    {
        send(&other, nodes).args(more).run().code(code);
    }
    let other = other.file("app.conf", "workers = 9\n");
    send(&other, "n-3").args(["--file-mode", "0644"]).run().code(0);
    for (id, difference) in [("t-1", "FileMode: 0644 and 0640"), ("t-2", "Name: app.conf and b.conf")] {
        let run = home.run(&["resend", "t-0", id, "--yes", "--file", "app.conf"]).code(2);
        assert!(run.err.contains(&format!("t-0 and {id} differ in {difference}")), "{run}");
    }
    let run = home.run(&["resend", "t-0", "t-3", "--yes", "--overwrite", "--file", "app.conf"]);
    assert!(run.code == 2 && run.err.contains("app.conf is not the file that t-3 sent"), "{run}");
    assert_eq!(fleet.calls().len(), 4);
}
