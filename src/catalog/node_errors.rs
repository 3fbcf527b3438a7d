//! The error codes of a node: why the file did not arrive there. Each remedy names the parameter of SendFile to change
//! or the thing on the node to look at, because that is what the reader does next. What is on the node afterwards comes
//! from the published source of the Cloud Assistant Agent, not from the API's page, so it is told as likely.

use super::Resend::{AfterFix, Later, No};
use super::{CatalogEntry, EntryKind, Resend};

/// Is the API's word for "no error".
pub(super) const NO_ERROR: &str = "Null";

pub(super) static CODES: &[CatalogEntry] = &[
    code(NO_ERROR, No).means("there is no error").remedy("nothing; the status of the node tells how far it is"),
    code("NodeNotExists", No)
        .means("the node is not known, or has been released")
        .because("a wrong node id, region or account")
        .remedy("check the id with ListClusterNodes, and send to nodes that are there"),
    code("NodeReleased", No)
        .means("the node was released while the file was being sent")
        .because("its lease ended, or it was replaced")
        .remedy("choose another node"),
    code("NodeNotRunning", AfterFix)
        .means("the node was not running when the sending began")
        .because("it was stopped, rebooting or under repair")
        .remedy("start the node, wait until it runs, and send again"),
    code("AccountNotExists", AfterFix)
        .means("the user that should own the file is not on the node")
        .because("the user named by FileOwner was never created there")
        .remedy(
            "create the user on the node, or name another FileOwner; send with Overwrite true, the file may be there",
        )
        .leaves("probably the file, owned by root:root: it is written before the user is looked up"),
    code("ClientNotRunning", AfterFix)
        .means("the Cloud Assistant Agent of the node is not running")
        .because("it was stopped, or did not start with the node")
        .remedy("start the Cloud Assistant Agent on the node, and send again"),
    code("ClientNotResponse", Later)
        .means("the Cloud Assistant Agent of the node does not answer")
        .because("it hangs, its network is down, or the node is overloaded")
        .remedy("check the network of the node, restart the Cloud Assistant Agent, and send again"),
    code("ClientIsUpgrading", Later)
        .means("the Cloud Assistant Agent of the node is being upgraded")
        .because("an upgrade is under way")
        .remedy("wait some minutes, and send again"),
    code("ClientNeedUpgrade", AfterFix)
        .means("the Cloud Assistant Agent of the node is too old")
        .because("an old version of the agent")
        .remedy("upgrade the Cloud Assistant Agent on the node, and send again"),
    code("DeliveryTimeout", Later)
        .means("the file was not delivered in time")
        .because("a slow node, no Cloud Assistant Agent on it, or a short Timeout")
        .remedy("check the agent, and send again with a larger Timeout (seconds, 60 unless set)")
        .leaves("not known: the file may have arrived all the same"),
    code("FileCreateFail", AfterFix)
        .means("the file could not be created on the node")
        .because("a full disk, a read-only file system, or missing permissions")
        .remedy("check the disk of the node and TargetDir; send with Overwrite true, a part of the file may be there")
        .leaves("no file, one that is cut short, or the whole one with the wrong owner or mode"),
    code("FileAlreadyExists", AfterFix)
        .means("a file of that name is already in the directory")
        .because("an earlier sending that worked, or another file, while Overwrite is false")
        .remedy("compare the file there; if it is not yours, send with Overwrite true or another Name")
        .leaves("the file that was there before"),
    code("FileContentInvalid", AfterFix)
        .means("the content of the file was rejected")
        .because("more than 32 KB after Base64 encoding, or not valid Base64")
        .remedy("check the size (24 KB at most before encoding), and that ContentType says how Content is encoded")
        .leaves("probably what was there before, or no file"),
    code("FileNameInvalid", AfterFix)
        .means("the name of the file was rejected")
        .because("its length (255 characters at most) or a character in it")
        .remedy("change Name, and send again")
        .leaves("probably no file of that name"),
    code("FilePathInvalid", AfterFix)
        .means("the directory was rejected")
        .because("not a usable path on the node")
        .remedy("change TargetDir, and send again")
        .leaves("probably no file of that name"),
    code("FileAuthorityInvalid", AfterFix)
        .means("the mode of the file was rejected")
        .because("a FileMode that chmod would not take")
        .remedy("set FileMode to an octal mode such as 0644, and send again")
        .leaves("probably what was there before, or no file"),
    code("UserGroupNotExists", AfterFix)
        .means("the group that should own the file is not on the node")
        .because("the group named by FileGroup was never created there")
        .remedy(
            "create the group on the node, or name another FileGroup; send with Overwrite true, the file may be there",
        )
        .leaves("probably the file, owned by root:root: it is written before the group is looked up"),
];

const fn code(word: &'static str, resend: Resend) -> CatalogEntry {
    CatalogEntry::new(EntryKind::ErrorCode, word, resend)
}
