//! How long to wait between attempts.

use crate::fault::Fault;
use std::time::Duration;

/// Is the first delay, where nothing else says how long it is.
pub const FIRST_DELAY: Duration = Duration::from_millis(500);

/// Is the longest delay, where the server asks for no longer one.
pub const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Gives the delays between attempts. Each is twice as long as the one before, and up to as much longer at random, so
/// that many clients that failed together do not come back together.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
    random: fastrand::Rng,
}

impl Backoff {
    /// Gives delays that grow from `first` to `longest`. A seed makes them the same each time.
    pub fn new(first: Duration, longest: Duration, seed: Option<u64>) -> Self {
        Backoff { next: first, longest, random: seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed) }
    }

    /// Gives the delay after a fault: never a shorter one than the server asks for.
    pub fn delay(&mut self, fault: &Fault) -> Duration {
        let delay = self.next.saturating_add(self.next.mul_f64(self.random.f64()));
        self.next = self.next.saturating_mul(2).min(self.longest);
        delay.min(self.longest).max(fault.again.wait())
    }
}
