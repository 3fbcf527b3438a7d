//! Tests of the real binary against real local servers; a file a subject.

mod golden;
mod rollouts;
mod support;

mod completions;
mod config;
mod demo;
mod document;
mod errors;
mod exit_codes;
mod explain;
mod faults;
mod faults_transport;
mod formats;
mod help;
mod ids;
mod precedence;
mod readme;
mod recordings;
mod recordings_written;
mod secrets;
mod signals;
mod status;
mod streams;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_watch;
mod watch;
mod watch_events;
mod watch_patience;
