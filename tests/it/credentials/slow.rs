//! Sources that never answer: each is given up at its own limit. Together, for each takes its time.

use super::*;

#[test]
fn a_source_that_never_answers_is_given_up() {
    let hanging = Server::unsigned(|_, _| Reply::hang());
    let api = unasked();
    let cloud_sso = json!({"current": "it", "profiles": [{
        "name": "it", "mode": "CloudSSO", "cloud_sso_sign_in_url": hanging.url(), "cloud_sso_account_id": "1",
        "cloud_sso_access_config": "ac-1", "access_token": "login-token-never-shown",
        "cloud_sso_access_token_expire": Timestamp::now().as_second() + 600,
    }]});
    let oidc = format!("oidc = {{ provider_arn = \"p\", token_file = \"~/token\", role_arn = \"{ROLE}\" }}");
    let role = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\nrole_arn = \"{ROLE}\"");
    let homes = [
        Home::new().aliyun(cloud_sso),
        profile(&format!("credentials_uri = \"{}\"", hanging.url())),
        profile(&oidc).file("token", "oidc-token-never-shown"),
        profile(&role),
    ];
    let running: Vec<_> =
        homes.iter().map(|home| status(home, &api).env("EFLOCTL_STS_ENDPOINT", hanging.url()).spawn()).collect();
    for run in running {
        let run = run.finish().code(4);
        shows_nothing_secret(&run);
        assert!(run.err.contains("gave no complete answer within 10s"), "{run}");
    }
    assert_eq!(hanging.count(), homes.len());
}

fn profile(line: &str) -> Home {
    Home::new().config(&format!("default_profile = \"slow\"\n[profiles.slow]\n{line}\n"))
}
