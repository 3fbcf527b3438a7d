//! The statuses of an invocation and of its nodes. The remedy for an open status is to wait: sending twice helps
//! nobody.

use super::Resend::{AfterFix, Later, No, Yes};
use super::{CatalogEntry, EntryKind, Resend};

pub(super) static OVERALL: &[CatalogEntry] = &[
    overall("Pending", No)
        .means("some node is still being checked, or is about to get the file")
        .remedy("wait: a watch follows it to the end"),
    overall("Running", No).means("some node is receiving the file").remedy("wait: a watch follows it to the end"),
    overall("Success", No).means("the file arrived on every node").remedy("nothing"),
    overall("Failed", AfterFix)
        .means("the file arrived on no node; the API may also say so when only some nodes failed")
        .remedy("its errors tell why; mend what they name, then send again"),
    overall("PartialFailed", AfterFix)
        .means("the file arrived on some nodes and not on others")
        .remedy("its errors tell why; mend what they name, then send again to the nodes that failed"),
];

pub(super) static NODE: &[CatalogEntry] = &[
    node("Pending", No)
        .means("the node is being checked, or is about to get the file")
        .remedy("wait: a watch follows it to the end"),
    node("Running", No).means("the file is on its way to the node").remedy("wait: a watch follows it to the end"),
    node("Success", No).means("the file arrived on the node").remedy("nothing"),
    node("Invalid", AfterFix)
        .means("the file or one of its parameters was rejected")
        .because("a value that SendFile does not allow")
        .remedy("correct the SendFile parameter that its error code names, if it has one, and send again"),
    node("Aborted", AfterFix)
        .means("the file could not be delivered to the node")
        .because("the node or its Cloud Assistant Agent is not running or not reachable")
        .remedy("check that the node runs and its agent answers, then send again"),
    node("Failed", AfterFix)
        .means("the file could not be created on the node")
        .because("the path, the owner, or the free space on the node")
        .remedy("check TargetDir, FileOwner, FileGroup and the disk of the node, then send again"),
    node("Error", Yes)
        .means("an exception stopped the sending to this node")
        .because("something passing")
        .remedy("send again to this node; if it stays, look at its Cloud Assistant Agent"),
    node("Timeout", Later)
        .means("the file did not arrive in time")
        .because("a slow or busy node, or a short Timeout")
        .remedy("send again to this node with a larger Timeout (seconds, 60 unless set)"),
    node("NotSent", Yes)
        .means("no call that names the node was carried out, so it did not get the file by this send")
        .because("the sending ended before its turn, or the service refused the call")
        .remedy("mend what ended the sending, then send again to what is left"),
    node("Unconfirmed", Yes)
        .means("nobody knows whether the node got the file")
        .because("the answer of its call was lost, or its invocation never listed it")
        .remedy("send again; say whether a file that is there by now is to be replaced"),
];

const fn overall(word: &'static str, resend: Resend) -> CatalogEntry {
    CatalogEntry::new(EntryKind::OverallStatus, word, resend)
}

const fn node(word: &'static str, resend: Resend) -> CatalogEntry {
    CatalogEntry::new(EntryKind::NodeStatus, word, resend)
}
