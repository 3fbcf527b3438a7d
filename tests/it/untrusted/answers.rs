//! What the service answers, through every output of the commands that ask it.

use super::*;
use crate::support::cli::Home;
use crate::support::reply::Reply;
use crate::support::server::Server;

const ASKING: &[&[&str]] = &[
    &["status", "t-1"],
    &["status", "t-1", "--color", "always"],
    &["status", "t-1", "-vv"],
    &["status", "t-1", "-o", "tsv"],
    &["status", "t-1", "-o", "ids"],
    &["status", "t-1", "-o", "jsonl"],
    &["status", "t-1", "-o", "json"],
    &["errors", "t-1"],
    &["errors", "t-1", "--color", "always"],
    &["errors", "t-1", "-o", "json"],
    &["errors", "t-1", "-o", "ids"],
    &["watch", "t-1"],
    &["watch", "t-1", "-vv", "--color", "always"],
    &["watch", "t-1", "-o", "json"],
    &["watch", "t-1", "-o", "jsonl"],
    &["watch", "t-1", "-q"],
    &["watch", "t-1", "t-2"],
];

/// Runs a command against an answer of this hand.
fn run(hand: Hand, args: &[&str]) -> Run {
    let server = Server::always(Reply::ok(hand.answer("Failed")));
    Home::for_server(&server).run(args)
}

#[test]
fn untrusted_fields_are_safe_in_every_output() {
    for args in ASKING {
        let [mut hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| run(hand, args));
        if args.contains(&"tsv") {
            hostile.out = hostile.out.replace('\t', " ");
        }
        run_is_harmless(&hostile, None);
        same_lines(&hostile, &tame);
        assert!(hostile.out.contains("a-id"), "{hostile}");
    }
}

#[test]
fn untrusted_overall_status_is_safe() {
    for args in [&["status", "t-1"][..], &["errors", "t-1"], &["status", "t-1", "-o", "json"]] {
        let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
            let server = Server::always(Reply::ok(hand.answer(&hand.write("overall"))));
            Home::for_server(&server).run(args).code(0)
        });
        run_is_harmless(&hostile, None);
        same_lines(&hostile, &tame);
        assert!(args[0] == "errors" || hostile.out.contains("overall"), "{hostile}");
    }
}

#[test]
fn untrusted_fields_are_safe_in_watch_progress() {
    let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
        let looks = [hand.answer(&hand.write("overall")), hand.answer("Failed")];
        let server = Server::sequence(looks.map(Reply::ok).to_vec());
        Home::for_server(&server).run(&["watch", "t-1", "--interval", "1s"]).code(1)
    });
    run_is_harmless(&hostile, None);
    same_lines(&hostile, &tame);
    for word in ["a-id", "a-code", "a-info", "b-status"] {
        assert!(hostile.err.contains(word), "{word}: {hostile}");
    }
}

#[test]
fn untrusted_fields_are_safe_in_junit_and_github_files() {
    let [hostile, tame] = [Hand::Hostile, Hand::Tame].map(|hand| {
        let server = Server::always(Reply::ok(hand.answer("Failed")));
        let home = Home::for_server(&server);
        let call =
            home.efloctl().args(["watch", "t-1", "--github", "--junit", "junit.xml", "--record", "record.jsonl"]);
        let call = call.env("GITHUB_STEP_SUMMARY", "summary.md").env("GITHUB_OUTPUT", "output.txt");
        let run = call.run().code(1);
        let files = ["junit.xml", "record.jsonl", "summary.md", "output.txt"].map(|name| (name, home.read(name)));
        (run, files)
    });
    run_is_harmless(&hostile.0, Some("::error title=efloctl%3A "));
    same_lines(&hostile.0, &tame.0);
    for ((name, hostile), (_, tame)) in hostile.1.iter().zip(&tame.1) {
        is_harmless(name, hostile, None);
        assert_eq!(hostile.lines().count(), tame.lines().count(), "{name}: {hostile}");
        // No cell of a table, no tag and no link that the tame text has not.
        let marks = match *name {
            "junit.xml" => &['<'][..],
            "summary.md" => &['|', '<', '>', '`', '*', '~', '[', ']', '\\'],
            _ => &[],
        };
        for mark in marks.iter().copied() {
            assert_eq!(hostile.matches(mark).count(), tame.matches(mark).count(), "{mark} in {name}: {hostile}");
        }
    }
}

#[test]
fn json_loses_nothing_of_untrusted_text() {
    let hand = Hand::Hostile;
    let server = Server::always(Reply::ok(hand.answer("Failed")));
    let home = Home::for_server(&server);
    let document = home.run(&["status", "t-1", "-o", "json"]).code(0).json();
    let record = &document["invocations"][0];
    for (field, mark) in [
        ("request_id", "request"),
        ("name", "Name"),
        ("description", "Description"),
        ("target_dir", "TargetDir"),
        ("content_type", "ContentType"),
        ("file_mode", "FileMode"),
        ("file_owner", "FileOwner"),
        ("file_group", "FileGroup"),
        ("creation_time", "CreationTime"),
    ] {
        assert_eq!(record[field], trimmed(&hand.write(mark)), "{field}");
    }
    assert_eq!((&record["status"], &record["node_count"]), (&"Failed".into(), &2.into()));
    assert_eq!(record["counts"][hand.write("b-status").trim()], 1, "{record}");
    let has_all = |node: &Value| {
        for (field, mark) in [
            ("node_id", "id"),
            ("error_code", "code"),
            ("error_info", "info"),
            ("creation_time", "created"),
            ("start_time", "started"),
            ("update_time", "updated"),
            ("finish_time", "finished"),
        ] {
            assert_eq!(node[field], trimmed(&hand.write(&format!("a-{mark}"))), "{field}");
        }
    };
    has_all(&record["nodes"][0]);
    assert_eq!(record["nodes"][1]["status"], trimmed(&hand.write("b-status")));
    has_all(&home.run(&["status", "t-1", "-o", "jsonl"]).code(0).jsonl()[0]);
    let events = home.run(&["watch", "t-1", "-o", "jsonl"]).code(1).jsonl();
    let node = events.iter().find(|event| event["type"] == "node").expect("a node that failed");
    has_all(&node["node"]);
    let groups = &home.run(&["errors", "t-1", "-o", "json"]).code(0).json()["invocations"][0]["errors"];
    assert_eq!(groups[0]["error_code"], trimmed(&hand.write("a-code")), "{groups}");
    assert_eq!(groups[0]["node_ids"][0], trimmed(&hand.write("a-id")), "{groups}");
}

#[test]
fn tsv_row_of_untrusted_text_has_seven_fields() {
    let server = Server::always(Reply::ok(Hand::Hostile.answer("Failed")));
    let run = Home::for_server(&server).run(&["status", "t-1", "-o", "tsv"]).code(0);
    let fields: Vec<usize> = run.out.lines().map(|line| line.split('\t').count()).collect();
    assert_eq!(fields, [7, 7], "{run}");
}

#[test]
fn empty_text_is_harmless() {
    let whole = Hand::Tame.answer("Failed").value().to_string();
    for broken in ["\\ud83d", "\\udc00x", "\\ud83d\\u0041"] {
        let body = whole.replace("Name tame", broken).into_bytes();
        is_read_and_harmless(body);
    }
    for broken in [&b"\xff\xfe"[..], b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"] {
        let (before, after) = whole.split_once("a-info tame").expect("the error's text");
        is_read_and_harmless([before.as_bytes(), broken, after.as_bytes()].concat());
    }
}

#[track_caller]
fn is_read_and_harmless(body: Vec<u8>) {
    let server = Server::always(Reply::bytes(200, "application/json", body));
    let home = Home::for_server(&server);
    for format in ["table", "json"] {
        let run = home.run(&["status", "t-1", "-o", format]).code(0);
        run_is_harmless(&run, None);
        assert!(run.out.contains('\u{fffd}'), "what is broken shows as broken: {run}");
    }
}
