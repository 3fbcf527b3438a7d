//! Retries, for people: the first of a minute one by one, the rest counted, for a thousand ids may fail together.

use super::phrases;
use crate::fault::Fault;
use crate::invocation::InvokeId;
use std::time::Duration;
use tokio::time::Instant;

/// Says how many retries of a minute are told one by one.
const TOLD: u32 = 10;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the retries of a minute.
#[derive(Default)]
pub(super) struct RetryCounts {
    /// When the first retry of the minute came.
    since: Option<Instant>,
    retries: u32,
}

impl RetryCounts {
    /// Adds a retry, and gives its line, if it is one of the first.
    pub(super) fn add(&mut self, id: &InvokeId, fault: &Fault, attempt: u32, delay: Duration) -> Option<String> {
        self.since.get_or_insert_with(Instant::now);
        self.retries += 1;
        (self.retries <= TOLD).then(|| phrases::retry(id, fault, attempt, delay))
    }

    /// Ends the minute, if it is over. Gives the line that counts the retries without a line.
    pub(super) fn tick(&mut self) -> Option<String> {
        self.since.filter(|since| since.elapsed() >= MINUTE)?;
        let more = std::mem::take(self).retries.saturating_sub(TOLD);
        (more > 0).then(|| format!("{more} more retries in the last minute"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Kind;
    use crate::testing::feed::{fault, secs};

    #[tokio::test(start_paused = true)]
    async fn retries_of_many_ids_are_told_ten_times_a_minute_and_then_counted() {
        let mut counts = RetryCounts::default();
        let id = InvokeId::new("t-1");
        for _ in 0..2 {
            let lines = (0..1000).filter_map(|_| counts.add(&id, &fault(Kind::Network), 1, secs(5)));
            assert_eq!(lines.count(), 10);
            assert_eq!(counts.tick(), None);
            tokio::time::advance(secs(60)).await;
            assert_eq!(counts.tick().as_deref(), Some("990 more retries in the last minute"));
            assert_eq!(counts.tick(), None);
        }
    }
}
