//! What a safety policy lets be called, for each of the places where it can stand.

use super::super::Flags;
use super::*;
use crate::exit::code_of;
use tempfile::TempDir;

const FILE: &str = "~/.aliyun/safety-policy.json";

/// What becomes of SendFile, which changes something, and of DescribeSendFileResults, which looks.
fn clearances(file: Option<&str>, variables: &[(&str, &str)]) -> [Result<Option<String>, Fault>; 2] {
    let home = TempDir::new().unwrap();
    if let Some(text) = file {
        std::fs::create_dir(home.path().join(".aliyun")).unwrap();
        std::fs::write(home.path().join(".aliyun/safety-policy.json"), text).unwrap();
    }
    let settings = Settings::load(Flags::default(), Environment::of_test(home.path(), variables)).unwrap();
    [settings.clearance("SendFile", true), settings.clearance("DescribeSendFileResults", false)]
}

fn told(clearance: &Result<Option<String>, Fault>) -> String {
    match clearance {
        Ok(Some(told)) if told.starts_with("the rule ") => format!("confirm: {told}"),
        Ok(Some(_)) => "warned".to_owned(),
        Ok(None) => "allowed".to_owned(),
        Err(fault) => {
            assert_eq!(code_of(fault.kind), 4);
            format!("refused: {}", fault.message)
        }
    }
}

fn policy(rules: &[(&str, &str)]) -> String {
    let rules = rules.iter().map(|(pattern, action)| format!(r#"{{"pattern":"{pattern}","action":"{action}"}}"#));
    format!(r#"{{"enabled":true,"rules":[{}]}}"#, rules.collect::<Vec<_>>().join(","))
}

#[test]
fn safety_policy_first_matching_rule_decides() {
    for (rules, send, look) in [
        (&[][..], "allowed", "allowed"),
        (&[("eflo-controller:SendFile", "deny")], "refused", "allowed"),
        (&[("*:Describe*", "deny")], "allowed", "refused"),
        (&[("EFLO-Controller:send*", "deny")], "refused", "allowed"),
        (&[(" eflo-controller:* ", " confirm ")], "confirm", "allowed"),
        (&[("*", "forbid")], "confirm", "allowed"),
        (&[("ecs:*", "deny"), ("eflo:*", "deny"), ("eflo-controller:Send", "deny")], "allowed", "allowed"),
        (&[("*:Send*", ""), ("*", "deny")], "allowed", "refused"),
        (&[("*:Send*", "confirm"), ("*:SendFile", "deny")], "confirm", "allowed"),
        (&[("*controller*File", "deny")], "refused", "allowed"),
    ] {
        let found = clearances(Some(&policy(rules)), &[]);
        assert!(told(&found[0]).starts_with(send), "{rules:?}: {}", told(&found[0]));
        assert!(told(&found[1]).starts_with(look), "{rules:?}: {}", told(&found[1]));
    }
}

#[test]
fn safety_policy_refusal_names_the_rule_and_its_place() {
    let denied = clearances(Some(&policy(&[("*:Send*", "deny")])), &[]);
    let expected = format!("refused: SendFile is not called: the rule *:Send* of {FILE} denies it");
    assert_eq!(told(&denied[0]), expected);
    let confirmed = clearances(Some(&policy(&[("*:Send*", "confirm")])), &[]);
    assert_eq!(told(&confirmed[0]), format!("confirm: the rule *:Send* of {FILE}"));
    let by_variable = clearances(None, &[(RULES, "*:Send*=deny")]);
    assert!(told(&by_variable[0]).contains(&format!("the rule *:Send* of {RULES} denies it")));
}

#[test]
fn safety_policy_that_cannot_be_read_refuses_send_and_warns_on_describe() {
    for text in [
        "",
        "{",
        r#"{"enabled": true, "rules": [{"pattern": "*:Send*", "action": "de"#,
        r#"{"enabled": "yes"}"#,
        r#"{"enabled": true, "rules": {}}"#,
        r#"{"enabled": true, "rules": [{"pattern": "*", "action": "block"}]}"#,
        r#"{"enabled": true, "rules": [{"pattern": "", "action": "deny"}]}"#,
    ] {
        let found = clearances(Some(text), &[]);
        assert!(told(&found[0]).starts_with("refused: SendFile is not called: the safety policy of"), "{text}");
        assert_eq!(told(&found[1]), "warned", "{text}");
    }
    for rules in ["*:Send*", "*:Send*=block", "=deny", "ecs:*=deny,oops"] {
        let found = clearances(None, &[(RULES, rules)]);
        assert_eq!(
            (told(&found[0]).split(':').next().unwrap(), told(&found[1]).as_str()),
            ("refused", "warned"),
            "{rules}"
        );
    }
}

#[test]
fn safety_policy_variables_replace_switch_and_rules() {
    let denying = policy(&[("*:Send*", "deny")]);
    let (off, cut) = (denying.replace("true", "false"), denying[..20].to_owned());
    for (file, variables, send) in [
        (Some(&off), &[][..], "allowed"),
        (Some(&off), &[(ENABLED, "1")], "refused"),
        (Some(&off), &[(ENABLED, "yes")], "allowed"),
        (Some(&denying), &[(ENABLED, "F")], "allowed"),
        (Some(&denying), &[(ENABLED, "no")], "refused"),
        (Some(&denying), &[(RULES, "")], "allowed"),
        (Some(&denying), &[(RULES, "ecs:*=deny, *:send* = confirm")], "confirm"),
        (Some(&denying), &[(RULES, "oops")], "refused"),
        (Some(&off), &[(RULES, "*=deny")], "allowed"),
        (Some(&cut), &[(RULES, "ecs:*=deny")], "refused"),
        (Some(&cut), &[(RULES, "")], "refused"),
        (Some(&cut), &[(RULES, ""), (ENABLED, "false")], "allowed"),
        (None, &[(RULES, "*=deny")], "refused"),
        (None, &[(RULES, "*=deny"), (ENABLED, "false")], "allowed"),
    ] {
        let found = told(&clearances(file.map(String::as_str), variables)[0]);
        assert!(found.starts_with(send), "{file:?} {variables:?}: {found}");
    }
}

#[test]
fn safety_policy_beside_the_named_config_file_holds_too() {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("config.json"), "{}").unwrap();
    std::fs::write(home.path().join("safety-policy.json"), policy(&[("*:Send*", "deny")])).unwrap();
    let file = home.path().join("config.json");
    let variables = [("ALIBABA_CLOUD_CONFIG_FILE", file.to_str().unwrap())];
    let settings = Settings::load(Flags::default(), Environment::of_test(home.path(), &variables)).unwrap();
    assert!(told(&settings.clearance("SendFile", true)).starts_with("refused"));
}
