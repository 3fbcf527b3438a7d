//! The same on a terminal, where a text could move the cursor, paint over lines, or pile up marks.

use super::*;
use crate::support::cli::Home;
use crate::support::pty::Pty;
use crate::support::reply::{Gate, Reply};
use crate::support::server::Server;
use textwrap::core::display_width;

/// The sequences that efloctl writes: colours, and for its live lines some rows up and what is below wiped.
#[track_caller]
fn only_own_sequences(pty: &Pty) {
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let mut plain = String::new();
    for (at, part) in raw.split('\u{1b}').enumerate() {
        let own = |part: &str| {
            let rest = part.strip_prefix('[')?.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';' || c == '?');
            ["m", "A", "J"].into_iter().find_map(|end| rest.strip_prefix(end)).map(str::to_owned)
        };
        plain += &if at == 0 { part.to_owned() } else { own(part).unwrap_or_else(|| panic!("{part:?} in {raw:?}")) };
    }
    is_harmless("the screen", &plain.replace('\r', ""), None);
    assert!(!raw.contains("\u{1b}[2J") && !raw.contains("\u{1b}[31m\u{0}"), "{raw:?}");
}

#[test]
fn untrusted_text_is_safe_in_a_live_watch() {
    for columns in [200, 40] {
        let gate = Gate::new();
        let server = Server::sequence(vec![
            Reply::ok(Hand::Hostile.answer(&Hand::Hostile.write("overall"))),
            Reply::ok(Hand::Hostile.answer("Failed")).held(&gate),
        ]);
        let home = Home::for_server(&server);
        let mut pty = Pty::start(&home, columns, 200, &["watch", "t-1", "--interval", "1s"]);
        // A permanent line of the failed node, and the live line below it.
        pty.wait_for(|screen| screen.contains("a-id") && screen.contains("!!!!!-----"));
        only_own_sequences(&pty);
        gate.open();
        assert_eq!(pty.exit_code(), 1);
        only_own_sequences(&pty);
    }
}

#[test]
fn untrusted_id_of_a_recording_is_safe_in_live_lines() {
    let marks = "\u{301}".repeat(40);
    let id = format!("灵骏{marks}{}", Hand::Hostile.write("id"));
    let line = |id: &str| {
        let answer: Value = Answer::new("Running").nodes(2, "Running").into();
        json!({"at": "2026-01-02T03:04:05Z", "invoke_id": id, "response": answer}).to_string()
    };
    let text = format!("{}\n{}\n", line(&id), line("t-2")).repeat(3);
    let home = Home::new().file("rec", text);
    let mut pty = Pty::start(&home, 80, 60, &["watch", "--from", "rec", "--interval", "1s"]);
    // The second of the two is seen a moment after the first.
    let screen = pty.wait_for(|screen| screen.matches("Running  ").count() == 2);
    assert!(screen.lines().any(|row| row.starts_with("灵骏") && row.contains("Running  ")), "{screen}");
    // Each of the two is one row, and they are aligned.
    let bars: Vec<usize> =
        screen.lines().filter_map(|row| row.split_once("Running  ")).map(|(id, _)| display_width(id)).collect();
    assert!(bars.len() == 2 && bars[0] == bars[1], "{bars:?}\n{screen}");
    assert_eq!(pty.exit_code(), 8);
    only_own_sequences(&pty);
}

#[test]
fn columns_align_with_wide_letters_and_marks() {
    let zalgo = format!("z{}a", "\u{301}\u{489}\u{35f}".repeat(12));
    let ids = ["灵骏-0001", "e01-ascii", "안녕-e\u{301}\u{302}", zalgo.as_str(), "ก็ที่-5", "❤\u{fe0f}-👨\u{200d}👩"];
    let answer = ids.iter().fold(Answer::new("Failed"), |answer, id| answer.failed(id, "Failed", "Code", "short"));
    let server = Server::always(Reply::ok(answer));
    let home = Home::for_server(&server);
    let mut pty = Pty::start(&home, 400, 60, &["status", "t-1"]);
    assert_eq!(pty.exit_code(), 0);
    only_own_sequences(&pty);
    let screen = pty.screen();
    let rows = screen.lines().filter_map(|row| row.split_once("  Failed  3s    Code: short"));
    let ends: Vec<usize> = rows.map(|(id, _)| display_width(id)).collect();
    assert_eq!(ends.len(), ids.len(), "{screen}");
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}\n{screen}");
}

#[test]
fn config_path_is_raw_for_scripts_and_safe_on_a_terminal() {
    let home = Home::new();
    let path = format!("{}/odd\u{1b}[2J\u{202e}", home.path().display());
    let piped = home.efloctl().args(["config", "path"]).env("EFLOCTL_CONFIG", &path).run().code(0);
    assert_eq!(piped.out, format!("{path}\n"));
    let program = crate::support::cli::PROGRAM;
    let mut pty = Pty::start_with(&home, 200, 10, program, &["config", "path"], &[("EFLOCTL_CONFIG", &path)]);
    assert_eq!(pty.exit_code(), 0);
    only_own_sequences(&pty);
    assert!(pty.screen().contains("odd\\u{1b}[2J\\u{202e}"), "{}", pty.screen());
}
