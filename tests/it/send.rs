//! Sends against a fleet with a file system for each node: what is named in calls, what is told, and what it ends with.

mod again;
mod calls;
mod converge;
mod damaged;
mod ends;
mod foreign;
mod lost;
mod names;
mod plan;
mod same_file;
mod same_place;
mod twice;

use crate::fleet_server::Fleet;
use crate::support::cli::{Efloctl, Home, PROGRAM, Run};
use crate::support::server::Server;
use std::path::Path;

/// Where the file lies on the nodes.
const PATH: &str = "/etc/app/app.conf";

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

/// Sends again to what is left of the send whose log is there.
fn resend(home: &Home, more: &[&str]) -> Run {
    let id = send_id(home);
    home.efloctl().args(["resend", &id, "--yes", "--interval", "1s"]).args(more).run()
}

/// A fleet to which somebody else sent: no log names its invocation.
fn sent_by_others(fleet: &Fleet, nodes: usize) -> (Server, Home) {
    let (server, home) = set_up(fleet);
    let other = Fleet::home(&server);
    send(&other, &first(nodes)).args(["--file-mode", "0640"]).run();
    (server, home)
}

/// The command that a run proposed as the next step.
fn proposed(run: &Run) -> Option<String> {
    let ends = [" sends again", " lists every node", " goes on"];
    let command = |line: &str| {
        let line = ends.iter().find_map(|end| line.strip_suffix(end));
        line.filter(|line| line.starts_with("efloctl ")).map(str::to_owned)
    };
    run.err.lines().find_map(command)
}

/// A command pasted into a shell, with efloctl on its path.
fn pasted(home: &Home, line: &str) -> Efloctl {
    let folder = Path::new(PROGRAM).parent().expect("the program's folder").display();
    let path = format!("{folder}:{}", std::env::var("PATH").expect("a path"));
    home.program("sh").args(["-c", line]).env("PATH", path)
}
