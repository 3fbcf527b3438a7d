//! No secret, token or signature in any output: every source at `-vv`, when it serves and when it fails.

use super::*;

/// Servers that play every source, well or badly.
struct World {
    session: Session,
    serves: bool,
    sts: Server,
    metadata: Server,
    uri: Server,
    sso: Server,
}

impl World {
    fn new(serves: bool) -> Self {
        let session = Session::new("ops");
        let (sts, plain) = (session.of_sts(), session.plain());
        let sso = json!({"CloudCredential": session.fields()});
        // One that fails does so with the key in its answer.
        let reply = move |whole: &Value| if serves { Reply::ok(whole.clone()) } else { Reply::json(403, whole) };
        let metadata = Server::unsigned({
            let plain = plain.clone();
            move |request, _| match request.path.rsplit_once('/').unwrap_or_default() {
                (_, "token") => Reply::bytes(200, "text/plain", "metadata-token-never-shown"),
                (_, "") => Reply::bytes(200, "text/plain", "node"),
                _ => reply(&plain),
            }
        });
        Self {
            sts: Server::unsigned(move |_, _| match serves {
                true => Reply::ok(sts.clone()),
                false => Reply::error(403, "NoPermission", "You are not authorized to do this action."),
            }),
            metadata,
            uri: Server::unsigned(move |_, _| reply(&plain)),
            sso: Server::unsigned(move |_, _| reply(&sso)),
            session,
            serves,
        }
    }

    /// Runs a look, a watch and the doctor at `-vv`.
    fn run(&self, what: &str, home: &Home, variables: &[(&str, &str)]) {
        let (api, code) = if self.serves { (api(&[&self.session]), 0) } else { (unasked(), 4) };
        let call = |call: Efloctl| {
            let call = call.without("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
            let call = call.env("EFLOCTL_STS_ENDPOINT", self.sts.url());
            let call = call.env("EFLOCTL_METADATA_ENDPOINT", self.metadata.url());
            variables.iter().fold(call, |call, (name, value)| call.env(name, value)).args(["-vv"])
        };
        for format in ["table", "json"] {
            let run = call(status(home, &api).args(["-o", format])).run();
            shows_nothing_secret(&run);
            assert_eq!(run.code, code, "{what}: {run}");
            assert!(run.err.contains("efloctl: info: "), "{what}: nothing was logged: {run}");
        }
        let watch = asking("watch", home, &api).args(["--junit", "junit", "--record", "record", "--github"]);
        let watch = call(watch).env("GITHUB_STEP_SUMMARY", "summary").env("GITHUB_OUTPUT", "output");
        let run = watch.run();
        shows_nothing_secret(&run);
        assert_eq!(run.code, code, "{what}: {run}");
        for file in ["junit", "record", "summary", "output"] {
            assert!(!home.read(file).to_lowercase().contains("never-shown"), "{what}: {}", home.read(file));
        }
        let api = super::api(&[&self.session]).expect_bad_signatures();
        for words in [["doctor", "--endpoint"], ["config", "show"]] {
            let place = if words[0] == "doctor" { vec![api.url()] } else { Vec::new() };
            let run = call(home.efloctl().args(words).args(place)).run();
            shows_nothing_secret(&run);
        }
        let run = call(home.efloctl().args(["config", "list", "-o", "json"])).run();
        shows_nothing_secret(&run);
    }
}

fn profile(lines: &str) -> Home {
    Home::new().config(&format!("default_profile = \"it\"\n[profiles.it]\n{lines}\n"))
}

fn official(fields: Value) -> Home {
    let mut profile = fields;
    profile["name"] = "it".into();
    Home::new().aliyun(json!({"current": "it", "profiles": [profile]}))
}

#[test]
fn no_credential_source_shows_a_secret_in_any_output() {
    for world in [World::new(true), World::new(false)] {
        let World { session, serves, uri, sso, .. } = &world;
        let base = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"");
        world.run("role", &profile(&format!("{base}\nrole_arn = \"{ROLE}\"")), &[]);
        let oidc = format!("oidc = {{ provider_arn = \"p\", token_file = \"~/token\", role_arn = \"{ROLE}\" }}");
        world.run("oidc", &profile(&oidc).file("token", "oidc-token-never-shown"), &[]);
        world.run("ecs", &profile("ecs_ram_role = true"), &[]);
        world.run("uri", &profile(&format!("credentials_uri = \"{}/never-shown?pass=never-shown\"", uri.url())), &[]);
        world.run("metadata", &Home::new(), &[]);
        let login = json!({
            "mode": "CloudSSO", "cloud_sso_sign_in_url": sso.url(), "cloud_sso_account_id": "1",
            "cloud_sso_access_config": "ac-1", "access_token": "login-token-never-shown",
            "cloud_sso_access_token_expire": Timestamp::now().as_second() + 600,
        });
        world.run("CloudSSO", &official(login), &[]);
        let role = json!({
            "mode": "RamRoleArn", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET, "ram_role_arn": ROLE,
        });
        world.run("RamRoleArn", &official(role), &[]);
        let text = format!(
            "[default]\ntype = ram_role_arn\naccess_key_id = {KEY_ID}\naccess_key_secret = {KEY_SECRET}\n\
             role_arn = {ROLE}\n"
        );
        world.run("ini", &Home::new().file(".alibabacloud/credentials.ini", text), &[]);
        #[cfg(unix)]
        {
            let printed = json!({"access_key_id": session.id, "access_key_secret": session.secret,
                                 "sts_token": session.token});
            let end = if *serves { 0 } else { 1 };
            let home = profile("credential_process = \"sh key.sh --password never-shown\"");
            let home = home.file("printed", printed.to_string()).file("key.sh", format!("cat printed; exit {end}"));
            world.run("process", &home, &[]);
        }
        let expiry = Timestamp::now().as_second() + if *serves { 600 } else { -600 };
        let oauth = json!({
            "mode": "OAuth", "oauth_site_type": "CN", "oauth_access_token": "login-token-never-shown",
            "oauth_access_token_expire": 1, "oauth_refresh_token": "refresh-token-never-shown",
            "access_key_id": session.id, "access_key_secret": session.secret, "sts_token": session.token,
            "sts_expiration": expiry,
        });
        if *serves {
            world.run("OAuth", &official(oauth), &[]);
        }
    }
}

#[test]
fn refused_keys_are_not_shown() {
    let wrong = "wrong-secret-never-shown";
    let home = profile(&format!(
        "access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{wrong}\"\nsts_token = \"wrong-token-never-shown\""
    ));
    let api = api(&[]).expect_bad_signatures();
    for format in ["table", "json"] {
        let call = status(&home, &api).args(["-vv", "-o", format]);
        refused(call, &["SignatureDoesNotMatch", "authorization: (masked)", "x-acs-security-token: (masked)"]);
    }
    let empty = Home::new();
    let variables = status(&empty, &api).args(["-vv"]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID);
    refused(variables.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", wrong), &["SignatureDoesNotMatch"]);
    let broken = status(&empty, &api).args(["-vv"]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", "line-never-shown\nbreak");
    refused(broken.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", wrong), &["a character that no header may carry"]);
}

#[test]
fn mistake_in_a_credentials_file_is_told_without_its_text() {
    let api = unasked();
    let broken = Home::new().config("[profiles.it]\naccess_key_secret = \"secret-never-shown\" oops\n");
    ended(status(&broken, &api).args(["-vv"]), 2, &["config.toml:2", "is not TOML"]);
    let broken = Home::new().aliyun("{\"profiles\": [{\"access_key_secret\": \"secret-never-shown");
    refused(status(&broken, &api).args(["-vv"]), &["config.json cannot be read"]);
    let broken =
        Home::new().file(".alibabacloud/credentials.ini", "[default\naccess_key_secret = secret-never-shown\n");
    refused(status(&broken, &api).args(["-vv"]), &["credentials.ini is not an INI file"]);
}

#[test]
fn oidc_token_quoted_by_sts_is_masked() {
    let token = "oidc-token-never-shown-0000";
    let message = format!("{} the token {token} is not valid", "x".repeat(270));
    let sts = Server::unsigned(move |_, _| Reply::error(400, "AuthenticationFail.OIDCToken.Invalid", &message));
    let oidc = format!("oidc = {{ provider_arn = \"p\", token_file = \"~/token\", role_arn = \"{ROLE}\" }}");
    let home = profile(&oidc).file("token", format!("{token}\n"));
    let api = unasked();
    let run = refused(status(&home, &api).args(["-vv"]).env("EFLOCTL_STS_ENDPOINT", sts.url()), &["(masked)"]);
    assert!(!run.err.contains(&token[..8]), "{run}");
}
