//! Tests of the real binary against real local servers; a file a subject.

mod golden;
mod rollouts;
mod support;

mod completions;
mod config;
mod document;
mod errors;
mod explain;
mod formats;
mod help;
mod ids;
mod precedence;
mod secrets;
mod status;
#[cfg(unix)]
mod terminal;
