//! `config init`: a first config file from flags and standard input, whole or not at all, never over another.

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::support::answers::Answer;
use crate::support::cli::{Efloctl, Home, Run, mode};
use crate::support::reply::Reply;
use crate::support::server::{KEY_ID, KEY_SECRET, Server};

const FLAGS: [&str; 6] = ["config", "init", "--region", "cn-beijing", "--access-key-id", KEY_ID];

fn init(home: &Home) -> Efloctl {
    home.efloctl().args(FLAGS).stdin(format!("{KEY_SECRET}\n"))
}

fn api() -> Server {
    Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")))
}

#[track_caller]
fn told(run: Run) -> Run {
    assert!(!run.out.contains("never-shown") && !run.err.contains("never-shown"), "a secret is shown: {run}");
    run
}

/// Asserts that the file does what it is for.
#[track_caller]
fn works(home: &Home, args: &[&str]) {
    works_with(home, &api(), args);
}

#[track_caller]
fn works_with(home: &Home, api: &Server, args: &[&str]) {
    let call = home.efloctl().args(["status", "t-1", "--endpoint", &api.url()]).args(args);
    told(call.run().code(0));
    assert_eq!(api.count(), 1);
}

fn setting(home: &Home, name: &str) -> Value {
    let document = home.run(&["config", "show", "-o", "json"]).code(0).json();
    let lines = document["settings"].as_array().unwrap().clone();
    lines.into_iter().find(|line| line["name"] == name).unwrap()["value"].clone()
}

#[cfg(unix)]
fn mode_of(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn config_init_from_flags_and_stdin_works() {
    let home = Home::new();
    let run = told(init(&home).run().code(0));
    let path = home.config_path();
    assert_eq!(run.out, format!("{}\n", path.display()), "a script can open what is printed");
    assert!(run.err.contains("efloctl doctor"), "{run}");
    assert_eq!(entries(path.parent().unwrap()), vec![path.clone()], "nothing else is left behind");
    #[cfg(unix)]
    assert_eq!((mode_of(&path), mode_of(path.parent().unwrap())), (0o600, 0o700));
    works(&home, &[]);
    assert_eq!((setting(&home, "profile"), setting(&home, "region")), (json!("ops"), json!("cn-beijing")));
    let text = home.read(".config/efloctl/config.toml");
    assert!(text.contains("# [profiles.pod]"), "the other kinds of profiles stay to be read");
}

#[test]
fn config_init_escapes_any_name_and_secret() {
    let secret = r#"a"b\c'd#e$f=never-shown"#;
    for name in ["night shift", "it's", "a.b", "\"", "[x]"] {
        let home = Home::new();
        let api = api().accept("LTAI\"other\"00", secret, None);
        let args = ["config", "init", "-p", name, "-r", "cn-beijing", "--access-key-id", "LTAI\"other\"00"];
        told(home.efloctl().args(args).stdin(format!("  {secret}\r\n")).run().code(0));
        works_with(&home, &api, &[]);
        works_with(&home, &self::api().accept("LTAI\"other\"00", secret, None), &["--profile", name]);
    }
}

#[test]
fn config_init_keeps_an_existing_file() {
    for text in ["[profiles.mine]\nregion = \"cn-hangzhou\"\n", "this is no config file"] {
        let home = Home::new().config(text);
        let run = told(init(&home).run().code(2));
        assert!(run.err.contains("~/.config/efloctl/config.toml is there already"), "{run}");
        assert!(run.err.contains("--force"), "{run}");
        assert_eq!((home.read(".config/efloctl/config.toml").as_str(), run.out.as_str()), (text, ""));

        let run = told(init(&home).args(["--force"]).run().code(0));
        assert!(run.err.contains("kept as ~/.config/efloctl/config.toml.bak"), "{run}");
        assert_eq!(home.read(".config/efloctl/config.toml.bak"), text);
        #[cfg(unix)]
        assert_eq!(mode_of(&home.path().join(".config/efloctl/config.toml.bak")), 0o600);
        works(&home, &[]);
    }
}

#[test]
fn config_init_force_that_fails_keeps_the_old_file() {
    let text = "[profiles.mine]\nregion = \"cn-hangzhou\"\n";
    let home = Home::new().config(text);
    told(home.efloctl().args(FLAGS).args(["--force"]).stdin("\n").run().code(2));
    assert_eq!(home.read(".config/efloctl/config.toml"), text);
    assert_eq!(entries(home.config_path().parent().unwrap()).len(), 1, "no copy is made of what stays");
}

#[test]
fn config_init_writes_to_the_config_flag() {
    let home = Home::new();
    let run = told(init(&home).args(["--config", "deep/er/my.conf"]).run().code(0));
    assert_eq!(run.out, "deep/er/my.conf\n");
    works(&home, &["--config", "deep/er/my.conf"]);
    let run = told(init(&home).args(["--config", "deep/er/my.conf", "--force"]).run().code(0));
    assert!(run.err.contains("my.conf.bak"), "{run}");
    assert!(home.path().join("deep/er/my.conf.bak").exists());

    told(init(&home).args(["--config", "here.toml"]).run().code(0));
    works(&home, &["--config", "here.toml"]);

    told(init(&home).env("EFLOCTL_CONFIG", "~/by-variable.toml").run().code(0));
    works(&home, &["--config", "by-variable.toml"]);
    assert!(!home.config_path().exists());
}

#[test]
fn config_init_with_aliyun_profile() {
    let official = json!({"current": "a", "profiles": [
        {"name": "a", "mode": "AK", "access_key_id": "other", "access_key_secret": "other-never-shown"},
        {"name": "work", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
         "region_id": "cn-shanghai"},
    ]});
    let home = Home::new().aliyun(official);
    let init = |args: &[&str]| home.efloctl().args(["config", "init"]).args(args);
    let run = told(init(&["--aliyun-profile", "gone"]).run().code(2));
    assert!(run.err.contains("the official CLI has no profile gone"), "{run}");
    let run = told(init(&["--aliyun-profile", "a"]).run().code(2));
    assert!(run.err.contains("region"), "that profile has none: {run}");
    assert!(!home.config_path().exists());

    told(init(&["--aliyun-profile", "work"]).run().code(0));
    let text = home.read(".config/efloctl/config.toml");
    assert!(text.contains("\naliyun_profile = \"work\"\n") && !text.contains(KEY_SECRET), "{text}");
    assert_eq!(setting(&home, "region"), "cn-shanghai");
    works(&home, &[]);

    told(init(&["--aliyun-profile", "work", "--region", "cn-beijing", "--force"]).run().code(0));
    assert_eq!(setting(&home, "region"), "cn-beijing");
    let both = init(&["--aliyun-profile", "work", "--access-key-id", KEY_ID]).run().code(2);
    assert!(both.err.contains("cannot be used with"), "{both}");
}

#[test]
fn config_init_tells_what_is_missing_and_writes_nothing() {
    let home = Home::new();
    for (args, stdin, reason) in [
        (&["--access-key-id", KEY_ID][..], KEY_SECRET, "no region"),
        (&["--region", "cn-beijing"], KEY_SECRET, "no AccessKey id"),
        (&["--region", "cn-beijing", "--access-key-id", KEY_ID], "", "no AccessKey secret"),
        (&["--region", "cn-beijing", "--access-key-id", KEY_ID], "  \n", "no AccessKey secret"),
        (&["--region", "cn.beijing", "--access-key-id", KEY_ID], KEY_SECRET, "is not a region"),
        (&["--region", "cn-beijing", "--access-key-secret", KEY_SECRET], "", "unexpected argument"),
    ] {
        let run = home.efloctl().args(["config", "init"]).args(args).stdin(stdin).run().code(2);
        assert!(run.err.contains(reason), "{reason:?} is not told: {run}");
        assert_eq!(run.out, "");
    }
    assert!(!home.config_path().parent().unwrap().exists());
}

#[test]
fn config_init_shows_no_secret() {
    for level in ["-v", "-vv"] {
        let home = Home::new();
        told(init(&home).args([level]).run().code(0));
        for words in [&["config", "show"][..], &["config", "list"], &["config", "path"]] {
            told(home.efloctl().args(words).args([level]).run().code(0));
        }
    }
    let quiet = Home::new();
    let run = told(init(&quiet).args(["-q"]).run().code(0));
    assert_eq!((run.out, run.err), (format!("{}\n", quiet.config_path().display()), String::new()));
}

#[test]
fn config_init_tells_a_folder_that_cannot_be_made() {
    let home = Home::new().file(".config/efloctl", "a file where the folder would be");
    let run = told(init(&home).run().code(5));
    assert!(run.err.contains("~/.config/efloctl/config.toml cannot be written"), "{run}");
    assert_eq!((home.read(".config/efloctl").as_str(), run.out.as_str()), ("a file where the folder would be", ""));
}

#[cfg(unix)]
#[test]
fn config_init_tells_a_folder_without_write_permission() {
    let home = Home::new();
    let folder = home.path().join("locked");
    fs::create_dir(&folder).unwrap();
    mode(&folder, 0o500);
    if fs::write(folder.join("probe"), "").is_ok() {
        // Not through the macro, whose words are kept back.
        let _ = writeln!(std::io::stderr(), "skipped: whoever runs this test may write everywhere");
        return;
    }
    let run = told(init(&home).args(["--config", "locked/config.toml"]).run().code(5));
    assert!(run.err.contains("cannot be written") && run.err.to_lowercase().contains("permission denied"), "{run}");
    assert!(entries(&folder).is_empty());
    mode(&folder, 0o700);
}
