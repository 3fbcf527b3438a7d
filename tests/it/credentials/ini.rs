//! `~/.alibabacloud/credentials.ini`, the file of the official SDKs, as Python's configparser reads it.

use super::*;

fn home(text: &str) -> Home {
    Home::new().file(".alibabacloud/credentials.ini", text)
}

fn key_section(name: &str) -> String {
    format!("[{name}]\ntype = access_key\naccess_key_id = {KEY_ID}\naccess_key_secret = {KEY_SECRET}\n")
}

#[test]
fn credentials_ini_section_is_the_default_or_the_named_one() {
    let api = api(&[]);
    answered(status(&home(&key_section("default")), &api));
    let other = format!("[default]\ntype = nonsense\n{}", key_section("other"));
    answered(status(&home(&other), &api).env("ALIBABA_CLOUD_PROFILE", "other"));
    let elsewhere = Home::new().file("keys.ini", key_section("default"));
    let call = status(&elsewhere, &api).env("ALIBABA_CLOUD_CREDENTIALS_FILE", elsewhere.path().join("keys.ini"));
    answered(call);
    assert_eq!(signers(&api), [KEY_ID; 3]);
}

#[test]
fn credentials_ini_that_is_absent_is_skipped() {
    let api = unasked();
    refused(status(&Home::new(), &api), &["credentials.ini: ~/.alibabacloud/credentials.ini is not there"]);
    let other = home(&key_section("other"));
    refused(status(&other, &api), &["~/.alibabacloud/credentials.ini has no section default"]);
    let call = status(&other, &api).env("ALIBABA_CLOUD_PROFILE", "Other");
    refused(call, &["~/.alibabacloud/credentials.ini has no section Other"]);
    let elsewhere = status(&other, &api).env("ALIBABA_CLOUD_CREDENTIALS_FILE", other.path().join("gone.ini"));
    refused(elsewhere, &["credentials.ini: ~/gone.ini is not there"]);
}

#[test]
fn credentials_ini_roles_are_assumed() {
    let (base, session) = (Session::new("node"), Session::new("ops"));
    let api_of_role = api(&[&session]);
    let sts_of_role = sts(Reply::ok(session.of_sts()));
    let text = key_section("default").replace("access_key\n", &format!("ram_role_arn\nrole_arn = {ROLE}\n"));
    let text = format!("{text}role_session_name = night\n");
    answered(status(&home(&text), &api_of_role).env("EFLOCTL_STS_ENDPOINT", sts_of_role.url()));
    let asked = &sts_of_role.requests()[0];
    assert_eq!(parameter(asked, "RoleSessionName").as_deref(), Some("night"));
    assert_eq!(parameter(asked, "DurationSeconds").as_deref(), Some("3600"));

    let api_of_pod = api(&[&session]);
    let answer = session.of_sts();
    let sts_of_pod = Server::unsigned(move |_, _| Reply::ok(answer.clone()));
    let home_of_pod = Home::new().file("token", "oidc-token-never-shown");
    let token_file = home_of_pod.path().join("token");
    let home_of_pod = home_of_pod.file(
        ".alibabacloud/credentials.ini",
        format!(
            "[default]\ntype = oidc_role_arn\nrole_arn = {ROLE}\noidc_provider_arn = acs:ram::1:oidc-provider/ack\n\
             oidc_token_file_path = {}\n",
            token_file.display()
        ),
    );
    answered(status(&home_of_pod, &api_of_pod).env("EFLOCTL_STS_ENDPOINT", sts_of_pod.url()));
    assert_eq!(sts_of_pod.form(0)["OIDCToken"], "oidc-token-never-shown");

    for name in ["", "role_name = node\n"] {
        let (api, metadata) = (api(&[&base]), super::ecs::metadata("node", &base));
        let home = home(&format!("[default]\ntype = ecs_ram_role\n{name}"));
        let call = status(&home, &api).env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
        answered(call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED"));
        assert_eq!(signers(&api), [base.id.as_str()]);
    }
}

#[test]
fn credentials_ini_is_read_as_the_sdks_read_it() {
    let api = api(&[]);
    let texts = [
        format!(
            "; a comment\n# another\n\n[default]\ntype: access_key\naccess_key_id : {KEY_ID}\naccess_key_secret={KEY_SECRET}\n"
        ),
        format!(
            "\u{feff}[default]\r\ntype = access_key\r\naccess_key_id = {KEY_ID}\r\naccess_key_secret = {KEY_SECRET}\r\n"
        ),
        format!("[default]\nType = access_key\nACCESS_KEY_ID = {KEY_ID}\nAccess_Key_Secret = {KEY_SECRET}\n"),
        format!(
            "[default]\ntype = access_key # for the lab\naccess_key_id = \"{KEY_ID}\"# x\naccess_key_secret =   {KEY_SECRET}  \n"
        ),
        format!(
            "[DEFAULT]\naccess_key_secret = {KEY_SECRET}\n[default]\ntype = access_key\naccess_key_id = {KEY_ID}\n"
        ),
    ];
    for (at, text) in texts.iter().enumerate() {
        let run = status(&home(text), &api).run();
        assert_eq!(run.code, 0, "text {at}: {run}");
    }
    assert_eq!(signers(&api), [KEY_ID; 5]);

    let odd = "a;b=c:d%e \"f\" 'g'never-shown";
    let api = self::api(&[]).accept("LTAIodd000000000", odd, None);
    let text = key_section("default").replace(KEY_SECRET, odd).replace(KEY_ID, "LTAIodd000000000");
    answered(status(&home(&text), &api));
}

#[test]
fn credentials_ini_section_that_cannot_be_used_fails() {
    let api = unasked();
    for (text, reason) in [
        ("[default]\naccess_key_id = x\n", "has no type"),
        ("[default]\ntype = bearer\n", "is of type bearer, which cannot be used here"),
        ("[default]\ntype = sts\naccess_key_id = x\naccess_key_secret = y\n", "has no security_token"),
        ("[default]\ntype = rsa_key_pair\n", "is of type rsa_key_pair"),
        ("[default]\ntype = access_key\naccess_key_id =\n", "has no access_key_id"),
        ("[default]\ntype = access_key\naccess_key_id = x\n", "has no access_key_secret"),
        ("[default]\ntype = oidc_role_arn\n", "has no oidc_provider_arn"),
        ("[default\nsecret-never-shown\n", "is not an INI file"),
    ] {
        let run = refused(status(&home(text), &api), &[reason, "~/.alibabacloud/credentials.ini"]);
        assert!(!run.err.contains("ECS instance"), "nothing further is tried: {run}");
    }
}
