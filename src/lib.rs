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

use clap::error::ErrorKind;
use std::process::ExitCode;
use std::rc::Rc;
use terminal::Terminal;

/// Runs the program: answers the Tab key, or reads the command line, runs the command, tells what went wrong. The one
/// door.
pub fn main() -> ExitCode {
    system::leave_no_memory_behind();
    if let Some(code) = cli::answer_shell() {
        return code;
    }
    let color = cli::color();
    let cli = match cli::read(color) {
        Ok(cli) => cli,
        Err(e) if e.use_stderr() && e.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return ExitCode::from(commands::refuse(&cli::mistake(&e), color));
        }
        Err(e) => {
            // Help goes to stdout, and a reader that goes away is no error.
            if let Err(unwritten) = e.print()
                && unwritten.kind() != std::io::ErrorKind::BrokenPipe
                && !e.use_stderr()
            {
                Terminal::new(color, false).error(&format!("the help cannot be written: {unwritten}"));
                return ExitCode::from(exit::code_when_unwritten(exit::SUCCESS));
            }
            return u8::try_from(e.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let terminal = Rc::new(Terminal::new(cli.global.color, cli.global.quiet));
    terminal::start_log(&terminal, cli.global.verbose);
    ExitCode::from(commands::run(cli.command, &terminal))
}
