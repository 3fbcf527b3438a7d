//! How STS is reached: its host, its certificate, and the proxy before it.

use super::*;
use crate::support::tls::Identity;

fn home() -> Home {
    Home::new().config(&format!(
        "default_profile = \"ops\"\n[profiles.ops]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n\
         role_arn = \"{ROLE}\"\n"
    ))
}

#[test]
fn sts_endpoint_follows_settings_and_regions() {
    let shown = |config: &str, variables: &[(&str, &str)]| {
        let home = Home::new().config(&format!("default_profile = \"ops\"\n[profiles.ops]\n{config}"));
        let call = home.efloctl().args(["config", "show", "-o", "json"]);
        let call = variables.iter().fold(call, |call, (name, value)| call.env(name, value));
        let document = call.run().code(0).json();
        let lines = document["settings"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["name"] == "sts endpoint").unwrap()["value"].as_str().unwrap().to_owned()
    };
    let own = "sts_endpoint = \"sts.example.com\"\nsts_region = \"cn-beijing\"\n";
    let (region, global) = ("ALIBABA_CLOUD_STS_REGION", "https://sts.aliyuncs.com");
    let vpc = ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "True");
    assert_eq!(shown("", &[]), global);
    assert_eq!(shown("region = \"cn-wulanchabu\"\n", &[]), global, "the region of the calls is not that of STS");
    assert_eq!(shown("", &[(region, "cn-hangzhou")]), "https://sts.cn-hangzhou.aliyuncs.com");
    assert_eq!(shown("", &[vpc]), global, "a VPC without a region has no host");
    assert_eq!(shown("", &[(region, "cn-hangzhou"), vpc]), "https://sts-vpc.cn-hangzhou.aliyuncs.com");
    let beijing = "sts_region = \"cn-beijing\"\n";
    assert_eq!(shown(beijing, &[(region, "cn-hangzhou")]), "https://sts.cn-beijing.aliyuncs.com");
    let in_vpc = "region = \"cn-wulanchabu\"\nendpoint_type = \"vpc\"\n";
    assert_eq!(shown(in_vpc, &[]), "https://sts-vpc.cn-wulanchabu.aliyuncs.com");
    let last = ("ALIBABA_CLOUD_STS_ENDPOINT", "last.example.com");
    assert!(shown(beijing, &[last]).contains("last.example.com"));
    assert!(shown(own, &[last]).contains("sts.example.com"));
    assert!(shown(own, &[last, ("EFLOCTL_STS_ENDPOINT", "first.example.com")]).contains("first.example.com"));
}

#[test]
fn wrong_sts_region_in_a_variable_is_refused_by_the_variables_name() {
    let (variable, word) = ("ALIBABA_CLOUD_STS_REGION", "cn hangzhou");
    let (api, home) = (unasked(), home());
    let run = status(&home, &api).without("EFLOCTL_STS_ENDPOINT").env(variable, word).run().code(2);
    assert!(run.err.contains(&format!("{variable} \"{word}\" ")), "{run}");
    let call = status(&home, &api).env("EFLOCTL_STS_ENDPOINT", NOWHERE).env(variable, word);
    refused(call, &["cannot connect"]);
}

#[test]
fn ca_file_is_trusted_for_sts_too() {
    let (session, identity) = (Session::new("ops"), Identity::loopback());
    let answer = session.of_sts();
    let sts = Server::tls(&identity, move |_, _| Reply::ok(answer.clone())).service("AssumeRole", "2015-04-01");
    let (api, home) = (api(&[&session]), home());
    let ca = identity.write_ca(home.path());
    let call = || status(&home, &api).env("EFLOCTL_STS_ENDPOINT", sts.url());
    refused(call(), &["no trusted connection to 127.0.0.1"]);
    answered(call().args(["--ca-file"]).args([ca]));
    assert_eq!((sts.count(), signers(&api)), (1, vec![session.id]));
}

#[test]
fn sts_is_called_through_the_proxy() {
    let (api, home) = (unasked(), home());
    let proxy = Server::unsigned(|_, _| Reply::bytes(502, "text/plain", "no"));
    let with_password = format!("http://user:password-never-shown@{}", proxy.address());
    let call = status(&home, &api).env("EFLOCTL_STS_ENDPOINT", "sts.example.com").env("HTTPS_PROXY", with_password);
    refused(call, &["sts.example.com"]);
    let asked = proxy.requests();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("CONNECT", "sts.example.com:443"));
    assert!(asked[0].header("proxy-authorization").is_some());
}
