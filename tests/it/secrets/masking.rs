//! Secrets that others hand back or leave lying about: a server that quotes them, files, a crash.

#[cfg(unix)]
use std::io::Write;

use super::*;
#[cfg(unix)]
use crate::support::cli::PROGRAM;

#[test]
fn secret_quoted_by_the_server_is_masked() {
    let encoded = TOKEN.replace('-', "%2D");
    let quotes = [
        // What the service says of a signature that does not match: all that was to be signed.
        format!("Server StringToSign is POST\n/\n\nhost:h\nx-acs-security-token:{TOKEN}\n\nhost;x-acs-security-token"),
        // Cut in the middle of the token, by us and by the server.
        format!("{}{TOKEN}", "x".repeat(285)),
        format!("x-acs-security-token:{}", &TOKEN[..20]),
        format!("x-acs-security-token={encoded}&x"),
        format!("the secret is {KEY_SECRET}"),
        format!("Authorization: ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature={}", "0af".repeat(20)),
    ];
    let account = |text: &str| json!({"Code": "SignatureDoesNotMatch", "Message": text, "RequestId": text});
    for quote in &quotes {
        let replies = [
            Reply::json(400, account(quote)),
            Reply::json(503, json!({"Code": quote, "Message": quote})),
            Reply::bytes(403, "text/xml", format!("<Error><Code>{quote}</Code><Message>{quote}</Message></Error>")),
            Reply::bytes(403, "text/html", format!("<title>{quote}</title>")),
            Reply::bytes(502, "text/html", format!("<h1>{quote}</h1>")),
            Reply::json(302, "").header("location", format!("https://h.invalid/?{}", quote.replace('\n', " "))),
            Reply::bytes(200, "text/html", quote.clone()),
            Reply::ok(json!({"Invocations": quote})),
            Reply::ok(json!({"Invocations": {"Invocation": quote}})),
        ];
        for reply in replies {
            let server = Server::unsigned(move |_, _| reply.clone());
            let text = format!(
                "default_profile = \"t\"\n[profiles.t]\nendpoint = \"{0}\"\nsts_endpoint = \"{0}\"\nretries = 0\n\
                 grace = 0\naccess_key_id = \"STStemporarykey1\"\naccess_key_secret = \"{KEY_SECRET}\"\n\
                 sts_token = \"{TOKEN}\"\n",
                server.url()
            );
            let home = Home::new().config(&text);
            for args in [&["status", "t-1", "-vv"][..], &["watch", "t-1", "-o", "jsonl"], &["doctor", "-vv"]] {
                keeps_secrets(&home.run(args));
            }
        }
    }
}

#[test]
fn no_secret_in_any_written_file() {
    let (server, home) = temporary(Reply::ok(partial()));
    // The doctor looks at the host before it signs.
    let _server = server.expect_bad_signatures();
    let call = home.efloctl().args(["watch", "t-1", "-vv", "--github", "--junit", "junit", "--record", "record"]);
    let run = call.env("GITHUB_STEP_SUMMARY", "summary").env("GITHUB_OUTPUT", "output").run().code(3);
    keeps_secrets(&run);
    for file in ["junit", "record", "summary", "output"] {
        keeps_secrets_text(&home.read(file));
    }
    for args in [&["config", "show", "-vv"][..], &["config", "show", "-o", "json"], &["doctor", "-vv", "-o", "json"]] {
        keeps_secrets(&home.efloctl().args(args).env("EFLOCTL_STS_ENDPOINT", "http://127.0.0.1:1").run());
    }
}

#[test]
#[cfg(unix)]
fn crash_writes_no_core_dump() {
    for signal in ["ABRT", "QUIT"] {
        let (server, home) = temporary(Reply::hang());
        // A shell that crashes in the same surroundings shows whether the system writes core files at all.
        let control = format!("ulimit -c unlimited; kill -{signal} $$");
        if !home.program("sh").args(["-c", &control]).run().dumped_core {
            let _ = writeln!(std::io::stderr(), "skipped in part: this system writes no core files");
        }
        let script = format!("ulimit -c unlimited; exec {PROGRAM} status t-1 -vv");
        let running = home.program("sh").args(["-c", &script]).spawn();
        server.wait_for_requests(1);
        for core in cores(&home) {
            std::fs::remove_file(core).expect("the shell's core file");
        }
        running.signal(signal);
        let run = running.finish();
        assert!(run.code > 128, "{run}");
        assert!(!run.dumped_core && cores(&home).is_empty(), "{signal}: {:?}: {run}", cores(&home));
        keeps_secrets(&run);
    }
}

#[cfg(unix)]
fn cores(home: &Home) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(home.path()).expect("the home").map(|file| file.expect("a file").path());
    files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("core"))).collect()
}

#[test]
fn endpoint_with_a_password_is_refused_and_not_shown() {
    let endpoint = format!("https://user:{KEY_SECRET}@gateway.invalid");
    let config = Home::new().config(&format!("[defaults]\nendpoint = \"{endpoint}\"\n"));
    let bare = Home::new();
    for call in [
        bare.efloctl().args(["status", "t-1", "--endpoint", &endpoint]),
        bare.efloctl().args(["status", "t-1"]).env("EFLOCTL_ENDPOINT", &endpoint),
        bare.efloctl().args(["config", "show"]).env("EFLOCTL_STS_ENDPOINT", &endpoint),
        config.efloctl().args(["status", "t-1"]),
    ] {
        let run = call.run().code(2);
        keeps_secrets(&run);
        assert!(run.err.contains("https://…@gateway.invalid") && run.err.contains("user name"), "{run}");
    }
}
