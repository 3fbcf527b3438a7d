//! Which config file and which profile, and what is said when there is none of that name.

use super::*;
use crate::exit::code_of;
use crate::fault::Hint;

const CONFIG: &str = r#"
default_profile = "ops"
[profiles.ops]
region = "cn-of-ops"
[profiles.night]
region = "cn-of-night"
[profiles.both]
region = "cn-of-config"
"#;

const OFFICIAL: &str = r#"{"current": "base", "profiles": [
    {"name": "base", "region_id": "cn-of-base"},
    {"name": "lab", "region_id": "cn-of-lab"},
    {"name": "both", "region_id": "cn-of-official"},
    {"name": "bare", "region_id": ""}
]}"#;

/// Name, origin and region of the profile in use.
fn told(settings: &Settings) -> (String, String, String) {
    let chosen = settings.profile.as_ref().expect("a profile is in use");
    let region = settings.get(&REGION).unwrap().expect("it has a region").value;
    (chosen.value.clone(), chosen.origin.to_string(), region)
}

fn words(told: [&str; 3]) -> (String, String, String) {
    let [name, origin, region] = told.map(str::to_owned);
    (name, origin, region)
}

#[test]
fn profile_precedence_flag_variable_default_profile() {
    let home = Home::new().config(CONFIG);
    let default = "default_profile, ~/.config/efloctl/config.toml:2";
    assert_eq!(told(&home.settings()), words(["ops", default, "cn-of-ops"]));
    let home = home.variable("EFLOCTL_PROFILE", "night");
    assert_eq!(told(&home.settings()), words(["night", "EFLOCTL_PROFILE", "cn-of-night"]));
    assert_eq!(told(&home.as_profile("both").unwrap()), words(["both", "--profile", "cn-of-config"]));
    let empty = Home::new().config(CONFIG).variable("EFLOCTL_PROFILE", "");
    assert_eq!(told(&empty.settings()), words(["ops", default, "cn-of-ops"]));
}

#[test]
fn profile_is_named_by_flag_or_variable_alone() {
    let home = Home::new().config(CONFIG);
    assert!(!home.settings().profile.unwrap().origin.is_named());
    assert!(home.as_profile("ops").unwrap().profile.unwrap().origin.is_named());
    assert!(home.variable("EFLOCTL_PROFILE", "ops").settings().profile.unwrap().origin.is_named());
}

#[test]
fn profile_is_looked_up_in_the_config_file_then_official_cli() {
    let home = Home::new().config(CONFIG).official(OFFICIAL);
    for (name, region) in [("night", "cn-of-night"), ("both", "cn-of-config"), ("lab", "cn-of-lab")] {
        assert_eq!(told(&home.as_profile(name).unwrap()), words([name, "--profile", region]));
    }
    let home = home.variable("EFLOCTL_PROFILE", "lab");
    assert_eq!(told(&home.settings()), words(["lab", "EFLOCTL_PROFILE", "cn-of-lab"]));
    let by_default = Home::new().config("default_profile = \"lab\"").official(OFFICIAL);
    let place = "default_profile, ~/.config/efloctl/config.toml:1";
    assert_eq!(told(&by_default.settings()), words(["lab", place, "cn-of-lab"]));
}

#[test]
fn unknown_profile_lists_the_known_names() {
    let home = Home::new().config(CONFIG).official(OFFICIAL);
    let named = home.as_profile("nigth").err().unwrap();
    let home = home.variable("EFLOCTL_PROFILE", "nigth");
    let by_variable = home.load(Flags::default()).err().unwrap();
    let config = CONFIG.replace("default_profile = \"ops\"", "default_profile = \"nigth\"");
    let by_default = Home::new().config(&config).official(OFFICIAL).load(Flags::default()).err().unwrap();
    for (fault, origin) in
        [(named, "--profile"), (by_variable, "EFLOCTL_PROFILE"), (by_default, "~/.config/efloctl/config.toml:2")]
    {
        assert_eq!(code_of(fault.kind), 2);
        assert!(fault.message.contains("nigth") && fault.message.contains(origin), "{fault}");
        let hint = format!("{:?}", fault.hint.unwrap());
        for name in ["ops", "night", "both", "base", "lab", "bare"] {
            assert!(hint.contains(name), "{name} is not in: {hint}");
        }
    }
    let nowhere = Home::new().as_profile("ops").err().unwrap();
    assert_eq!(code_of(nowhere.kind), 2);
    assert_eq!(*nowhere.hint.unwrap(), Hint::NoProfiles { config: "~/.config/efloctl/config.toml".to_owned() });
}

#[test]
fn no_profile_is_in_use_without_a_name() {
    for home in [Home::new(), Home::new().config("[profiles.ops]\nregion = \"cn-of-ops\"")] {
        let settings = home.settings();
        assert!(settings.profile.is_none());
        assert!(settings.get(&REGION).unwrap().is_none(), "a profile that is not in use gives nothing");
    }
}

#[test]
fn region_is_filled_last_from_the_official_profile() {
    let region = |home: &Home| home.settings().get(&REGION).unwrap().map(|region| region.value);
    let home = || Home::new().official(OFFICIAL);
    assert_eq!(region(&home()).as_deref(), Some("cn-of-base"), "its current one");
    assert_eq!(region(&home().variable("ALIBABA_CLOUD_PROFILE", "lab")).as_deref(), Some("cn-of-lab"));
    assert_eq!(region(&home().variable("ALIBABA_CLOUD_PROFILE", "")).as_deref(), Some("cn-of-base"));
    assert_eq!(region(&home().variable("ALIBABA_CLOUD_PROFILE", "bare")), None);
    let named = home().variable("ALIBABA_CLOUD_PROFILE", "lab").as_profile("both").unwrap();
    assert_eq!(named.get(&REGION).unwrap().unwrap().value, "cn-of-official", "the one that was named");
    let unnamed = r#"{"profiles": [{"name": "other"}, {"name": "default", "region_id": "cn-of-default"}]}"#;
    assert_eq!(region(&Home::new().official(unnamed)).as_deref(), Some("cn-of-default"));
}

#[test]
fn config_file_precedence_flag_variable_default_place() {
    let region = |text: &str| format!("[defaults]\nregion = \"{text}\"\n");
    let home = Home::new().config(&region("cn-of-folder")).file("xdg/efloctl/config.toml", &region("cn-of-xdg"));
    let home = home.file("variable.toml", &region("cn-of-variable")).file("flag.toml", &region("cn-of-flag"));
    let found = |home: &Home, flags: Flags| home.load(flags).unwrap().get(&REGION).unwrap().unwrap().value;
    assert_eq!(found(&home, Flags::default()), "cn-of-folder");
    let xdg = home.folder.path().join("xdg").to_str().unwrap().to_owned();
    let home = home.variable("XDG_CONFIG_HOME", &xdg);
    assert_eq!(found(&home, Flags::default()), "cn-of-xdg");
    let home = home.variable("EFLOCTL_CONFIG", "~/variable.toml");
    assert_eq!(found(&home, Flags::default()), "cn-of-variable");
    let flag = home.folder.path().join("flag.toml");
    assert_eq!(found(&home, Flags::new(Some(flag), None)), "cn-of-flag");
}

#[test]
fn named_config_file_must_exist() {
    let home = Home::new().config(CONFIG).variable("EFLOCTL_CONFIG", "~/nowhere.toml");
    let by_variable = home.load(Flags::default()).err().unwrap();
    let by_flag = home.load(Flags::new(Some("/nowhere.toml".into()), None)).err().unwrap();
    for (fault, origin) in [(by_variable, "EFLOCTL_CONFIG"), (by_flag, "--config")] {
        assert_eq!(code_of(fault.kind), 2);
        assert!(fault.message.contains("nowhere.toml") && fault.message.contains(origin), "{fault}");
    }
    assert!(!Home::new().settings().config.exists, "one that nobody named need not be");
}

#[test]
fn config_list_marks_the_profile_in_use() {
    let home = Home::new().config(CONFIG).official(OFFICIAL);
    let in_use = |settings: &Settings| -> Vec<(String, String)> {
        let marked = settings.profiles().into_iter().filter(|profile| profile.in_use);
        marked.map(|profile| (profile.name, profile.file)).collect()
    };
    let names: Vec<String> = home.settings().profiles().into_iter().map(|profile| profile.name).collect();
    assert_eq!(names, ["ops", "night", "both", "base", "lab", "both", "bare"]);
    let config = || "~/.config/efloctl/config.toml".to_owned();
    assert_eq!(in_use(&home.settings()), [("ops".to_owned(), config())]);
    assert_eq!(in_use(&home.as_profile("both").unwrap()), [("both".to_owned(), config())]);
    let lab = home.as_profile("lab").unwrap();
    assert_eq!(in_use(&lab), [("lab".to_owned(), "~/.aliyun/config.json".to_owned())]);
}
