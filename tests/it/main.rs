//! Tests of the real binary against real local servers; a file a subject.

mod golden;
mod rollouts;
mod support;

mod broken_text;
mod budget;
mod completions;
#[cfg(unix)]
mod completions_shells;
mod config;
mod config_show;
mod credentials;
mod deadline;
mod demo;
mod disk;
mod doctor;
mod document;
mod errors;
mod exit_codes;
mod explain;
mod faults;
mod fleet;
mod fleet_server;
mod formats;
mod github;
mod help;
mod ids;
mod init;
#[cfg(unix)]
mod init_terminal;
mod junit;
mod man;
mod mistakes;
mod node_names;
mod nodes;
#[cfg(unix)]
mod pictures;
mod precedence;
#[cfg(unix)]
mod recipes;
mod recordings;
mod recordings_written;
mod secrets;
mod send;
mod side_by_side;
mod signals;
mod status;
mod streams;
mod surroundings;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_ends;
#[cfg(unix)]
mod terminal_watch;
mod topics;
mod untrusted;
mod watch;
mod watch_events;
mod watch_patience;
