//! Which invocations are asked about: several at once, each once, and never a blank one.

use super::golden::golden;
use super::rollouts::{partial, running, server, success};
use super::support::cli::Home;
use super::support::reply::{Gate, Reply};
use super::support::server::Server;

/// The InvokeIds that the server was asked about, sorted.
fn asked(server: &Server) -> Vec<String> {
    let mut ids: Vec<String> = server.requests().iter().map(|request| request.form()["InvokeId"].clone()).collect();
    ids.sort();
    ids
}

#[test]
fn ids_are_asked_in_parallel_and_shown_in_the_order_given() {
    let gate = Gate::new();
    let held = gate.clone();
    let server = Server::with(move |_, _| Reply::ok(success()).held(&held));
    let home = Home::for_server(&server);
    let running = home.efloctl().args(["status", "t-3", "t-1", "t-2", "-o", "json"]).spawn();
    // None is answered until all have asked.
    server.wait_for_requests(3);
    gate.open();
    let document = running.finish().code(0).json();
    let ids: Vec<_> = document["invocations"].as_array().unwrap().iter().map(|one| &one["invoke_id"]).collect();
    assert_eq!(ids, ["t-3", "t-1", "t-2"]);
    assert_eq!(asked(&server), ["t-1", "t-2", "t-3"]);
}

#[test]
fn duplicate_id_counts_once() {
    let server = server(vec![("t-1", success()), ("t-2", success())]);
    let home = Home::for_server(&server);
    let args = ["status", "t-1", "t-2", " t-1 ", "-", "t-2", "-o", "tsv"];
    let run = home.efloctl().args(args).stdin("t-2\nt-1\n").run().code(0);
    let ids: Vec<&str> = run.out.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(ids, ["t-1", "t-1", "t-1", "t-2", "t-2", "t-2"]);
    assert_eq!(asked(&server), ["t-1", "t-2"]);
}

#[test]
fn ids_are_read_from_stdin_with_a_dash() {
    let server = server(vec![("t-1", success()), ("t-2", success()), ("t-3", success())]);
    let home = Home::for_server(&server);
    for (input, expected) in [
        ("t-1\nt-2\n", vec!["t-1", "t-2", "t-3"]),
        ("t-1\r\nt-2\r\n", vec!["t-1", "t-2", "t-3"]),
        ("  t-2\t", vec!["t-2", "t-3"]),
    ] {
        let before = server.count();
        let run = home.efloctl().args(["status", "-", "t-3", "-o", "json"]).stdin(input).run().code(0);
        let document = run.json();
        let ids: Vec<_> = document["invocations"].as_array().unwrap().iter().map(|one| &one["invoke_id"]).collect();
        assert_eq!(ids, expected, "{input:?}");
        assert_eq!(server.count() - before, expected.len());
    }
}

#[test]
fn blank_id_is_refused_before_any_call() {
    let server = server(vec![("t-1", success())]);
    let home = Home::for_server(&server);
    for command in ["status", "errors", "watch"] {
        for blank in ["", " ", "\t\n"] {
            let run = home.run(&[command, "t-1", blank]).code(2);
            assert!(run.err.starts_with("efloctl: error: an ID is blank\n"), "{run}");
            assert_eq!(run.out, "");
        }
        let run = home.run(&[command]).code(2);
        assert!(run.err.contains("<ID>..."), "{run}");
        for input in ["", "\n", " \n\t\n"] {
            let run = home.efloctl().args([command, "-"]).stdin(input).run().code(2);
            assert!(run.err.starts_with("efloctl: error: standard input holds no ID\n"), "{run}");
        }
        let run = home.efloctl().args([command, "t-1", "-"]).stdin("t-1\n\nt-1\n").run().code(2);
        assert!(run.err.starts_with("efloctl: error: line 2 of standard input is blank\n"), "{run}");
    }
    assert_eq!(server.count(), 0);
    golden("ids-blank-stderr", &home.run(&["status", ""]).code(2).err);
    golden("ids-none-stderr", &home.run(&["status"]).code(2).err);
    golden("ids-blank-line-stderr", &home.efloctl().args(["status", "-"]).stdin("t-1\n\n").run().code(2).err);
}

#[test]
fn blank_id_is_json_with_output_json() {
    let run = Home::new().run(&["watch", "", "-o", "json"]).code(2);
    let error = run.error();
    assert_eq!((&error["error"]["kind"], &error["error"]["exit_code"]), (&"usage".into(), &2.into()));
}

#[test]
fn ids_on_stdin_that_are_no_utf8_are_refused() {
    let server = server(vec![]);
    let run = Home::for_server(&server).efloctl().args(["status", "-"]).stdin(b"t-1\n\xff\xfe\n").run().code(2);
    assert!(run.err.starts_with("efloctl: error: standard input cannot be read: "), "{run}");
    assert_eq!(server.count(), 0);
}

#[test]
fn known_ids_are_answered_beside_unknown_ones() {
    let server = server(vec![("t-part", partial()), ("t-run", running()), ("t-ok", success())]);
    let home = Home::for_server(&server);
    let args = ["t-none", "t-part", "t-nil", "t-ok"];
    let run = home.run(&[&["status", "-o", "json"], &args[..]].concat()).code(6);
    let document = run.json();
    let verdicts: Vec<_> = document["invocations"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
    let null = serde_json::Value::Null;
    assert_eq!(verdicts, [&null, &"PartialFailed".into(), &null, &"Success".into()]);
    assert_eq!((&document["verdict"], &document["exit_code"]), (&"PartialFailed".into(), &3.into()));
    home.run(&[&["status", "--exit-status"], &args[..]].concat()).code(3);

    let run = home.run(&[&["status"], &args[..]].concat()).code(6);
    let errors: Vec<&str> = run.err.lines().filter(|line| line.starts_with("efloctl: error: ")).collect();
    let unknown = ["t-none", "t-nil"].map(|id| format!("efloctl: error: no invocation {id} is known here"));
    assert_eq!(errors, unknown);
    assert!(run.out.contains("t-part  PartialFailed\n") && run.out.contains("t-ok  Success\n"), "{run}");
    // Success beside what is unknown is no Success.
    assert_eq!(home.run(&["status", "t-ok", "t-nil", "-o", "json"]).code(6).json()["verdict"], null);
}

#[test]
fn id_with_a_character_that_ids_do_not_have_is_refused_before_any_call() {
    let server = server(vec![]);
    let home = Home::for_server(&server);
    for (id, hint) in [
        ("t-1,t-2", "write each id as a word of its own"),
        ("t-1 t-2", "write each id as a word of its own"),
        ("\"t-1\"", "leave the quotes out"),
        ("t-\u{1b}[31mü", "an id has letters, digits and - _ . : alone"),
    ] {
        let run = home.run(&["status", id]).code(2);
        let message = format!("efloctl: error: an ID has a character that ids do not have: {}", id.escape_debug());
        let message = message.replace("\\\"", "\"");
        assert!(run.err.starts_with(&message) && run.err.contains(hint), "{run}");
        assert!(home.run(&["status", "t-1", "--node", id]).code(2).err.contains("ids do not have"));
        let run = home.efloctl().args(["watch", "-"]).stdin(format!("t-1\n{id}\n")).run().code(2);
        assert!(run.err.contains("line 2 of standard input has a character"), "{run}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn byte_order_mark_and_line_ends_around_an_id_are_passed_over() {
    let server = server(vec![("t-1", success()), ("t-2", success())]);
    let home = Home::for_server(&server);
    let run = home.efloctl().args(["status", "-", "-o", "json"]).stdin("\u{feff}t-1\r\n t-2 \r\n").run().code(0);
    let document = run.json();
    let ids: Vec<_> = document["invocations"].as_array().unwrap().iter().map(|one| &one["invoke_id"]).collect();
    assert_eq!(ids, ["t-1", "t-2"]);
    home.run(&["status", "\u{feff}t-1\r", "--node", " e01-1\r\n"]).code(6);
    assert_eq!(asked(&server), ["t-1", "t-1", "t-2"]);
}
