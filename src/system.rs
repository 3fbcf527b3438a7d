//! What differs from system to system, in one place: each system's module has the same functions. Knows nothing of
//! ours.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;
