//! A fault for people and for programs: what happened, what to do next, the API's code and RequestId. The one place
//! where the hints of the rooms below get their flags and commands.

use crate::catalog;
use crate::fault::{Fault, Hint};
use crate::terminal::Surface;
use crate::text::{Text, to_json, wrapped};
use serde::Serialize;

/// Gives a fault as the lines that follow `efloctl: error: `.
pub fn fault_text(fault: &Fault, surface: Surface) -> String {
    let width = surface.width.map_or(usize::MAX, |width| width.saturating_sub(11).max(20));
    let mut text = fault.message.clone();
    // A line with an indentation of its own is to be copied as it is.
    let broken = |line: &str| if line.starts_with(' ') { vec![line.to_owned()] } else { wrapped(line, width) };
    let request_id = fault.request_id.as_ref().map(Text::safe_word);
    for (label, value) in [("next:", fault_hint(fault)), ("request:", request_id)] {
        for (at, line) in value.unwrap_or_default().lines().flat_map(broken).enumerate() {
            let label = if at == 0 { label } else { "" };
            text.push_str(&format!("\n  {label:<9}{line}"));
        }
    }
    text
}

/// Gives a failure of efloctl itself as one line of JSON, with the code that the process ends with.
pub fn fault_json(fault: &Fault, exit_code: u8) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        schema_version: u8,
        error: Failure<'a>,
    }
    #[derive(Serialize)]
    struct Failure<'a> {
        #[serde(flatten)]
        fault: FaultDocument<'a>,
        exit_code: u8,
    }
    to_json(&Line { schema_version: 1, error: Failure { fault: FaultDocument::new(fault), exit_code } })
}

/// Shows a fault within a document.
#[derive(Serialize)]
pub struct FaultDocument<'a> {
    #[serde(flatten)]
    fault: &'a Fault,
    hint: Option<String>,
}

impl<'a> FaultDocument<'a> {
    pub fn new(fault: &'a Fault) -> Self {
        FaultDocument { fault, hint: fault_hint(fault) }
    }
}

/// Lists the codes that come of a wrong set-up: of the clock, of the endpoint, of a proxy before it.
const OF_THE_SETUP: [&str; 5] = ["InvalidTimeStamp", "Missing", "InvalidApi", "InvalidAction", "InvalidProduct"];

/// Says what to do next: by the fault's own hint, else by the catalog's remedy for its code.
pub fn fault_hint(fault: &Fault) -> Option<String> {
    if let Some(hint) = &fault.hint {
        return Some(worded(hint));
    }
    let code = fault.code.as_ref()?.as_written();
    let known = catalog::api_error(code).map(|entry| entry.remedy);
    let remedy = known.unwrap_or("look the code up in the API's pages; a support case wants the request id");
    let is_of_setup = known.is_some() && OF_THE_SETUP.iter().any(|start| code.starts_with(start));
    Some(if is_of_setup { format!("{remedy}; efloctl doctor checks the set-up") } else { remedy.to_owned() })
}

/// Words a hint: a sentence, perhaps with lines below it that are to be written into a file.
fn worded(hint: &Hint) -> String {
    let text: &str = match hint {
        Hint::Text(text) => text,
        Hint::CheckEndpoint => "check --endpoint, and what proxy or gateway stands before it",
        Hint::Redirected => "check --endpoint, and whether a proxy wants a login",
        Hint::CertificateOfAnotherName => {
            "the certificate is for another name: check --endpoint, and whether a proxy answers instead"
        }
        Hint::NoTls => "check --endpoint and its port, and whether a proxy answers instead",
        Hint::UnknownAuthority => {
            "a server of your own needs --ca-file with its CA; a proxy that inspects TLS needs the proxy's CA"
        }
        Hint::NoAuthorities => {
            "install the system's CA certificates (package ca-certificates), or name some with --ca-file"
        }
        Hint::SlowAnswer => {
            "see whether the network is slow or blocked; --request-timeout gives calls of the API more time"
        }
        Hint::NoSuchHost => "check the region or --endpoint, and the name service of this machine",
        Hint::NoConnection => "check the network, HTTPS_PROXY, and the region or --endpoint",
        Hint::LargeAnswer => "ask for one node with --node",
        Hint::NoSuchInvocation => {
            "check the id, the region and the account: an id is known only where the file was sent from"
        }
        Hint::NoSuchNode => "check the node id; efloctl status lists those the file was sent to",
        Hint::NotARecording => {
            "a recording is what watch --record writes, or the JSON that \
             aliyun eflo-controller describe-send-file-results prints"
        }
        Hint::AliyunLogin { profile, mode } => {
            &format!("log in again: aliyun configure --profile {profile} --mode {mode}")
        }
        Hint::AliyunConfigure { profile: Some(profile) } => {
            &format!("mend it with aliyun configure --profile {profile}")
        }
        Hint::AliyunConfigure { profile: None } => "mend it, for example with aliyun configure",
        Hint::AliyunProfiles => "aliyun configure list shows those it has",
        Hint::MendOrNameProfile => "mend that file, or name a profile with --profile",
        Hint::NoCredentials { config, profile, is_there } => &no_credentials(config, profile.as_deref(), *is_there),
        Hint::SafetyPolicy => "aliyun configure safety-policy lists and changes its rules; who set them may say why",
        Hint::NoRegion => "give --region, set EFLOCTL_REGION, or put region = \"cn-wulanchabu\" into the profile",
        Hint::NoConfigFolder => "set HOME, or name a file with --config",
        Hint::WhichConfig => "efloctl config path says which file is meant",
        Hint::MissingAction(action) => &format!("have {action} allowed in RAM; efloctl help permissions has a policy"),
        Hint::NoNodesRemembered => "efloctl nodes without --cached lists them",
        Hint::GroupIdsNotRemembered => {
            "ids of groups are not remembered, only their names: without --cached --group takes both"
        }
        Hint::NoProfiles { config } => &format!("efloctl config init writes one, or add it to {config}"),
    };
    text.to_owned()
}

/// Says what to write into the config file, as it is right for that file.
fn no_credentials(config: &str, profile: Option<&str>, is_there: bool) -> String {
    const KEYS: &str = "access_key_id = \"LTAI...\"\n  access_key_secret = \"...\"";
    match profile {
        Some(profile) => format!("put its key into [profiles.{profile}] of {config}:\n  {KEYS}"),
        None if is_there => {
            format!("three lines at the end of {config} and --profile ops would do:\n  [profiles.ops]\n  {KEYS}")
        }
        None => format!(
            "efloctl config init asks for a key, or these three lines in {config} would do:\n  \
             default_profile = \"ops\"\n  profiles.ops.access_key_id = \"LTAI...\"\n  \
             profiles.ops.access_key_secret = \"...\""
        ),
    }
}
