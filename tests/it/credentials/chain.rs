//! The places where a key is looked for when no profile is named: their order, their switches, and what ends it.

use super::*;
use std::time::{Duration, Instant};

/// Places in their order.
const PLACES: [&str; 7] =
    ["environment", "default_profile", "OIDC variables", "official CLI", "credentials.ini", "ECS instance", "URI"];

/// A key of each place, permanent or temporary, and servers that give the temporary ones.
struct Account {
    sessions: [Session; 7],
    oidc: Server,
    metadata: Server,
    uri: Server,
}

impl Account {
    fn new() -> Self {
        let sessions = ["env", "default", "oidc", "official", "ini", "ecs", "uri"].map(Session::new);
        let [.., oidc, _, _, _, uri] = &sessions;
        let (oidc, uri) = (oidc.of_sts(), uri.plain());
        Self {
            oidc: Server::unsigned(move |_, _| Reply::ok(oidc.clone())),
            metadata: super::ecs::metadata("node", &sessions[5]),
            uri: Server::unsigned(move |_, _| Reply::ok(uri.clone())),
            sessions,
        }
    }

    fn api(&self) -> Server {
        let ok = Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")));
        self.sessions.iter().fold(ok, |server, of| {
            // A file or a variable of two places has no token.
            server.accept(&of.id, &of.secret, None).accept(&of.id, &of.secret, Some(&of.token))
        })
    }

    /// A home that has a key in each of these places.
    fn home(&self, places: &[&str]) -> Home {
        let [_, default, _, official, ini, ..] = &self.sessions;
        let has = |place: &str| places.contains(&place);
        let mut home = Home::new().file("token", "oidc-token-never-shown");
        if has("default_profile") {
            home = home.config(&format!(
                "default_profile = \"own\"\n[profiles.own]\naccess_key_id = \"{}\"\naccess_key_secret = \"{}\"\n",
                default.id, default.secret
            ));
        }
        if has("official CLI") {
            home = home.aliyun(json!({"current": "it", "profiles": [{
                "name": "it", "mode": "AK", "access_key_id": official.id, "access_key_secret": official.secret,
            }]}));
        }
        if has("credentials.ini") {
            let text = format!(
                "[default]\ntype = access_key\naccess_key_id = {}\naccess_key_secret = {}\n",
                ini.id, ini.secret
            );
            home = home.file(".alibabacloud/credentials.ini", text);
        }
        home
    }

    /// A look with the variables and servers of these places.
    fn look(&self, places: &[&str], home: &Home, api: &Server) -> Efloctl {
        let [env, ..] = &self.sessions;
        let has = |place: &str| places.contains(&place);
        let mut call = status(home, api).env("EFLOCTL_STS_ENDPOINT", self.oidc.url());
        if has("environment") {
            call = call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", &env.id);
            call = call.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &env.secret);
            call = call.env("ALIBABA_CLOUD_SECURITY_TOKEN", &env.token);
        }
        if has("OIDC variables") {
            call = call.env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/ack");
            call = call.env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", home.path().join("token"));
            call = call.env("ALIBABA_CLOUD_ROLE_ARN", ROLE);
        }
        if has("ECS instance") {
            call = call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
            call = call.env("EFLOCTL_METADATA_ENDPOINT", self.metadata.url());
        }
        if has("URI") {
            call = call.env("ALIBABA_CLOUD_CREDENTIALS_URI", self.uri.url());
        }
        call
    }
}

#[test]
fn credentials_chain_uses_the_first_source_that_has_a_key() {
    let account = Account::new();
    for (at, session) in account.sessions.iter().enumerate() {
        let (places, api) = (&PLACES[at..], account.api());
        let home = account.home(places);
        answered(account.look(places, &home, &api));
        assert_eq!(signers(&api), [session.id.as_str()], "of {places:?}");
    }
}

#[test]
fn credentials_chain_makes_no_call_to_earlier_sources() {
    let account = Account::new();
    let (home, api) = (account.home(&PLACES), account.api());
    answered(account.look(&PLACES, &home, &api));
    assert_eq!((account.oidc.count(), account.metadata.count(), account.uri.count()), (0, 0, 0));
}

#[test]
fn credentials_chain_is_skipped_for_a_named_profile() {
    let account = Account::new();
    let sts = sts(Reply::error(403, "NoPermission", "not for you"));
    let more = format!(
        "[profiles.mine]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n\
         [profiles.role]\nsource_profile = \"mine\"\nrole_arn = \"{ROLE}\"\n\
         [profiles.bare]\nregion = \"cn-beijing\"\n"
    );
    let home = account.home(&PLACES).config_more(&more);
    let look = |api: &Server| account.look(&PLACES, &home, api).env("EFLOCTL_STS_ENDPOINT", sts.url());
    let api = account.api();
    answered(look(&api).args(["--profile", "mine"]));
    answered(look(&api).env("EFLOCTL_PROFILE", "mine"));
    answered(look(&api).args(["--profile", "it"]));
    assert_eq!(signers(&api), [KEY_ID, KEY_ID, &account.sessions[3].id]);
    let nobody = unasked();
    refused(look(&nobody).args(["--profile", "role"]), &["NoPermission"]);
    refused(look(&nobody).env("EFLOCTL_PROFILE", "bare"), &["profile bare: it has no credentials"]);
    ended(look(&nobody).args(["--profile", "none"]), 2, &["no profile none", "own, mine, role, bare, it"]);
}

#[test]
fn credentials_chain_without_a_key_names_every_source_and_why() {
    let (api, metadata) = (unasked(), Server::unsigned(|_, _| Reply::hang()));
    let home = Home::new();
    let call = status(&home, &api).env("EFLOCTL_RETRIES", "4").env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
    let started = Instant::now();
    let run = refused(
        call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED"),
        &[
            "no credentials were found\n",
            "environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set\n",
            "default_profile: ~/.config/efloctl/config.toml is not there\n",
            "OIDC variables: ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set\n",
            "official CLI: ~/.aliyun/config.json is not there\n",
            "credentials.ini: ~/.alibabacloud/credentials.ini is not there\n",
            "ECS instance: no ECS metadata service",
            "gave no complete answer within 1s)\n",
            "credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set\n",
            "access_key_id = \"LTAI...\"",
        ],
    );
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}: {run}");
    assert_eq!(metadata.count(), 2);
}

#[test]
fn credentials_chain_sources_can_be_disabled_by_variables() {
    let account = Account::new();
    for (places, switch, reason) in [
        (["official CLI", "URI"], "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", ""),
        (["ECS instance", "URI"], "ALIBABA_CLOUD_ECS_METADATA_DISABLED", ""),
        (["URI", "nothing"], "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "forbids it"),
    ] {
        let (home, api) = (account.home(&places), account.api());
        answered(account.look(&places, &home, &api).env(switch, "1false"));
        let call = account.look(&places, &home, &api).env(switch, "True");
        if reason.is_empty() {
            answered(call);
            assert_eq!(signers(&api)[1], account.sessions[6].id, "{switch}");
        } else {
            refused(call, &[switch, reason]);
        }
    }
    let (home, api) = (account.home(&["official CLI"]), unasked());
    let off = account.look(&[], &home, &api).env("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
    refused(off, &["official CLI: ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true"]);
}

#[test]
fn credentials_chain_ends_at_a_failing_metadata_service() {
    let account = Account::new();
    let metadata = Server::unsigned(|_, _| Reply::bytes(500, "text/plain", "no"));
    let (places, nobody) = (["ECS instance", "URI"], unasked());
    let home = account.home(&places);
    let look = account.look(&places, &home, &nobody).env("EFLOCTL_METADATA_ENDPOINT", metadata.url());
    refused(look, &["the ECS metadata service answered with HTTP 500"]);
    assert_eq!(account.uri.count(), 0);
}

/// Each place as something that is configured and fails: what is done to a home and a call, and the reason.
type Broken = (&'static str, fn(Home) -> Home, fn(Efloctl) -> Efloctl, &'static str);

#[test]
fn credentials_chain_ends_at_a_configured_source_that_fails() {
    let as_it_is: fn(Home) -> Home = |home| home;
    let call_as_it_is: fn(Efloctl) -> Efloctl = |call| call;
    let on_ecs: fn(Efloctl) -> Efloctl = |call| call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    let broken: [Broken; 14] = [
        ("environment", as_it_is, |call| call.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""), "set both, or neither"),
        ("environment", as_it_is, |call| call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", ""), "set both, or neither"),
        ("default_profile", |home| own(home, "ecs_ram_role = true"), on_ecs, "no ECS metadata service"),
        ("default_profile", |home| own(home, "ecs_ram_role = true"), call_as_it_is, "METADATA_DISABLED"),
        (
            "default_profile",
            |home| own(home, "credentials_uri = \"http://127.0.0.1:1\""),
            call_as_it_is,
            "cannot connect",
        ),
        (
            "default_profile",
            |home| own(home, "credential_process = \"no-such-program\""),
            call_as_it_is,
            "cannot be run",
        ),
        ("default_profile", |home| own(home, "aliyun_profile = \"gone\""), call_as_it_is, "no profile gone"),
        ("OIDC variables", as_it_is, |call| call.env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "gone"), "cannot be read"),
        ("official CLI", |home| home.aliyun("{"), call_as_it_is, "cannot be read"),
        ("official CLI", |home| official(home, "EcsRamRole"), on_ecs, "no ECS metadata service"),
        ("official CLI", |home| official(home, "BearerToken"), call_as_it_is, "use another profile"),
        ("credentials.ini", |home| ini(home, "type = bearer"), call_as_it_is, "cannot be used here"),
        ("credentials.ini", |home| ini(home, "type = ecs_ram_role"), on_ecs, "no ECS metadata service"),
        ("URI", as_it_is, |call| call.env("ALIBABA_CLOUD_CREDENTIALS_URI", NOWHERE), "cannot connect"),
    ];
    for (place, spoil_home, spoil_call, reason) in broken {
        let account = Account::new();
        let at = PLACES.iter().position(|of| *of == place).unwrap();
        // The metadata service of the one is nobody's service for the other.
        let places: Vec<&str> = PLACES[at..].iter().copied().filter(|place| *place != "ECS instance").collect();
        let (home, nobody) = (spoil_home(account.home(&places)), unasked());
        refused(spoil_call(account.look(&places, &home, &nobody)), &[reason]);
        assert_eq!((account.oidc.count(), account.uri.count()), (0, 0), "{place}: {reason}");
    }
}

fn own(home: Home, line: &str) -> Home {
    home.config(&format!("default_profile = \"own\"\n[profiles.own]\n{line}\n"))
}

fn official(home: Home, mode: &str) -> Home {
    home.aliyun(json!({"profiles": [{"name": "default", "mode": mode}]}))
}

fn ini(home: Home, line: &str) -> Home {
    home.file(".alibabacloud/credentials.ini", format!("[default]\n{line}\n"))
}
