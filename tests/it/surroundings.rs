//! Odd surroundings: files that are none or far too large, no home, words that are no text. Told with exit code 2, and
//! never a crash.

use super::support::answers::Answer;
use super::support::cli::{Efloctl, Home, Run};
use super::support::reply::Reply;
use super::support::server::{KEY_ID, KEY_SECRET, Server};

fn any() -> Server {
    Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")))
}

/// Asserts that it ended with a refusal in a few clear words.
#[track_caller]
fn refused(run: Run, words: &[&str]) {
    let run = run.code(2);
    assert!(run.out.is_empty() && !run.err.contains("panicked") && run.err.len() < 2000, "{run}");
    for word in words {
        assert!(run.err.contains(word), "{word:?} is not told: {run}");
    }
}

#[cfg(unix)]
mod files {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    const MIB: usize = 1 << 20;

    /// Nobody can read these, not even root.
    fn unreadable(home: &Home) -> [(&'static str, &'static str); 4] {
        let at = |name: &str| home.path().join(name);
        std::fs::create_dir(at("folder")).expect("a folder");
        symlink("loop", at("loop")).expect("a link");
        std::fs::write(at("file"), "").expect("a file");
        [
            ("folder", "Is a directory"),
            ("loop", "Too many levels of symbolic links"),
            ("file/within", "Not a directory"),
            ("absent", "No such file"),
        ]
    }

    #[test]
    fn unreadable_file_is_told_with_the_reason() {
        let server = any();
        let home = Home::for_server(&server);
        for (file, why) in unreadable(&home) {
            for args in [
                &["status", "t-1", "--config", file][..],
                &["watch", "t-1", "--config", file],
                &["config", "show", "--config", file],
                &["status", "t-1", "--ca-file", file],
                &["watch", "t-1", "--ca-file", file],
                &["status", "--from", file],
                &["watch", "--from", file],
            ] {
                refused(home.run(args), &[file, "cannot be read: ", why]);
            }
            if file != "absent" {
                refused(home.run(&["watch", "t-1", "--record", file]), &[file, "cannot be written: ", why]);
            }
        }
        assert_eq!(server.count(), 0);
    }

    #[test]
    fn oversized_file_is_refused() {
        let server = any();
        let many = "# nothing but comments\n".repeat(50 * MIB / 23);
        let one = format!("default_profile = \"{}\"\n", "x".repeat(50 * MIB));
        let home = Home::for_server(&server).file("many.toml", many).file("one.toml", one);
        for file in ["many.toml", "one.toml", "/dev/zero"] {
            for args in [["status", "t-1", "--config", file], ["watch", "t-1", "--ca-file", file]] {
                refused(home.run(&args), &[file, "cannot be read: it is larger than 4 MiB"]);
            }
        }
        let long = format!("default_profile = \"{}\"\n", "x".repeat(MIB));
        refused(home.config(&long).run(&["status", "t-1"]), &["there is no profile xxx"]);
        assert_eq!(server.count(), 0);
    }

    #[test]
    fn deeply_nested_file_is_refused() {
        let lists = format!("a = {}\n", "[".repeat(100_000));
        let keys = format!("{}a = 1\n", "a.".repeat(100_000));
        let home = Home::new().file("lists.toml", lists).file("keys.toml", keys);
        for file in ["lists.toml", "keys.toml"] {
            refused(home.run(&["status", "t-1", "--config", file]), &[&format!("{file}:1: is not TOML")]);
        }
    }

    #[test]
    fn only_a_regular_file_is_replaced() {
        let home = Home::new();
        let _listener = UnixListener::bind(home.path().join("socket")).expect("a socket");
        std::fs::create_dir(home.path().join("folder")).expect("a folder");
        for file in ["socket", "folder"] {
            let flags = ["config", "init", "-r", "cn-beijing", "--access-key-id", KEY_ID, "--config", file];
            for force in [&[][..], &["--force"]] {
                let run = home.efloctl().args(flags).args(force).stdin(format!("{KEY_SECRET}\n")).run();
                refused(run, &[file, "is no plain file"]);
            }
        }
        assert!(home.path().join("folder").is_dir());
        assert!(["socket.bak", "folder.bak"].iter().all(|copy| !home.path().join(copy).exists()));
    }

    #[test]
    fn symlinked_config_file_stays_a_symlink() {
        let home = Home::new().file("dotfiles/efloctl.toml", "[profiles.old]\n");
        symlink("dotfiles/efloctl.toml", home.path().join("link.toml")).expect("a link");
        let flags = ["config", "init", "-r", "cn-beijing", "--access-key-id", KEY_ID, "--config", "link.toml"];
        home.efloctl().args(flags).args(["--force"]).stdin(format!("{KEY_SECRET}\n")).run().code(0);
        assert!(home.path().join("link.toml").is_symlink());
        assert!(home.read("dotfiles/efloctl.toml").contains("cn-beijing"));
        assert_eq!(home.read("link.toml.bak"), "[profiles.old]\n");
    }

    #[test]
    fn config_file_can_be_a_pipe() {
        let server = any();
        let home = Home::for_server(&server);
        let line = "cat .config/efloctl/config.toml | \"$0\" status t-1 --config /dev/stdin";
        let run = home.program("sh").args(["-c", line, crate::support::cli::PROGRAM]).run().code(0);
        assert_eq!(server.count(), 1, "{run}");
    }
}

/// With keys in the environment, and no home that is named.
fn homeless(home: &Home, server: &Server) -> Efloctl {
    let call = home.efloctl().without("HOME").env("EFLOCTL_ENDPOINT", server.url());
    call.env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET)
}

#[test]
fn environment_is_enough_without_home() {
    let server = any();
    let home = Home::new();
    for command in ["status", "watch"] {
        homeless(&home, &server).args([command, "t-1"]).run().code(0);
        homeless(&home, &server).env("HOME", "").args([command, "t-1"]).run().code(0);
    }
    assert_eq!(server.count(), 4);
    // Where the system names another home there may be a file, so that it is only asked for its place.
    let run = homeless(&home, &server).without("XDG_CONFIG_HOME").args(["config", "path"]).run();
    assert!([0, 2].contains(&run.code) && !run.err.contains("panicked"), "{run}");
}

#[cfg(unix)]
mod words {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn garbled(begin: &str) -> OsString {
        OsStr::from_bytes(&[begin.as_bytes(), b"\xff\xfe"].concat()).to_owned()
    }

    #[test]
    fn arguments_that_are_no_utf8_are_refused() {
        let home = Home::new();
        let word = garbled("");
        for args in [
            &[][..],
            &["status"],
            &["watch"],
            &["explain"],
            &["completions"],
            &["status", "t-1", "--profile"],
            &["status", "t-1", "--config"],
            &["status", "t-1", "--only"],
            &["status", "--from"],
            &["watch", "t-1", "--interval"],
            &["config", "init", "--region"],
            &["--color"],
        ] {
            refused(home.efloctl().args(args).args([&word]).run(), &["error: "]);
        }
    }

    #[test]
    fn efloctl_variable_that_is_no_utf8_is_refused() {
        let server = any();
        let home = Home::for_server(&server);
        for name in [
            "EFLOCTL_PROFILE",
            "EFLOCTL_CONFIG",
            "EFLOCTL_OUTPUT",
            "EFLOCTL_TIMEOUT",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABA_CLOUD_PROFILE",
        ] {
            for args in [&["status", "t-1"][..], &["watch", "t-1"], &["config", "show"], &["config", "path"]] {
                let run = home.efloctl().args(args).env(name, garbled("secret-never-shown")).run();
                assert!(!run.err.contains("never-shown"), "{run}");
                refused(run, &[&format!("efloctl: error: the variable {name} is not UTF-8 text\n  next: ")]);
            }
        }
        let run = home.efloctl().args(["explain", "Timeout"]).env("EFLOCTL_OUTPUT", garbled("json")).run();
        refused(run, &["EFLOCTL_OUTPUT"]);
        assert_eq!(server.count(), 0);
    }

    #[test]
    fn other_variables_and_folders_need_no_utf8() {
        let server = any();
        let home = Home::for_server(&server);
        let call = || home.efloctl().args(["status", "t-1"]);
        for name in ["TERM", "NO_COLOR", "CLICOLOR_FORCE", "LANG", "NOBODY_KNOWS"] {
            call().env(name, garbled("")).run().code(0);
        }
        let config = home.path().join(garbled("folder"));
        let file = std::fs::create_dir_all(config.join("efloctl"))
            .and_then(|()| std::fs::copy(home.config_path(), config.join("efloctl/config.toml")));
        // Not every file system takes such a name.
        if file.is_ok() {
            call().env("XDG_CONFIG_HOME", config).run().code(0);
        }
        homeless(&home, &server).args(["status", "t-1"]).env("HOME", home.path().join(garbled(""))).run().code(0);
    }
}
