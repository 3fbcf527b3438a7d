//! efloctl tells whether a file sent to a fleet of Alibaba Cloud PAI Lingjun nodes arrived, where it did not, and why.
//!
//! The floors, from the ground up; each may use only those before it, and `commands` alone wires them together.

#![cfg_attr(not(test), warn(unused_crate_dependencies))]

mod catalog;
mod clock;
mod deadline;
mod files;
mod system;
mod text;

mod fault;
mod invocation;

mod exit;
mod names;
mod rpc;
mod signals;
mod terminal;

mod credentials;
mod eflo;

mod feed;
mod send;
mod settings;

mod watch;

mod output;

mod cli;
mod progress;

mod commands;

#[cfg(any(test, feature = "bench", feature = "fuzz"))]
pub mod testing;

use std::process::ExitCode;

/// Runs the program: answers the Tab key, or does what the command line asks for. The one door.
pub fn main() -> ExitCode {
    system::leave_no_memory_behind();
    ExitCode::from(cli::answer_shell().unwrap_or_else(commands::run))
}
