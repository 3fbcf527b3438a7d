//! What differs from system to system, in one place: each system's module has the same functions. Knows nothing of
//! ours.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;
