//! What the tests stand on: a server with faults to order, a signature check of its own, homes
//! without an inherited environment, and terminals. The program under test is met only as a process,
//! so that nothing here can share a mistake with it.

// Each subject takes what it needs; a helper that waits for its first user is no fault.
#![allow(dead_code)]

pub(crate) mod answers;
pub(crate) mod cli;
pub(crate) mod door;
pub(crate) mod http;
pub(crate) mod proxy;
#[cfg(unix)]
pub(crate) mod pty;
pub(crate) mod reply;
pub(crate) mod running;
pub(crate) mod server;
pub(crate) mod signature;
pub(crate) mod tls;

mod selftest;

use std::time::Duration;

/// Nothing under test takes this long: whoever waits longer waits for something that will not come.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
