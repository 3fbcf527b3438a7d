//! `status`: the table that people read, which nodes it shows, and what it exits with.

use serde_json::json;

use super::golden::golden;
use super::rollouts::{look, partial, running, server, success};
use super::support::answers::{Answer, node_id};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

/// The nodes of a table, in its order.
fn listed(run: &Run) -> Vec<&str> {
    run.out.lines().filter(|line| line.starts_with("e01-")).filter_map(|line| line.split(' ').next()).collect()
}

/// The node ids that a call prints with `-o ids`.
fn ids(answer: Answer, args: &[&str]) -> Vec<String> {
    let all = [&["status", "t-1", "-o", "ids"], args].concat();
    look(answer, &all).code(0).out.lines().map(str::to_owned).collect()
}

#[test]
fn status_table_lists_failed_then_open_then_success() {
    let run = look(partial(), &["status", "t-1"]).code(0);
    golden("status-table", &run.out);
    assert_eq!(run.err, "");
    let run = look(running(), &["status", "t-1"]).code(0);
    golden("status-table-running", &run.out);
    assert_eq!(run.err, "");
    let wanted = ["diskfull001", "waiting0001", "receiving01", "receiving02", "good0000001", "good0000002"];
    assert_eq!(listed(&run), wanted.map(|name| format!("e01-cn-{name}")));
}

#[test]
fn status_of_several_ids_with_one_not_found() {
    let server = server(vec![("t-1", partial()), ("t-2", success())]);
    let run = Home::for_server(&server).run(&["status", "t-1", "t-missing", "t-2"]).code(6);
    golden("status-table-several", &run.out);
    golden("status-table-not-found-stderr", &run.err);
}

#[test]
fn status_warns_once_of_a_short_list() {
    let run = look(success().node_count(5), &["status", "t-1"]).code(0);
    golden("status-table-short-list", &run.out);
    assert_eq!(run.err, "efloctl: warning: t-1: only 3 of 5 nodes listed; the others are unknown\n");
    let quiet = look(success().node_count(5), &["status", "t-1", "--quiet"]).code(0);
    assert_eq!((quiet.out, quiet.err.as_str()), (run.out, ""));
}

#[test]
fn status_says_why_a_verdict_is_doubtful() {
    let odd = Answer::new("PartialFailed").nodes(1, "Success").nodes(1, "Quarantined");
    let run = look(odd, &["status", "t-1", "--exit-status"]).code(3);
    assert_eq!(
        run.err,
        "efloctl: warning: t-1: nodes with status Quarantined are counted as failed: the API page does not know it\n"
    );
    let run = look(Answer::new("Failed").nodes(2, "Success"), &["status", "t-1", "--exit-status"]).code(1);
    assert_eq!(run.err, "efloctl: warning: t-1: the API calls it Failed, though no node failed\n");
}

#[test]
fn status_makes_server_text_safe() {
    let nasty = Answer::new("PartialFailed")
        .name("app.conf\u{1b}[2J")
        .set("TargetDir", "\t/home/user")
        .set("Description", "first\nsecond\u{202e}\n")
        .failed("e01-cn-\u{1b}[31mred", "Failed", "File\u{7}Bell", "forged\nefloctl: Success");
    let run = look(nasty, &["status", "t-1"]).code(0);
    golden("status-table-nasty", &run.out);
    assert!(!run.out.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'), "{run}");
    assert!(run.out.lines().all(|line| !line.starts_with("efloctl:")), "{run}");
}

#[test]
fn status_never_shows_the_file_content() {
    for format in ["table", "json", "jsonl", "tsv", "ids"] {
        let run = look(partial(), &["status", "t-1", "-vv", "-o", format]).code(0);
        assert!(!(run.out.clone() + &run.err).contains("content-never-shown"), "{run}");
    }
}

#[test]
fn status_failed_and_only_choose_rows_and_keep_the_counts() {
    let failed = ["exists00001", "late0000001", "exists00002", "textonly001", "unheardof01", "silent00001"];
    let failed = failed.map(|name| format!("e01-cn-{name}"));
    assert_eq!(ids(partial(), &["--failed"]), failed);
    let table = look(partial(), &["status", "t-1", "--failed"]).code(0);
    assert_eq!(listed(&table), failed);
    assert!(table.out.contains("nodes  2 ok, 6 failed (3 Invalid, 1 Aborted, 1 Error, 1 Timeout) of 8"), "{table}");
    let json = look(partial(), &["status", "t-1", "--failed", "-o", "json"]).code(0).json();
    let first = &json["invocations"][0];
    assert_eq!((&json["verdict"], &first["counts"]["Success"]), (&"PartialFailed".into(), &2.into()));
    assert_eq!(first["nodes"].as_array().unwrap().len(), 6);
    for format in ["jsonl", "tsv"] {
        let run = look(partial(), &["status", "t-1", "--failed", "-o", format]).code(0);
        assert_eq!(run.out.lines().count(), 6, "{run}");
    }
    // A node that may still change has not failed.
    assert_eq!(ids(running(), &["--failed"]), ["e01-cn-diskfull001"]);
}

#[test]
fn status_of_several_ids_names_the_id_of_each_error() {
    let server = Server::with(|request, _| match request.form()["InvokeId"].as_str() {
        "t-1" => Reply::ok(partial()),
        _ => Reply::error(503, "Busy", "later"),
    });
    let run = Home::for_server(&server).run(&["status", "t-1", "t-2", "t-3", "--retries", "0"]).code(5);
    assert_eq!(run.err.matches("efloctl: error: t-2, t-3: ").count(), 1, "equal ones are told once: {run}");
}

#[test]
fn status_doubts_a_node_count_that_cannot_be_read() {
    let mut answer = Answer::new("PartialFailed").nodes(2, "Success").failures(1, "Failed", "C", "null").value();
    for odd in [json!("1,000"), json!(10.5), json!(-1), json!("10 nodes")] {
        answer["Invocations"]["Invocation"][0]["NodeCount"] = odd;
        let server = Server::always(Reply::ok(answer.clone()));
        let run = Home::for_server(&server).run(&["watch", "t-1", "--max-failed", "1"]).code(3);
        assert!(run.err.contains("warning: t-1: NodeCount cannot be read"), "{run}");
    }
}

#[test]
fn status_tells_which_status_off_the_page_counts_as_failed() {
    let run = look(Answer::new("Failed").nodes(1, "Time-out"), &["status", "t-1"]).code(0);
    assert!(run.err.contains("nodes with status Time-out are counted as failed"), "{run}");
}

#[test]
fn status_only_takes_several_statuses_in_any_case() {
    let wanted = ["e01-cn-late0000001", "e01-cn-unheardof01"];
    for args in
        [&["--only", "Aborted,Timeout"][..], &["--only", "TIMEOUT,aborted"], &["--only=aborted", "--only=timeout"]]
    {
        assert_eq!(ids(partial(), args), wanted, "{args:?}");
    }
    assert_eq!(ids(running(), &["--only", "pending,running"]).len(), 3);
    assert_eq!(ids(success(), &["--only", "Failed"]), [""; 0]);
    let odd = Answer::new("Running").nodes(1, "Success").nodes(1, "Quarantined");
    assert_eq!(ids(odd, &["--only", "unknown"]), [node_id(1)]);
}

#[test]
fn status_only_refuses_an_unknown_status() {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    for word in ["Faild", "Failed,Faild", "", "PartialFailed", "Failed,"] {
        let run = home.run(&["status", "t-1", "--only", word]).code(2);
        assert!(run.err.contains("possible values: Pending, Running, Success"), "{run}");
    }
    home.run(&["status", "t-1", "--failed", "--only", "Failed"]).code(2);
    assert_eq!(server.count(), 0);
}

#[test]
fn status_max_nodes_cuts_the_table_and_counts_the_rest() {
    let run = look(partial(), &["status", "t-1", "--max-nodes", "4"]).code(0);
    golden("status-table-max-nodes", &run.out);
    assert_eq!(listed(&run).len(), 4);

    let one = look(partial(), &["status", "t-1", "--max-nodes", "1"]).code(0);
    assert_eq!(listed(&one), ["e01-cn-exists00001"]);
    let rest = "not listed: 2 Success, 2 Invalid, 1 Aborted, 1 Error, 1 Timeout; --max-nodes 0 lists all\n";
    assert!(one.out.ends_with(rest), "{one}");

    for enough in ["0", "8", "9"] {
        let run = look(partial(), &["status", "t-1", "--max-nodes", enough]).code(0);
        assert_eq!(listed(&run).len(), 8, "{run}");
        assert!(!run.out.contains("not listed"), "{run}");
    }
    // Rows that were not chosen are not missed.
    let run = look(partial(), &["status", "t-1", "--only", "Invalid", "--max-nodes", "1"]).code(0);
    assert!(run.out.ends_with("not listed: 2 Invalid; --max-nodes 0 lists all\n"), "{run}");
    for wrong in ["-1", "many", "1.5", ""] {
        look(partial(), &["status", "t-1", "--max-nodes", wrong]).code(2);
    }
}

#[test]
fn status_lists_fifty_nodes_by_default() {
    let fleet = || Answer::new("Success").nodes(60, "Success");
    let run = look(fleet(), &["status", "t-1"]).code(0);
    assert_eq!(listed(&run).len(), 50);
    assert!(run.out.ends_with("not listed: 10 Success; --max-nodes 0 lists all\n"), "{run}");
    // The limit is the table's alone.
    assert_eq!(ids(fleet(), &[]).len(), 60);
    assert_eq!(ids(fleet(), &["--max-nodes", "1"]).len(), 60);
}

#[test]
fn status_exit_status_exits_with_the_verdict() {
    let cases = [
        (Answer::new("Failed").nodes(2, "Failed"), "Failed", 1),
        (partial(), "PartialFailed", 3),
        (success(), "Success", 0),
        (running(), "Running", 8),
        (Answer::new("Pending").nodes(2, "Pending"), "Pending", 8),
    ];
    for (answer, verdict, code) in cases {
        let json = ["status", "t-1", "--exit-status", "-o", "json"];
        let run = look(answer.clone(), &json).code(code);
        let document = run.json();
        assert_eq!((&document["verdict"], &document["exit_code"]), (&verdict.into(), &code.into()), "{run}");
        for format in ["table", "jsonl", "tsv", "ids", "raw"] {
            look(answer.clone(), &["status", "t-1", "--exit-status", "-o", format]).code(code);
        }
        let unasked = look(answer, &["status", "t-1", "-o", "json"]).code(0);
        assert_eq!(unasked.json()["exit_code"], code, "{unasked}");
    }
    look(success(), &["status", "t-2", "--exit-status"]).code(6);
}

#[test]
fn status_exit_status_of_several_ids_is_the_worst() {
    let failed = Answer::new("Failed").nodes(1, "Failed");
    let known = vec![("t-ok", success()), ("t-part", partial()), ("t-fail", failed), ("t-run", running())];
    let server = server(known);
    let home = Home::for_server(&server);
    let cases: [(&[&str], i32); 6] = [
        (&["t-ok", "t-run"], 8),
        (&["t-run", "t-part"], 3),
        (&["t-part", "t-fail", "t-run"], 1),
        (&["t-ok", "t-missing"], 6),
        (&["t-run", "t-missing"], 6),
        (&["t-fail", "t-missing"], 1),
    ];
    for (ids, code) in cases {
        home.run(&[&["status", "--exit-status"], ids].concat()).code(code);
    }
}

#[test]
fn status_node_judges_that_node_alone() {
    // Answers about all nodes whatever was asked: the others are left out on our side too.
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "--node", "e01-cn-good0000002", "--exit-status"]).code(0);
    assert_eq!(server.form(0)["NodeId"], "e01-cn-good0000002");
    golden("status-table-node", &run.out);
    assert_eq!(run.err, "");
    let run = home.run(&["status", "t-1", "--node", "e01-cn-late0000001", "--exit-status"]).code(1);
    assert_eq!(listed(&run), ["e01-cn-late0000001"]);
    // Without --node there is no such parameter at all.
    home.run(&["status", "t-1"]).code(0);
    assert_eq!(server.form(2).keys().collect::<Vec<_>>(), ["InvokeId"]);
    // One node of eight is no short list when one was asked for.
    let alone = Answer::new("Failed").node_count(8).nodes(1, "Success");
    let run = look(alone, &["status", "t-1", "--node", &node_id(0), "--exit-status"]).code(0);
    assert_eq!(run.err, "");
}

#[test]
fn status_node_that_is_not_listed_exits_6() {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "--node", "e01-cn-elsewhere01"]).code(6);
    golden("status-node-not-found-stderr", &run.err);
    assert_eq!(run.out, "");
    home.run(&["status", "t-1", "--node", "e01-cn-elsewhere01", "--exit-status"]).code(6);
}

#[test]
fn blank_node_is_refused_before_any_call() {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    for blank in ["", " ", "\t"] {
        home.run(&["status", "t-1", "--node", blank]).code(2);
    }
    assert_eq!(server.count(), 0);
}
