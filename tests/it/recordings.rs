//! Recordings: what `--record` writes, what `--from` reads, and that neither gets in the way of the verdict.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::support::answers::{Answer, CONTENT};
use super::support::cli::{Home, Run};
use super::support::reply::Reply;
use super::support::server::Server;

fn open() -> Answer {
    Answer::new("Running").nodes(2, "Running")
}

fn partial() -> Answer {
    Answer::new("PartialFailed").nodes(1, "Success").failures(1, "Failed", "FileCreateFail", "null")
}

/// A line as `--record` writes it.
fn line(id: &str, answer: Answer) -> String {
    let line = json!({"at": "2026-01-02T03:04:09.000Z", "invoke_id": id, "response": answer.value()});
    format!("{line}\n")
}

fn home_with(name: &str, text: impl AsRef<[u8]>) -> Home {
    Home::new().file(name, text)
}

#[track_caller]
fn usage(run: Run, word: &str) {
    let run = run.code(2);
    assert_eq!(run.out, "", "{run}");
    assert!(run.err.starts_with("efloctl: error: ") && run.err.contains(word), "{run}");
}

#[test]
fn recording_has_a_line_for_each_differing_answer_without_content() {
    let server = Server::sequence(vec![
        Reply::ok(open().request_id("R-1")),
        Reply::ok(open().request_id("R-2")),
        Reply::ok(partial().request_id("R-3").set("Unheard", json!({"of": [1, null]}))),
    ]);
    let home = Home::for_server(&server);
    let args = ["watch", "t-1", "--interval", "1s", "--record", "r.jsonl"];
    home.run(&args).code(3);
    let text = home.read("r.jsonl");
    assert!(!text.contains(CONTENT), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let ids: Vec<&Value> = lines.iter().map(|line| &line["response"]["RequestId"]).collect();
    assert_eq!(ids, ["R-1", "R-3"], "{text}");
    for line in &lines {
        let mut keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
        keys.sort();
        assert_eq!(keys, ["at", "invoke_id", "response"], "{text}");
        assert_eq!(line["invoke_id"], "t-1", "{text}");
        line["at"].as_str().expect("a time").parse::<Timestamp>().expect("a time");
    }
    let mut whole = partial().request_id("R-3").set("Unheard", json!({"of": [1, null]})).value();
    whole["Invocations"]["Invocation"][0].as_object_mut().expect("a record").remove("Content");
    assert_eq!(lines[1]["response"], whole, "the answer but for its content");

    home.run(&args).code(3);
    assert_eq!(home.read("r.jsonl"), text, "the answer is the last of its id already");
}

#[cfg(unix)]
#[test]
fn recording_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::always(Reply::ok(partial()));
    let home = Home::for_server(&server);
    home.run(&["watch", "t-1", "--record", "r.jsonl"]).code(3);
    let mode = home.path().join("r.jsonl").metadata().expect("the recording").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn recording_replays_as_it_was_live() {
    let server = Server::with(|request, n| match (request.form()["InvokeId"].as_str(), n) {
        ("t-2", _) => Reply::ok(Answer::new("Failed").failures(3, "Aborted", "ClientNotRunning", "null")),
        (_, 0 | 1) => Reply::ok(open()),
        _ => Reply::ok(partial()),
    });
    let home = Home::for_server(&server);
    let live = home.run(&["watch", "t-1", "t-2", "--interval", "1s", "--record", "r.jsonl", "-o", "json"]).code(1);
    let asked = server.count();
    let from = ["--from", "r.jsonl", "-o", "json", "t-1", "t-2"];
    let replayed = home.run(&[&["watch", "--interval", "1s"], &from[..]].concat()).code(1);
    assert_eq!(replayed.json(), live.json());
    assert_eq!(home.run(&[&["status"], &from[..]].concat()).code(0).json(), live.json());
    let errors = home.run(&[&["errors"], &from[..]].concat()).code(0).json();
    let groups = |at: usize| errors["invocations"][at]["errors"].clone();
    assert_eq!((&groups(0)[0]["error_code"], &groups(0)[0]["count"]), (&json!("FileCreateFail"), &json!(1)));
    assert_eq!((&groups(1)[0]["error_code"], &groups(1)[0]["count"]), (&json!("ClientNotRunning"), &json!(3)));
    assert_eq!(server.count(), asked, "a recording needs no call");
}

#[test]
fn from_selects_by_id() {
    let text = line("t-1", open()) + &line("t-2", partial()) + &line("t-1", partial());
    let home = home_with("r.jsonl", text);
    let ids = |args: &[&str]| {
        let run = home.run(&[&["status", "--from", "r.jsonl", "-o", "json"], args].concat());
        let document = run.json();
        let ids = document["invocations"].as_array().expect("invocations").iter();
        (run.code, ids.map(|one| one["invoke_id"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(ids(&[]), (0, vec![json!("t-1"), json!("t-2")]), "in the order in which they appear");
    assert_eq!(ids(&["t-2"]), (0, vec![json!("t-2")]));
    assert_eq!(ids(&["t-2", "t-1", "t-2"]), (0, vec![json!("t-2"), json!("t-1")]));
    assert_eq!(ids(&["t-1", "t-9"]), (6, vec![json!("t-1"), json!("t-9")]));
    let run = home.run(&["status", "--from", "r.jsonl", "t-9"]).code(6);
    assert!(run.err.starts_with("efloctl: error: t-9 is not in the recording"), "{run}");
    usage(home.run(&["status", "--from", "r.jsonl", ""]), "blank");
}

#[test]
fn from_reads_what_the_official_cli_printed() {
    let last = partial().value();
    let (first, pretty) = (open().value(), serde_json::to_string_pretty(&last).expect("JSON"));
    let texts =
        [last.to_string(), pretty.clone(), format!("\u{feff}{first}\n{last}\n"), format!("{first}{pretty}\r\n\n")];
    for text in texts {
        let home = home_with("answers.json", text);
        for (ids, name) in [(&[][..], Value::Null), (&["t-7"], json!("t-7"))] {
            let from = [&["--from", "answers.json", "-o", "json", "--exit-status"], ids].concat();
            for command in ["status", "errors"] {
                let run = home.run(&[&[command], &from[..]].concat()).code(3);
                let invocations = run.json()["invocations"].clone();
                assert_eq!(invocations.as_array().map(Vec::len), Some(1), "one invocation: {run}");
                assert_eq!((&invocations[0]["invoke_id"], &invocations[0]["status"]), (&name, &json!("PartialFailed")));
                assert_eq!(run.err, "", "{run}");
            }
            let watch = [&["watch", "--from", "answers.json", "--interval", "1s", "-o", "jsonl"], ids].concat();
            let run = home.run(&watch).code(3);
            assert_eq!(run.jsonl()[0]["invoke_ids"], json!([name]), "{run}");
        }
    }
    let home = home_with("answers.json", last.to_string());
    usage(home.run(&["status", "--from", "answers.json", "t-1", "t-2"]), "one ID");
}

#[test]
fn from_dash_reads_stdin() {
    for command in ["status", "errors", "watch"] {
        for (ids, shown) in
            [(&["--from", "-"][..], "t-1"), (&["--from", "-", "t-2"], "t-2"), (&["-", "--from", "-"], "t-1")]
        {
            let input = line("t-1", partial()) + &line("t-2", partial());
            let run = Home::new().efloctl().args([command]).args(ids).stdin(input).run();
            let of_several = run.out.contains(&format!("\n{shown}  PartialFailed  1   1"));
            assert!(run.out.starts_with(&format!("{shown}  PartialFailed")) || of_several, "{run}");
        }
    }
    usage(Home::new().efloctl().args(["status", "--from", "-"]).stdin("").run(), "standard input");
}

#[test]
fn watch_from_a_recording_whose_only_line_about_an_id_is_cut_exits_5_and_names_the_id() {
    let success = || Answer::new("Success").nodes(1, "Success");
    let cut = line("t-2", success());
    let home = home_with("r.jsonl", format!("{}{}", line("t-1", success()), &cut[..cut.len() / 2]));
    for ids in [&[][..], &["t-1", "t-2"]] {
        let run = home.run(&[&["watch", "--from", "r.jsonl"], ids].concat()).code(5);
        assert!(run.out.contains("t-1") && run.err.contains("t-2"), "{run}");
    }
}

#[test]
fn from_skips_a_cut_last_line_with_a_warning() {
    let whole = line("t-1", partial());
    for cut in [1, whole.len() / 2, whole.len() - 2] {
        let home = home_with("r.jsonl", format!("{whole}{}", &whole[..cut]));
        let run = home.run(&["status", "--from", "r.jsonl", "--exit-status"]).code(3);
        assert!(run.err.starts_with("efloctl: warning: a line of r.jsonl is cut"), "{run}");
        assert_eq!(run.err.lines().count(), 1, "{run}");
    }
    // The next recording begins on a line of its own.
    let server = Server::always(Reply::ok(open().set("Description", "later").node("e01-cn-x", "Failed")));
    let home = Home::for_server(&server).file("r.jsonl", format!("{whole}{}", &whole[..40]));
    home.run(&["watch", "t-1", "--timeout", "1s", "--record", "r.jsonl"]).code(124);
    let recorded = home.read("r.jsonl");
    let last = recorded.lines().last().expect("a line");
    assert!(serde_json::from_str::<Value>(last).is_ok_and(|line| line["invoke_id"] == "t-1"), "{recorded}");
}

#[test]
fn from_refuses_a_file_that_is_no_recording() {
    let broken = line("t-1", open()) + "{\"at\": oops}\n" + &line("t-1", partial());
    for (text, word) in [
        (&b""[..], "empty"),
        (b" \n", "empty"),
        (b"not JSON", "line 1"),
        (b"[1]", "no object"),
        (b"\xff\xfe{}", "UTF-8"),
        (broken.as_bytes(), "line 2"),
    ] {
        let home = home_with("r.jsonl", text);
        for command in ["status", "errors", "watch"] {
            usage(home.run(&[command, "--from", "r.jsonl"]), word);
        }
    }
    let home = Home::new();
    usage(home.run(&["watch", "--from", "absent.jsonl"]), "absent.jsonl");
    usage(home.run(&["status", "--from", "."]), "recording .");
    let run = home.run(&["watch", "--from", "absent.jsonl", "-o", "json"]).code(2);
    assert_eq!(run.error()["error"]["exit_code"], 2, "{run}");
}

#[test]
fn from_refuses_json_that_is_no_answer() {
    for (json, word) in [
        (r#"{"Odd":"slow down"}"#, "no answer of DescribeSendFileResults"),
        (r#"{"Code":"Throttling","Message":"slow down"}"#, "slow down (Throttling)"),
    ] {
        let home = home_with("r.json", json);
        for command in ["status", "watch"] {
            let run = home.run(&[command, "--from", "r.json"]).code(5);
            assert!(run.err.contains(word), "{run}");
        }
    }
}
