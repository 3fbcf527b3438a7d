//! The official CLI's safety policy, by which an organisation denies operations or wants them confirmed. It holds here
//! too. Where it cannot be read that CLI lets every operation pass; efloctl lets none pass that changes something.

use super::official_cli::Fields;
use super::{Environment, Settings};
use crate::fault::{Fault, Hint};
use crate::files::read_small_text;
use crate::text::{safe, shortened};
use std::path::{Path, PathBuf};
use wildmatch::WildMatchPattern;

const ENABLED: &str = "ALIBABA_CLOUD_SAFETY_POLICY_ENABLED";
const RULES: &str = "ALIBABA_CLOUD_SAFETY_POLICY_RULES";
/// Names the service as the policy does.
const PRODUCT: &str = "eflo-controller";

enum Action {
    Allow,
    Confirm,
    Deny,
}

struct Rule {
    pattern: String,
    action: Action,
}

/// Holds the rules of one place.
struct SafetyPolicy {
    place: String,
    is_enabled: bool,
    /// Holds the rules in their order, each as it was read or with why it cannot be understood.
    rules: Vec<Result<Rule, String>>,
}

impl Settings {
    /// Says whether the safety policy lets an operation of the service be called. To be asked before its first call.
    /// Gives what to tell first: of an operation that `changes` something the rule that wants it confirmed, of any
    /// other what cannot be understood of the policy. Fails if a rule denies the operation, or if it changes something
    /// and the policy cannot be understood.
    pub fn clearance(&self, operation: &str, changes: bool) -> Result<Option<String>, Fault> {
        let call = format!("{PRODUCT}:{operation}");
        let refused =
            |why: String| Fault::credentials(format!("{operation} is not called: {why}")).hint(Hint::SafetyPolicy);
        // A pattern matches a whole call, in any case. `*` stands for any run of characters.
        let matches = |rule: &&Rule| WildMatchPattern::<'*', '\0'>::new_case_insensitive(&rule.pattern).matches(&call);
        let mut first = None;
        for SafetyPolicy { place, rules, .. } in policies(&self.environment) {
            if let Some(problem) = rules.iter().find_map(|rule| rule.as_ref().err()) {
                let problem = format!("the safety policy of {place} cannot be understood: {problem}");
                if changes {
                    return Err(refused(problem));
                }
                first.get_or_insert(problem);
            }
            let Some(rule) = rules.iter().flatten().find(matches) else { continue };
            let shown = format!("the rule {} of {place}", shortened(&rule.pattern));
            match rule.action {
                Action::Deny => return Err(refused(format!("{shown} denies it"))),
                Action::Confirm if changes => drop(first.get_or_insert(shown)),
                Action::Confirm | Action::Allow => {}
            }
        }
        Ok(first)
    }
}

/// Gives the policies in force: that of each file, unless variables replace its rules or its switch.
fn policies(environment: &Environment) -> Vec<SafetyPolicy> {
    let mut policies: Vec<_> = files(environment).iter().filter_map(|path| of_file(path, environment)).collect();
    if let Some(text) = environment.even_if_empty(RULES) {
        let rules: Vec<_> = text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(of_entry).collect();
        let is_enabled = policies.is_empty() || policies.iter().any(|policy| policy.is_enabled);
        // Where no entry can be read the rules of the files stand.
        if rules.is_empty() || rules.iter().any(Result::is_ok) {
            // A file that cannot be understood counts all the same.
            policies.iter_mut().for_each(|policy| policy.rules.retain(Result::is_err));
        }
        policies.push(SafetyPolicy { place: RULES.to_owned(), is_enabled, rules });
    }
    if let Some(is_enabled) = environment.word(ENABLED).and_then(switch) {
        policies.iter_mut().for_each(|policy| policy.is_enabled = is_enabled);
    }
    policies.retain(|policy| policy.is_enabled);
    policies
}

/// Gives the files where a policy may stand: in the folder of the official CLI, and beside the config file that a
/// variable names.
fn files(environment: &Environment) -> Vec<PathBuf> {
    let usual = environment.home.as_ref().map(|home| home.join(".aliyun"));
    let named = environment.variable("ALIBABA_CLOUD_CONFIG_FILE").map(Path::new);
    let named = named.and_then(|file| Some(file.parent()?.to_owned())).filter(|folder| Some(folder) != usual.as_ref());
    usual.into_iter().chain(named).map(|folder| folder.join("safety-policy.json")).collect()
}

/// Reads the policy of a file, if the file is there. One that cannot be understood is in force.
fn of_file(path: &Path, environment: &Environment) -> Option<SafetyPolicy> {
    let read = match read_small_text(path) {
        Ok(text) => of_json(&text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return None,
        Err(e) => Err(e.to_string()),
    };
    let (is_enabled, rules) = match read {
        Ok((is_enabled, rules)) => (is_enabled, rules.into_iter().map(Ok).collect()),
        Err(problem) => (true, vec![Err(problem)]),
    };
    Some(SafetyPolicy { place: environment.shown(path), is_enabled, rules })
}

/// Reads whether a file's policy is enabled, and its rules.
fn of_json(text: &str) -> Result<(bool, Vec<Rule>), String> {
    let odd = |()| "it is not as the official CLI writes it".to_owned();
    let file = Fields::of(text).map_err(drop).map_err(odd)?;
    let rules = file.list("rules").map_err(odd)?;
    let rules = rules.iter().map(|rule| {
        let word = |key: &str| rule.read::<String>(key).map(Option::unwrap_or_default).map_err(odd);
        self::rule(&word("pattern")?, &word("action")?)
    });
    Ok((file.read("enabled").map_err(odd)?.unwrap_or_default(), rules.collect::<Result<_, _>>()?))
}

/// Reads an entry of the variable, such as `*:Delete*=deny`.
fn of_entry(entry: &str) -> Result<Rule, String> {
    match entry.rsplit_once('=') {
        Some((pattern, action)) => rule(pattern, action),
        None => Err(format!("\"{}\" is no PATTERN=ACTION", shortened(entry))),
    }
}

/// Reads a rule. One without an action allows, as for that CLI.
fn rule(pattern: &str, action: &str) -> Result<Rule, String> {
    let action = match action.trim().to_ascii_lowercase().as_str() {
        "" | "allow" => Action::Allow,
        "confirm" | "forbid" => Action::Confirm,
        "deny" => Action::Deny,
        other => return Err(format!("\"{}\" is no action", safe(other))),
    };
    match pattern.trim() {
        "" => Err("a rule has no pattern".to_owned()),
        pattern => Ok(Rule { pattern: pattern.to_owned(), action }),
    }
}

/// Reads a switch as the official CLI does, which is written in Go.
fn switch(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
