//! Before anything is sent: what is refused, what is told, and that nothing goes out without a yes.

use super::{first, send, set_up};
use crate::fleet_server::Fleet;
use crate::support::cli::{Home, mode};
use serde_json::json;

#[test]
fn nothing_is_sent_without_a_yes() {
    let fleet = Fleet::of(2);
    let (server, home) = set_up(&fleet);
    let run = home.run(&["send", "app.conf", "--to", "/etc/app", "--nodes", "n-0"]).code(2);
    assert!(run.err.contains("nothing was sent") && run.err.contains("--yes"), "{run}");
    assert_eq!(server.count(), 0);
}

#[test]
fn dry_run_needs_no_key_opens_no_connection_and_prints_the_plan() {
    let home = Home::new().file("app.conf", "workers = 8\n");
    mode(&home.path().join("app.conf"), 0o644);
    let args = ["send", "app.conf", "--to", "/etc/app", "--nodes", "n-0,n-1,n-0", "--dry-run"];
    let more = ["--region", "cn-wulanchabu", "--batches", "1,100%"];
    let run = home.efloctl().args(args).args(more).run().code(0);
    for part in [
        "send app.conf to 2 nodes",
        "/etc/app/app.conf",
        "0644, root:root",
        "cn-wulanchabu",
        "batches of 2 times 1 nodes",
    ] {
        assert!(run.out.contains(part), "{part}: {run}");
    }
    assert!(run.err.contains("name a node again"), "{run}");
    let run = home.efloctl().args(args).args(more).args(["-o", "json"]).run().code(0);
    let send = &run.json()["send"];
    assert_eq!((&send["batches"], &send["not_sent"]), (&json!([1, 1]), &json!(["n-0", "n-1"])));
    let run = home.efloctl().args(args).args(more).args(["-o", "jsonl"]).run().code(0);
    let events = run.jsonl();
    assert_eq!((events.len(), &events[0]["type"]), (1, &json!("planned")));
    assert_eq!((&events[0]["nodes"], &events[0]["calls"]), (&json!(2), &json!(2)));
    assert!(!home.path().join(".local/state/efloctl").exists(), "no log of what was not sent");
}

#[test]
fn what_cannot_be_sent_is_refused_before_any_call_with_the_word() {
    let fleet = Fleet::of(2);
    let (server, home) = set_up(&fleet);
    let home = home.file("empty", "").file("large", vec![b'x'; 24_577]).file("closed", "secret").file("none.txt", "\n");
    for name in ["empty", "large"] {
        mode(&home.path().join(name), 0o644);
    }
    let base = |file: &str, dir: &str, nodes: &str| {
        ["send", file, "--to", dir, "--nodes", nodes, "--yes"].map(str::to_owned).to_vec()
    };
    let with = |more: &[&str]| {
        [base("app.conf", "/etc/app", "n-0"), more.iter().map(|&word| word.to_owned()).collect()].concat()
    };
    for (args, word) in [
        (base("gone", "/etc/app", "n-0"), "gone"),
        (base(".", "/etc/app", "n-0"), "no regular file"),
        (base("empty", "/etc/app", "n-0"), "empty"),
        (base("large", "/etc/app", "n-0"), "24577 bytes"),
        (base("app.conf", "etc/app", "n-0"), "etc/app"),
        (base("app.conf", "/etc/app", ""), "blank"),
        (base("app.conf", "/etc/app", "n-0,n 1"), "n 1"),
        (with(&["--nodes=-,-"]), "twice"),
        (base("app.conf", "/etc/app", "@none.txt"), "none.txt"),
        (with(&["--file-name", "a/b"]), "a/b"),
        (with(&["--file-name", ".."]), ".."),
        (with(&["--file-mode", "4755"]), "4755"),
        (with(&["--file-mode", "u+x"]), "u+x"),
        (with(&["--batches", "1,0"]), "\"0\" is a batch without a node"),
        (with(&["--batches", "0%"]), "\"0%\" is a batch without a node"),
        (with(&["--batches", "0.00%"]), "\"0.00%\" is a batch without a node"),
        (with(&["--batches", "1,,2"]), "a size of a batch is blank"),
        (with(&["--batches", ""]), "a size of a batch is blank"),
        (with(&["--batches="]), "a size of a batch is blank"),
        (with(&["--batches", ","]), "a size of a batch is blank"),
        (with(&["--batches", "1", "--batches", "2"]), "--batches"),
        (with(&["--batches=-1"]), "-1"),
        (with(&["--batches", "1;2"]), "1;2"),
        (with(&["--batches", "120%"]), "120%"),
        (with(&["--nodes-per-call", "51"]), "51"),
        (with(&["--nodes-per-call", "0"]), "0"),
        (with(&["--delivery-timeout", "60"]), "60"),
        (with(&["--delivery-timeout", "1500ms"]), "1500ms"),
        (with(&["--max-failed", "x"]), "x"),
        (with(&["--no-wait", "--batches", "1"]), "--batches"),
        (with(&["--no-wait", "--github"]), "--github"),
        (with(&["--description", &"x".repeat(513)]), "512"),
    ] {
        let run = home.efloctl().args(&args).run().code(2);
        assert!(run.err.contains(word), "{args:?}: {run}");
    }
    #[cfg(unix)]
    {
        let run = home.efloctl().args(base("closed", "/etc/app", "n-0")).run().code(2);
        assert!(run.err.contains("--file-mode"), "{run}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn the_content_stands_in_no_output_and_no_log() {
    let fleet = Fleet::of(1);
    let (_server, home) = set_up(&fleet);
    let home = home.file("secret.conf", "content-never-shown-0000");
    let args = ["send", "secret.conf", "--to", "/etc/app", "--nodes", "n-0", "--yes", "--file-mode", "0600"];
    let run = home.efloctl().args(args).args(["-vv", "--interval", "1s", "--junit", "report.xml"]).run().code(0);
    let log = home.read(&format!(".local/state/efloctl/sent/{}.jsonl", super::send_id(&home)));
    for secret in ["content-never-shown-0000", "Y29udGVudC1uZXZlci1zaG93bi0wMDAw", crate::support::server::KEY_SECRET] {
        for text in [&run.out, &run.err, &log, &home.read("report.xml")] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    assert!(log.contains("\"sha256\":"), "{log}");
}

#[test]
fn no_wait_prints_the_sends_id_and_polls_nothing() {
    let fleet = Fleet::of(60).open_answers(1000);
    let (server, home) = set_up(&fleet);
    let run = send(&home, &first(60)).args(["--no-wait"]).run().code(0);
    assert_eq!(run.out.trim(), super::send_id(&home));
    assert_eq!(server.count(), 2, "two calls and no look");
    let run = send(&home, &first(60)).args(["--no-wait", "-o", "jsonl"]).run().code(0);
    let types: Vec<String> = run.jsonl().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(types.first().map(String::as_str), Some("planned"));
    assert_eq!(types.last().map(String::as_str), Some("result"));
    assert_eq!(types.iter().filter(|name| *name == "sent").count(), 2, "{run}");
}
