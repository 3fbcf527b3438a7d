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

    /// What has been mended so far: a request that was dated before that may be refused, and dated anew.
    pub fn correction(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// Takes over the server's time from an HTTP `Date` (RFC 9110), once: a second correction would mean that the
    /// clock was not what was wrong. `dated` is the correction that the refused request was dated with. Gives how far
    /// ours was off; nothing when there is nothing to mend.
    pub fn correct(&self, date: &str, dated: jiff::SignedDuration) -> Option<jiff::SignedDuration> {
        let server = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
        let off = server.duration_since(Timestamp::now());
        let ahead = i64::try_from(off.as_millis()).ok()?;
        match self.ahead.compare_exchange(0, ahead, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => Some(off),
            // Another request of the same moment has mended it meanwhile.
            Err(mended) if dated.is_zero() => Some(jiff::SignedDuration::from_millis(mended)),
            Err(_) => None,
        }
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
        let undated = clock.correction();
        assert_eq!(clock.correct("not a date", undated), None);
        let off = clock.correct("Sat, 01 Jan 2000 00:00:00 GMT", undated).unwrap();
        assert!(off.as_hours() < -24 * 365 * 20);
        assert_eq!(clock.now().strftime("%Y-%m-%dT%H").to_string(), "2000-01-01T00");
        let second = "Sun, 02 Jan 2000 00:00:00 GMT";
        assert_eq!(clock.correct(second, clock.correction()), None);
        let of_the_same_moment = clock.correct(second, undated).unwrap();
        assert!((of_the_same_moment - off).abs().as_secs() < 5, "what was dated before is mended like the first");
    }
}
