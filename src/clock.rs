//! The wall clock, corrected by the server's.
//!
//! The API refuses a request whose date is more than 15 minutes off. A machine with a wrong clock can still be served
//! when the server's own `Date` says by how much. Knows nothing of ours.

use jiff::{SignedDuration, Timestamp, Unit};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// Says how far a date may surely be off: the API refuses no request whose date is nearer to its own.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

/// Limits the corrections without an accepted request: after them something else than the clock is wrong.
const MOST_CORRECTIONS: u32 = 3;

/// Gives the time for signatures and for what is shown. All requests of a process share it.
#[derive(Debug, Default)]
pub struct Clock {
    /// Says how far the server's time is ahead of ours, in milliseconds.
    ahead: AtomicI64,
    /// Counts the corrections since a date was accepted.
    corrections: AtomicU32,
}

impl Clock {
    /// Gives the time now: the server's where a correction is known, else this machine's.
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.correction()).unwrap_or(now)
    }

    /// Gives how far the clock has been corrected so far. Whoever dates a request keeps it for [`Clock::correct`].
    pub fn correction(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// Takes note that the service accepted a date.
    pub fn accepted(&self) {
        self.corrections.store(0, Ordering::Relaxed);
    }

    /// Takes over the server's time from the HTTP `Date` (RFC 9110) of a refusal, and gives how far ours is off.
    /// `dated` is the correction that the refused request was dated with. Gives `None` where another date would not
    /// help: the refused one was right, or several corrections have not helped.
    pub fn correct(&self, date: &str, dated: SignedDuration) -> Option<SignedDuration> {
        let off = ahead(date)?;
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

/// Gives how far a server's clock is ahead of this machine's by its HTTP `Date` (RFC 9110).
pub fn ahead(date: &str) -> Option<SignedDuration> {
    let server = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(server.duration_since(Timestamp::now()))
}

/// Says how far off this machine's clock is, where a server's is `ahead` of it. Gives `None` below half a minute, for
/// an answer takes its time too.
pub fn skew(ahead: SignedDuration) -> Option<String> {
    let way = if ahead.is_negative() { "ahead of" } else { "behind" };
    let off = ahead.abs().round(Unit::Minute).unwrap_or(ahead.abs());
    (!off.is_zero()).then(|| format!("this machine's clock is {off:#} {way} the server's"))
}

/// Gives a time as the API wants it: UTC, to the second (RFC 3339).
pub fn stamp_to_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Gives a time as events and recordings have it: UTC, to the millisecond (RFC 3339).
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_skew_is_corrected_at_each_jump_until_three_corrections_did_not_help() {
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
