//! What fuzzing may reach of settings: the three files with foreign words in them, each as text, and what must hold.
//! Every profile that can be read is turned into a source, as a call would; nothing is asked of anybody.

use crate::credentials::{Missed, Spec};
use crate::fault::Fault;
use crate::output::fault_hint;
use crate::rpc::Key;
use crate::settings::{Config, Environment, NotInUse, OfficialCli, Settings};
use crate::testing::shown::is_shown_safely;
use secrecy::ExposeSecret;
use std::path::Path;

/// Reads `config.toml`.
pub fn config(text: &str) {
    let mut config = empty_config();
    if let Err(fault) = config.read(text) {
        is_told_well(&fault);
        let line = fault.message.split(':').nth(1).and_then(|line| line.parse::<usize>().ok());
        let lines = text.split('\n').count();
        assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "of {lines} lines: {}", fault.message);
        return;
    }
    let settings = settings("", config);
    for profile in &settings.config.profiles {
        is_source_or_told_well(&settings.own_profile(profile, &[]), text);
    }
}

/// Reads the official CLI's `config.json`.
pub fn official(text: &str) {
    let official = OfficialCli::of_text("config.json".to_owned(), text);
    let settings = settings(text, empty_config());
    match official.profiles() {
        Ok(profiles) => {
            for profile in profiles {
                is_source_or_told_well(&settings.official_profile(&profile.name, &[]), text);
            }
        }
        Err(fault) => is_told_well(&fault),
    }
    match official.in_use() {
        Ok(profile) => is_source_or_told_well(&settings.official_profile(&profile.name, &[]), text),
        Err(NotInUse::Absent(why) | NotInUse::LeftOut(why)) => assert!(is_shown_safely(&why), "{why:?}"),
        Err(NotInUse::Missing(fault) | NotInUse::Unreadable(fault)) => is_told_well(&fault),
    }
}

/// Reads the official SDKs' `credentials.ini`.
pub fn ini(text: &str) {
    match settings("", empty_config()).ini_text(text, "credentials.ini") {
        Err(Missed::Absent(why)) => assert!(is_shown_safely(&why), "{why:?}"),
        Err(Missed::Failed(fault)) => is_told_well(&fault),
        Ok(spec) => is_source_or_told_well(&Ok(spec), text),
    }
}

fn empty_config() -> Config {
    let mut config = Config::default();
    config.shown = "config.toml".to_owned();
    config
}

/// Gives the settings of an empty home, but for these files.
fn settings(official: &str, config: Config) -> Settings {
    let official = OfficialCli::of_text("config.json".to_owned(), official);
    Settings::of_files(official, config, Environment::of_test(Path::new("/home/nobody"), &[]))
}

fn is_source_or_told_well(source: &Result<Spec, Fault>, text: &str) {
    match source {
        Ok(spec) => {
            assert!(is_shown_safely(&spec.described()), "{:?}", spec.described());
            if let Spec::Static(key) = spec {
                shows_no_secret(key, &format!("{spec:?}"), text);
            }
        }
        Err(fault) => is_told_well(fault),
    }
}

fn is_told_well(fault: &Fault) {
    let hint = fault_hint(fault).unwrap_or_default();
    assert!(is_shown_safely(&fault.message) && is_shown_safely(&hint), "{fault:?}");
}

/// Asserts that a secret that stands once in the file does not stand in what is shown of it. Those of the cases begin
/// in `hidden-`; any other could be a word that is shown anyway.
fn shows_no_secret(key: &Key, shown: &str, text: &str) {
    let secret = key.secret.expose_secret();
    let stands_once = text.matches(secret).count() == 1 && !text.contains('\\');
    let is_telling = secret.starts_with("hidden-") && stands_once;
    assert!(!is_telling || !shown.contains(secret), "{shown}");
}
