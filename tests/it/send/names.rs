//! What a send makes of the names of nodes: a group can be sent to, a hostname is no id, a node that is off is told of.

use super::{send, send_id, set_up};
use crate::fleet_server::{Fleet, Trouble};
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;
use serde_json::{Value, json};

/// Four nodes `n-0` to `n-3` called `gpu-0` to `gpu-3`, the last two in `ng-b`, of which `n-3` is off.
fn listing() -> Server {
    let node = |at: usize| -> Value {
        json!({
            "NodeId": format!("n-{at}"), "Hostname": format!("gpu-{at}"),
            "NodeGroupName": if at < 2 { "ng-a" } else { "ng-b" },
            "OperatingState": if at < 3 { "Using" } else { "Unused" },
        })
    };
    let server = Server::with(move |request, _| match request.header("x-acs-action") {
        Some("ListClusters") => Reply::ok(json!({ "RequestId": "r", "Clusters": [{ "ClusterId": "i1" }] })),
        _ => Reply::ok(json!({ "RequestId": "r", "Nodes": (0..4).map(node).collect::<Vec<_>>() })),
    });
    server.service("ListClusters", "2022-12-15").also("ListClusterNodes")
}

/// Gives a fleet of those nodes, in whose home their names are remembered, and the ids of `ng-b` as `nodes` prints
/// them.
fn remembered(fleet: &Fleet) -> (Server, Home, String) {
    let lists = listing();
    let looking = Home::for_server(&lists);
    let ids = looking.run(&["nodes", "--group", "ng-b", "-o", "ids"]).code(0).out;
    let (server, home) = set_up(fleet);
    let home = home.file(".cache/efloctl/nodes.tsv", looking.read(".cache/efloctl/nodes.tsv"));
    (server, home, ids)
}

#[test]
fn a_node_group_is_sent_to_by_piping_its_ids() {
    let fleet = Fleet::of(4);
    let (_server, home, ids) = remembered(&fleet);
    let run = send(&home, "-").stdin(ids).run().code(0);
    assert_eq!(fleet.calls(), [["n-2", "n-3"]]);
    assert!(run.err.contains("1 node was not running when it was last seen: gpu-3 (n-3) Unused"), "{run}");
}

#[test]
fn a_hostname_is_refused_with_the_id_that_is_meant() {
    let fleet = Fleet::of(4);
    fleet.trouble(1, Some(Trouble::NotRunning));
    let (_server, home, _) = remembered(&fleet);
    let run = send(&home, "n-0,gpu-1").run().code(2);
    assert!(run.err.contains("--nodes gpu-1 is the hostname of the node n-1"), "{run}");
    assert_eq!(fleet.calls().len(), 0);
    let run = send(&home, "n-0,n-1").run().code(3);
    assert!(!run.err.contains("last seen"), "what was in use is not warned of: {run}");
    let run = home.run(&["resend", &send_id(&home), "--except", "gpu-1", "--yes"]).code(2);
    assert!(run.err.contains("--except gpu-1 is the hostname of the node n-1"), "{run}");
    assert_eq!(fleet.calls().len(), 1);
}
