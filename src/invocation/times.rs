//! How long the sending to nodes took, from the times that the API wrote. A time without a zone tells nothing, nor does
//! an end that is before its beginning.

use super::{Class, Nodes};
use crate::text::Text;
use jiff::Timestamp;

/// Says how long the deliveries of an invocation took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliveries {
    pub shortest: u64,
    /// Half of them took this long or less.
    pub median: u64,
    pub longest: u64,
}

impl Deliveries {
    /// Takes the nodes with status Success. Gives nothing while they are fewer than five, for these say nothing about
    /// the others.
    pub fn of(nodes: &Nodes) -> Option<Self> {
        let done = nodes.iter().filter(|node| node.status().class() == Class::Success);
        let mut times: Vec<u32> = done.filter_map(|node| node.took()).collect();
        if times.len() < 5 {
            return None;
        }
        times.sort_unstable();
        let at = |place: usize| u64::from(times[place]);
        Some(Deliveries { shortest: at(0), median: at((times.len() - 1) / 2), longest: at(times.len() - 1) })
    }
}

/// Converts a time as the API wrote it to seconds since 1970.
pub fn seconds(time: &Text<'_>) -> Option<i64> {
    time.as_written().parse::<Timestamp>().ok().map(Timestamp::as_second)
}

/// Converts the times of one node after the other. Most nodes of an invocation have a time of their neighbours, and
/// keeping the last one spares the reading of so many dates: a tenth of the work for a fleet.
#[derive(Debug, Default)]
pub(super) struct TimeReader {
    written: String,
    seconds: Option<i64>,
}

impl TimeReader {
    /// Gives a time in seconds since 1970.
    pub(super) fn seconds(&mut self, time: Option<&Text<'_>>) -> Option<i64> {
        let time = time?;
        if self.written != time.as_written() {
            time.as_written().clone_into(&mut self.written);
            self.seconds = seconds(time);
        }
        self.seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::{Keep, NodeFields};

    fn node(times: [&'static str; 3], status: &'static str) -> NodeFields<'static> {
        let time = |time: &'static str| Some(Text::new(time)).filter(|time| !time.is_empty());
        let [creation_time, start_time, finish_time] = times.map(time);
        NodeFields { creation_time, start_time, finish_time, status: Some(Text::new(status)), ..<_>::default() }
    }

    #[test]
    fn node_time_is_from_start_or_creation_to_finish() {
        const ODD: [&str; 5] = ["2026-01-02T03:04:05", "soon", "2026-01-02", "1700000000", "2026-13-02T03:04:05Z"];
        let took = |times| {
            let mut nodes = Nodes::default();
            nodes.push(&node(times, "Success"), Keep::Outcomes);
            nodes.iter().next().and_then(|node| node.took())
        };
        assert_eq!(took(["2026-01-02T03:00:00Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:17.9Z\n"]), Some(12));
        assert_eq!(took(["2026-01-02T03:04:05Z", "", "2026-01-02T11:04:08+08:00"]), Some(3));
        assert_eq!(took(["2026-01-02T03:04:05Z", "", "2026-01-02T03:04:04Z"]), None, "it ends before it starts");
        for odd in ODD {
            assert_eq!(took(["2026-01-02T03:04:05Z", odd, "2026-01-02T03:04:17Z"]), None, "{odd}");
            assert_eq!(took(["2026-01-02T03:04:05Z", "", odd]), None, "{odd}");
        }
        assert_eq!(took(["", "", "2026-01-02T03:04:17Z"]), None);
    }

    #[test]
    fn delivery_times_are_known_once_five_nodes_are_done() {
        let mut nodes = Nodes::default();
        let ends = ["10", "03", "48", "12", "30"].map(|second| format!("2026-01-02T03:04:{second}Z"));
        for (at, end) in ends.iter().enumerate() {
            assert_eq!(Deliveries::of(&nodes), None, "{at}");
            let mut fields = node(["2026-01-02T03:04:00Z", "", ""], "Success");
            fields.finish_time = Some(Text::new(end.clone()));
            nodes.push(&fields, Keep::Outcomes);
            nodes.push(&NodeFields { status: Some(Text::new("Failed")), ..fields }, Keep::Outcomes);
        }
        assert_eq!(Deliveries::of(&nodes), Some(Deliveries { shortest: 3, median: 12, longest: 48 }));
    }
}
