//! Tests of the real binary against real local servers; a file a subject.

mod golden;
mod rollouts;
mod support;

mod config;
mod document;
mod errors;
mod formats;
mod ids;
mod precedence;
mod secrets;
mod status;
#[cfg(unix)]
mod terminal;
