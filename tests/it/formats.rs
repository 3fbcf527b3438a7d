//! Formats for programs, to the letter: what they hold, how they are laid out, and where there are none.

use super::golden::golden;
use super::rollouts::{look, loose, partial, running, server, success};
use super::support::answers::{Answer, no_record};
use super::support::cli::Home;
use super::support::reply::Reply;
use super::support::server::Server;

#[test]
fn status_formats_match_their_golden_files() {
    for format in ["json", "jsonl", "tsv", "ids", "raw"] {
        let run = look(partial(), &["status", "t-1", "-o", format]).code(0);
        golden(&format!("status-{format}"), &run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn jsonl_has_one_line_for_each_node() {
    let run = look(loose(), &["status", "t-1", "-o", "jsonl"]).code(0);
    let lines = run.jsonl();
    assert_eq!(lines.len(), 4);
    let document = look(loose(), &["status", "t-1", "-o", "json"]).code(0).json();
    for (mut line, node) in lines.into_iter().zip(document["invocations"][0]["nodes"].as_array().unwrap()) {
        assert_eq!(line.as_object_mut().unwrap().remove("invoke_id"), Some("t-1".into()));
        assert_eq!(&line, node);
    }
}

#[test]
fn tsv_has_seven_columns_without_a_tab_or_a_newline_of_its_own() {
    let run = look(loose(), &["status", "t-1", "-o", "tsv"]).code(0);
    let rows: Vec<Vec<&str>> = run.out.lines().map(|line| line.split('\t').collect()).collect();
    let started = ["2026-01-02T03:04:06Z", "2020-05-22T17:04:18"];
    let expected = [
        vec!["t-1", "n-1", "FAILED", "FileCreateFail", "a b c\\u{202e}", started[0], started[1]],
        vec!["t-1", "n-2", "Success", "-", "-", "-", "-"],
        vec!["t-1", "n-3", "Quarantined", "-", "-", "-", "-"],
        vec!["t-1", "4", "-", "-", "-", "-", "-"],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn line_formats_name_each_invocation_and_are_empty_without_nodes() {
    let server = server(vec![("t-1", running()), ("t-2", success())]);
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "t-2", "-o", "tsv"]).code(0);
    let ids: Vec<&str> = run.out.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(ids, [["t-1"; 6].as_slice(), &["t-2"; 3]].concat());
    for format in ["tsv", "jsonl", "ids"] {
        assert_eq!(home.run(&["status", "t-2", "--failed", "-o", format]).code(0).out, "");
        assert_eq!(home.run(&["status", "t-3", "-o", format]).code(6).out, "");
    }
}

/// Written as no serialiser would: the order, the white space, the escapes, what is not known.
const ODD: &str = "\r\n {\t\"Invocations\":{\"Invocation\":[ {\"InvokeNodes\" : {\"InvokeNode\":[]},\n\
                   \"Content\":\"bG9nIGxldmVsID0gaW5mbw==\\n\\u0007\",\"Name\":\"\\u4f60 好 🚀.conf\",\
                   \"InvocationStatus\":\"Failed\" , \"Unheard\":1.50e+03} ]},\r\n  \"RequestId\":\"R-1\" }  \n\n";

#[test]
fn raw_is_the_answer_byte_for_byte() {
    let whole = Reply::json(200, ODD);
    for reply in [whole.clone(), whole.clone().chunked(1), whole.clone().chunked(7), whole.chunked(4096)] {
        let server = Server::always(reply);
        let run = Home::for_server(&server).run(&["status", "t-1", "-o", "raw"]).code(0);
        assert_eq!(run.out, ODD);
        assert_eq!(run.err, "");
    }
    let large = Answer::new("Success").nodes(5_000, "Success").value().to_string();
    let server = Server::always(Reply::json(200, &large).chunked(1 << 14));
    assert!(Home::for_server(&server).run(&["status", "t-1", "-o", "raw"]).code(0).out == large);
}

#[test]
fn raw_prints_an_answer_without_an_invocation() {
    let server = Server::always(Reply::ok(no_record()));
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "-o", "raw"]).code(6);
    assert_eq!(run.out, no_record().to_string());
    assert!(run.err.starts_with("efloctl: error: no invocation t-1 is known here\n"), "{run}");
}

#[test]
fn raw_takes_one_id_only() {
    let server = server(vec![("t-1", success()), ("t-2", success())]);
    let home = Home::for_server(&server);
    let run = home.run(&["status", "t-1", "t-2", "-o", "raw"]).code(2);
    golden("status-raw-two-ids-stderr", &run.err);
    assert_eq!((run.out.as_str(), server.count()), ("", 0));
    home.run(&["status", "t-1", "t-1", "-o", "raw"]).code(0);
}

const FORMATS: [&str; 6] = ["table", "json", "jsonl", "tsv", "ids", "raw"];

/// Asserts that a command has these formats and no others: asked for by flag, by variable and by key.
#[track_caller]
fn has_formats(command: &[&str], formats: &[&str]) {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    let by_flag = |format: &str| home.run(&[command, &["--output", format]].concat());
    let table = by_flag("table").code(0).out;
    let mut wrong = Vec::new();
    for format in FORMATS {
        let run = by_flag(format);
        let expected = if formats.contains(&format) { unobserved(&run.out) } else { table.clone() };
        if formats.contains(&format) != (run.code == 0) {
            wrong.push(format!("--output {format} exits with {}", run.code));
        }
        let by_variable = home.efloctl().args(command).env("EFLOCTL_OUTPUT", format).run().code(0);
        if unobserved(&by_variable.out) != expected {
            wrong.push(format!("EFLOCTL_OUTPUT={format} is not what is promised"));
        }
        let by_key = Home::for_server(&server).config_more(&format!("output = \"{format}\"\n")).run(command).code(0);
        // The others read no config.
        let reads_config = command[0] != "explain";
        if unobserved(&by_key.out) != if reads_config { expected } else { table.clone() } {
            wrong.push(format!("output = \"{format}\" in the file is not what is promised"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Without the time at which it was seen.
fn unobserved(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.contains("\"observed_at\"")).collect()
}

#[test]
fn status_accepts_every_format() {
    has_formats(&["status", "t-1"], &FORMATS);
}

#[test]
fn errors_accepts_table_json_and_ids() {
    has_formats(&["errors", "t-1"], &["table", "json", "ids"]);
}

#[test]
fn explain_accepts_table_and_json() {
    has_formats(&["explain", "Timeout"], &["table", "json"]);
}

#[test]
fn config_list_accepts_table_and_json() {
    has_formats(&["config", "list"], &["table", "json"]);
}

#[test]
fn unsupported_format_is_refused_with_the_supported_ones() {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    for (command, formats) in [
        (&["errors", "t-1", "-o", "raw"][..], "table, json, "),
        (&["explain", "Timeout", "-o", "ids"], "table, json]"),
        (&["config", "list", "-o", "tsv"], "table, json]"),
    ] {
        let run = home.run(command).code(2);
        assert!(run.err.contains(&format!("[possible values: {formats}")), "{run}");
        assert_eq!(run.out, "");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn unknown_format_is_refused_from_every_origin() {
    let server = server(vec![("t-1", partial())]);
    let home = Home::for_server(&server);
    home.run(&["status", "t-1", "-o", "yaml"]).code(2);
    let by_variable = home.efloctl().args(["status", "t-1"]).env("EFLOCTL_OUTPUT", "yaml").run().code(2);
    golden("status-unknown-format-stderr", &by_variable.err);
    // Set but empty is unset.
    home.efloctl().args(["status", "t-1"]).env("EFLOCTL_OUTPUT", "").run().code(0);
    let by_key = Home::for_server(&server).config_more("output = \"yaml\"\n").run(&["status", "t-1"]).code(2);
    assert!(by_key.err.contains("config.toml:8: output \"yaml\" is not one of table, json"), "{by_key}");
    assert_eq!(server.count(), 1);
}
