//! What people type by mistake, and the one line that helps.

use super::rollouts::server;
use super::support::cli::Home;

#[test]
fn mistake_on_the_command_line_is_told_with_the_line_that_helps() {
    for (args, message, hint) in [
        (&["t-bj01abc"][..], "unrecognized subcommand 't-bj01abc'", "efloctl status t-bj01abc looks once"),
        (&["version"], "unrecognized subcommand 'version'", "efloctl --version tells it"),
        (&["sttaus", "t-1"], "unrecognized subcommand 'sttaus'", "'status'"),
        (&["status", "t-1", "--json"], "unexpected argument '--json' found", "write -o json"),
        (&["status", "--id", "t-1"], "unexpected argument '--id' found", "the id stands alone: efloctl status ID"),
        (
            &["status", "t-1", "--timeout", "5m"],
            "unexpected argument '--timeout' found",
            "--timeout is an option of watch",
        ),
        (
            &["status", "t-1", "-o", "wide"],
            "invalid value 'wide' for '--output <FORMAT>' [possible values: table",
            "efloctl status --help",
        ),
        (
            &["errors", "t-1", "-o", "yaml"],
            "invalid value 'yaml' for '--output <FORMAT>' [possible values: table",
            "efloctl errors --help",
        ),
        (&["status"], "the following required arguments were not provided: <ID>...", "efloctl status --help shows"),
        (&["man"], "required arguments were not provided: <DIR>", "efloctl man ~/.local/share/man/man1"),
        (
            &["--color", "never", "watch", "t-1", "--interval", "5"],
            "invalid value '5' for '--interval <TIME>': it has no unit",
            "efloctl watch --help",
        ),
        (
            &["send", "f", "--to", "/d", "--nodes", "n-1", "--batches", "0%"],
            "invalid value '0%' for '--batches <N|N%,...>'",
            "efloctl send --help",
        ),
        (&["config", "show", "-o", "tsv"], "invalid value 'tsv' for '--output <FORMAT>'", "efloctl config show --help"),
    ] {
        let run = Home::new().run(args).code(2);
        assert!(run.err.starts_with("efloctl: error: ") && run.err.contains(message), "{run}");
        let next = run.err.lines().find(|line| line.starts_with("  next: ")).unwrap_or_else(|| panic!("{run}"));
        assert!(next.contains(hint), "{hint} is not in {run}");
        assert_eq!(run.out, "");
    }
}

#[test]
fn mistake_in_the_config_file_is_answered_with_what_to_write() {
    for (text, hint) in [
        ("[ops]\nregion = \"cn-beijing\"\n", "a profile is written [profiles.ops]"),
        ("[defaults]\nmax_failed = 3\n", "it is an option of the command line alone"),
        ("region = \"cn-beijing\"\n", "write region below [defaults] or [profiles.NAME]"),
    ] {
        let run = Home::new().config(text).run(&["status", "t-1"]).code(2);
        assert!(run.err.contains(hint), "{run}");
    }
}

#[test]
fn slip_in_a_region_is_warned_of_with_the_nearest() {
    let run = Home::new().efloctl().args(["config", "show"]).env("EFLOCTL_REGION", "cn-wulanchabo\n").run().code(0);
    let warning =
        "efloctl: warning: the region cn-wulanchabo (EFLOCTL_REGION) is not known; did you mean cn-wulanchabu?\n";
    assert_eq!(run.err, warning);
}

#[test]
fn proxy_that_cannot_be_used_is_refused_before_any_call() {
    let home = Home::for_server(&server(vec![]));
    let call = |endpoint: &str| home.efloctl().args(["status", "t-1", "--endpoint", endpoint]);
    for (variable, word, why) in [
        ("HTTPS_PROXY", "socks5://u:never-shown@127.0.0.1:9", "it has another scheme than http and https"),
        ("all_proxy", "\"http://127.0.0.1:9\"", "it is not a host or a URL"),
    ] {
        let run = call("eflo.invalid").env(variable, word).run().code(2);
        assert!(
            run.err.starts_with(&format!("efloctl: error: {variable} ")) && !run.err.contains("never-shown"),
            "{run}"
        );
        assert!(run.err.contains(why), "{run}");
    }
    let run = home.efloctl().args(["doctor", "--endpoint", "eflo.invalid"]).env("HTTPS_PROXY", "htp://x").run().code(2);
    assert!(run.out.contains("FAIL  proxy") && run.out.contains("HTTPS_PROXY"), "{run}");
}
