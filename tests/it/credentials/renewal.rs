//! Keys that end while they are needed: renewed before their end, and once when the API calls one expired.

use super::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A credentials URI that gives a new key each time, good for so many seconds, and when it gave which.
fn issuing(seconds: i64) -> (Server, Arc<Mutex<HashMap<String, Instant>>>) {
    let issued = Arc::new(Mutex::new(HashMap::new()));
    let log = Arc::clone(&issued);
    let server = Server::unsigned(move |_, n| {
        let expires = Timestamp::now() + SignedDuration::from_secs(seconds);
        let session = nth(n).until(&expires.to_string());
        log.lock().unwrap().insert(session.id.clone(), Instant::now());
        Reply::ok(session.plain())
    });
    (server, issued)
}

fn nth(n: usize) -> Session {
    Session::new(&format!("nth{n}"))
}

/// An API that takes the first keys of such a URI.
fn taking(server: Server) -> Server {
    let sessions: Vec<Session> = (0..20).map(nth).collect();
    accepting(server, &sessions.iter().collect::<Vec<_>>())
}

fn home(uri: &Server) -> Home {
    let config = format!("default_profile = \"sidecar\"\n[profiles.sidecar]\ncredentials_uri = \"{}\"\n", uri.url());
    Home::new().config(&config)
}

fn watch(home: &Home, api: &Server) -> Efloctl {
    home.efloctl()
        .args(["watch", "-o", "jsonl", "--interval", "1s", "--retries", "0", "--endpoint", &api.url()])
        .env("EFLOCTL_STS_ENDPOINT", NOWHERE)
        .env("EFLOCTL_METADATA_ENDPOINT", NOWHERE)
}

fn events(run: &Run, kind: &str) -> usize {
    run.jsonl().iter().filter(|event| event["type"] == kind).count()
}

fn expired() -> Reply {
    Reply::error(403, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
}

fn success() -> Reply {
    Reply::ok(Answer::new("Success").nodes(1, "Success"))
}

#[test]
fn watch_renews_expiring_keys_and_misses_no_poll() {
    let (uri, issued) = issuing(5);
    let api = taking(Server::with(move |request, n| {
        let issued = issued.lock().unwrap()[&signer(request)];
        // A call may be on its way for a while.
        if issued.elapsed() >= Duration::from_millis(5500) {
            return expired();
        }
        let status = if n < 7 { "Running" } else { "Success" };
        Reply::ok(Answer::new(status).node("e01-cn-a", "Success").node("e01-cn-b", status))
    }));
    let run = answered(watch(&home(&uri), &api).args(["t-1"]));
    assert_eq!((api.count(), events(&run, "retry"), events(&run, "result")), (8, 0, 1), "{run}");
    let signers = signers(&api);
    assert!(signers[0] == nth(0).id && signers[7] != nth(0).id, "{signers:?}");
    assert!((2..=3).contains(&uri.count()), "one renewal a key, shortly before its end: {}", uri.count());
}

#[test]
fn expired_key_is_replaced_once_and_the_call_repeated() {
    let (uri, _) = issuing(3600);
    let api = taking(Server::sequence(vec![expired(), success()]));
    answered(status(&home(&uri), &api));
    assert_eq!((uri.count(), signers(&api)), (2, vec![nth(0).id, nth(1).id]));

    let (uri, _) = issuing(3600);
    let api = taking(Server::always(expired()));
    refused(status(&home(&uri), &api), &["InvalidSecurityToken.Expired"]);
    assert_eq!((uri.count(), api.count()), (2, 2), "no third key is asked for");
}

#[test]
fn expired_key_is_replaced_once_for_many_calls() {
    let (uri, _) = issuing(3600);
    let api = taking(Server::with(|request, _| match signer(request) == nth(0).id {
        true => expired(),
        false => success(),
    }));
    let ids = ["t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "t-7", "t-8"];
    let run = answered(watch(&home(&uri), &api).args(ids));
    assert_eq!((uri.count(), events(&run, "retry")), (2, 0), "{run}");
    assert_eq!(signers(&api).into_iter().filter(|id| *id == nth(1).id).count(), ids.len());
}

#[test]
fn static_key_that_expired_is_not_asked_for_again() {
    let session = Session::new("fixed");
    let api = accepting(Server::always(expired()), &[&session]);
    let home = Home::new().config(&format!(
        "default_profile = \"ops\"\n[profiles.ops]\naccess_key_id = \"{}\"\naccess_key_secret = \"{}\"\n\
         sts_token = \"{}\"\n",
        session.id, session.secret, session.token
    ));
    refused(status(&home, &api), &["InvalidSecurityToken.Expired"]);
    assert_eq!(api.count(), 1);
}

#[test]
fn renewed_keys_come_from_the_source_of_the_first() {
    let (uri, _) = issuing(3600);
    let api = taking(Server::sequence(vec![expired(), success()]));
    let home = Home::new();
    // An environment that has nothing is stepped over once; what is chosen then stays.
    let metadata = Server::unsigned(|_, _| Reply::bytes(404, "text/plain", "none"));
    let call = status(&home, &api).env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
    let call = call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    answered(call.env("ALIBABA_CLOUD_CREDENTIALS_URI", uri.url()));
    assert_eq!((uri.count(), metadata.count()), (2, 2), "the metadata service is asked for a token and a role, once");
}
