//! Tests of the real binary against real local servers; a file a subject.

mod golden;
mod rollouts;
mod support;

mod document;
mod errors;
mod formats;
mod ids;
mod status;
#[cfg(unix)]
mod terminal;
