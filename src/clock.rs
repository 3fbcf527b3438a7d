//! Wall clock with the server's correction.
//!
//! The API refuses a request whose date is more than 15 minutes off. A machine with a wrong clock can still be served
//! when the server's own `Date` says by how much. Knows nothing of ours.

use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// What the time is, for signatures and for what is shown. Shared by all requests of a process.
#[derive(Debug, Default)]
pub struct Clock {
    /// The server's time less ours, in milliseconds.
    ahead: AtomicI64,
}

impl Clock {
    /// Now, by the server's clock as far as it is known.
    pub fn now(&self) -> Timestamp {
        let ahead = jiff::SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// Takes over the server's time from an HTTP `Date` (RFC 9110), once: a second correction would mean that the
    /// clock was not what was wrong. Gives how far ours was off, or nothing when there is nothing to mend.
    pub fn correct(&self, date: &str) -> Option<jiff::SignedDuration> {
        let server = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
        let off = server.duration_since(Timestamp::now());
        let ahead = i64::try_from(off.as_millis()).ok()?;
        self.ahead.compare_exchange(0, ahead, Ordering::Relaxed, Ordering::Relaxed).ok()?;
        Some(off)
    }
}

/// A time as events and recordings are stamped: UTC, to the millisecond (RFC 3339).
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_corrected_once() {
        let clock = Clock::default();
        assert_eq!(clock.correct("not a date"), None);
        let off = clock.correct("Sat, 01 Jan 2000 00:00:00 GMT").unwrap();
        assert!(off.as_hours() < -24 * 365 * 20);
        assert_eq!(clock.now().strftime("%Y-%m-%dT%H").to_string(), "2000-01-01T00");
        assert_eq!(clock.correct("Sun, 02 Jan 2000 00:00:00 GMT"), None);
    }
}
