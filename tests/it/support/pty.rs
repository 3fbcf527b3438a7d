//! The program in a terminal of its own, whose screen is read as a person would see it: escape codes
//! are not compared but obeyed, so that only what shows counts.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

use super::DEADLINE;
use super::cli::{Home, PROGRAM, code};

pub(crate) struct Pty {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Shown>,
}

struct Shown {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: Parser,
    raw: Vec<u8>,
    ended: bool,
}

impl Pty {
    pub(crate) fn start(home: &Home, columns: u16, rows: u16, args: &[&str]) -> Self {
        Self::start_with(home, columns, rows, PROGRAM, args, &[])
    }

    /// With variables beside those of the home, or another program.
    pub(crate) fn start_with(
        home: &Home,
        columns: u16,
        rows: u16,
        program: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).expect("a pseudo-terminal");
        let child = pair.slave.spawn_command(command(home, program, args, env)).expect("the program starts");
        // While the slave is open here the reader would see no end.
        drop(pair.slave);

        let parser = Parser::new(nonzero(rows), nonzero(columns), 0);
        let state = Mutex::new(State { parser, raw: Vec::new(), ended: false });
        let shown = Arc::new(Shown { state, changed: Condvar::new() });
        let output = pair.master.try_clone_reader().expect("the terminal's output");
        thread::spawn({
            let shown = Arc::clone(&shown);
            move || shown.follow(output)
        });
        let keyboard = pair.master.take_writer().expect("the terminal's input");
        Self { master: pair.master, keyboard, child, shown }
    }

    /// Waits until the screen is as wanted, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(&self, wanted: impl Fn(&str) -> bool) -> String {
        text(&self.wait_for_screen(wanted))
    }

    /// As [`Pty::wait_for`], with all that shows: colours too.
    #[track_caller]
    pub(crate) fn wait_for_screen(&self, wanted: impl Fn(&str) -> bool) -> Screen {
        let found = self.shown.wait_until(|state| wanted(&state.screen()));
        found.unwrap_or_else(|screen| panic!("the screen does not become as wanted:\n{screen}"))
    }

    /// The rows without what is blank at their right, nor blank rows at the end.
    pub(crate) fn screen(&self) -> String {
        self.shown.lock().screen()
    }

    /// What is on the screen now, with colours.
    pub(crate) fn cells(&self) -> Screen {
        self.shown.lock().parser.screen().clone()
    }

    /// All that was written to the terminal so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shown.lock().raw.clone()
    }

    /// Whether what is typed shows.
    pub(crate) fn echoes(&self) -> bool {
        // `ECHO` of termios(3), on Linux as on the BSDs.
        let flags = self.master.get_termios().map(|termios| termios.local_flags.bits());
        flags.is_none_or(|flags| flags & 0o10 != 0)
    }

    /// Sends a signal by its short name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let script = format!("kill -{name} {}", self.child.process_id().expect("a child that runs"));
        assert!(process::Command::new("sh").args(["-c", &script]).status().expect("a shell").success(), "{script}");
    }

    /// As typed: `b"\x03"` is Ctrl-C.
    pub(crate) fn send(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).expect("the terminal takes input");
        self.keyboard.flush().expect("the terminal takes input");
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut state = self.shown.lock();
        state.parser.screen_mut().set_size(nonzero(rows), nonzero(columns));
        self.master.resize(size(columns, rows)).expect("the terminal takes the size");
    }

    /// Asserts what must hold of a terminal after any command: the cursor shows, no other screen was used, and the
    /// prompt begins a line.
    #[track_caller]
    pub(crate) fn left_as_found(&self) {
        let state = self.shown.lock();
        let raw = String::from_utf8_lossy(&state.raw);
        for code in ["\x1b[?1049h", "\x1b[?47h", "\x1b[2J", "\x1b[H"] {
            assert!(!raw.contains(code), "{code:?} in {raw:?}");
        }
        assert!(!state.parser.screen().hide_cursor(), "the cursor stays hidden: {raw:?}");
        assert_eq!(state.parser.screen().cursor_position().1, 0, "the prompt would not begin a line: {raw:?}");
    }

    /// Waits for the end; a signal counts as 128 and its number.
    #[track_caller]
    pub(crate) fn exit_code(&mut self) -> i32 {
        if let Err(screen) = self.shown.wait_until(|state| state.ended) {
            panic!("it does not end:\n{screen}");
        }
        of_std(&mut *self.child).wait().map(code).expect("the child's status")
    }
}

/// The library's own status loses the number of a signal.
fn of_std(child: &mut dyn Child) -> &mut process::Child {
    child.downcast_mut::<process::Child>().expect("a child of std")
}

/// Runs a program in a terminal that is gone as soon as it has shown `last`. Gives the exit code.
#[track_caller]
pub(crate) fn hung_up(home: &Home, program: &str, args: &[&str], last: &str) -> i32 {
    let pair = native_pty_system().openpty(size(80, 40)).expect("a pseudo-terminal");
    let mut child = pair.slave.spawn_command(command(home, program, args, &[])).expect("the program starts");
    drop(pair.slave);
    let mut output = pair.master.try_clone_reader().expect("the terminal's output");
    let (mut shown, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&shown).contains(last) {
        match output.read(&mut buffer) {
            Ok(n @ 1..) => shown.extend_from_slice(&buffer[..n]),
            _ => panic!("it ended before it was time: {}", String::from_utf8_lossy(&shown)),
        }
    }
    drop((output, pair.master));
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = of_std(&mut *child).try_wait().expect("the child's status") {
            return code(status);
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("it goes on without its terminal");
        }
        thread::yield_now();
    }
}

fn command(home: &Home, program: &str, args: &[&str], env: &[(&str, &str)]) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(args);
    command.cwd(home.path());
    command.env_clear();
    for (name, value) in home.variables() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    // Otherwise the library looks for the user's.
    command.env("SHELL", "/bin/sh");
    for (name, value) in env {
        command.env(name, value);
    }
    command
}

impl Drop for Pty {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Feeds the screen until the last holder of the terminal is gone, which Linux tells as an error.
    fn follow(&self, mut output: Box<dyn Read + Send>) {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = output.read(&mut buffer) {
            let mut state = self.lock();
            state.raw.extend_from_slice(&buffer[..n]);
            state.parser.process(&buffer[..n]);
            drop(state);
            self.changed.notify_all();
        }
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// The screen at the moment it is as wanted; as an error the last one, when it ended or took too
    /// long.
    fn wait_until(&self, wanted: impl Fn(&State) -> bool) -> Result<Screen, String> {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.lock();
        loop {
            if wanted(&state) {
                return Ok(state.parser.screen().clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if state.ended || left.is_zero() {
                return Err(state.screen());
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl State {
    fn screen(&self) -> String {
        text(self.parser.screen())
    }
}

fn text(screen: &Screen) -> String {
    let (_, columns) = screen.size();
    let rows: Vec<String> = screen.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn nonzero(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has rows and columns")
}
