//! Sentences that a terminal and a log share: the first line of a watch, its true pace, a retry, spans of time.

use crate::fault::Fault;
use crate::invocation::InvokeId;
use crate::text::first_of;
use crate::watch::WatchPlan;
use jiff::Timestamp;
use std::time::Duration;

/// Says what is watched, from where, how often and how long: the first line of every watch.
pub(super) fn header(plan: &WatchPlan, until: Option<Timestamp>) -> String {
    let mut line = format!("watching {}", first_of(&plan.invoke_ids, 5));
    if let Some(host) = &plan.host {
        line.push_str(&format!(" at {host}"));
    } else if let Some(region) = &plan.region {
        line.push_str(&format!(" in {region}"));
    }
    line.push_str(&format!(", every {}", exact(plan.interval)));
    match (plan.timeout, until) {
        (None, _) => line.push_str(", without a deadline"),
        (Some(timeout), Some(until)) => {
            line.push_str(&format!(", for {} at most (until {})", exact(timeout), until.strftime("%H:%M:%SZ")));
        }
        (Some(timeout), None) => line.push_str(&format!(", for {} at most", exact(timeout))),
    }
    line
}

/// Says how often the ids are really asked about, where all of them take longer than the interval.
pub(super) fn pace(plan: &WatchPlan, round: Duration) -> String {
    let ids = plan.invoke_ids.len();
    let (round, interval) = (wait(round), exact(plan.interval));
    format!("asking about all {ids} ids takes {round}: that is how often each is asked about, not every {interval}")
}

/// Says why there is no answer, and when the next attempt comes.
pub(super) fn retry(name: &InvokeId, fault: &Fault, attempt: u32, delay: Duration) -> String {
    format!("{name}: {}; attempt {} in {}", fault.first_line(), attempt + 1, wait(delay))
}

/// Writes a wait: to a tenth of a second, from a minute on to the second.
fn wait(delay: Duration) -> String {
    if delay < Duration::from_secs(60) { format!("{:.1}s", delay.as_secs_f64()) } else { span(delay) }
}

/// Writes a span of time to the second.
pub(super) fn span(span: Duration) -> String {
    exact(Duration::from_secs(span.as_secs()))
}

/// Writes a span of time as it is.
fn exact(span: Duration) -> String {
    format!("{:#}", jiff::SignedDuration::try_from(span).unwrap_or(jiff::SignedDuration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Outcome;
    use crate::fault::Kind;
    use crate::testing::feed::{fault, secs};

    fn plan(ids: usize) -> WatchPlan {
        WatchPlan {
            invoke_ids: (0..ids).map(|id| InvokeId::new(format!("t-{id}"))).collect(),
            region: Some("cn-wulanchabu".to_owned()),
            interval: secs(5),
            timeout: Some(secs(1800)),
            ..WatchPlan::default()
        }
    }

    #[test]
    fn header_names_ids_region_interval_and_deadline() {
        assert_eq!(header(&plan(1), None), "watching t-0 in cn-wulanchabu, every 5s, for 30m at most");
        let until = Timestamp::from_second(1_767_323_045).unwrap();
        let line = header(&plan(2), Some(until));
        assert_eq!(line, "watching t-0, t-1 in cn-wulanchabu, every 5s, for 30m at most (until 03:04:05Z)");
    }

    #[test]
    fn header_says_that_there_is_no_deadline_and_leaves_an_unknown_region_out() {
        let plan = WatchPlan { timeout: None, region: None, invoke_ids: vec![InvokeId::UNNAMED], ..plan(0) };
        assert_eq!(header(&plan, None), "watching (unnamed recording), every 5s, without a deadline");
    }

    #[test]
    fn header_names_five_ids_and_counts_the_rest() {
        assert!(header(&plan(5), None).starts_with("watching t-0, t-1, t-2, t-3, t-4 in "));
        assert!(header(&plan(6), None).starts_with("watching t-0, t-1, t-2, t-3, t-4 and 1 more in "));
    }

    #[test]
    fn pace_of_a_thousand_ids_is_how_long_a_round_takes() {
        let plan = plan(1000);
        let interval = exact(plan.interval);
        assert_eq!(
            pace(&plan, secs(65)),
            format!(
                "asking about all 1000 ids takes 1m 5s: that is how often each is asked about, not every {interval}"
            )
        );
    }

    #[test]
    fn span_is_written_to_the_second() {
        let spans = [(1, "1s"), (59, "59s"), (60, "1m"), (90, "1m 30s"), (3600, "1h"), (86_399, "23h 59m 59s")];
        for (seconds, wanted) in spans {
            assert_eq!(span(secs(seconds)), wanted);
        }
        assert_eq!(span(Duration::from_millis(1999)), "1s");
        assert_eq!(exact(Duration::from_millis(500)), "500ms", "a timeout may be as short as that");
        assert!(span(Duration::MAX).contains('h'));
    }

    #[test]
    fn retry_says_why_which_attempt_and_when() {
        let outcome = Outcome::unseen(InvokeId::new("t-0"));
        let line = |fault: &Fault, attempt, delay| retry(&outcome.invoke_id, fault, attempt, delay);
        let plain = fault(Kind::Network);
        assert_eq!(line(&plain, 1, Duration::from_millis(2500)), "t-0: it went wrong; attempt 2 in 2.5s");
        assert_eq!(line(&plain, 9, Duration::from_micros(512_349)), "t-0: it went wrong; attempt 10 in 0.5s");
        assert_eq!(line(&plain, 1, secs(60)), "t-0: it went wrong; attempt 2 in 1m");
        let long = Fault::new(Kind::Credentials, "first\nsecond");
        assert_eq!(line(&long, 1, secs(1)), "t-0: first; attempt 2 in 1.0s");
    }
}
