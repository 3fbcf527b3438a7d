//! The rows of the catalog, a table for each place of an answer. Each remedy names the parameter of SendFile to change
//! or the thing on the node to look at, because that is what the reader does next.

use super::EntryKind::{ApiError, ErrorCode, ErrorText, NodeStatus, OverallStatus};
use super::Resend::{AfterFix, Later, No, Unknown, Yes};
use super::{CatalogEntry, entry, spelling};
use std::sync::LazyLock;

/// Is the API's word for "no error".
pub(super) const NO_ERROR: &str = "Null";

/// Lists the statuses of an invocation. The remedy for an open one is to wait: sending twice helps nobody.
pub(super) static OVERALL_STATUSES: &[CatalogEntry] = &[
    entry(OverallStatus, "Pending", No)
        .means("some node is still being checked, or is about to get the file")
        .remedy("wait: a watch follows it to the end"),
    entry(OverallStatus, "Running", No)
        .means("some node is receiving the file")
        .remedy("wait: a watch follows it to the end"),
    entry(OverallStatus, "Success", No).means("the file arrived on every node").remedy("nothing"),
    entry(OverallStatus, "Failed", AfterFix)
        .means("the file arrived on no node; the API may also say so when only some nodes failed")
        .remedy("its errors tell why; mend what they name, then send again"),
    entry(OverallStatus, "PartialFailed", AfterFix)
        .means("the file arrived on some nodes and not on others")
        .remedy("its errors tell why; mend what they name, then send again to the nodes that failed"),
];

/// Lists the statuses of a node.
pub(super) static NODE_STATUSES: &[CatalogEntry] = &[
    entry(NodeStatus, "Pending", No)
        .means("the node is being checked, or is about to get the file")
        .remedy("wait: a watch follows it to the end"),
    entry(NodeStatus, "Running", No)
        .means("the file is on its way to the node")
        .remedy("wait: a watch follows it to the end"),
    entry(NodeStatus, "Success", No).means("the file arrived on the node").remedy("nothing"),
    entry(NodeStatus, "Invalid", AfterFix)
        .means("the file or one of its parameters was rejected")
        .because("a value that SendFile does not allow")
        .remedy("correct the SendFile parameter that its error code names, if it has one, and send again"),
    entry(NodeStatus, "Aborted", AfterFix)
        .means("the file could not be delivered to the node")
        .because("the node or its Cloud Assistant Agent is not running or not reachable")
        .remedy("check that the node runs and its agent answers, then send again"),
    entry(NodeStatus, "Failed", AfterFix)
        .means("the file could not be created on the node")
        .because("the path, the owner, or the free space on the node")
        .remedy("check TargetDir, FileOwner, FileGroup and the disk of the node, then send again"),
    entry(NodeStatus, "Error", Yes)
        .means("an exception stopped the sending to this node")
        .because("something passing")
        .remedy("send again to this node; if it stays, look at its Cloud Assistant Agent"),
    entry(NodeStatus, "Timeout", Later)
        .means("the file did not arrive in time")
        .because("a slow or busy node, or a short Timeout")
        .remedy("send again to this node with a larger Timeout (seconds, 60 unless set)"),
    entry(NodeStatus, "NotSent", Yes)
        .means("no call that names the node was carried out, so it did not get the file by this send")
        .because("the sending ended before its turn, or the service refused the call")
        .remedy("mend what ended the sending, then send again to what is left"),
    entry(NodeStatus, "Unconfirmed", Yes)
        .means("nobody knows whether the node got the file")
        .because("the answer of its call was lost, or its invocation never listed it")
        .remedy("send again; say whether a file that is there by now is to be replaced"),
];

/// Lists why the file did not arrive at a node. What is on the node afterwards comes from the published source of the
/// Cloud Assistant Agent, not from the API's page, so it is told as likely.
pub(super) static ERROR_CODES: &[CatalogEntry] = &[
    entry(ErrorCode, NO_ERROR, No)
        .means("there is no error")
        .remedy("nothing; the status of the node tells how far it is"),
    entry(ErrorCode, "NodeNotExists", No)
        .means("the node is not known, or has been released")
        .because("a wrong node id, region or account")
        .remedy("check the id with ListClusterNodes, and send to nodes that are there"),
    entry(ErrorCode, "NodeReleased", No)
        .means("the node was released while the file was being sent")
        .because("its lease ended, or it was replaced")
        .remedy("choose another node"),
    entry(ErrorCode, "NodeNotRunning", AfterFix)
        .means("the node was not running when the sending began")
        .because("it was stopped, rebooting or under repair")
        .remedy("start the node, wait until it runs, and send again"),
    entry(ErrorCode, "AccountNotExists", AfterFix)
        .means("the user that should own the file is not on the node")
        .because("the user named by FileOwner was never created there")
        .remedy(
            "create the user on the node, or name another FileOwner; send with Overwrite true, the file may be there",
        )
        .leaves("probably the file, owned by root:root: it is written before the user is looked up"),
    entry(ErrorCode, "ClientNotRunning", AfterFix)
        .means("the Cloud Assistant Agent of the node is not running")
        .because("it was stopped, or did not start with the node")
        .remedy("start the Cloud Assistant Agent on the node, and send again"),
    entry(ErrorCode, "ClientNotResponse", Later)
        .means("the Cloud Assistant Agent of the node does not answer")
        .because("it hangs, its network is down, or the node is overloaded")
        .remedy("check the network of the node, restart the Cloud Assistant Agent, and send again"),
    entry(ErrorCode, "ClientIsUpgrading", Later)
        .means("the Cloud Assistant Agent of the node is being upgraded")
        .because("an upgrade is under way")
        .remedy("wait some minutes, and send again"),
    entry(ErrorCode, "ClientNeedUpgrade", AfterFix)
        .means("the Cloud Assistant Agent of the node is too old")
        .because("an old version of the agent")
        .remedy("upgrade the Cloud Assistant Agent on the node, and send again"),
    entry(ErrorCode, "DeliveryTimeout", Later)
        .means("the file was not delivered in time")
        .because("a slow node, no Cloud Assistant Agent on it, or a short Timeout")
        .remedy("check the agent, and send again with a larger Timeout (seconds, 60 unless set)")
        .leaves("not known: the file may have arrived all the same"),
    entry(ErrorCode, "FileCreateFail", AfterFix)
        .means("the file could not be created on the node")
        .because("a full disk, a read-only file system, or missing permissions")
        .remedy("check the disk of the node and TargetDir; send with Overwrite true, a part of the file may be there")
        .leaves("no file, one that is cut short, or the whole one with the wrong owner or mode"),
    entry(ErrorCode, "FileAlreadyExists", AfterFix)
        .means("a file of that name is already in the directory")
        .because("an earlier sending that worked, or another file, while Overwrite is false")
        .remedy("compare the file there; if it is not yours, send with Overwrite true or another Name")
        .leaves("the file that was there before"),
    entry(ErrorCode, "FileContentInvalid", AfterFix)
        .means("the content of the file was rejected")
        .because("more than 32 KB after Base64 encoding, or not valid Base64")
        .remedy("check the size (24 KB at most before encoding), and that ContentType says how Content is encoded")
        .leaves("probably what was there before, or no file"),
    entry(ErrorCode, "FileNameInvalid", AfterFix)
        .means("the name of the file was rejected")
        .because("its length (255 characters at most) or a character in it")
        .remedy("change Name, and send again")
        .leaves("probably no file of that name"),
    entry(ErrorCode, "FilePathInvalid", AfterFix)
        .means("the directory was rejected")
        .because("not a usable path on the node")
        .remedy("change TargetDir, and send again")
        .leaves("probably no file of that name"),
    entry(ErrorCode, "FileAuthorityInvalid", AfterFix)
        .means("the mode of the file was rejected")
        .because("a FileMode that chmod would not take")
        .remedy("set FileMode to an octal mode such as 0644, and send again")
        .leaves("probably what was there before, or no file"),
    entry(ErrorCode, "UserGroupNotExists", AfterFix)
        .means("the group that should own the file is not on the node")
        .because("the group named by FileGroup was never created there")
        .remedy(
            "create the group on the node, or name another FileGroup; send with Overwrite true, the file may be there",
        )
        .leaves("probably the file, owned by root:root: it is written before the group is looked up"),
];

/// Lists the error texts of a node, in the API's own grammar, because they are compared with what it writes. The API
/// uses them for commands too. Those that no file can cause are here all the same, for people paste them.
pub(super) static ERROR_TEXTS: LazyLock<[CatalogEntry; 28]> = LazyLock::new(|| {
    [
        same("the specified instance does not exists", "NodeNotExists"),
        same("the node has released when create task", "NodeReleased"),
        same("the node is not running when create task", "NodeNotRunning"),
        entry(ErrorText, "the command is not applicable", No)
            .means("what was asked for cannot be done on this node")
            .remedy("choose another node, or look up what its type supports"),
        same("the specified account does not exists", "AccountNotExists"),
        entry(ErrorText, "the specified directory does not exists", AfterFix)
            .means("the working directory is not on the node")
            .because("a text of commands; a file sending creates its directory")
            .remedy("create the directory on the node, and try again"),
        entry(ErrorText, "the cron job expression is invalid", No)
            .means("the schedule was rejected")
            .because("a text of commands; a file sending has no schedule")
            .remedy("correct Frequency of the command"),
        same("the aliyun service is not running on the instance", "ClientNotRunning"),
        same("the aliyun service in the instance does not response", "ClientNotResponse"),
        same("the aliyun service in the node is upgrading now", "ClientIsUpgrading"),
        same("the aliyun service in the node need upgrade", "ClientNeedUpgrade"),
        same("the command delivery has been timeout", "DeliveryTimeout"),
        entry(ErrorText, "the command execution has been timeout", AfterFix)
            .means("it was delivered to the node, but did not end in time")
            .because("a text of commands; a file sending runs none")
            .remedy("see why it takes so long, or set a larger Timeout"),
        entry(ErrorText, "the command execution got an exception", Yes)
            .means("an exception stopped it on the node")
            .because("something passing")
            .remedy("send again; if it stays, look at the Cloud Assistant Agent of the node"),
        entry(ErrorText, "the command execution has been interrupted", Yes)
            .means("it was interrupted on the node")
            .because("a reboot, a restart of the agent, or somebody stopped it")
            .remedy("see that the node is up and nobody stopped it on purpose, then send again"),
        entry(ErrorText, "the command execution exit code is not zero", AfterFix)
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
    ("no error", NO_ERROR),
    ("none", NO_ERROR),
];

/// Gives the wording under which a text is listed: the text itself where it has no other.
pub(super) fn usual_wording(text: &str) -> &str {
    let known = OTHER_WORDINGS.iter().find(|(other, _)| spelling::same(other, text));
    known.map_or(text, |(_, usual)| usual)
}

/// Makes the entry of a text that says what a code says, from the entry of that code.
fn same(word: &'static str, code: &str) -> CatalogEntry {
    let code = super::row(ERROR_CODES, code).expect("the code is listed");
    CatalogEntry { kind: ErrorText, word, same_as: Some(code.word), ..*code }
}

/// Lists why the service refused a call. None of them says whether it helps to send a file again.
pub(super) static API_ERRORS: &[CatalogEntry] = &[
    entry(ApiError, "Throttling", Unknown)
        .means("the service takes no more calls for the moment")
        .because("too many calls in a short time, by all users of the account together")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    entry(ApiError, "Throttling.User", Unknown)
        .means("the account has made too many calls in a short time")
        .because("many watches or other tools under the same account")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    entry(ApiError, "Throttling.Api", Unknown)
        .means("this operation has been called too often in a short time")
        .because("many watches at once, or a short interval")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    entry(ApiError, "SignatureNonceUsed", Unknown)
        .means("the service has seen this very request before")
        .because("a proxy or a network layer that repeated the request")
        .remedy("try again, each try has a new nonce; if it stays, look for a proxy that repeats requests"),
    entry(ApiError, "InvalidTimeStamp.Expired", Unknown)
        .means("the time of the request is more than 15 minutes away from the server's")
        .because("the clock of this machine is wrong")
        .remedy("set the clock, for example by NTP"),
    entry(ApiError, "InvalidTimeStamp.Format", Unknown)
        .means("the date of the request cannot be read")
        .because("a proxy that rewrites headers")
        .remedy("check what proxy or gateway stands between here and the endpoint"),
    entry(ApiError, "SignatureDoesNotMatch", Unknown)
        .means("the signature is not the one that the server computed")
        .because("a wrong access_key_secret, or a proxy that changes the request")
        .remedy("check access_key_id and access_key_secret of the profile: do they belong together, no character lost"),
    entry(ApiError, "IncompleteSignature", Unknown)
        .means("the signature of the request is incomplete")
        .because("an empty key, or a proxy that drops headers")
        .remedy("check access_key_id and access_key_secret of the profile, then the proxy"),
    entry(ApiError, "InvalidAccessKeyId.NotFound", Unknown)
        .means("the service does not know the access key id")
        .because("a mistyped or deleted key, or temporary keys without their sts_token")
        .remedy("check access_key_id of the profile against the console"),
    entry(ApiError, "InvalidAccessKeyId.Inactive", Unknown)
        .means("the access key is disabled")
        .remedy("enable the key in the RAM console, or set access_key_id and access_key_secret of one that is active"),
    entry(ApiError, "InvalidSecurityToken.Expired", Unknown)
        .means("the temporary credentials have expired")
        .remedy("get a fresh token, and set access_key_id, access_key_secret and sts_token from it together"),
    entry(ApiError, "InvalidSecurityToken.Malformed", Unknown)
        .means("the security token cannot be read")
        .because("it was cut, or quoted, when it was copied")
        .remedy("copy sts_token again whole, or get a fresh token"),
    entry(ApiError, "InvalidSecurityToken.MismatchWithAccessKey", Unknown)
        .means("the security token does not belong to the access key")
        .because("sts_token of one issue with the keys of another")
        .remedy("set access_key_id, access_key_secret and sts_token from the same issue, or get a fresh token"),
    entry(ApiError, "Forbidden.RAM", Unknown)
        .means("the RAM user or role may not make this call")
        .because("no policy allows the action, or one denies it")
        .remedy("grant eflo:DescribeSendFileResults on acs:eflo:*:*:node/* to the user or role of this key in RAM"),
    entry(ApiError, "NoPermission", Unknown)
        .means("the RAM user or role may not make this call")
        .because("no policy allows the action, or it may not assume the role of the profile")
        .remedy("grant eflo:DescribeSendFileResults; when role_arn is set, sts:AssumeRole on that role as well"),
    entry(ApiError, "Forbidden", Unknown)
        .means("the call is not allowed")
        .because("no policy allows the action, or the account may not use the service")
        .remedy("grant eflo:DescribeSendFileResults, and check that the account is the right one"),
    entry(ApiError, "MissingParameter", Unknown)
        .means("a required parameter is missing; the code names it, as MissingInvokeId does")
        .because("an endpoint of another service or version, or a proxy that drops the body")
        .remedy("check the endpoint, and what proxy or gateway stands before it"),
    entry(ApiError, "InvalidParameter", Unknown)
        .means("the value of a parameter was rejected; what follows the dot names it")
        .because("a mistyped InvokeId or node id")
        .remedy("check the ids as SendFile returned them"),
    entry(ApiError, "InvalidApi.NotFound", Unknown)
        .means("the endpoint does not know the operation")
        .because("the endpoint of another service, or a region without this one")
        .remedy("check the endpoint and the region"),
    entry(ApiError, "InvalidAction.NotFound", Unknown)
        .means("the endpoint does not know the operation")
        .because("the endpoint of another service, or a region without this one")
        .remedy("check the endpoint and the region"),
    entry(ApiError, "InvalidProduct.NotFound", Unknown)
        .means("the endpoint does not belong to this service")
        .because("a wrong endpoint or region")
        .remedy("check the endpoint and the region"),
    entry(ApiError, "InvalidProtocol.NeedSsl", Unknown)
        .means("the service was reached over plain HTTP, and wants HTTPS")
        .because("an endpoint with http://, or a proxy that takes the encryption off")
        .remedy("set endpoint to the bare host name or to https://, then check the proxy"),
    entry(ApiError, "InternalError", Unknown)
        .means("the service failed on its side")
        .remedy("try again in a minute; if it stays, give the RequestId to Alibaba Cloud support"),
    entry(ApiError, "ServiceUnavailable", Unknown)
        .means("the service is not available")
        .remedy("try again in some minutes; if it stays, see the status page of Alibaba Cloud"),
    entry(ApiError, "ServiceUnavailableTemporary", Unknown)
        .means("the service is not available for a short time")
        .remedy("try again in a minute"),
];
