//! A role for whoever has another key: STS AssumeRole, signed as every call is.

use std::sync::Arc;

use super::*;

/// A role on top of the permanent key.
fn profile(more: &str) -> String {
    format!(
        "default_profile = \"ops\"\n[profiles.ops]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n\
         role_arn = \"{ROLE}\"\n{more}"
    )
}

#[test]
fn assume_role_is_a_signed_call_with_parameters_in_the_query() {
    let session = Session::new("ops");
    let (api, sts) = (api(&[&session]), sts(Reply::ok(session.of_sts())));
    let more = "role_session_name = \"night@shift\"\nexternal_id = \"ticket/1\"\nduration = \"30m\"\npolicy = '{\"Version\": \"1\"}'\n";
    let home = Home::new().config(&profile(more));
    answered(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    let asked = &sts.requests()[0];
    let expected = [
        ("DurationSeconds", "1800"),
        ("ExternalId", "ticket/1"),
        ("Policy", "{\"Version\": \"1\"}"),
        ("RoleArn", ROLE),
        ("RoleSessionName", "night@shift"),
    ];
    assert_eq!(parameters(asked), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((asked.body.len(), asked.header("content-type")), (0, None));
    assert_eq!(asked.header("accept"), Some("application/json"));
    assert_eq!((sts.count(), signers(&sts), signers(&api)), (1, vec![KEY_ID.to_owned()], vec![session.id]));
}

#[test]
fn api_is_connected_to_while_sts_answers() {
    let session = Session::new("ops");
    let api = Arc::new(api(&[&session]));
    let (awaited, answer) = (Arc::clone(&api), session.of_sts());
    let sts = Server::with(move |_, _| {
        awaited.wait_for_a_connection();
        Reply::ok(answer.clone())
    });
    let sts = sts.service("AssumeRole", "2015-04-01");
    answered(status(&Home::new().config(&profile("")), &api).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!((api.connections(), api.count()), (1, 1), "the call goes over it, and nothing else does");
}

#[test]
fn api_that_cannot_be_connected_to_is_told_as_without_a_role() {
    let session = Session::new("ops");
    let sts = sts(Reply::ok(session.of_sts()));
    let home = Home::new().config(&profile(""));
    let call = home.efloctl().args(["status", "t-1", "--endpoint", NOWHERE]);
    let run = call.env("EFLOCTL_STS_ENDPOINT", sts.url()).env("EFLOCTL_RETRIES", "0").run().code(5);
    assert!(run.err.contains("cannot connect to 127.0.0.1:1"), "{run}");
}

#[test]
fn assume_role_defaults_are_those_of_the_official_tools() {
    let session = Session::new("ops");
    let (api, sts) = (api(&[&session]), sts(Reply::ok(session.of_sts())));
    let home = Home::new().config(&profile(""));
    let call = || status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url());
    let before = Timestamp::now().as_second();
    answered(call());
    answered(call().env("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pipeline-7"));
    let asked = sts.requests();
    assert_eq!(parameter(&asked[0], "DurationSeconds").as_deref(), Some("3600"));
    assert_eq!(parameter(&asked[0], "ExternalId"), None);
    let name = parameter(&asked[0], "RoleSessionName").unwrap();
    let second: i64 = name.strip_prefix("efloctl-").unwrap().parse().unwrap();
    assert!((before..=before + 60).contains(&second), "{name}");
    assert_eq!(parameter(&asked[1], "RoleSessionName").as_deref(), Some("pipeline-7"));

    let home = Home::new().config(&profile("role_session_name = \"own\"\n"));
    let call = status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url());
    answered(call.env("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pipeline-7"));
    assert_eq!(parameter(&sts.requests()[2], "RoleSessionName").as_deref(), Some("own"), "the profile's own counts");
}

#[test]
fn assume_role_with_a_temporary_key_sends_its_token() {
    let (base, session) = (Session::new("base"), Session::new("ops"));
    let api = api(&[&session]);
    let sts = accepting(sts(Reply::ok(session.of_sts())), &[&base]);
    let home = Home::new().config(&format!(
        "default_profile = \"ops\"\n[profiles.ops]\naccess_key_id = \"{}\"\naccess_key_secret = \"{}\"\n\
         sts_token = \"{}\"\nrole_arn = \"{ROLE}\"\n",
        base.id, base.secret, base.token
    ));
    answered(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!(sts.requests()[0].header("x-acs-security-token"), Some(base.token.as_str()));
}

#[test]
fn assume_role_works_on_top_of_every_source() {
    let (base, session) = (Session::new("base"), Session::new("ops"));
    let uri = {
        let base = base.clone();
        Server::unsigned(move |_, _| Reply::ok(base.plain()))
    };
    let metadata = super::ecs::metadata("node", &base);
    let lines = [
        format!("credentials_uri = \"{}/key\"", uri.url()),
        "ecs_ram_role = \"node\"".to_owned(),
        "aliyun_profile = \"official\"".to_owned(),
        #[cfg(unix)]
        "credential_process = \"cat key.json\"".to_owned(),
    ];
    for line in lines {
        let api = api(&[&session]);
        let sts = accepting(sts(Reply::ok(session.of_sts())), &[&base]);
        let official = json!({"profiles": [{
            "name": "official", "mode": "StsToken", "access_key_id": base.id, "access_key_secret": base.secret,
            "sts_token": base.token,
        }]});
        let printed = json!({
            "mode": "StsToken", "access_key_id": base.id, "access_key_secret": base.secret, "sts_token": base.token,
        });
        let home = Home::new().aliyun(official).file("key.json", printed.to_string());
        let home = home.config(&format!("[profiles.ops]\n{line}\nrole_arn = \"{ROLE}\"\n"));
        let call = status(&home, &api).args(["--profile", "ops"]).env("EFLOCTL_STS_ENDPOINT", sts.url());
        let call = call.env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
        answered(call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED"));
        assert_eq!((signers(&sts), signers(&api)), (vec![base.id.clone()], vec![session.id.clone()]), "{line}");
    }
}

/// `root` has a key; each other profile is a role on top of the one before it.
fn three_roles() -> String {
    let mut text = format!("[profiles.root]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n");
    for (source, name) in [("root", "one"), ("one", "two"), ("two", "three")] {
        text += &format!("[profiles.{name}]\nsource_profile = \"{source}\"\nrole_arn = \"{ROLE}-{name}\"\n");
    }
    text
}

#[test]
fn assume_role_can_be_chained() {
    let [one, two, three] = ["one", "two", "three"].map(Session::new);
    let api = api(&[&three]);
    let answers = [one.clone(), two.clone(), three.clone()].map(|session| (session.id.clone(), session.of_sts()));
    let sts = Server::with(move |request, _| {
        let arn = parameter(request, "RoleArn").unwrap_or_default();
        let (_, name) = arn.rsplit_once('-').unwrap_or_default();
        let answer = answers.iter().find(|(id, _)| id.contains(name)).map(|(_, answer)| answer.clone());
        answer.map_or_else(|| Reply::error(404, "EntityNotExist.Role", "no such role"), Reply::ok)
    });
    let sts = accepting(sts, &[&one, &two]).service("AssumeRole", "2015-04-01");
    let home = Home::new().config(&three_roles());
    answered(status(&home, &api).args(["-p", "three"]).env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!(signers(&sts), [KEY_ID, &one.id, &two.id]);
    assert_eq!(signers(&api), [three.id]);
}

#[test]
fn source_profile_cycle_is_refused_with_the_whole_cycle() {
    let role =
        |name: &str, source: &str| format!("[profiles.{name}]\nsource_profile = \"{source}\"\nrole_arn = \"{ROLE}\"\n");
    let api = unasked();
    let text = [role("a", "b"), role("b", "c"), role("c", "a"), role("alone", "alone"), role("lost", "gone")].concat();
    let home = Home::new().config(&text);
    let call = |name: &str| status(&home, &api).args(["-p", name]);
    ended(call("a"), 2, &["a -> b -> c -> a", "credentials of its own"]);
    ended(call("c"), 2, &["c -> a -> b -> c"]);
    ended(call("alone"), 2, &["alone -> alone"]);
    ended(call("lost"), 2, &["profile lost has source_profile gone, which is not there"]);
}

#[test]
fn assume_role_refused_fails_and_says_what_to_do() {
    for (status_code, code, hint) in [
        (403, "NoPermission", "sts:AssumeRole"),
        (404, "EntityNotExist.Role", "check role_arn"),
        (404, "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.NotFound"),
        (400, "InvalidParameter.DurationSeconds", "the duration is too long"),
    ] {
        let api = unasked();
        let sts = sts(Reply::error(status_code, code, "the duration is too long"));
        let home = Home::new().config(&profile(""));
        refused(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()), &[code, hint]);
        assert_eq!(sts.count(), 1);
    }
    let (api, sts) = (unasked(), sts(Reply::close()).expect_bad_signatures());
    let home = Home::new().config(&profile("").replace(KEY_SECRET, "wrong-never-shown"));
    refused(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()), &["SignatureDoesNotMatch"]);
}

#[test]
fn assume_role_answer_without_a_key_fails() {
    let session = Session::new("ops");
    let lacking = |field: &str| {
        let mut answer = session.of_sts();
        answer["Credentials"][field] = Value::Null;
        Reply::ok(answer)
    };
    let emptied = |field: &str| {
        let mut answer = session.of_sts();
        answer["Credentials"][field] = "".into();
        Reply::ok(answer)
    };
    let cut = &session.of_sts().to_string()[..200];
    for (reply, reason) in [
        (Reply::bytes(200, "text/html", "<html>secret-never-shown</html>"), "not the JSON that it should be"),
        (Reply::json(200, cut), "not the JSON that it should be"),
        (Reply::ok(json!({"RequestId": "r"})), "not the JSON that it should be"),
        (lacking("AccessKeyId"), "has no AccessKeyId"),
        (lacking("AccessKeySecret"), "has no AccessKeySecret"),
        (lacking("SecurityToken"), "has no SecurityToken"),
        (emptied("AccessKeySecret"), "has no AccessKeySecret"),
        (emptied("SecurityToken"), "has no SecurityToken"),
        (lacking("Expiration"), "has no Expiration"),
        (Reply::ok(session.clone().until("soon").of_sts()), "has no Expiration that can be read"),
        (Reply::ok(session.clone().until(&from_now(-5)).of_sts()), "gave a key that expired at"),
        (Reply::json(500, "{}"), "HTTP 500"),
        (Reply::close(), "the call to 127.0.0.1"),
        (Reply::ok(session.of_sts()).cut(50), "broke off"),
    ] {
        let (api, sts) = (unasked(), sts(reply));
        let home = Home::new().config(&profile(""));
        refused(status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url()), &[reason]);
    }
    let (api, home) = (unasked(), Home::new().config(&profile("")));
    refused(status(&home, &api), &["cannot connect to 127.0.0.1:1"]);
}

#[test]
fn sts_transient_fault_is_retried() {
    let session = Session::new("ops");
    let api = api(&[&session]);
    let throttled = Reply::error(400, "Throttling.User", "too many requests");
    let sts = Server::sequence(vec![throttled, Reply::ok(session.of_sts())]).service("AssumeRole", "2015-04-01");
    let home = Home::new().config(&profile(""));
    answered(status(&home, &api).env("EFLOCTL_RETRIES", "1").env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!((sts.count(), api.count()), (2, 1));
}

#[test]
fn clock_skew_told_by_sts_is_corrected_for_later_calls() {
    let hour = SignedDuration::from_hours(1);
    let session = Session::new("ops").until(&from_now(2 * 3600));
    let api = api(&[&session]).clock_ahead(hour);
    let sts = sts(Reply::ok(session.of_sts())).clock_ahead(hour);
    let home = Home::new().config(&profile(""));
    answered(status(&home, &api).env("EFLOCTL_RETRIES", "1").env("EFLOCTL_STS_ENDPOINT", sts.url()));
    assert_eq!((sts.count(), api.count()), (2, 1));
}
