//! Sources that never answer: each is given up at its own limit. Together, for each takes its time.

use std::time::Duration;

use super::*;

#[test]
fn credential_source_that_never_answers_times_out() {
    // However much time the API may take.
    given_up(Reply::hang(), &["--request-timeout", "60s"], "gave no complete answer within 10s");
}

#[test]
fn credential_source_is_bound_by_request_timeout() {
    let drip = Duration::from_millis(20);
    for reply in [Reply::hang(), Reply::trickle(200, drip), Reply::trickle_head(drip)] {
        given_up(reply, &["--request-timeout", "1s"], "gave no complete answer within 1s");
    }
    // Its status is known, whatever else it would say.
    given_up(Reply::trickle(503, drip), &["--request-timeout", "1s"], "HTTP 503");
}

/// All sources that are asked over the network are given up after so long.
#[track_caller]
fn given_up(reply: Reply, args: &[&str], words: &str) {
    let hanging = Server::unsigned(move |_, _| reply.clone());
    let api = unasked();
    let homes = homes(&hanging);
    let running: Vec<_> = homes
        .iter()
        .map(|home| status(home, &api).args(args).env("EFLOCTL_STS_ENDPOINT", hanging.url()).spawn())
        .collect();
    for run in running {
        let run = run.finish().code(4);
        shows_nothing_secret(&run);
        assert!(run.err.contains(words), "{run}");
    }
    assert_eq!(hanging.count(), homes.len());
}

fn profile(line: &str) -> Home {
    Home::new().config(&format!("default_profile = \"slow\"\n[profiles.slow]\n{line}\n"))
}

/// Each source that is asked over the network, at a server that answers nothing.
fn homes(hanging: &Server) -> [Home; 4] {
    let cloud_sso = json!({"current": "it", "profiles": [{
        "name": "it", "mode": "CloudSSO", "cloud_sso_sign_in_url": hanging.url(), "cloud_sso_account_id": "1",
        "cloud_sso_access_config": "ac-1", "access_token": "login-token-never-shown",
        "cloud_sso_access_token_expire": Timestamp::now().as_second() + 600,
    }]});
    let oidc = format!("oidc = {{ provider_arn = \"p\", token_file = \"~/token\", role_arn = \"{ROLE}\" }}");
    let role = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\nrole_arn = \"{ROLE}\"");
    [
        Home::new().aliyun(cloud_sso),
        profile(&format!("credentials_uri = \"{}\"", hanging.url())),
        profile(&oidc).file("token", "oidc-token-never-shown"),
        profile(&role),
    ]
}

#[cfg(unix)]
#[test]
fn watch_deadline_holds_while_a_credential_source_blocks() {
    let hanging = Server::unsigned(|_, _| Reply::hang());
    let api = unasked();
    let homes = homes(&hanging).into_iter().chain([profile("credential_process = \"sleep 1000\"")]);
    for home in homes {
        let watch = home.efloctl().args(["watch", "t-1", "-r", "cn-wulanchabu", "--timeout", "1s"]);
        let watch = watch.env("EFLOCTL_ENDPOINT", api.url()).env("EFLOCTL_STS_ENDPOINT", hanging.url());
        let run = watch.run().code(124);
        shows_nothing_secret(&run);
        assert!(run.err.contains("out of time after 1s"), "{run}");
    }
}
