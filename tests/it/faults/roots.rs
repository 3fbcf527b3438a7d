//! Where trusted authorities are read from: what was given, the bundle, the folder, each read when nothing before it
//! vouches for a server.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::support::cli::{PROGRAM, has_strace};

/// A server of one authority, and a home with that one's certificate in `issuer/ca.pem`, another's in `other/ca.pem`,
/// and `rubbish/ca.pem`.
fn set_up() -> (Server, Home) {
    let identity = Identity::loopback();
    let other = Identity::of_authority("another authority", &["127.0.0.1"]);
    let server = Server::tls(&identity, |_, _| done());
    let home = Home::for_server(&server)
        .file("issuer/ca.pem", identity.ca_pem())
        .file("other/ca.pem", other.ca_pem())
        .file("rubbish/ca.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
    (server, home)
}

/// The exit code with these variables.
fn code(home: &Home, bundle: Option<&str>, folders: Option<&str>, given: Option<&str>) -> i32 {
    let mut call = home.efloctl().args(["status", "t-1"]);
    for (variable, value) in [("SSL_CERT_FILE", bundle), ("SSL_CERT_DIR", folders), ("EFLOCTL_CA_FILE", given)] {
        if let Some(value) = value {
            call = call.env(variable, value);
        }
    }
    call.run().code
}

#[test]
fn issuer_is_found_in_ca_file_bundle_or_folder() {
    let (_server, home) = set_up();
    let (issuer, other, rubbish) = ("issuer/ca.pem", "other/ca.pem", "rubbish/ca.pem");
    for (bundle, folders, given, expected) in [
        (None, None, None, 5),
        (Some(issuer), None, None, 0),
        (Some(other), None, None, 5),
        (None, Some("issuer"), None, 0),
        (None, Some("other"), None, 5),
        // A folder adds to the bundle, and several to each other.
        (Some(other), Some("issuer"), None, 0),
        (Some(rubbish), Some("issuer"), None, 0),
        (Some("absent.pem"), Some("absent:other:issuer"), None, 0),
        (Some(issuer), Some("other"), None, 0),
        (Some(other), Some("other"), None, 5),
        // What is given adds to both.
        (Some(other), Some("other"), Some(issuer), 0),
        (Some(issuer), Some("other"), Some(other), 0),
        (Some(other), Some("issuer"), Some(other), 0),
        (Some("absent.pem"), None, Some(issuer), 0),
        (Some("absent.pem"), None, Some(other), 5),
        // An empty variable is as good as none.
        (Some(""), Some("issuer"), None, 0),
        (Some(issuer), Some(""), None, 0),
    ] {
        let code = code(&home, bundle, folders, given);
        assert_eq!(code, expected, "SSL_CERT_FILE={bundle:?} SSL_CERT_DIR={folders:?} --ca-file {given:?}");
    }
}

#[test]
fn machine_without_any_authority_is_told_so() {
    let (server, home) = set_up();
    for file in ["absent.pem", "rubbish/ca.pem"] {
        let run = home.efloctl().args(["status", "t-1"]).env("SSL_CERT_FILE", file).run().code(5);
        assert!(run.err.contains("this machine trusts no certificate authority"), "{run}");
        assert!(run.err.contains("ca-certificates") && run.err.contains("--ca-file"), "{run}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn most_specific_refusal_of_all_roots_is_told() {
    let (_server, home) = set_up();
    let home = home.file("same_name/ca.pem", Identity::loopback().ca_pem());
    for (bundle, folder) in [("same_name/ca.pem", "other"), ("other/ca.pem", "same_name")] {
        let call = home.efloctl().args(["status", "t-1"]).env("SSL_CERT_FILE", bundle).env("SSL_CERT_DIR", folder);
        let run = call.run().code(5);
        assert!(run.err.contains("BadSignature"), "another key has signed it: {run}");
    }
}

/// Runs a status with a role, STS and the API over https, and counts how often each file under the home is opened.
fn opened(bundle: &str, folders: &str) -> BTreeMap<String, usize> {
    let identity = Identity::loopback();
    let (id, secret, token) = ("STS.roots0000", "secret-never-shown", "token-never-shown");
    let api = Server::tls(&identity, |_, _| done()).accept(id, secret, Some(token));
    let role = json!({"Credentials": {
        "AccessKeyId": id, "AccessKeySecret": secret, "SecurityToken": token, "Expiration": "2099-01-01T00:00:00Z",
    }});
    let sts = Server::tls(&identity, move |_, _| Reply::ok(role.clone())).service("AssumeRole", "2015-04-01");
    let other = Identity::of_authority("another authority", &["127.0.0.1"]);
    let home = Home::for_server(&api)
        .config_more("role_arn = \"acs:ram::100000000000:role/ops\"\n")
        .file("issuer/ca.pem", identity.ca_pem())
        .file("other/ca.pem", other.ca_pem());
    let strace = ["-f", "-e", "trace=open,openat", "-o", "calls", PROGRAM, "status", "t-1"];
    let call = home.program("strace").args(strace).env("EFLOCTL_STS_ENDPOINT", sts.url());
    call.env("SSL_CERT_FILE", bundle).env("SSL_CERT_DIR", folders).run().code(0);
    assert_eq!((sts.count(), api.count()), (1, 1));
    let calls = home.read("calls");
    let names = calls.lines().filter_map(|line| line.split('"').nth(1));
    let mut opened = BTreeMap::new();
    for name in names.filter(|name| Path::new(name).starts_with("issuer") || Path::new(name).starts_with("other")) {
        *opened.entry(name.to_owned()).or_default() += 1;
    }
    opened
}

#[test]
fn certificates_are_read_once_a_process_and_the_folder_only_for_an_unknown_issuer() {
    if !has_strace() {
        return;
    }
    let files = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 1)).collect::<BTreeMap<_, _>>();
    assert_eq!(opened("issuer/ca.pem", "other"), files(&["issuer/ca.pem"]));
    assert_eq!(opened("other/ca.pem", "issuer"), files(&["issuer", "issuer/ca.pem", "other/ca.pem"]));
}
