//! A send is taken up where it was sent: in its region, at its endpoint, by its account.

use super::{first, resend, send, send_id, set_up};
use crate::fleet_server::{Fleet, Trouble};
use crate::support::cli::Home;
use crate::support::server::{KEY_ID, KEY_SECRET};

/// A send that one node did not get, which is well by now.
fn partial(fleet: &Fleet, home: &Home) -> String {
    fleet.trouble(1, Some(Trouble::NotRunning));
    send(home, &first(2)).run().code(3);
    fleet.trouble(1, None);
    send_id(home)
}

#[test]
fn another_region_or_endpoint_than_the_logs_is_refused_with_both() {
    let fleet = Fleet::of(2);
    let (server, home) = set_up(&fleet);
    let id = partial(&fleet, &home);
    let asked = server.count();
    let own = server.url();
    for (flag, variable, other, logged) in [
        ("--region", "EFLOCTL_REGION", "cn-beijing", "cn-wulanchabu"),
        ("--endpoint", "EFLOCTL_ENDPOINT", "http://127.0.0.1:9", own.as_str()),
    ] {
        let by_flag = home.run(&["resend", &id, "--yes", flag, other]).code(2);
        let by_variable = home.efloctl().args(["resend", &id, "--yes"]).env(variable, other).run().code(2);
        for run in [by_flag, by_variable] {
            assert!(run.err.contains(other) && run.err.contains(logged), "{run}");
        }
    }
    assert_eq!(server.count(), asked);
    // Said again as it is in the log, it is no other.
    resend(&home, &["--region", "cn-wulanchabu", "--endpoint", &own]).code(0);
}

#[test]
fn a_config_that_has_changed_since_changes_nothing() {
    let fleet = Fleet::of(2);
    let (_server, home) = set_up(&fleet);
    partial(&fleet, &home);
    let keys = format!("access_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n");
    let home = home.config(&format!(
        "default_profile = \"new\"\n[defaults]\nendpoint = \"http://127.0.0.1:9\"\n\
         [profiles.new]\nregion = \"cn-beijing\"\n[profiles.test]\nregion = \"cn-shanghai\"\n{keys}"
    ));
    let run = resend(&home, &[]).code(0);
    assert_eq!(fleet.calls()[1..], [["n-1"]]);
    assert!(run.err.contains("profile test (the log)"), "{run}");
}

#[test]
fn a_profile_that_is_given_holds_and_the_plan_tells_where_it_was_named() {
    let fleet = Fleet::of(2);
    let (_server, home) = set_up(&fleet);
    let id = partial(&fleet, &home);
    let home = home.config_more(&format!(
        "\n[profiles.other]\naccess_key_id = \"{KEY_ID}\"\naccess_key_secret = \"{KEY_SECRET}\"\n"
    ));
    let dry = |more: &[&str]| home.efloctl().args(["resend", &id, "--dry-run"]).args(more);
    assert!(dry(&[]).run().code(0).out.contains("profile test (the log)"));
    assert!(dry(&["--profile", "other"]).run().code(0).out.contains("profile other (--profile)"));
    let by_variable = dry(&[]).env("EFLOCTL_PROFILE", "other").run().code(0);
    assert!(by_variable.out.contains("profile other (EFLOCTL_PROFILE)"), "{by_variable}");
    let run = dry(&["--profile", "other", "-o", "json"]).run().code(0);
    assert_eq!(run.json()["send"]["profile"], "other");
    resend(&home, &["--profile", "other"]).code(0);
}

#[test]
fn an_account_that_does_not_know_the_invocations_ends_a_resend_with_nothing_sent() {
    let fleet = Fleet::of(2);
    let server = fleet.serve().accept("another-key-id", "another-key-secret", None);
    let home = Fleet::home(&server);
    let id = partial(&fleet, &home);
    let home = home.config_more(
        "\n[profiles.other]\naccess_key_id = \"another-key-id\"\naccess_key_secret = \"another-key-secret\"\n",
    );
    for more in [&[][..], &["--overwrite"], &["--dry-run"]] {
        let run = resend(&home, &[&["--profile", "other"], more].concat()).code(6);
        assert!(run.err.contains("t-0") && run.err.contains(&id) && run.err.contains("account"), "{run}");
    }
    assert_eq!(fleet.calls().len(), 1);
    resend(&home, &[]).code(0);
}
