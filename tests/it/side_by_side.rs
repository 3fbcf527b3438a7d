//! Set-ups that were tried side by side with the official CLI and the SDKs, in their own files and variables: which
//! hosts are asked, by their real names, with whose key, and with which parameters of STS. A row each; where efloctl
//! means to differ from those tools, its name says what they do.

use serde_json::{Value, json};

use crate::credentials::{Session, parameters, signer};
use crate::support::answers::{Answer, REQUEST_ID};
use crate::support::cli::{Home, Run};
use crate::support::http::Request;
use crate::support::proxy;
use crate::support::reply::Reply;
use crate::support::server::{KEY_SECRET, Server};
use crate::support::signature::{Key, check_signature};
use crate::support::tls::Identity;

const REGION: &str = "cn-wulanchabu";
const HERE: &str = "eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-a";
/// The last call of whoever signs with a key that was given for the moment.
const TEMPORARY: &str = "eflo-controller.cn-wulanchabu.aliyuncs.com as STS.temporary";
const ROLE: &str = "acs:ram::1:role/ops";
const PROVIDER: &str = "acs:ram::1:oidc-provider/ack";

fn temporary() -> Session {
    Session { id: "STS.temporary".to_owned(), secret: KEY_SECRET.to_owned(), ..Session::new("temporary") }
}

/// All the hosts that a set-up could ask, as one server that every name leads to; and the metadata service, which is no
/// name.
struct Hosts {
    server: Server,
    proxy: String,
    metadata: Server,
    ca: String,
}

impl Hosts {
    fn new() -> Self {
        let identity = Identity::new(&[
            "*.cn-wulanchabu.aliyuncs.com",
            "*.cn-beijing.aliyuncs.com",
            "*.cn-nowhere.aliyuncs.com",
            "*.aliyuncs.com",
            "*.example.com",
        ]);
        let server = Server::tls(&identity, |request, _| answer(request)).unchecked();
        let proxy = proxy::leading_to(server.address());
        let metadata = crate::credentials::ecs::metadata("node", &temporary());
        Self { proxy, server, metadata, ca: identity.ca_pem().to_owned() }
    }

    /// Runs a set-up. Gives what came of it, and a line for each call.
    fn run(&self, set_up: SetUp) -> (Run, Vec<String>) {
        let before = self.server.count();
        let home = set_up.home.file("ca.pem", &self.ca);
        let call = home.efloctl().args(&set_up.args).env("HTTPS_PROXY", &self.proxy);
        let call = call.env("EFLOCTL_CA_FILE", "ca.pem").env("EFLOCTL_METADATA_ENDPOINT", self.metadata.url());
        let variables = set_up.variables.iter();
        let run = variables.fold(call, |call, (name, value)| call.env(name, value)).run();
        (run, self.server.requests()[before..].iter().map(line).collect())
    }

    /// Asserts that a set-up makes these calls and no others, and works.
    #[track_caller]
    fn asked(&self, name: &str, set_up: SetUp, calls: &[&str]) {
        let (run, seen) = self.run(set_up);
        assert_eq!(seen, calls, "{name}: {run}");
        assert_eq!(run.code, 0, "{name}: {run}");
    }

    /// Asserts that a set-up ends without a call, and that the reason is told.
    #[track_caller]
    fn unasked(&self, name: &str, set_up: SetUp, code: i32, reason: &str) {
        let (run, seen) = self.run(set_up);
        assert_eq!((seen.len(), run.code), (0, code), "{name}: {run}");
        assert!(run.err.contains(reason), "{name}: {reason:?} is not told: {run}");
    }
}

/// What the hosts answer. A call that is signed is checked.
fn answer(request: &Request) -> Reply {
    let host = request.header("host").unwrap_or_default();
    if request.header("x-acs-action").is_some() {
        let permanent = ["a", "b", "env", "ini"].map(|id| Key::new(&format!("id-of-{id}"), KEY_SECRET, None));
        let of_token = ["id-of-token", "STS.temporary"].map(|id| Key::new(id, KEY_SECRET, Some(&temporary().token)));
        let checked = check_signature(request, &[&permanent[..], &of_token].concat());
        checked.unwrap_or_else(|why| panic!("{host}: {why}"));
    }
    match (host, action(request).as_str()) {
        ("keys.example.com", _) => Reply::ok(temporary().plain()),
        ("sso.example.com", _) => Reply::ok(json!({"CloudCredential": temporary().fields(), "RequestId": REQUEST_ID})),
        (_, "AssumeRole" | "AssumeRoleWithOIDC") => Reply::ok(temporary().of_sts()),
        (_, "SendFile") => Reply::ok(json!({"InvokeId": "t-1", "RequestId": REQUEST_ID})),
        _ => Reply::ok(Answer::new("Success").node("n-1", "Success")),
    }
}

fn action(request: &Request) -> String {
    let of_query = || parameters(request).into_iter().find(|(name, _)| name == "Action").map(|(_, action)| action);
    request.header("x-acs-action").map(str::to_owned).or_else(of_query).unwrap_or_default()
}

/// A call as the rows write it: the host, the operation unless it is the look that was asked for, the key if there is
/// one, and what STS is told.
fn line(request: &Request) -> String {
    let mut line = request.header("host").unwrap_or_default().to_owned();
    let action = action(request);
    if action != "DescribeSendFileResults" {
        line += &format!(" {}", if action.is_empty() { &request.path } else { &action });
    }
    if !signer(request).is_empty() {
        line += &format!(" as {}", signer(request));
    }
    if action.starts_with("AssumeRole") {
        let mut told = parameters(request);
        told.retain(|(name, _)| !["Action", "Format", "Timestamp", "Version"].contains(&name.as_str()));
        told.extend(if request.body.is_empty() { Default::default() } else { request.form() });
        told.sort();
        line += &told.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>();
    }
    line
}

/// Files and variables, and the command that finds them; `status t-1` unless another is said.
struct SetUp {
    home: Home,
    variables: Vec<(&'static str, String)>,
    args: Vec<&'static str>,
}

impl SetUp {
    fn of(home: Home) -> Self {
        Self { home, variables: Vec::new(), args: vec!["status", "t-1", "--retries", "0"] }
    }

    fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The key of the environment, `id-of-env`.
    fn keys(self) -> Self {
        self.variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-env")
            .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET)
    }

    fn region(self) -> Self {
        self.variable("ALIBABA_CLOUD_REGION_ID", REGION)
    }

    fn flags(mut self, flags: &[&'static str]) -> Self {
        self.args.extend(flags);
        self
    }

    /// Sends a file to one node.
    fn send(mut self) -> Self {
        self.args =
            vec!["send", "app.conf", "--to", "/etc", "--nodes", "n-1", "--file-mode", "0600", "--interval", "1s"];
        self.home = self.home.file("app.conf", "workers = 8\n");
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        Self { home: self.home.file(name, text), ..self }
    }
}

/// A profile of the official CLI with a key, `id-of-NAME`, and what else stands in it.
fn profile(name: &str, mut more: Value) -> Value {
    let usual = [
        ("name", name),
        ("mode", "AK"),
        ("region_id", REGION),
        ("access_key_id", &format!("id-of-{name}")),
        ("access_key_secret", KEY_SECRET),
    ];
    for (key, value) in usual {
        if more.get(key).is_none() {
            more[key] = value.into();
        }
    }
    more
}

fn official(profiles: &[Value]) -> SetUp {
    SetUp::of(Home::new().aliyun(json!({"current": "a", "profiles": profiles})))
}

/// With one profile, `a`, of which this is said.
fn one(more: Value) -> SetUp {
    official(&[profile("a", more)])
}

fn two() -> SetUp {
    official(&[profile("a", json!({})), profile("b", json!({}))])
}

/// The SDKs' INI file, whose section `default` has these lines.
fn ini(file: &str, lines: &str) -> SetUp {
    SetUp::of(Home::new()).region().file(&format!(".alibabacloud/{file}"), &format!("[default]\n{lines}\n"))
}

/// A key in the INI file, of a type and with what else that type needs.
fn ini_key(id: &str, kind: &str) -> String {
    format!("access_key_id = {id}\naccess_key_secret = {KEY_SECRET}\ntype = {kind}")
}

fn on_ecs(set_up: SetUp) -> SetUp {
    set_up.variable("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
}

#[test]
fn official_cli_modes_are_asked_at_the_same_host_with_the_same_key_and_parameters() {
    let hosts = Hosts::new();
    let role = |mut more: Value| {
        (more["mode"], more["ram_role_arn"]) = ("RamRoleArn".into(), ROLE.into());
        more["ram_session_name"] = "laptop".into();
        one(more)
    };
    let token = temporary().token;
    let oidc = json!({"mode": "OIDC", "oidc_provider_arn": PROVIDER, "oidc_token_file": "token", "ram_role_arn": ROLE,
                      "ram_session_name": "laptop"});
    let sso = json!({"mode": "CloudSSO", "cloud_sso_sign_in_url": "https://sso.example.com/login",
                     "cloud_sso_account_id": "1", "cloud_sso_access_config": "ac-1", "access_token": "login",
                     "cloud_sso_access_token_expire": 4_000_000_000u32, "access_key_id": ""});
    let triple = json!({"access_key_id": "id-of-token", "sts_token": token, "sts_expiration": 4_000_000_000u32});
    let with_triple = |mut more: Value| {
        more.as_object_mut().unwrap().extend(triple.as_object().unwrap().clone());
        one(more)
    };
    let usual = "DurationSeconds=3600 RoleArn=acs:ram::1:role/ops RoleSessionName=laptop";
    let global = &*format!("sts.aliyuncs.com AssumeRole as id-of-a {usual}");
    let beijing = &*format!("sts.cn-beijing.aliyuncs.com AssumeRole as id-of-a {usual}");
    let own = &*format!("sts.example.com AssumeRole as id-of-a {usual}");
    let on_top = &*format!("sts.aliyuncs.com AssumeRole as STS.temporary {usual}");
    let with_oidc = &*format!(
        "sts.aliyuncs.com AssumeRoleWithOIDC DurationSeconds=3600 OIDCProviderArn={PROVIDER} OIDCToken=of-the-file \
         RoleArn={ROLE} RoleSessionName=laptop"
    );
    let here_by_token = "eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-token";

    hosts.asked("AK", one(json!({})), &[HERE]);
    hosts.asked(
        "StsToken",
        one(json!({"mode": "StsToken", "access_key_id": "id-of-token", "sts_token": token})),
        &[here_by_token],
    );
    hosts.asked("RamRoleArn", role(json!({})), &[global, TEMPORARY]);
    hosts.asked("RamRoleArn, sts_region", role(json!({"sts_region": "cn-beijing"})), &[beijing, TEMPORARY]);
    hosts.asked(
        "RamRoleArn, sts_endpoint",
        role(json!({"sts_endpoint": "https://sts.example.com/"})),
        &[own, TEMPORARY],
    );
    hosts.asked(
        "RamRoleArn, external_id and expired_seconds",
        role(json!({"external_id": "ticket 1", "expired_seconds": 1200})),
        &[
            "sts.aliyuncs.com AssumeRole as id-of-a DurationSeconds=1200 ExternalId=ticket 1 \
                 RoleArn=acs:ram::1:role/ops RoleSessionName=laptop",
            TEMPORARY,
        ],
    );
    hosts.asked(
        "RamRoleArn, a token of its own",
        role(json!({"access_key_id": "STS.temporary", "sts_token": token})),
        &[on_top, TEMPORARY],
    );
    hosts.asked("EcsRamRole", on_ecs(one(json!({"mode": "EcsRamRole"}))), &[TEMPORARY]);
    hosts.asked(
        "RamRoleArnWithRoleName",
        on_ecs(one(json!({"mode": "RamRoleArnWithRoleName", "ram_role_name": "node", "ram_role_arn": ROLE,
                              "ram_session_name": "laptop"}))),
        &[on_top, TEMPORARY],
    );
    hosts.asked(
        "ChainableRamRoleArn",
        official(&[
            profile(
                "a",
                json!({"mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": ROLE,
                                    "ram_session_name": "laptop"}),
            ),
            profile(
                "b",
                json!({"mode": "RamRoleArn", "access_key_id": "id-of-a", "ram_role_arn": ROLE,
                                    "ram_session_name": "laptop"}),
            ),
        ]),
        &[global, on_top, TEMPORARY],
    );
    hosts.asked(
        "CredentialsURI",
        one(json!({"mode": "CredentialsURI", "credentials_uri": "https://keys.example.com/key"})),
        &["keys.example.com /key", TEMPORARY],
    );
    hosts.asked(
        "CredentialsURI by variable",
        one(json!({"mode": "CredentialsURI"}))
            .variable("ALIBABA_CLOUD_CREDENTIALS_URI", "https://keys.example.com/key"),
        &["keys.example.com /key", TEMPORARY],
    );
    hosts.asked("OIDC", one(oidc).file("token", "of-the-file"), &[with_oidc, TEMPORARY]);
    hosts.asked("CloudSSO", one(sso.clone()), &["sso.example.com /cloud-credentials", TEMPORARY]);
    hosts.asked("CloudSSO with a key in the file", with_triple(sso), &[here_by_token]);
    hosts.asked(
        "OAuth with a key in the file",
        with_triple(json!({"mode": "OAuth", "oauth_site_type": "CN"})),
        &[here_by_token],
    );

    let printed = json!({"mode": "AK", "access_key_id": "id-of-b", "access_key_secret": KEY_SECRET}).to_string();
    for (name, command) in [("External", "cat key.json"), ("External, quotes", "cat 'a key.json'")] {
        if cfg!(unix) {
            let external = one(json!({"mode": "External", "process_command": command}));
            let external = external.file("key.json", &printed).file("a key.json", &printed);
            hosts.asked(name, external, &["eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-b"]);
        }
    }
    for mode in ["BearerToken", "Anonymous", "RsaKeyPair"] {
        let reason = format!("is of mode {mode}, which cannot sign this call");
        hosts.unasked(mode, one(json!({"mode": mode})), 4, &reason);
    }
}

#[test]
fn official_cli_profile_endpoint_and_region_are_chosen_alike() {
    let hosts = Hosts::new();
    let here_as_b = "eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-b";
    let here_as_env = "eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-env";
    let beijing = "eflo-controller.cn-beijing.aliyuncs.com as id-of-a";
    let vpc = "eflo-controller-vpc.cn-wulanchabu.aliyuncs.com as id-of-a";
    let own = "eflo.example.com as id-of-a";
    let beijing_endpoint = "eflo-controller.cn-beijing.aliyuncs.com";
    let no_region = || profile("a", json!({"region_id": ""}));

    hosts.asked("current", two(), &[HERE]);
    hosts.asked("ALIBABA_CLOUD_PROFILE", two().variable("ALIBABA_CLOUD_PROFILE", "b"), &[here_as_b]);
    hosts.asked("-p", two().flags(&["-p", "b"]), &[here_as_b]);
    hosts.asked("ALIBABACLOUD_PROFILE", two().variable("ALIBABACLOUD_PROFILE", "b\n"), &[here_as_b]);
    hosts.asked("ALICLOUD_PROFILE", two().variable("ALICLOUD_PROFILE", "b"), &[here_as_b]);
    hosts.asked(
        "the first of three spellings",
        two().variable("ALICLOUD_PROFILE", "a").variable("ALIBABACLOUD_PROFILE", "b"),
        &[here_as_b],
    );
    hosts.asked("endpoint", one(json!({"endpoint": "eflo.example.com"})), &[own]);
    hosts.asked("endpoint over http: fails there", one(json!({"endpoint": "http://eflo.example.com"})), &[own]);
    hosts.asked("endpoint with a scheme: fails there", one(json!({"endpoint": "https://eflo.example.com/"})), &[own]);
    hosts.asked("endpoint_type", one(json!({"endpoint_type": "vpc"})), &[vpc]);
    hosts.asked(
        "ALIBABA_CLOUD_ENDPOINT",
        one(json!({})).variable("ALIBABA_CLOUD_ENDPOINT", "eflo.example.com"),
        &[own],
    );
    hosts.asked("ALIBABA_CLOUD_ENDPOINT_TYPE", one(json!({})).variable("ALIBABA_CLOUD_ENDPOINT_TYPE", "vpc"), &[vpc]);
    hosts.asked("ALIBABACLOUD_ENDPOINT_TYPE", one(json!({})).variable("ALIBABACLOUD_ENDPOINT_TYPE", "vpc"), &[vpc]);
    hosts.asked("endpoint in another region", one(json!({"endpoint": beijing_endpoint})), &[beijing]);
    hosts.asked(
        "--region beside endpoint: the endpoint there",
        one(json!({"endpoint": "eflo.example.com"})).flags(&["--region", "cn-beijing"]),
        &[beijing],
    );
    hosts.asked("ALICLOUD_REGION_ID", official(&[no_region()]).variable("ALICLOUD_REGION_ID", REGION), &[HERE]);
    hosts.asked(
        "region in variable and profile: the profile's there",
        one(json!({})).variable("ALIBABA_CLOUD_REGION_ID", "cn-beijing"),
        &[beijing],
    );
    hosts.asked(
        "a region that does not exist: the global host there",
        one(json!({"region_id": "cn-nowhere"})),
        &["eflo-controller.cn-nowhere.aliyuncs.com as id-of-a"],
    );
    hosts.asked("keys in the environment: the profile's there", two().keys(), &[here_as_env]);
    hosts.asked(
        "a byte order mark: fails there",
        {
            let file = json!({"current": "a", "profiles": [profile("a", json!({}))]});
            SetUp::of(Home::new().aliyun(format!("\u{feff}{file}")))
        },
        &[HERE],
    );
    hosts.asked("expired_seconds as text: fails there", one(json!({"expired_seconds": "3600"})), &[HERE]);
    hosts.asked(
        "keys in any case",
        SetUp::of(Home::new().aliyun(json!({"Current": "a", "PROFILES": [{"Name": "a", "MODE": "AK",
                "Region_Id": REGION, "Access_Key_Id": "id-of-a", "ACCESS_KEY_SECRET": KEY_SECRET}]}))),
        &[HERE],
    );

    let cut = |text: &str| SetUp::of(Home::new().aliyun(text));
    hosts.unasked(
        "--region beside ALIBABA_CLOUD_ENDPOINT: the endpoint there",
        one(json!({})).variable("ALIBABA_CLOUD_ENDPOINT", beijing_endpoint).flags(&["--region", REGION]),
        2,
        "the region is cn-wulanchabu (--region), and the endpoint is in cn-beijing (ALIBABA_CLOUD_ENDPOINT)",
    );
    hosts.unasked(
        "REGION: read there",
        official(&[no_region()]).variable("REGION", REGION),
        2,
        "no region is set: REGION is set, which efloctl does not read",
    );
    hosts.unasked(
        "ALIBABA_CLOUD_IGNORE_PROFILE: cn-hangzhou there",
        two().keys().variable("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"),
        2,
        "no region is set: ~/.aliyun/config.json is left out: ALIBABA_CLOUD_IGNORE_PROFILE is TRUE",
    );
    hosts.unasked(
        "config.json cut: exit 0 there",
        cut("{\"current\":\"a\","),
        2,
        "line 1 is not as that CLI writes it",
    );
    hosts.unasked("config.json empty: exit 0 there", cut(""), 2, "~/.aliyun/config.json cannot be read: it is empty");
    hosts.unasked(
        "current names none: exit 0 there",
        official(&[profile("b", json!({}))]),
        2,
        "~/.aliyun/config.json names the profile a as current, and has none of that name",
    );
    hosts.unasked(
        "ALIBABA_CLOUD_PROFILE names none",
        two().variable("ALIBABA_CLOUD_PROFILE", "slip").region(),
        4,
        "ALIBABA_CLOUD_PROFILE names the profile slip",
    );

    let ignoring = two().keys().region().variable("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE");
    hosts.asked("ALIBABA_CLOUD_IGNORE_PROFILE and a region", ignoring, &[here_as_env]);
    let told = "signs, not that of the profile a that ALIBABACLOUD_PROFILE names";
    let (run, calls) = hosts.run(two().keys().variable("ALIBABACLOUD_PROFILE", "a"));
    assert!(calls == [here_as_env] && run.err.contains(told), "another key than the profile's: {run}");
    let (run, calls) = hosts.run(two().keys());
    assert!(calls == [here_as_env] && run.err.is_empty(), "current alone is for doctor: {run}");
    let (run, _) = hosts.run(SetUp { args: vec!["doctor"], ..two().keys() });
    let told = "the official CLI would sign as its profile a, not by ALIBABA_CLOUD_ACCESS_KEY_ID";
    assert!(run.out.contains(told), "{run}");
}

#[test]
fn sdk_set_ups_are_asked_with_the_same_key_and_parameters() {
    let hosts = Hosts::new();
    let role = |mut more: Value| {
        (more["mode"], more["ram_role_arn"]) = ("RamRoleArn".into(), ROLE.into());
        (more["ram_session_name"], more["sts_region"]) = ("pod".into(), "cn-beijing".into());
        one(more)
    };
    let oidc = || {
        let home = SetUp::of(Home::new()).region().file("token", "of-the-file\n");
        home.variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
            .variable("ALIBABA_CLOUD_ROLE_ARN", ROLE)
            .variable("ALIBABA_CLOUD_ROLE_SESSION_NAME", "pod")
    };
    let of_oidc = |token: &str| {
        format!(
            "sts.aliyuncs.com AssumeRoleWithOIDC DurationSeconds=3600 OIDCProviderArn={PROVIDER} OIDCToken={token} \
             RoleArn={ROLE} RoleSessionName=pod"
        )
    };
    let (of_file, of_variable) = (&*of_oidc("of-the-file"), &*of_oidc("of-the-variable"));
    let here_by_ini = "eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-ini";

    hosts.asked(
        "enable_vpc",
        role(json!({"enable_vpc": true})),
        &[
            "sts-vpc.cn-beijing.aliyuncs.com AssumeRole as id-of-a DurationSeconds=3600 \
                 RoleArn=acs:ram::1:role/ops RoleSessionName=pod",
            TEMPORARY,
        ],
    );
    hosts.asked(
        "policy",
        role(json!({"policy": " {\"Version\": \"1\"}"})),
        &[
            "sts.cn-beijing.aliyuncs.com AssumeRole as id-of-a DurationSeconds=3600 Policy= {\"Version\": \"1\"} \
                 RoleArn=acs:ram::1:role/ops RoleSessionName=pod",
            TEMPORARY,
        ],
    );
    hosts.asked(
        "ALIBABA_CLOUD_CONFIG_FILE",
        two()
            .file("own.json", &json!({"current": "b", "profiles": [profile("b", json!({}))]}).to_string())
            .variable("ALIBABA_CLOUD_CONFIG_FILE", "own.json"),
        &["eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-b"],
    );
    hosts.asked(
        "ALIBABA_CLOUD_OIDC_TOKEN",
        oidc().variable("ALIBABA_CLOUD_OIDC_TOKEN", "of-the-variable\n"),
        &[of_variable, TEMPORARY],
    );
    hosts.asked(
        "OIDC token file ends in a newline: sent as it is there",
        oidc().variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "token"),
        &[of_file, TEMPORARY],
    );
    hosts.asked("credentials", ini("credentials", &ini_key("id-of-ini", "access_key")), &[here_by_ini]);
    hosts.asked("credentials.ini", ini("credentials.ini", &ini_key("id-of-ini", "access_key")), &[here_by_ini]);
    hosts.asked(
        "both files",
        ini("credentials.ini", &ini_key("id-of-ini", "access_key"))
            .file(".alibabacloud/credentials", &format!("[default]\n{}\n", ini_key("id-of-b", "access_key"))),
        &[here_by_ini],
    );
    hosts.asked(
        "type sts",
        ini("credentials", &ini_key("id-of-token", &format!("sts\nsecurity_token = {}", temporary().token))),
        &["eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-token"],
    );
    hosts.asked(
        "ram_role_arn with a policy",
        ini(
            "credentials.ini",
            &ini_key("id-of-ini", &format!("ram_role_arn\nrole_arn = {ROLE}\nrole_session_name = pod\npolicy = {{}}")),
        ),
        &[
            "sts.aliyuncs.com AssumeRole as id-of-ini DurationSeconds=3600 Policy={} RoleArn=acs:ram::1:role/ops \
                 RoleSessionName=pod",
            TEMPORARY,
        ],
    );
    hosts.asked(
        "oidc_role_arn: unknown to Go",
        ini(
            "credentials.ini",
            &format!(
                "type = oidc_role_arn\noidc_provider_arn = {PROVIDER}\noidc_token_file_path = token\n\
                     role_arn = {ROLE}\nrole_session_name = pod"
            ),
        )
        .file("token", "of-the-file"),
        &[of_file, TEMPORARY],
    );
    hosts.asked(
        "quotes, and comments behind a value",
        ini(
            "credentials.ini",
            &format!(
                "type = \"access_key\" ; kind\naccess_key_id = 'id-of-ini' # whose\naccess_key_secret = {KEY_SECRET}"
            ),
        ),
        &[here_by_ini],
    );
    hosts.asked(
        "without current and mode: refused there",
        SetUp::of(Home::new().aliyun(json!({"profiles": [
            profile("default", json!({"mode": "", "access_key_id": "id-of-a"}))
        ]}))),
        &[HERE],
    );
    hosts.asked(
        "the brother's spelling of a key",
        SetUp::of(Home::new())
            .region()
            .variable("ALIBABACLOUD_ACCESS_KEY_ID", "id-of-env")
            .variable("ALIBABACLOUD_ACCESS_KEY_SECRET", KEY_SECRET),
        &["eflo-controller.cn-wulanchabu.aliyuncs.com as id-of-env"],
    );

    let nothing = || SetUp::of(Home::new()).region();
    let session_name = ini("credentials.ini", &ini_key("id-of-ini", &format!("ram_role_arn\nrole_arn = {ROLE}")));
    let (run, calls) = hosts.run(session_name);
    assert!(calls[0].contains(" RoleSessionName=efloctl-") && calls[1] == TEMPORARY, "{calls:?}: {run}");

    hosts.unasked(
        "OIDC fails and config.json is good: they go on",
        two()
            .variable("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER)
            .variable("ALIBABA_CLOUD_ROLE_ARN", ROLE)
            .variable("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "gone"),
        4,
        "the OIDC token file gone cannot be read",
    );
    hosts.unasked(
        "half a pair and config.json is good: they go on",
        two().variable("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-of-env"),
        4,
        "ALIBABA_CLOUD_ACCESS_KEY_ID is set and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not",
    );
    hosts.unasked(
        "a key of two spellings",
        nothing()
            .variable("ALIBABACLOUD_ACCESS_KEY_ID", "id-of-env")
            .variable("ALIBABACLOUD_ACCESS_KEY_SECRET", KEY_SECRET)
            .variable("ALICLOUD_SECURITY_TOKEN", "token"),
        4,
        "ALIBABACLOUD_ACCESS_KEY_ID is set and ALIBABACLOUD_SECURITY_TOKEN is not, but ALICLOUD_SECURITY_TOKEN is",
    );
    hosts.unasked(
        "a token alone",
        nothing().variable("ALIBABA_CLOUD_SECURITY_TOKEN", "token"),
        4,
        "ALIBABA_CLOUD_SECURITY_TOKEN is set and ALIBABA_CLOUD_ACCESS_KEY_ID is not",
    );
    hosts.unasked(
        "a spelling of other tools",
        nothing().variable("ACCESS_KEY_ID", "id-of-env"),
        4,
        "(ACCESS_KEY_ID is, which efloctl does not read)",
    );
    hosts.unasked(
        "config.json cut, a region by variable",
        SetUp::of(Home::new().aliyun("{")).region(),
        4,
        "~/.aliyun/config.json cannot be read: line 1 is not as that CLI writes it",
    );
    hosts.unasked(
        "the official CLI's files of old: moved over there",
        nothing().file(
            ".aliyuncli/credentials",
            &format!("[default]\naliyun_access_key_id = id-of-a\naliyun_access_key_secret = {KEY_SECRET}\n"),
        ),
        4,
        "official CLI: ~/.aliyun/config.json is not there",
    );
    hosts.unasked(
        "ALIBABA_CLOUD_CONFIG_FILE names none",
        nothing().variable("ALIBABA_CLOUD_CONFIG_FILE", "gone.json"),
        4,
        "(ALIBABA_CLOUD_CONFIG_FILE names it)",
    );
}

#[test]
fn safety_policy_of_the_official_cli_holds_before_any_call() {
    let hosts = Hosts::new();
    let policy = |rules: &[(&str, &str)]| {
        let rules: Vec<Value> =
            rules.iter().map(|(pattern, action)| json!({"pattern": pattern, "action": action})).collect();
        let file = json!({"enabled": true, "rules": rules}).to_string();
        one(json!({})).file(".aliyun/safety-policy.json", &file)
    };
    let sends = || policy(&[("eflo-controller:Send*", "deny")]);
    let cut = || one(json!({})).file(".aliyun/safety-policy.json", "{\"enabled\": true, \"rules\": [{");
    let rule = "the rule eflo-controller:Send* of ~/.aliyun/safety-policy.json denies it";
    let sent: &[&str] = &["eflo-controller.cn-wulanchabu.aliyuncs.com SendFile as id-of-a", HERE];

    hosts.unasked("deny", sends().send().flags(&["--yes"]), 4, rule);
    hosts.unasked("deny, of a dry run", sends().send().flags(&["--dry-run"]), 4, rule);
    hosts.unasked("deny of what looks", policy(&[("*:Describe*", "deny")]), 4, "the rule *:Describe* of");
    hosts.unasked("a cut file lets everything pass there", cut().send().flags(&["--yes"]), 4, "cannot be understood");
    hosts.unasked(
        "rules by variable",
        one(json!({})).variable("ALIBABA_CLOUD_SAFETY_POLICY_RULES", "*:Send*=deny").send().flags(&["--yes"]),
        4,
        "the rule *:Send* of ALIBABA_CLOUD_SAFETY_POLICY_RULES denies it",
    );
    hosts.unasked("confirm", policy(&[("*:Send*", "confirm")]).send(), 2, "--yes");
    hosts.asked("deny of what sends: a look", sends(), &[HERE]);
    hosts.asked("confirm and --yes", policy(&[("*:Send*", "forbid")]).send().flags(&["--yes"]), sent);
    hosts.asked("confirm of what looks", policy(&[("*", "confirm")]), &[HERE]);
    hosts.asked(
        "ALIBABA_CLOUD_SAFETY_POLICY_ENABLED",
        sends().variable("ALIBABA_CLOUD_SAFETY_POLICY_ENABLED", "0").send().flags(&["--yes"]),
        sent,
    );
    hosts.asked(
        "the rules of the variable in place of the file's",
        sends().variable("ALIBABA_CLOUD_SAFETY_POLICY_RULES", "ecs:*=deny").send().flags(&["--yes"]),
        sent,
    );
    let (run, calls) = hosts.run(cut());
    let warning = "efloctl: warning: the safety policy of ~/.aliyun/safety-policy.json cannot be understood: ";
    assert!(calls == [HERE] && run.err.starts_with(warning), "what only looks goes on: {run}");
}
