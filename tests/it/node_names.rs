//! What nodes are called, in every view, for whoever has looked once: never needed, never asked for.

use serde_json::{Value, json};

use super::support::answers::{Answer, node_id};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

const CACHE: &str = ".cache/efloctl/nodes.tsv";

/// Six nodes of two groups: all of the one failed, and one of the other.
fn rollout() -> Answer {
    Answer::new("PartialFailed").failures(3, "Failed", "FileAlreadyExists", "null").nodes(2, "Success").failures(
        1,
        "Timeout",
        "DeliveryTimeout",
        "null",
    )
}

/// A row of the file of names: `gpu-099` is node 0, and so on.
fn row(number: usize, group: &str) -> String {
    let seen = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "{}\tgpu-{:03}\t{group}\tA{}\thn-{}\ti1\tcn-wulanchabu\tefg2\tUsing\t10.0.0.1\t{seen}\n",
        node_id(number),
        number + 99,
        number % 2,
        number / 8
    )
}

fn names() -> String {
    (0..3).map(|number| row(number, "ng-b")).chain((3..6).map(|number| row(number, "ng-a"))).collect()
}

fn server() -> Server {
    Server::always(Reply::ok(rollout()))
}

/// Runs it where these names are remembered.
fn run(names: &str, args: &[&str]) -> Run {
    let server = server();
    Home::for_server(&server).file(CACHE, names).run(args)
}

/// The words of the line that begins with this one.
fn line<'r>(run: &'r Run, label: &str) -> &'r str {
    let found = run.out.lines().find_map(|line| line.trim_start().strip_prefix(label));
    found.unwrap_or_else(|| panic!("no line {label}: {run}")).trim()
}

#[test]
fn node_names_add_a_column_host_to_the_table() {
    let named = run(&names(), &["status", "t-1"]).code(0);
    let head: Vec<&str> = named.out.lines().find(|line| line.starts_with("NODE")).unwrap().split_whitespace().collect();
    assert_eq!(head[..3], ["NODE", "HOST", "STATUS"]);
    let first: Vec<&str> =
        named.out.lines().find(|line| line.starts_with("e01-")).unwrap().split_whitespace().collect();
    assert_eq!(first[..3], ["e01-cn-00000000", "gpu-099", "Failed"]);
    let bare = run("", &["status", "t-1"]).code(0);
    assert!(!bare.out.contains("HOST"), "{bare}");
    let some = run(&row(4, "ng-a"), &["status", "t-1", "--failed"]).code(0);
    assert!(!some.out.contains("HOST"), "no row that is shown has a name: {some}");
}

#[test]
fn node_names_add_groups_and_hostnames_to_errors() {
    let run = run(&names(), &["errors", "t-1"]).code(0);
    assert_eq!(line(&run, "where"), "ng-b 3 of 3");
    assert_eq!(line(&run, "hosts"), "gpu-[099-101]");
    assert_eq!(line(&run, "nodes  e01"), "-cn-00000000 e01-cn-00000001 e01-cn-00000002");
    assert!(run.out.contains("where  ng-a 1 of 3"), "{run}");
}

#[test]
fn node_names_fold_hostnames_only_where_every_node_has_one() {
    let some = run(&(row(0, "ng-b") + &row(1, "ng-b")), &["errors", "t-1"]).code(0);
    assert_eq!(line(&some, "where"), "ng-b 2 of 2, unnamed 1 of 4");
    assert!(!some.out.contains("hosts"), "{some}");
    let none = run("", &["errors", "t-1"]).code(0);
    assert!(!none.out.contains("where") && !none.out.contains("hosts"), "{none}");
}

#[test]
fn node_names_compare_zones_where_all_nodes_are_of_one_group() {
    let names: String = (0..6).map(|number| row(number, "ng-b")).collect();
    let run = run(&names, &["errors", "t-1"]).code(0);
    assert_eq!(line(&run, "where"), "A0 2 of 3, A1 1 of 3");
}

#[test]
fn node_names_in_json_are_null_where_unknown() {
    let fields = |run: &Run| {
        let node = &run.json()["invocations"][0]["nodes"][0];
        ["hostname", "node_group", "zone", "hyper_node"].map(|field| node.get(field).unwrap().clone())
    };
    let named = run(&names(), &["status", "t-1", "-o", "json"]).code(0);
    assert_eq!(fields(&named), ["gpu-099", "ng-b", "A0", "hn-0"].map(Value::from));
    assert_eq!(
        fields(&run("", &["status", "t-1", "-o", "json"])),
        [Value::Null, Value::Null, Value::Null, Value::Null]
    );
    let errors = run(&names(), &["errors", "t-1", "-o", "json"]).code(0).json();
    assert_eq!(
        errors["invocations"][0]["errors"][0]["where"],
        json!({"by": "node_group", "parts": [{"name": "ng-b", "failed": 3, "of": 3}]})
    );
    let bare = run("", &["errors", "t-1", "-o", "json"]).code(0).json();
    assert_eq!(bare["invocations"][0]["errors"][0].get("where"), Some(&Value::Null));
}

#[test]
fn node_names_stand_in_jsonl_too() {
    let run = run(&names(), &["status", "t-1", "-o", "jsonl"]).code(0);
    assert_eq!(run.jsonl()[5]["hostname"], "gpu-104");
}

#[test]
fn node_names_change_neither_tsv_nor_ids() {
    for format in ["tsv", "ids"] {
        let named = run(&names(), &["status", "t-1", "-o", format]).code(0);
        assert_eq!(named.out, run("", &["status", "t-1", "-o", format]).out);
    }
}

#[test]
fn watch_calls_failed_nodes_by_their_hostnames() {
    let run = run(&names(), &["watch", "t-1"]).code(3);
    let called = "gpu-099 (e01-cn-00000000), gpu-100 (e01-cn-00000001), gpu-101 (e01-cn-00000002)";
    assert!(run.err.contains(called), "{run}");
    assert!(run.out.contains("gpu-104 (e01-cn-00000005)"), "{run}");
}

#[test]
fn watch_events_have_hostnames() {
    let run = run(&names(), &["watch", "t-1", "-o", "jsonl"]).code(3);
    let nodes: Vec<Value> = run.jsonl().into_iter().filter(|event| event["type"] == "node").collect();
    assert_eq!(nodes[0]["node"]["hostname"], "gpu-099");
    assert_eq!(nodes[0]["node"]["node_group"], "ng-b");
}

#[test]
fn junit_and_github_have_hostnames() {
    let server = server();
    let home = Home::for_server(&server).file(CACHE, names()).file("summary", "");
    let watch = home.efloctl().args(["watch", "t-1", "--junit", "junit.xml", "--github"]);
    let run = watch.env("GITHUB_STEP_SUMMARY", home.path().join("summary")).run().code(3);
    assert!(home.read("junit.xml").contains("\nhost: gpu-104\n"), "{}", home.read("junit.xml"));
    assert!(run.err.contains("::error") && run.err.contains("gpu-104 (e01-cn-00000005)"), "{run}");
    let summary = home.read("summary");
    assert!(summary.contains("gpu-104 &#40;e01-cn-00000005&#41;"), "{summary}");
}

#[test]
fn node_names_file_that_is_broken_is_warned_of_once() {
    let bare = run("", &["status", "t-1"]).code(0);
    let broken = run("<html>\nnonsense\n", &["status", "t-1"]).code(0);
    assert_eq!(broken.out, bare.out);
    assert_eq!(broken.err.matches("is no row of a node").count(), 1, "{broken}");
    assert_eq!(run("<html>", &["status", "t-1", "-q"]).code(0).err, "");
}

#[test]
fn node_names_file_is_read_only_where_a_name_is_shown() {
    for format in ["ids", "tsv", "raw"] {
        assert_eq!(run("<html>", &["status", "t-1", "-o", format]).code(0).err, "");
    }
}

#[test]
fn node_names_older_than_30_days_are_warned_of() {
    let old = |row: &str| format!("{}\t2026-01-02T03:04:05Z\n", row.rsplit_once('\t').unwrap().0);
    let run = run(&names().lines().map(old).collect::<String>(), &["status", "t-1"]).code(0);
    assert!(run.err.contains("names of nodes were seen up to"), "{run}");
    assert!(run.out.contains("gpu-099"), "{run}");
}

#[test]
fn hostname_in_place_of_a_node_id_is_refused_with_the_id() {
    let server = server();
    let home = Home::for_server(&server).file(CACHE, names() + &format!("twin-1\tgpu-099\n{}\tx\n", "gpu-102"));
    for command in ["status", "errors", "watch"] {
        let run = home.run(&[command, "t-1", "--node", "gpu-100"]).code(2);
        assert!(run.err.contains("--node gpu-100 is the hostname of the node e01-cn-00000001"), "{run}");
    }
    let twins = home.run(&["status", "t-1", "--node", "gpu-099"]).code(2);
    assert!(twins.err.contains("e01-cn-00000000, twin-1"), "{twins}");
    assert_eq!(server.count(), 0, "before any call");
    for id in ["gpu-102", "e01-cn-00000001", "unknown"] {
        let run = home.run(&["status", "t-1", "--node", id]);
        assert_ne!(run.code, 2, "a known id, or nothing that is known: {run}");
    }
}

#[test]
fn status_node_is_called_by_its_hostname() {
    let server = Server::always(Reply::ok(Answer::new("PartialFailed").failures(1, "Failed", "NodeReleased", "null")));
    let home = Home::for_server(&server).file(CACHE, names());
    let run = home.run(&["status", "t-1", "--node", &node_id(0)]).code(0);
    assert!(run.out.starts_with("node gpu-099 (e01-cn-00000000) of t-1  Failed"), "{run}");
}

#[test]
fn node_names_flag_names_another_file_or_none() {
    let server = server();
    let home = Home::for_server(&server).file(CACHE, names()).file("mine.tsv", format!("{}\tmine-1\n", node_id(0)));
    let status = |args: &[&str]| home.run(&[&["status", "t-1"], args].concat()).code(0);
    let mine = status(&["--node-names", "mine.tsv"]);
    assert!(mine.out.contains("mine-1") && !mine.out.contains("gpu-"), "{mine}");
    assert!(!status(&["--node-names", "none"]).out.contains("HOST"));
    let by_variable = home.efloctl().args(["status", "t-1"]).env("EFLOCTL_NODE_NAMES", "none").run();
    assert!(!by_variable.out.contains("HOST"), "{by_variable}");
    let listed = status(&["--node-names", "mine.tsv", "-o", "json"]).json();
    assert_eq!(listed["invocations"][0]["nodes"][0]["node_group"], Value::Null);
}

#[test]
fn node_names_file_that_is_missing_is_refused_for_a_flag_alone() {
    let server = server();
    let home = Home::for_server(&server);
    let flag = home.run(&["status", "t-1", "--node-names", "missing.tsv"]).code(2);
    assert!(flag.err.contains("missing.tsv"), "{flag}");
    assert_eq!(server.count(), 0);
    let variable = home.efloctl().args(["status", "t-1"]).env("EFLOCTL_NODE_NAMES", "missing.tsv").run().code(0);
    assert!(variable.err.contains("missing.tsv"), "it is warned of: {variable}");
}

#[test]
fn node_names_are_shown_safely_in_every_view() {
    let evil = "gpu\u{202e}\u{1b}[31m-1";
    let names: String = (0..6).map(|number| format!("{}\t{evil}\t::error::x\tA\u{7}1\n", node_id(number))).collect();
    for args in [
        &["status", "t-1"][..],
        &["errors", "t-1"],
        &["status", "t-1", "-o", "json"],
        &["errors", "t-1", "-o", "json"],
        &["watch", "t-1"],
        &["watch", "t-1", "-o", "jsonl"],
        &["watch", "t-1", "--github", "--junit", "junit.xml"],
    ] {
        let server = server();
        let home = Home::for_server(&server).file(CACHE, &names);
        let run = home.run(args);
        let report = std::fs::read_to_string(home.path().join("junit.xml")).unwrap_or_default();
        for text in [&run.out, &run.err, &report] {
            assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{7}']), "{run}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::")), "{run}");
        }
    }
}

#[test]
fn node_names_cost_no_call() {
    let server = server();
    let home = Home::for_server(&server).file(CACHE, row(0, "ng-b"));
    home.run(&["status", "t-1"]).code(0);
    assert_eq!(server.count(), 1);
}
