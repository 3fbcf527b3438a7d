//! Against the words of the API's documentation, written out a second time: a row lost or misspelt is found here.

use super::*;

const OVERALL: &str = "Pending Running Success Failed PartialFailed";

const NODE: &str = "Pending Running Success Invalid Aborted Failed Error Timeout NotSent Unconfirmed";

const CODES: &str = "Null NodeNotExists NodeReleased NodeNotRunning AccountNotExists ClientNotRunning \
    ClientNotResponse ClientIsUpgrading ClientNeedUpgrade DeliveryTimeout FileCreateFail FileAlreadyExists \
    FileContentInvalid FileNameInvalid FilePathInvalid FileAuthorityInvalid UserGroupNotExists";

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

const API: &str = "Throttling Throttling.User Throttling.Api SignatureNonceUsed InvalidTimeStamp.Expired \
    InvalidTimeStamp.Format SignatureDoesNotMatch IncompleteSignature InvalidAccessKeyId.NotFound \
    InvalidAccessKeyId.Inactive InvalidSecurityToken.Expired InvalidSecurityToken.Malformed \
    InvalidSecurityToken.MismatchWithAccessKey Forbidden.RAM NoPermission Forbidden MissingParameter \
    InvalidParameter InvalidApi.NotFound InvalidAction.NotFound InvalidProduct.NotFound InvalidProtocol.NeedSsl \
    InternalError ServiceUnavailable ServiceUnavailableTemporary";

fn reference() -> Vec<(EntryKind, &'static str)> {
    let of = |kind, words: &'static str| words.split(' ').map(move |word| (kind, word));
    of(EntryKind::OverallStatus, OVERALL)
        .chain(of(EntryKind::NodeStatus, NODE))
        .chain(of(EntryKind::ErrorCode, CODES))
        .chain(TEXTS.map(|(text, _)| (EntryKind::ErrorText, text)))
        .chain(of(EntryKind::ApiError, API))
        .collect()
}

fn found(pasted: &str) -> Vec<(EntryKind, &'static str)> {
    find(pasted).iter().map(|entry| (entry.kind, entry.word)).collect()
}

/// Writes `FileAlreadyExists` as `file_already_exists`, with any separator.
fn separated(code: &str, separator: &str) -> String {
    let mut out = String::new();
    let mut after_small = false;
    for c in code.chars() {
        if c == '.' || (c.is_uppercase() && after_small) {
            out.push_str(separator);
        }
        out.extend(c.to_lowercase().filter(|c| *c != '.'));
        after_small = c.is_lowercase();
    }
    out
}

#[test]
fn catalog_has_every_word_of_the_reference_in_reading_order() {
    let words: Vec<_> = all().map(|entry| (entry.kind, entry.word)).collect();
    assert_eq!(words, reference());
}

#[test]
fn catalog_has_each_word_of_a_kind_once_in_any_spelling() {
    let entries: Vec<_> = all().collect();
    for (at, one) in entries.iter().enumerate() {
        for other in &entries[at + 1..] {
            let twice = one.kind == other.kind && spelling::same(one.word, other.word);
            assert!(!twice, "{} and {}", one.word, other.word);
        }
    }
}

#[test]
fn find_knows_every_word_in_any_spelling() {
    for (kind, word) in reference() {
        let mut spellings = vec![
            word.to_owned(),
            word.to_lowercase(),
            word.to_uppercase(),
            format!("  \"{word}\".\n"),
            format!("'{word}',"),
            format!("`{word}`:"),
            word.replace(' ', " \t "),
        ];
        if kind != EntryKind::ErrorText {
            spellings.extend(["_", "-", " ", ""].map(|separator| separated(word, separator)));
            spellings.push(separated(word, "_").to_uppercase());
        }
        for spelling in spellings {
            let same: Vec<_> = reference().into_iter().filter(|(_, other)| *other == word).collect();
            assert_eq!(found(&spelling), same, "{spelling:?}");
        }
    }
}

#[test]
fn find_gives_every_meaning_of_a_word() {
    for word in ["Pending", "Running", "Success", "Failed"] {
        assert_eq!(found(word), [(EntryKind::OverallStatus, word), (EntryKind::NodeStatus, word)]);
    }
}

#[test]
fn catalog_sentences_are_fit_to_stand_behind_a_label() {
    for entry in all() {
        for sentence in [Some(entry.meaning), entry.cause, Some(entry.remedy), entry.afterwards].into_iter().flatten() {
            assert!(!sentence.is_empty(), "{}: nothing said", entry.word);
            assert!(!sentence.ends_with(['.', ' ']), "{}: {sentence}", entry.word);
            assert!(!sentence.starts_with(char::is_uppercase), "{}: {sentence}", entry.word);
            assert!(!sentence.contains(char::is_control), "{}: {sentence:?}", entry.word);
            assert!(!sentence.contains("  "), "{}: {sentence:?}", entry.word);
        }
    }
}

#[test]
fn error_text_that_says_what_a_code_says_has_the_same_explanation() {
    for (text, counterpart) in TEXTS {
        let entry = node_error(None, Some(text)).unwrap();
        assert_eq!((entry.word, entry.same_as), (text, counterpart));
        if let Some(code) = counterpart {
            let code = node_error(Some(code), None).unwrap();
            assert_eq!((entry.meaning, entry.remedy, entry.resend), (code.meaning, code.remedy, code.resend));
        }
    }
    assert!(all().all(|entry| entry.kind == EntryKind::ErrorText || entry.same_as.is_none()));
}

#[test]
fn resend_advice_of_every_word_is_that_of_the_reference() {
    let resend = |code| node_error(Some(code), None).unwrap().resend;
    let never = ["NodeNotExists", "NodeReleased"];
    let later = ["ClientNotResponse", "ClientIsUpgrading", "DeliveryTimeout"];
    for code in CODES.split(' ').skip(1) {
        let advice = match code {
            code if never.contains(&code) => Resend::No,
            code if later.contains(&code) => Resend::Later,
            _ => Resend::AfterFix,
        };
        assert_eq!(resend(code), advice, "{code}");
    }
    for (text, advice) in [
        ("the command is not applicable", Resend::No),
        ("the specified directory does not exists", Resend::AfterFix),
        ("the cron job expression is invalid", Resend::No),
        ("the command execution has been timeout", Resend::AfterFix),
        ("the command execution got an exception", Resend::Yes),
        ("the command execution has been interrupted", Resend::Yes),
        ("the command execution exit code is not zero", Resend::AfterFix),
    ] {
        assert_eq!(node_error(None, Some(text)).unwrap().resend, advice, "{text}");
    }
    assert!(API.split(' ').all(|code| api_error(code).unwrap().resend == Resend::Unknown));
    assert!(["Pending", "Running", "Success"].iter().all(|word| node_status(word).unwrap().resend == Resend::No));
}

#[test]
fn find_takes_pasted_lines_apart() {
    for (pasted, kind, word) in [
        ("FileAlreadyExists: some text", EntryKind::ErrorCode, "FileAlreadyExists"),
        ("Code: Forbidden.RAM", EntryKind::ApiError, "Forbidden.RAM"),
        ("Forbidden.RAM: the user is not authorized. Ask.", EntryKind::ApiError, "Forbidden.RAM"),
        ("Error: FileAlreadyExists", EntryKind::ErrorCode, "FileAlreadyExists"),
        ("Error: Forbidden.RAM code: 403, not authorized", EntryKind::ApiError, "Forbidden.RAM"),
        ("efloctl: error: NoPermission (HTTP 403)", EntryKind::ApiError, "NoPermission"),
        (r#"  "ErrorCode": "ClientNotRunning","#, EntryKind::ErrorCode, "ClientNotRunning"),
        (
            "ErrorInfo: the command delivery has been timeout.",
            EntryKind::ErrorText,
            "the command delivery has been timeout",
        ),
        ("Failed | DeliveryTimeout | -", EntryKind::ErrorCode, "DeliveryTimeout"),
        ("InvocationStatus: PartialFailed", EntryKind::OverallStatus, "PartialFailed"),
        ("code=Throttling.Somewhere", EntryKind::ApiError, "Throttling"),
    ] {
        assert_eq!(found(pasted), [(kind, word)], "{pasted}");
    }
}

#[test]
fn find_knows_other_wordings() {
    for (other, usual) in [
        ("the specified node does not exists", "the specified instance does not exists"),
        ("The node has node  when create task.", "the node has released when create task"),
        ("the specified node has been released", "the specified instance has been released"),
        ("the instance has released when create task", "the node has released when create task"),
        ("the instance is not running when create task", "the node is not running when create task"),
        ("the aliyun service in the instance is upgrading now", "the aliyun service in the node is upgrading now"),
        ("the aliyun service in the instance need upgrade", "the aliyun service in the node need upgrade"),
        ("no error", "Null"),
        ("NO_ERROR", "Null"),
        ("none?", "Null"),
        ("null", "Null"),
    ] {
        let words: Vec<_> = find(other).iter().map(|entry| entry.word).collect();
        assert_eq!(words, [usual], "{other}");
    }
    let code_in_words = node_error(None, Some("File already exists")).unwrap();
    assert_eq!(code_in_words.word, "FileAlreadyExists");
    assert!(node_error(None, Some("null")).is_none(), "no error explains nothing");
    let reworded = node_error(None, Some("the specified node does not exists")).unwrap();
    assert_eq!(reworded.same_as, Some("NodeNotExists"));
}

#[test]
fn api_error_is_explained_by_the_most_specific_code() {
    for (code, word) in [
        ("Throttling.User", Some("Throttling.User")),
        ("Throttling.User.Daily", Some("Throttling.User")),
        ("Throttling.Other", Some("Throttling")),
        ("InvalidParameter.NodeId", Some("InvalidParameter")),
        ("Forbidden.Unknown", Some("Forbidden")),
        ("forbidden.ram", Some("Forbidden.RAM")),
        ("NoPermission.Action", Some("NoPermission")),
        ("MissingInvokeId", Some("MissingParameter")),
        ("missing_node_id", Some("MissingParameter")),
        ("Missing", None),
        ("InvalidSecurityToken.Other", None),
        ("InvocationNotFound", None),
        ("", None),
        ("...", None),
    ] {
        assert_eq!(api_error(code).map(|entry| entry.word), word, "{code}");
    }
    assert_eq!(found("InvalidParameter.NodeId"), [(EntryKind::ApiError, "InvalidParameter")]);
    assert_eq!(found("the node is missing. Forbidden. no"), []);
}

#[test]
fn node_error_is_explained_by_its_code_and_else_by_its_text() {
    let word = |code, info| node_error(code, info).map(|entry| entry.word);
    let text = Some("The command delivery has been timeout ");
    assert_eq!(word(Some("FileCreateFail"), text), Some("FileCreateFail"));
    for code in [None, Some(""), Some("Null"), Some("null"), Some("NewCode")] {
        assert_eq!(word(code, text), Some("the command delivery has been timeout"));
        for info in [None, Some(""), Some("null"), Some("Null"), Some("none"), Some("a new text")] {
            assert_eq!(word(code, info), None, "{code:?} {info:?}");
        }
    }
    // A status or an API error is not a node's error, though it is a word of the catalog.
    assert_eq!(word(Some("Failed"), Some("Forbidden.RAM")), None);
    assert_eq!(node_status("timeout").map(|entry| entry.word), Some("Timeout"));
    assert_eq!(node_status("PartialFailed"), None);
}

#[test]
fn nearest_word_of_a_typo_is_the_one_meant() {
    for (typed, word) in [
        ("FileAlreadyExist", "FileAlreadyExists"),
        ("AlreadyExists", "FileAlreadyExists"),
        ("Forbiden.RAM", "Forbidden.RAM"),
        ("Code: Forbiden.RAM", "Forbidden.RAM"),
        ("PartialFail", "PartialFailed"),
        ("Sucess", "Success"),
        ("tiemout", "Timeout"),
        ("Forbid", "Forbidden.RAM"),
        ("InvalidAccessKey", "InvalidAccessKeyId.NotFound"),
        ("the specified instance does not exist", "the specified instance does not exists"),
    ] {
        assert_eq!(found(typed), [], "{typed} needs no guess");
        assert_eq!(nearest(typed), Some(word), "{typed}");
    }
}

#[test]
fn nearest_word_of_nonsense_is_none() {
    let long = "FileAlreadyExists".repeat(10_000);
    for rubbish in ["", " ", "...", "xyzzy", "banana", "full", "a", "the", "文件", "\u{202e}\0", &long] {
        assert_eq!(found(rubbish), [], "{rubbish:.20}");
        assert_eq!(nearest(rubbish), None, "{rubbish:.20}");
    }
}

#[test]
fn catalog_json_words_stay_as_scripts_read_them() {
    assert_eq!(serde_json::to_value(Resend::AfterFix).unwrap(), "after_fix");
    assert_eq!(serde_json::to_value(EntryKind::ApiError).unwrap(), "api_error");
}
