//! Sends against a fleet with a file system for each node: what is named in calls, what is told, and what it ends with.

mod again;
mod calls;
mod ends;
mod lost;
mod names;
mod plan;

use crate::fleet_server::Fleet;
use crate::support::cli::{Efloctl, Home};
use crate::support::server::Server;

/// A send of `app.conf` to `/etc/app`, to be waited for.
fn send(home: &Home, nodes: &str) -> Efloctl {
    home.efloctl().args(["send", "app.conf", "--to", "/etc/app", "--nodes", nodes, "--yes", "--interval", "1s"])
}

/// The ids of the first nodes, as one word.
fn first(nodes: usize) -> String {
    (0..nodes).map(|node| format!("n-{node}")).collect::<Vec<_>>().join(",")
}

/// A fleet with its server and a home for it.
fn set_up(fleet: &Fleet) -> (Server, Home) {
    let server = fleet.serve();
    let home = Fleet::home(&server);
    (server, home)
}

/// The id of the send whose log is there.
fn send_id(home: &Home) -> String {
    let folder = home.path().join(".local/state/efloctl/sent");
    let names = std::fs::read_dir(folder).expect("the folder of the logs").map(|entry| entry.unwrap().file_name());
    let mut ids: Vec<String> =
        names.filter_map(|name| name.to_str()?.strip_suffix(".jsonl").map(str::to_owned)).collect();
    ids.sort();
    ids.pop().expect("a log")
}
