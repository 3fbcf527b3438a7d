//! The errors of a call that the service refused, for the hint under it. None of them says whether it helps to send a
//! file again.

use super::{CatalogEntry, EntryKind, Resend};

pub(super) static CODES: &[CatalogEntry] = &[
    code("Throttling")
        .means("the service takes no more calls for the moment")
        .because("too many calls in a short time, by all users of the account together")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    code("Throttling.User")
        .means("the account has made too many calls in a short time")
        .because("many watches or other tools under the same account")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    code("Throttling.Api")
        .means("this operation has been called too often in a short time")
        .because("many watches at once, or a short interval")
        .remedy("call less often: a longer interval, fewer watches at once; then try again"),
    code("SignatureNonceUsed")
        .means("the service has seen this very request before")
        .because("a proxy or a network layer that repeated the request")
        .remedy("try again, each try has a new nonce; if it stays, look for a proxy that repeats requests"),
    code("InvalidTimeStamp.Expired")
        .means("the time of the request is more than 15 minutes away from the server's")
        .because("the clock of this machine is wrong")
        .remedy("set the clock, for example by NTP"),
    code("InvalidTimeStamp.Format")
        .means("the date of the request cannot be read")
        .because("a proxy that rewrites headers")
        .remedy("check what proxy or gateway stands between here and the endpoint"),
    code("SignatureDoesNotMatch")
        .means("the signature is not the one that the server computed")
        .because("a wrong access_key_secret, or a proxy that changes the request")
        .remedy("check access_key_id and access_key_secret of the profile: do they belong together, no character lost"),
    code("IncompleteSignature")
        .means("the signature of the request is incomplete")
        .because("an empty key, or a proxy that drops headers")
        .remedy("check access_key_id and access_key_secret of the profile, then the proxy"),
    code("InvalidAccessKeyId.NotFound")
        .means("the service does not know the access key id")
        .because("a mistyped or deleted key, or temporary keys without their sts_token")
        .remedy("check access_key_id of the profile against the console"),
    code("InvalidAccessKeyId.Inactive")
        .means("the access key is disabled")
        .remedy("enable the key in the RAM console, or set access_key_id and access_key_secret of one that is active"),
    code("InvalidSecurityToken.Expired")
        .means("the temporary credentials have expired")
        .remedy("get a fresh token, and set access_key_id, access_key_secret and sts_token from it together"),
    code("InvalidSecurityToken.Malformed")
        .means("the security token cannot be read")
        .because("it was cut, or quoted, when it was copied")
        .remedy("copy sts_token again whole, or get a fresh token"),
    code("InvalidSecurityToken.MismatchWithAccessKey")
        .means("the security token does not belong to the access key")
        .because("sts_token of one issue with the keys of another")
        .remedy("set access_key_id, access_key_secret and sts_token from the same issue, or get a fresh token"),
    code("Forbidden.RAM")
        .means("the RAM user or role may not make this call")
        .because("no policy allows the action, or one denies it")
        .remedy("grant eflo:DescribeSendFileResults on acs:eflo:*:*:node/* to the user or role of this key in RAM"),
    code("NoPermission")
        .means("the RAM user or role may not make this call")
        .because("no policy allows the action, or it may not assume the role of the profile")
        .remedy("grant eflo:DescribeSendFileResults; when role_arn is set, sts:AssumeRole on that role as well"),
    code("Forbidden")
        .means("the call is not allowed")
        .because("no policy allows the action, or the account may not use the service")
        .remedy("grant eflo:DescribeSendFileResults, and check that the account is the right one"),
    code("MissingParameter")
        .means("a required parameter is missing; the code names it, as MissingInvokeId does")
        .because("an endpoint of another service or version, or a proxy that drops the body")
        .remedy("check the endpoint, and what proxy or gateway stands before it"),
    code("InvalidParameter")
        .means("the value of a parameter was rejected; what follows the dot names it")
        .because("a mistyped InvokeId or node id")
        .remedy("check the ids as SendFile returned them"),
    code("InvalidApi.NotFound")
        .means("the endpoint does not know the operation")
        .because("the endpoint of another service, or a region without this one")
        .remedy("check the endpoint and the region"),
    code("InvalidAction.NotFound")
        .means("the endpoint does not know the operation")
        .because("the endpoint of another service, or a region without this one")
        .remedy("check the endpoint and the region"),
    code("InvalidProduct.NotFound")
        .means("the endpoint does not belong to this service")
        .because("a wrong endpoint or region")
        .remedy("check the endpoint and the region"),
    code("InvalidProtocol.NeedSsl")
        .means("the service was reached over plain HTTP, and wants HTTPS")
        .because("an endpoint with http://, or a proxy that takes the encryption off")
        .remedy("set endpoint to the bare host name or to https://, then check the proxy"),
    code("InternalError")
        .means("the service failed on its side")
        .remedy("try again in a minute; if it stays, give the RequestId to Alibaba Cloud support"),
    code("ServiceUnavailable")
        .means("the service is not available")
        .remedy("try again in some minutes; if it stays, see the status page of Alibaba Cloud"),
    code("ServiceUnavailableTemporary")
        .means("the service is not available for a short time")
        .remedy("try again in a minute"),
];

const fn code(word: &'static str) -> CatalogEntry {
    CatalogEntry::new(EntryKind::ApiError, word, Resend::Unknown)
}
