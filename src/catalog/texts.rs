//! The error texts of a node, in the API's own grammar, because they are compared with what it writes. The API uses
//! them for commands too. Those that no file can cause are here all the same, for people paste them.

use super::Resend::{AfterFix, No, Yes};
use super::{CatalogEntry, EntryKind, Resend, node_errors, spelling};
use std::sync::LazyLock;

pub(super) static TEXTS: LazyLock<[CatalogEntry; 28]> = LazyLock::new(|| {
    [
        same("the specified instance does not exists", "NodeNotExists"),
        same("the node has released when create task", "NodeReleased"),
        same("the node is not running when create task", "NodeNotRunning"),
        text("the command is not applicable", No)
            .means("what was asked for cannot be done on this node")
            .remedy("choose another node, or look up what its type supports"),
        same("the specified account does not exists", "AccountNotExists"),
        text("the specified directory does not exists", AfterFix)
            .means("the working directory is not on the node")
            .because("a text of commands; a file sending creates its directory")
            .remedy("create the directory on the node, and try again"),
        text("the cron job expression is invalid", No)
            .means("the schedule was rejected")
            .because("a text of commands; a file sending has no schedule")
            .remedy("correct Frequency of the command"),
        same("the aliyun service is not running on the instance", "ClientNotRunning"),
        same("the aliyun service in the instance does not response", "ClientNotResponse"),
        same("the aliyun service in the node is upgrading now", "ClientIsUpgrading"),
        same("the aliyun service in the node need upgrade", "ClientNeedUpgrade"),
        same("the command delivery has been timeout", "DeliveryTimeout"),
        text("the command execution has been timeout", AfterFix)
            .means("it was delivered to the node, but did not end in time")
            .because("a text of commands; a file sending runs none")
            .remedy("see why it takes so long, or set a larger Timeout"),
        text("the command execution got an exception", Yes)
            .means("an exception stopped it on the node")
            .because("something passing")
            .remedy("send again; if it stays, look at the Cloud Assistant Agent of the node"),
        text("the command execution has been interrupted", Yes)
            .means("it was interrupted on the node")
            .because("a reboot, a restart of the agent, or somebody stopped it")
            .remedy("see that the node is up and nobody stopped it on purpose, then send again"),
        text("the command execution exit code is not zero", AfterFix)
            .means("the command ran and failed")
            .because("a text of commands; a file sending runs none")
            .remedy("see the output of the command, and correct what it complains of"),
        same("the specified instance has been released", "NodeReleased"),
        same("Unexpected error during creating", "FileCreateFail"),
        same("the file creation is failed due to unknown error", "FileCreateFail"),
        same("File content error", "FileContentInvalid"),
        same("the content of file is invalid", "FileContentInvalid"),
        same("File content is empty", "FileContentInvalid"),
        same("File name is invalid", "FileNameInvalid"),
        same("File path is invalid", "FilePathInvalid"),
        same("Owner not exists", "AccountNotExists"),
        same("Group not exists", "UserGroupNotExists"),
        same("Mode is invalid", "FileAuthorityInvalid"),
        same("the authority of file is invalid", "FileAuthorityInvalid"),
    ]
});

/// Lists other wordings of listed texts: those of DescribeInvocations, those of the ECS service, which says `instance`,
/// and those of people who mean "no error".
const OTHER_WORDINGS: [(&str, &str); 9] = [
    ("the specified node does not exists", "the specified instance does not exists"),
    ("the node has node when create task", "the node has released when create task"),
    ("the specified node has been released", "the specified instance has been released"),
    ("the instance has released when create task", "the node has released when create task"),
    ("the instance is not running when create task", "the node is not running when create task"),
    ("the aliyun service in the instance is upgrading now", "the aliyun service in the node is upgrading now"),
    ("the aliyun service in the instance need upgrade", "the aliyun service in the node need upgrade"),
    ("no error", node_errors::NO_ERROR),
    ("none", node_errors::NO_ERROR),
];

/// Gives the wording under which a text is listed: the text itself where it has no other.
pub(super) fn usual_wording(text: &str) -> &str {
    let known = OTHER_WORDINGS.iter().find(|(other, _)| spelling::same(other, text));
    known.map_or(text, |(_, usual)| usual)
}

const fn text(word: &'static str, resend: Resend) -> CatalogEntry {
    CatalogEntry::new(EntryKind::ErrorText, word, resend)
}

/// Makes the entry of a text that says what a code says, from the entry of that code.
fn same(word: &'static str, code: &str) -> CatalogEntry {
    let code = super::row(node_errors::CODES, code).expect("the code is listed");
    CatalogEntry { kind: EntryKind::ErrorText, word, same_as: Some(code.word), ..*code }
}
