//! The pictures of the README: drawn from real runs in a terminal, and held to what the program shows today.
//!
//! `tests/pictures/make.sh` draws them anew; look at them before you commit them.

mod svg;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vt100::Screen;

use self::svg::{Ink, PALETTES, Row, Style};
use super::support::cli::Home;
use super::support::pty::Pty;
use super::support::reply::{Gate, Reply};
use super::support::server::Server;

const README: &str = include_str!("../../README.md");

/// So wide that an error in words stands beside its node in one line.
const COLUMNS: u16 = 104;
const ROWS: u16 = 40;

/// How long the watch of the picture has been going on: 45 seconds after the sending, as the recording has it of that
/// answer. The time that the test took is another each time.
const AT: usize = 8;
const TIMES: &str = "45s, 29m 15s left, next in 5s";
/// They begin behind it.
const OPEN: &str = " of 20  ";

/// The answers of the demo's rollout.
fn recording() -> Vec<Value> {
    let lines = include_str!("../data/demo/partial.jsonl").lines();
    let entries = lines.map(|line| serde_json::from_str::<Value>(line).expect("a line of a recording"));
    entries.map(|entry| entry["response"].clone()).collect()
}

/// Draws what came of a command, below the command itself, and holds the files to it.
#[track_caller]
fn picture(name: &str, args: &[&str], mut rows: Vec<Row>) {
    let command = format!("efloctl {}", args.join(" "));
    let prompt = Style { ink: Ink::Faint, bold: false };
    let typed = vec![(prompt, "$ ".to_owned()), (Style::default(), command.clone())];
    rows.insert(0, typed);
    for palette in &PALETTES {
        let file = format!("{name}-{}.svg", palette.name);
        let drawn = svg::draw(&command, &rows, COLUMNS, palette);
        assert!(drawn.len() < 30_000, "{file} is large: {} bytes", drawn.len());
        hold(&folder().join(&file), &drawn);
        assert!(README.contains(&format!("\"tests/pictures/{file}\"")), "the README does not show {file}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures")
}

#[track_caller]
fn hold(path: &Path, drawn: &str) {
    if std::env::var_os("INSTA_UPDATE").is_some_and(|when| when == "always") {
        fs::write(path, drawn).expect("the picture is written");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let path = path.display();
    assert!(committed == drawn, "{path} shows something else; tests/pictures/make.sh draws it anew:\n{drawn}");
}

/// Looks once at the end of the rollout, as it was recorded: what is ago does not grow.
fn look(args: &[&str]) -> Screen {
    let args = [args, &["--from", "demo:partial"]].concat();
    let mut pty = Pty::start(&Home::new(), COLUMNS, ROWS, &args);
    assert_eq!(pty.exit_code(), 0, "{}", pty.screen());
    pty.cells()
}

#[test]
fn picture_of_status_is_current() {
    let args = ["status", "t-demo-partial", "--max-nodes", "8"];
    picture("status", &args, svg::rows(&look(&args)));
}

#[test]
fn picture_of_errors_is_current() {
    let args = ["errors", "t-demo-partial"];
    picture("errors", &args, svg::rows(&look(&args)));
}

#[test]
fn picture_of_a_watch_is_current() {
    let answers = recording();
    let [now, end] = [&answers[AT], answers.last().expect("an answer")].map(|answer| Reply::ok(answer.clone()));
    let server = Server::sequence(vec![now, end.held(&Gate::new())]);
    let args = ["watch", "t-demo-partial"];
    let home = Home::for_server(&server);
    let pty = Pty::start(&home, COLUMNS, ROWS, &args);
    let is_whole = |screen: &str| {
        let next = screen.lines().last().and_then(|row| row.split_once(OPEN)?.1.split_once(", next in "));
        next.is_some_and(|(_, wait)| wait.ends_with('s'))
    };
    let mut rows = svg::rows(&pty.wait_for_screen(is_whole));
    // The test's own server stands for the region's host.
    let host = format!("at {}", server.url().trim_start_matches("http://"));
    for (_, text) in rows.iter_mut().flatten() {
        *text = text.replace(&host, "in cn-wulanchabu");
        let is_time = text.get(..9).is_some_and(|time| time.ends_with('Z') && time.matches(':').count() == 2);
        if is_time {
            text.replace_range(..9, "03:04:35Z");
        }
    }
    let (_, tail) = rows.last_mut().and_then(|row| row.last_mut()).expect("the live line");
    let times = tail.find(OPEN).expect("the times of the live line") + OPEN.len();
    tail.replace_range(times.., TIMES);
    picture("watch", &args, rows);
}

/// Every picture that is there is one that is drawn.
#[test]
fn no_picture_is_left_over() {
    let drawn: Vec<String> = ["status", "errors", "watch"]
        .iter()
        .flat_map(|name| PALETTES.iter().map(move |palette| format!("{name}-{}.svg", palette.name)))
        .collect();
    for entry in fs::read_dir(folder()).expect("the pictures") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".svg") || drawn.contains(&name), "nothing draws {name}");
    }
}

/// How bright a colour is to the eye, as the Web's guidelines for contrast have it.
fn luminance(colour: &str) -> f64 {
    let channel = |from: usize| {
        let share = f64::from(u8::from_str_radix(&colour[from..from + 2], 16).expect("#rrggbb")) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn picture_colours_have_enough_contrast() {
    for palette in &PALETTES {
        for (ink, colour) in palette.inks {
            let [low, high] = {
                let mut both = [luminance(palette.ground), luminance(colour)];
                both.sort_by(f64::total_cmp);
                both
            };
            let contrast = (high + 0.05) / (low + 0.05);
            assert!(contrast >= 4.5, "{ink:?} of {}: {contrast:.2}", palette.name);
        }
    }
}
