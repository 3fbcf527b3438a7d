//! `config init` on a terminal: what it asks, what it offers, and what it never echoes.

use serde_json::json;

use crate::support::answers::Answer;
use crate::support::cli::Home;
use crate::support::pty::Pty;
use crate::support::reply::Reply;
use crate::support::server::{KEY_ID, KEY_SECRET, Server};

fn start(home: &Home, args: &[&str]) -> Pty {
    Pty::start(home, 100, 20, &[&["config", "init"], args].concat())
}

/// Waits for a question and types the answer.
fn answer(pty: &mut Pty, question: &str, text: &str) {
    pty.wait_for(|screen| screen.ends_with(question.trim_end()));
    pty.send(format!("{text}\r").as_bytes());
}

/// The same for the secret.
fn answer_unseen(pty: &mut Pty, text: &str) {
    pty.wait_for(|screen| screen.ends_with("AccessKey secret (not shown):"));
    // Already: a quick hand must not be seen.
    assert!(!pty.echoes(), "{}", pty.screen());
    pty.send(format!("{text}\r").as_bytes());
}

fn all_written(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.raw()).into_owned()
}

fn official() -> Home {
    Home::new().aliyun(json!({"current": "work", "profiles": [
        {"name": "work", "mode": "AK", "access_key_id": KEY_ID, "access_key_secret": KEY_SECRET,
         "region_id": "cn-shanghai"},
        {"name": "other", "mode": "BearerToken", "bearer_token": "token-never-shown"},
    ]}))
}

#[track_caller]
fn works(home: &Home, args: &[&str]) {
    let api = Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")));
    home.efloctl().args(["status", "t-1", "--endpoint", &api.url()]).args(args).run().code(0);
    assert_eq!(api.count(), 1);
}

#[test]
fn config_init_prompts_and_does_not_echo_the_secret() {
    let home = Home::new();
    let mut pty = start(&home, &[]);
    answer(&mut pty, "profile name [ops]:", "night");
    answer(&mut pty, "region, such as cn-wulanchabu:", "cn-beijing");
    answer(&mut pty, "AccessKey id:", KEY_ID);
    answer_unseen(&mut pty, KEY_SECRET);
    assert_eq!(pty.exit_code(), 0);
    assert!(!all_written(&pty).contains("never-shown"), "{}", all_written(&pty));
    assert!(pty.screen().contains("config.toml"), "{}", pty.screen());
    works(&home, &["--profile", "night"]);
}

#[test]
fn config_init_does_not_prompt_for_what_a_flag_says() {
    let home = Home::new();
    let mut pty = start(&home, &["--profile", "night", "--region", "cn-beijing", "--access-key-id", KEY_ID]);
    answer_unseen(&mut pty, KEY_SECRET);
    assert_eq!(pty.exit_code(), 0);
    assert!(!all_written(&pty).contains("region, such as"), "{}", all_written(&pty));
    works(&home, &[]);
}

#[test]
fn config_init_offers_official_cli_profiles() {
    let home = official();
    let mut pty = start(&home, &[]);
    answer(&mut pty, "profile name [ops]:", "");
    pty.wait_for(|screen| screen.contains("the official CLI has profiles: work, other"));
    answer(&mut pty, "or enter an AccessKey (empty):", "work");
    assert_eq!(pty.exit_code(), 0);
    assert!(home.read(".config/efloctl/config.toml").contains("\naliyun_profile = \"work\"\n"));
    assert!(!all_written(&pty).contains("region, such as"), "that profile has a region");
    works(&home, &["--profile", "ops"]);
}

#[test]
fn config_init_offer_can_be_declined() {
    let home = official();
    let mut pty = start(&home, &[]);
    answer(&mut pty, "profile name [ops]:", "");
    answer(&mut pty, "or enter an AccessKey (empty):", "");
    answer(&mut pty, "region, such as cn-wulanchabu:", "cn-beijing");
    answer(&mut pty, "AccessKey id:", KEY_ID);
    answer_unseen(&mut pty, KEY_SECRET);
    assert_eq!(pty.exit_code(), 0);
    assert!(!home.read(".config/efloctl/config.toml").contains("\naliyun_profile"));
    works(&home, &["--profile", "ops"]);
}

#[test]
fn config_init_unusable_answer_writes_nothing() {
    let home = official();
    let mut pty = start(&home, &[]);
    answer(&mut pty, "profile name [ops]:", "");
    answer(&mut pty, "or enter an AccessKey (empty):", "gone");
    assert_eq!(pty.exit_code(), 2);
    assert!(pty.screen().contains("the official CLI has no profile gone"), "{}", pty.screen());

    let mut pty = start(&home, &["--access-key-id", KEY_ID]);
    answer(&mut pty, "profile name [ops]:", "");
    answer(&mut pty, "region, such as cn-wulanchabu:", "not a region");
    assert_eq!(pty.exit_code(), 2);
    let mut pty = start(&home, &["--access-key-id", KEY_ID, "--region", "cn-beijing"]);
    answer(&mut pty, "profile name [ops]:", "");
    answer_unseen(&mut pty, "");
    assert_eq!(pty.exit_code(), 2);
    assert!(!home.config_path().exists());
}

#[test]
fn config_init_tells_an_existing_file_before_any_prompt() {
    let home = Home::new().config("[profiles.mine]\n");
    let mut pty = start(&home, &[]);
    assert_eq!(pty.exit_code(), 2);
    assert!(pty.screen().contains("is there already"), "{}", pty.screen());
    assert!(!pty.screen().contains("profile name"), "{}", pty.screen());
}

#[test]
fn config_init_restores_the_terminal() {
    let home = Home::new();
    let args = ["--profile", "night", "--region", "cn-beijing", "--access-key-id", KEY_ID];
    for (how, code) in [("\r", 2), ("a-secret\r", 0), ("\u{3}", 130), ("TERM", 143), ("HUP", 129)] {
        let mut pty = start(&home, &args);
        pty.wait_for(|screen| screen.ends_with("AccessKey secret (not shown):"));
        assert!(!pty.echoes(), "{how:?}");
        match how {
            "TERM" | "HUP" => pty.signal(how),
            keys => pty.send(keys.as_bytes()),
        }
        assert_eq!(pty.exit_code(), code, "{how:?}: {}", pty.screen());
        assert!(pty.echoes(), "{how:?} leaves a terminal that shows nothing");
        let _ = std::fs::remove_file(home.config_path());
    }
}
