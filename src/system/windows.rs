//! Windows: files have no modes, and what a person's home holds is that person's alone unless somebody changed it.

use crossterm::ansi_support::supports_ansi;
use signal_hook::consts::SIGINT;
use std::fs::{Metadata, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Finds the home of whoever runs the process where the official CLI looks for it: by two variables, else as Windows
/// has it.
pub fn home() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match (variable("HOMEDRIVE"), variable("HOMEPATH")) {
        (Some(mut drive), Some(path)) => {
            drive.push(path);
            Some(drive.into())
        }
        _ => std::env::home_dir(),
    }
}

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

/// Makes a folder where it is missing. It has the permissions of the one it is in.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Changes nothing: to make a link takes a right that only administrators have.
pub fn refuse_link(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Does nothing: the file system keeps its folders in order itself.
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Gives nothing: who may read a file is not looked at here.
pub fn mode(_: &Metadata) -> Option<u32> {
    None
}

/// Says no: whether two paths led to one file cannot be told here.
pub fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Says no: a file that is open for writing cannot be replaced here.
pub fn is_an_output(_: &Metadata) -> bool {
    false
}

/// Says whether a console takes escape sequences. That of Windows 10 and later does once it is told to, which this
/// does.
pub fn console_takes_escapes() -> bool {
    supports_ansi()
}

/// Begins to listen for Ctrl-C, of which there is no way to wait without a flag that is looked at now and then. Gives a
/// function that waits for the next and gives its number.
pub fn signals() -> Option<impl FnMut() -> Option<i32> + Send + 'static> {
    let pressed = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGINT, Arc::clone(&pressed)).ok()?;
    Some(move || {
        while !pressed.swap(false, Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(SIGINT)
    })
}

/// Stands for the echo of the console, which the library switches off while it reads a line.
#[derive(Clone)]
pub struct Echo;

impl Echo {
    /// Does nothing.
    pub fn off() -> Self {
        Echo
    }

    /// Reads a line that is typed without an echo.
    pub fn read_line(&self) -> io::Result<String> {
        rpassword::read_password()
    }

    /// Does nothing.
    pub fn restore(&self) {}
}
