//! Files that others write: null for nothing, text that is broken, nesting and chains without end.

use super::*;

const DEEP: usize = 100_000;

fn deep() -> String {
    "[".repeat(DEEP) + &"]".repeat(DEEP)
}

/// The source of each profile, in words.
fn described(home: &Home) -> Vec<String> {
    home.settings().profiles().into_iter().map(|profile| profile.credentials).collect()
}

#[test]
fn official_cli_null_field_is_absent() {
    let names = [
        "mode",
        "region_id",
        "sts_token",
        "sts_region",
        "sts_endpoint",
        "ram_role_name",
        "ram_role_arn",
        "ram_session_name",
        "external_id",
        "expired_seconds",
        "source_profile",
        "process_command",
        "credentials_uri",
        "oidc_provider_arn",
        "oidc_token_file",
        "cloud_sso_sign_in_url",
        "cloud_sso_account_id",
        "cloud_sso_access_config",
        "access_token",
        "cloud_sso_access_token_expire",
        "oauth_site_type",
        "oauth_access_token",
        "oauth_access_token_expire",
        "sts_expiration",
    ];
    let nulls: String = names.iter().map(|name| format!(r#""{name}":null,"#)).collect();
    let key = r#""access_key_id":"LTAI0000000000","access_key_secret":"hidden""#;
    let home = Home::new().official(&format!(
        r#"{{"current":null,"profiles":[{{{nulls}"name":"default",{key}}},null,{{"name":null,"access_key_id":null}}]}}"#
    ));
    assert_eq!(described(&home), ["AccessKey LTAI…00".to_owned(), home.settings().profiles()[1].credentials.clone()]);
    assert!(described(&home)[1].contains("has no credentials"));
    for none in [r#"{"profiles":null}"#, "{}", r#"{"current":"a","profiles":[]}"#, r#"{"profiles":[null]}"#] {
        assert_eq!(described(&Home::new().official(none)), [""; 0], "{none}");
    }
}

#[test]
fn official_cli_broken_text_spoils_no_other_profile() {
    let home = Home::new().official(
        r#"{"profiles":[{"name":"\ud83d","mode":"AK"},
            {"name":"b","access_key_id":"LTAI0000000000","access_key_secret":"hidden"}]}"#,
    );
    assert_eq!(described(&home)[1], "AccessKey LTAI…00");
}

#[test]
fn official_cli_file_of_another_shape_is_told_without_its_text() {
    let secret = |value: &str| {
        format!(r#"{{"profiles":[{{"name":"default","access_key_id":"a","access_key_secret":{value}}}]}}"#)
    };
    for (text, told_as) in [
        (secret(r#"["hidden"]"#), "profile default of ~/.aliyun/config.json has access_key_secret, which is not text"),
        (secret("12345678"), "has access_key_secret, which is not text"),
        (secret("\"hidden"), "line 1 is not as that CLI writes it"),
        (secret("hidden"), "line 1 is not as that CLI writes it"),
        ("[1]".to_owned(), "line 1 is not as that CLI writes it"),
        (" \n".to_owned(), "it is empty"),
    ] {
        let home = Home::new().official(&text).variable("ALIBABA_CLOUD_PROFILE", "default");
        let chain = home.settings().chain().unwrap();
        let told = format!("{chain:?}");
        assert!(told.contains(told_as), "{text}: {told}");
        assert!(!told.contains("hidden") && !told.contains("12345678"), "{told}");
    }
}

#[test]
fn official_cli_odd_profile_spoils_no_other() {
    let odd = [
        r#""ram_session_name":"a","role_session_name":"b""#,
        r#""access_key_id":"a","access_key_id":"b""#,
        r#""mode":"RamRoleArn","expired_seconds":-1"#,
        r#""mode":"RamRoleArn","expired_seconds":"an hour""#,
        r#""region_id":null,"mode":null"#,
        r#""region_id":5,"mode":[]"#,
    ];
    for odd in odd {
        let home = Home::new().official(&format!(
            "\u{feff}{{\"profiles\":[5,null,{{\"name\":\"odd\",{odd}}},\
             {{\"name\":\"good\",\"Access_Key_Id\":\"LTAI0000000000\",\"access_key_secret\":\"x\"}}]}}"
        ));
        assert_eq!(described(&home)[1], "AccessKey LTAI…00", "{odd}");
    }
}

#[test]
fn official_cli_deep_nesting_is_skipped_or_told() {
    let profile =
        format!(r#"{{"name":"default","access_key_id":"LTAI0000000000","access_key_secret":"x","odd":{0}}}"#, deep());
    let home = Home::new().official(&format!(r#"{{"odd":{},"profiles":[{profile}]}}"#, deep()));
    assert_eq!(described(&home), ["AccessKey LTAI…00"]);
    for text in [deep(), format!(r#"{{"current":{}}}"#, deep()), r#"{"profiles":[{"name":"#.repeat(DEEP)] {
        let home = Home::new().official(&text);
        assert_eq!(described(&home), [""; 0]);
        assert!(format!("{:?}", home.settings().chain().unwrap()).contains("is not as that CLI writes it"));
    }
}

#[test]
fn config_deep_nesting_is_told() {
    let table = "{a=".repeat(DEEP) + "1" + &"}".repeat(DEEP);
    for text in [format!("x = {}", deep()), format!("x = {table}"), format!("{}a = 1", "a.".repeat(DEEP))] {
        let home = Home::new().config(&text);
        let fault = home.load(Flags::default()).err().expect("it is no config file");
        assert!(fault.message.starts_with("~/.config/efloctl/config.toml:1: "), "{:.200}", fault.message);
        assert!(fault.message.len() < 1000, "{} bytes", fault.message.len());
    }
}

#[test]
fn source_profile_chain_without_end_is_told() {
    let of_config: String =
        (0..100).map(|at| format!("[profiles.p{at}]\nsource_profile = \"p{}\"\nrole_arn = \"r\"\n", at + 1)).collect();
    let of_official: Vec<String> = (0..100)
        .map(|at| {
            let next = at + 1;
            format!(r#"{{"name":"o{at}","mode":"ChainableRamRoleArn","source_profile":"o{next}","ram_role_arn":"r"}}"#)
        })
        .collect();
    let home = Home::new().config(&of_config).official(&format!(r#"{{"profiles":[{}]}}"#, of_official.join(",")));
    for name in ["p0", "o0"] {
        let chain = home.as_profile(name).unwrap().chain().unwrap();
        assert!(format!("{chain:?}").contains("is reached over more than"), "{chain:?}");
    }
}
