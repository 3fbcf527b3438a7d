//! Linux and macOS: files have modes, processes have limits, terminals take escape sequences.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

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

/// Lets a folder that is made be its owner's alone.
pub fn folder_for_owner_alone(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder.mode(0o700)
}

/// Whether the file's mode lets anybody but its owner at it. A device or a pipe keeps nothing.
pub fn is_exposed(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 != 0)
}

/// Whether two paths led to one file.
pub fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether stdout or stderr go to this very file.
pub fn is_an_output(file: &Metadata) -> bool {
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    [stdout.as_fd(), stderr.as_fd()].into_iter().any(|stream| {
        let stream = stream.try_clone_to_owned().map(File::from).and_then(|stream| stream.metadata());
        stream.is_ok_and(|stream| is_same_file(&stream, file))
    })
}

/// Whether stdout takes escape sequences if it is a terminal.
pub fn stdout_takes_escapes() -> bool {
    true
}

/// The same of stderr.
pub fn stderr_takes_escapes() -> bool {
    true
}

/// The echo of the terminal on stdin, switched off; and how the terminal was before, to be put back.
#[derive(Clone)]
pub struct Echo(Option<Termios>);

impl Echo {
    /// Switches it off. To be done before the question is written, or a quick answer would show.
    pub fn off() -> Self {
        let before = tcgetattr(std::io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &quiet);
        }
        Echo(before)
    }

    /// Puts the terminal back to how it was. May be done twice.
    pub fn restore(&self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}
