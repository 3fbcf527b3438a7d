//! `nodes`: what the nodes of the account are called, listed and remembered.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::golden::golden;
use super::support::answers::api_error;
use super::support::cli::{Home, Run};
use super::support::http::Request;
use super::support::reply::Reply;
use super::support::server::Server;

/// A node as ListClusterNodes lists it: `{prefix}-{number}` in a group, eight to a hyper node.
fn node(prefix: &str, number: usize, group: &str, zone: &str) -> Value {
    json!({
        "NodeId": format!("e01-cn-{prefix}{number:05}"),
        "Hostname": format!("{prefix}-{number:03}"),
        "NodeGroupId": format!("id-of-{group}"),
        "NodeGroupName": group,
        "HpnZone": zone,
        "ZoneId": "cn-wulanchabu-b",
        "HyperNodeId": format!("hn-{}", number / 8),
        "MachineType": "efg2.NH60C5",
        "OperatingState": if number.is_multiple_of(4) { "Unused" } else { "Using" },
        "Networks": [{"BondName": "bond0", "Ip": format!("10.0.0.{number}")}],
        "CreateTime": "1642472468000\n",
    })
}

/// Two clusters, of which one has two pages.
fn small(request: &Request) -> Reply {
    let form = request.form();
    let token = form.get("NextToken").map_or("", String::as_str);
    Reply::ok(match (request.header("x-acs-action").unwrap(), form.get("ClusterId").map(String::as_str), token) {
        ("ListClusters", None, "") => json!({
            "RequestId": "r", "Clusters": [{"ClusterId": "i1", "ClusterName": "train"}, {"ClusterId": "i2"}], "NextToken": "",
        }),
        ("ListClusterNodes", Some("i1"), "") => json!({
            "RequestId": "r", "Nodes": [node("gpu", 1, "ng-a", "A1"), node("gpu", 2, "ng-b", "A1")], "NextToken": 20,
        }),
        ("ListClusterNodes", Some("i1"), "20") => json!({
            "RequestId": "r", "Nodes": [node("gpu", 12, "ng-b", "B1")], "NextToken": null,
        }),
        ("ListClusterNodes", Some("i2"), "") => json!({"RequestId": "r", "Nodes": [node("cpu", 7, "ng-b", "A1")]}),
        other => return Reply::error(404, "Cluster.NotFound", &format!("no such cluster or page: {other:?}")),
    })
}

fn lists(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::with(move |request, _| handler(request)).service("ListClusters", "2022-12-15").also("ListClusterNodes")
}

fn refused(action: &str) -> Reply {
    let message = format!("You are not authorized to do this action: eflo:{action}.");
    Reply::json(403, api_error("Forbidden.RAM", &message))
}

fn remembered(home: &Home) -> String {
    home.read(".cache/efloctl/nodes.tsv")
}

fn ids(run: &Run) -> Vec<&str> {
    run.out.lines().collect()
}

#[test]
fn nodes_lists_and_remembers_the_nodes_of_all_clusters() {
    let server = lists(small);
    let home = Home::for_server(&server);
    let run = home.run(&["nodes"]).code(0);
    golden("nodes-table", &run.out);
    assert_eq!(run.err, "");
    assert_eq!(server.count(), 4);
    assert_eq!(server.form(0), BTreeMap::from([("MaxResults".to_owned(), "100".to_owned())]));
    let kept: Vec<Vec<String>> =
        remembered(&home).lines().map(|row| row.split('\t').map(str::to_owned).collect()).collect();
    assert_eq!(
        kept.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
        ["e01-cn-cpu00007", "e01-cn-gpu00001", "e01-cn-gpu00002", "e01-cn-gpu00012"]
    );
    let row = "e01-cn-gpu00012 gpu-012 ng-b B1 hn-1 i1 cn-wulanchabu efg2.NH60C5 Unused 10.0.0.12";
    assert_eq!(kept[3][..10].join(" "), row);
    assert!(kept[3][10].ends_with('Z'), "{:?}", kept[3]);
}

#[test]
fn nodes_json_has_every_field_and_null_where_unknown() {
    let server = lists(|request| match request.header("x-acs-action") {
        Some("ListClusters") => Reply::ok(json!({"RequestId": "r", "Clusters": [{"ClusterId": "i1"}]})),
        _ => Reply::ok(json!({"RequestId": "r", "Nodes": [node("gpu", 1, "ng-a", "A1"), {"NodeId": "bare"}]})),
    });
    let mut document = Home::for_server(&server).run(&["nodes", "-o", "json"]).code(0).json();
    let seen = document["nodes"][0]["seen_at"].take();
    assert_eq!(document["nodes"][1]["seen_at"].take(), seen);
    assert!(seen.as_str().unwrap().ends_with('Z'));
    assert_eq!(
        document,
        json!({"schema_version": 1, "nodes": [
            {"node_id": "e01-cn-gpu00001", "hostname": "gpu-001", "node_group": "ng-a", "zone": "A1",
             "hyper_node": "hn-0", "cluster_id": "i1", "region": "cn-wulanchabu", "machine_type": "efg2.NH60C5",
             "state": "Using", "address": "10.0.0.1", "seen_at": null},
            {"node_id": "bare", "hostname": null, "node_group": null, "zone": null, "hyper_node": null,
             "cluster_id": "i1", "region": "cn-wulanchabu", "machine_type": null, "state": null, "address": null,
             "seen_at": null}]})
    );
}

#[test]
fn nodes_filters_narrow_what_is_shown_and_not_what_is_remembered() {
    let server = lists(small);
    let home = Home::for_server(&server);
    for (filter, expected) in [
        (&["--group", "ng-a"][..], &["e01-cn-gpu00001"][..]),
        (&["--group", "id-of-ng-a"], &["e01-cn-gpu00001"]),
        (&["--group", "i2/ng-b"], &["e01-cn-cpu00007"]),
        (&["--zone", "B1"], &["e01-cn-gpu00012"]),
        (&["--state", "unused"], &["e01-cn-gpu00012"]),
        (&["--match", "gpu-0*2", "--zone", "A1"], &["e01-cn-gpu00002"]),
        (&["--cluster", "i2"], &["e01-cn-cpu00007"]),
    ] {
        let run = home.run(&[&["nodes", "-o", "ids"], filter].concat()).code(0);
        assert_eq!(ids(&run), expected, "{filter:?}");
        assert_eq!(run.err, "");
        let cached = home.run(&[&["nodes", "--cached", "-o", "ids"], filter].concat());
        if filter[1] == "id-of-ng-a" {
            let error = &cached.code(6).err;
            assert!(error.contains("no node has the node group id-of-ng-a: there are ng-a, ng-b"), "{error}");
            assert!(error.contains("ids of groups are not remembered"), "{error}");
        } else {
            assert_eq!(ids(&cached.code(0)), expected, "{filter:?}, from what is remembered");
        }
    }
    assert_eq!(remembered(&home).lines().count(), 4);
}

#[test]
fn nodes_cluster_needs_no_list_of_clusters_and_forgets_no_other() {
    let server = lists(small);
    let home = Home::for_server(&server);
    home.run(&["nodes"]).code(0);
    let before = server.count();
    home.run(&["nodes", "--cluster", "i2"]).code(0);
    assert_eq!(server.count(), before + 1);
    assert_eq!(remembered(&home).lines().count(), 4);
}

#[test]
fn nodes_group_in_several_clusters_or_in_none_is_warned_of() {
    let server = lists(small);
    let home = Home::for_server(&server);
    let run = home.run(&["nodes", "--group", "ng-b", "-o", "ids"]).code(0);
    assert_eq!(ids(&run).len(), 3);
    assert!(run.err.contains("ng-b is in several clusters: i1, i2; --group CLUSTER/ng-b takes one"), "{run}");
    let run = home.run(&["nodes", "--group", "ng-x", "-o", "ids"]).code(0);
    assert_eq!(run.out, "");
    assert!(run.err.contains("no node has the node group ng-x: there are ng-a, ng-b"), "{run}");
}

#[test]
fn nodes_cached_shows_the_region_in_use_without_a_call() {
    let server = lists(small);
    let home = Home::for_server(&server);
    let run = home.run(&["nodes", "--cached", "-o", "json"]).code(6);
    assert_eq!(run.error()["error"]["message"], "no nodes of cn-wulanchabu are remembered");
    let live = home.run(&["nodes", "-o", "tsv"]).code(0);
    let calls = server.count();
    let cached = home.run(&["nodes", "--cached", "-o", "tsv"]).code(0);
    assert_eq!(cached.out, remembered(&home));
    let mut lines = ids(&live);
    lines.sort_unstable();
    assert_eq!(lines, ids(&cached), "the same, by id");
    home.run(&["nodes", "--cached", "--cluster", "i9"]).code(6);
    home.run(&["nodes", "--cached", "--region", "cn-shanghai"]).code(6);
    assert_eq!(server.count(), calls);
}

#[test]
fn nodes_cluster_that_cannot_be_listed_is_told_with_the_missing_permission() {
    let server = lists(|request| match request.form().get("ClusterId").map(String::as_str) {
        Some("i1") if request.form().contains_key("NextToken") => refused("ListClusterNodes"),
        _ => small(request),
    });
    let home = Home::for_server(&server);
    let run = home.run(&["nodes"]).code(4);
    golden("nodes-part-stderr", &run.err);
    assert!(run.out.contains("gpu-001") && run.out.contains("cpu-007"), "what was seen is shown: {run}");
    assert_eq!(remembered(&home).lines().count(), 1, "only what was listed whole is remembered");
    for format in ["ids", "tsv"] {
        let run = home.run(&["nodes", "-o", format]).code(4);
        assert_eq!(run.out, "", "a part must not pass for the fleet");
    }
    let run = home.run(&["nodes", "-o", "json"]).code(4);
    assert_eq!(run.json()["nodes"].as_array().unwrap().len(), 3);
    let error = &run.error()["error"];
    assert_eq!((error["exit_code"].as_i64(), error["code"].as_str()), (Some(4), Some("Forbidden.RAM")));
    assert!(error["hint"].as_str().unwrap().contains("eflo:ListClusterNodes"), "{error}");
}

#[test]
fn nodes_list_of_clusters_that_is_refused_names_the_permission() {
    let server = lists(|_| refused("ListClusters"));
    for format in ["ids", "table"] {
        let run = Home::for_server(&server).run(&["nodes", "-o", format]).code(4);
        assert_eq!(run.out, "", "{format}");
        assert!(
            run.err.contains("the clusters could not be listed") && run.err.contains("eflo:ListClusters "),
            "{run}"
        );
    }
    assert_eq!(server.count(), 2);
}

#[test]
fn nodes_unusable_answer_is_no_empty_fleet() {
    let server = lists(|request| match request.header("x-acs-action") {
        Some("ListClusters") => small(request),
        _ => Reply::ok(json!({"RequestId": "r", "Nodes": {"Node": []}})),
    });
    let home = Home::for_server(&server);
    let run = home.run(&["nodes", "-o", "ids", "--retries", "0"]).code(5);
    assert_eq!(run.out, "");
    assert!(run.err.contains("the clusters i1, i2 could not be listed"), "{run}");
    assert!(!home.path().join(".cache/efloctl/nodes.tsv").exists());
}

#[test]
fn nodes_of_ten_thousand_are_a_hundred_calls_with_progress() {
    let server = lists(|request| {
        let form = request.form();
        let first: usize = form.get("NextToken").map_or(0, |token| token.parse().unwrap());
        Reply::ok(match request.header("x-acs-action") {
            Some("ListClusters") => json!({"RequestId": "r", "Clusters": [{"ClusterId": "i1"}]}),
            _ => json!({
                "RequestId": "r",
                "Nodes": (first..first + 100).map(|number| node("gpu", number, "ng-a", "A1")).collect::<Vec<_>>(),
                "NextToken": if first + 100 < 10_000 { json!(first + 100) } else { Value::Null },
            }),
        })
    });
    let home = Home::for_server(&server);
    let run = home.run(&["nodes", "-o", "ids"]).code(0);
    assert_eq!(ids(&run).len(), 10_000);
    assert_eq!(server.count(), 101);
    let told: Vec<&str> = run.err.lines().collect();
    assert_eq!(told.len(), 10, "{}", run.err);
    assert_eq!(told[0], "1000 nodes so far, 0 of 1 cluster listed whole");
    assert_eq!(home.run(&["nodes", "-o", "ids", "-q"]).code(0).err, "");
    assert_eq!(remembered(&home).lines().count(), 10_000);
}

#[test]
fn nodes_untrusted_names_are_safe_and_forge_no_row() {
    let server = lists(|request| match request.header("x-acs-action") {
        Some("ListClusters") => Reply::ok(json!({"RequestId": "r", "Clusters": [{"ClusterId": "i\u{1b}[2J"}]})),
        _ => Reply::ok(json!({"RequestId": "r", "Nodes": [
            {"NodeId": "e01-a", "Hostname": "gpu\u{202e}\u{1b}[31m\tx\ne01-b\tforged", "NodeGroupName": "::error::x"},
            {"NodeId": "e01\tforged\nid", "Hostname": "x"},
        ]})),
    });
    let home = Home::for_server(&server);
    for format in ["table", "tsv", "ids", "json"] {
        let run = home.run(&["nodes", "-o", format]).code(0);
        let acts = |c: char| c != '\n' && c != '\t' && c.is_control() || c == '\u{202e}';
        assert!(!run.out.contains(acts) && !run.err.contains(acts), "{run}");
    }
    let kept = remembered(&home);
    assert_eq!(kept.lines().map(|row| row.split('\t').next().unwrap()).collect::<Vec<_>>(), ["e01-a"]);
    assert_eq!(kept.lines().next().unwrap().split('\t').count(), 11);
}

#[cfg(unix)]
#[test]
fn nodes_signal_shows_what_came_by_then() {
    let server = lists(|request| match request.form().get("NextToken").map(String::as_str) {
        Some("20") => Reply::hang(),
        _ => small(request),
    });
    let home = Home::for_server(&server);
    let running = home.efloctl().args(["nodes", "--cluster", "i1"]).spawn();
    // Whoever asks for the second page has the first.
    server.wait_for_requests(2);
    running.signal("INT");
    let run = running.finish().code(130);
    assert!(run.out.contains("gpu-002"), "{run}");
    assert!(run.err.contains("SIGINT: not all nodes were listed"), "{run}");
}

#[test]
fn nodes_cache_that_cannot_be_written_is_warned_of() {
    let server = lists(small);
    let home = Home::for_server(&server).file(".cache/efloctl", "in the way");
    let run = home.run(&["nodes", "-o", "ids"]).code(0);
    assert_eq!(ids(&run).len(), 4);
    assert!(run.err.contains("cannot be remembered in ~/.cache/efloctl/nodes.tsv"), "{run}");
    assert_eq!(fs::read_to_string(home.path().join(".cache/efloctl")).unwrap(), "in the way");
}
