//! A program while it runs: its lines as they come, and signals to it. Threads read, and the test
//! waits for a line rather than for a time, so that nothing here depends on how fast the machine is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use super::DEADLINE;
use super::cli::Run;

pub(crate) struct Running {
    line: String,
    child: Child,
    out: Option<Lines>,
    err: Lines,
    unread: Option<ChildStdout>,
}

impl Running {
    /// Of a child whose stdout and stderr are pipes.
    pub(crate) fn new(line: String, mut child: Child, read_stdout: bool) -> Self {
        let err = Lines::new(child.stderr.take().expect("a pipe from stderr"));
        let unread = child.stdout.take();
        let mut running = Self { line, child, out: None, err, unread };
        if read_stdout {
            running.read_stdout();
        }
        running
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of stderr that `wanted` takes; lines before it are passed over.
    #[track_caller]
    pub(crate) fn wait_err(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let found = self.err.find(wanted);
        found.unwrap_or_else(|| panic!("no such line on stderr:\n{}", self.err.text()))
    }

    /// The next line of stdout that `wanted` takes.
    #[track_caller]
    pub(crate) fn wait_out(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let out = self.out.as_mut().expect("stdout is read");
        let found = out.find(wanted);
        found.unwrap_or_else(|| panic!("no such line on stdout:\n{}", out.text()))
    }

    /// Sends a signal by its short name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Whether it has come to its end.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the child's status").is_some()
    }

    /// The reader of stdout goes away, as `head` does.
    pub(crate) fn close_stdout(&mut self) {
        assert!(self.unread.take().is_some(), "stdout is being read");
    }

    /// Begins to read a stdout that was left unread.
    pub(crate) fn read_stdout(&mut self) {
        self.out = self.unread.take().map(Lines::new);
    }

    /// Waits for the end; a stdout that is unread stays so.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Run {
        self.err.drain();
        if let Some(out) = &mut self.out {
            out.drain();
        }
        let status = self.child.wait().expect("the child's status");
        let out = self.out.as_mut().map_or_else(Vec::new, |out| std::mem::take(&mut out.seen));
        Run::new(self.line.clone(), status, out, std::mem::take(&mut self.err.seen))
    }
}

impl Drop for Running {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by its short name to a process of the test's own.
pub(crate) fn signal(id: u32, name: &str) {
    // A shell has `kill` built in; as a program it is not on every machine.
    let script = format!("kill -{name} {id}");
    let sent = Command::new("sh").args(["-c", &script]).status().expect("a shell");
    assert!(sent.success(), "{script} failed");
}

/// The lines of a pipe, read by a thread.
struct Lines {
    coming: Receiver<Vec<u8>>,
    seen: Vec<u8>,
}

impl Lines {
    fn new(pipe: impl Read + Send + 'static) -> Self {
        let (sender, coming) = channel();
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while matches!(pipe.read_until(b'\n', &mut line), Ok(n) if n > 0)
                && sender.send(std::mem::take(&mut line)).is_ok()
            {}
        });
        Self { coming, seen: Vec::new() }
    }

    /// The next line that is wanted; `None` at the end, or when it takes too long.
    fn find(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.coming.recv_timeout(left).ok()?;
            self.seen.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if wanted(&text) {
                return Some(text);
            }
        }
    }

    #[track_caller]
    fn drain(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.coming.recv_timeout(left) {
                Ok(line) => self.seen.extend_from_slice(&line),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.text()),
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }
}
