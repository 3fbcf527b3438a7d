//! The recipe that sends: it passes when every node has the file, be it by the second attempt.

use super::blocks::block;
use super::{KEY_ID, KEY_SECRET, Reply, Runner, have};
use crate::fleet_server::{Deed, Fleet, Trouble};
use crate::support::cli::mode;

/// A fleet whose second call is refused, so that a part of it is left.
fn refusing_once() -> Fleet {
    Fleet::of(3).script(|number, _| match number {
        1 => Deed::Only(Reply::error(400, "InvalidNode.Bad", "bad")),
        _ => Deed::Accept,
    })
}

#[test]
fn recipe_send_sends_again_to_what_is_left() {
    if !have("jq") {
        return;
    }
    let lasting = refusing_once();
    lasting.trouble(2, Some(Trouble::Released));
    for (fleet, nodes, code, calls) in [
        (Fleet::of(3), "n-0\nn-1\nn-2\n", 0, 3),
        (refusing_once(), "n-0\nn-1\nn-2\n", 0, 4),
        (lasting, "n-0\nn-1\nn-2\n", 3, 4),
        (Fleet::of(3), "\n", 2, 0),
    ] {
        let mut runner = Runner::new(fleet.serve());
        for (name, value) in [
            ("EFLOCTL_REGION", "cn-wulanchabu"),
            ("EFLOCTL_INTERVAL", "1s"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET),
        ] {
            runner.set(name, value);
        }
        for (name, text) in [("app.conf", "workers = 8\n"), ("nodes.txt", nodes)] {
            std::fs::write(runner.path(name), text).expect("a file");
        }
        mode(&runner.home.path().join("app.conf"), 0o644);
        let script = block("Send, and send again to what is left", "sh");
        let run = runner.script("bash", "-e", script).code(code);
        assert_eq!(fleet.calls().len(), calls, "{run}");
        let writes = fleet.writes("/etc/app/app.conf");
        assert!(writes.values().all(|writes| *writes <= 1), "a node got the file twice: {run}");
        assert_eq!(writes.values().sum::<usize>() == 3, code == 0, "{run}");
    }
}
