//! Set-ups that were tried side by side with the official CLI and with the SDKs: where each asks, and as whom. Where
//! efloctl means to differ the row says what it does.

use super::*;
use crate::credentials::OidcToken;
use secrecy::ExposeSecret;

/// A profile with a key of the official CLI, and what else stands in it.
fn profile(name: &str, more: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!(",{more}") };
    format!(
        r#"{{"name":"{name}","access_key_id":"id-of-{name}","access_key_secret":"x","region_id":"cn-wulanchabu"{more}}}"#
    )
}

fn official(current: &str, profiles: &[String]) -> Home {
    Home::new().official(&format!(r#"{{"current":"{current}","profiles":[{}]}}"#, profiles.join(",")))
}

fn ini(file: &str, lines: &str) -> Home {
    Home::new().file(&format!(".alibabacloud/{file}"), lines)
}

/// The host and the key id, or what is wrong.
fn asks(home: &Home) -> String {
    let settings = match home.load(Flags::default()) {
        Ok(settings) => settings,
        Err(fault) => return fault.message,
    };
    let host = settings.endpoint().map_or_else(|fault| fault.message, |endpoint| endpoint.value.authority());
    format!("{host} as {}", signer(&settings))
}

fn signer(settings: &Settings) -> String {
    let chain = settings.chain().unwrap();
    if let Err(fault) = chain.check() {
        return fault.message;
    }
    let spec = chain.candidates().iter().find_map(|candidate| match &candidate.offer {
        Offer::Spec(spec) => Some(spec.clone()),
        _ => None,
    });
    signer_of(&spec.unwrap())
}

fn signer_of(spec: &Spec) -> String {
    let of_role = |role: &crate::credentials::Role| {
        let policy = role.policy.as_ref().map(|policy| format!(" with {policy}"));
        format!("{} of {}{}", role.arn, role.sts.authority(), policy.unwrap_or_default())
    };
    match spec {
        Spec::Static(key) if key.token.is_some() => format!("{} with a token", key.id),
        Spec::Static(key) => key.id.clone(),
        Spec::Role { base, role } => format!("{} by {}", of_role(role), signer_of(base)),
        Spec::Oidc(oidc) => {
            let token = match &oidc.token {
                OidcToken::Given(token) => token.expose_secret().to_owned(),
                OidcToken::File(file) => file.display().to_string(),
            };
            format!("{} by {token}", of_role(&oidc.role))
        }
        other => other.described(),
    }
}

#[test]
fn official_cli_set_ups_are_asked_at_the_same_host_with_the_same_key() {
    const HERE: &str = "eflo-controller.cn-wulanchabu.aliyuncs.com";
    let two = || official("a", &[profile("a", ""), profile("b", "")]);
    let one = |more: &str| official("a", &[profile("a", more)]);
    let keys = |home: Home| {
        home.variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-env").variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "x")
    };
    let rows: Vec<(&str, Home, String)> = vec![
        ("current", two(), format!("{HERE} as id-of-a")),
        ("ALIBABA_CLOUD_PROFILE", two().variable("ALIBABA_CLOUD_PROFILE", "b"), format!("{HERE} as id-of-b")),
        ("ALIBABACLOUD_PROFILE", two().variable("ALIBABACLOUD_PROFILE", "b\n"), format!("{HERE} as id-of-b")),
        ("ALICLOUD_PROFILE", two().variable("ALICLOUD_PROFILE", "b"), format!("{HERE} as id-of-b")),
        (
            "the first spelling counts",
            two().variable("ALICLOUD_PROFILE", "b").variable("ALIBABACLOUD_PROFILE", "a"),
            format!("{HERE} as id-of-a"),
        ),
        ("endpoint", one(r#""endpoint":"eflo.example.com""#), "eflo.example.com as id-of-a".to_owned()),
        ("endpoint as URL", one(r#""endpoint":"https://eflo.example.com/""#), "eflo.example.com as id-of-a".to_owned()),
        ("endpoint over http", one(r#""endpoint":"http://eflo.example.com""#), "eflo.example.com as id-of-a".to_owned()),
        (
            "endpoint_type",
            one(r#""endpoint_type":"vpc""#),
            "eflo-controller-vpc.cn-wulanchabu.aliyuncs.com as id-of-a".to_owned(),
        ),
        (
            "a nearer region leaves the profile's endpoint out",
            one(r#""endpoint":"eflo.example.com""#).variable("EFLOCTL_REGION", "cn-beijing"),
            "eflo-controller.cn-beijing.aliyuncs.com as id-of-a".to_owned(),
        ),
        (
            "ALIBABA_CLOUD_ENDPOINT",
            one("").variable("ALIBABA_CLOUD_ENDPOINT", "eflo.example.com"),
            "eflo.example.com as id-of-a".to_owned(),
        ),
        (
            "a region in variable and profile: the variable's",
            one("").variable("ALICLOUD_REGION_ID", "cn-beijing"),
            "eflo-controller.cn-beijing.aliyuncs.com as id-of-a".to_owned(),
        ),
        ("keys in the environment: theirs", keys(two()), format!("{HERE} as id-of-env")),
        (
            "REGION is named",
            keys(Home::new()).variable("REGION", "cn-beijing"),
            "no region is set: REGION is set, which efloctl does not read as id-of-env".to_owned(),
        ),
        (
            "ALIBABA_CLOUD_IGNORE_PROFILE",
            keys(two()).variable("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"),
            "no region is set: ~/.aliyun/config.json is left out: ALIBABA_CLOUD_IGNORE_PROFILE is TRUE as id-of-env"
                .to_owned(),
        ),
        ("a byte order mark", Home::new().official(&format!("\u{feff}{{\"profiles\":[{}]}}", profile("default", ""))),
            format!("{HERE} as id-of-default")),
        ("keys match in any case", one("").official(r#"{"profiles":[{"Name":"default","ACCESS_KEY_ID":"id-of-it","Access_Key_Secret":"x","Region_Id":"cn-wulanchabu"}]}"#),
            format!("{HERE} as id-of-it")),
    ];
    for (set_up, home, expected) in rows {
        assert_eq!(asks(&home), expected, "{set_up}");
    }
}

#[test]
fn unreadable_official_file_is_the_reason_told() {
    for (text, reason) in [
        ("{\"current\":\"a\",", "cannot be read: line 1 is not as that CLI writes it"),
        ("", "cannot be read: it is empty"),
        (r#"{"current":"gone","profiles":[]}"#, "names the profile gone as current, and has none of that name"),
    ] {
        let home = Home::new().official(text);
        let told = asks(&home);
        assert!(told.starts_with("no region is set: ~/.aliyun/config.json ") && told.contains(reason), "{told}");
        assert!(home.settings().chain().unwrap().check().unwrap_err().message.contains(reason), "{text}");
    }
    let named = official("a", &[profile("a", "")]).variable("ALIBABA_CLOUD_PROFILE", "slip");
    let told = asks(&named);
    assert!(told.matches("ALIBABA_CLOUD_PROFILE names the profile slip").count() == 2, "{told}");
    let file = Home::new().variable("ALIBABA_CLOUD_CONFIG_FILE", "/nowhere/config.json");
    assert!(asks(&file).contains("(ALIBABA_CLOUD_CONFIG_FILE names it)"), "{}", asks(&file));
}

#[test]
fn sdk_set_ups_sign_with_the_same_key() {
    let role = r#""mode":"RamRoleArn","ram_role_arn":"arn","sts_region":"cn-beijing""#;
    let one = |more: &str| official("a", &[profile("a", &format!("{role},{more}"))]);
    let elsewhere = Home::new().file("own.json", &format!("{{\"current\":\"c\",\"profiles\":[{}]}}", profile("c", "")));
    let path = elsewhere.folder.path().join("own.json").display().to_string();
    let key = "access_key_id = id-of-ini\naccess_key_secret = x\n";
    let oidc = Home::new()
        .variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "p")
        .variable("ALIBABACLOUD_ROLE_ARN", "arn")
        .variable("ALIBABA_CLOUD_OIDC_TOKEN", "token\n");
    let rows: Vec<(&str, Home, &str)> = vec![
        ("enable_vpc", one(r#""enable_vpc":true"#), "arn of sts-vpc.cn-beijing.aliyuncs.com by id-of-a"),
        ("policy", one(r#""policy":"{}""#), "arn of sts.cn-beijing.aliyuncs.com with {} by id-of-a"),
        ("ALIBABA_CLOUD_CONFIG_FILE", elsewhere.variable("ALIBABA_CLOUD_CONFIG_FILE", &path), "id-of-c"),
        ("ALIBABA_CLOUD_OIDC_TOKEN", oidc, "arn of sts.aliyuncs.com by token"),
        ("credentials.ini", ini("credentials.ini", &format!("[default]\ntype = access_key\n{key}")), "id-of-ini"),
        ("credentials", ini("credentials", &format!("[default]\ntype = access_key\n{key}")), "id-of-ini"),
        (
            "type sts",
            ini("credentials", &format!("[default]\ntype = sts\n{key}security_token = t\n")),
            "id-of-ini with a token",
        ),
        (
            "quotes and comments",
            ini(
                "credentials.ini",
                "[default]\ntype = \"access_key\" ; kind\naccess_key_id = 'id-of-q' # x\naccess_key_secret = x\n",
            ),
            "id-of-q",
        ),
        (
            "policy in the INI file",
            ini("credentials.ini", &format!("[default]\ntype = ram_role_arn\nrole_arn = arn\npolicy = {{}}\n{key}")),
            "arn of sts.aliyuncs.com with {} by id-of-ini",
        ),
        (
            "without current and mode",
            Home::new().official(&format!(r#"{{"profiles":[{}]}}"#, profile("default", ""))),
            "id-of-default",
        ),
    ];
    for (set_up, home, expected) in rows {
        assert_eq!(signer(&home.settings()), expected, "{set_up}");
    }
}

#[test]
fn key_parts_of_two_spellings_are_refused_naming_both() {
    let home = Home::new().variable("ALIBABACLOUD_ACCESS_KEY_ID", "i").variable("ALIBABACLOUD_ACCESS_KEY_SECRET", "s");
    assert_eq!(signer(&home.settings()), "i");
    let told = signer(&home.variable("ALICLOUD_SECURITY_TOKEN", "t").settings());
    assert!(told.contains("ALIBABACLOUD_SECURITY_TOKEN") && told.contains("ALICLOUD_SECURITY_TOKEN"), "{told}");
    let token = Home::new().variable("ALIBABA_CLOUD_SECURITY_TOKEN", "t");
    assert!(signer(&token.settings()).contains("ALIBABA_CLOUD_ACCESS_KEY_ID is not"));
    let other = Home::new().variable("ACCESS_KEY_ID", "i");
    assert!(signer(&other.settings()).contains("(ACCESS_KEY_ID is, which efloctl does not read)"));
}

#[test]
fn endpoint_and_a_nearer_region_that_differ_are_refused_naming_both_origins() {
    const HOST: &str = "eflo-controller.cn-wulanchabu.aliyuncs.com";
    let config =
        format!("default_profile = \"p\"\n[defaults]\nendpoint = \"{HOST}\"\n[profiles.p]\nregion = \"cn-beijing\"\n");
    let region = |home: &Home, region| home.load(Flags::default().with(&REGION, region)).unwrap();
    let of_file = Home::new().config(&config);
    let target = region(&of_file, None).target().unwrap();
    assert_eq!((target.region.as_deref(), target.host.as_deref()), (Some("cn-wulanchabu"), Some(HOST)), "one source");
    let by_variable = Home::new().variable("ALIBABA_CLOUD_ENDPOINT", HOST);
    for home in [&of_file, &by_variable] {
        let fault = region(home, Some("cn-shanghai")).endpoint().unwrap_err();
        assert!(
            fault.message.contains("cn-shanghai (--region)") && fault.message.contains("cn-wulanchabu ("),
            "{fault}"
        );
        assert!(region(home, Some("cn-wulanchabu")).endpoint().is_ok());
    }
    let elsewhere = Home::new().config("[defaults]\nendpoint = \"gateway.example.com\"\n");
    let target = region(&elsewhere, Some("cn-shanghai")).target().unwrap();
    assert_eq!(target.region.as_deref(), Some("cn-shanghai"), "a host that names no region may be in any");
}

#[test]
fn two_keys_are_told() {
    let home = official("a", &[profile("a", "")])
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-env")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "x");
    let settings = home.settings();
    assert!(settings.doubts().is_empty(), "current alone is for doctor");
    assert_eq!(settings.other_key().unwrap().profile, "a");
    let doubts = home.variable("ALIBABACLOUD_PROFILE", "a").settings().doubts();
    let told =
        "the key of ALIBABA_CLOUD_ACCESS_KEY_ID signs, not that of the profile a that ALIBABACLOUD_PROFILE names";
    assert_eq!(doubts, [told]);
}
