//! Linux and macOS: files have modes, processes have limits and are sent signals, terminals take escape sequences.

use rustix::fs::OFlags;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Finds the home of whoever runs the process.
pub fn home() -> Option<PathBuf> {
    dirs::home_dir()
}

/// Forbids core files, for this process and for what it starts: keys are in the memory. On Linux the memory is closed
/// to others of the same user as well, and so to crash handlers that are fed through a pipe, which mind no limit. Best
/// effort: a system that refuses is no reason not to run.
pub fn leave_no_memory_behind() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..getrlimit(Resource::Core) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Gives the permissions that a mode stands for.
pub fn permissions(mode: u32) -> Option<Permissions> {
    Some(Permissions::from_mode(mode))
}

/// Lets a file that is created be its owner's alone.
pub fn for_owner_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Makes a folder where it is missing, for its owner alone.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Refuses a file that is a link.
pub fn refuse_link(options: &mut OpenOptions) -> &mut OpenOptions {
    options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
}

/// Brings a folder's entries to the disk: a file is there only when its name is.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Gives who may do what with a file or a folder, as bits.
pub fn mode(metadata: &Metadata) -> Option<u32> {
    Some(metadata.mode() & 0o777)
}

/// Says whether two paths led to one file.
pub fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Says whether stdout or stderr go to this very file.
pub fn is_an_output(file: &Metadata) -> bool {
    let (stdout, stderr) = (io::stdout(), io::stderr());
    [stdout.as_fd(), stderr.as_fd()].into_iter().any(|stream| {
        let stream = stream.try_clone_to_owned().map(File::from).and_then(|stream| stream.metadata());
        stream.is_ok_and(|stream| is_same_file(&stream, file))
    })
}

/// Says whether a terminal takes escape sequences.
pub fn console_takes_escapes() -> bool {
    true
}

/// Begins to listen for SIGHUP, SIGINT and SIGTERM. Gives a function that waits for the next and gives its number. A
/// signal that was ignored when the process began stays ignored: so `nohup` keeps a watch alive, and a script that
/// traps Ctrl-C keeps its watch in the background.
pub fn signals() -> Option<impl FnMut() -> Option<i32> + Send + 'static> {
    let ignored = ignored_signals();
    let heard = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|number| ignored & (1 << (number - 1)) == 0);
    let mut signals = Signals::new(heard).ok()?;
    Some(move || signals.forever().next())
}

/// Gives the signals that were ignored when the process began, a bit each. Only Linux tells; elsewhere there are none.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Holds how the terminal on stdin was before its echo was switched off.
#[derive(Clone)]
pub struct Echo(Option<Termios>);

impl Echo {
    /// Switches it off. To be done before the question is written, or a quick answer would show.
    pub fn off() -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            // The end of the line is shown all the same.
            quiet.local_modes.insert(LocalModes::ECHONL);
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &quiet);
        }
        Echo(before)
    }

    /// Reads the line that is typed meanwhile.
    pub fn read_line(&self) -> io::Result<String> {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line)
    }

    /// Puts the terminal back to how it was. May be done twice.
    pub fn restore(&self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}
