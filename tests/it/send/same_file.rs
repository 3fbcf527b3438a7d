//! The file of a resend: it must be the one that was sent, wherever it lies now.

use super::{first, pasted, resend, send, send_id, set_up};
use crate::fleet_server::{Fleet, Trouble};

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
fn another_file_goes_to_the_nodes_that_are_left_by_the_command_that_is_proposed() {
    let fleet = Fleet::of(4);
    fleet.change(0, |node| node.users.extend(["app".to_owned()]));
    fleet.trouble(1, Some(Trouble::NotRunning));
    fleet.trouble(3, Some(Trouble::AgentSilent));
    let (_server, home) = set_up(&fleet);
    let target = ["--file-name", "it's.conf", "--file-mode", "0640", "--description", "roll out $HOME"];
    send(&home, &first(4)).args(target).run().code(3);
    fleet.trouble(1, None);
    fleet.trouble(3, None);
    let home = home.file("app.conf", "workers = 9\n");
    let run = resend(&home, &[]).code(2);
    let way = run.err.split("another file is another send: ").nth(1).expect("a way").trim_end();
    assert!(way.starts_with(&format!("efloctl errors {} -o ids | ", send_id(&home))), "{run}");
    pasted(&home, &format!("{} --interval 1s", way.replace(" FILE ", " app.conf "))).run().code(0);
    assert_eq!(fleet.calls()[1..], [["n-1", "n-3"]]);
    let placed = fleet.file(3, "/etc/app/it's.conf").expect("the file");
    assert_eq!((placed.content.as_slice(), placed.mode), (&b"workers = 9\n"[..], 0o640));
    assert_eq!(fleet.form("t-1")["Description"], "roll out $HOME");
}

#[test]
fn a_file_that_is_gone_is_given_again() {
    let fleet = Fleet::of(2);
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (_server, home) = set_up(&fleet);
    send(&home, &first(2)).run().code(3);
    fleet.trouble(1, None);
    let path = home.path().join("app.conf");
    std::fs::rename(&path, home.path().join("moved.conf")).unwrap();
    std::fs::create_dir(&path).unwrap();
    let run = resend(&home, &[]).code(2);
    assert!(run.err.contains("no regular file") && run.err.contains("--file"), "{run}");
    resend(&home, &["--file", "gone.conf"]).code(2);
    assert_eq!(fleet.calls().len(), 1);
    let run = resend(&home, &["--file", "moved.conf", "-o", "json"]).code(0);
    assert_eq!(run.json()["invocations"][0]["counts"]["Success"], 2);
    assert_eq!(fleet.form("t-1")["Name"], "app.conf", "on the nodes it is called as before");
}
