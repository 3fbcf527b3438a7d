//! Disks that are full or must not be written: it is told, it hides no verdict, nothing half is left, and what was
//! there before is kept.
//!
//! The disks are small ones of the test's own, in a namespace of mounts that goes with the process, so that they work
//! for root, who may write to any folder, as for users.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;

use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM, Run};
use super::support::reply::Reply;
use super::support::server::{KEY_ID, KEY_SECRET, Server};

const INIT: [&str; 8] =
    ["config", "init", "--region", "cn-beijing", "--access-key-id", KEY_ID, "--config", "disk/config.toml"];
/// A page of a disk in memory: no file takes less.
const PAGE: usize = 4096;
const OLD: &str = "[profiles.old]\n";

/// A disk of some pages, mounted on the folder `disk` of a home.
struct Disk {
    home: Home,
    pages: usize,
    /// Shell that prepares the disk.
    prepared: String,
}

impl Disk {
    /// None where this system lets nobody mount one.
    fn new(home: Home, pages: usize) -> Option<Self> {
        fs::create_dir(home.path().join("disk")).expect("a folder");
        let disk = Disk { home, pages, prepared: "true".to_owned() };
        let mounted = disk.shell("true", &[]);
        if mounted.code == 0 {
            return Some(disk);
        }
        // Not through the macro, whose words are kept back.
        let _ = writeln!(std::io::stderr(), "skipped: no disk can be mounted here: {}", mounted.err.trim());
        None
    }

    fn with(self, name: &str, text: &str) -> Self {
        let home = self.home.file(name, text);
        Disk { home, prepared: format!("{} && cp {name} disk/", self.prepared), ..self }
    }

    /// With only so many pages left.
    fn with_left(self, pages: usize, used: usize) -> Self {
        let filler = "x".repeat((self.pages - used - pages) * PAGE);
        self.with("filler", &filler)
    }

    fn read_only(self) -> Self {
        Disk { prepared: format!("{} && mount -o remount,ro none disk", self.prepared), ..self }
    }

    fn shell(&self, line: &str, args: &[&str]) -> Run {
        let Disk { pages, prepared, .. } = self;
        let mounted = format!("mount -t tmpfs -o size={} none disk && {prepared} && {line}", pages * PAGE);
        let sh = ["-rm", "sh", "-c", &mounted, PROGRAM];
        self.home.program("unshare").args(sh).args(args).stdin(format!("{KEY_SECRET}\n")).run()
    }

    /// Runs the program; what is on the disk afterwards is copied to `left`.
    fn run(&self, args: &[&str]) -> Run {
        let _ = fs::remove_dir_all(self.home.path().join("left"));
        self.shell("{ \"$0\" \"$@\"; code=$?; cp -r disk left; exit $code; }", args)
    }

    /// The names of what is there, but for what fills it.
    fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.path().join("left")).expect("the copy");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut names: Vec<String> = names.filter(|name| name != "filler").collect();
        names.sort();
        names
    }
}

#[test]
fn config_init_on_a_full_disk_leaves_no_half_file() {
    let Some(disk) = Disk::new(Home::new(), 4) else { return };
    let full = disk.with_left(0, 0);
    let run = full.run(&INIT).code(5);
    assert!(run.err.contains("disk/config.toml cannot be written: No space left on device"), "{run}");
    assert!(full.left().is_empty() && run.out.is_empty(), "{:?}: {run}", full.left());
}

#[test]
fn config_init_force_on_a_full_disk_keeps_the_old_file() {
    // No room for the copy of the old one; then for that, and not for the new one.
    for (left, there) in [(0, &["config.toml"][..]), (1, &["config.toml", "config.toml.bak"])] {
        let Some(disk) = Disk::new(Home::new(), 4) else { return };
        let disk = disk.with("config.toml", OLD).with_left(left, 1);
        let run = disk.run(&[&INIT[..], &["--force"]].concat()).code(5);
        assert!(run.err.contains("No space left on device") && run.out.is_empty(), "{run}");
        assert_eq!(disk.left(), there, "{run}");
        assert_eq!(disk.home.read("left/config.toml"), OLD, "{run}");
    }
}

#[test]
fn read_only_disk_is_told() {
    let Some(disk) = Disk::new(Home::new(), 4) else { return };
    let disk = disk.with("config.toml", OLD).read_only();
    let run = disk.run(&[&INIT[..], &["--force"]].concat()).code(5);
    assert!(run.err.contains("disk/config.toml cannot be written: Read-only file system"), "{run}");
    assert_eq!((disk.left(), disk.home.read("left/config.toml")), (vec!["config.toml".to_owned()], OLD.to_owned()));
}

fn recorded(answer: Answer) -> String {
    format!("{{\"at\":\"2026-01-02T03:04:05Z\",\"invoke_id\":\"t-1\",\"response\":{}}}\n", answer.value())
}

#[test]
fn recording_on_a_read_only_disk_can_be_replayed_but_not_appended_to() {
    let server = Server::always(Reply::ok(Answer::new("Success").nodes(1, "Success")));
    let Some(disk) = Disk::new(Home::for_server(&server), 4) else { return };
    let text = recorded(Answer::new("Failed").nodes(1, "Failed"));
    let disk = disk.with("r.jsonl", &text).read_only();
    for file in ["disk/r.jsonl", "disk/new.jsonl"] {
        let run = disk.run(&["watch", "t-1", "--record", file]).code(2);
        assert!(run.err.contains(&format!("the recording {file} cannot be written: Read-only file system")), "{run}");
        assert_eq!((disk.left(), disk.home.read("left/r.jsonl")), (vec!["r.jsonl".to_owned()], text.clone()));
    }
    assert_eq!(server.count(), 0);
    disk.run(&["watch", "--from", "disk/r.jsonl"]).code(1);
}

#[test]
fn recording_on_a_full_disk_hides_no_verdict_and_can_be_read() {
    // What is recorded of the end is larger than the disk.
    for (status, code, told) in [("Success", 5, "; exit 5\n"), ("Failed", 1, "; exit 1\n")] {
        let server = Server::sequence(vec![
            Reply::ok(Answer::new("Running").nodes(2, "Running")),
            Reply::ok(Answer::new(status).nodes(100, status)),
        ]);
        let Some(disk) = Disk::new(Home::for_server(&server), 3) else { return };
        let before = recorded(Answer::new("Running").nodes(1, "Running"));
        let disk = disk.with("r.jsonl", &before);
        let run = disk.run(&["watch", "t-1", "--interval", "1s", "--record", "disk/r.jsonl"]).code(code);
        assert!(run.out.starts_with(&format!("t-1  {status}\n")) && run.err.ends_with(told), "{run}");
        assert!(run.err.contains("the recording is not complete: No space left on device"), "{run}");
        let text = disk.home.read("left/r.jsonl");
        assert!(text.starts_with(&before) && text.lines().count() == 2 && text.ends_with('\n'), "{}", text.len());

        let read = disk.home.run(&["status", "--from", "left/r.jsonl"]).code(0);
        assert_eq!(read.err, "", "the line that found no room is taken back whole");
        assert!(read.out.contains("nodes  2 open of 2"), "{read}");
    }
}

#[test]
fn replay_onto_a_full_disk_is_told() {
    let home = Home::new().file("r.jsonl", recorded(Answer::new("Failed").nodes(1, "Failed")));
    for (args, code) in [(&["status"][..], 5), (&["errors"], 5), (&["watch"], 1), (&["status", "-o", "raw"], 5)] {
        let line = ["-c", "exec \"$0\" \"$@\" >/dev/full", PROGRAM];
        let run = home.program("sh").args(line).args(args).args(["--from", "r.jsonl"]).run().code(code);
        assert!(run.err.contains("the answer cannot be written: No space left on device"), "{run}");
    }
}

#[test]
fn completion_script_onto_a_full_disk_is_told() {
    let home = Home::new();
    let line = ["-c", "exec \"$0\" >/dev/full", PROGRAM];
    let run = home.program("sh").args(line).env("EFLOCTL_COMPLETE", "bash").run().code(5);
    assert!(run.err.contains("the answer cannot be written: No space left on device"), "{run}");
}
