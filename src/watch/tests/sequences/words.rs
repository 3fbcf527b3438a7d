//! The words that answers are made of. What each is once it was read stands beside it, told by nothing that is tested.

/// JSON for a node's status, and the word that it is. An empty one is an absent field.
pub(super) const STATUSES: [(&str, Option<&str>); 24] = [
    (r#""Success""#, Some("Success")),
    (r#""Running""#, Some("Running")),
    (r#""Pending""#, Some("Pending")),
    (r#""Failed""#, Some("Failed")),
    (r#""Timeout""#, Some("Timeout")),
    (r#""Cancelled""#, Some("Cancelled")),
    (r#""success""#, Some("success")),
    (r#"" SUCCESS\n""#, Some("SUCCESS")),
    (r#""\u0053uccess""#, Some("Success")),
    (r#""running""#, Some("running")),
    (r#""PENDING ""#, Some("PENDING")),
    (r#""failed""#, Some("failed")),
    (r#""Invalid""#, Some("Invalid")),
    (r#""aborted""#, Some("aborted")),
    (r#""ERROR""#, Some("ERROR")),
    (r#""PartialFailed""#, Some("PartialFailed")),
    (r#""Sucess""#, Some("Sucess")),
    (r#""Null""#, Some("Null")),
    (r#""""#, None),
    ("null", None),
    ("3", Some("3")),
    ("true", Some("true")),
    (r#"["Success"]"#, None),
    ("", None),
];

/// JSON for an overall status, likewise.
pub(super) const OVERALL: [(&str, Option<&str>); 16] = [
    (r#""Running""#, Some("Running")),
    (r#""Success""#, Some("Success")),
    (r#""PartialFailed""#, Some("PartialFailed")),
    (r#""Failed""#, Some("Failed")),
    (r#""Pending""#, Some("Pending")),
    (r#""pending""#, Some("pending")),
    (r#""success""#, Some("success")),
    (r#"" Success\n""#, Some("Success")),
    (r#""partialfailed""#, Some("partialfailed")),
    (r#""FAILED""#, Some("FAILED")),
    (r#""Stopped""#, Some("Stopped")),
    (r#""Timeout""#, Some("Timeout")),
    (r#""""#, None),
    ("null", None),
    ("0", Some("0")),
    ("", None),
];

/// JSON for a node's id, and the id that it is.
pub(super) const IDS: [(&str, Option<&str>); 8] = [
    (r#""n-1""#, Some("n-1")),
    (r#""n-2""#, Some("n-2")),
    (r#""n-3""#, Some("n-3")),
    (r#"" n-1\n""#, Some("n-1")),
    (r#""N-1""#, Some("N-1")),
    (r#""""#, None),
    ("null", None),
    ("", None),
];

/// Answers without a record.
pub(super) const NOTHINGS: [&str; 4] = [
    r#"{"RequestId":"R","TotalCount":0,"Invocations":{"Invocation":[]}}"#,
    r#"{"RequestId":"R","Invocations":{"Invocation":null}}"#,
    r#"{"Invocations":null}"#,
    r#"{"RequestId":"R"}"#,
];

/// What is no answer at all.
pub(super) const RUBBISH: [&str; 6] = [
    "",
    "{}",
    "<html><title>Sign in</title></html>",
    r#"{"Odd":"R"}"#,
    r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvocationStatus":"Success","InvokeNodes":{"InvokeNode":[{"#,
    r#"{"Invocations":{"Invocation":"Success"}}"#,
];
