//! Mistakes in a config file, and what is said of them.

use super::super::source::Base;
use super::super::{REGION, RETRIES, TIMEOUT};
use super::credentials::KEYS;
use super::*;
use crate::credentials::Spec;
use tempfile::TempDir;

fn load(text: &str) -> Result<Config, Fault> {
    let home = TempDir::new().unwrap();
    let path = home.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(&path), &Environment::of_test(home.path(), &[]))
}

#[test]
fn config_example_can_be_loaded() {
    let config = load(include_str!("../../../config.example.toml")).unwrap();
    assert_eq!(config.default_profile.unwrap().value, "ops");
    let names: Vec<&str> = config.profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["ops"]);
    assert_eq!(config.profiles[0].layer.get(REGION.any.key).unwrap().value, "cn-wulanchabu");
}

#[test]
fn config_example_names_every_key() {
    let example = include_str!("../../../config.example.toml");
    for key in in_files().map(|setting| setting.key).chain(KEYS).chain(TOP_KEYS) {
        assert!(example.contains(key), "{key} is not in the example");
    }
    let uncommented: String = example
        .lines()
        .map(|line| {
            line.strip_prefix("# ").filter(|rest| rest.starts_with('[') || rest.contains(" = ")).unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(load(&uncommented).unwrap().profiles.len(), 9);
}

#[test]
fn config_mistake_is_told_with_line_and_nearest_key() {
    for (text, line, word, nearest) in [
        ("[profiles.ops]\nregoin = \"x\"\n", 2, "regoin", "region"),
        ("default_profil = \"x\"", 1, "default_profil", "default_profile"),
        ("[defaults]\n\nacces_key_id = 1", 3, "acces_key_id", ""),
        ("[profiles.ops]\nacces_key_id = \"x\"", 2, "acces_key_id", "access_key_id"),
    ] {
        let fault = load(text).err().unwrap();
        assert!(fault.message.contains(&format!("config.toml:{line}: ")), "{}", fault.message);
        assert!(fault.message.contains(word), "{}", fault.message);
        assert!(format!("{:?}", fault.hint.unwrap()).contains(nearest));
    }
}

#[test]
fn config_wrong_value_is_told_with_line_and_reason() {
    for (text, reason) in [
        ("[defaults]\ninterval = \"5\"", ":2: interval \"5\" has no unit"),
        ("[defaults]\ninterval = 5", ":2: interval \"5\" has no unit"),
        ("[profiles.a]\nregion = true", ":2: region must be text"),
        ("[profiles.a]\nendpoint = \"http://example.com\"", ":2: endpoint"),
        ("profiles = 3", ":1: profiles must be a table"),
        ("[profiles.a]\nsts_token = \"x\"", ":1: profile a has sts_token without"),
        ("[profiles.a]\naccess_key_id = \"x\"", ":1: profile a has access_key_id without"),
        ("[profiles.a\n", ":1: is not TOML"),
    ] {
        let fault = load(text).err().unwrap();
        assert!(fault.message.contains(reason), "{text}: {}", fault.message);
    }
}

#[test]
fn config_mistake_shows_no_secret() {
    for text in [
        "[profiles.a]\naccess_key_secret = \"hidden-secret\" oops",
        "[profiles.a]\naccess_key_secret = [\"hidden-secret\"]",
        "[profiles.a]\naccess_key_secret = \"hidden-secret",
        "[profiles.a]\naccess_key_id = \"i\"\naccess_key_secret = \"hidden-secret\"\nsts_token = 5",
    ] {
        let fault = load(text).err().unwrap();
        assert!(!format!("{fault:?}").contains("hidden-secret"), "{fault:?}");
    }
}

#[test]
fn first_config_holds_any_text() {
    for text in ["plain", "\"\\' = # \n", "a\u{0}\u{1b}\u{7f}\t灵\u{2028}", "\\u0041", "a.b"] {
        let (region, access_key_id, access_key_secret) = ("cn-beijing".to_owned(), text.to_owned(), "s".to_owned());
        let written = first_config(text, &FirstProfile::Own { region, access_key_id, access_key_secret });
        let config = load(&written).unwrap();
        assert_eq!(config.default_profile.unwrap().value, text, "{written}");
        let profile = &config.profiles[0];
        assert_eq!(profile.name, text);
        assert!(
            matches!(&profile.credentials.base, Some(Base::Spec(Spec::Static(key))) if key.id == text.trim()),
            "{written}"
        );
    }
}

#[test]
fn config_numbers_need_no_quotes() {
    let config = load("[defaults]\nretries = 2\ntimeout = 0\n").unwrap();
    assert_eq!(config.defaults.get(RETRIES.any.key).unwrap().value, "2");
    assert_eq!(config.defaults.get(TIMEOUT.any.key).unwrap().value, "0");
}
