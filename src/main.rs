//! The program's entrance; everything else is in the library, so that tests and benchmarks reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    efloctl::main()
}
