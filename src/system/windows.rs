//! Windows: files have no modes, and what a person's home holds is that person's alone unless somebody changed it.

use console::Term;
use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};
use std::path::Path;

/// Does nothing: a crash leaves no file in the folder that it happened in.
pub fn leave_no_memory_behind() {}

/// Gives nothing: a new file has the permissions of its folder.
pub fn permissions(_: u32) -> Option<Permissions> {
    None
}

/// Changes nothing: a new file has the permissions of its folder.
pub fn for_owner_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Changes nothing: a new folder has the permissions of the one it is in.
pub fn folder_for_owner_alone(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder
}

/// Says no: that is not looked at here.
pub fn is_exposed(_: &Path) -> bool {
    false
}

/// Whether two paths led to one file: there is no telling.
pub fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Says no: a file that is open for writing cannot be replaced here.
pub fn is_an_output(_: &Metadata) -> bool {
    false
}

/// Whether stdout is a console that takes escape sequences. Those of Windows 10 and later do once they are told to,
/// which this does.
pub fn stdout_takes_escapes() -> bool {
    Term::stdout().features().colors_supported()
}

/// The same of stderr.
pub fn stderr_takes_escapes() -> bool {
    Term::stderr().features().colors_supported()
}

/// Stands for the echo of the console, which the library that reads a secret switches off in time.
#[derive(Clone)]
pub struct Echo;

impl Echo {
    /// Does nothing.
    pub fn off() -> Self {
        Echo
    }

    /// Does nothing.
    pub fn restore(&self) {}
}
