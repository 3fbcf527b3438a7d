//! The deadline holds whatever blocks: a stream that nobody reads, a FIFO without another end, input that never ends.
#![cfg(unix)]

use std::io::{PipeReader, PipeWriter, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::support::answers::Answer;
use super::support::cli::{Home, PROGRAM};
use super::support::reply::Reply;
use super::support::server::Server;

/// An invocation that never finishes.
fn open() -> Server {
    Server::always(Reply::ok(Answer::new("Running").nodes(2, "Running")))
}

/// What a pipe holds before it blocks, in bytes.
const PIPE: usize = 65_536;

/// A pipe that takes nothing more, for nobody reads it.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer.write_all(&[b'.'; PIPE]).expect("room in the pipe");
    (reader, writer)
}

fn program(home: &Home, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env_clear().envs(home.variables()).current_dir(home.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Waits for the end, and gives the exit code. A machine under load may take longer than the program means to.
#[track_caller]
fn ends(mut child: Child, within: Duration) -> Option<i32> {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait().expect("the child's status")));
    let most = within + Duration::from_secs(10);
    ended.recv_timeout(most).unwrap_or_else(|_| panic!("still running after {most:?}")).code()
}

const WATCH: [&str; 6] = ["watch", "t-1", "--interval", "1s", "--timeout", "1s"];

#[test]
fn watch_deadline_holds_while_stderr_blocks_and_the_report_is_written() {
    let (server, (_unread, writer)) = (open(), full_pipe());
    let home = Home::for_server(&server);
    let mut child = program(&home, &WATCH).stdout(Stdio::piped()).stderr(writer).spawn().expect("a child");
    let mut stdout = child.stdout.take().expect("a pipe");
    assert_eq!(ends(child, Duration::from_secs(6)), Some(124));
    let mut report = String::new();
    stdout.read_to_string(&mut report).expect("text");
    assert!(report.starts_with("t-1  Running\n"), "{report}");
}

#[test]
fn watch_deadline_holds_while_stdout_blocks_and_that_is_told() {
    for format in ["table", "json", "jsonl"] {
        let (server, (_unread, writer)) = (open(), full_pipe());
        let home = Home::for_server(&server);
        let args = [&WATCH[..], &["-o", format]].concat();
        let mut child = program(&home, &args).stdout(writer).stderr(Stdio::piped()).spawn().expect("a child");
        let mut stderr = child.stderr.take().expect("a pipe");
        assert_eq!(ends(child, Duration::from_secs(6)), Some(124), "{format}");
        let mut told = String::new();
        stderr.read_to_string(&mut told).expect("text");
        assert!(told.contains("the answer cannot be written"), "{format}: {told}");
    }
}

#[test]
fn watch_deadline_waits_for_a_reader_that_is_slow() {
    let server = Server::always(Reply::ok(Answer::new("Running").nodes(4_000, "Running")));
    let home = Home::for_server(&server);
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let args = [&WATCH[..], &["-o", "json"]].concat();
    let child = program(&home, &args).stdout(writer).spawn().expect("a child");
    let reading = thread::spawn(move || {
        let (mut all, mut piece) = (Vec::new(), vec![0; PIPE]);
        loop {
            match reader.read(&mut piece).expect("the pipe") {
                0 => return all,
                length => all.extend_from_slice(&piece[..length]),
            }
            thread::sleep(Duration::from_millis(200));
        }
    });
    assert_eq!(ends(child, Duration::from_secs(60)), Some(124));
    let document: serde_json::Value = serde_json::from_slice(&reading.join().expect("the reader")).expect("all of it");
    assert_eq!(document["invocations"][0]["nodes"].as_array().map(Vec::len), Some(4_000));
}

fn fifo(home: &Home, name: &str) -> String {
    let path = home.path().join(name).to_str().expect("a path in ASCII").to_owned();
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
    path
}

#[test]
fn watch_deadline_holds_for_files_that_nobody_reads() {
    for name in ["--junit", "--record", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        // Enough for a recording to fill a pipe.
        let server = Server::with(|_, n| Reply::ok(Answer::new("Running").nodes(2_000 + n, "Running")));
        let home = Home::for_server(&server);
        let path = fifo(&home, "fifo");
        let args = match name.strip_prefix("--") {
            Some(_) => [&WATCH[..], &[name, &path]].concat(),
            None => [&WATCH[..], &["--github"]].concat(),
        };
        let child = program(&home, &args).env(name, &path).spawn().expect("a child");
        assert_eq!(ends(child, Duration::from_secs(6)), Some(124), "{name}");
    }
}

#[test]
fn watch_deadline_holds_while_input_never_ends() {
    let server = open();
    let home = Home::for_server(&server);
    let path = fifo(&home, "fifo");
    let (_writer, endless) = {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        (writer, reader)
    };
    for args in [
        &["watch", "-"][..],
        &["watch", "--from", "-"],
        &["watch", "--from", &path],
        &["watch", "t-1", "--config", &path],
    ] {
        let args = [args, &["--timeout", "1s"]].concat();
        let stdin = endless.try_clone().expect("a second end");
        let child = program(&home, &args).stdin(stdin).spawn().expect("a child");
        assert_eq!(ends(child, Duration::from_secs(1)), Some(124), "{args:?}");
    }
    assert_eq!(server.count(), 0);
}
