//! The words that answers are made of. What each means stands beside it, and is told by nothing that is tested.

/// What a node's status amounts to; the later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Success,
    Unknown,
    Failed,
    Open,
}

/// What an overall status amounts to; of several the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Overall {
    Open,
    Unknown,
    Failed,
    PartialFailed,
    Success,
}

/// JSON for a node's status, and what it means. An empty one is an absent field.
pub(super) const STATUSES: [(&str, Class); 24] = [
    (r#""Success""#, Class::Success),
    (r#""Running""#, Class::Open),
    (r#""Pending""#, Class::Open),
    (r#""Failed""#, Class::Failed),
    (r#""Timeout""#, Class::Failed),
    (r#""Cancelled""#, Class::Unknown),
    (r#""success""#, Class::Success),
    (r#"" SUCCESS\n""#, Class::Success),
    (r#""\u0053uccess""#, Class::Success),
    (r#""running""#, Class::Open),
    (r#""PENDING ""#, Class::Open),
    (r#""failed""#, Class::Failed),
    (r#""Invalid""#, Class::Failed),
    (r#""aborted""#, Class::Failed),
    (r#""ERROR""#, Class::Failed),
    (r#""PartialFailed""#, Class::Unknown),
    (r#""Sucess""#, Class::Unknown),
    (r#""Null""#, Class::Unknown),
    (r#""""#, Class::Unknown),
    ("null", Class::Unknown),
    ("3", Class::Unknown),
    ("true", Class::Unknown),
    (r#"["Success"]"#, Class::Unknown),
    ("", Class::Unknown),
];

/// JSON for an overall status, likewise.
pub(super) const OVERALL: [(&str, Overall); 16] = [
    (r#""Running""#, Overall::Open),
    (r#""Success""#, Overall::Success),
    (r#""PartialFailed""#, Overall::PartialFailed),
    (r#""Failed""#, Overall::Failed),
    (r#""Pending""#, Overall::Open),
    (r#""pending""#, Overall::Open),
    (r#""success""#, Overall::Success),
    (r#"" Success\n""#, Overall::Success),
    (r#""partialfailed""#, Overall::PartialFailed),
    (r#""FAILED""#, Overall::Failed),
    (r#""Stopped""#, Overall::Unknown),
    (r#""Timeout""#, Overall::Unknown),
    (r#""""#, Overall::Unknown),
    ("null", Overall::Unknown),
    ("0", Overall::Unknown),
    ("", Overall::Unknown),
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
    r#"{"RequestId":"R","Code":"Odd"}"#,
    r#"{"RequestId":"R","Invocations":{"Invocation":[{"InvocationStatus":"Success","InvokeNodes":{"InvokeNode":[{"#,
    r#"{"Invocations":{"Invocation":"Success"}}"#,
];
