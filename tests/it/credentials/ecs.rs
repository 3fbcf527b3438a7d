//! The role of an ECS instance, from a metadata service of version 2, of version 1, and of none.

use super::*;

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN: &str = "metadata-token-never-shown";

/// A metadata service of version 2 alone: whoever has no token gets nothing.
pub(crate) fn metadata(role: &'static str, session: &Session) -> Server {
    let session = session.clone();
    Server::unsigned(move |request, _| match with_token(request) {
        Some(TOKEN) => v1(request, role, &session),
        _ if is_token_request(request) => Reply::bytes(200, "text/plain", TOKEN),
        _ => Reply::bytes(403, "text/plain", "Forbidden"),
    })
}

fn is_token_request(request: &Request) -> bool {
    (request.method.as_str(), request.path.as_str()) == ("PUT", "/latest/api/token")
}

fn with_token(request: &Request) -> Option<&str> {
    request.header("x-aliyun-ecs-metadata-token")
}

/// What version 1 answers, to anybody.
fn v1(request: &Request, role: &str, session: &Session) -> Reply {
    match request.path.strip_prefix(ROLES).filter(|_| request.method == "GET") {
        Some("") if role.is_empty() => Reply::bytes(404, "text/html", "<html>404 - Not Found</html>"),
        Some("") => Reply::bytes(200, "text/plain", format!("{role}\n")),
        Some(name) if name == role => Reply::ok(session.plain()),
        _ => Reply::bytes(404, "text/html", "<html>404 - Not Found</html>"),
    }
}

fn call(home: &Home, api: &Server, metadata: &Server) -> Efloctl {
    let call = status(home, api).env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
    call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
}

fn asked(metadata: &Server) -> Vec<String> {
    metadata.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
}

fn profile(line: &str) -> Home {
    Home::new().config(&format!("default_profile = \"node\"\n[profiles.node]\n{line}\n"))
}

#[test]
fn ecs_role_is_looked_up_with_a_metadata_token() {
    let session = Session::new("node");
    for home in [Home::new(), profile("ecs_ram_role = true")] {
        let (api, metadata) = (api(&[&session]), metadata("node-role", &session));
        answered(call(&home, &api, &metadata));
        let credentials = format!("GET {ROLES}node-role");
        assert_eq!(asked(&metadata), ["PUT /latest/api/token", &format!("GET {ROLES}"), &credentials]);
        let requests = metadata.requests();
        assert_eq!(requests[0].header("x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
        assert_eq!((with_token(&requests[1]), with_token(&requests[2])), (Some(TOKEN), Some(TOKEN)));
        assert_eq!(signers(&api), [session.id.as_str()]);
    }
}

#[test]
fn ecs_role_that_is_named_is_not_looked_up() {
    let session = Session::new("node");
    let (api, metadata) = (api(&[&session]), metadata("named", &session));
    answered(call(&Home::new(), &api, &metadata).env("ALIBABA_CLOUD_ECS_METADATA", "named"));
    answered(call(&profile("ecs_ram_role = \"named\""), &api, &metadata).env("ALIBABA_CLOUD_ECS_METADATA", "other"));
    answered(call(&profile("ecs_ram_role = true"), &api, &metadata).env("ALIBABA_CLOUD_ECS_METADATA", "named"));
    let lookups = asked(&metadata).into_iter().filter(|line| *line == format!("GET {ROLES}")).count();
    assert_eq!((metadata.count(), lookups), (6, 0));
}

#[test]
fn imds_v1_is_used_where_no_token_is_served() {
    let session = Session::new("node");
    let of = session.clone();
    let metadata = Server::unsigned(move |request, _| match is_token_request(request) {
        true => Reply::bytes(404, "text/plain", "no such thing"),
        false => v1(request, "node-role", &of),
    });
    let api = api(&[&session]);
    answered(call(&Home::new(), &api, &metadata));
    assert_eq!(metadata.count(), 3);
    assert!(metadata.requests().iter().all(|request| with_token(request).is_none()));
}

#[test]
fn imds_v1_is_used_where_the_token_is_refused() {
    let session = Session::new("node");
    let of = session.clone();
    let metadata = Server::unsigned(move |request, _| match with_token(request) {
        Some(_) => Reply::bytes(401, "text/plain", "no"),
        None if is_token_request(request) => Reply::bytes(200, "text/plain", TOKEN),
        None => v1(request, "node-role", &of),
    });
    let api = api(&[&session]);
    answered(call(&Home::new(), &api, &metadata));
    let tokens: Vec<bool> = metadata.requests().iter().map(|request| with_token(request).is_some()).collect();
    assert_eq!(tokens, [false, true, false, true, false], "each question is asked once more without the token");
}

#[test]
fn imds_v1_can_be_disabled() {
    let (api, home) = (unasked(), profile("ecs_ram_role = true"));
    let no_token = Server::unsigned(|_, _| Reply::bytes(404, "text/plain", "no such thing"));
    let off = |call: Efloctl| call.env("ALIBABA_CLOUD_IMDSV1_DISABLED", "True");
    refused(off(call(&home, &api, &no_token)), &["gives no token (HTTP 404)", "ALIBABA_CLOUD_IMDSV1_DISABLED"]);
    assert_eq!(asked(&no_token), ["PUT /latest/api/token"]);

    let refusing = Server::unsigned(|request, _| match is_token_request(request) {
        true => Reply::bytes(200, "text/plain", TOKEN),
        false => Reply::bytes(403, "text/plain", "no"),
    });
    refused(off(call(&home, &api, &refusing)), &["the ECS metadata service answered with HTTP 403"]);
    assert!(refusing.requests()[1..].iter().all(|request| with_token(request) == Some(TOKEN)));
    assert_eq!(refusing.count(), 2);
}

#[test]
fn ecs_instance_without_a_role_is_skipped_unless_a_profile_names_it() {
    let nobody = Session::new("nobody");
    let (api, metadata) = (unasked(), metadata("", &nobody));
    let reasons = ["ECS instance: this ECS instance has no role", "ALIBABA_CLOUD_CREDENTIALS_URI is not set"];
    refused(call(&Home::new(), &api, &metadata), &reasons);
    let official = json!({"current": "a", "profiles": [{
        "name": "a", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
    }]});
    let run = refused(
        call(&profile("ecs_ram_role = true").aliyun(official), &api, &metadata),
        &["this ECS instance has no role"],
    );
    assert!(!run.err.contains("official CLI"), "another account is not looked for: {run}");
    refused(call(&profile("ecs_ram_role = \"gone\""), &api, &metadata), &["role gone", "HTTP 404"]);
}

#[test]
fn ecs_metadata_disabled_holds_for_every_source() {
    let (api, metadata) = (unasked(), unasked());
    let switched = |home: &Home| call(home, &api, &metadata).env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "TRUE");
    refused(switched(&Home::new()), &["ECS instance: ALIBABA_CLOUD_ECS_METADATA_DISABLED is true"]);
    for line in ["ecs_ram_role = true", "ecs_ram_role = \"node\""] {
        refused(switched(&profile(line)), &["ALIBABA_CLOUD_ECS_METADATA_DISABLED"]);
    }
}

#[test]
fn ecs_metadata_answer_without_a_key_fails() {
    let session = Session::new("node");
    let with = |field: &str, value: &str| {
        let mut answer = session.plain();
        answer[field] = value.into();
        Reply::ok(answer)
    };
    for (reply, reason) in [
        (with("Code", "Failed"), "the ECS metadata of role node says Failed"),
        (with("Code", ""), "says"),
        (Reply::ok(session.fields()), "has no Code"),
        (with("AccessKeyId", ""), "has no AccessKeyId"),
        (with("AccessKeySecret", ""), "has no AccessKeySecret"),
        (with("SecurityToken", ""), "has no SecurityToken"),
        (with("Expiration", ""), "has no Expiration"),
        (with("Expiration", &from_now(-1)), "gave a key that expired at"),
        (Reply::bytes(200, "text/plain", "secret-never-shown"), "not the JSON that it should be"),
        (Reply::bytes(401, "text/plain", "secret-never-shown"), "HTTP 401"),
        (Reply::bytes(500, "text/plain", "secret-never-shown"), "HTTP 500"),
        (Reply::close(), "failed"),
        (Reply::hang(), "gave no complete answer within 1s"),
    ] {
        let metadata = Server::unsigned(move |request, _| match is_token_request(request) {
            true => Reply::bytes(200, "text/plain", TOKEN),
            false => reply.clone(),
        });
        // Whether a profile wants it or nobody does: a metadata service that answers so is one that is there.
        let (api, empty) = (unasked(), Home::new());
        refused(call(&profile("ecs_ram_role = \"node\""), &api, &metadata), &[reason]);
        let named = call(&empty, &api, &metadata).env("ALIBABA_CLOUD_ECS_METADATA", "node");
        refused(named.env("ALIBABA_CLOUD_CREDENTIALS_URI", api.url()), &[reason]);
    }
}

#[test]
fn loopback_and_metadata_addresses_are_never_proxied() {
    let (base, session) = (Session::new("node"), Session::new("ops"));
    let (api, metadata, proxy) = (api(&[&session]), metadata("node", &base), unasked());
    let sts = accepting(sts(Reply::ok(session.of_sts())), &[&base]);
    let home = profile(&format!("ecs_ram_role = true\nrole_arn = \"{ROLE}\""));
    let call = call(&home, &api, &metadata).env("EFLOCTL_STS_ENDPOINT", sts.url());
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    answered(proxies.into_iter().fold(call, |call, name| call.env(name, proxy.url())));
    assert_eq!((metadata.count(), sts.count(), api.count(), proxy.count()), (3, 1, 1, 0));
}

#[test]
fn imds_v1_is_used_where_the_token_is_not_answered() {
    let session = Session::new("node");
    let of = session.clone();
    let metadata = Server::unsigned(move |request, _| match is_token_request(request) {
        true => Reply::hang(),
        false => v1(request, "node-role", &of),
    });
    let api = api(&[&session]);
    answered(call(&profile("ecs_ram_role = true"), &api, &metadata));
    assert_eq!(metadata.count(), 3);
}

#[test]
fn ecs_role_name_that_leads_elsewhere_is_refused() {
    for name in ["../../user-data", "..", "a/b", "a?b"] {
        let metadata = Server::unsigned(move |request, _| match is_token_request(request) {
            true => Reply::bytes(200, "text/plain", TOKEN),
            false => Reply::bytes(200, "text/plain", name),
        });
        refused(call(&profile("ecs_ram_role = true"), &unasked(), &metadata), &["is no name of a role"]);
        assert_eq!(metadata.count(), 2, "{name}");
    }
}
