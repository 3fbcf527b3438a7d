//! Wall clock with the server's correction.
//!
//! The API refuses a request whose date is more than 15 minutes off. A machine with a wrong clock can still be served
//! when the server's own `Date` says by how much. Knows nothing of ours.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// No request is refused for a date that is less than this away from the server's, by far.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

/// So many corrections in a row without an answer in between mean that the clock is not what is wrong.
const MOST_CORRECTIONS: u32 = 3;

/// What the time is, for signatures and for what is shown. Shared by all requests of a process.
#[derive(Debug, Default)]
pub struct Clock {
    /// The server's time less ours, in milliseconds.
    ahead: AtomicI64,
    /// The corrections since a date was accepted.
    corrections: AtomicU32,
}

impl Clock {
    /// Now, by the server's clock as far as it is known.
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.correction()).unwrap_or(now)
    }

    /// How far the clock has been corrected so far: a request that was dated before that may be refused, and dated
    /// anew.
    pub fn correction(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// Takes note that the service accepted a date.
    pub fn accepted(&self) {
        self.corrections.store(0, Ordering::Relaxed);
    }

    /// Takes over the server's time from an HTTP `Date` (RFC 9110). `dated` is the correction that the refused request
    /// was dated with. Gives how far ours is off; nothing where another date would not help: the one that was refused
    /// was right, or too many corrections did not help either.
    pub fn correct(&self, date: &str, dated: SignedDuration) -> Option<SignedDuration> {
        let server = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
        let off = server.duration_since(Timestamp::now());
        let known = self.correction();
        if (off - dated).abs() < NEAR {
            return None;
        }
        // Another request of the same moment may have corrected it meanwhile.
        if (off - known).abs() < NEAR {
            return Some(known);
        }
        if self.corrections.fetch_add(1, Ordering::Relaxed) >= MOST_CORRECTIONS {
            return None;
        }
        self.ahead.store(i64::try_from(off.as_millis()).ok()?, Ordering::Relaxed);
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
    fn is_corrected_whenever_it_jumps_and_a_few_times_in_a_row_without_an_answer() {
        let clock = Clock::default();
        let undated = clock.correction();
        assert_eq!(clock.correct("not a date", undated), None);
        let off = clock.correct("Sat, 01 Jan 2000 00:00:00 GMT", undated).unwrap();
        assert!(off.as_hours() < -24 * 365 * 20);
        assert_eq!(clock.now().strftime("%Y-%m-%dT%H").to_string(), "2000-01-01T00");
        let of_the_same_moment = clock.correct("Sat, 01 Jan 2000 00:00:01 GMT", undated).unwrap();
        assert!((of_the_same_moment - off).abs().as_secs() < 5, "what was dated before is repeated with the same");
        assert_eq!(clock.correct("Sat, 01 Jan 2000 00:00:02 GMT", clock.correction()), None, "the date was right");
        let day = |day: u32| format!("{:02} Jan 2000 00:00:00 GMT", day);
        for jump in [3, 5] {
            assert!(clock.correct(&day(jump), clock.correction()).is_some());
        }
        assert_eq!(clock.correct(&day(7), clock.correction()), None, "it does not help");
        clock.accepted();
        assert!(clock.correct(&day(7), clock.correction()).is_some());
    }
}
