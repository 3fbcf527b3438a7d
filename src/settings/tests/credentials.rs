//! Whom to sign as: of the profile that was named its credentials and no others, else the first place that has any.

use super::*;
use crate::credentials::Spec;
use crate::exit::code_of;
use crate::fault::Hint;
use secrecy::ExposeSecret;

const CONFIG: &str = r#"
default_profile = "ops"
[profiles.ops]
access_key_id = "id-of-ops"
access_key_secret = "secret-of-ops"
[profiles.night]
access_key_id = "id-of-night"
access_key_secret = "secret-of-night"
sts_token = "token-of-night"
[profiles.bare]
region = "cn-beijing"
"#;

const OFFICIAL: &str = r#"{"current": "base", "profiles": [
    {"name": "base", "mode": "AK", "access_key_id": "id-of-base", "access_key_secret": "secret-of-base",
     "sts_token": "token-not-of-ak"},
    {"name": "sts", "mode": "StsToken", "access_key_id": "id-of-sts", "access_key_secret": "secret-of-sts",
     "sts_token": "token-of-sts"},
    {"name": "inferred", "mode": "", "access_key_id": "id-of-it", "access_key_secret": "secret-of-it",
     "sts_token": "token-of-it"},
    {"name": "plain", "access_key_id": "id-of-plain", "access_key_secret": "secret-of-plain", "sts_token": ""},
    {"name": "lost", "mode": "StsToken", "access_key_id": "id-of-lost", "access_key_secret": "secret-of-lost"},
    {"name": "empty", "mode": "AK", "access_key_id": "", "access_key_secret": ""},
    {"name": "robot", "mode": "BearerToken"}
]}"#;

fn with_variables(home: Home) -> Home {
    home.variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-env")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-env")
}

/// Id, secret, token and place of the key in effect.
fn key(settings: &Settings) -> [String; 4] {
    let chain = settings.chain().unwrap();
    chain.first().unwrap();
    let found = chain.candidates.iter().find_map(|candidate| match &candidate.offer {
        Ok(Spec::Static(key)) => Some((key.clone(), candidate.place.clone())),
        _ => None,
    });
    let (key, place) = found.expect("a key that is there without asking");
    let token = key.token.map_or_else(String::new, |token| token.expose_secret().to_owned());
    [key.id, key.secret.expose_secret().to_owned(), token, place]
}

fn refused(settings: &Settings) -> Fault {
    let fault = settings.chain().unwrap().first().unwrap_err();
    assert_eq!(code_of(fault.kind), 4, "{fault}");
    let told = format!("{fault:?}");
    assert!(!told.contains("secret-of") && !told.contains("token-of"), "{told}");
    fault
}

#[test]
fn named_profile_signs_whatever_the_environment_holds() {
    let home = with_variables(Home::new().config(CONFIG).official(OFFICIAL));
    let home = home.variable("ALIBABA_CLOUD_SECURITY_TOKEN", "token-of-env");
    for (name, expected) in [
        ("ops", ["id-of-ops", "secret-of-ops", "", "profile ops"]),
        ("night", ["id-of-night", "secret-of-night", "token-of-night", "profile night"]),
        ("base", ["id-of-base", "secret-of-base", "", "profile base"]),
        ("sts", ["id-of-sts", "secret-of-sts", "token-of-sts", "profile sts"]),
        ("inferred", ["id-of-it", "secret-of-it", "token-of-it", "profile inferred"]),
        ("plain", ["id-of-plain", "secret-of-plain", "", "profile plain"]),
    ] {
        assert_eq!(key(&home.as_profile(name).unwrap()), expected);
    }
    let home = home.variable("EFLOCTL_PROFILE", "night");
    assert_eq!(key(&home.settings())[0], "id-of-night", "a variable names it as well as a flag");
}

#[test]
fn named_profile_without_a_key_fails() {
    let home = with_variables(Home::new().config(CONFIG).official(OFFICIAL));
    for (name, why) in [
        ("bare", "it has no credentials in ~/.config/efloctl/config.toml"),
        ("lost", "has no sts_token"),
        ("empty", "has no access_key"),
        ("robot", "BearerToken"),
    ] {
        let fault = refused(&home.as_profile(name).unwrap());
        assert!(fault.message.contains(&format!("profile {name}")) && fault.message.contains(why), "{fault}");
        assert!(!fault.message.contains("environment"), "no other place is tried: {fault}");
    }
}

#[test]
fn credentials_chain_takes_the_first_source_with_a_key() {
    let home = || Home::new().config(CONFIG).official(OFFICIAL);
    let env = ["id-of-env", "secret-of-env", "", "ALIBABA_CLOUD_ACCESS_KEY_ID"];
    assert_eq!(key(&with_variables(home()).settings()), env);
    let with_token = with_variables(home()).variable("ALIBABA_CLOUD_SECURITY_TOKEN", "token-of-env");
    assert_eq!(
        key(&with_token.settings()),
        ["id-of-env", "secret-of-env", "token-of-env", "ALIBABA_CLOUD_ACCESS_KEY_ID"]
    );
    assert_eq!(key(&home().settings()), ["id-of-ops", "secret-of-ops", "", "profile ops"]);
    let base = ["id-of-base", "secret-of-base", "", "official CLI"];
    assert_eq!(key(&Home::new().official(OFFICIAL).settings()), base);
    let other = Home::new().official(OFFICIAL).variable("ALIBABA_CLOUD_PROFILE", "sts");
    assert_eq!(key(&other.settings()), ["id-of-sts", "secret-of-sts", "token-of-sts", "official CLI"]);
}

#[test]
fn default_profile_without_a_key_still_gives_settings() {
    let config = CONFIG.replace("default_profile = \"ops\"", "default_profile = \"bare\"");
    let settings = Home::new().config(&config).official(OFFICIAL).settings();
    assert_eq!(key(&settings)[3], "official CLI");
    assert_eq!(settings.get(&REGION).unwrap().unwrap().value, "cn-beijing");
    let settings = with_variables(Home::new().config(&config)).settings();
    assert_eq!(
        (key(&settings)[3].as_str(), settings.profile.as_ref().unwrap().value.as_str()),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "bare")
    );
}

#[test]
fn empty_key_variables_are_no_key() {
    let home = Home::new()
        .config(CONFIG)
        .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
        .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
    assert_eq!(key(&home.settings())[3], "profile ops");
    let without_token = with_variables(Home::new()).variable("ALIBABA_CLOUD_SECURITY_TOKEN", "");
    assert_eq!(key(&without_token.settings())[2], "");
}

#[test]
fn half_a_key_in_the_environment_fails() {
    for (set, missing) in [("ID", "SECRET"), ("SECRET", "ID")] {
        let name = |part: &str| format!("ALIBABA_CLOUD_ACCESS_KEY_{part}");
        let home = Home::new().config(CONFIG).official(OFFICIAL).variable(&name(set), "secret-of-env");
        let fault = refused(&home.variable(&name(missing), "").settings());
        assert!(fault.message.contains(&format!("{} is not", name(missing))), "{fault}");
    }
}

#[test]
fn official_profile_that_cannot_be_used_fails() {
    for (name, why) in [("lost", "has no sts_token"), ("empty", "has no access_key"), ("robot", "BearerToken")] {
        let home = Home::new().official(OFFICIAL).variable("ALIBABA_CLOUD_PROFILE", name);
        let fault = refused(&home.settings());
        assert!(fault.message.contains(name) && fault.message.contains(why), "{fault}");
        let config = format!("default_profile = \"{name}\"");
        let fault = refused(&Home::new().config(&config).official(OFFICIAL).settings());
        assert!(fault.message.contains(why), "a default_profile that is broken is not stepped over: {fault}");
    }
    let unreadable = Home::new().official("{\"profiles\": [{\"name\": \"a\", \"access_key_secret\": \"secret-of-a\"");
    let fault = refused(&unreadable.settings());
    assert!(fault.message.contains("~/.aliyun/config.json cannot be read"), "{fault}");
    assert_eq!(key(&with_variables(unreadable).settings())[3], "ALIBABA_CLOUD_ACCESS_KEY_ID", "nobody needs it then");
}

#[test]
fn official_cli_can_be_disabled() {
    let home = || Home::new().official(OFFICIAL);
    let fault = refused(&home().variable("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "True").settings());
    assert!(fault.message.contains("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"), "{fault}");
    for other in ["", "1", "false"] {
        assert_eq!(key(&home().variable("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", other).settings())[3], "official CLI");
    }
}

#[test]
fn credentials_chain_without_a_key_names_each_source() {
    let nothing = refused(&Home::new().settings());
    for line in [
        "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set",
        "default_profile: ~/.config/efloctl/config.toml is not there",
        "official CLI: ~/.aliyun/config.json is not there",
    ] {
        assert!(nothing.message.lines().any(|told| told.trim() == line), "{line} is not in: {nothing}");
    }
    assert!(matches!(nothing.hint.as_deref(), Some(Hint::NoCredentials { profile: None, is_there: false, .. })));
    let config = "[profiles.ops]\naccess_key_id = \"id-of-ops\"\naccess_key_secret = \"secret-of-ops\"\n";
    let unnamed = refused(&Home::new().config(config).official("{}").settings());
    for line in [
        "default_profile: ~/.config/efloctl/config.toml names none",
        "official CLI: ~/.aliyun/config.json has no profile default",
    ] {
        assert!(unnamed.message.lines().any(|told| told.trim() == line), "{line} is not in: {unnamed}");
    }
    let config = "default_profile = \"ops\"\n[profiles.ops]\nregion = \"cn-beijing\"\n";
    let bare = refused(&Home::new().config(config).settings());
    assert!(bare.message.contains("profile ops: it has no credentials"), "{bare}");
}
