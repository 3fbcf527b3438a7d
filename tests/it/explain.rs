//! `explain`: every word of the API's documentation, as it stands there and as people paste it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::golden::golden;
use super::support::cli::Home;

const OVERALL: [&str; 5] = ["Pending", "Running", "Success", "Failed", "PartialFailed"];

const NODE: [&str; 8] = ["Pending", "Running", "Success", "Invalid", "Aborted", "Failed", "Error", "Timeout"];

const CODES: [(&str, &str); 17] = [
    ("Null", "no"),
    ("NodeNotExists", "no"),
    ("NodeReleased", "no"),
    ("NodeNotRunning", "after_fix"),
    ("AccountNotExists", "after_fix"),
    ("ClientNotRunning", "after_fix"),
    ("ClientNotResponse", "later"),
    ("ClientIsUpgrading", "later"),
    ("ClientNeedUpgrade", "after_fix"),
    ("DeliveryTimeout", "later"),
    ("FileCreateFail", "after_fix"),
    ("FileAlreadyExists", "after_fix"),
    ("FileContentInvalid", "after_fix"),
    ("FileNameInvalid", "after_fix"),
    ("FilePathInvalid", "after_fix"),
    ("FileAuthorityInvalid", "after_fix"),
    ("UserGroupNotExists", "after_fix"),
];

/// The texts, with the code that says the same.
const TEXTS: [(&str, Option<&str>); 28] = [
    ("the specified instance does not exists", Some("NodeNotExists")),
    ("the node has released when create task", Some("NodeReleased")),
    ("the node is not running when create task", Some("NodeNotRunning")),
    ("the command is not applicable", None),
    ("the specified account does not exists", Some("AccountNotExists")),
    ("the specified directory does not exists", None),
    ("the cron job expression is invalid", None),
    ("the aliyun service is not running on the instance", Some("ClientNotRunning")),
    ("the aliyun service in the instance does not response", Some("ClientNotResponse")),
    ("the aliyun service in the node is upgrading now", Some("ClientIsUpgrading")),
    ("the aliyun service in the node need upgrade", Some("ClientNeedUpgrade")),
    ("the command delivery has been timeout", Some("DeliveryTimeout")),
    ("the command execution has been timeout", None),
    ("the command execution got an exception", None),
    ("the command execution has been interrupted", None),
    ("the command execution exit code is not zero", None),
    ("the specified instance has been released", Some("NodeReleased")),
    ("Unexpected error during creating", Some("FileCreateFail")),
    ("the file creation is failed due to unknown error", Some("FileCreateFail")),
    ("File content error", Some("FileContentInvalid")),
    ("the content of file is invalid", Some("FileContentInvalid")),
    ("File content is empty", Some("FileContentInvalid")),
    ("File name is invalid", Some("FileNameInvalid")),
    ("File path is invalid", Some("FilePathInvalid")),
    ("Owner not exists", Some("AccountNotExists")),
    ("Group not exists", Some("UserGroupNotExists")),
    ("Mode is invalid", Some("FileAuthorityInvalid")),
    ("the authority of file is invalid", Some("FileAuthorityInvalid")),
];

/// The entries that explain a word.
fn entries(args: &[&str]) -> Vec<Value> {
    let run = Home::new().run(&[&["explain", "-o", "json"], args].concat()).code(0);
    assert_eq!(run.err, "");
    run.json()["entries"].as_array().expect("a list of entries").clone()
}

/// Kind and word of the entries that explain a word.
fn found(words: &[&str]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    entries(words).iter().map(|entry| (text(&entry["kind"]), text(&entry["word"]))).collect()
}

fn pair(kind: &str, word: &str) -> (String, String) {
    (kind.to_owned(), word.to_owned())
}

/// `FileAlreadyExists` as `file_already_exists`.
fn snake(code: &str) -> String {
    let mut snake = String::new();
    for c in code.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[test]
fn explain_knows_every_status() {
    for status in OVERALL.into_iter().chain(NODE).collect::<BTreeSet<_>>() {
        let mut expected = Vec::new();
        if OVERALL.contains(&status) {
            expected.push(pair("overall_status", status));
        }
        if NODE.contains(&status) {
            expected.push(pair("node_status", status));
        }
        for spelling in [status.to_owned(), status.to_uppercase(), snake(status), format!(" \"{status}\",")] {
            assert_eq!(found(&[&spelling]), expected, "{spelling}");
        }
    }
}

#[test]
fn explain_knows_every_error_code_in_any_spelling() {
    for (code, resend) in CODES {
        let found = entries(&[code]);
        let [entry] = found.as_slice() else { panic!("{code}: {found:?}") };
        assert_eq!(
            (&entry["kind"], &entry["word"], &entry["resend"]),
            (&"error_code".into(), &code.into(), &resend.into())
        );
        let texts = ["meaning", "remedy"].map(|key| entry[key].as_str().unwrap_or_default().len());
        assert!(texts.iter().all(|length| *length > 5), "{entry}");
        for spelling in [code.to_lowercase(), snake(code), format!("\"{code}\","), format!("ErrorCode: {code}")] {
            assert_eq!(entries(&[&spelling]), found, "{spelling}");
        }
    }
}

#[test]
fn explain_knows_every_error_text_and_names_its_code() {
    for (text, code) in TEXTS {
        let found = entries(&[text]);
        let [entry] = found.as_slice() else { panic!("{text}: {found:?}") };
        let expected = (&Value::from("error_text"), &Value::from(text), &Value::from(code));
        assert_eq!((&entry["kind"], &entry["word"], &entry["same_as"]), expected);
        if let Some(code) = code {
            let of_code = &entries(&[code])[0];
            for key in ["meaning", "cause", "remedy", "afterwards", "resend"] {
                assert_eq!(entry[key], of_code[key], "{text}");
            }
        }
        // As words of a shell, as a sentence, as a line of a log.
        let words: Vec<&str> = text.split(' ').collect();
        assert_eq!(entries(&words), found, "{words:?}");
        for spelling in [text.to_uppercase(), format!("{text}.\n"), format!("\"ErrorInfo\": \"{text}\"")] {
            assert_eq!(entries(&[&spelling]), found, "{spelling}");
        }
    }
}

#[test]
fn explain_knows_the_wordings_of_other_operations() {
    for (text, usual) in [
        ("the specified node does not exists", "the specified instance does not exists"),
        ("the node has node when create task", "the node has released when create task"),
        ("the specified node has been released", "the specified instance has been released"),
        ("the instance has released when create task", "the node has released when create task"),
        ("the instance is not running when create task", "the node is not running when create task"),
        ("the aliyun service in the instance is upgrading now", "the aliyun service in the node is upgrading now"),
        ("the aliyun service in the instance need upgrade", "the aliyun service in the node need upgrade"),
    ] {
        assert_eq!(found(&[text]), [pair("error_text", usual)]);
    }
}

#[test]
fn explain_knows_codes_of_refused_calls() {
    for (code, listed) in [
        ("Forbidden.RAM", "Forbidden.RAM"),
        ("forbidden_ram", "Forbidden.RAM"),
        ("Throttling.User", "Throttling.User"),
        ("Throttling.Other", "Throttling"),
        ("MissingInvokeId", "MissingParameter"),
        ("InvalidParameter.InvokeId", "InvalidParameter"),
        ("SignatureDoesNotMatch", "SignatureDoesNotMatch"),
    ] {
        assert_eq!(found(&[code]), [pair("api_error", listed)], "{code}");
    }
}

#[test]
fn explain_ignores_a_label_before_a_code() {
    assert_eq!(found(&["Error: FileAlreadyExists"]), [pair("error_code", "FileAlreadyExists")]);
    assert_eq!(found(&["Failed", "FileAlreadyExists"]), [pair("error_code", "FileAlreadyExists")]);
}

#[test]
fn explain_refuses_an_unknown_word_with_the_nearest() {
    let home = Home::new();
    for (word, nearest) in [
        ("Sucess", "Success"),
        ("Timout", "Timeout"),
        ("FileAlreadyExist", "FileAlreadyExists"),
        ("file-allready-exists", "FileAlreadyExists"),
        ("NodeNotExist", "NodeNotExists"),
        ("Forbiden.RAM", "Forbidden.RAM"),
        ("the node is not runing when create task", "the node is not running when create task"),
    ] {
        let run = home.run(&["explain", word]).code(2);
        let expected =
            format!("efloctl: error: \"{word}\" is not in the catalog\n  next:    did you mean {nearest}?\n");
        assert_eq!((run.out.as_str(), run.err), ("", expected));
    }
    for word in ["xyzzy", "", " ", "?", "日本語"] {
        let run = home.run(&["explain", word]).code(2);
        let expected = format!(
            "efloctl: error: \"{word}\" is not in the catalog\n  next:    efloctl explain lists all it knows\n"
        );
        assert_eq!((run.out.as_str(), run.err), ("", expected));
    }
    let error = home.run(&["explain", "Sucess", "-o", "json"]).code(2).error();
    assert_eq!((&error["error"]["kind"], &error["error"]["hint"]), (&"usage".into(), &"did you mean Success?".into()));
}

#[test]
fn explain_without_a_word_prints_the_catalog() {
    let table = Home::new().run(&["explain"]).code(0);
    golden("explain-table-all", &table.out);
    let json = Home::new().run(&["explain", "-o", "json"]).code(0);
    golden("explain-json-all", &json.out);
    let words: Vec<Value> = json.json()["entries"].as_array().unwrap().iter().map(|e| e["word"].clone()).collect();
    let documented = OVERALL
        .into_iter()
        .chain(NODE)
        .chain(["NotSent", "Unconfirmed"])
        .chain(CODES.map(|(code, _)| code))
        .chain(TEXTS.map(|(text, _)| text));
    let documented: Vec<Value> = documented.map(Value::from).collect();
    assert_eq!(words[..documented.len()], documented);
    for word in &words {
        let word = word.as_str().unwrap();
        assert!(table.out.lines().any(|line| line.starts_with(&format!("{word}  "))), "{word}");
    }
}

#[test]
fn explain_matches_its_golden_file() {
    let home = Home::new();
    golden("explain-table", &home.run(&["explain", "FileAlreadyExists"]).code(0).out);
    golden("explain-json", &home.run(&["explain", "FileAlreadyExists", "-o", "json"]).code(0).out);
    golden("explain-table-status", &home.run(&["explain", "Failed"]).code(0).out);
    golden("explain-table-text", &home.run(&["explain", "the command delivery has been timeout"]).code(0).out);
    golden("explain-not-found-stderr", &home.run(&["explain", "Sucess"]).code(2).err);
}

#[test]
fn explain_tells_an_exit_code() {
    let home = Home::new();
    for words in [&["5"][..], &["exit", "5"], &["exit code 5"], &["Exit", "status:", "5"]] {
        assert_eq!(found(words), [pair("exit_code", "5")], "{words:?}");
    }
    for code in ["0", "1", "2", "3", "4", "5", "6", "8", "124", "129", "130", "143"] {
        let table = home.run(&["explain", code]).code(0).out;
        let entry = &entries(&[code])[0];
        assert!(table.starts_with(&format!("{code}  exit code\n")), "{table}");
        let topic = home.run(&["help", "exit-codes"]).code(0).out;
        assert!(topic.contains(entry["meaning"].as_str().unwrap()), "{entry}");
        // The same keys as an entry of the catalog.
        let keys = |entry: &Value| entry.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(entry), keys(&entries(&["Timeout"])[0]));
    }
    home.run(&["explain", "7"]).code(2);
    home.run(&["explain", "exit"]).code(2);
}
