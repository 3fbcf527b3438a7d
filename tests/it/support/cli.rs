//! The program as a process in a home of its own: an inherited environment is the first cause of
//! tests that pass on one machine and fail on the next.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::running::Running;
use super::server::{KEY_ID, KEY_SECRET, Server};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_efloctl");

/// A home directory that holds nothing but what the test puts there; also the working directory.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("efloctl-").tempdir().expect("a home directory"))
    }

    /// With a profile, `test`, that has the server's keys and its address.
    pub(crate) fn for_server(server: &Server) -> Self {
        Self::new().config(&format!(
            "default_profile = \"test\"\n\n\
             [profiles.test]\n\
             region = \"cn-wulanchabu\"\n\
             endpoint = \"{}\"\n\
             access_key_id = \"{KEY_ID}\"\n\
             access_key_secret = \"{KEY_SECRET}\"\n",
            server.url()
        ))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn config_path(&self) -> PathBuf {
        self.path().join(".config").join("efloctl").join("config.toml")
    }

    pub(crate) fn config(self, text: &str) -> Self {
        self.file(".config/efloctl/config.toml", text)
    }

    /// More text at the end of the config file; after `for_server` it continues the profile.
    pub(crate) fn config_more(self, text: &str) -> Self {
        let so_far = fs::read_to_string(self.config_path()).unwrap_or_default();
        self.config(&format!("{so_far}{text}"))
    }

    /// The official CLI's file.
    pub(crate) fn aliyun(self, json: impl ToString) -> Self {
        self.file(".aliyun/config.json", json.to_string())
    }

    /// A file that only its owner can read, and the folders to it.
    pub(crate) fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folders");
        fs::write(&path, bytes).expect("the file");
        mode(&path, 0o600);
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("a readable file")
    }

    /// All the variables that the program sees unless a test adds some.
    pub(crate) fn variables(&self) -> Vec<(&'static str, OsString)> {
        let under = |name: &str| self.path().join(name).into_os_string();
        let mut all = vec![
            ("HOME", self.path().as_os_str().to_owned()),
            // Windows' name for it.
            ("USERPROFILE", self.path().as_os_str().to_owned()),
            ("XDG_CONFIG_HOME", under(".config")),
            ("XDG_DATA_HOME", under(".local/share")),
            ("XDG_STATE_HOME", under(".local/state")),
            ("XDG_CACHE_HOME", under(".cache")),
            // Its fixed address is the one way by which a test could leave the loopback.
            ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true".into()),
        ];
        // Programs start badly on Windows without the last two.
        for name in ["PATH", "SystemRoot", "TEMP"] {
            all.extend(std::env::var_os(name).map(|value| (name, value)));
        }
        all
    }

    pub(crate) fn efloctl(&self) -> Efloctl {
        self.program(PROGRAM)
    }

    /// Another program in the same surroundings, such as a shell with the program in a pipe.
    pub(crate) fn program(&self, program: &str) -> Efloctl {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables()).current_dir(self.path());
        Efloctl { command, stdin: None, timeout: Duration::from_secs(30) }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.efloctl().args(args).run()
    }
}

/// Whether a test can see the system calls of the program. CI has to have what it takes.
pub(crate) fn has_strace() -> bool {
    let strace = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    let is_there = strace.is_ok_and(|status| status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "strace is missing");
    is_there
}

/// A call about to be made.
pub(crate) struct Efloctl {
    command: Command,
    stdin: Option<Vec<u8>>,
    timeout: Duration,
}

impl Efloctl {
    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How a failure names it.
    fn line(&self) -> String {
        let args: Vec<_> = self.command.get_args().collect();
        format!("{} {args:?}", self.command.get_program().display())
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Run {
        let line = self.line();
        let mut command = assert_cmd::Command::from_std(self.command);
        command.timeout(self.timeout);
        command.write_stdin(self.stdin.unwrap_or_default());
        let output = command.output().expect("the program starts");
        Run::new(line, output.status, output.stdout, output.stderr)
    }

    /// Starts it, for tests that act meanwhile.
    pub(crate) fn spawn(self) -> Running {
        self.start(true)
    }

    /// As [`Efloctl::spawn`], but nobody reads stdout until the test does so or closes it.
    pub(crate) fn spawn_unread(self) -> Running {
        self.start(false)
    }

    fn start(mut self, read_stdout: bool) -> Running {
        assert!(self.stdin.is_none(), "no test has needed an input here yet");
        let line = self.line();
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::new(line, self.command.spawn().expect("the program starts"), read_stdout)
    }
}

/// What came of a call.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// A signal counts as 128 and its number, as shells have it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    /// Whether the system wrote a core file, or handed one on.
    pub(crate) dumped_core: bool,
    pub(crate) line: String,
}

impl Run {
    pub(crate) fn new(line: String, status: ExitStatus, out: Vec<u8>, err: Vec<u8>) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output that is no UTF-8");
        let run = Self { code: code(status), out: text(out), err: text(err), dumped_core: dumped_core(status), line };
        assert_ne!(run.code, 128 + 9, "it had to be killed: {run}");
        run
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, expected, "the exit code of {self}");
        self
    }

    /// Stdout as the one JSON document that it must be.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self}"))
    }

    /// Stdout as one JSON document a line.
    #[track_caller]
    pub(crate) fn jsonl(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self}"));
        self.out.lines().map(parse).collect()
    }

    /// The error that is the last line of stderr with `-o json`.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let line = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self}"))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, out, err, line, .. } = self;
        write!(f, "{line}\nexit code {code}\n--- stdout\n{out}\n--- stderr\n{err}\n---")
    }
}

/// The exit code as a shell would tell it.
pub(crate) fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().expect("an exit code")
}

fn dumped_core(status: ExitStatus) -> bool {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::core_dumped(&status);
    #[cfg(not(unix))]
    return status.code().is_none();
}

/// Sets the permissions of a file, where there are such.
pub(crate) fn mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(path, permissions).expect("the file's mode");
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}
